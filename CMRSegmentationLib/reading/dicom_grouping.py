"""From the frames of a study to stacks of slices, without mixing what does not belong together.

A slice is one plane of one series over the heart cycle; a stack is one or more parallel slices on
one grid with the same number of phases. Positions come from ImagePositionPatient alone:
SliceLocation, SliceThickness and SpacingBetweenSlices are not trusted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.reading.dicom_headers import Frame
from CMRSegmentationLib.reading.times import trusted_times

T = TypeVar("T")

SAME_DIRECTION = np.cos(np.deg2rad(1.0))
SAME_POSITION_MM = 0.5
SAME_IN_PLANE_MM = 1.0
FEWEST_STACKED = 3
"""Parallel slices of several series are one stack from this number on; two may be two long-axis planes."""
WIDEST_GAP = 2.6
"""A gap of more than this many pitches (two slices missing in a row) ends a stack."""
SLOWEST_PHASE_S = 0.25
"""Images acquired further apart than this come from different heart beats: perfusion or mapping, not a cine."""


@dataclass(frozen=True, eq=False)
class Slice:
    """One plane of one series, its frames in the order of the heart cycle."""

    frames: tuple[Frame, ...]

    @property
    def first(self) -> Frame:
        """The frame that stands for the geometry of all."""
        return self.frames[0]

    @property
    def phases(self) -> int:
        """The number of frames."""
        return len(self.frames)

    @property
    def series_number(self) -> int:
        """As on the scanner."""
        return self.first.series_number

    @property
    def trigger_times_ms(self) -> tuple[float, ...] | None:
        """Rising times after the R wave, or None where the headers do not give them."""
        times = [frame.trigger_ms for frame in self.frames if frame.trigger_ms is not None]
        rising = len(times) == self.phases and all(a < b for a, b in pairwise(times))
        return tuple(times) if rising else None


@dataclass
class Grouping:
    """Slices or stacks, with what was left out on the way."""

    slices: list[Slice]
    findings: list[Finding]


def group_slices(frames: Sequence[Frame], fewest_phases: int = 2) -> Grouping:
    """Slices of a study, without the series that are no cine and without repeated images.

    Args:
        frames: in any order.
        fewest_phases: what a plane must have to count as a cine.
    """
    result = Grouping([], [])
    by_series: dict[str, list[Frame]] = defaultdict(list)
    for frame in frames:
        by_series[frame.series_uid or f"number {frame.series_number}"].append(frame)
    for members in by_series.values():
        _add_series(result, members, fewest_phases)
    return result


def _add_series(result: Grouping, frames: list[Frame], fewest_phases: int) -> None:
    number = frames[0].series_number
    refusals = sorted({frame.refusal for frame in frames if frame.refusal})
    usable = [frame for frame in frames if not frame.refusal]
    result.findings += [left_out(number, reason) for reason in refusals]
    slices: list[Slice] = []
    for members in _clusters(usable, _same_plane):
        slices += _ordered_slice(members, result.findings)
    most = max((s.phases for s in slices), default=0)
    directions = len(_clusters(slices, lambda a, b: _same_direction(a.first, b.first)))
    if slices and (most < fewest_phases or (most == 1 and directions > 1)):
        kind = "a localizer" if directions > 1 else "not a cine"
        result.findings.append(left_out(number, f"one phase only, {kind}"))
        return
    result.findings += [_lacks_phases(s, most) for s in slices if s.phases < fewest_phases]
    result.slices += [s for s in slices if s.phases >= fewest_phases]


def _ordered_slice(frames: list[Frame], findings: list[Finding]) -> list[Slice]:
    """The frames of one plane in phase order, or nothing if they differ by more than the phase."""
    number = frames[0].series_number
    if len({frame.contrast for frame in frames}) > 1:
        findings.append(
            left_out(number, "images that differ in echo or inversion time, not a cine")
        )
        return []
    kept = _last_acquisition(
        _first_of_each(frames, lambda frame: (frame.instance_uid, frame.number))
    )
    phase = _phase_key(kept)
    kept = _first_of_each(sorted(kept, key=lambda f: (phase(f), f.number)), phase)
    if len(kept) < len(frames):
        findings.append(
            _repeated(number, f"{len(frames) - len(kept)} repeated images of one slice")
        )
    ordered = Slice(tuple(kept))
    if _spans_many_beats(ordered):
        findings.append(left_out(number, "images of many heart beats, not a cine"))
        return []
    return [ordered]


def _last_acquisition(frames: list[Frame]) -> list[Frame]:
    """Of repeated acquisitions of one plane the fullest, and of equally full ones the last.

    Acquisition numbers that count the phases, one image each, do not mean that anything was
    repeated.
    """
    groups: dict[int | None, list[Frame]] = defaultdict(list)
    for frame in frames:
        groups[frame.acquisition_number].append(frame)
    if len(groups) == 1 or min(len(members) for members in groups.values()) == 1:
        return frames
    return max(
        groups.values(), key=lambda members: (len(members), members[0].acquisition_number or 0)
    )


def _phase_key(frames: list[Frame]) -> Callable[[Frame], float]:
    """What orders the phases of one plane: trigger time, else temporal position, else instance number."""
    if None not in {f.trigger_ms for f in frames} and len({f.trigger_ms for f in frames}) > 1:
        return lambda frame: frame.trigger_ms or 0.0
    if (
        None not in {f.temporal_position for f in frames}
        and len({f.temporal_position for f in frames}) > 1
    ):
        return lambda frame: float(frame.temporal_position or 0)
    return lambda frame: float(frame.number)


def _first_of_each(frames: Iterable[Frame], key: Callable[[Frame], object]) -> list[Frame]:
    first: dict[object, Frame] = {}
    for frame in frames:
        first.setdefault(key(frame), frame)
    return list(first.values())


def _spans_many_beats(plane: Slice) -> bool:
    """Whether the images were acquired seconds apart, and no trigger times of one heart cycle contradict that."""
    times = [frame.acquired_s for frame in plane.frames if frame.acquired_s is not None]
    if len(times) < plane.phases or plane.phases < 2:
        return False
    if trusted_times(plane.trigger_times_ms or (), "ms")[0] is not None:
        return False
    return (max(times) - min(times)) / (plane.phases - 1) > SLOWEST_PHASE_S


def group_stacks(slices: Sequence[Slice]) -> tuple[list[tuple[Slice, ...]], list[Finding]]:
    """Stacks of a study's slices, each ordered along its normal, and what was left out of them."""
    stacks: list[tuple[Slice, ...]] = []
    findings: list[Finding] = []
    for parallel in _clusters(slices, lambda a, b: _same_grid(a.first, b.first)):
        for members in _equal_phases(parallel, findings):
            stacks += _regular_stacks(members)
    return sorted(stacks, key=lambda stack: (-len(stack), stack[0].series_number)), findings


