"""Slices where a structure is lost between two slices that hold it.

A heart does not stop for one slice. Where the network is merely unsure, the structure is taken from
its probabilities; where it sees nothing, what lies beyond the gap is not cut off for that, and
`measuring.stack_rules` reports the gap.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from CMRSegmentationLib.image import FOREGROUND, FloatArray, LabelArray

BoolArray = NDArray[np.bool_]

MINIMUM_PROBABILITY = 0.15
"""Of a structure in a gap, within what it covers in the slices next to it."""
MINIMUM_SHARE = 0.25
"""Of the smaller neighbor's area; less is no bridge."""


def bridge_gaps(probabilities: FloatArray, labels: LabelArray) -> FloatArray:
    """(T, Z, C − 1, Y, X) probabilities with structures back in single slices that lost them.

    A bridge is where no other structure is more probable; the background is not believed there.

    Args:
        probabilities: of the foreground classes.
        labels: (T, Z, Y, X) most probable labels.
    """
    result = probabilities
    for label in FOREGROUND:
        present = labels == label
        for frame, position in _gaps(present):
            above, below = present[frame, position - 1], present[frame, position + 1]
            likeliest = probabilities[frame, position].max(axis=0)
            own = probabilities[frame, position, label - 1]
            bridge = (above | below) & (own >= MINIMUM_PROBABILITY) & (own == likeliest)
            if bridge.sum() < MINIMUM_SHARE * min(above.sum(), below.sum()):
                continue
            if result is probabilities:
                result = probabilities.copy()
            place = result[frame, position][:, bridge]
            result[frame, position][:, bridge] = place / place.sum(axis=0)
    return result


def _gaps(present: BoolArray) -> list[tuple[int, int]]:
    """Frames and positions of slices that a (T, Z, Y, X) mask lacks between two that it holds."""
    holds = np.asarray(present.any(axis=(2, 3)))
    frames, slices = holds.shape
    inner = product(range(frames), range(1, slices - 1))
    return [(t, z) for t, z in inner if not holds[t, z] and holds[t, z - 1] and holds[t, z + 1]]


def groups_across_gaps(mask: BoolArray, structure: BoolArray) -> tuple[NDArray[np.int32], int]:
    """Connected groups of a (Z, Y, X) mask, those on both sides of a lost slice taken for one.

    Args:
        mask: voxels of a structure or of the whole heart.
        structure: (3, 3, 3) which neighbors are connected.

    Returns:
        (Z, Y, X) number of the group of each voxel from 1, 0 outside of the mask; and how many
        there are.
    """
    bridged = mask.copy()
    for _, position in _gaps(mask[np.newaxis]):
        bridged[position] = mask[position - 1] & mask[position + 1]
    groups, count = ndimage.label(bridged, structure=structure)
    return np.where(mask, groups, 0), int(count)
