"""Files and folders that are written whole or not at all.

They are written under a temporary name and moved into place. A process that is killed leaves the
temporary name behind and never a half-written result under the real one.
"""

from __future__ import annotations

import glob
import os
import shutil
import socket
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

UNKNOWN_BYTES = "backslashreplace"
"""What becomes of those in a file's name that are none of UTF-8."""
SURELY_LEFT_OVER_SECONDS = 24 * 60 * 60
"""Nobody writes a result for longer than this."""


def write_whole(path: Path, data: bytes | str) -> None:
    """Write a file whole or not at all; text is written as UTF-8, its line ends as they are.

    A byte of a file's name that is none of UTF-8 is written by its number.

    Raises:
        OSError: if that fails; what was there before stays and nothing else is left behind.
    """
    with whole_file(path) as partial:
        encoded = data.encode("utf-8", UNKNOWN_BYTES) if isinstance(data, str) else data
        partial.write_bytes(encoded)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary name to write a file under; what was written is moved to `path` at the end.

    The temporary name lies in the same folder and has the same extension, by which some writers
    choose a format. Each process has its own, so that two do not write into one file.

    Raises:
        OSError: if the file cannot be written or moved; what was there before stays.
    """
    path = Path(path)
    partial = path.with_name(f".partial-{socket.gethostname()}-{os.getpid()}-{path.name}")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def whole_folder(folder: Path, replaces: Iterable[str] = ()) -> Iterator[Path]:
    """A folder beside `folder` to write files into; at the end they are moved into `folder`.

    Nothing appears in `folder` if what happens within fails, and the temporary folder is removed in
    any case. Each run has its own, so that two do not write into one. Those that killed runs left
    behind are removed at the next run: at once if their process ran on this computer, else after a
    day. Files of an earlier run in `folder` that have other names stay.

    Args:
        folder: where the files go.
        replaces: names of files of an earlier run that are removed if they are not written anew.

    Raises:
        OSError: if the files cannot be written or moved; what was there before stays.
    """
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_left_over(folder)
    partial = _temporary_folder(folder)
    try:
        yield partial
        folder.mkdir(parents=True, exist_ok=True)
        _replace_files(folder, partial, replaces)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _replace_files(folder: Path, partial: Path, replaces: Iterable[str]) -> None:
    """Moves all files of `partial` into `folder` or none; copies of what they replace lie beside.

    At no moment a file that was there is missing.
    """
    files = sorted(partial.iterdir())
    new = {file.name for file in files}
    old = {name for name in {*replaces, *new} if (folder / name).is_file()}
    backup = _temporary_folder(folder)
    done: list[str] = []
    try:
        for name in old:
            shutil.copy2(folder / name, backup / name)
        for file in files:
            os.replace(file, folder / file.name)
            done.append(file.name)
        for name in old - new:
            (folder / name).unlink()
            done.append(name)
    except BaseException:
        for name in done:
            if name in old:
                os.replace(backup / name, folder / name)
            else:
                (folder / name).unlink()
        raise
    finally:
        shutil.rmtree(backup, ignore_errors=True)


def _temporary_folder(folder: Path) -> Path:
    """A new hidden folder beside `folder`, whose name tells the computer and process it is of.

    It has the rights of any new folder there, which its files keep on Windows.
    """
    partial = folder.with_name(f"{_prefix_here(folder)}{os.getpid()}-{uuid.uuid4().hex[:8]}")
    partial.mkdir()
    return partial


def _prefix_here(folder: Path) -> str:
    return f".{folder.name}.partial-{socket.gethostname()}-"


def _remove_left_over(folder: Path) -> None:
    """Removes the temporary folders whose process has ended, as far as can be told."""
    here = _prefix_here(folder)
    for partial in folder.parent.glob(f".{glob.escape(folder.name)}.partial-*"):
        with suppress(FileNotFoundError):  # another run may remove it as well
            age_seconds = time.time() - partial.stat().st_mtime
            process_id = partial.name.removeprefix(here).split("-")[0]
            has_ended = process_id.isdecimal() and not _may_be_running(int(process_id))
            if has_ended or age_seconds > SURELY_LEFT_OVER_SECONDS:
                shutil.rmtree(partial, ignore_errors=True)


def _may_be_running(process_id: int) -> bool:
    """Whether a process of this computer may be there; on Windows, asking would interrupt it."""
    if os.name == "nt":
        return True
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it belongs to another user
        return True
    return True