def _equal_phases(parallel: list[Slice], findings: list[Finding]) -> list[list[Slice]]:
    """Parallel slices by their number of phases; single ones that deviate from a stack are left out."""
    counts = Counter(s.phases for s in parallel)
    usual = max(counts, key=lambda phases: (counts[phases], phases))
    kept = []
    for same_place in _clusters(parallel, _same_position):
        best = max(same_place, key=lambda s: (s.phases == usual, s.phases, s.series_number))
        kept.append(best)
        findings += [_superseded(s, best) for s in same_place if s is not best]
    by_phases: dict[int, list[Slice]] = defaultdict(list)
    for member in kept:
        by_phases[member.phases].append(member)
    if len(by_phases[usual]) >= FEWEST_STACKED:
        for phases in [p for p, members in by_phases.items() if len(members) < FEWEST_STACKED]:
            findings += [_lacks_phases(s, usual) for s in by_phases.pop(phases)]
    return [members for members in by_phases.values() if members]


def _regular_stacks(slices: list[Slice]) -> list[tuple[Slice, ...]]:
    """Slices of one grid and phase count: one stack if they are evenly spaced, else split by series and at gaps."""
    by_series: dict[str, list[Slice]] = defaultdict(list)
    for member in slices:
        by_series[member.first.series_uid].append(member)
    if len(by_series) == 1 or (len(slices) >= FEWEST_STACKED and is_even(positions_mm(slices))):
        return [part for aligned in _aligned(slices) for part in _split_at_gaps(aligned)]
    whole = [members for members in by_series.values() if len(members) >= FEWEST_STACKED]
    rest = [
        member
        for members in by_series.values()
        if len(members) < FEWEST_STACKED
        for member in members
    ]
    groups = whole + ([rest] if len(rest) >= FEWEST_STACKED else [[member] for member in rest])
    return [
        part for group in groups for aligned in _aligned(group) for part in _split_at_gaps(aligned)
    ]


def _aligned(slices: list[Slice]) -> list[list[Slice]]:
    """One group if the first pixels lie on a line (a shear is fine), else groups of equal place within the plane."""
    if _in_plane_residual_mm(slices) <= SAME_IN_PLANE_MM:
        return [slices]
    return _clusters(
        slices, lambda a, b: bool(np.abs(_in_plane(a) - _in_plane(b)).max() <= SAME_IN_PLANE_MM)
    )


def _in_plane(plane: Slice) -> NDArray[np.float64]:
    return np.asarray(plane.first.orientation @ plane.first.position_mm)


