"""Receives the files of a job and says which of them are inputs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from CMRSegmentationLib.reading.files import IMAGE_SUFFIXES
from CMRSegmentationWeb.archives import unpack
from CMRSegmentationWeb.names import safe_path
from CMRSegmentationWeb.refusals import RefusedError, conflict, too_large

CHUNK_BYTES = 1 << 20


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

    Raises:
        RefusedError: if the name leads out of `folder`, is taken, or the upload becomes too large;
            the file is removed then.
    """
    target = folder / safe_path(name)
    room.take(files=1)
    _make_way(target, folder)
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


def _make_way(target: Path, folder: Path) -> None:
    """Makes the folders above a file, unless one of them is a file."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise _taken() from error
    if target.is_dir() or folder == target:
        raise _taken()


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
    """What `segment` is given: every image file, else the one file or the folder of a study.

    Raises:
        RefusedError: if nothing was uploaded.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        raise RefusedError("Expected at least one file, found none.")
    images = [path for path in files if path.name.lower().endswith(IMAGE_SUFFIXES)]
    if images:
        return tuple(images)
    return (files[0],) if len(files) == 1 else (_lowest_folder(folder),)


def _lowest_folder(folder: Path) -> Path:
    """The folder below which everything lies, so that results carry its name."""
    entries = list(folder.iterdir())
    if len(entries) == 1 and entries[0].is_dir():
        return _lowest_folder(entries[0])
    return folder
