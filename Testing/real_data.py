"""Where the real data are that some tests need; those tests skip where they are absent."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

_BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[2] / "shared" / "data"


def data_folder(*needed: str) -> Path:
    """The folder of the data sets; skips the test unless all of `needed` are in it."""
    folder = Path(os.environ.get("CMRSEGMENTATION_DATA", _BESIDE_THE_CHECKOUT))
    missing = [name for name in needed if not (folder / name).exists()]
    if missing:
        pytest.skip(f"real data not found: {', '.join(missing)} (set CMRSEGMENTATION_DATA)")
    return folder


def unpack(name: str, where: Path) -> Path:
    """Unpack a `.tar.xz` of the data folder into `where`, and return that."""
    with tarfile.open(data_folder(name) / name) as archive:
        archive.extractall(where, filter="data")
    return where
