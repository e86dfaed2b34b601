"""The files of an input, wherever they lie: below a folder, behind links, inside a zip archive.

Archives are read in place, and one that would blow up is refused: a zip bomb is a small file that
unpacks to far more than a computer holds. What an archive promises is checked before anything is
read, and zipfile reads no more of a member than its header promises.
"""

from __future__ import annotations

import io
import lzma
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from CMRSegmentationLib.reading.study import ReadError

ARCHIVE_SUFFIX = ".zip"
MAXIMUM_MEMBERS = 100_000
MAXIMUM_MEMBER_BYTES = 2**29
MAXIMUM_TOTAL_BYTES = 2**34
MAXIMUM_RATIO = 200.0
"""Images compress two- to fourfold, black ones up to a hundredfold; a bomb does thousandfold."""
FREE_BYTES = 2**26
"""Archives that unpack to no more than this are harmless at any ratio."""

_NAME_BESIDE = re.compile(r"(?:\./)?([^/\\:\0]*[^/\\:\0.])")
"""A name without folder or drive, and not `..`; Teem writes `./` for the folder of the header."""

_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError,
    ValueError, OSError,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Source:
    """One file to read.

    Attributes:
        name: relative to the input, for people.
        path: the file on disk; for a file inside an archive, the archive.
        archive, member: the open archive and the file's entry in it, or None.
    """

    name: str
    path: Path
    archive: zipfile.ZipFile | None = None
    member: zipfile.ZipInfo | None = None

    @property
    def file_name(self) -> str:
        """The last part of the name."""
        return self.name.rsplit("/", 1)[-1]

    def open(self) -> BinaryIO:
        """The file from its start.

        Raises:
            OSError: if it cannot be opened.
            ReadError: if it is damaged or encrypted inside its archive.
        """
        if self.archive is None or self.member is None:
            return self.path.open("rb")
        return open_member(self.archive, self.member)

    def read(self) -> bytes:
        """The whole file.

        Raises:
            OSError: if it cannot be read.
            ReadError: if it is damaged or encrypted inside its archive.
        """
        with self.open() as file:
            return file.read()

    def read_beside(self, data_file: str) -> bytes:
        """The whole data file that this header names, from the header's own folder.

        Raises:
            ReadError: if it would lie elsewhere, the header is in an archive, or it cannot be read.
        """
        name = _NAME_BESIDE.fullmatch(data_file)
        if name is None:
            raise ReadError(
                f"Expected a data file beside its header, found {data_file[:60]!r}; put it there, "
                "and into the header its name without a folder."
            )
        if self.archive is not None:
            raise ReadError(
                "Expected header and image in one file of the archive, found a header whose data "
                f"file is {name[1][:60]!r}; unpack the archive and choose the header."
            )
        try:
            return self.path.with_name(name[1]).read_bytes()
        except OSError as error:
            raise ReadError(
                f"Expected the data file {name[1][:60]!r} beside its header, found none that can "
                f"be read ({error.strerror or error}); put it there."
            ) from error


@dataclass
class Sources:
    """What an input consists of.

    Attributes:
        files: those that can be opened, by name.
        unreadable: the names of the others, with the reason.
    """

    files: list[Source] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)


@contextmanager
def sources_of(path: Path) -> Iterator[Sources]:
    """The files of a folder, of a zip archive or a file itself; archives close at the end.

    Links are followed, each folder is visited once. Hidden files and DICOMDIR are passed over; an
    archive inside a folder is read like a folder, one inside an archive is not.

    Raises:
        ReadError: if the path itself is an archive that cannot be read.
    """
    found = Sources()
    opened: list[zipfile.ZipFile] = []
    try:
        if path.is_dir():
            for file in _files_below(path, found.unreadable):
                _add_file(found, opened, file, file.relative_to(path).as_posix())
        elif path.suffix.lower() == ARCHIVE_SUFFIX:
            _add_archive(found, opened, path, "")
        else:
            found.files.append(Source(path.name, path))
        yield found
    finally:
        for archive in opened:
            archive.close()


def _add_file(found: Sources, opened: list[zipfile.ZipFile], file: Path, name: str) -> None:
    if file.suffix.lower() != ARCHIVE_SUFFIX:
        found.files.append(Source(name, file))
        return
    try:
        _add_archive(found, opened, file, f"{name}/")
    except ReadError as error:
        found.unreadable[name] = str(error).rstrip(".")


def _add_archive(found: Sources, opened: list[zipfile.ZipFile], file: Path, prefix: str) -> None:
    archive = open_archive(file)
    opened.append(archive)
    for member in members_of(archive):
        name = prefix + member.filename
        if name.lower().endswith(ARCHIVE_SUFFIX):
            found.unreadable[name] = "an archive inside an archive"
        elif not _is_directory_file(name):
            found.files.append(Source(name, file, archive, member))


def _files_below(folder: Path, unreadable: dict[str, str]) -> list[Path]:
    """Regular files below a folder, sorted; links are followed, and a cycle of them ends."""
    visited: set[tuple[int, int]] = set()
    files: list[Path] = []
    for root, folders, names in os.walk(folder, followlinks=True):
        status = os.stat(root)
        place = (status.st_dev, status.st_ino)
        if place in visited:
            folders.clear()
            continue
        visited.add(place)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        shown = (name for name in names if not name.startswith("."))
        files += [Path(root, name) for name in shown if not _is_directory_file(name)]
    for file in files:
        if not file.exists():
            unreadable[file.relative_to(folder).as_posix()] = "a link that leads nowhere"
    return sorted(file for file in files if file.is_file())


def _is_directory_file(name: str) -> bool:
    """Whether a file is the table of contents of a DICOM medium."""
    return name.rsplit("/", 1)[-1].upper() == "DICOMDIR"


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open a zip archive whose contents fit into a computer.

    Raises:
        ReadError: if it is damaged, or a bomb.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise ReadError(f"{path.name} is not a whole zip archive ({error}).") from error
    try:
        _check_sizes(path.name, archive.infolist())
    except ReadError:
        archive.close()
        raise
    return archive


def _check_sizes(name: str, members: list[zipfile.ZipInfo]) -> None:
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > MAXIMUM_MEMBERS:
        raise ReadError(f"{name} holds {len(members)} files, more than any study has.")
    if total > MAXIMUM_TOTAL_BYTES:
        raise ReadError(f"{name} would unpack to {total / 2**30:.0f} GiB, more than any study has.")
    if total > FREE_BYTES and total > MAXIMUM_RATIO * max(packed, 1):
        raise ReadError(
            f"{name} would unpack to {total / max(packed, 1):.0f} times its size, as no images do."
        )


def members_of(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """The files of an archive by name, without hidden ones and the shadow files of macOS."""
    for member in sorted(archive.infolist(), key=lambda member: member.filename):
        parts = member.filename.split("/")
        hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
        if not member.is_dir() and not hidden:
            yield member


def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> BinaryIO:
    """The contents of one file of an archive, in memory.

    Raises:
        ReadError: if the member is damaged, encrypted or too large.
    """
    if member.file_size > MAXIMUM_MEMBER_BYTES:
        raise ReadError(f"{member.file_size / 2**20:.0f} MiB, more than an image has")
    if member.flag_bits & 1:
        raise ReadError("encrypted; unpack the archive with its password first")
    try:
        return io.BytesIO(archive.read(member))
    except _DAMAGE as error:
        raise ReadError(f"damaged in the archive ({error})") from error
