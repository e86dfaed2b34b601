"""Small holes in the left ventricle's wall are closed in a long-axis plane, which opens at valves.

Where the wall is thin, as at the apex, or blurred against the lung, a network draws background for
a few pixels. The wall is never interrupted there. At the valves it is, so that the widest opening
is left, and every other one as wide as a valve.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from CMRSegmentationLib.anatomy.outline import Points, border_of, stretches_of, width_mm
from CMRSegmentationLib.image import Label, LabelArray

MAXIMUM_HOLE_MM = 20.0
"""Valves are wider: in the bivme examination the opening at the base measures 36 to 44 mm over the
heart cycle, in the three-chamber view, together with the aortic valve, 49 to 53 mm."""


def close_wall(plane: LabelArray, spacing_yx_mm: tuple[float, float]) -> LabelArray:
    """(Y, X) labels of a long-axis plane with a pixel of myocardium over the holes of the wall.

    A hole is where the blood pool touches background or the right ventricle.
    """
    result = plane.copy()
    edge_pixels = np.zeros(plane.shape, dtype=np.bool_)
    for hole in _holes(plane, spacing_yx_mm):
        edge_pixels |= pixels_beside(hole, plane)
    covered = ndimage.binary_dilation(edge_pixels, np.ones((3, 3))) & np.isin(
        plane, (Label.BACKGROUND, Label.RV)
    )
    result[covered] = Label.MYO
    return result


def openings(plane: LabelArray) -> list[Points]:
    """The stretches of the blood pool's outline without wall, of the pool's largest piece."""
    ventricle = _largest_piece(plane == Label.LV) | (plane == Label.MYO)
    pool_and_wall = np.where(ventricle, plane, Label.BACKGROUND).astype(np.uint8)
    return stretches_of(border_of(pool_and_wall, Label.LV, beside=Label.BACKGROUND))


def pixels_beside(edges: Points, plane: LabelArray) -> NDArray[np.bool_]:
    """(Y, X) pixels of the blood pool that own one of the (N, 2) edges (column, row)."""
    mask = np.zeros(plane.shape, dtype=np.bool_)
    for pixels in (np.floor(edges), np.ceil(edges)):
        columns, rows = pixels.astype(int).T
        inside = (rows >= 0) & (rows < plane.shape[0]) & (columns >= 0) & (columns < plane.shape[1])
        mask[rows[inside], columns[inside]] = True
    return np.asarray(mask & (plane == Label.LV))


def _holes(plane: LabelArray, spacing_yx_mm: tuple[float, float]) -> list[Points]:
    """The openings except where the valves are: the widest and those of a valve's width."""
    found = openings(plane)
    widths = sorted((width_mm(opening, spacing_yx_mm), i) for i, opening in enumerate(found))
    return [found[i] for width, i in widths[:-1] if width <= MAXIMUM_HOLE_MM]


def _largest_piece(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    groups, count = ndimage.label(mask)
    sizes = np.bincount(groups.ravel(), minlength=2)
    return np.asarray(mask if count < 2 else groups == 1 + sizes[1:].argmax())
