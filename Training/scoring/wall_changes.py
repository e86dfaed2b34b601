"""What moves the wall thickness of a segment: a slice more or less, or the contours themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import Label, LabelMap
from CMRSegmentationLib.measuring.insertion_points import find_septum
from CMRSegmentationLib.measuring.regional import slices_from_base
from CMRSegmentationLib.measuring.rings import Ring, pixels_to_mm, rings_of
from CMRSegmentationLib.measuring.segments import (
    SEGMENTS,
    Segment,
    Walls,
    measure_segments,
)

Change = Callable[[LabelMap], LabelMap]
Thickness = NDArray[np.float64]
"""(16, 2) mm at end-diastole and end-systole."""

GAP = np.deg2rad(40.0)
"""The sector of a wall that is opened."""
BASE, APEX = 0, -1


def opened(labels: LabelMap, end: int) -> LabelMap:
    """Labels with a gap in the last closed wall at an end, `BASE` or `APEX`, of every frame."""
    array, order = labels.array.copy(), slices_from_base(labels, 0)
    for frame in range(labels.frames):
        rings = rings_of(labels, frame)
        closed = [z for z in order if z in rings]
        if closed:
            z = closed[end]
            array[frame, z][_sector(labels, rings[z]) & (array[frame, z] == Label.MYO)] = 0
    return LabelMap(array, labels.geometry)


def erased(labels: LabelMap, end: int) -> LabelMap:
    """Labels without the last slice with a cavity at an end, `BASE` or `APEX`, of every frame."""
    array, order = labels.array.copy(), slices_from_base(labels, 0)
    for frame in range(labels.frames):
        present = [z for z in order if (array[frame, z] == Label.LV).any()]
        if present:
            array[frame, present[end]] = 0
    return LabelMap(array, labels.geometry)


def _sector(labels: LabelMap, ring: Ring) -> NDArray[np.bool_]:
    """(Y, X) pixels in a sector about the cavity's center, along the image's columns."""
    rows, columns = np.mgrid[: labels.geometry.shape_zyx[1], : labels.geometry.shape_zyx[2]]
    pixels = np.stack([columns, rows], axis=-1).astype(np.float64)
    x, y = np.moveaxis(pixels @ pixels_to_mm(labels.geometry).T - ring.center_mm, -1, 0)
    return np.asarray(np.abs(np.arctan2(y, x)) < GAP / 2.0)


CHANGES: Mapping[str, Change] = {
    "most basal closed wall opened": lambda labels: opened(labels, BASE),
    "most apical closed wall opened": lambda labels: opened(labels, APEX),
    "most basal slice erased": lambda labels: erased(labels, BASE),
    "most apical slice erased": lambda labels: erased(labels, APEX),
}


def segments_of(labels: LabelMap) -> tuple[Segment, ...]:
    """The segments of end-diastole and end-systole, the two frames of a label map."""
    walls = _walls(labels)
    septum = find_septum(labels, {frame: its.above_apical for frame, its in enumerate(walls)})
    return measure_segments(*walls, septum)


def _walls(labels: LabelMap) -> tuple[Walls, Walls]:
    order = slices_from_base(labels, 0)
    ed, es = (Walls.of(labels.array[t], order, rings_of(labels, t)) for t in (0, 1))
    return ed, es


def thickness_of(segments: tuple[Segment, ...]) -> Thickness | None:
    """The thickness of all segments at both phases; None without segments."""
    found = [
        (one.ed_mean_mm, np.nan if one.es_mean_mm is None else one.es_mean_mm) for one in segments
    ]
    return np.array(found) if found else None


def moved_by(change: Change, patients: Iterable[LabelMap]) -> NDArray[np.float64]:
    """(N, 16, 2) mm by which a change moves the segments of N patients that have them."""
    moved = []
    for labels in patients:
        before, after = (thickness_of(segments_of(its)) for its in (labels, change(labels)))
        if before is not None and after is not None:
            moved.append(np.abs(after - before))
    return np.array(moved).reshape(-1, len(SEGMENTS), 2)


def on_same_slices(expert: LabelMap, model: LabelMap) -> dict[str, tuple[Segment, ...]]:
    """Segments with the expert's levels and insertion points, of slices in which both are closed.

    What still differs between `expert` and `model` are the contours themselves.
    """
    walls = {"expert": _walls(expert), "model": _walls(model)}
    septum = find_septum(
        expert, {frame: its.above_apical for frame, its in enumerate(walls["expert"])}
    )
    found = {}
    for source, its in walls.items():
        ed, es = (
            Walls({z: its[t].rings[z] for z in levels.closed if z in other.rings}, levels.slices)
            for t, (levels, other) in enumerate(zip(*walls.values(), strict=True))
        )
        found[source] = measure_segments(ed, es, septum)
    return found
