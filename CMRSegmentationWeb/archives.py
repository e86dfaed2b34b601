"""Unpacks an uploaded zip archive, unless it is a trap."""

from __future__ import annotations

import lzma
import shutil
import stat
import zipfile
import zlib
from pathlib import Path

from CMRSegmentationWeb.names import is_of_macos, make_folders, safe_path
from CMRSegmentationWeb.refusals import RefusedError, too_large

MAXIMUM_RATIO = 200
"""Unpacked to packed size; images compress 2- to 10-fold, a bomb a thousandfold."""
SMALL_BYTES = 10 << 20
"""Below this an archive may unpack to anything: headers and masks compress well."""
CHUNK_BYTES = 1 << 20
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    EOFError,
)
"""What a damaged archive or an unknown kind of compression ends with."""
TAKEN = (FileExistsError, NotADirectoryError)
"""What two files of one name end with, or a file and a folder."""


def unpack(archive: Path, folder: Path, *, most_bytes: int, most_files: int) -> tuple[int, int]:
    """Unpacks all files of an archive below `folder`, which must not exist yet.

    Returns:
        The bytes and the number of the files.

    Raises:
        RefusedError: if it is damaged, encrypted, has links, names that lead out of the folder or
            a name twice, or is larger than allowed; nothing is left in `folder` then.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _checked(opened, archive.stat().st_size, most_bytes, most_files)
            return _extract(opened, members, folder, most_bytes), len(members)
    except UNREADABLE as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise RefusedError("The zip archive is damaged or of an unknown kind.") from error
    except TAKEN as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise RefusedError("Two files of the zip archive have one name; rename one.") from error
    except (RefusedError, OSError):
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _checked(
    archive: zipfile.ZipFile, packed_bytes: int, most_bytes: int, most_files: int
) -> list[zipfile.ZipInfo]:
    members = [
        one for one in archive.infolist() if not one.is_dir() and not is_of_macos(one.filename)
    ]
    if not members:
        raise RefusedError("The zip archive is empty.")
    if len(members) > most_files:
        raise too_large(f"Expected at most {most_files} files in the archive.")
    unpacked = sum(one.file_size for one in members)
    if unpacked > most_bytes:
        raise too_large(f"Expected at most {most_bytes >> 20} MiB of images in the archive.")
    if unpacked > max(SMALL_BYTES, MAXIMUM_RATIO * packed_bytes):
        raise too_large("The archive unpacks to far more than images would.")
    for one in members:
        _check_member(one)
    return members


def _check_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 1:
        raise RefusedError("The zip archive is encrypted; unpack it first.")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise RefusedError("The zip archive holds a link or a device; expected files alone.")
    safe_path(member.filename)


def _extract(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], folder: Path, most_bytes: int
) -> int:
    """Copies the members and counts their bytes; what they say of their sizes is not believed."""
    left = most_bytes
    folder.mkdir()
    for member in members:
        path = safe_path(member.filename)
        target = make_folders(folder, path.parent) / path.name
        with archive.open(member) as source, target.open("xb") as file:
            while chunk := source.read(CHUNK_BYTES):
                left -= len(chunk)
                if left < 0:
                    raise too_large("The archive unpacks to more than it says.")
                file.write(chunk)
    return most_bytes - left
