"""Label maps of slices on a square canvas around the heart: what the auto-encoder redraws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import LabelArray

Lines = NDArray[np.intp]
"""For each row or column, which of another grid is nearest; −1 for none."""
Nearest = Callable[[float, float, int], Lines]
"""From a plane's center, spacing and length along an axis."""


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
            _paste(plane, canvas, self._lines(plane, spacing_yx_mm, self._of_plane))
        return result

    def take_back(
        self, canvases: LabelArray, planes: LabelArray, spacing_yx_mm: tuple[float, float]
    ) -> LabelArray:
        """(N, Y, X) labels of the canvases that `place` made of the planes, nearest pixels.

        What lies outside a canvas is background.
        """
        result = np.zeros_like(planes)
        for canvas, plane, target in zip(canvases, planes, result, strict=True):
            _paste(canvas, target, self._lines(plane, spacing_yx_mm, self._of_canvas))
        return result

    def _lines(
        self, plane: LabelArray, spacing_yx_mm: tuple[float, float], nearest: Nearest
    ) -> tuple[Lines, ...]:
        """The source's rows and columns for those of the target; none where nothing is labeled."""
        ys_xs = np.nonzero(plane)
        if not ys_xs[0].size:
            return ()
        centers = (float(at.mean()) for at in ys_xs)
        return tuple(map(nearest, centers, spacing_yx_mm, plane.shape))

    def _of_canvas(self, center_px: float, spacing_mm: float, length: int) -> Lines:
        """(length,) index of the canvas's nearest line to each pixel of a plane, −1 outside."""
        offsets_mm = (np.arange(length) - center_px) * spacing_mm
        return _within(offsets_mm / self.spacing_mm + (self.size_px - 1) / 2, self.size_px)

    def _of_plane(self, center_px: float, spacing_mm: float, length: int) -> Lines:
        """(size,) index of the plane's nearest line to each of the canvas, −1 outside."""
        offsets_mm = (np.arange(self.size_px) - (self.size_px - 1) / 2) * self.spacing_mm
        return _within(center_px + offsets_mm / spacing_mm, length)


def _within(places: NDArray[np.floating[Any]], length: int) -> Lines:
    index = np.rint(places).astype(np.intp)
    return np.where((index >= 0) & (index < length), index, -1)


def _paste(source: LabelArray, target: LabelArray, lines: tuple[Lines, ...]) -> None:
    """Fills the rows and columns of the target that the source has."""
    if lines:
        kept = [np.flatnonzero(line >= 0) for line in lines]
        taken = [line[line >= 0] for line in lines]
        target[np.ix_(*kept)] = source[np.ix_(*taken)]
