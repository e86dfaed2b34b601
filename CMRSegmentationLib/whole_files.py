"""Files and folders that are written whole or not at all.

They are written under a temporary name and moved into place. A process that is killed leaves the
temporary name behind and never a half-written result under the real one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, data: bytes | str) -> None:
    """Write a file whole or not at all; text is written as UTF-8, its line ends as they are.

    Raises:
        OSError: if that fails; what was there before stays and nothing else is left behind.
    """
    with whole_file(path) as partial:
        partial.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary name to write a file under; what was written is moved to `path` at the end.

    The temporary name lies in the same folder and has the same extension, by which some writers
    choose a format. Each process has its own, so that two do not write into one file.

    Raises:
        OSError: if the file cannot be written or moved; what was there before stays.
    """
    path = Path(path)
    partial = path.with_name(f".partial-{os.getpid()}-{path.name}")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A folder beside `folder` to write files into; at the end they are moved into `folder`.

    Nothing appears in `folder` if what happens within fails, and the temporary folder is removed in
    any case. One that a killed run left behind is removed at the next run. Files of an earlier run
    in `folder` that have other names stay.

    Raises:
        OSError: if the files cannot be written or moved.
    """
    folder = Path(folder)
    partial = folder.with_name(f".{folder.name}.partial")
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir(parents=True)
    try:
        yield partial
        folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(partial.iterdir()):
            os.replace(file, folder / file.name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
