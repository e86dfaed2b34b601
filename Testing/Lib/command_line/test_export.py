"""PDF and DICOM of a result that is there."""

from __future__ import annotations

import json
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.measuring.regional import Regional
from CMRSegmentationLib.reading.files import read_cine, write_labels
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from CMRSegmentationLib.reporting.report_files import write_report
from Testing.dicom_phantoms import write_series
from Testing.Lib.dicom_results import HEART, report_of
from Testing.Lib.running import run, write_cine
from Testing.phantoms import HeartPhantom


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


@pytest.fixture
def drawn(monkeypatch) -> dict[str, Any]:
    """The cine and the labels that are drawn in place of a PDF."""
    found: dict[str, Any] = {}
    monkeypatch.setattr(
        "CMRSegmentationLib.command_line.export.write_pdf",
        lambda path, stack, labels, report: found.update(stack=stack, labels=labels),
    )
    return found


@pytest.mark.parametrize("axes", ["xytz", "xyzt:6"])
def test_the_result_of_a_file_of_another_order_of_axes_is_exported(axes, tmp_path, drawn):
    heart = HeartPhantom(frames=12, slices=6, empty_slices=(0, 0), es_frame=5)
    path = write_cine(tmp_path / "heart.nii.gz", heart.cine, axes)
    assert read_cine(path).axes == axes
    write_labels(tmp_path / "labels.nii.gz", heart.labels, like=path, axes=axes)
    write_report(make_report(heart.labels, InputSummary.of(heart.cine)), tmp_path)
    assert run("export", tmp_path, "--like", path, "--pdf") == 0
    assert drawn["stack"].shape_tzyx == heart.cine.shape_tzyx
    np.testing.assert_array_equal(drawn["labels"].array, heart.labels.array)


def test_axes_that_the_user_named_for_the_run_are_those_of_its_report(tmp_path, drawn):
    path = write_cine(tmp_path / "heart.nii.gz", HEART.cine, "xytz")
    assert read_cine(path).axes == "xyzt"
    write_labels(tmp_path / "labels.nii.gz", HEART.labels, like=path, axes="xytz")
    write_report(replace(report_of(HEART.cine), labels_axes="xytz"), tmp_path)
    assert run("export", tmp_path, "--like", path, "--pdf") == 0
    np.testing.assert_array_equal(drawn["labels"].array, HEART.labels.array)


def test_labels_of_dicom_are_read_in_the_order_that_the_user_names(tmp_path, drawn):
    write_series(tmp_path / "study", HEART.cine)
    like = write_cine(tmp_path / "like.nii.gz", HEART.cine, "xytz")
    write_labels(tmp_path / "labels.nii.gz", HEART.labels, like=like, axes="xytz")
    write_report(report_of(HEART.cine), tmp_path)
    more = ("--like", tmp_path / "study", "--axes", "xytz", "--pdf")
    assert run("export", tmp_path, *more) == 0
    np.testing.assert_array_equal(drawn["labels"].array, HEART.labels.array)


def test_a_cine_that_could_be_one_of_several_is_refused(result, image, tmp_path, capsys):
    with zipfile.ZipFile(tmp_path / "study.zip", "w") as archive:
        archive.write(image, "one.nii.gz")
        archive.write(image, "two.nii.gz")
    assert run("export", result, "--like", tmp_path / "study.zip", "--pdf") == 1
    assert "Expected one cine on the grid of the labels" in capsys.readouterr().err


def test_a_report_that_names_no_order_of_axes_is_refused_with_what_to_do(
    result, image, tmp_path, capsys
):
    content = json.loads((result / "report.json").read_text(encoding="utf-8"))
    content["labels_axes"] = "zyx"
    (tmp_path / "report.json").write_text(json.dumps(content), encoding="utf-8")
    write_labels(tmp_path / "labels.nii.gz", HEART.labels)
    assert run("export", tmp_path, "--like", image, "--pdf") == 1
    error = capsys.readouterr().err
    assert "found 'zyx'" in error
    assert "--axes" in error


@pytest.fixture
def edited(tmp_path) -> tuple[Path, Path]:
    """A result whose left ventricle was made smaller after it was measured, and its study."""
    write_series(tmp_path / "study", HEART.cine)
    array = HEART.labels.array.copy()
    array[:, 3][array[:, 3] == Label.LV] = Label.BACKGROUND
    folder = tmp_path / "edited"
    folder.mkdir()
    write_labels(folder / "labels.nii.gz", replace(HEART.labels, array=array))
    write_report(report_of(HEART.cine), folder)
    return folder, tmp_path / "study"


@pytest.mark.parametrize(
    "options",
    [("--dicom-sr",), ("--dicom-seg", "ed-es"), ("--dicom-seg", "--dicom-sc"), ("--pdf",)],
    ids=" ".join,
)
def test_measures_of_other_labels_are_not_told_of_these(options, edited, capsys):
    folder, study = edited
    assert run("export", folder, "--like", study, *options) == 1
    assert "were changed since; measure them again" in capsys.readouterr().err
    assert sorted(path.name for path in folder.iterdir() if path.suffix != ".csv") == [
        "labels.nii.gz",
        "report.json",
    ]


def test_edited_labels_alone_are_exported_with_a_warning(edited, capsys):
    folder, study = edited
    assert run("export", folder, "--like", study, "--dicom-seg") == 0
    assert "were changed since" in capsys.readouterr().err
    drawn = hd.seg.segread(folder / "segmentation.dcm").pixel_array
    assert np.count_nonzero(drawn) < np.count_nonzero(HEART.labels.array)


def test_labels_without_any_structure_are_no_success(tmp_path, capsys):
    write_series(tmp_path / "study", HEART.cine)
    write_labels(tmp_path / "labels.nii.gz", replace(HEART.labels, array=HEART.labels.array * 0))
    write_report(report_of(HEART.cine), tmp_path)
    assert run("export", tmp_path, "--like", tmp_path / "study", "--dicom-seg") == 1
    assert "No DICOM object was written" in capsys.readouterr().err


def test_a_second_page_of_an_earlier_result_is_not_captured(result, tmp_path):
    write_series(tmp_path / "study", HEART.cine)
    single = tmp_path / "single"
    single.mkdir()
    write_labels(single / "labels.nii.gz", HEART.labels)
    write_report(replace(report_of(HEART.cine), regional=Regional()), single)
    for name in ("overview_2.png", "overview_2.dcm"):
        (single / name).write_bytes(b"an earlier page")
    assert run("export", single, "--like", tmp_path / "study", "--dicom-sc") == 0
    assert [path.name for path in single.glob("*.dcm")] == ["overview.dcm"]
