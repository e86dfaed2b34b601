"""Files and folders appear whole or not at all."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from CMRSegmentationLib import whole_files
from CMRSegmentationLib.whole_files import whole_file, whole_folder, write_whole

HOST = socket.gethostname()


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


class TestWriteWhole:
    def test_text_is_written_as_utf_8_with_its_line_ends_as_they_are(self, tmp_path):
        write_whole(tmp_path / "a.csv", "Größe\r\n1\n")
        assert (tmp_path / "a.csv").read_bytes() == "Größe\r\n1\n".encode()

    def test_a_byte_of_a_name_that_is_none_of_utf_8_is_written_by_its_number(self, tmp_path):
        write_whole(tmp_path / "a.csv", os.fsdecode(b"M\xfcller"))
        assert (tmp_path / "a.csv").read_text(encoding="utf-8") == r"M\udcfcller"

    def test_bytes_replace_what_was_there(self, tmp_path):
        (tmp_path / "a").write_bytes(b"old and longer")
        write_whole(tmp_path / "a", b"new")
        assert (tmp_path / "a").read_bytes() == b"new"
        assert names(tmp_path) == ["a"]

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    def test_a_file_that_does_not_fit_on_the_disk_leaves_nothing(self, tmp_path, monkeypatch):
        def write_to_a_full_disk(path: Path, data: bytes) -> int:
            path.touch()
            with open("/dev/full", "wb", buffering=0) as file:
                return file.write(data)

        monkeypatch.setattr(Path, "write_bytes", write_to_a_full_disk)
        with pytest.raises(OSError, match="No space left"):
            write_whole(tmp_path / "labels.nii.gz", b"0123")
        assert names(tmp_path) == []


class TestWholeFile:
    def test_the_temporary_name_lies_beside_the_file_and_ends_like_it(self, tmp_path):
        with whole_file(tmp_path / "weights.nii.gz") as partial:
            assert (partial.parent, partial.name[-7:]) == (tmp_path, ".nii.gz")
            assert f"{HOST}-{os.getpid()}" in partial.name
            partial.write_text("1")
            assert names(tmp_path) == [partial.name]
        assert names(tmp_path) == ["weights.nii.gz"]

    @pytest.mark.parametrize("error", [OSError("no"), KeyboardInterrupt()], ids=repr)
    def test_what_was_there_stays_when_something_fails_on_the_way(self, tmp_path, error):
        (tmp_path / "last.pt").write_text("old")

        def fail_on_the_way():
            with whole_file(tmp_path / "last.pt") as partial:
                partial.write_text("half")
                raise error

        with pytest.raises(type(error)):
            fail_on_the_way()
        assert names(tmp_path) == ["last.pt"]
        assert (tmp_path / "last.pt").read_text() == "old"

    def test_a_writer_that_wrote_nothing_is_an_error(self, tmp_path):
        def write_nothing():
            with whole_file(tmp_path / "a"):
                pass

        with pytest.raises(FileNotFoundError):
            write_nothing()


class TestWholeFolder:
    def test_files_appear_when_all_of_them_are_written(self, tmp_path):
        with whole_folder(tmp_path / "a" / "heart") as staging:
            (staging / "one").write_text("1")
            assert not (tmp_path / "a" / "heart").exists()
        assert names(tmp_path / "a") == ["heart"]
        assert (tmp_path / "a" / "heart" / "one").read_text() == "1"

    def test_files_of_an_earlier_run_are_replaced_and_others_stay(self, tmp_path):
        folder = tmp_path / "heart"
        folder.mkdir()
        (folder / "one").write_text("old")
        (folder / "notes.txt").write_text("mine")
        with whole_folder(folder) as staging:
            (staging / "one").write_text("new")
        assert (folder / "one").read_text() == "new"
        assert (folder / "notes.txt").read_text() == "mine"

    @pytest.mark.parametrize("error", [OSError("no"), KeyboardInterrupt()], ids=repr)
    def test_nothing_appears_when_something_fails_on_the_way(self, tmp_path, error):
        def fail_on_the_way():
            with whole_folder(tmp_path / "heart") as staging:
                (staging / "one").write_text("1")
                raise error

        with pytest.raises(type(error)):
            fail_on_the_way()
        assert names(tmp_path) == []

    @pytest.mark.parametrize("number", range(4))
    def test_a_file_that_cannot_be_moved_leaves_all_that_was_there(
        self, tmp_path, monkeypatch, number
    ):
        """Three new files come, then one that is not written anew goes."""
        folder, moves = tmp_path / "heart", iter(range(100))
        move, remove = os.replace, Path.unlink
        folder.mkdir()
        for name in ("curves.csv", "measures.csv", "quality.csv"):
            (folder / name).write_text("old")

        def check():
            if next(moves) == number:
                raise PermissionError(13, "The process cannot access the file")

        def locked_once(source, target):
            check()
            move(source, target)

        def kept_once(path, missing_ok=False):
            check()
            remove(path, missing_ok)

        def write_all():
            with whole_folder(folder, ["quality.csv"]) as staging:
                for name in ("curves.csv", "labels.nii.gz", "measures.csv"):
                    (staging / name).write_text("new")

        monkeypatch.setattr(os, "replace", locked_once)
        monkeypatch.setattr(Path, "unlink", kept_once)
        with pytest.raises(PermissionError):
            write_all()
        assert {file.name: file.read_text() for file in folder.iterdir()} == {
            "curves.csv": "old",
            "measures.csv": "old",
            "quality.csv": "old",
        }
        assert names(tmp_path) == ["heart"]

    def test_files_that_are_not_written_anew_are_removed_if_they_are_named(self, tmp_path):
        folder = tmp_path / "heart"
        folder.mkdir()
        for name in ("one", "two", "notes.txt"):
            (folder / name).write_text("old")
        with whole_folder(folder, replaces=["one", "two", "three"]) as staging:
            (staging / "one").write_text("new")
        assert names(folder) == ["notes.txt", "one"]
        assert (folder / "one").read_text() == "new"
        assert names(tmp_path) == ["heart"]

    def test_a_folder_of_a_files_name_is_not_replaced(self, tmp_path):
        (tmp_path / "heart" / "one" / "mine").mkdir(parents=True)

        def write_one():
            with whole_folder(tmp_path / "heart") as staging:
                (staging / "one").write_text("new")

        with pytest.raises(OSError, match="one"):
            write_one()
        assert names(tmp_path / "heart" / "one") == ["mine"]
        assert names(tmp_path) == ["heart"]

    def test_two_runs_at_once_do_not_disturb_each_other(self, tmp_path):
        with whole_folder(tmp_path / "heart") as first:
            (first / "one").write_text("1")
            with whole_folder(tmp_path / "heart") as second:
                assert f".heart.partial-{HOST}-{os.getpid()}-" in second.name
                (second / "one").write_text("2")
            assert (tmp_path / "heart" / "one").read_text() == "2"
        assert (tmp_path / "heart" / "one").read_text() == "1"
        assert names(tmp_path) == ["heart"]


@pytest.fixture(scope="module")
def ended() -> int:
    """Number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.communicate(timeout=60)
    return process.pid


