"""The phases of one plane: their order, the ones that are missing, and a common number of them.

Trigger times order the phases where they are even, or rise with the numbers. Where some are wrong,
or none is there, the temporal index or the instance number does. Slices with different numbers of
phases show the same beat: a phase of one is found in another by its share of the beat.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.reading.dicom_headers import Frame

MAXIMUM_MISSING = 2
"""So many neighboring phases of a slice may be interpolated."""
MAXIMUM_WRONG_SHARE = 0.3
"""Trigger times of which more deviate from the order of the images are not a few wrong ones."""
MINIMUM_PHASES = 8
"""So many evenly spaced images that follow each other are an acquisition of their own."""
EVEN_GAPS = (0.6, 1.6)
"""Time steps between these multiples of the usual step leave no phase out."""
USUAL_SHARE = 0.25
"""The largest number of phases that so many of the slices have is that of the stack."""
SAME_STEP = 0.1
"""Time steps that differ by no more than this share are those of one protocol."""
WHOLE_BEAT = (0.7, 1.4)
"""Slices that span between these multiples of the usual beat show all of it."""

Weights = tuple[tuple[tuple[int, float], ...], ...]
"""For each phase of the stack the frames of a slice that it is made of, and their weights."""


@dataclass(frozen=True, eq=False)
class Slice:
    """One plane over the heart cycle.

    Attributes:
        frames: in the order of the heart cycle.
        doubts_times: whether some trigger times contradict that order.
        guesses_order: whether nothing but the names of the files gives that order.
    """

    frames: tuple[Frame, ...]
    doubts_times: bool = False
    guesses_order: bool = False

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

    @property
    def step_ms(self) -> float | None:
        """The usual time between two phases, None where it is not known."""
        times = self.trigger_times_ms
        return float(np.median(np.diff(times))) if times and len(times) > 1 else None


def order_phases(frames: Sequence[Frame]) -> Slice:
    """The frames of one plane in the order of the heart cycle, without repeated images."""
    numbered, is_guess = _numbered(frames)
    times = [frame.trigger_ms for frame in numbered]
    if None in times or len(set(times)) == 1:
        doubts = None in times and len(set(times)) > 1
        return Slice(tuple(numbered), doubts, is_guess and len(numbered) > 1)
    values = np.array(times, dtype=np.float64)
    if _is_lattice(values) or _longest_rise(values) == values.size or _leaves_gaps(values):
        by_time = sorted(numbered, key=lambda frame: frame.trigger_ms or 0.0)
        return Slice(tuple(_last_whole(by_time)))
    start, end = _last_beat(values)
    is_part = end - start < values.size
    return Slice(tuple(numbered[start:end]), doubts_times=not is_part)


def _numbered(frames: Sequence[Frame]) -> tuple[list[Frame], bool]:
    """Frames by temporal index or instance number, else by the name of their file, a guess."""
    for key in (_temporal_position, _number):
        keys = [key(frame) for frame in frames]
        if None not in keys and len(set(keys)) > len(frames) / 2:
            return sorted(frames, key=lambda frame: (key(frame), frame.number)), False
    return sorted(frames, key=lambda frame: (_name_parts(frame), frame.frame_number)), True


def _name_parts(frame: Frame) -> list[tuple[int, str]]:
    """A file's name in words and numbers, so that image 2 comes before image 10."""
    parts = re.findall(r"\d+|\D+", frame.pixels.source.name)
    return [(int(part[:18]), "") if part.isdecimal() else (-1, part) for part in parts]


def _temporal_position(frame: Frame) -> int | None:
    return frame.temporal_position


def _number(frame: Frame) -> tuple[int, int]:
    return frame.number


def _is_lattice(times: NDArray[np.float64]) -> bool:
    """Whether times are those of a beat: evenly spaced, though images may have been sent twice.

    A time of 0 that occurs more often than any other was cleared, not measured.
    """
    unique, counts = np.unique(times, return_counts=True)
    if unique[0] == 0.0 and counts[0] > counts[1:].max():
        return False
    gaps = np.diff(unique)
    step = float(np.median(gaps))
    return bool(EVEN_GAPS[0] * step <= gaps.min() and gaps.max() <= EVEN_GAPS[1] * step)


