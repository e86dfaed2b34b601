import io

import pytest

from CMRSegmentationWeb.refusals import RefusedError
from CMRSegmentationWeb.uploads import Room, inputs_of, receive
from Testing.Web.test_archives import make_zip


def put(folder, name, content=b"x", room=None):
    receive(io.BytesIO(content), name, folder, room or Room(1000, 10))


def names_below(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


class TestReceive:
    def test_a_file_lies_in_the_folder_it_came_from(self, tmp_path):
        put(tmp_path, "study/IM1", b"data")
        assert (tmp_path / "study" / "IM1").read_bytes() == b"data"

    def test_too_large_a_file_leaves_nothing(self, tmp_path):
        with pytest.raises(RefusedError, match="larger"):
            put(tmp_path, "a", b"x" * 11, Room(10, 1))
        assert names_below(tmp_path) == []

    def test_the_third_file_of_two_is_refused(self, tmp_path):
        room = Room(100, 2)
        put(tmp_path, "a", room=room)
        put(tmp_path, "b", room=room)
        with pytest.raises(RefusedError, match="more files"):
            put(tmp_path, "c", room=room)

    @pytest.mark.parametrize("name", ["a", "a/b", "folder"])
    def test_a_name_that_is_taken_is_refused(self, tmp_path, name):
        put(tmp_path, "a", b"first")
        put(tmp_path, "folder/c")
        with pytest.raises(RefusedError, match="already"):
            put(tmp_path, name)
        assert (tmp_path / "a").read_bytes() == b"first"

    def test_an_archive_is_unpacked_and_counted(self, tmp_path):
        packed = make_zip(tmp_path / "x.zip", {"1.dcm": b"abc", "2.dcm": b"def"}).read_bytes()
        folder, room = tmp_path / "upload", Room(10_000, 10)
        folder.mkdir()
        put(folder, "study.zip", packed, room)
        assert names_below(folder) == ["study/1.dcm", "study/2.dcm"]
        assert (room.bytes, room.files) == (10_000 - len(packed) - 6, 7)

    def test_a_damaged_archive_leaves_nothing(self, tmp_path):
        with pytest.raises(RefusedError, match="damaged"):
            put(tmp_path, "study.zip", b"PK")
        assert names_below(tmp_path) == []


class TestInputs:
    def test_every_image_file_is_an_input_with_its_raw_file_beside(self, tmp_path):
        for name in ("b.nii.gz", "a.mhd", "a.raw"):
            put(tmp_path, name)
        assert [path.name for path in inputs_of(tmp_path)] == ["a.mhd", "b.nii.gz"]

    def test_dicom_files_are_a_study_named_by_its_folder(self, tmp_path):
        put(tmp_path, "study/series/1")
        put(tmp_path, "study/other/2")
        assert inputs_of(tmp_path) == (tmp_path / "study",)

    def test_one_file_is_an_input_by_itself(self, tmp_path):
        put(tmp_path, "multi.dcm")
        assert inputs_of(tmp_path) == (tmp_path / "multi.dcm",)

    def test_nothing_is_refused(self, tmp_path):
        with pytest.raises(RefusedError, match="found none"):
            inputs_of(tmp_path)
