"""The command line run within the test's process, and the inputs and folders of its tests."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import nibabel
import numpy as np

from CMRSegmentationLib.__main__ import main
from CMRSegmentationLib.image import CineStack
from CMRSegmentationLib.reading.axes import USUAL, Axes
from Testing.bundles import PHANTOM_MODEL

WITH_THE_PHANTOM_MODEL = ("--model", str(PHANTOM_MODEL), "--device", "cpu", "--threads", "1")


def run(*arguments: object) -> int:
    """The exit status of `python -m CMRSegmentationLib …`."""
    try:
        return main([str(argument) for argument in arguments])
    except SystemExit as end:
        return int(end.code or 0)


def segment(*arguments: object) -> int:
    """The exit status of `segment` with the model that knows the phantoms."""
    return run("segment", *arguments, *WITH_THE_PHANTOM_MODEL)


def write_cine(path: Path, stack: CineStack, axes: str = USUAL) -> Path:
    """A NIfTI file of whole numbers with the cine's affine, and its time step if it is 4-D."""
    order = Axes.parse(axes)
    array = order.to_stored(stack.array.round().astype(np.int16)).transpose(3, 2, 1, 0)
    is_3d = len(order.order) == 3 or order.slices is not None
    image = nibabel.Nifti1Image(array[..., 0] if is_3d else array, stack.geometry.ijk_to_ras)
    image.header.set_xyzt_units("mm", "msec")
    if stack.frame_times_ms is not None and not is_3d:
        image.header.set_zooms(
            (*image.header.get_zooms()[:3], stack.frame_times_ms[1] - stack.frame_times_ms[0])
        )
    image.to_filename(path)
    return path


def read_report(folder: Path) -> dict[str, Any]:
    """`report.json` of a result folder."""
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def read_summary(out: Path) -> list[dict[str, str]]:
    """The rows of `summary.csv`."""
    with (out / "summary.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def files_below(folder: Path) -> list[str]:
    """All files, hidden ones too."""
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