def _in_plane_residual_mm(slices: Sequence[Slice]) -> float:
    """How far the first pixels stray from a straight line through the stack."""
    if len(slices) < 3:
        return 0.0
    along = positions_mm(slices)
    design = np.stack([np.ones_like(along), along], axis=1)
    places = np.array([slices[0].first.orientation @ s.first.position_mm for s in slices])
    fitted = design @ np.linalg.lstsq(design, places, rcond=None)[0]
    return float(np.abs(places - fitted).max())


def _split_at_gaps(slices: list[Slice]) -> list[tuple[Slice, ...]]:
    order = np.argsort(positions_mm(slices))
    ordered = [slices[int(index)] for index in order]
    if len(ordered) < FEWEST_STACKED:
        return [tuple(ordered)]
    gaps = np.diff(positions_mm(ordered))
    cuts = [
        0,
        *(int(i) + 1 for i in np.flatnonzero(gaps > WIDEST_GAP * np.median(gaps))),
        len(ordered),
    ]
    return [tuple(ordered[a:b]) for a, b in pairwise(cuts)]


def positions_mm(slices: Sequence[Slice]) -> NDArray[np.float64]:
    """Positions of slices along the normal of the first, in their given order."""
    normal = slices[0].first.normal
    return np.array([float(normal @ s.first.position_mm) for s in slices])


def is_even(positions: NDArray[np.float64]) -> bool:
    """Whether the distances between neighbors differ by no more than 10 % or 0.5 mm from their median."""
    gaps = np.diff(np.sort(positions))
    median = float(np.median(gaps))
    return bool(np.abs(gaps - median).max() <= max(0.1 * median, SAME_POSITION_MM))


def _same_plane(a: Frame, b: Frame) -> bool:
    if a.size_yx != b.size_yx or not np.allclose(a.spacing_yx_mm, b.spacing_yx_mm, rtol=1e-3):
        return False
    return _same_direction(a, b) and bool(
        np.abs(a.position_mm - b.position_mm).max() <= SAME_POSITION_MM
    )


def _same_grid(a: Frame, b: Frame) -> bool:
    """Whether two planes are parallel, cut into equal pixels the same way, in one frame of reference."""
    if (
        a.frame_of_reference
        and b.frame_of_reference
        and a.frame_of_reference != b.frame_of_reference
    ):
        return a.series_uid == b.series_uid and _same_grid_in_space(a, b)
    return _same_grid_in_space(a, b)


def _same_grid_in_space(a: Frame, b: Frame) -> bool:
    if a.size_yx != b.size_yx or not np.allclose(a.spacing_yx_mm, b.spacing_yx_mm, rtol=1e-3):
        return False
    return _same_direction(a, b)


def _same_direction(a: Frame, b: Frame) -> bool:
    return bool((a.orientation * b.orientation).sum(axis=1).min() >= SAME_DIRECTION)


def _same_position(a: Slice, b: Slice) -> bool:
    distance = a.first.normal @ (a.first.position_mm - b.first.position_mm)
    shift = _in_plane(a) - a.first.orientation @ b.first.position_mm
    return bool(
        abs(distance) <= SAME_POSITION_MM and np.abs(shift).max() <= max(a.first.spacing_yx_mm) * 16
    )


def _clusters(items: Iterable[T], same: Callable[[T, T], bool]) -> list[list[T]]:
    """Groups of items that are the same as the first of their group."""
    groups: list[list[T]] = []
    for item in items:
        for group in groups:
            if same(group[0], item):
                group.append(item)
                break
        else:
            groups.append([item])
    return groups


def left_out(series_number: int, reason: str) -> Finding:
    """The finding of a series, or a part of it, that is not used."""
    return Finding(
        FindingCode.SERIES_LEFT_OUT,
        Severity.INFO,
        f"Series {series_number} was left out: {reason}.",
        origin=Origin.READER,
    )


def _repeated(series_number: int, what: str) -> Finding:
    return Finding(
        FindingCode.DUPLICATE_IMAGES,
        Severity.WARNING,
        f"Series {series_number}: {what} left out.",
        origin=Origin.READER,
    )


def _superseded(plane: Slice, by: Slice) -> Finding:
    message = (
        f"Series {plane.series_number} has a slice at the same place as series {by.series_number} "
        f"({plane.phases} and {by.phases} phases); the one of series {by.series_number} was used."
    )
    return Finding(FindingCode.DUPLICATE_IMAGES, Severity.WARNING, message, origin=Origin.READER)


def _lacks_phases(plane: Slice, usual: int) -> Finding:
    message = (
        f"A slice of series {plane.series_number} has {plane.phases} phases where the others have "
        f"{usual}; it was "
        "left out."
    )
    return Finding(FindingCode.SLICE_LACKS_PHASES, Severity.SERIOUS, message, origin=Origin.READER)