def _leaves_gaps(times: NDArray[np.float64]) -> bool:
    """Whether times are those of a beat of which images are missing, and the numbers mean nothing.

    Where the numbers agree with all but a few times, it is those times that are wrong.
    """
    in_steps = np.diff(np.sort(times)) / max(float(np.median(np.diff(np.sort(times)))), 1e-9)
    off = np.abs(in_steps - np.rint(in_steps)).max()
    is_even = in_steps.min() >= EVEN_GAPS[0] and off <= 1.0 - EVEN_GAPS[0]
    wrong = times.size - _longest_rise(times)
    is_gap = in_steps.max() <= MAXIMUM_MISSING + EVEN_GAPS[1]
    return bool(is_even and is_gap and wrong > max(1.0, MAXIMUM_WRONG_SHARE * times.size))


def _last_beat(times: NDArray[np.float64]) -> tuple[int, int]:
    """Start and end of the last acquisition where a plane was acquired more than once, else all.

    Each rises evenly through the beat, and the next starts again.
    """
    starts = [0, *(int(index) + 1 for index in np.flatnonzero(np.diff(times) < 0)), times.size]
    runs = list(pairwise(starts))
    if len(runs) < 2 or min(end - start for start, end in runs) < MINIMUM_PHASES:
        return 0, times.size
    if not all(_is_lattice(times[start:end]) for start, end in runs):
        return 0, times.size
    return max(runs, key=lambda run: (run[1] - run[0], run[0]))


def _longest_rise(times: NDArray[np.float64]) -> int:
    """Length of the longest rising subsequence."""
    lengths = np.ones(times.size, dtype=int)
    for index in range(1, times.size):
        before = lengths[:index][times[:index] < times[index]]
        lengths[index] += before.max(initial=0)
    return int(lengths.max())


def _last_whole(by_time: Sequence[Frame]) -> list[Frame]:
    """The last acquisition that has every time where several have equal times."""
    acquisitions: list[list[Frame]] = []
    seen: Counter[float | None] = Counter()
    for frame in by_time:
        before = seen[frame.trigger_ms]
        if before == len(acquisitions):
            acquisitions.append([])
        acquisitions[before].append(frame)
        seen[frame.trigger_ms] += 1
    return [members for members in acquisitions if len(members) == len(seen)][-1]


def usual_phases(slices: Sequence[Slice]) -> int:
    """The number of phases that a stack of these slices is given."""
    counts = Counter(plane.phases for plane in slices)
    frequent = [n for n, count in counts.items() if count >= USUAL_SHARE * len(slices)]
    return max(frequent) if frequent else counts.most_common(1)[0][0]


def align(slices: Sequence[Slice], phases: int) -> list[Weights | None]:
    """What each slice contributes to each of a stack's phases; None for a slice that cannot.

    A slice of as many frames is taken as it is. One of fewer may lack images: then its neighbors in
    time stand in, for no more than `MAXIMUM_MISSING` phases in a row. One with another time step
    shows the beat in another number of phases and is read at the same shares of the beat.
    """
    whole = [plane for plane in slices if plane.phases == phases]
    return [_aligned(plane, whole, phases) for plane in slices]


def _aligned(plane: Slice, whole: Sequence[Slice], phases: int) -> Weights | None:
    if plane.phases == phases:
        return tuple(((t, 1.0),) for t in range(phases))
    if plane.phases < 2:
        return None
    lacks_images = plane.phases < phases and _has_the_step_of(plane, whole, phases)
    places = _places(plane, whole, phases) if lacks_images else list(range(plane.phases))
    count = phases if lacks_images else plane.phases
    if _longest_gap(places, count) > MAXIMUM_MISSING:
        return None
    if not lacks_images and not _spans_the_beat(plane, whole, phases):
        return None
    return tuple(_weights(t * count / phases, places, count) for t in range(phases))


def _has_the_step_of(plane: Slice, whole: Sequence[Slice], phases: int) -> bool:
    """Whether a slice with fewer frames has the others' time step, so that images are missing.

    Without times, a slice that lacks no more than two images, or whose numbers leave a gap, does.
    """
    usual = _usual_step_ms(whole)
    if plane.step_ms is None or usual is None:
        gaps = np.diff(_numbers_of(plane))
        return phases - plane.phases <= MAXIMUM_MISSING or bool(gaps.max() > np.median(gaps))
    return abs(plane.step_ms - usual) <= SAME_STEP * usual


