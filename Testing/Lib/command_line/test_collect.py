from pathlib import Path

import pytest

from CMRSegmentationLib.reporting.report import InputSummary, make_report
from CMRSegmentationLib.reporting.report_files import write_report
from Testing.Lib.running import run
from Training.datasets.phantom import HeartPhantom


@pytest.fixture
def out(tmp_path) -> Path:
    for slices in (5, 6, 7):
        heart = HeartPhantom(frames=3, slices=slices, es_frame=1)
        report = make_report(heart.labels, InputSummary.of(heart.cine))
        write_report(report, tmp_path / f"study{slices}")
    return tmp_path


def test_many_results_become_a_table_and_a_page(out, capsys):
    assert run("collect", out) == 0
    assert "3 cines, 0 outliers" in capsys.readouterr().out
    assert len((out / "cohort.csv").read_text().splitlines()) == 4
    assert "LV ejection fraction" in (out / "cohort.html").read_text()


def test_a_reference_adds_the_agreement(out, tmp_path, capsys):
    table = tmp_path / "reference.csv"
    table.write_text("study,lv_ef\nstudy5,50\nstudy6,52\nstudy7,54\n")
    assert run("collect", out, "--reference", table) == 0
    assert "LV ejection fraction" in capsys.readouterr().out
    assert "Agreement with the reference" in (out / "cohort.html").read_text()


def test_an_empty_folder_and_a_missing_reference_are_sentences(out, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    assert run("collect", tmp_path / "empty") == 1
    assert "error: Expected results of this program" in capsys.readouterr().err
    assert run("collect", out, "--reference", tmp_path / "none.csv") == 1
    assert "No such file" in capsys.readouterr().err
