"""Where the right ventricle ends at its base in a short-axis stack.

Towards end-systole the tricuspid valve moves down through the most basal slices, which then show
the right atrium. A network that wavers between ventricle and atrium draws a part of it; experts
draw all of the ventricle in a slice or nothing, and it is widest at its base.
"""

from __future__ import annotations

import numpy as np

from CMRSegmentationLib.anatomy.levels import base_is_mostly_first, slice_areas
from CMRSegmentationLib.image import Label, LabelArray

MINIMUM_BASAL_SHARE = 0.7
"""Of its area in the next slice, the RV's in its most basal one.

Experts drew less in none of 90 patients of ACDC at end-diastole and in 8 of 88 at end-systole, none
of them held out.
"""
MINIMUM_SLICES = 4
"""With fewer that show the RV, its shape says little."""


def end_at_tricuspid_valve(labels: LabelArray) -> LabelArray:
    """(T, Z, Y, X) labels without basal slices of the RV that are a part of the next one's alone.

    Where the base lies, most phases decide.
    """
    upright = base_is_mostly_first(labels)
    result = labels.copy()
    for frame in result:
        _end_in_frame(frame if upright else frame[::-1])
    return result


def _end_in_frame(stack: LabelArray) -> None:
    """Clears such slices of (Z, Y, X) labels whose base comes first."""
    areas = slice_areas(stack, Label.RV)
    drawn = np.flatnonzero(areas)
    while len(drawn) >= MINIMUM_SLICES and areas[drawn[0]] < MINIMUM_BASAL_SHARE * areas[drawn[1]]:
        plane = stack[drawn[0]]
        plane[plane == Label.RV] = Label.BACKGROUND
        drawn = drawn[1:]
