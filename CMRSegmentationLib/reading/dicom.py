"""A DICOM study, as one file, a folder or an archive, becomes cines: what is no cine is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from CMRSegmentationLib.anatomy.views import (
    MINIMUM_SAX_SLICES,
    SAX_SLICE_DEGREES,
    geometry_view,
    long_axis_view,
    normal_ras,
    plane_view,
)
from CMRSegmentationLib.findings import Finding, FindingCode, Severity
from CMRSegmentationLib.image import CineStack, GeometryError, ImageError, View
from CMRSegmentationLib.reading.dicom_cine import Losses, read_cine
from CMRSegmentationLib.reading.dicom_grouping import (
    group_slices,
    left_out_findings,
    with_patients_apart,
    with_scans_apart,
    without_loose_studies,
    without_phase_maps,
)
from CMRSegmentationLib.reading.dicom_headers import Frame, Refusal, read_frames
from CMRSegmentationLib.reading.dicom_stacks import Stack, are_parallel_neighbors, group_stacks
from CMRSegmentationLib.reading.sources import Source, Sources, sources_of
from CMRSegmentationLib.reading.study import FilePlace, NamedCine, ReadError, Study, found


@dataclass
class _Ledger:
    """What became of every file and every frame.

    Attributes:
        files: names in the order in which they were read.
        reasons: why a file, or part of it, is part of no cine.
        refusals: of files, or of images that cannot be located.
        frames: every frame that was read.
        left_out: frames that are part of no cine, with the reason.
    """

    files: list[str] = field(default_factory=list)
    reasons: dict[str, list[str]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    left_out: list[tuple[Frame, str]] = field(default_factory=list)

    def note(self, name: str, reason: str) -> None:
        """Remember a reason of a file once."""
        reasons = self.reasons.setdefault(name, [])
        if reason not in reasons:
            reasons.append(reason)

    def leave_out(self, frame: Frame, reason: str) -> None:
        """Remember why a frame is part of no cine."""
        self.left_out.append((frame, reason))
        self.note(frame.pixels.source.name, reason)


@dataclass(frozen=True, eq=False)
class _ReadStack:
    """A stack of slices and the cine that it became."""

    stack: Stack
    cine: CineStack
    frames: frozenset[int]

    @property
    def first(self) -> Frame:
        return self.stack[0].first


def read_study(path: Path) -> Study:
    """Read the cines of a DICOM file, or of a folder and its subfolders, or of a zip archive.

    A folder needs at least two phases per slice, unless all it holds is one short-axis stack of one
    phase; a file that was named by itself may hold one phase and one slice.

    Raises:
        ReadError: if no cine is found; the message names what was found instead.
    """
    folder = path.parent if path.name.upper() == "DICOMDIR" else path
    with sources_of(folder) as sources:
        return study_of(sources, path)


def study_of(sources: Sources, path: Path) -> Study:
    """The study that files hold together.

    Args:
        sources: the files.
        path: the input, for messages; one that is a single file may hold a single image.

    Raises:
        ReadError: if no cine is found.
    """
    ledger, findings = _read_headers(sources, path)
    is_single = len(sources.files) == 1 and path.is_file() and sources.files[0].archive is None
    read, more = _cines(ledger, minimum_phases=1 if is_single else 2)
    if not read and (still := _single_phase_stack(ledger)):
        one_phase = {"phrase": "single_phase.study"}
        more = [found(FindingCode.SINGLE_PHASE, Severity.INFO, one_phase)]
        ledger.left_out.clear()
        read, _ = _read_cines([still], ledger)
    findings += [*more, *_left_out_findings(ledger, read)]
    if not read:
        reasons = " ".join(dict.fromkeys(finding.message for finding in findings))
        raise ReadError(f"{path.name} holds no cine that can be read. {reasons}")
    cines = _named(read)
    return Study(cines, tuple(dict.fromkeys(findings)), tuple(_file_places(ledger, read, cines)))


def _read_headers(sources: Sources, path: Path) -> tuple[_Ledger, list[Finding]]:
    ledger = _Ledger()
    for name, reason in sources.unreadable.items():
        ledger.files.append(name)
        ledger.note(name, reason)
        ledger.refusals.append(Refusal(None, reason))
    if not sources.files and not sources.unreadable:
        raise ReadError(f"The folder {path} is empty.")
    known = [_add_content(ledger, source) for source in sources.files]
    if not any(known) and not sources.unreadable:
        raise ReadError(
            f"{path} holds no DICOM images (files found: {len(known)}). Give NIfTI or NRRD images "
            "one by one, as files."
            if path.is_dir()
            else f"{path.name} is no DICOM image and holds none."
        )
    scans = with_scans_apart(with_patients_apart(ledger.frames))
    ledger.frames, loose = without_loose_studies(without_phase_maps(scans))
    return ledger, _study_findings(ledger.frames, loose)


def _study_findings(frames: Sequence[Frame], loose: int) -> list[Finding]:
    """What there is to say about several studies, of which `loose` were read as one."""
    if loose:
        values = {"phrase": "several_studies.loose", "studies": loose}
        return [found(FindingCode.SEVERAL_STUDIES, Severity.WARNING, values)]
    if len({frame.study_uid for frame in frames}) > 1:
        return [found(FindingCode.SEVERAL_STUDIES, Severity.WARNING)]
    return []


def _add_content(ledger: _Ledger, source: Source) -> bool:
    """Enter a file into the ledger; whether it is DICOM, or cannot be read at all."""
    ledger.files.append(source.name)
    try:
        content = read_frames(source)
    except OSError as error:
        reason = f"unreadable file ({error.strerror or error})"
        ledger.refusals.append(Refusal(None, reason))
        ledger.note(source.name, reason)
        return True
    except ReadError as error:
        ledger.refusals.append(Refusal(None, str(error)))
        ledger.note(source.name, str(error))
        return True
    if content is None:
        ledger.note(source.name, "not a DICOM file")
        return False
    ledger.frames += content.frames
    ledger.refusals += content.refusals
    for refusal in content.refusals:
        ledger.note(source.name, refusal.reason)
    return True


def _stacks(ledger: _Ledger, minimum_phases: int) -> tuple[list[Stack], list[Finding]]:
    ledger.left_out.clear()
    grouping = group_slices(ledger.frames, minimum_phases)
    stacks, superseded, findings = group_stacks(grouping.slices)
    ledger.left_out += grouping.left_out
    ledger.left_out += [(f, reason) for plane, reason in superseded for f in plane.frames]
    return stacks, [*grouping.findings, *findings]


def _cines(ledger: _Ledger, minimum_phases: int) -> tuple[list[_ReadStack], list[Finding]]:
    """The cines of the files, and findings; what is no cine takes the place of no other scan."""
    while True:
        stacks, findings = _stacks(ledger, minimum_phases)
        read, refused = _read_cines(stacks, ledger)
        preferred = {finding.values.get("used") for finding in findings}
        if not any(f.series_number in preferred for f in ledger.frames if id(f) in refused):
            return read, findings
        ledger.frames = [replace(f, refusal=refused.get(id(f), f.refusal)) for f in ledger.frames]
        del read  # the images of a whole study, which are about to be read again


def _single_phase_stack(ledger: _Ledger) -> Stack | None:
    """The one stack of a study without a cine, if it lies like a short axis and is all there is."""
    before = list(ledger.left_out)
    stacks, _ = _stacks(ledger, minimum_phases=1)
    is_all = len(stacks) == 1 and not ledger.left_out and len(stacks[0]) >= MINIMUM_SAX_SLICES
    is_all = is_all and all(plane.phases == 1 for plane in stacks[0])
    if is_all:
        try:
            geometry = read_cine(stacks[0], Losses()).geometry
        except (GeometryError, ImageError, ReadError):
            is_all = False
        else:
            view, doubts = geometry_view(geometry)
            is_all = view is View.SAX and not doubts
    if is_all:
        return stacks[0]
    ledger.left_out[:] = before
    return None


def _read_cines(
    stacks: Sequence[Stack], ledger: _Ledger
) -> tuple[list[_ReadStack], dict[int, str]]:
    """The cine of each stack that holds one, and why frames of the others are none, by identity."""
    read = []
    refused: dict[int, str] = {}
    for stack in stacks:
        losses = Losses()
        frames = [frame for plane in stack for frame in plane.frames]
        try:
            cine = read_cine(stack, losses)
        except (GeometryError, ImageError, ReadError) as error:
            reason = str(error).rstrip(".")
            ledger.left_out += [(frame, reason) for frame in frames]
            refused |= {id(frame): reason for frame in frames}
            continue
        ledger.left_out += losses.frames
        lost = {id(frame) for frame, _ in losses.frames}
        used = frozenset(id(frame) for frame in frames if id(frame) not in lost)
        read.append(_ReadStack(stack, cine, used))
    return read, refused


def _left_out_findings(ledger: _Ledger, read: Sequence[_ReadStack]) -> Iterator[Finding]:
    """What files and series are part of no cine, and why."""
    total = Counter(frame.series_number for frame in ledger.frames)
    for refusal in ledger.refusals:
        total[refusal.series_number or 0] += refusal.images
    used_frames = {frame for one in read for frame in one.frames}
    used = Counter(f.series_number for f in ledger.frames if id(f) in used_frames)
    unknown = Counter(
        refusal.reason for refusal in ledger.refusals if refusal.series_number is None
    )
    for reason, count in unknown.items():
        phrase = "file_left_out.one" if count == 1 else "file_left_out.many"
        values = {"phrase": phrase, "files": count, "reason": reason}
        yield found(FindingCode.FILE_LEFT_OUT, Severity.WARNING, values)
    reasons = [(frame.series_number, reason) for frame, reason in ledger.left_out]
    for refusal in ledger.refusals:
        if refusal.series_number is not None:
            reasons += [(refusal.series_number, refusal.reason)] * refusal.images
    yield from left_out_findings(reasons, used, total)


def _file_places(
    ledger: _Ledger, read: Sequence[_ReadStack], cines: Sequence[NamedCine]
) -> Iterator[FilePlace]:
    """Where each file went."""
    for frame, reason in ledger.left_out:
        ledger.note(frame.pixels.source.name, reason)
    names: dict[str, list[str]] = {}
    for one, cine in zip(read, cines, strict=True):
        for frame in ledger.frames:
            name = frame.pixels.source.name
            if id(frame) in one.frames and cine.name not in names.setdefault(name, []):
                names[name].append(cine.name)
    for file in ledger.files:
        reason = "; ".join(ledger.reasons.get(file, []))
        yield FilePlace(file, tuple(names.get(file, ())), reason)


def _named(read: Sequence[_ReadStack]) -> tuple[NamedCine, ...]:
    """Cines with their views, named by view, and by series where that is not unique."""
    viewed = [(one, _with_view(one, read)) for one in read]
    views = Counter(cine.view for _, cine in viewed)
    names: list[str] = []
    copies: Counter[str] = Counter()
    for one, cine in viewed:
        series = f"_se{one.first.series_number:02d}"
        name = f"cine{series}" if cine.view is None else cine.view.value
        if cine.view is not None and views[cine.view] > 1:
            name += series
        copies[name] += 1
        names.append(name if copies[name] == 1 else f"{name}_{copies[name]}")
    split = _split_findings([(one.stack, cine) for one, cine in viewed], names)
    return tuple(
        NamedCine(name, replace(cine, findings=(*cine.findings, *split.get(name, ()))))
        for name, (_, cine) in zip(names, viewed, strict=True)
    )


def _split_findings(
    viewed: Sequence[tuple[Stack, CineStack]], names: Sequence[str]
) -> dict[str, list[Finding]]:
    """A serious finding for both of two short-axis cines that lie next to each other."""
    findings: dict[str, list[Finding]] = {}
    for (a, (one, cine)), (b, (other, another)) in combinations(enumerate(viewed), 2):
        both_short = cine.view is View.SAX and another.view is View.SAX
        if both_short and are_parallel_neighbors(one, other):
            for index, neighbor in ((a, b), (b, a)):
                values = {"cine": names[neighbor]}
                finding = found(FindingCode.STACK_SPLIT, Severity.SERIOUS, values)
                findings.setdefault(names[index], []).append(finding)
    return findings


def _with_view(one: _ReadStack, read: Sequence[_ReadStack]) -> CineStack:
    """The cine with the view that its place shows, compared with a short-axis stack if any."""
    cine = one.cine
    view, findings = geometry_view(cine.geometry)
    sax = _short_axis_for(one, read)
    if findings and sax and not _lies_oddly(sax):
        cosine = min(abs(float(normal_ras(cine.geometry) @ normal_ras(sax.geometry))), 1.0)
        degrees = float(np.degrees(np.arccos(cosine)))
        if degrees > SAX_SLICE_DEGREES:
            odd = {"phrase": "view_unknown.stack", "degrees": degrees}
            view, findings = None, (found(FindingCode.VIEW_UNKNOWN, Severity.WARNING, odd),)
    elif view is None:
        single = cine.geometry.is_single_slice
        view, findings = long_axis_view(cine, sax) if sax and single else plane_view(cine.geometry)
    return replace(cine, view=view, findings=(*cine.findings, *findings))


def _lies_oddly(stack: CineStack) -> bool:
    """Whether slices do not lie like a short axis, so that it is but assumed."""
    return bool(geometry_view(stack.geometry)[1])


def _short_axis_for(one: _ReadStack, read: Sequence[_ReadStack]) -> CineStack | None:
    """The largest short-axis stack whose positions compare with those of a plane.

    Stacks of the same study come first, and of these the sure ones. None where there is none.
    """

    def doubts(other: _ReadStack) -> tuple[bool, bool]:
        return other.first.study_uid != one.first.study_uid, _lies_oddly(other.cine)

    for other in sorted(read, key=doubts):
        worlds = {plane.first.frame_of_reference for plane in other.stack}
        same_study = other.first.study_uid == one.first.study_uid
        same_world = one.first.frame_of_reference in worlds or (same_study and len(worlds) > 1)
        is_stack = other.cine.geometry.shape_zyx[0] >= MINIMUM_SAX_SLICES
        if is_stack and same_world and geometry_view(other.cine.geometry)[0] is View.SAX:
            return other.cine
    return None
