import logging
from dataclasses import replace

import numpy as np
import pytest

from Testing.Training.cached_phantoms import TINY, phantom_patient, phases_of
from Training import prepare as command
from Training.datasets.examination import DataSetError, Examination
from Training.prepare import READERS, main, prepare
from Training.samples.cache import read_cache


def damaged(patient):
    def load():
        raise DataSetError(f"{patient}_frame01.nii.gz cannot be read.")

    good = phantom_patient(patient)
    return Examination(patient, "phantoms", "GE", good.view, load)


@pytest.fixture
def reader(monkeypatch):
    """A data set of two good patients and a damaged one between them."""
    patients = [phantom_patient("P1"), damaged("P2"), phantom_patient("P3")]
    monkeypatch.setitem(command.READERS, "acdc", lambda raw: patients)


def test_every_reader_has_its_name():
    assert sorted(READERS) == ["acdc", "acdc_lax", "bivme", "mnms", "mnms2", "sunnybrook"]


def test_a_damaged_image_stops_with_its_name(reader, tmp_path, capsys):
    with pytest.raises(DataSetError, match="P2_frame01"):
        prepare("acdc", tmp_path, tmp_path / "cache")
    assert main(["acdc", "--raw", str(tmp_path), "--cache", str(tmp_path / "cache")]) == 1
    assert "P2_frame01" in capsys.readouterr().err


def test_damaged_images_are_skipped_only_when_asked_and_counted(reader, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    cache = tmp_path / "cache"
    assert main(["acdc", "--raw", str(tmp_path), "--cache", str(cache), "--skip-damaged"]) == 0
    assert [e.patient for e in read_cache(cache)] == ["P1", "P3"]
    assert "left out P2" in caplog.text
    assert "1 of 3 examinations were left out" in caplog.text
    assert "2 examinations of acdc" in caplog.text


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_patch_of_no_numbers_stops_and_turns_no_volume_black(
    value, monkeypatch, tmp_path, capsys
):
    phases = phases_of(TINY)
    image = phases[1].image.copy()
    image[1, 10:12, 20:25] = value
    broken = replace(phases[1], image=image)
    patients = [
        phantom_patient("P1"),
        replace(phantom_patient("P2"), load=lambda: (phases[0], broken)),
    ]
    monkeypatch.setitem(command.READERS, "acdc", lambda raw: patients)
    arguments = ["acdc", "--raw", str(tmp_path), "--cache", str(tmp_path / "cache")]
    assert main(arguments) == 1
    assert "P2, ES: 10 of 5760 voxels are not finite numbers" in capsys.readouterr().err
    assert main([*arguments, "--skip-damaged"]) == 0
    (kept,) = read_cache(tmp_path / "cache")
    assert kept.patient == "P1"
    assert np.ptp(kept.phases[1].image) > 100


@pytest.mark.parametrize("name", sorted(READERS))
def test_a_folder_that_is_not_the_data_set_is_refused_in_one_sentence(name, tmp_path, capsys):
    (tmp_path / "holiday.jpg").touch()
    assert main([name, "--raw", str(tmp_path), "--cache", str(tmp_path / "cache")]) == 1
    sentence = capsys.readouterr().err
    assert "Expected" in sentence
    assert "holiday.jpg" in sentence
    assert not (tmp_path / "cache").exists()


def test_a_cache_that_cannot_be_written_is_named(reader, tmp_path, capsys):
    (tmp_path / "cache").touch()
    assert main(["acdc", "--raw", str(tmp_path), "--cache", str(tmp_path / "cache")]) == 1
    assert "cache" in capsys.readouterr().err


def test_without_a_data_set_the_usage_is_shown(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["mri", "--raw", ".", "--cache", "."])
    assert stopped.value.code == 2
    assert "acdc" in capsys.readouterr().err
