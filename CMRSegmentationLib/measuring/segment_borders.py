"""Where the segments of the wall lie in the slices of a frame, to show them on the images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CMRSegmentationLib.image import LabelMap
from CMRSegmentationLib.measuring.insertion_points import Septum
from CMRSegmentationLib.measuring.regional import (
    InsertionPoints,
    PointRas,
    chosen_septum,
    slices_from_base,
    to_ras,
)
from CMRSegmentationLib.measuring.rings import Ring, rings_of
from CMRSegmentationLib.measuring.segments import MINIMUM_SLICES, SEGMENTS, Walls, borders


@dataclass(frozen=True)
class BorderLine:
    """A border between two segments in one slice: across the wall, in RAS mm.

    Attributes:
        slice: 0-based slice.
        inner_ras_mm: its end on the endocardium.
        outer_ras_mm: its end on the epicardium.
    """

    slice: int
    inner_ras_mm: PointRas
    outer_ras_mm: PointRas


def marked_septum(labels: LabelMap, ed_frame: int, points: InsertionPoints) -> Septum | None:
    """The septum between the insertion points of a report; None without a closed wall at ED.

    Raises:
        ValueError: if the points cannot be the ends of a septum.
    """
    rings = rings_of(labels, ed_frame)
    if not rings:
        return None
    return chosen_septum(labels, rings, points)


def border_lines(
    labels: LabelMap, frame: int, ed_frame: int, septum: Septum
) -> tuple[BorderLine, ...]:
    """The borders between the segments in every slice with a closed wall of a frame.

    Args:
        labels: the label map.
        frame: 0-based frame.
        ed_frame: of end-diastole, which says where the base is.
        septum: where the insertion points lie.

    Returns:
        None of a frame with fewer than three such slices, which has no segments.
    """
    lines = []
    for z, level, ring in _by_level(labels, frame, ed_frame):
        angles = np.array(list(borders(level, septum)))
        inner, outer = (curve.radius_mm(angles) for curve in (ring.inner, ring.outer))
        directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        for direction, near, far in zip(directions, inner, outer, strict=True):
            ends = (ring.center_mm + radius * direction for radius in (near, far))
            lines.append(BorderLine(z, *(to_ras(labels.geometry, z, end) for end in ends)))
    return tuple(lines)


def slice_of_segment(labels: LabelMap, frame: int, ed_frame: int, number: int) -> int | None:
    """The middle one of a segment's slices in a frame, 0-based; None if the frame has no segments.

    Args:
        labels: the label map.
        frame: 0-based frame.
        ed_frame: of end-diastole, which says where the base is.
        number: of the segment, 1 to 16.
    """
    wanted = SEGMENTS[number][0]
    slices = [z for z, level, _ring in _by_level(labels, frame, ed_frame) if level == wanted]
    return slices[len(slices) // 2] if slices else None


def _by_level(labels: LabelMap, frame: int, ed_frame: int) -> list[tuple[int, str, Ring]]:
    """The slices with a closed wall from base to apex, with the levels of their middles."""
    order = slices_from_base(labels, ed_frame)
    walls = Walls.of(labels.array[frame], order, rings_of(labels, frame))
    if len(walls.rings) < MINIMUM_SLICES:
        return []
    return [(z, level, walls.rings[z]) for z, level in walls.levels.items()]
