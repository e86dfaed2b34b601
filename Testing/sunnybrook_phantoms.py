"""A patient folder like Sunnybrook's: numbered images of 20 phases, and contour files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from CMRSegmentationLib.image import CineStack, Label, LabelMap
from Testing.dicom_phantoms import write_series

PHASES = 20


def write_patient(
    folder: Path, stack: CineStack, labels: LabelMap, frames: tuple[int, ...]
) -> Path:
    """Writes `dicom/n.dcm` and a contour file for every slice with LV in the given frames.

    The contour of a phantom's LV is the circle of the same area about its center.
    """
    for number, path in enumerate(write_series(folder / "dicom", stack), start=1):
        path.rename(folder / "dicom" / f"{number}.dcm")
    contours = folder / "contours" / "i-contours"
    contours.mkdir(parents=True)
    for frame in frames:
        for slice_ in range(stack.shape_tzyx[1]):
            write_contour(contours, labels, frame, slice_)
    return folder


def write_contour(contours: Path, labels: LabelMap, frame: int, slice_: int) -> None:
    """Writes the contour of one slice, if there is LV in it, as (x, y) pixel coordinates."""
    ys, xs = np.nonzero(labels.array[frame, slice_] == Label.LV)
    if not ys.size:
        return
    spacing_y_mm, spacing_x_mm = labels.geometry.spacing_zyx_mm[1:]
    radius_mm = np.sqrt(ys.size * spacing_y_mm * spacing_x_mm / np.pi)
    angle = np.linspace(0, 2 * np.pi, 73)
    x = xs.mean() + radius_mm / spacing_x_mm * np.cos(angle)
    y = ys.mean() + radius_mm / spacing_y_mm * np.sin(angle)
    number = slice_ * PHASES + frame + 1
    np.savetxt(
        contours / f"IM-0001-{number:04d}-icontour-manual.txt", np.stack((x, y), axis=1), fmt="%.2f"
    )
