import shutil

import pytest
import torch
from PIL import Image

from CMRSegmentationLib.segmenting.model import load_bundle
from CMRSegmentationLib.trust.estimate import ESTIMATE_FILE, load_estimate
from CMRSegmentationLib.trust.redrawing_network import (
    RedrawingConfig,
    RedrawingNetwork,
    save_redrawing,
)
from Testing.bundles import PHANTOM_MODEL
from Testing.phantoms import HeartPhantom
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Training import trust
from Training.learning import trust_fit

EXPERIMENT = """
[data]
datasets = ["phantoms"]
validation = ["P1", "P2", "P3", "P4", "P5"]
held_out = ["P6"]
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The model folder and the working folder after the one command."""
    folder = tmp_path_factory.mktemp("trust")
    heart = HeartPhantom(frames=2, slices=5, es_frame=1)
    patients = [phantom_patient(f"P{i}", phantom=heart) for i in range(7)]
    write_cache(folder / "cache", *patients)
    shutil.copytree(PHANTOM_MODEL, folder / "model")
    (folder / "experiment.toml").write_text(EXPERIMENT, encoding="utf-8")
    torch.manual_seed(0)
    config = RedrawingConfig(size_px=16, spacing_mm=8.0, channels=(4,), latent=8)
    save_redrawing(RedrawingNetwork(config), folder / "redraw.pt")
    arguments = [
        str(folder / "model"), str(folder / "experiment.toml"),
        "--redrawing", str(folder / "redraw.pt"), "--cache", str(folder / "cache"),
        "--work", str(folder / "work"), "--failures", "1", "--failures-reported", "1",
    ]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trust_fit, "TREES", 5)
        assert trust.main(arguments) == 0
    return folder, arguments


def test_one_command_puts_an_estimate_beside_the_weights(made):
    folder, _ = made
    estimate = load_estimate(load_bundle(folder / "model"))
    assert estimate is not None
    assert estimate.made_of == (
        "20 segmentations of 5 patients of phantoms by 1 networks that never saw them"
    )


def test_patients_held_out_are_reported_on_and_not_fitted_to(made):
    folder, _ = made
    fitted = {path.name.split("_")[1] for path in (folder / "work/fitted").glob("*/*.npz")}
    reported = {path.name.split("_")[1] for path in (folder / "work/reported").glob("*/*.npz")}
    assert fitted == {"P1", "P2", "P3", "P4", "P5"}
    assert reported == {"P6"}
    assert "All segmentations" in (folder / "work" / trust.TABLES_FILE).read_text(encoding="utf-8")


def test_the_worst_misses_are_shown(made):
    folder, _ = made
    with Image.open(folder / "work" / trust.PICTURES_FILE) as picture:
        assert picture.height > picture.width > 600


def test_what_was_collected_is_not_collected_again(made, monkeypatch):
    _, arguments = made
    monkeypatch.setattr(trust, "load_network", None)
    monkeypatch.setattr(trust_fit, "TREES", 5)
    assert trust.main(arguments) == 0


def test_a_failure_more_is_collected_alone(made):
    folder, arguments = made
    before = set((folder / "work/fitted/model").glob("*.npz"))
    arguments = [*arguments, "--failures", "2", "--collect-only"]
    assert trust.main(arguments) == 0
    after = set((folder / "work/fitted/model").glob("*.npz"))
    assert before < after
    assert len(after) == 30
    for path in after - before:
        path.unlink()


def test_a_checkpoint_is_a_network_of_its_own(tmp_path):
    run = tmp_path / "fold0"
    run.mkdir()
    (run / "iteration000100.pt").touch()
    network = trust.Network.of(run / "iteration000100.pt")
    assert network == trust.Network("fold0@iteration000100", run, "iteration000100")
    assert network.weights_file == run / "iteration000100.pt"


def test_what_was_collected_with_other_weights_is_forgotten(made, tmp_path):
    folder, arguments = made
    shutil.copytree(folder / "model", tmp_path / "model")
    shutil.copytree(folder / "work", tmp_path / "work")
    note = tmp_path / "work/fitted/model" / trust.WEIGHTS_NOTE
    note.write_text("other weights", encoding="utf-8")
    gone = tmp_path / "work/fitted/model/phantoms_P9_sax_ED_none.npz"
    gone.touch()
    again = [str(tmp_path / "model"), *arguments[1:], "--work", str(tmp_path / "work")]
    assert trust.main([*again, "--collect-only"]) == 0
    assert not gone.exists()
    assert len(list(note.parent.glob("*.npz"))) == 20


def test_a_model_that_is_not_there_is_an_error_of_one_line(made, capsys):
    folder, arguments = made
    assert trust.main([str(folder / "none"), *arguments[1:-6], "--work", str(folder / "w")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_too_few_patients_end_in_one_line_and_leave_the_model_as_it_was(made, tmp_path, capsys):
    folder, arguments = made
    shutil.copytree(folder / "model", tmp_path / "model")
    before = {path.name: path.read_bytes() for path in (tmp_path / "model").iterdir()}
    few = tmp_path / "few.toml"
    few.write_text(EXPERIMENT.replace(', "P2", "P3", "P4", "P5"', ""), encoding="utf-8")
    torch.manual_seed(1)
    config = RedrawingConfig(size_px=16, spacing_mm=8.0, channels=(4,), latent=8)
    save_redrawing(RedrawingNetwork(config), tmp_path / "other.pt")
    again = [str(tmp_path / "model"), str(few), *arguments[2:], "--work", str(tmp_path / "work")]
    assert trust.main([*again, "--redrawing", str(tmp_path / "other.pt")]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "error: Expected 5 patients or more to fit on, found 1."
    )
    assert {path.name: path.read_bytes() for path in (tmp_path / "model").iterdir()} == before


def test_the_model_may_be_the_folder_that_the_command_runs_in(made, tmp_path, monkeypatch):
    folder, arguments = made
    shutil.copytree(folder / "model", tmp_path / "model")
    (tmp_path / "model" / ESTIMATE_FILE).unlink()
    monkeypatch.chdir(tmp_path / "model")
    monkeypatch.setattr(trust_fit, "TREES", 5)
    assert trust.main([".", *arguments[1:], "--work", str(tmp_path / "work")]) == 0
    assert load_estimate(load_bundle(tmp_path / "model")) is not None
