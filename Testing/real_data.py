"""Where real data are: the bundled cine, and data sets without which some tests skip."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]
SAMPLE = _ROOT / "Resources" / "SampleData" / "CMR-cine-Sunnybrook.nii.gz"
_BESIDE_THE_CHECKOUT = _ROOT.parent / "shared" / "data"


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
