import csv
import errno
import os
from pathlib import Path

import pytest

from CMRSegmentationLib.reading.files import read_labels, write_whole
from CMRSegmentationLib.reporting import results
from CMRSegmentationLib.reporting.overview import PictureUnavailable
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from CMRSegmentationLib.reporting.results import (
    Outcome,
    staged_folder,
    write_results,
    write_summary,
)
from Testing.phantoms import HeartPhantom

FILES = ["curves.csv", "labels.nii.gz", "measures.csv", "overview.png", "report.json"]


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


class TestStagedFolder:
    def test_files_appear_when_all_of_them_are_written(self, tmp_path):
        with staged_folder(tmp_path / "a" / "heart") as staging:
            (staging / "one").write_text("1")
            assert not (tmp_path / "a" / "heart").exists()
        assert names(tmp_path / "a") == ["heart"]
        assert (tmp_path / "a" / "heart" / "one").read_text() == "1"

    def test_files_of_an_earlier_run_are_replaced_and_others_stay(self, tmp_path):
        folder = tmp_path / "heart"
        folder.mkdir()
        (folder / "one").write_text("old")
        (folder / "notes.txt").write_text("mine")
        with staged_folder(folder) as staging:
            (staging / "one").write_text("new")
        assert (folder / "one").read_text() == "new"
        assert (folder / "notes.txt").read_text() == "mine"

    @pytest.mark.parametrize("error", [OSError("no"), KeyboardInterrupt()], ids=repr)
    def test_nothing_appears_when_something_fails_on_the_way(self, tmp_path, error):
        def fail_on_the_way():
            with staged_folder(tmp_path / "heart") as staging:
                (staging / "one").write_text("1")
                raise error

        with pytest.raises(type(error)):
            fail_on_the_way()
        assert names(tmp_path) == []

    def test_what_a_killed_run_left_behind_is_removed_at_the_next(self, tmp_path):
        left = tmp_path / ".heart.partial"
        left.mkdir()
        (left / "half").write_text("1")
        with staged_folder(tmp_path / "heart") as staging:
            (staging / "one").write_text("1")
        assert names(tmp_path) == ["heart"]
        assert names(tmp_path / "heart") == ["one"]


class TestWriteResults:
    def test_the_result_folder_holds_what_the_contract_names(
        self, tmp_path, heart, report, no_picture
    ):
        write_results(tmp_path / "heart", heart.labels, report, stack=heart.cine)
        assert names(tmp_path / "heart") == FILES
        assert (read_labels(tmp_path / "heart" / "labels.nii.gz").array == heart.labels.array).all()

    def test_labels_that_are_the_input_are_not_written_again(self, tmp_path, heart, report):
        write_results(tmp_path / "heart", heart.labels, report, with_labels=False)
        assert names(tmp_path / "heart") == ["curves.csv", "measures.csv", "report.json"]

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
        monkeypatch.setattr("CMRSegmentationLib.reporting.report.write_whole", full_disk)
        with pytest.raises(OSError, match="No space left"):
            write_results(tmp_path / "heart", heart.labels, report, stack=heart.cine)
        assert {path.name: path.read_bytes() for path in (tmp_path / "heart").iterdir()} == before
        assert names(tmp_path) == ["heart"]


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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_file_that_does_not_fit_on_the_disk_leaves_nothing(tmp_path, monkeypatch):
    def write_to_a_full_disk(path: Path, data: bytes) -> int:
        path.touch()
        with open("/dev/full", "wb", buffering=0) as file:
            return file.write(data)

    monkeypatch.setattr(Path, "write_bytes", write_to_a_full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "labels.nii.gz", b"0123")
    assert names(tmp_path) == []
