"""Which slices of a short-axis stack are basal, mid-ventricular and apical, by their content.

The order in which a scanner stores slices is not fixed, so it is never assumed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import Label, LabelArray, LabelMap

MINIMUM_CAVITY_PIXELS = 4
MINIMUM_WALLED_SHARE = 0.5
"""Of the cavity's outline in a slice of the left ventricle (Schulz-Menger et al. 2020,
doi:10.1186/s12968-020-00610-6)."""


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


def base_is_first_in_cine(labels: LabelArray) -> bool:
    """Whether the basal slices have the lower indices in (T, Z, Y, X) labels.

    The phase with the largest LV decides: about end-systole both ends may look alike. At
    end-diastole it is right in all of the 100 patients of the training set of ACDC as experts drew
    them, at end-systole in 97.
    """
    sizes = [np.count_nonzero(stack == Label.LV) for stack in labels]
    return base_is_first(labels[int(np.argmax(sizes))])


def below_basal_third(stack: LabelArray) -> NDArray[np.intp]:
    """The slices of the LV below its basal third, of (Z, Y, X) labels whose base comes first."""
    slices = np.flatnonzero(slice_areas(stack, Label.LV))
    return slices[-(-len(slices) // 3) :]


def base_to_apex(labels: LabelMap, frame: int) -> tuple[int, ...]:
    """The slices with LV in `frame`, the most basal first; empty without LV."""
    stack = labels.array[frame]
    present = np.flatnonzero(slice_areas(stack, Label.LV))
    if not present.size:
        return ()
    slices = tuple(range(int(present[0]), int(present[-1]) + 1))
    return slices if base_is_first(stack) else slices[::-1]


def walled_share(plane: LabelArray) -> float:
    """The share of the LV cavity's outline with wall on its other side, of (Y, X) labels.

    0 without a cavity of at least `MINIMUM_CAVITY_PIXELS`.
    """
    if np.count_nonzero(plane == Label.LV) < MINIMUM_CAVITY_PIXELS:
        return 0.0
    padded = np.pad(plane, 1)
    edges, walled = 0, 0
    for one, other in ((padded[1:], padded[:-1]), (padded[:, 1:], padded[:, :-1])):
        border = (one == Label.LV) != (other == Label.LV)
        edges += int(np.count_nonzero(border))
        walled += int(np.count_nonzero(border & ((one == Label.MYO) | (other == Label.MYO))))
    return walled / edges


def ventricle_slices(stack: LabelArray, order: Sequence[int]) -> tuple[int, ...]:
    """From the first to the last slice whose cavity has wall around at least half of it.

    Args:
        stack: (Z, Y, X) labels of one frame.
        order: all slices from base to apex.
    """
    rows, columns = np.any(stack == Label.LV, axis=(0, 2)), np.any(stack == Label.LV, axis=(0, 1))
    near = stack[:, _with_margin(rows), _with_margin(columns)]
    found = [n for n, z in enumerate(order) if walled_share(near[z]) >= MINIMUM_WALLED_SHARE]
    return tuple(order[found[0] : found[-1] + 1]) if found else ()


def _with_margin(present: NDArray[np.bool_]) -> slice:
    """From one before the first to one behind the last that is present."""
    found = np.flatnonzero(present)
    return slice(max(0, int(found[0]) - 1), int(found[-1]) + 2) if found.size else slice(0, 0)
