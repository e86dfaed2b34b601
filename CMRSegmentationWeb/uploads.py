"""Receives the files of a job and says which of them are inputs."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path, PurePosixPath
from typing import IO

from CMRSegmentationLib.reading.files import IMAGE_SUFFIXES, input_name
from CMRSegmentationWeb.archives import unpack
from CMRSegmentationWeb.names import is_of_macos, make_folders, safe_path
from CMRSegmentationWeb.refusals import RefusedError, conflict, too_large

CHUNK_BYTES = 1 << 20
DICOM_MARK, DICOM_MARK_AT = b"DICM", 128


@dataclass
class Room:
    """How much more a job may receive; several files may arrive at a time."""

    bytes: int
    files: int
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def take(self, *, bytes: int = 0, files: int = 0) -> None:  # noqa: A002 - as the field is called
        """Counts what has arrived.

        Raises:
            RefusedError: if it is more than there is room for.
        """
        with self._lock:
            self.bytes -= bytes
            self.files -= files
            if self.bytes < 0:
                raise too_large("The upload is larger than this server takes for one job.")
            if self.files < 0:
                raise too_large("The upload has more files than this server takes for one job.")


def receive(stream: IO[bytes], name: str, folder: Path, room: Room) -> None:
    """Writes one file of an upload; an archive is unpacked into a folder of its name.

    Files that macOS adds are left out, since they are called like the images that they lie beside.

    Raises:
        RefusedError: if the name leads out of `folder`, is taken, or the upload becomes too large;
            the file is removed then. Or if the job is removed meanwhile.
    """
    if is_of_macos(name):
        return
    try:
        _receive(stream, safe_path(name), folder, room)
    except FileNotFoundError as error:
        raise conflict("The job was cancelled or removed meanwhile.") from error


def _receive(stream: IO[bytes], path: PurePosixPath, folder: Path, room: Room) -> None:
    room.take(files=1)
    target = _make_way(path, folder)
    try:
        with target.open("xb") as file:
            while chunk := stream.read(CHUNK_BYTES):
                room.take(bytes=len(chunk))
                file.write(chunk)
    except FileExistsError as error:
        raise _taken() from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    if target.suffix.lower() == ".zip":
        _unpack(target, room)


def _make_way(path: PurePosixPath, folder: Path) -> Path:
    """The place of a file; makes the folders above it, unless one of them is a file."""
    try:
        target = make_folders(folder, path.parent) / path.name
    except (FileExistsError, NotADirectoryError) as error:
        raise _taken() from error
    if target.is_dir():
        raise _taken()
    return target


def _taken() -> RefusedError:
    return conflict("There is a file or folder of this name already.")


def _unpack(archive: Path, room: Room) -> None:
    where = archive.with_suffix("")
    try:
        if where.exists():
            raise _taken()
        size, count = unpack(archive, where, most_bytes=room.bytes, most_files=room.files)
        room.take(bytes=size, files=count)
    finally:
        archive.unlink(missing_ok=True)


def inputs_of(folder: Path) -> tuple[Path, ...]:
    """What `segment` is given: every image file, and the one other file or the folder of a study.

    Beside image files other ones are a study if they are DICOM.

    Raises:
        RefusedError: if nothing was uploaded.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        raise RefusedError("Expected at least one file, found none.")
    images = tuple(path for path in files if _is_image(path))
    if images:
        has_dicom = any(_is_dicom(path) for path in files if not _is_image(path))
        return (*images, _lowest_folder(folder)) if has_dicom else images
    return (files[0],) if len(files) == 1 else (_lowest_folder(folder),)


def tell_apart(folder: Path) -> None:
    """Puts the folders into the names of image files whose results would be called the same.

    Where that leaves two of one name, such as `cine.nii` beside `cine.nrrd`, a number goes before.

    Raises:
        RefusedError: if nothing was uploaded.
    """
    inputs, top = inputs_of(folder), _lowest_folder(folder)
    names = Counter(map(_result_name, inputs))
    alike = [path for path in inputs if path.is_file() and names[_result_name(path)] > 1]
    for path in alike:
        names[_result_name(path)] -= 1
        whole = "-".join(path.relative_to(top).parts)
        starts = ("" if number == 1 else f"{number}-" for number in count(1))
        targets = (path.with_name(safe_path(f"{start}{whole}").name) for start in starts)
        target = next(one for one in targets if not names[_result_name(one)])
        names[_result_name(target)] += 1
        path.rename(target)


def _result_name(path: Path) -> str:
    """What the results of an input are called, in letters that no file system tells apart."""
    return input_name(path).casefold()


def _is_image(path: Path) -> bool:
    return path.name.lower().endswith(IMAGE_SUFFIXES)


def _is_dicom(path: Path) -> bool:
    """Whether a file has the mark of DICOM behind its preamble."""
    with path.open("rb") as file:
        return file.read(DICOM_MARK_AT + len(DICOM_MARK))[DICOM_MARK_AT:] == DICOM_MARK


def _lowest_folder(folder: Path) -> Path:
    """The folder below which everything lies, so that results carry its name."""
    entries = list(folder.iterdir())
    if len(entries) == 1 and entries[0].is_dir():
        return _lowest_folder(entries[0])
    return folder
