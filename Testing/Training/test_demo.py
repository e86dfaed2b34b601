import socket
from collections import Counter

import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from Training import demo
from Training.datasets import mnms
from Training.demo import PATIENTS, main, write_raw
from Training.scoring.results import read_results


def test_the_raw_data_set_is_read_as_m_and_ms(tmp_path):
    write_raw(tmp_path)
    examinations = {e.patient: e for e in mnms.read(tmp_path)}
    assert Counter((e.vendor, e.split, bool(e.annotated)) for e in examinations.values()) == {
        ("Siemens", "train", True): 4,
        ("Siemens", "validation", True): 1,
        ("Siemens", "test", True): 1,
        ("GE", "train", False): 3,
        ("GE", "test", True): 2,
    }
    ed, es = examinations["G3"].load()
    assert (ed.frame, es.frame) == (0, 2)
    assert (ed.labels == Label.LV).sum() > 1.5 * (es.labels == Label.LV).sum() > 0
    assert ed.geometry.spacing_zyx_mm == pytest.approx(
        (10.0, 2.9 + 0.02 * list(PATIENTS).index("G3"), 2.7), abs=1e-4
    )


def test_the_vendors_differ_in_contrast_alone(tmp_path):
    write_raw(tmp_path)
    contrasts = {}
    for examination in mnms.read(tmp_path):
        if examination.patient in ("S5", "G3"):
            phase = examination.load()[0]
            blood, muscle = (
                np.median(phase.image[phase.labels == label]) for label in (Label.LV, Label.MYO)
            )
            contrasts[examination.vendor] = muscle / blood
    assert contrasts["GE"] < 0.7 * contrasts["Siemens"]


def test_every_command_of_the_guide_runs_without_a_network_connection(tmp_path, monkeypatch):
    attempts = []

    def refuse(_socket, address):
        attempts.append(address)
        raise OSError("there is no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    quick = {
        name: text.replace("iterations = 40", "iterations = 2").replace(
            "validate_every = 20", "validate_every = 2"
        )
        for name, text in demo.EXPERIMENTS.items()
    }
    monkeypatch.setattr(demo, "EXPERIMENTS", quick)
    assert main(["--out", str(tmp_path / "demo")]) == 0
    assert attempts == []
    out = tmp_path / "demo"
    report = (out / "report" / "report.html").read_text(encoding="utf-8")
    assert "dann" in report
    assert "held out, warm-up" in report
    assert "probe, decoder" in report
    for run in ("baseline_seed1", "dann_seed1", "ensemble", "soup", "self_training_seed1"):
        tested = {row.patient for row in read_results(out / "runs" / run / "results.csv")}
        assert tested == {"S5", "G3", "G4"}
    for made in (
        "figures/data/statistics.html",
        "figures/cine.gif",
        "figures/pathology/classification.html",
        "runs/dann_seed1/probe/probe.csv",
        "search/best.toml",
        "folds/results.csv",
        "models/soup/model.json",
        "planned.toml",
    ):
        assert (out / made).is_file(), made


def test_the_guide_names_every_command_of_the_folder():
    named = {command[0] for command in demo.guide_commands()}
    commands = {path.stem for path in demo.GUIDE.parent.glob("*.py")} - {"__init__"}
    others = {"bench", "demo", "evaluate_cines", "regional", "train_autoencoder", "trust"}
    assert commands - named == others


def test_a_folder_with_other_files_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.txt").touch()
    assert main(["--out", str(tmp_path)]) == 1
    assert "holds other files" in capsys.readouterr().err
    assert (tmp_path / "thesis.txt").exists()
    demo.clear_folder(tmp_path / "demo")
    demo.clear_folder(tmp_path / "demo")


def test_a_step_that_fails_ends_the_demo(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(demo.prepare, "main", lambda arguments: 1)
    assert main(["--out", str(tmp_path / "demo")]) == 1
    assert "prepare ended with status 1" in capsys.readouterr().err
