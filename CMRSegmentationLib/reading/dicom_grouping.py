"""From the frames of a study to slices: one plane over the heart cycle, without what is no cine."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from CMRSegmentationLib.anatomy.no_cine import (
    MINIMUM_TAG_STRENGTH,
    PHASES,
    shows_phase,
    tag_strength,
)
from CMRSegmentationLib.findings import Finding, FindingCode, Severity
from CMRSegmentationLib.reading.dicom_headers import Frame
from CMRSegmentationLib.reading.dicom_phases import MINIMUM_PHASES, Slice, order_phases
from CMRSegmentationLib.reading.dicom_pixels import read_intensities
from CMRSegmentationLib.reading.study import ReadError, found
from CMRSegmentationLib.reading.times import MAXIMUM_CYCLE_MS, trusted_times
from CMRSegmentationLib.sentences import SENTENCES

T = TypeVar("T")

REPEATED = "repeated images"
LACKS_PHASES = "a slice that lacks phases"
SUPERSEDED = "a slice that another series repeats"
WITH_OWN_FINDING = (REPEATED, LACKS_PHASES, SUPERSEDED)
"""Reasons that a finding of their own explains."""

SAME_POSITION_MM = 0.5
SAME_DIRECTION = np.cos(np.deg2rad(1.0))
MAXIMUM_PHASE_S = 0.25
"""Images acquired further apart come from different heart beats, as of perfusion or mapping."""
MINIMUM_LOOSE = 3
"""So many series of one image, or studies of one plane, are bookkeeping that lost its meaning."""


@dataclass
class Grouping:
    """Slices of a study, with what was left out on the way.

    Attributes:
        slices: one plane over the heart cycle each.
        left_out: the frames that are part of no slice, with the reason.
        findings: what there is to say about the others.
    """

    slices: list[Slice] = field(default_factory=list)
    left_out: list[tuple[Frame, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def leave_out(self, frames: Iterable[Frame], reason: str) -> None:
        """Remember why frames are part of no slice."""
        self.left_out += [(frame, reason) for frame in frames]


def without_loose_studies(frames: Sequence[Frame]) -> tuple[list[Frame], int]:
    """The frames as those of one study where each study that they name holds one plane alone.

    Some anonymizers draw a new study for each series or file.

    Returns:
        The frames, and the number of studies that were put together; 0 where nothing was.
    """
    by_study: dict[str, list[Frame]] = defaultdict(list)
    for frame in frames:
        by_study[frame.study_uid].append(frame)
    is_loose = len(by_study) >= MINIMUM_LOOSE and all(
        len(clusters(members, _same_plane)) == 1 for members in by_study.values()
    )
    if not is_loose:
        return list(frames), 0
    return [replace(frame, study_uid=frames[0].study_uid) for frame in frames], len(by_study)


def with_patients_apart(frames: Sequence[Frame]) -> list[Frame]:
    """The frames, those of several patients in studies of their own.

    Some anonymizers give one UID to the studies of all patients.
    """
    patients: dict[str, set[str]] = defaultdict(set)
    for frame in frames:
        patients[frame.study_uid].add(frame.patient)
    return [
        replace(frame, study_uid=f"{frame.study_uid} patient {frame.patient}")
        if len(patients[frame.study_uid] - {""}) > 1
        else frame
        for frame in frames
    ]


def with_scans_apart(frames: Sequence[Frame]) -> list[Frame]:
    """The frames, those of another echo or inversion time than a cine's in a series of their own.

    Some anonymizers give one number to all series. Where no images of one contrast are a scan of
    some plane, as of a map of tissue properties, the series stays as it is.
    """
    by_series: dict[tuple[str, str], list[Frame]] = defaultdict(list)
    for frame in frames:
        by_series[(frame.study_uid, frame.series)].append(frame)
    merged = {key for key, members in by_series.items() if _holds_scans(members)}
    return [
        replace(frame, series=f"{frame.series} contrast {frame.contrast}")
        if (frame.study_uid, frame.series) in merged
        else frame
        for frame in frames
    ]


def _holds_scans(frames: Sequence[Frame]) -> bool:
    """Whether images of one plane differ in contrast, and most, of one, are a whole heart cycle.

    Echoes that were read one after the other are as many of each.
    """
    if len({frame.contrast for frame in frames}) == 1:
        return False
    for plane in clusters(frames, _same_plane):
        most = max(Counter(frame.contrast for frame in plane).values())
        if MINIMUM_PHASES <= most < len(plane) < 2 * most:
            return True
    return False


def without_phase_maps(frames: Sequence[Frame]) -> list[Frame]:
    """The frames, those refused that only their pixels show to be phases or velocities.

    A few images stand for each series; where a series has several images of one plane and time,
    as magnitudes and phases that were sent together, for each kind of them.
    """
    kinds: dict[object, list[Frame]] = defaultdict(list)
    for frame, rank in _ranked(frame for frame in frames if not frame.refusal):
        kinds[(frame.study_uid, frame.series, rank)].append(frame)
    refused: dict[int, str] = {}
    for members in kinds.values():
        if reason := _why_no_magnitudes(members):
            refused |= dict.fromkeys(map(id, members), reason)
    return [replace(f, refusal=refused[id(f)]) if id(f) in refused else f for f in frames]


def _why_no_magnitudes(frames: Sequence[Frame]) -> str:
    """Empty for images of which a few do not look like phases; narrow tags look like these."""
    samples = sorted({len(frames) * part // 4 for part in (1, 2, 3)})
    read = (image for _, image in read_intensities([frames[i].pixels for i in samples]))
    shown = [
        image for image in read if not isinstance(image, ReadError) and shows_phase(image[None])
    ]
    if len(shown) <= len(samples) / 2:
        return ""
    spacing = frames[0].spacing_yx_mm
    tagged = [tag_strength(image[None], spacing) >= MINIMUM_TAG_STRENGTH for image in shown]
    return SENTENCES["reason.tagged"] if sum(tagged) > len(shown) / 2 else PHASES


def _ranked(frames: Iterable[Frame]) -> Iterator[tuple[Frame, int]]:
    """Each frame, and how many of its series before it show the same plane at the same time."""
    seen: Counter[object] = Counter()
    for frame in sorted(frames, key=lambda frame: frame.number):
        place = tuple(np.rint(frame.position_mm / SAME_POSITION_MM).astype(int).tolist())
        key = (frame.series, place, frame.trigger_ms)
        yield frame, seen[key] if frame.trigger_ms is not None else 0
        seen[key] += 1


def group_slices(frames: Sequence[Frame], minimum_phases: int = 2) -> Grouping:
    """Slices of a study, without the series that are no cine and without repeated images.

    Args:
        frames: in any order.
        minimum_phases: what a plane must have to count as a cine.
    """
    result = Grouping()
    for frame in frames:
        if frame.refusal:
            result.leave_out([frame], frame.refusal)
    usable = [frame for frame in frames if not frame.refusal]
    for members in _series(usable):
        _add_series(result, members, minimum_phases)
    return result


def _series(frames: Iterable[Frame]) -> list[list[Frame]]:
    """Frames by series; series of one phase each that show one beat together are one."""
    by_series: dict[tuple[str, str], list[Frame]] = defaultdict(list)
    for frame in frames:
        by_series[(frame.study_uid, frame.series)].append(frame)
    by_series = _without_loose_series(by_series)
    whole: list[list[Frame]] = []
    single: dict[object, list[list[Frame]]] = defaultdict(list)
    for members in by_series.values():
        times = {frame.trigger_ms for frame in members}
        planes = clusters(members, _same_plane)
        if len(planes) == len(members) and len(times) == 1 and None not in times:
            single[_signature(planes)].append(members)
        else:
            whole.append(members)
    for groups in single.values():
        whole += _one_beat(groups)
    return whole


def _without_loose_series(
    by_series: dict[tuple[str, str], list[Frame]],
) -> dict[tuple[str, str], list[Frame]]:
    """Series of one image without a time each are put together by the scanner's series number."""
    loose: dict[tuple[str, str], list[Frame]] = defaultdict(list)
    for members in by_series.values():
        first = members[0]
        if len(members) == 1 and first.trigger_ms is None:
            loose[(first.study_uid, f"number {first.series_number}")].append(first)
    numbered = {key: members for key, members in loose.items() if len(members) >= MINIMUM_LOOSE}
    moved = {id(frame) for members in numbered.values() for frame in members}
    kept = {key: members for key, members in by_series.items() if id(members[0]) not in moved}
    return {**kept, **numbered}


