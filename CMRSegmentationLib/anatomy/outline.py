"""The outline of a structure within a slice: the pixel edges between it and what lies beside it.

An edge is given by its middle, halfway between two neighboring pixel centers, so that neither side
owns it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import Label, LabelArray

Points = NDArray[np.float64]

ONE_PIXEL = 1.01
"""Neighboring edges of an outline are at most one pixel apart."""


HALF_A_STEP = np.array([[0.0, 0.5], [0.0, -0.5], [0.5, 0.0], [-0.5, 0.0]])
"""(column, row) from a pixel's center to its edges: below, above, right, left."""


def border_of(plane: LabelArray, of: Label, *, beside: Label | None = None) -> Points:
    """(N, 2) middles (column, row) of the edges around a structure, or where it meets another.

    Args:
        plane: (Y, X) labels; beyond its rim there is background.
        of: the structure.
        beside: what lies on the other side; None for anything.
    """
    padded = np.zeros((plane.shape[0] + 2, plane.shape[1] + 2), dtype=plane.dtype)
    padded[1:-1, 1:-1] = plane
    other = padded != of if beside is None else padded == beside
    sides = (other[2:, 1:-1], other[:-2, 1:-1], other[1:-1, 2:], other[1:-1, :-2])
    meets = (plane == of) & np.stack(sides)
    side, row, column = np.unravel_index(np.flatnonzero(meets), meets.shape)
    return np.asarray(np.stack((column, row), axis=1) + HALF_A_STEP[side])


def corners_of(edges: Points) -> Points:
    """(2 N, 2) corners (column, row) of (N, 2) edges, each as often as an edge ends there."""
    upright = edges[:, :1] % 1 != 0  # halfway between two columns
    half = np.where(upright, [0.0, 0.5], [0.5, 0.0])
    return np.concatenate([edges - half, edges + half])


def stretches_of(border: Points) -> list[Points]:
    """The connected parts of (N, 2) edges."""
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(border) < 2:
        return [border] if len(border) else []
    part = fcluster(linkage(border, "single"), ONE_PIXEL, "distance")
    return [border[part == number] for number in np.unique(part)]


def width_mm(stretch: Points, spacing_yx_mm: tuple[float, float]) -> float:
    """The largest distance between two edges of a stretch."""
    points = stretch * np.array(spacing_yx_mm)[::-1]
    return float(np.linalg.norm(points[:, None] - points[None], axis=-1).max())
