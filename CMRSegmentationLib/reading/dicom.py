"""A DICOM study, as one file or a folder, becomes cines: what is no cine is named and left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.views import (
    MINIMUM_SAX_SLICES,
    geometry_view,
    long_axis_view,
    plane_view,
)
from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import CineStack, Geometry, GeometryError, ImageError, View
from CMRSegmentationLib.reading.dicom_grouping import (
    Slice,
    group_slices,
    group_stacks,
    is_even,
    left_out,
    positions_mm,
)
from CMRSegmentationLib.reading.dicom_headers import Frame, PixelPlace, Refusal, read_frames
from CMRSegmentationLib.reading.study import NamedCine, ReadError, Study, check_stack
from CMRSegmentationLib.reading.times import Times, evenly_spaced, trusted_times

_LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
MISSING_SLICE_GAP = 1.6
"""A gap this many times the narrowest looks like a slice that was not sent."""
_UNKNOWN_THICKNESS_MM = 8.0
"""Stands for the thickness of a single slice whose file gives none; single slices have no volumes."""

Stack = tuple[Slice, ...]


def read_study(path: Path) -> Study:
    """Read the cines of a DICOM file, or of a folder and its subfolders.

    A folder needs at least two phases per slice, unless all it holds is one short-axis stack of one
    phase; a file that was named by itself may hold one phase and one slice.

    Raises:
        ReadError: if no cine is found; the message names what was found instead.
    """
    frames, findings = _read_headers(path)
    stacks, left = _stacks(frames, fewest_phases=1 if path.is_file() else 2)
    if not stacks and (still := _single_phase_stack(frames)):
        stacks, left = (
            [still],
            [
                Finding(
                    FindingCode.SINGLE_PHASE,
                    Severity.INFO,
                    "The study holds one phase only, no cine.",
                    origin=Origin.READER,
                )
            ],
        )
    findings += left
    cines = _read_cines(stacks, findings)
    if not cines:
        reasons = " ".join(dict.fromkeys(finding.message for finding in findings))
        raise ReadError(f"{path.name} holds no cine that can be read. {reasons}")
    return Study(_named(cines), tuple(dict.fromkeys(findings)))


def _read_headers(path: Path) -> tuple[list[Frame], list[Finding]]:
    files = [path] if path.is_file() else _files_below(path)
    if not files:
        raise ReadError(f"The folder {path} is empty.")
    contents = [_contents(file) for file in files]
    frames = [frame for content in contents if isinstance(content, list) for frame in content]
    refusals = Counter(content for content in contents if isinstance(content, Refusal))
    if not frames and not refusals:
        raise ReadError(
            f"{path} holds no DICOM images (files found: {len(files)}). Give NIfTI or NRRD images "
            "one by one, as files."
            if path.is_dir()
            else f"{path.name} is not a DICOM image."
        )
    findings = [_refused(refusal, count) for refusal, count in refusals.items()]
    if len({frame.study_uid for frame in frames}) > 1:
        message = "The folder holds more than one study; give one folder for each patient and examination."
        findings.append(
            Finding(FindingCode.SEVERAL_STUDIES, Severity.WARNING, message, origin=Origin.READER)
        )
    return frames, findings


def _contents(file: Path) -> list[Frame] | Refusal | None:
    try:
        return read_frames(file)
    except OSError as error:
        return Refusal(None, f"unreadable file ({error.strerror})")


def _files_below(folder: Path) -> list[Path]:
    return sorted(
        p
        for p in folder.rglob("*")
        if p.is_file() and not p.name.startswith(".") and p.name != "DICOMDIR"
    )


def _refused(refusal: Refusal, count: int) -> Finding:
    files = "1 file" if count == 1 else f"{count} files"
    if refusal.series_number is None:
        return Finding(
            FindingCode.FILE_LEFT_OUT,
            Severity.WARNING,
            f"{files} left out: {refusal.reason}.",
            origin=Origin.READER,
        )
    return left_out(refusal.series_number, f"{files} with {refusal.reason}")


def _stacks(frames: Sequence[Frame], fewest_phases: int) -> tuple[list[Stack], list[Finding]]:
    grouping = group_slices(frames, fewest_phases)
    stacks, left = group_stacks(grouping.slices)
    return stacks, [*grouping.findings, *left]


def _single_phase_stack(frames: Sequence[Frame]) -> Stack | None:
    """The one stack of a study without any cine, if it lies like a short-axis stack and there is nothing else."""
    stacks, left = _stacks(frames, fewest_phases=1)
    if len(stacks) != 1 or left or len(stacks[0]) < MINIMUM_SAX_SLICES:
        return None
    view, doubts = geometry_view(_geometry(stacks[0])[0])
    return stacks[0] if view is View.SAX and not doubts else None


def _read_cines(stacks: Sequence[Stack], findings: list[Finding]) -> list[tuple[Frame, CineStack]]:
    """The first frame and the cine of each stack that holds an image."""
    cines = []
    for stack in stacks:
        first = stack[0].first
        try:
            cines.append((first, _read_cine(stack)))
        except (GeometryError, ImageError, ReadError) as error:
            findings.append(left_out(first.series_number, str(error).rstrip(".")))
    return cines


def _read_cine(stack: Stack) -> CineStack:
    geometry, geometry_findings = _geometry(stack)
    check_stack(geometry)
    array = np.empty((stack[0].phases, *geometry.shape_zyx), np.float32)
    for z, plane in enumerate(stack):
        for t, frame in enumerate(plane.frames):
            array[t, z] = _pixels(frame.pixels, frame.size_yx)
    times, time_findings = _frame_times(stack)
    findings = (*geometry_findings, *time_findings)
    return CineStack(array, geometry, times, vendor=stack[0].first.vendor, findings=findings)


def _pixels(place: PixelPlace, size_yx: tuple[int, int]) -> NDArray[np.float32]:
    """(Y, X) intensities of one frame."""
    count = size_yx[0] * size_yx[1]
    stored = np.fromfile(place.path, place.dtype, count=count, offset=place.offset)
    if stored.size < count:
        raise ReadError("a file became shorter while it was read")
    pixels = stored.reshape(size_yx).astype(np.float32)
    if (place.slope, place.intercept) != (1.0, 0.0):
        pixels = pixels * np.float32(place.slope) + np.float32(place.intercept)
    return pixels


def _geometry(stack: Stack) -> tuple[Geometry, tuple[Finding, ...]]:
    """The grid of a stack: its slice axis runs from the first slice's first pixel to the last slice's."""
    first = stack[0].first
    matrix = np.eye(4)
    matrix[:3, 0] = first.orientation[0] * first.spacing_yx_mm[1]
    matrix[:3, 1] = first.orientation[1] * first.spacing_yx_mm[0]
    matrix[:3, 3] = first.position_mm
    if len(stack) > 1:
        matrix[:3, 2] = (stack[-1].first.position_mm - first.position_mm) / (len(stack) - 1)
    else:
        matrix[:3, 2] = first.normal * (first.thickness_mm or _UNKNOWN_THICKNESS_MM)
    shape = (len(stack), *first.size_yx)
    return Geometry(shape, _LPS_TO_RAS @ matrix), _gap_findings(stack)


def _gap_findings(stack: Stack) -> tuple[Finding, ...]:
    positions = positions_mm(stack)
    if len(stack) < 3 or is_even(positions):
        return ()
    gaps = np.diff(positions)
    missing = gaps.max() > MISSING_SLICE_GAP * gaps.min()
    message = (
        f"The slices are not evenly spaced: {gaps.min():.1f} to {gaps.max():.1f} mm apart; the "
        "mean of "
        f"{gaps.mean():.1f} mm was used"
        + (", and a slice seems to be missing." if missing else ".")
    )
    return (
        Finding(
            FindingCode.IRREGULAR_GAPS,
            Severity.SERIOUS if missing else Severity.WARNING,
            message,
            origin=Origin.READER,
        ),
    )


def _frame_times(stack: Stack) -> Times:
    """Mean trigger times over the slices, else even times over the nominal heart cycle."""
    by_slice = [plane.trigger_times_ms for plane in stack]
    if None not in by_slice:
        return trusted_times(np.mean(np.array(by_slice), axis=0).tolist(), "ms")
    cycles = [plane.first.heart_cycle_ms for plane in stack if plane.first.heart_cycle_ms]
    if not cycles or stack[0].phases < 2:
        return trusted_times((float("nan"),) * stack[0].phases, "ms")
    times, findings = trusted_times(
        evenly_spaced(float(np.mean(cycles)) / stack[0].phases, stack[0].phases), "ms"
    )
    if times is None:
        return times, findings
    message = "The files give no trigger times; the phases were spread evenly over the nominal heart cycle."
    return times, (Finding(FindingCode.TIME_GUESSED, Severity.INFO, message, origin=Origin.READER),)


def _named(cines: list[tuple[Frame, CineStack]]) -> tuple[NamedCine, ...]:
    """Cines with their views, named by view, and by series where that is not unique."""
    viewed = [(first, _with_view(first, stack, cines)) for first, stack in cines]
    views = Counter(stack.view for _, stack in viewed)
    named: list[NamedCine] = []
    copies: Counter[str] = Counter()
    for first, stack in viewed:
        name = f"cine_se{first.series_number:02d}" if stack.view is None else stack.view.value
        if stack.view is not None and views[stack.view] > 1:
            name += f"_se{first.series_number:02d}"
        copies[name] += 1
        named.append(NamedCine(name if copies[name] == 1 else f"{name}_{copies[name]}", stack))
    return tuple(named)


def _with_view(first: Frame, stack: CineStack, cines: list[tuple[Frame, CineStack]]) -> CineStack:
    """The cine with the view that its own place tells, compared with a short-axis stack if there is one."""
    view, findings = geometry_view(stack.geometry)
    if view is None:
        sax = _short_axis_beside(first, cines)
        single = stack.geometry.is_single_slice
        view, findings = (
            long_axis_view(stack, sax) if sax and single else plane_view(stack.geometry)
        )
    return replace(stack, view=view, findings=(*stack.findings, *findings))


def _short_axis_beside(first: Frame, cines: list[tuple[Frame, CineStack]]) -> CineStack | None:
    """The largest short-axis stack in the same frame of reference."""
    for other, stack in cines:
        is_stack = stack.geometry.shape_zyx[0] >= MINIMUM_SAX_SLICES
        same_world = other.frame_of_reference == first.frame_of_reference
        if is_stack and same_world and geometry_view(stack.geometry)[0] is View.SAX:
            return stack
    return None
