"""One of the eight ways to store a slice, chosen by its content: the result depends on no other.

A network is not exactly invariant to mirroring and transposition. Every stack is therefore turned
so that its center of brightness lies in the same octant about the image's center; the labels are
turned back. The choice needs no header and follows every mirror or transposition of the input
exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import FloatArray


@dataclass(frozen=True)
class Orientation:
    """Mirrors along rows and columns, then perhaps a transposition, of an array's last two axes."""

    mirror_y: bool
    mirror_x: bool
    transpose: bool

    def apply(self, array: NDArray[Any]) -> NDArray[Any]:
        """The (..., Y, X) array in the common orientation, as a view."""
        mirrored = np.flip(array, self._axes())
        return mirrored.swapaxes(-2, -1) if self.transpose else mirrored

    def undo(self, array: NDArray[Any]) -> NDArray[Any]:
        """An array in the common orientation turned back, as a view."""
        stored = array.swapaxes(-2, -1) if self.transpose else array
        return np.flip(stored, self._axes())

    def pair(self, yx: tuple[float, float]) -> tuple[float, float]:
        """A pair of numbers for rows and columns, such as a spacing, in the common orientation."""
        return (yx[1], yx[0]) if self.transpose else yx

    def _axes(self) -> tuple[int, ...]:
        return tuple(axis for axis, mirror in ((-2, self.mirror_y), (-1, self.mirror_x)) if mirror)


def common_orientation(array: FloatArray, spacing_yx_mm: tuple[float, float]) -> Orientation:
    """The orientation that brings the center of brightness to one octant about the image's center.

    It then lies below, to the right, and farther to the right than below.

    Args:
        array: (T, Z, Y, X) intensities.
        spacing_yx_mm: row and column spacing.
    """
    brightness = array.mean(axis=(0, 1), dtype=np.float64)
    brightness -= brightness.min()
    rows, columns = brightness.shape
    y_mm = float(brightness.sum(axis=1) @ (np.arange(rows) - (rows - 1) / 2)) * spacing_yx_mm[0]
    x_mm = (
        float(brightness.sum(axis=0) @ (np.arange(columns) - (columns - 1) / 2)) * spacing_yx_mm[1]
    )
    return Orientation(mirror_y=y_mm < 0, mirror_x=x_mm < 0, transpose=abs(y_mm) > abs(x_mm))