def _signature(planes: list[list[Frame]]) -> object:
    """What series of the same planes have in common."""
    first = planes[0][0]
    places = sorted(tuple(np.rint(plane[0].position_mm).astype(int).tolist()) for plane in planes)
    return first.study_uid, first.size_yx, first.contrast, tuple(places)


def _one_beat(groups: list[list[Frame]]) -> list[list[Frame]]:
    """Series of one phase each, together if their times are those of one heart cycle."""
    ordered = sorted(groups, key=lambda members: members[0].trigger_ms or 0.0)
    times = [members[0].trigger_ms or 0.0 for members in ordered]
    if len(groups) < 2 or trusted_times(times, "ms")[0] is None:
        return groups
    return [[frame for members in ordered for frame in members]]


def _add_series(result: Grouping, frames: list[Frame], minimum_phases: int) -> None:
    slices: list[Slice] = []
    repeated: list[int] = []
    for members in clusters(frames, _same_plane):
        slices += _ordered_slice(members, result, repeated)
    if repeated:
        result.findings.append(_repeated(frames[0].series_number, repeated))
    most = max((plane.phases for plane in slices), default=0)
    directions = len(clusters(slices, lambda a, b: same_direction(a.first, b.first)))
    if slices and (most < minimum_phases or (most == 1 and directions > 1)):
        reason = SENTENCES["reason.localizer" if directions > 1 else "reason.one_phase"]
        for plane in slices:
            result.leave_out(plane.frames, reason)
        return
    for plane in slices:
        if plane.phases >= minimum_phases:
            result.slices.append(plane)
        else:
            result.findings.append(lacks_phases(plane, most))
            result.leave_out(plane.frames, LACKS_PHASES)


