import csv
import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from CMRSegmentationLib.reading.axes import Axes
from CMRSegmentationLib.reading.files import read_labels
from CMRSegmentationLib.reporting import results
from CMRSegmentationLib.reporting.page import PictureUnavailable
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from CMRSegmentationLib.reporting.results import (
    Outcome,
    write_first_look,
    write_results,
    write_summary,
)
from Testing.Lib.running import write_cine
from Testing.phantoms import HeartPhantom

TABLES = ["curves.csv", "measures.csv", "report.json", "segments.csv", "strain.csv"]
SHOWED_REPORT = (
    *("overview.png", "overview_2.png", "overview.dcm", "overview_2.dcm"),
    *("report.pdf", "report.dcm", "quality.csv"),
)
SHOWED_LABELS = ("redrawn.nii.gz", "segmentation.dcm")
FILES = sorted([*TABLES, "labels.nii.gz", "overview.png"])


@pytest.fixture(scope="module")
def heart() -> HeartPhantom:
    return HeartPhantom(frames=4, slices=6, es_frame=2)


@pytest.fixture(scope="module")
def report(heart):
    return make_report(heart.labels, InputSummary.of(heart.cine))


@pytest.fixture
def no_picture(monkeypatch):
    """Drawing takes a second and is tested elsewhere."""
    monkeypatch.setattr(
        results, "write_overview", lambda path, *_: Path(path).write_bytes(b"picture")
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def full_disk(path: Path, data: bytes) -> None:
    """Half of a file arrives, then the disk is full."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


class TestWriteResults:
    def test_the_result_folder_holds_what_the_contract_names(
        self, tmp_path, heart, report, no_picture
    ):
        write_results(tmp_path / "heart", heart.labels, report, stack=heart.cine)
        assert names(tmp_path / "heart") == FILES
        assert (read_labels(tmp_path / "heart" / "labels.nii.gz").array == heart.labels.array).all()

    def test_a_pdf_is_written_when_it_is_asked_for(
        self, tmp_path, heart, report, no_picture, monkeypatch
    ):
        monkeypatch.setattr(results, "write_pdf", lambda path, *_: path.write_bytes(b"%PDF"))
        write_results(tmp_path / "heart", heart.labels, report, stack=heart.cine, with_pdf=True)
        assert names(tmp_path / "heart") == sorted([*FILES, "report.pdf"])

    def test_labels_that_are_the_input_are_not_written_again(self, tmp_path, heart, report):
        write_results(tmp_path / "heart", heart.labels, report, with_labels=False)
        assert names(tmp_path / "heart") == TABLES

    def test_without_matplotlib_there_is_one_line_and_no_picture(
        self, tmp_path, heart, report, monkeypatch, caplog
    ):
        def no_matplotlib(*_):
            raise PictureUnavailable("The picture is left out: matplotlib is not installed.")

        monkeypatch.setattr(results, "write_overview", no_matplotlib)
        write_results(tmp_path / "heart", heart.labels, report, stack=heart.cine)
        assert names(tmp_path / "heart") == [name for name in FILES if name != "overview.png"]
        assert [record.getMessage() for record in caplog.records] == [
            "The picture is left out: matplotlib is not installed."
        ]

    def test_a_disk_that_fills_up_leaves_what_was_there_before(
        self, tmp_path, heart, report, no_picture, monkeypatch
    ):
        write_results(tmp_path / "heart", heart.labels, report, stack=heart.cine)
        before = {path.name: path.read_bytes() for path in (tmp_path / "heart").iterdir()}
        monkeypatch.setattr("CMRSegmentationLib.reporting.report_files.write_whole", full_disk)
        with pytest.raises(OSError, match="No space left"):
            write_results(tmp_path / "heart", heart.labels, report, stack=heart.cine)
        assert {path.name: path.read_bytes() for path in (tmp_path / "heart").iterdir()} == before
        assert names(tmp_path) == ["heart"]

    def test_what_showed_an_earlier_report_is_removed_and_nothing_else(
        self, tmp_path, heart, report
    ):
        for name in (*SHOWED_REPORT, *SHOWED_LABELS, "labels.nii.gz", "notes.txt"):
            (tmp_path / name).touch()
        write_results(tmp_path, heart.labels, report, with_labels=False)
        assert names(tmp_path) == sorted([*TABLES, *SHOWED_LABELS, "labels.nii.gz", "notes.txt"])

    def test_what_showed_other_labels_is_removed_with_them(self, tmp_path, heart, report):
        for name in (*SHOWED_REPORT, *SHOWED_LABELS, "labels.nii.gz", "notes.txt"):
            (tmp_path / name).touch()
        write_results(tmp_path, heart.labels, report)
        assert names(tmp_path) == sorted([*TABLES, "labels.nii.gz", "notes.txt"])

    def test_an_earlier_picture_that_someone_holds_open_leaves_what_was_there_before(
        self, tmp_path, heart, report, monkeypatch
    ):
        folder, remove = tmp_path / "heart", Path.unlink
        folder.mkdir()
        for name in ("measures.csv", "overview_2.png", "report.json"):
            (folder / name).write_text("old")

        def locked(path, missing_ok=False):
            if path == folder / "overview_2.png":
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            remove(path, missing_ok)

        monkeypatch.setattr(Path, "unlink", locked)
        with pytest.raises(PermissionError):
            write_results(folder, heart.labels, report)
        assert names(folder) == ["measures.csv", "overview_2.png", "report.json"]
        assert (folder / "report.json").read_text() == "old"


@pytest.mark.parametrize("write", [write_results, write_first_look])
def test_the_labels_have_the_axes_of_the_report(write, tmp_path, heart, report):
    like = write_cine(tmp_path / "heart.nii.gz", heart.cine, "xytz")
    report = replace(report, labels_axes="xytz")
    write(tmp_path / "heart", heart.labels, report, like=like)
    labels = read_labels(tmp_path / "heart" / "labels.nii.gz", Axes("xytz"))
    assert (labels.array == heart.labels.array).all()


class TestFirstLook:
    def test_it_is_labels_and_report_written_whole_or_not_at_all(
        self, tmp_path, heart, report, monkeypatch
    ):
        like = tmp_path / "heart.nii.gz"
        write_first_look(tmp_path / "a", heart.labels, report, like=like)
        assert names(tmp_path / "a") == ["labels.nii.gz", "report.json"]
        monkeypatch.setattr(results, "write_whole", full_disk)
        with pytest.raises(OSError, match="No space left"):
            write_first_look(tmp_path / "b", heart.labels, report, like=like)
        assert names(tmp_path) == ["a"]


class TestSummary:
    def test_each_cine_has_a_row_with_its_status_and_measures(self, tmp_path, report):
        outcomes = [
            Outcome("in/a.nii.gz", "a", "done", folder=tmp_path / "a", report=report),
            Outcome("in/b.nii.gz", "", "failed", 'truncated, "half" a file'),
        ]
        write_summary(tmp_path, outcomes)
        with (tmp_path / "summary.csv").open(newline="") as file:
            done, failed = csv.DictReader(file)
        assert (done["status"], done["folder"], done["ed_frame"], done["es_frame"]) == (
            "done",
            "a",
            "0",
            "2",
        )
        assert float(done["lv_ef"]) == pytest.approx(report.value("lv_ef"), abs=0.01)
        assert (failed["input"], failed["status"]) == ("in/b.nii.gz", "failed")
        assert failed["message"] == 'truncated, "half" a file'
        assert failed["lv_ef"] == failed["folder"] == ""

    def test_the_folder_is_made_and_nothing_else_is_left_in_it(self, tmp_path):
        write_summary(tmp_path / "new" / "out", [])
        assert names(tmp_path / "new" / "out") == ["summary.csv"]

    @pytest.mark.skipif(os.name == "nt", reason="names are no bytes there")
    def test_a_file_whose_name_is_not_of_utf_8_has_its_row(self, tmp_path):
        write_summary(tmp_path, [Outcome(os.fsdecode(b"M\xfcller.nii"), "", "failed", "damaged")])
        last = (tmp_path / "summary.csv").read_text(encoding="utf-8").splitlines()[-1]
        assert last.startswith(r"M\udcfcller.nii,,failed,damaged,")
