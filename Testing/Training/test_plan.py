import pytest

from CMRSegmentationLib.image import View
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Training.learning.config import read_config
from Training.plan import Fingerprint, PlanError, fingerprint, main, plan
from Training.samples.cache import read_cache

ACDC_LIKE = Fingerprint(100, 1800, 1.5, 130.0, ("Siemens",), ("acdc",))


def test_the_crop_holds_the_heart_with_its_margin_in_multiples_of_the_network():
    """(130 + 50) mm of 1.5 mm are 120 pixels; 5 stages halve them to 7.5, so 128."""
    settings = plan(ACDC_LIKE, View.SAX, 8.0)
    assert settings["network"]["channels"] == [16, 32, 64, 128, 256]
    assert settings["sampling"]["crops"][0][0] == 128
    assert settings["iterations"] == 12000


@pytest.mark.parametrize(("memory_gb", "batch"), [(0.001, 2), (1000.0, 24)])
def test_the_batch_fits_the_memory_within_limits(memory_gb, batch):
    assert plan(ACDC_LIKE, View.SAX, memory_gb)["sampling"]["crops"][0][1] == batch


def test_the_written_experiment_is_read_with_its_values(tmp_path):
    write_cache(tmp_path / "cache")
    out = tmp_path / "planned" / "sax.toml"
    assert main(["--cache", str(tmp_path / "cache"), "--out", str(out)]) == 0
    config = read_config(out)
    assert config.data.datasets == ("phantoms",)
    assert config.data.fold == 0
    assert 1.0 <= config.sampling.spacing_mm <= 2.0
    assert {name for name, _ in config.sampling.domain_weights} == {"Siemens", "GE"}


def test_the_heart_s_size_is_measured_in_mm(tmp_path):
    found = fingerprint(read_cache(write_cache(tmp_path, phantom_patient("P0"))))
    assert found.patients == 1
    assert 60 < found.heart_mm < 140


def test_a_cache_without_labels_has_no_plan():
    with pytest.raises(PlanError, match="labeled examinations"):
        fingerprint([])
