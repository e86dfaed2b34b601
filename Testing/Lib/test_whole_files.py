"""Files and folders appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from CMRSegmentationLib.whole_files import whole_file, whole_folder, write_whole


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


class TestWriteWhole:
    def test_text_is_written_as_utf_8_with_its_line_ends_as_they_are(self, tmp_path):
        write_whole(tmp_path / "a.csv", "Größe\r\n1\n")
        assert (tmp_path / "a.csv").read_bytes() == "Größe\r\n1\n".encode()

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
            assert str(os.getpid()) in partial.name
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

    def test_what_a_killed_run_left_behind_is_removed_at_the_next(self, tmp_path):
        left = tmp_path / ".heart.partial"
        left.mkdir()
        (left / "half").write_text("1")
        with whole_folder(tmp_path / "heart") as staging:
            (staging / "one").write_text("1")
        assert names(tmp_path) == ["heart"]
        assert names(tmp_path / "heart") == ["one"]
