"""The map of what is to be believed: a structure's slices, frame by frame, in three colors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.trust.trust import Mark, StructureTrust

MARK_COLORS = {Mark.BELIEVED: "#009e73", Mark.DOUBTFUL: "#f0e442", Mark.WRONG: "#d55e00"}
"""Bluish green, yellow and vermilion, which color-blind people tell apart (Okabe & Ito 2008)."""
MARK_WORDS = {
    Mark.BELIEVED: "believed",
    Mark.DOUBTFUL: "look at it",
    Mark.WRONG: "likely wrong",
}
"""As the manual and the page in the browser say them."""
NOTHING_COLOR = "#eceff3"
"""Where a structure is neither drawn nor expected, or nothing was segmented."""
PHASE_COLOR = "#1b2430"


def mark_numbers(structure: StructureTrust) -> NDArray[np.intp]:
    """(Z, T) numbers of the marks in `MARK_COLORS`, −1 without one."""
    order = list(MARK_COLORS)
    frames, slices = len(structure.slices), len(structure.slices[0])
    numbers = np.full((slices, frames), -1)
    for frame in range(frames):
        for z in range(slices):
            mark = structure.slice_mark(frame, z)
            if mark is not None:
                numbers[z, frame] = order.index(mark)
    return numbers


def draw_trust_map(axes: Any, structure: StructureTrust, phases: tuple[int, ...]) -> None:
    """Fills axes with a cell for every slice (top to bottom as stored) and frame (left to right).

    Args:
        axes: of matplotlib.
        structure: what is to be believed of it.
        phases: 0-based frames to point at, end-diastole and end-systole.
    """
    from matplotlib.colors import to_rgb

    colors = np.array([to_rgb(c) for c in (*MARK_COLORS.values(), NOTHING_COLOR)])
    numbers = mark_numbers(structure)
    axes.imshow(colors[numbers], aspect="auto", interpolation="nearest")
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(False)
    above = {"transform": axes.get_xaxis_transform(), "clip_on": False}
    for frame in phases:
        axes.plot([frame], [1.05], marker="v", color=PHASE_COLOR, markersize=3.5, **above)
    axes.set_xlim(-0.5, numbers.shape[1] - 0.5)
    axes.set_ylim(numbers.shape[0] - 0.5, -0.5)
