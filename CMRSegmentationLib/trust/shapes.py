"""What a glance at the contours shows: open walls, stray pieces, ragged outlines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from CMRSegmentationLib.image import FOREGROUND, Label, LabelArray

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]

WITHIN_A_SLICE = np.zeros((3, 3, 3), dtype=np.bool_)
WITHIN_A_SLICE[1] = True


def open_share(planes: LabelArray) -> Values:
    """(N,) share of the edges around the LV's pool without myocardium next to them."""
    pool, wall = planes == Label.LV, planes == Label.MYO
    edges, covered = np.zeros(len(planes)), np.zeros(len(planes))
    for axis in (1, 2):
        here, there = _neighbors(axis)
        edges += np.count_nonzero(pool[here] != pool[there], axis=(1, 2))
        covered += np.count_nonzero((pool[here] & wall[there]) | (wall[here] & pool[there]), (1, 2))
    return _ratio(edges - covered, edges)


def outline_px(mask: Mask) -> Values:
    """(N,) pixel edges around a structure."""
    edges = np.zeros(len(mask))
    for axis in (1, 2):
        here, there = _neighbors(axis)
        edges += np.count_nonzero(mask[here] != mask[there], axis=(1, 2))
    return edges


def raggedness(mask: Mask) -> Values:
    """(N,) edges squared per area, 1 for a square, more for what is long, thin or torn."""
    return _ratio(outline_px(mask) ** 2, 16.0 * mask.sum(axis=(1, 2)))


def stray_share(mask: Mask) -> Values:
    """(N,) share of a structure that does not belong to its largest piece within the slice."""
    pieces, _ = ndimage.label(mask, structure=WITHIN_A_SLICE)
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    total = mask.sum(axis=(1, 2)).astype(np.float64)
    return _ratio(total - sizes[pieces].max(axis=(1, 2)), total)


def areas_px(planes: LabelArray) -> Values:
    """(N, S) pixels of each structure."""
    return np.stack([np.count_nonzero(planes == s, axis=(1, 2)) for s in FOREGROUND], -1) * 1.0


def _neighbors(axis: int) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    here, there = [slice(None)] * 3, [slice(None)] * 3
    here[axis], there[axis] = slice(None, -1), slice(1, None)
    return tuple(here), tuple(there)


def _ratio(part: Values, whole: Values) -> Values:
    return np.divide(part, whole, out=np.zeros_like(whole, dtype=np.float64), where=whole > 0)
