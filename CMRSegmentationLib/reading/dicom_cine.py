"""From the slices of a stack to a cine: pixels, common phases, common grid, frame times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.no_cine import why_not_a_cine
from CMRSegmentationLib.findings import Finding, FindingCode, Severity
from CMRSegmentationLib.image import CineStack, Geometry, ImageSource
from CMRSegmentationLib.reading.dicom_grouping import LACKS_PHASES, lacks_phases
from CMRSegmentationLib.reading.dicom_headers import Frame
from CMRSegmentationLib.reading.dicom_phases import (
    MAXIMUM_MISSING,
    Slice,
    Weights,
    align,
    usual_phases,
)
from CMRSegmentationLib.reading.dicom_pixels import read_intensities
from CMRSegmentationLib.reading.dicom_stacks import Stack, is_even
from CMRSegmentationLib.reading.resampling import (
    StackGrid,
    grid_of,
    in_phase,
    onto_grid,
    positions_mm,
)
from CMRSegmentationLib.reading.study import ReadError, check_stack, found
from CMRSegmentationLib.reading.times import (
    Times,
    evenly_spaced,
    is_heart_cycle,
    shown_cycle_ms,
    trusted_times,
)

_LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
MISSING_SLICE_GAP = 1.6
"""A gap this many times the narrowest looks like a slice that was not sent."""
PART_OF_BEAT = 1.12
"""Phases over which the nominal heart cycle exceeds by more than this do not show all of it."""
SEVERAL_BEATS = 1.5
"""Phases that show more than this many nominal heart cycles were not sorted into one."""
MISSING_SHARE = 0.2
"""A stack that lacks more than this of the phases that the scanner counted was not sent whole."""
START_STEPS = 2.0
"""Slices that start so many time steps apart do not show the same moments."""
MINIMUM_TIMED = 3
"""Of fewer slices none is the odd one."""
MAXIMUM_COUNTED = 100
"""A larger count of images in the heart cycle is that of the series."""

Image = NDArray[np.float32]


@dataclass
class Losses:
    """Frames of a stack that could not be used, with the reason of each."""

    frames: list[tuple[Frame, str]] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class _Plane:
    """A slice whose images were read."""

    slice: Slice
    images: list[Image]
    weights: Weights


def read_cine(stack: Stack, losses: Losses) -> CineStack:
    """The cine of a stack of slices.

    Args:
        stack: ordered along its normal.
        losses: takes the frames that are not part of the cine in the end.

    Raises:
        ReadError: if no slice is left, or the images are those of no cine.
        GeometryError, ImageError: if the grid or the pixels make no image.
    """
    check_stack(_geometry(grid_of(stack), len(stack)))
    planes, phase_findings = _in_phase(stack, losses)
    slices = [plane.slice for plane in planes]
    grid = grid_of(slices)
    geometry = _geometry(grid, len(planes))
    array = np.empty((len(planes[0].weights), *geometry.shape_zyx), np.float32)
    for z, plane in enumerate(planes):
        on_grid = [onto_grid(image, plane.slice, grid, z) for image in plane.images]
        array[:, z] = in_phase(on_grid, plane.weights)
        plane.images.clear()
    times, time_findings = _frame_times(slices, len(array))
    reason = why_not_a_cine(array, geometry.spacing_zyx_mm[1:], times is not None)
    if reason:
        raise ReadError(reason)
    findings = (
        *_gap_findings(slices),
        *_resampled_findings(grid),
        *phase_findings,
        *time_findings,
        *_start_findings(slices, len(array)),
        *_origin_findings(slices),
    )
    first = slices[0].first
    sources = tuple(zip(*(_sources(plane, grid, z) for z, plane in enumerate(planes)), strict=True))
    return CineStack(
        array, geometry, times, vendor=first.vendor, findings=findings, sources=sources
    )


def _geometry(grid: StackGrid, slices: int) -> Geometry:
    return Geometry((slices, *grid.size_yx), _LPS_TO_RAS @ grid.ijk_to_lps)


def _in_phase(stack: Stack, losses: Losses) -> tuple[list[_Plane], list[Finding]]:
    """The slices with their images and the weights that bring them to a common number of phases."""
    read = [_read_slice(plane, losses) for plane in stack]
    slices = [plane for plane, _ in read if plane.phases]
    if not slices:
        raise ReadError(losses.frames[-1][1])
    phases = usual_phases(slices)
    planes: list[_Plane] = []
    findings: list[Finding] = []
    for (plane, images), weights in zip(
        [pair for pair in read if pair[0].phases], align(slices, phases), strict=True
    ):
        if weights is None:
            findings.append(lacks_phases(plane, phases))
            losses.frames += [(frame, LACKS_PHASES) for frame in plane.frames]
        else:
            planes.append(_Plane(plane, images, weights))
    return planes, [*findings, *_phase_findings(planes, phases)]


def _read_slice(plane: Slice, losses: Losses) -> tuple[Slice, list[Image]]:
    """The slice of those frames whose images can be read, and the images."""
    images: dict[int, Image] = {}
    for index, image in read_intensities([frame.pixels for frame in plane.frames]):
        if isinstance(image, ReadError):
            losses.frames.append((plane.frames[index], str(image)))
        else:
            images[index] = image
    order = sorted(images)
    kept = tuple(plane.frames[index] for index in order)
    return replace(plane, frames=kept), [images[index] for index in order]


def _sources(plane: _Plane, grid: StackGrid, z: int) -> list[ImageSource]:
    """The nearest stored image of each phase of a slice."""
    sources = []
    for parts in plane.weights:
        index, weight = max(parts, key=lambda part: part[1])
        frame = plane.slice.frames[index]
        is_exact = weight == 1.0 and grid.on_grid[z]
        path = frame.pixels.source.path
        sources.append(ImageSource(path, frame.instance_uid, frame.frame_number, is_exact))
    return sources


def _phase_findings(planes: Sequence[_Plane], phases: int) -> Iterator[Finding]:
    """What was interpolated in time."""
    counts = sorted({plane.slice.phases for plane in planes})
    filled = [(z, plane) for z, plane in enumerate(planes) if _lacks_images(plane, phases)]
    aligned = [plane for plane in planes if plane.slice.phases != phases]
    if len(aligned) > len(filled):
        values = {"counts": counts, "phases": phases}
        yield found(FindingCode.PHASES_ALIGNED, Severity.WARNING, values)
    for z, plane in filled:
        missing = [t + 1 for t, parts in enumerate(plane.weights) if len(parts) > 1]
        lacking = {
            "slice": z + 1,
            "missing": len(missing),
            "phases": phases,
            "numbers": missing,
        }
        yield found(FindingCode.IMAGES_INTERPOLATED, Severity.WARNING, lacking, slice_=z)


def _lacks_images(plane: _Plane, phases: int) -> bool:
    """Whether a slice was completed, not read at other shares of the beat."""
    as_stored = sum(len(parts) == 1 for parts in plane.weights)
    is_most = phases < 2 * plane.slice.phases
    return is_most and plane.slice.phases < phases and as_stored == plane.slice.phases


def _gap_findings(slices: Sequence[Slice]) -> Iterator[Finding]:
    if len(slices) < 3 or is_even(positions_mm(slices)):
        return
    gaps = np.diff(positions_mm(slices))
    missing = gaps.max() > MISSING_SLICE_GAP * gaps.min()
    values = {
        "phrase": "irregular_gaps.missing" if missing else "irregular_gaps",
        "smallest_mm": float(gaps.min()),
        "largest_mm": float(gaps.max()),
        "mean_mm": float(gaps.mean()),
    }
    yield found(
        FindingCode.IRREGULAR_GAPS, Severity.SERIOUS if missing else Severity.WARNING, values
    )


def _resampled_findings(grid: StackGrid) -> Iterator[Finding]:
    off_grid = [z + 1 for z, fits in enumerate(grid.on_grid) if not fits]
    if off_grid:
        phrase = "slices_resampled.one" if len(off_grid) == 1 else "slices_resampled"
        values = {"phrase": phrase, "slices": off_grid}
        yield found(FindingCode.SLICES_RESAMPLED, Severity.WARNING, values)


def _origin_findings(slices: Sequence[Slice]) -> Iterator[Finding]:
    """What bookkeeping and image type say about the slices, and what they do not."""
    series = {plane.first.series for plane in slices}
    worlds = {plane.first.frame_of_reference for plane in slices}
    frames = [frame for plane in slices for frame in plane.frames]
    if len(worlds) > 1 and len(series) > 1:
        values = {"frames_of_reference": len(worlds)}
        yield found(FindingCode.FRAMES_OF_REFERENCE_DIFFER, Severity.WARNING, values)
    if any(plane.guesses_order for plane in slices):
        order = {"phrase": "time_not_trusted.order"}
        yield found(FindingCode.TIME_NOT_TRUSTED, Severity.SERIOUS, order)
    if any(frame.is_derived for frame in frames):
        yield found(FindingCode.DERIVED_IMAGES, Severity.WARNING)
    if any(frame.is_lossy for frame in frames):
        yield found(FindingCode.LOSSY_IMAGES, Severity.WARNING)


def _frame_times(slices: Sequence[Slice], phases: int) -> Times:
    """Mean trigger times of most of the slices, else even times over the nominal heart cycle."""
    whole = [plane for plane in slices if plane.phases == phases]
    if missing := _missing_phases(whole):
        return None, (missing,)
    doubted = any(plane.doubts_times for plane in slices)
    by_slice = [times for plane in whole if (times := plane.trigger_times_ms) is not None]
    if len(by_slice) > len(whole) / 2 and not doubted:
        times, findings = trusted_times(np.mean(np.array(by_slice), axis=0).tolist(), "ms")
        if times is None:
            return times, findings
        if other := _other_than_a_beat(whole):
            return None, (other,)
        return times, _without_times(len(whole) - len(by_slice))
    doubts = (_doubted_times(),) if doubted else ()
    cycles = [plane.first.heart_cycle_ms for plane in slices if plane.first.heart_cycle_ms]
    if not cycles or phases < 2:
        times, findings = trusted_times((float("nan"),) * phases, "ms")
        return times, (*doubts, *findings)
    step = float(np.mean(cycles)) / phases
    times, findings = trusted_times(evenly_spaced(step, phases), "ms")
    if times is None:
        return times, (*doubts, *findings)
    spread = found(FindingCode.TIME_GUESSED, Severity.INFO, {"phrase": "time_guessed.spread"})
    return times, (*doubts, spread)


def _without_times(slices: int) -> tuple[Finding, ...]:
    """What there is to say of so many slices without times."""
    values = {"phrase": "time_guessed.slices"}
    return (found(FindingCode.TIME_GUESSED, Severity.INFO, values),) if slices else ()


def _start_findings(slices: Sequence[Slice], phases: int) -> Iterator[Finding]:
    """Whole slices that begin at another moment of the beat, which is a circle, than the others."""
    starts = {
        z + 1: plane.trigger_times_ms[0] / plane.step_ms
        for z, plane in enumerate(slices)
        if plane.phases == phases and plane.trigger_times_ms and plane.step_ms
    }
    if len(starts) < MINIMUM_TIMED:
        return
    usual = float(np.median(list(starts.values())))
    late = {number: (start - usual) % phases for number, start in starts.items()}
    odd = [number for number, steps in late.items() if START_STEPS <= steps <= phases - START_STEPS]
    if odd:
        values = {"phrase": "time_not_trusted.starts", "slices": odd}
        yield found(FindingCode.TIME_NOT_TRUSTED, Severity.WARNING, values)


def _missing_phases(slices: Sequence[Slice]) -> Finding | None:
    """A finding where far more phases were made than sent, unless those sent show all of a beat.

    Where times do not tell, a multiple may be the count of several slices, or of phases of which
    every second one was sent.
    """
    counts = [plane.first.heart_phases for plane in slices if plane.first.heart_phases]
    counted, phases = int(np.median(counts or [0])), slices[0].phases
    lacks_many = counted - phases > max(MAXIMUM_MISSING, MISSING_SHARE * counted)
    if phases < 2 or counted > MAXIMUM_COUNTED or not lacks_many:
        return None
    beat = _beat_ms(slices)
    is_whole = counted % phases == 0 if beat is None else beat[1] <= PART_OF_BEAT * beat[0]
    if is_whole:
        return None
    values = {"phrase": "time_not_trusted.counted", "counted": counted, "phases": phases}
    return found(FindingCode.TIME_NOT_TRUSTED, Severity.SERIOUS, values)


def _beat_ms(slices: Sequence[Slice]) -> tuple[float, float] | None:
    """The time that phases show and the nominal heart cycle, where both are known."""
    beats = [
        (shown_cycle_ms(np.array(plane.trigger_times_ms)), plane.first.heart_cycle_ms)
        for plane in slices
        if plane.trigger_times_ms and plane.phases > 1 and plane.first.heart_cycle_ms
    ]
    if not beats:
        return None
    shown_ms, cycle_ms = (float(value) for value in np.median(np.array(beats), axis=0))
    return (shown_ms, cycle_ms) if is_heart_cycle(cycle_ms) else None


def _other_than_a_beat(slices: Sequence[Slice]) -> Finding | None:
    """A finding where phases show part of a beat or several beats, which give no heart rate.

    Prospective gating ends before the next beat; real-time images go on.
    """
    beat = _beat_ms(slices)
    if beat is None or beat[0] / SEVERAL_BEATS <= beat[1] <= PART_OF_BEAT * beat[0]:
        return None
    shown_ms, cycle_ms = beat
    values = {
        "phrase": "time_not_trusted.part" if shown_ms < cycle_ms else "time_not_trusted.beats",
        "shown_ms": shown_ms,
        "cycle_ms": cycle_ms,
        "bpm": 60_000.0 / cycle_ms,
    }
    return found(FindingCode.TIME_NOT_TRUSTED, Severity.WARNING, values)


def _doubted_times() -> Finding:
    values = {"phrase": "time_not_trusted.contradicted"}
    return found(FindingCode.TIME_NOT_TRUSTED, Severity.WARNING, values)