class TestLeftOver:
    def left(self, path: Path, *, days: float = 0.0) -> Path:
        """A temporary folder with a file in it, of that age."""
        path.mkdir()
        (path / "half").write_text("1")
        modified = path.stat().st_mtime - days * 24 * 60 * 60
        os.utime(path, (modified, modified))
        return path

    def write(self, folder: Path) -> None:
        with whole_folder(folder) as staging:
            (staging / "one").write_text("1")

    @pytest.mark.skipif(os.name == "nt", reason="Windows does not tell")
    def test_what_a_killed_run_left_behind_is_removed_at_the_next(self, tmp_path, ended):
        self.left(tmp_path / f".heart [1].partial-{HOST}-{ended}-abc_1234")
        self.write(tmp_path / "heart [1]")
        assert names(tmp_path) == ["heart [1]"]
        assert names(tmp_path / "heart [1]") == ["one"]

    def test_that_of_a_running_process_another_computer_or_another_result_stays(
        self, tmp_path, ended
    ):
        running = self.left(tmp_path / f".heart.partial-{HOST}-{os.getpid()}-abc_1234")
        elsewhere = self.left(tmp_path / f".heart.partial-far-{HOST}-{ended}-abc_1234")
        other = self.left(tmp_path / f".big.heart.partial-{HOST}-{ended}-abc_1234", days=2)
        self.write(tmp_path / "heart")
        assert names(tmp_path) == sorted([running.name, elsewhere.name, other.name, "heart"])

    def test_after_a_day_it_is_removed_whoever_left_it(self, tmp_path):
        self.left(tmp_path / f".heart.partial-{HOST}-{os.getpid()}-abc_1234", days=1.1)
        self.left(tmp_path / ".heart.partial-far-1-abc_1234", days=1.1)
        recent = self.left(tmp_path / ".heart.partial-far-2-abc_1234", days=0.9)
        self.write(tmp_path / "heart")
        assert names(tmp_path) == [recent.name, "heart"]

    def test_on_windows_no_process_is_asked_since_that_would_interrupt_it(self, monkeypatch):
        with monkeypatch.context() as on_windows:
            on_windows.setattr(os, "name", "nt")
            on_windows.setattr(os, "kill", lambda *_: pytest.fail("interrupted"))
            may_be_running = whole_files._may_be_running(os.getpid())
        assert may_be_running

    def test_a_process_of_another_user_is_running(self, monkeypatch):
        def refuse(process_id: int, number: int) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "kill", refuse)
        assert whole_files._may_be_running(1)