def _usual_step_ms(whole: Sequence[Slice]) -> float | None:
    steps = [plane.step_ms for plane in whole if plane.step_ms is not None]
    return float(np.median(steps)) if steps else None


def _spans_the_beat(plane: Slice, whole: Sequence[Slice], phases: int) -> bool:
    usual = _usual_step_ms(whole)
    if plane.step_ms is None or usual is None:
        return plane.phases >= phases / 2
    share = plane.step_ms * plane.phases / (usual * phases)
    return WHOLE_BEAT[0] <= share <= WHOLE_BEAT[1]


def _places(plane: Slice, whole: Sequence[Slice], phases: int) -> list[int]:
    """The phase that each frame of a slice with missing images shows, by its times or numbers."""
    for places in (_places_by_time(plane, whole), _places_by_number(plane, whole)):
        if places is None:
            continue
        places = places - min(0, int(places.min()))
        places = places - max(0, int(places.max()) - (phases - 1))
        if places.min() >= 0 and len(set(places.tolist())) == plane.phases:
            return [int(place) for place in places]
    return list(range(plane.phases))


def _places_by_time(plane: Slice, whole: Sequence[Slice]) -> NDArray[np.int64] | None:
    """The phase of each frame by its time in steps of its slice, as beats differ in length."""
    starts = [
        other.trigger_times_ms[0] / other.step_ms
        for other in whole
        if other.trigger_times_ms and other.step_ms
    ]
    if plane.trigger_times_ms is None or plane.step_ms is None or not starts:
        return None
    in_steps = np.array(plane.trigger_times_ms) / plane.step_ms
    return np.asarray(np.rint(in_steps - float(np.median(starts))).astype(np.int64))


def _places_by_number(plane: Slice, whole: Sequence[Slice]) -> NDArray[np.int64]:
    """The phase of each frame by the gaps in the scanner's numbers."""
    numbers = _numbers_of(plane)
    stride = max(1, int(np.median(np.diff(numbers))))
    places = (numbers - numbers[0]) // stride
    return np.asarray(places + _missing_before(plane, whole, stride))


def _missing_before(plane: Slice, whole: Sequence[Slice], stride: int) -> int:
    """Images that are missing before the first of a slice, by where its numbers would start."""
    starts = [_numbers_of(other)[0] for other in whole]
    if not starts:
        return 0
    first = int(_numbers_of(plane)[0])
    if stride > 1:  # numbered phase by phase: all slices start within one stride
        return max(0, (first - int(min(starts))) // stride)
    rest = {int(start) % whole[0].phases for start in starts}
    return (first - rest.pop()) % whole[0].phases if len(rest) == 1 else 0


def _numbers_of(plane: Slice) -> NDArray[np.int64]:
    """Rising numbers of a slice's frames: temporal index, else instance, else frame number."""
    for numbers in (
        [frame.temporal_position or 0 for frame in plane.frames],
        [frame.instance_number or 0 for frame in plane.frames],
        [frame.frame_number for frame in plane.frames],
    ):
        if all(a < b for a, b in pairwise(numbers)):
            return np.array(numbers)
    return np.arange(plane.phases)


def _longest_gap(places: Sequence[int], count: int) -> int:
    """The most phases in a row, around the beat, that no frame shows."""
    following = [*places[1:], places[0] + count]
    return max(after - before - 1 for before, after in zip(places, following, strict=True))


def _weights(position: float, places: Sequence[int], count: int) -> tuple[tuple[int, float], ...]:
    """The frames before and after a position in the beat, weighted by how near they are."""
    position = position % count
    after = int(np.searchsorted(places, position - 1e-6))
    end = places[after] if after < len(places) else places[0] + count
    start = places[after - 1] if after > 0 else places[-1] - count
    share = (position - start) / (end - start)
    if share > 1.0 - 1e-6:
        return ((after % len(places), 1.0),)
    return ((after - 1) % len(places), 1.0 - share), (after % len(places), share)
