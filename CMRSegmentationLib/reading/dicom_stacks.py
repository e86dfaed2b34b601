"""From slices to stacks: what is parallel and evenly spaced is one heart's stack.

Slices are put together by where they lie. Positions come from ImagePositionPatient alone:
SliceLocation, SliceThickness and SpacingBetweenSlices are not trusted, and frames of reference,
matrix, pixel spacing and rotation within the plane only decide between slices at the same place.
There, pixels that are those of no cine, as of tags or a contrast agent, give way to a cine.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.no_cine import why_not_a_cine
from CMRSegmentationLib.findings import Finding, FindingCode, Severity
from CMRSegmentationLib.reading.dicom_grouping import SAME_POSITION_MM, SUPERSEDED, clusters
from CMRSegmentationLib.reading.dicom_phases import MINIMUM_PHASES, Slice, usual_phases
from CMRSegmentationLib.reading.dicom_pixels import read_intensities
from CMRSegmentationLib.reading.resampling import lies_on_same_grid, positions_mm
from CMRSegmentationLib.reading.study import MAXIMUM_SLICES, ReadError, found

PARALLEL_DEGREES = 3.0
NEIGHBOR_DEGREES = 10.0
"""Short-axis slices tilted by less than this, and too much for one stack, may show one heart."""
MINIMUM_STACKED = 3
"""So many parallel slices of several series are a stack; two may be long-axis planes."""
MAXIMUM_GAP = 2.6
"""A gap of more than this many pitches (two slices missing in a row) ends a stack."""
MINIMUM_DISTANCE_MM = 3.0
"""Loose slices nearer than this to each other were planned twice."""
MINIMUM_PITCH_MM = 6.0
"""Slices of two series with other phases that would lie closer than this are two stacks."""
SIMILAR_PHASES = 1.5
"""Numbers of phases within this ratio are those of one protocol in breath-holds of other beats."""

Stack = tuple[Slice, ...]


def group_stacks(
    slices: Sequence[Slice],
) -> tuple[list[Stack], list[tuple[Slice, str]], list[Finding]]:
    """Stacks of a study's slices, each ordered along its normal.

    Returns:
        The stacks, the slices that others at their place supersede with the reason, and findings.
    """
    stacks: list[Stack] = []
    left_out: list[tuple[Slice, str]] = []
    findings: list[Finding] = []
    for parallel in clusters(_middle_first(slices), _are_parallel):
        places = [_cines_of(place, left_out) for place in _places(parallel)]
        chosen = _best_of_each(places)
        for place, best in zip(places, chosen, strict=True):
            others = [plane for plane in place if plane is not best]
            left_out += [(plane, SUPERSEDED) for plane in others]
            findings += [_superseded(plane, best) for plane in others]
        stacks += [part for group in _merged(_units(chosen)) for part in _split_at_gaps(group)]
    stacks.sort(key=lambda stack: (-len(stack), stack[0].series_number))
    return stacks, left_out, findings


def _middle_first(slices: Sequence[Slice]) -> list[Slice]:
    """Slices to which most others are parallel first, and of these the ones of large series."""
    sizes = Counter(plane.first.series for plane in slices)
    normals = np.array([plane.first.normal for plane in slices])
    cosine = np.cos(np.deg2rad(PARALLEL_DEGREES))

    def rank(plane: Slice) -> tuple[int, int]:
        parallel = int((np.abs(normals @ plane.first.normal) >= cosine).sum())
        return -parallel, -sizes[plane.first.series]

    return sorted(slices, key=rank)


def _are_parallel(a: Slice, b: Slice, degrees: float = PARALLEL_DEGREES) -> bool:
    """Whether two planes of one study are parallel, whichever way they are turned, and overlap."""
    if a.first.study_uid != b.first.study_uid:
        return False
    if abs(a.first.normal @ b.first.normal) < np.cos(np.deg2rad(degrees)):
        return False
    between = a.first.orientation @ (b.first.center_mm - a.first.center_mm)
    reach = min(min(_field_mm(a)), min(_field_mm(b))) / 2.0
    return bool(np.abs(between).max() <= reach)


def _field_mm(plane: Slice) -> NDArray[np.float64]:
    return np.array(plane.first.size_yx) * plane.first.spacing_yx_mm


def are_parallel_neighbors(a: Stack, b: Stack) -> bool:
    """Whether two stacks are nearly parallel, and the gap between them no wider than within them.

    Two that begin and end at the same places each show the whole heart and complete nothing, nor do
    tilted slices beside those of a stack.
    """
    if not _are_parallel(a[0], b[0], NEIGHBOR_DEGREES):
        return False
    is_tilted = not _are_parallel(a[0], b[0])
    along = positions_mm([*a, *b])
    one, other = along[: len(a)], along[len(a) :]
    if _end_together(one, other):
        return False
    gap = max(other.min() - one.max(), one.min() - other.max())
    pitches = [float(np.median(np.diff(np.sort(part)))) for part in (one, other) if len(part) > 1]
    pitch = max(pitches, default=0.0)
    if is_tilted and (gap < -pitch or min(len(a), len(b)) < MINIMUM_STACKED):
        return False
    return bool(gap <= MAXIMUM_GAP * pitch)


def _end_together(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Whether both ends of two stacks lie within half a pitch of each other."""
    if min(one.size, other.size) < MINIMUM_STACKED:
        return False
    apart = max(abs(one.min() - other.min()), abs(one.max() - other.max()))
    pitch = min(float(np.median(np.diff(np.sort(part)))) for part in (one, other))
    return bool(apart < pitch / 2.0 - SAME_POSITION_MM)


