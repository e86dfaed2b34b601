"""The probabilities of a single slice, averaged with those of the neighboring phases.

The walls move by a pixel or two from one phase to the next, while a mistake in one of them seldom
repeats. Measured on the three long-axis cines of the bivme examination with networks that had not
seen the view, or not the person: the mean Dice of LV and myocardium rises by .000 to .007, that of
the worst phase by .001 to .025 (once it falls, by .003); that of the RV changes by −.013 to .025.
In a stack the slices above and below bear each other out already.
"""

from __future__ import annotations

import numpy as np

from CMRSegmentationLib.image import FloatArray

WEIGHT_OF_A_NEIGHBOR = 0.25
"""Binomial weights 1 : 2 : 1. Of what changes once in a beat of 25 phases they keep 98 %."""
MINIMUM_PHASES = 15
"""Fewer phases of a beat lie too far apart to speak for each other."""


def average_with_neighbors(probabilities: FloatArray) -> FloatArray:
    """(T, …) probabilities averaged with those of the phases before and after, around the cycle.

    Cines of fewer than `MINIMUM_PHASES` phases are returned as they are.
    """
    if len(probabilities) < MINIMUM_PHASES:
        return probabilities
    before, after = np.roll(probabilities, 1, axis=0), np.roll(probabilities, -1, axis=0)
    own = 1.0 - 2.0 * WEIGHT_OF_A_NEIGHBOR
    return np.asarray(
        own * probabilities + WEIGHT_OF_A_NEIGHBOR * (before + after), dtype=np.float32
    )
