"""How well two drawings of the same slices agree: Dice and Hausdorff distance, slice by slice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import FOREGROUND, LabelArray

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]

MAXIMUM_DISTANCE_MM = 50.0
"""Between a drawing and one that misses the structure, and at most."""


def dice_by_slice(one: LabelArray, two: LabelArray) -> Values:
    """(N, S) Dice of each structure between (N, Y, X) labels; 1 where both lack it."""
    columns = []
    for structure in FOREGROUND:
        first, second = one == structure, two == structure
        both = np.count_nonzero(first & second, axis=(1, 2))
        sizes = np.count_nonzero(first, axis=(1, 2)) + np.count_nonzero(second, axis=(1, 2))
        columns.append(np.divide(2.0 * both, sizes, out=np.ones(len(one)), where=sizes > 0))
    return np.stack(columns, axis=-1)


def distance_by_slice(one: LabelArray, two: LabelArray, spacing_mm: float) -> Values:
    """(N, S) Hausdorff distances in mm; `MAXIMUM_DISTANCE_MM` where one lacks the structure."""
    columns = []
    for structure in FOREGROUND:
        borders = [_border(labels == structure) for labels in (one, two)]
        columns.append([_distance_mm(a, b, spacing_mm) for a, b in zip(*borders, strict=True)])
    return np.array(columns).T.reshape(len(one), len(FOREGROUND))


def _border(mask: Mask) -> Mask:
    """Pixels of (N, Y, X) masks with a neighbor outside."""
    padded = np.pad(mask, ((0, 0), (1, 1), (1, 1)))
    inner = padded[:, :-2, 1:-1] & padded[:, 2:, 1:-1] & padded[:, 1:-1, :-2] & padded[:, 1:-1, 2:]
    return mask & ~inner


def _distance_mm(one: Mask, two: Mask, spacing_mm: float) -> float:
    first, second = np.flatnonzero(one), np.flatnonzero(two)
    if not len(first) and not len(second):
        return 0.0
    if not len(first) or not len(second):
        return MAXIMUM_DISTANCE_MM
    places = (np.divmod(pixels, one.shape[1]) for pixels in (first, second))
    rows, columns = (a[:, None] - b[None] for a, b in zip(*places, strict=True))
    squared = rows**2 + columns**2
    farthest = np.sqrt(max(squared.min(axis=0).max(), squared.min(axis=1).max())) * spacing_mm
    return float(min(farthest, MAXIMUM_DISTANCE_MM))