def _places(parallel: list[Slice]) -> list[list[Slice]]:
    """Parallel slices by the place that they show."""
    sizes = Counter(plane.first.series for plane in parallel)
    return clusters(parallel, lambda a, b: _repeats(a, b, sizes))


def _cines_of(place: list[Slice], left_out: list[tuple[Slice, str]]) -> list[Slice]:
    """Of several slices at one place those that their pixels show to be cines, or all if none."""
    if len(place) == 1:
        return place
    reasons = [_why_not_a_cine(plane) for plane in place]
    if all(reasons):
        return place
    judged = list(zip(place, reasons, strict=True))
    left_out += [(plane, reason) for plane, reason in judged if reason]
    return [plane for plane, reason in judged if not reason]


def _why_not_a_cine(plane: Slice) -> str:
    """Empty for a slice whose images may be a cine, or cannot be read."""
    read = sorted(read_intensities([frame.pixels for frame in plane.frames]), key=itemgetter(0))
    images = [image for _, image in read if not isinstance(image, ReadError)]
    if not images:
        return ""
    has_times = plane.trigger_times_ms is not None
    return why_not_a_cine(np.stack(images)[:, None], plane.first.spacing_yx_mm, has_times)


def _best_of_each(places: list[list[Slice]]) -> list[Slice]:
    """Of the slices at each place the one that fits those elsewhere best, or else the last."""
    every = [plane for place in places for plane in place]
    undisputed = [place[0] for place in places if len(place) == 1] or every
    usual = usual_phases(undisputed)
    common = max(clusters(undisputed, lies_on_same_grid), key=len)[0]

    def fit(plane: Slice) -> tuple[bool, bool, int, int]:
        on_grid = lies_on_same_grid(common, plane)
        return plane.phases == usual, on_grid, plane.phases, plane.series_number

    return [max(place, key=fit) for place in places]


def _repeats(a: Slice, b: Slice, sizes: Counter[str]) -> bool:
    """Whether two slices show the same place alike; whole series do on one grid alone.

    One of too few images to be an acquisition of its own repeats any other.
    """
    distance = abs(a.first.normal @ (a.first.center_mm - b.first.center_mm))
    if distance > SAME_POSITION_MM:
        return False
    on_one_grid = lies_on_same_grid(a, b)
    if min(sizes[a.first.series], sizes[b.first.series]) < MINIMUM_STACKED:
        fewer, more = sorted((a.phases, b.phases))
        is_similar = on_one_grid or more <= SIMILAR_PHASES * fewer
        return fewer < MINIMUM_PHASES or (is_similar and _same_preparation(a, b))
    worlds = {a.first.frame_of_reference, b.first.frame_of_reference} - {""}
    in_one_world = len(worlds) < 2 or a.first.series == b.first.series
    return on_one_grid and in_one_world and _same_preparation(a, b)


def _same_preparation(a: Slice, b: Slice) -> bool:
    """Whether the magnetization was prepared alike, as it is not of perfusion and a cine."""
    (_, inversion), (_, other) = a.first.contrast, b.first.contrast
    return (inversion or 0.0) == (other or 0.0)


def _units(slices: list[Slice]) -> list[list[Slice]]:
    """Slices that surely belong together: whole series, then loose slices of one bookkeeping."""
    by_series: dict[str, list[Slice]] = defaultdict(list)
    for plane in slices:
        by_series[plane.first.series].append(plane)
    whole = [members for members in by_series.values() if len(members) >= MINIMUM_STACKED]
    loose = [p for members in by_series.values() if len(members) < MINIMUM_STACKED for p in members]
    if not loose:
        return whole
    if len(loose) >= MINIMUM_STACKED and _has_pitch(loose):
        return [*whole, loose]
    alike = clusters(loose, _same_bookkeeping)
    stacks = [group for group in alike if len(group) >= MINIMUM_STACKED and _has_pitch(group)]
    return [*whole, *stacks, *([p] for group in alike if group not in stacks for p in group)]


def _same_bookkeeping(a: Slice, b: Slice) -> bool:
    same_world = a.first.frame_of_reference == b.first.frame_of_reference
    return same_world and lies_on_same_grid(a, b) and _same_preparation(a, b)


