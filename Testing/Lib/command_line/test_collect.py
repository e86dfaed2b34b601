import json
from dataclasses import asdict
from pathlib import Path

import pytest

from CMRSegmentationLib.command_line.batch_ledger import JOURNAL_FILE
from CMRSegmentationLib.command_line.batch_work import StudyResult
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


def test_studies_of_the_reference_without_a_result_are_told(out, tmp_path, capsys):
    table = tmp_path / "reference.csv"
    table.write_text("study;lv_ef\nstudy5;50,1\nstudy6;52\nstudy7;54\nStudy8;1\nother;2\n")
    assert run("collect", out, "--reference", table) == 0
    error = capsys.readouterr().err
    assert error == "Studies of the reference without a result (2): Study8, other.\n"
    table.write_text("study,lv_ef\nstudy5,50\nstudy6,52\n" + "".join(f"s{i},1\n" for i in range(9)))
    assert run("collect", out, "--reference", table) == 1
    first, last = capsys.readouterr().err.splitlines()
    assert first.endswith("without a result (9): s0, s1, s2, s3, s4, and others.")
    assert "studies are named by their folders" in last


def test_a_report_that_cannot_be_read_is_told_and_the_others_are_collected(out, capsys):
    (out / "study6" / "report.json").write_text('{"schema": "cmrsegmentation-report/0"}')
    assert run("collect", out) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith("2 cines, 0 outliers -> ")
    first, last = captured.err.splitlines()
    assert "study6" in first
    assert "found cmrsegmentation-report/0" in first
    assert last == "error: 1 of 3 reports could not be read."
    assert len((out / "cohort.csv").read_text().splitlines()) == 3


def test_results_that_the_last_batch_did_not_write_are_told(out, capsys):
    rows = {
        "study5": ("in/5", "a", "done", "", "study5"),
        "study6": ("in/6", "", "failed", "truncated", ""),
    }
    results = [StudyResult(name, "hash", (row,)) for name, row in rows.items()]
    lines = [json.dumps(asdict(result)) + "\n" for result in results]
    (out / JOURNAL_FILE).write_text("".join(lines))
    assert run("collect", out) == 0
    captured = capsys.readouterr()
    assert captured.err == (
        "Results of an earlier run, which the last batch did not write (1): study6.\n"
    )
    assert captured.out.startswith("3 cines")  # study7 was segmented without a batch


def test_one_result_is_singular(out, capsys):
    assert run("collect", out / "study5") == 0
    assert capsys.readouterr().out.startswith("1 cine, 0 outliers -> ")


def test_an_empty_folder_and_a_missing_reference_are_sentences(out, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    assert run("collect", tmp_path / "empty") == 1
    assert "error: Expected results of this program" in capsys.readouterr().err
    assert run("collect", out, "--reference", tmp_path / "none.csv") == 1
    assert "No such file" in capsys.readouterr().err