def _ordered_slice(frames: list[Frame], result: Grouping, repeated: list[int]) -> list[Slice]:
    """The frames of one plane in phase order, or nothing if they differ by more than the phase.

    Args:
        frames: in any order.
        result: takes the frames that are left out.
        repeated: takes how many images were repeated, if any was.
    """
    if len({frame.contrast for frame in frames}) > 1:
        result.leave_out(frames, SENTENCES["reason.contrast"])
        return []
    plane = order_phases(_last_acquisition(_without_copies(frames)))
    if plane.phases < len(frames):
        kept = set(map(id, plane.frames))
        result.leave_out((f for f in frames if id(f) not in kept), REPEATED)
        repeated.append(len(frames) - plane.phases)
    if _spans_many_beats(plane):
        result.leave_out(plane.frames, SENTENCES["reason.many_beats"])
        return []
    return [plane]


def _without_copies(frames: Iterable[Frame]) -> list[Frame]:
    """Each image once: copies have one number, time and UID, or the same pixels under another."""
    by_header: dict[object, dict[str, Frame]] = defaultdict(dict)
    for frame in frames:
        header = frame.number, frame.trigger_ms, frame.temporal_position
        by_header[header].setdefault(frame.instance_uid, frame)
    alike = [list(members.values()) for members in by_header.values()]
    return [frame for members in alike for frame in _with_other_pixels(members)]


def _with_other_pixels(frames: list[Frame]) -> list[Frame]:
    """The first of the frames whose pixels are equal; those that cannot be read are not compared.

    A single frame is not read.
    """
    if len(frames) == 1:
        return frames
    read = dict(read_intensities([frame.pixels for frame in frames]))
    first: dict[object, Frame] = {}
    for index, frame in enumerate(frames):
        image = read[index]
        first.setdefault(index if isinstance(image, ReadError) else image.tobytes(), frame)
    return list(first.values())


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
    return max(groups.values(), key=lambda group: (len(group), group[0].acquisition_number or 0))


def _spans_many_beats(plane: Slice) -> bool:
    """Whether the images were acquired heart beats apart, and no trigger times contradict that."""
    times_ms = plane.trigger_times_ms or ()
    if plane.phases < 2 or any(trusted_times(times_ms, unit)[0] for unit in ("ms", "us")):
        return False
    if plane.step_ms is not None and plane.step_ms * plane.phases > MAXIMUM_CYCLE_MS:
        return plane.step_ms > 1000.0 * MAXIMUM_PHASE_S
    times = [frame.acquired_s for frame in plane.frames if frame.acquired_s is not None]
    if len(times) < plane.phases:
        return False
    return (max(times) - min(times)) / (plane.phases - 1) > MAXIMUM_PHASE_S


def _same_plane(a: Frame, b: Frame) -> bool:
    near = (
        a.size_yx == b.size_yx and np.abs(a.position_mm - b.position_mm).max() <= SAME_POSITION_MM
    )
    if not near or not same_direction(a, b):
        return False
    return np.allclose(a.spacing_yx_mm, b.spacing_yx_mm, rtol=1e-3)


def same_direction(a: Frame, b: Frame) -> bool:
    """Whether rows and columns of two frames run the same way, to a degree."""
    return bool((a.orientation * b.orientation).sum(axis=1).min() >= SAME_DIRECTION)


def clusters(items: Iterable[T], same: Callable[[T, T], bool]) -> list[list[T]]:
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


def left_out_findings(
    left_out: Iterable[tuple[int, str]], used: Counter[int], total: Counter[int]
) -> list[Finding]:
    """One finding for each series and reason: the series was left out, or so many of its images.

    Args:
        left_out: series number and reason of each image.
        used: images by series number that are part of a cine.
        total: images by series number.
    """
    findings = []
    for (number, reason), count in Counter(left_out).items():
        if reason in WITH_OWN_FINDING:
            continue
        values: dict[str, int | str] = {"series": number, "reason": reason}
        if used[number] or count < total[number]:
            phrase = "series_left_out.one" if count == 1 else "series_left_out.many"
            values |= {"phrase": phrase, "images": count, "total": total[number]}
        findings.append(found(FindingCode.SERIES_LEFT_OUT, Severity.INFO, values))
    return findings


def _repeated(series_number: int, counts: Sequence[int]) -> Finding:
    """The finding of repeated images, of which each of some slices has so many."""
    phrase = "duplicate_images.repeated" + ("_slices" if len(counts) > 1 else "")
    values = {"phrase": phrase, "series": series_number, "images": sum(counts)}
    if len(counts) > 1:
        values["slices"] = len(counts)
    return found(FindingCode.DUPLICATE_IMAGES, Severity.WARNING, values)


def lacks_phases(plane: Slice, usual: int) -> Finding:
    """The finding of a slice that is left out of its stack because too many phases are missing."""
    values = {"series": plane.series_number, "phases": plane.phases, "usual": usual}
    return found(FindingCode.SLICE_LACKS_PHASES, Severity.SERIOUS, values)
