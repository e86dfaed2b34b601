import logging

import numpy as np
import pytest

from CMRSegmentationLib.trust.redrawing_network import RedrawingConfig, load_redrawing
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Training.samples.cache import read_cache
from Training.samples.masks import expert_canvases
from Training.train_autoencoder import main, redrawn_dice, train_autoencoder

SMALL = RedrawingConfig(size_px=32, spacing_mm=5.0, channels=(8, 16), latent=20)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    patients = (phantom_patient(f"P{i}") for i in range(3))
    return write_cache(tmp_path_factory.mktemp("cache"), *patients)


def test_hearts_are_redrawn_better_than_before(cache):
    examinations = read_cache(cache)
    fresh, learned = (
        train_autoencoder(examinations, SMALL, iterations=number) for number in (1, 200)
    )
    before, after = (
        np.mean(list(redrawn_dice(n, examinations).values())) for n in (fresh, learned)
    )
    assert after > before + 0.2


def test_the_command_writes_a_network_that_redraws(cache, tmp_path, caplog):
    experiment = tmp_path / "experiment.toml"
    experiment.write_text(
        '[data]\ndatasets = ["phantoms"]\nvalidation = ["P1"]\nheld_out = ["P2"]\n',
        encoding="utf-8",
    )
    with caplog.at_level(logging.INFO):
        arguments = [str(experiment), "--cache", str(cache), "--out", str(tmp_path / "a.pt")]
        assert main([*arguments, "--iterations", "2"]) == 0
    network = load_redrawing(tmp_path / "a.pt")
    canvases = expert_canvases(read_cache(cache), network.config.canvas)
    assert network.redraw(canvases).shape == canvases.shape
    assert "masks never seen: median Dice LV" in caplog.text


def test_a_missing_cache_is_an_error_of_one_line(tmp_path, capsys):
    experiment = tmp_path / "experiment.toml"
    experiment.write_text("", encoding="utf-8")
    arguments = [str(experiment), "--cache", str(tmp_path / "no"), "--out", str(tmp_path / "a.pt")]
    assert main(arguments) == 1
    assert "found none" in capsys.readouterr().err
