"""Which slices of a short-axis stack are basal, mid-ventricular and apical, by their content.

The order in which a scanner stores slices is not fixed, so it is never assumed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import Label, LabelArray, LabelMap


def slice_areas(stack: LabelArray, label: Label) -> NDArray[np.int64]:
    """(Z,) pixels of a structure in each slice of a (Z, Y, X) stack."""
    return np.asarray(np.count_nonzero(stack == label, axis=(1, 2)))


def base_is_first(stack: LabelArray) -> bool:
    """Whether the basal slices have the lower indices.

    Both cavities narrow towards the apex and the RV ends before the LV does, so that the cavities'
    center of mass lies on the basal side of the middle of the LV. Without a heart, or where both
    ends look alike, True.

    Args:
        stack: (Z, Y, X) labels of one frame.
    """
    lv = slice_areas(stack, Label.LV)
    cavities = lv + slice_areas(stack, Label.RV)
    present = np.flatnonzero(lv)
    if not present.size:
        return True
    center = float(np.average(np.arange(len(cavities)), weights=cavities))
    return bool(center <= (present[0] + present[-1]) / 2.0)


def base_to_apex(labels: LabelMap, frame: int) -> tuple[int, ...]:
    """The slices with LV in `frame`, the most basal first; empty without LV."""
    stack = labels.array[frame]
    present = np.flatnonzero(slice_areas(stack, Label.LV))
    if not present.size:
        return ()
    slices = tuple(range(int(present[0]), int(present[-1]) + 1))
    return slices if base_is_first(stack) else slices[::-1]
