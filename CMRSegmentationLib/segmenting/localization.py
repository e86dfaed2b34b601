"""Where the heart is, from one frame or a few seen whole.

The other frames run on a crop around it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import LabelArray
from CMRSegmentationLib.segmenting.postprocessing import heart_of
from CMRSegmentationLib.segmenting.preprocessing import Box

MARGIN_MM = 25.0
"""Around the heart of one frame; the walls move by less than 15 mm over the cycle."""
MARGIN_OF_A_PLANE_MM = 40.0
"""Around the heart in a single slice, where more costs little.

The crop has the 200 mm that the network learned from. Of single phases of a person not trained on,
it brings LV, myocardium and RV in four chambers from .858, .768 and .760 to .906, .808 and .783 of
Dice, and the RV of a view not trained on from .771 to .794.
"""
FRAMES_OF_A_PLANE = 3
"""Of a single slice, to look for the heart in."""
MINIMUM_HEART_MM2 = 400.0
"""A heart covers at least this much in the projection of all slices: a circle 23 mm in diameter."""


def frames_to_look_at(brightness: NDArray[np.float64], slices: int) -> list[tuple[int, ...]]:
    """The frames to look for the heart in, one group after the other until one shows it.

    The slices of a stack bear each other out, so that one frame is enough: the brightest, else the
    darkest. In a single slice a few frames do, from the brightest to the darkest: an island seldom
    stays where it is for all of them.

    Args:
        brightness: (T,) sum of the intensities of each frame, so that it does not matter which
            frame comes first.
        slices: of a frame.
    """
    order = np.argsort(-brightness, kind="stable")
    if slices > 1:
        return [(int(frame),) for frame in dict.fromkeys((order[0], order[-1]))]
    ranks = np.linspace(0, len(order) - 1, FRAMES_OF_A_PLANE).round().astype(int)
    return [tuple(int(frame) for frame in order[np.unique(ranks)])]


def heart_box(labels: LabelArray, spacing_mm: float, multiple: int) -> Box | None:
    """The crop around the heart of a few frames, in pixels of the network's grid.

    None if no heart is seen.

    Args:
        labels: (T, Z, Y, X) labels of the frames on the network's grid.
        spacing_mm: the grid's in-plane resolution.
        multiple: rows and columns of the crop are multiples of this, unless the image is smaller.
    """
    heart = np.asarray(heart_of(labels).any(axis=(0, 1)))
    if heart.sum() * spacing_mm**2 < MINIMUM_HEART_MM2:
        return None
    margin_mm = MARGIN_MM if labels.shape[1] > 1 else MARGIN_OF_A_PLANE_MM
    box = Box.around(heart, margin=round(margin_mm / spacing_mm))
    y0, y1 = _widen(box.y0, box.y1, heart.shape[0], multiple)
    x0, x1 = _widen(box.x0, box.x1, heart.shape[1], multiple)
    return Box(y0, y1, x0, x1)


def _widen(start: int, stop: int, length: int, multiple: int) -> tuple[int, int]:
    """The span made a multiple of `multiple` long about its middle, within 0 to `length`."""
    wanted = min(length, -(-(stop - start) // multiple) * multiple)
    start = min(max(0, start - (wanted - (stop - start)) // 2), length - wanted)
    return start, start + wanted


def touches_border(
    drawn: LabelArray | NDArray[np.bool_], box: Box, image_yx: tuple[int, int]
) -> bool:
    """Whether what is drawn on a (..., Y, X) crop reaches a side that is none of the image."""
    seen = np.asarray(drawn.reshape(-1, *drawn.shape[-2:]).any(axis=0))
    sides = (
        (box.y0 > 0, seen[0]),
        (box.y1 < image_yx[0], seen[-1]),
        (box.x0 > 0, seen[:, 0]),
        (box.x1 < image_yx[1], seen[:, -1]),
    )
    return any(inside and bool(line.any()) for inside, line in sides)