def _has_pitch(slices: Sequence[Slice]) -> bool:
    """Whether slices lie at multiples of their usual distance, as those of one stack do."""
    gaps = np.diff(np.sort(positions_mm(slices)))
    pitch = float(np.median(gaps))
    if pitch < MINIMUM_DISTANCE_MM:
        return False
    off = np.abs(gaps - np.rint(gaps / pitch) * pitch)
    return bool(gaps.min() > 0.5 * pitch and off.max() <= max(0.15 * pitch, SAME_POSITION_MM))


def _merged(units: list[list[Slice]]) -> list[list[Slice]]:
    """Units that continue or complete each other put together; loose ones are one stack at last."""
    every = [plane for unit in units for plane in unit]
    if len(every) >= MINIMUM_STACKED and _may_interleave(units) and is_even(positions_mm(every)):
        return [every]
    stacks: list[list[Slice]] = []
    for unit in sorted(units, key=len, reverse=True):
        for stack in stacks:
            if _completes(stack, unit):
                stack += unit
                break
        else:
            stacks.append(list(unit))
    single = [plane for stack in stacks if len(stack) < MINIMUM_STACKED for plane in stack]
    whole = [stack for stack in stacks if len(stack) >= MINIMUM_STACKED]
    for run in _runs(single):
        whole += [run] if len(run) >= MINIMUM_STACKED else [[plane] for plane in run]
    return whole


def _runs(slices: Sequence[Slice]) -> list[list[Slice]]:
    """Loose slices as acquired one after the other; one too near to an earlier one starts again."""
    runs: list[list[Slice]] = []
    for plane in sorted(slices, key=lambda plane: plane.series_number):
        near = (
            np.abs(np.diff(positions_mm([other, plane]))[0]) < MINIMUM_DISTANCE_MM
            for other in (runs[-1] if runs else ())
        )
        if not runs or any(near):
            runs.append([])
        runs[-1].append(plane)
    return [part for run in runs for part in _without_odd_one(run)]


def _without_odd_one(run: list[Slice]) -> list[list[Slice]]:
    """A run, and by itself the slice that lies within half the pitch that the others have."""
    for plane in run if MINIMUM_STACKED < len(run) <= MAXIMUM_SLICES else ():
        rest = [other for other in run if other is not plane]
        place, *along = positions_mm([plane, *rest])
        pitch = float(np.median(np.diff(np.sort(along))))
        if _has_pitch(rest) and np.abs(np.array(along) - place).min() < 0.5 * pitch:
            return [rest, [plane]]
    return [run]


def _may_interleave(units: list[list[Slice]]) -> bool:
    """Whether units may be one stack: equal phases, or slices no closer than those of a stack."""
    if len({usual_phases(unit) for unit in units if len(unit) >= MINIMUM_STACKED}) < 2:
        return True
    gaps = np.diff(np.sort(positions_mm([plane for unit in units for plane in unit])))
    return float(np.median(gaps)) >= MINIMUM_PITCH_MM


def _completes(stack: list[Slice], unit: list[Slice]) -> bool:
    """Whether a unit lies where slices of a stack are missing, or where the stack goes on."""
    if len(stack) < MINIMUM_STACKED:
        return False
    pitch = float(np.median(np.diff(np.sort(positions_mm(stack)))))
    both = [*stack, *unit]
    gaps = np.diff(np.sort(positions_mm(both)))
    keeps_pitch = abs(float(np.median(gaps)) - pitch) <= 0.15 * pitch
    return keeps_pitch and _has_pitch(both) and bool(gaps.max() <= MAXIMUM_GAP * pitch)


def _split_at_gaps(slices: list[Slice]) -> Iterator[Stack]:
    order = np.argsort(positions_mm(slices), kind="stable")
    ordered = [slices[int(index)] for index in order]
    if len(ordered) < MINIMUM_STACKED:
        yield tuple(ordered)
        return
    gaps = np.diff(positions_mm(ordered))
    wide = np.flatnonzero(gaps > MAXIMUM_GAP * np.median(gaps))
    for start, end in pairwise([0, *(int(index) + 1 for index in wide), len(ordered)]):
        yield tuple(ordered[start:end])


def is_even(positions: NDArray[np.float64]) -> bool:
    """Whether the distances of neighbors are within 10 % or 0.5 mm of their median."""
    gaps = np.diff(np.sort(positions))
    median = float(np.median(gaps))
    return bool(np.abs(gaps - median).max() <= max(0.1 * median, SAME_POSITION_MM))


def _superseded(plane: Slice, by: Slice) -> Finding:
    values = {
        "series": plane.series_number,
        "phases": plane.phases,
        "used": by.series_number,
        "used_phases": by.phases,
    }
    return found(FindingCode.DUPLICATE_IMAGES, Severity.WARNING, values)
