import io
import shutil

import pytest

from CMRSegmentationLib.reading.files import input_name
from CMRSegmentationWeb import archives
from CMRSegmentationWeb.refusals import RefusedError
from CMRSegmentationWeb.uploads import Room, inputs_of, receive, tell_apart
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

    def test_what_macos_adds_is_left_out(self, tmp_path):
        members = {"s/a.nii.gz": b"1", "__MACOSX/s/._a.nii.gz": b"2", "s/.DS_Store": b"3"}
        packed = make_zip(tmp_path / "x.zip", members).read_bytes()
        folder = tmp_path / "upload"
        folder.mkdir()
        put(folder, "study.zip", packed, Room(10_000, 2))
        put(folder, "._b.nii.gz")
        assert names_below(folder) == ["study/s/a.nii.gz"]

    @pytest.mark.parametrize("name", ["a", "study/IM1", "study.zip"])
    def test_nothing_is_written_of_a_job_that_is_removed(self, tmp_path, name):
        with pytest.raises(RefusedError, match="removed meanwhile"):
            put(tmp_path / "gone", name)
        assert not (tmp_path / "gone").exists()

    def test_an_archive_stops_to_unpack_when_its_job_is_removed(self, tmp_path, monkeypatch):
        names = [f"{series}/{number}" for series in "ab" for number in range(3)]
        packed = make_zip(tmp_path / "x.zip", dict.fromkeys(names, b"1")).read_bytes()
        folder, made = tmp_path / "upload", archives.make_folders
        folder.mkdir()

        def make_folders(top, inner):
            if inner.name == "b":
                shutil.rmtree(folder)
            return made(top, inner)

        monkeypatch.setattr(archives, "make_folders", make_folders)
        with pytest.raises(RefusedError, match="removed meanwhile"):
            put(folder, "study.zip", packed, Room(10_000, 10))
        assert not folder.exists()

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

    def test_dicom_files_beside_an_image_file_are_a_study_as_well(self, tmp_path):
        for name, content in (("s/labels.nii", b"x"), ("s/notes.txt", b"x" * 500)):
            put(tmp_path, name, content)
        assert inputs_of(tmp_path) == (tmp_path / "s" / "labels.nii",)
        put(tmp_path, "s/series/IM1", bytes(128) + b"DICM")
        assert inputs_of(tmp_path) == (tmp_path / "s" / "labels.nii", tmp_path / "s")

    def test_image_files_of_one_name_are_told_apart_by_their_folders(self, tmp_path):
        for name in (
            "all/p1/cine.nii.gz",
            "all/p2/Cine.nii.gz",
            "all/p2/lax.mhd",
            "all/p2/lax.raw",
        ):
            put(tmp_path, name)
        tell_apart(tmp_path)
        assert names_below(tmp_path / "all") == [
            "p1/p1-cine.nii.gz",
            "p2/lax.mhd",
            "p2/lax.raw",
            "p2/p2-Cine.nii.gz",
        ]

    def test_a_folder_that_is_called_like_its_file_keeps_its_name(self, tmp_path):
        put(tmp_path, "p1.nii/p1.nii")
        tell_apart(tmp_path)
        assert inputs_of(tmp_path) == (tmp_path / "p1.nii" / "p1.nii",)

    @pytest.mark.parametrize(
        ("names", "results"),
        [
            (("s/cine.nii", "s/cine.nrrd"), ["2-cine", "cine"]),
            (("p1/a.nii", "p2/a.nii", "p1-a.nii"), ["2-p1-a", "p1-a", "p2-a"]),
        ],
    )
    def test_where_folders_do_not_tell_names_apart_a_number_does(self, tmp_path, names, results):
        for name in names:
            put(tmp_path, name)
        tell_apart(tmp_path)
        assert [input_name(path) for path in inputs_of(tmp_path)] == results

    def test_an_image_file_with_the_name_of_the_study_beside_it_is_told_apart(self, tmp_path):
        put(tmp_path, "study/study.nii.gz")
        put(tmp_path, "study/series/IM1", bytes(128) + b"DICM")
        tell_apart(tmp_path)
        top = tmp_path / "study"
        assert inputs_of(tmp_path) == (top / "2-study.nii.gz", top)

    def test_nothing_is_refused(self, tmp_path):
        with pytest.raises(RefusedError, match="found none"):
            inputs_of(tmp_path)
