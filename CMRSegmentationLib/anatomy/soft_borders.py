"""Where the borders of the left ventricle pass between pixels, from the network's probabilities.

A label map has its borders on pixel edges, which is half a pixel off at most. Where the probability
of a structure falls below one half between two neighboring pixels, it says where in between the
border passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.outline import Points

SoftArray = NDArray[np.float16]


class Border(IntEnum):
    """The two borders of the wall, in the order of `SoftBorders.probabilities`."""

    ENDOCARDIUM = 0
    EPICARDIUM = 1


@dataclass(frozen=True, eq=False)
class SoftBorders:
    """How probable it is that a pixel lies within the endocardium, and within the epicardium.

    Attributes:
        probabilities: (T, Z, 2, Y, X) of the cavity and of cavity and wall together, on a part of
            the image; elsewhere they are 0.
        frames: the T 0-based frames of the cine that were segmented.
        corner_xy: the first column and row of that part.
    """

    probabilities: SoftArray
    frames: tuple[int, ...]
    corner_xy: tuple[int, int] = (0, 0)

    def place(self, frame: int, slice_: int, edges: Points, border: Border) -> Points:
        """(N, 2) columns and rows at which a border passes the pixel edges.

        Args:
            frame: 0-based frame, one of `frames`.
            slice_: 0-based slice.
            edges: (N, 2) middles (column, row) of pixel edges, see `outline.border_of`.
            border: which of the two.

        Returns:
            For each edge the point between its two pixel centers where the probability is one half;
            the edge's middle where both pixels are on one side of it, as after a hole was closed.
        """
        plane = self.probabilities[self.frames.index(frame), slice_, border]
        upright = edges[:, :1] % 1 != 0  # halfway between two columns
        half = np.where(upright, [0.5, 0.0], [0.0, 0.5])
        before, after = (self._at(plane, edges + side) - 0.5 for side in (-half, half))
        crosses = before * after < 0.0
        fall = np.where(crosses, before - after, 1.0)
        share = np.where(crosses, before / fall, 0.5)
        return np.asarray(edges + (2.0 * share - 1.0)[:, np.newaxis] * half)

    def _at(self, plane: SoftArray, pixels: Points) -> NDArray[np.float64]:
        """(N,) probabilities at columns and rows of the image."""
        columns, rows = (pixels - self.corner_xy).astype(int).T
        inside = (columns >= 0) & (rows >= 0) & (columns < plane.shape[1]) & (rows < plane.shape[0])
        values = np.zeros(len(pixels))
        values[inside] = plane[rows[inside], columns[inside]]
        return values
