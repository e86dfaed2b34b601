"""Label maps of slices on a square canvas around the heart: what the auto-encoder redraws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import LabelArray


@dataclass(frozen=True)
class Canvas:
    """A square around the heart's center of mass.

    Attributes:
        size_px: rows and columns.
        spacing_mm: of them.
    """

    size_px: int = 64
    spacing_mm: float = 2.5

    def place(self, planes: LabelArray, spacing_yx_mm: tuple[float, float]) -> LabelArray:
        """(N, size, size) labels of (N, Y, X) planes about their centers of mass, nearest pixels.

        What lies outside a plane is background, and a plane without labels stays empty.
        """
        result = np.zeros((len(planes), self.size_px, self.size_px), dtype=np.uint8)
        for canvas, plane in zip(result, planes, strict=True):
            center = _center_of_mass(plane)
            if center is None:
                continue
            rows, columns = (
                self._nearest(center[axis], spacing_yx_mm[axis], plane.shape[axis])
                for axis in (0, 1)
            )
            inside_y, inside_x = rows >= 0, columns >= 0
            canvas[np.ix_(inside_y, inside_x)] = plane[np.ix_(rows[inside_y], columns[inside_x])]
        return result

    def take_back(
        self, canvases: LabelArray, planes: LabelArray, spacing_yx_mm: tuple[float, float]
    ) -> LabelArray:
        """(N, Y, X) labels of the canvases that `place` made of the planes, nearest pixels.

        What lies outside a canvas is background.
        """
        result = np.zeros_like(planes)
        for canvas, plane, target in zip(canvases, planes, result, strict=True):
            center = _center_of_mass(plane)
            if center is None:
                continue
            rows, columns = (
                self._nearest_back(center[axis], spacing_yx_mm[axis], plane.shape[axis])
                for axis in (0, 1)
            )
            inside_y, inside_x = rows >= 0, columns >= 0
            target[np.ix_(inside_y, inside_x)] = canvas[np.ix_(rows[inside_y], columns[inside_x])]
        return result

    def _nearest_back(self, center_px: float, spacing_mm: float, length: int) -> NDArray[np.intp]:
        """(length,) index of the canvas's nearest line to each pixel of a plane, −1 outside."""
        offsets_mm = (np.arange(length) - center_px) * spacing_mm
        index = np.rint(offsets_mm / self.spacing_mm + (self.size_px - 1) / 2).astype(np.intp)
        return np.where((index >= 0) & (index < self.size_px), index, -1)

    def _nearest(self, center_px: float, spacing_mm: float, length: int) -> NDArray[np.intp]:
        """(size,) index of the pixel nearest to each line of the canvas, −1 outside the plane."""
        offsets_mm = (np.arange(self.size_px) - (self.size_px - 1) / 2) * self.spacing_mm
        index = np.rint(center_px + offsets_mm / spacing_mm).astype(np.intp)
        return np.where((index >= 0) & (index < length), index, -1)


def _center_of_mass(plane: LabelArray) -> tuple[float, float] | None:
    """Row and column of the middle of all that is labeled in a (Y, X) plane."""
    ys, xs = np.nonzero(plane)
    return (float(ys.mean()), float(xs.mean())) if ys.size else None
