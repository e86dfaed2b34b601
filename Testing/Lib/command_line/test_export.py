"""PDF and DICOM of a result that is there."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import highdicom as hd
import numpy as np
import pytest

from CMRSegmentationLib.reading.files import write_labels
from CMRSegmentationLib.reporting.report_files import write_report
from Testing.dicom_phantoms import write_series
from Testing.Lib.dicom_results import HEART, report_of
from Testing.Lib.running import run, write_cine


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> Path:
    """The folder of a result."""
    folder = tmp_path_factory.mktemp("result")
    write_labels(folder / "labels.nii.gz", HEART.labels)
    write_report(report_of(HEART.cine), folder)
    return folder


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Path:
    """The cine as a file that is not DICOM."""
    return write_cine(tmp_path_factory.mktemp("cine") / "heart.nii.gz", HEART.cine)


def test_the_pdf_is_written_beside_the_result_and_its_end_is_told_to_programs(
    result, image, capsys
):
    assert run("export", result, "--like", image, "--pdf", "--progress", "json") == 0
    assert (result / "report.pdf").read_bytes().startswith(b"%PDF")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["stage"] for line in lines] == ["read", "write", "finished"]


def test_dicom_objects_hold_the_labels_of_the_result(result, tmp_path):
    write_series(tmp_path / "study", HEART.cine)
    out = tmp_path / "out"
    like = ("--like", tmp_path / "study")
    assert run("export", result, *like, "-o", out, "--dicom-seg", "ed-es", "--dicom-sr") == 0
    assert {path.name for path in out.iterdir()} == {"segmentation.dcm", "report.dcm"}
    drawn = hd.seg.segread(out / "segmentation.dcm").pixel_array
    assert np.count_nonzero(drawn) == np.count_nonzero(HEART.labels.array[[0, 2]])


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ((), 2, "Expected --pdf, --dicom-seg"),
        (("--dicom-seg",), 1, "this input is not DICOM"),
    ],
    ids=["nothing", "no DICOM"],
)
def test_what_cannot_be_written_is_one_sentence(
    arguments, status, message, result, image, tmp_path, capsys
):
    assert run("export", result, "--like", image, "-o", tmp_path / "out", *arguments) == status
    assert message in capsys.readouterr().err


def test_another_cine_than_that_of_the_labels_is_refused(result, tmp_path, capsys):
    other = write_cine(tmp_path / "other.nii.gz", type(HEART)(frames=4, slices=6).cine)
    assert run("export", result, "--like", other, "-o", tmp_path / "out", "--pdf") == 1
    assert "Expected a cine on the grid of the labels" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_without_matplotlib_a_sentence_says_what_to_install(
    result, image, tmp_path, capsys, monkeypatch
):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)
    assert run("export", result, "--like", image, "-o", tmp_path / "out", "--pdf") == 1
    assert "pip install matplotlib" in capsys.readouterr().err
