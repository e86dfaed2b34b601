import io
import zipfile
from pathlib import Path

import pytest

from CMRSegmentationLib.reading import sources as archives
from CMRSegmentationLib.reading.sources import (
    Source,
    members_of,
    open_archive,
    open_member,
    sources_of,
)
from CMRSegmentationLib.reading.study import ReadError


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def test_members_come_by_name_without_hidden_ones(tmp_path: Path) -> None:
    names = ("b/2.dcm", "a/1.dcm", ".hidden", "__MACOSX/a/._1.dcm", "a/.DS_Store")
    with open_archive(archive(tmp_path / "a.zip", dict.fromkeys(names, b"x"))) as opened:
        assert [member.filename for member in members_of(opened)] == ["a/1.dcm", "b/2.dcm"]


def test_member_is_read_whole(tmp_path: Path) -> None:
    with open_archive(archive(tmp_path / "a.zip", {"a": b"content"})) as opened:
        (member,) = members_of(opened)
        assert open_member(opened, member).read() == b"content"


def test_bomb_is_refused_before_anything_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive(tmp_path / "bomb.zip", {"zeros": bytes(2**22)})
    open_archive(path).close()  # 4 MiB are harmless
    monkeypatch.setattr(archives, "FREE_BYTES", 2**20)
    with pytest.raises(ReadError, match="times its size"):
        open_archive(path)
    monkeypatch.setattr(archives, "MAXIMUM_TOTAL_BYTES", 2**21)
    with pytest.raises(ReadError, match="more than any study has"):
        open_archive(path)


def test_too_many_members_and_too_large_ones_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive(tmp_path / "a.zip", {"a": b"12345", "b": b""})
    monkeypatch.setattr(archives, "MAXIMUM_MEMBER_BYTES", 4)
    with open_archive(path) as opened, pytest.raises(ReadError, match="more than an image has"):
        open_member(opened, next(members_of(opened)))
    monkeypatch.setattr(archives, "MAXIMUM_MEMBERS", 1)
    with pytest.raises(ReadError, match="holds 2 files"):
        open_archive(path)


def test_damaged_archive_and_damaged_member_are_named(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a": bytes(range(256)) * 8})
    content = bytearray(path.read_bytes())
    content[60:80] = bytes(20)
    path.write_bytes(content)
    with open_archive(path) as opened, pytest.raises(ReadError, match="damaged in the archive"):
        open_member(opened, next(members_of(opened)))
    path.write_bytes(content[:100])
    with pytest.raises(ReadError, match=r"a\.zip is not a whole zip archive"):
        open_archive(path)


def test_encrypted_member_is_named(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a": b"secret"})
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    with (
        zipfile.ZipFile(io.BytesIO(content)) as opened,
        pytest.raises(ReadError, match="encrypted"),
    ):
        open_member(opened, next(members_of(opened)))


def names(path: Path) -> list[str]:
    with sources_of(path) as sources:
        return [source.name for source in sources.files]


def unreadable(path: Path) -> dict[str, str]:
    with sources_of(path) as sources:
        return sources.unreadable


def write(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_files_of_subfolders_are_found_without_hidden_ones_and_directory_files(
    tmp_path: Path,
) -> None:
    for name in ("b/2", "a", "b/.hidden", ".git/x", "DICOMDIR", "b/dicomdir"):
        write(tmp_path / name)
    assert names(tmp_path) == ["a", "b/2"]


def test_links_are_followed_and_a_cycle_of_links_ends(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "1")
    study = tmp_path / "study"
    write(study / "own")
    (study / "series").symlink_to(tmp_path / "elsewhere")
    (study / "again").symlink_to(study)
    (study / "up").symlink_to(tmp_path / "elsewhere" / "..")
    assert {Path(name).name for name in names(study)} == {"own", "1"}
    assert len([name for name in names(study) if name.endswith("1")]) == 1


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nothing")
    assert names(tmp_path) == []
    assert unreadable(tmp_path) == {"gone": "a link that leads nowhere"}


def test_archives_are_read_in_place_but_not_inside_each_other(tmp_path: Path) -> None:
    inner = archive(tmp_path / "inner.zip", {"x": b"1"}).read_bytes()
    path = archive(tmp_path / "study.zip", {"a/1": b"one", "more.zip": inner, "DICOMDIR": b""})
    (tmp_path / "inner.zip").unlink()
    with sources_of(path) as sources:
        assert [(source.name, source.read()) for source in sources.files] == [("a/1", b"one")]
        assert sources.unreadable == {"more.zip": "an archive inside an archive"}
    assert names(tmp_path) == ["study.zip/a/1"]


def test_damaged_archive_inside_a_folder_costs_itself_alone(tmp_path: Path) -> None:
    write(tmp_path / "bad.zip", b"PK no")
    write(tmp_path / "image")
    assert names(tmp_path) == ["image"]
    assert "not a whole zip archive" in unreadable(tmp_path)["bad.zip"]


@pytest.mark.parametrize("name", ["data.raw", "./data.raw", "two words.raw", ".data", "a..raw"])
def test_data_file_beside_its_header_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"numbers")
    assert Source("a.nhdr", tmp_path / "a.nhdr").read_beside(name) == b"numbers"


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../a", "..", ".", "./", "", "b/a", "./../a", "b\\a", "C:a", "a\0"]
)
def test_data_file_that_may_lie_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "b").mkdir()
    for file in (tmp_path / "a", tmp_path / "b" / "a"):
        file.write_bytes(b"numbers")
    with pytest.raises(ReadError, match=r"beside its header, found .*; put it there, and"):
        Source("a.nhdr", tmp_path / "b" / "a.nhdr").read_beside(name)


@pytest.mark.parametrize("name", ["missing.raw", "folder"])
def test_data_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ReadError, match=f"'{name}' beside its header, found none .*; put it there"):
        Source("a.nhdr", tmp_path / "a.nhdr").read_beside(name)


def test_data_file_of_a_header_in_an_archive_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a.nhdr": b"", "a.raw": b"numbers"})
    with sources_of(path) as found, pytest.raises(ReadError, match=r"'a\.raw'; unpack the archive"):
        found.files[0].read_beside("a.raw")
