"""The segments of the left ventricle (AHA: Cerqueira et al. 2002, doi:10.1161/hc0402.102975).

The ventricle is split into basal, mid and apical thirds of its length, in each phase by itself,
since the base moves through the slices. It reaches from the most basal slice in which wall
surrounds at least half of the blood to the last one, whether or not every wall is closed, so that
an opening at either end moves no border between two thirds. A slice that such a border runs through
counts in both thirds, by its share in each. Thickness is measured where the wall is closed all
around. The septum between the insertion points of the right ventricle is halved (2 and 3, 8 and 9)
and the free wall quartered; the four apical segments lie around the middle of the septum. Segment
17, the apex itself, has no ring and is not measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.levels import ventricle_slices
from CMRSegmentationLib.image import LabelArray
from CMRSegmentationLib.measuring.insertion_points import Septum
from CMRSegmentationLib.measuring.rings import Ring
from CMRSegmentationLib.measuring.wall import LINES, Thickness, wall_thickness

LEVELS = ("basal", "mid", "apical")
WALLS = ("anterior", "anteroseptal", "inferoseptal", "inferior", "inferolateral", "anterolateral")
APICAL_WALLS = ("anterior", "septal", "inferior", "lateral")
SEGMENTS: dict[int, tuple[str, str]] = {
    **{1 + n: ("basal", wall) for n, wall in enumerate(WALLS)},
    **{7 + n: ("mid", wall) for n, wall in enumerate(WALLS)},
    **{13 + n: ("apical", wall) for n, wall in enumerate(APICAL_WALLS)},
}
"""Level and wall by number."""
FIRST = {"basal": 1, "mid": 7, "apical": 13}
MINIMUM_SLICES = 3
"""One for each level."""
MINIMUM_WALL_MM = 3.0
"""What is thinner in the most basal closed slice bridges the outflow tract and is no muscle."""


@dataclass(frozen=True)
class Segment:
    """One segment of the wall.

    Attributes:
        number: 1 to 16.
        level: basal, mid or apical.
        wall: such as anteroseptal.
        ed_mean_mm: mean thickness at end-diastole.
        ed_max_mm: largest thickness at end-diastole.
        es_mean_mm: mean thickness at end-systole; None of a single phase.
        es_max_mm: largest thickness at end-systole.
        thickening_percent: 100 × (ES − ED) / ED of the mean thicknesses.
        excursion_mm: how far the endocardium moves towards the cavity's center.
    """

    number: int
    level: str
    wall: str
    ed_mean_mm: float
    ed_max_mm: float
    es_mean_mm: float | None = None
    es_max_mm: float | None = None
    thickening_percent: float | None = None
    excursion_mm: float | None = None

    @property
    def name(self) -> str:
        """For people, such as "Basal anteroseptal"."""
        return f"{self.level.capitalize()} {self.wall}"


@dataclass(frozen=True)
class Place:
    """The largest wall thickness at end-diastole and where it is.

    Attributes:
        thickness_mm: how thick.
        segment: 1 to 16.
        slice: 0-based slice.
        frame: 0-based frame.
    """

    thickness_mm: float
    segment: int
    slice: int
    frame: int


@dataclass(frozen=True, eq=False)
class Walls:
    """The closed walls of one phase and the slices that its levels divide.

    Attributes:
        rings: closed walls by 0-based slice, where thickness is measured.
        slices: those of the ventricle, from base to apex.
    """

    rings: Mapping[int, Ring]
    slices: tuple[int, ...]

    @classmethod
    def of(cls, stack: LabelArray, order: Sequence[int], rings: Mapping[int, Ring]) -> Walls:
        """Those of a phase.

        Args:
            stack: (Z, Y, X) labels.
            order: all slices from base to apex.
            rings: the closed walls, see `rings_of`.
        """
        slices = ventricle_slices(stack, order)
        closed = [z for z in slices if z in rings]
        if len(closed) > MINIMUM_SLICES and _is_bridged(rings[closed[0]]):
            closed = closed[1:]
        return cls({z: rings[z] for z in closed}, slices)._without_open_ends()

    def _without_open_ends(self) -> Walls:
        """Without the slices at an end where a whole level has no closed wall."""
        if len(self.rings) < MINIMUM_SLICES:
            return self
        if "apical" in self.missing and self.slices[-1] not in self.rings:
            return Walls(self.rings, self.slices[:-1])._without_open_ends()
        if "basal" in self.missing and self.slices[0] not in self.rings:
            return Walls(self.rings, self.slices[1:])._without_open_ends()
        return self

    @property
    def closed(self) -> tuple[int, ...]:
        """The slices with a closed wall, from base to apex."""
        return tuple(z for z in self.slices if z in self.rings)

    @property
    def levels(self) -> dict[int, str]:
        """The level in which the middle of each slice with a closed wall lies."""
        levels = zip(self.slices, levels_of(self.slices), strict=True)
        return {z: level for z, level in levels if z in self.rings}

    @property
    def missing(self) -> tuple[str, ...]:
        """The levels without a closed wall; all with fewer than three."""
        found = tuple(self.levels.values())
        return tuple(level for level in LEVELS if len(found) < MINIMUM_SLICES or level not in found)

    @property
    def above_apical(self) -> dict[int, Ring]:
        """The basal and mid rings: at the apex a narrow right ventricle hides the septum's ends."""
        return {z: self.rings[z] for z, level in self.levels.items() if level != "apical"}

    @property
    def shares(self) -> NDArray[np.float64]:
        """(R, 3) how much of each slice with a closed wall lies in each of the levels, 0 to 1."""
        shares = level_shares(len(self.slices))
        return shares[[z in self.rings for z in self.slices]]


def _is_bridged(ring: Ring) -> bool:
    return bool(wall_thickness([ring]).thickness_mm.min() < MINIMUM_WALL_MM)


@dataclass(frozen=True, eq=False)
class _Wall:
    """The thickness around the R closed slices of one phase and the segments of its lines.

    Attributes:
        slices: R slices.
        thickness: around them.
        numbers: (R, 72) of the segment of each line, as of each level.
        shares: (R, 3) how much of a slice lies in each level.
    """

    slices: tuple[int, ...]
    thickness: Thickness
    numbers: Mapping[str, NDArray[np.int64]]
    shares: NDArray[np.float64]

    def lines_of(self, number: int) -> NDArray[np.float64]:
        """(R, 72) by how much each line counts in a segment."""
        level = SEGMENTS[number][0]
        share = self.shares[:, LEVELS.index(level), np.newaxis]
        return np.where(self.numbers[level] == number, share, 0.0)


def levels_of(slices: Sequence[int]) -> tuple[str, ...]:
    """The level of each of the slices of a stack, which run from base to apex.

    Levels are thirds of the way from the first to the last slice, whether or not all slices between
    them are there: a slice that is lost moves no other to another level.
    """
    if not slices:
        return ()
    places = np.abs(np.array(slices) - slices[0])
    thirds = ((places + 0.5) / (places[-1] + 1) * 3).astype(int)
    return tuple(LEVELS[third] for third in thirds)


def level_shares(slices: int) -> NDArray[np.float64]:
    """(Z, 3) how much of each of Z slices in a row lies in each third of their length."""
    starts = np.arange(slices)[:, np.newaxis]
    borders = np.arange(len(LEVELS) + 1) * slices / len(LEVELS)
    overlap = np.minimum(starts + 1, borders[1:]) - np.maximum(starts, borders[:-1])
    return np.asarray(np.clip(overlap, 0.0, None))


def segment_numbers(level: str, angles: NDArray[np.float64], septum: Septum) -> NDArray[np.int64]:
    """The number of the segment at each angle about the cavity's center, of a level."""
    behind = septum.behind_anterior(angles)
    if level == "apical":
        quarter = (behind - septum.width / 2.0 + np.pi / 4.0) % (2.0 * np.pi) // (np.pi / 2.0)
        return np.asarray((quarter.astype(int) + 1) % 4 + FIRST[level])
    free = 2.0 * np.pi - septum.width
    part = np.where(
        behind < septum.width,
        1 + behind // (septum.width / 2.0),
        3 + (behind - septum.width) // (free / 4.0),
    )
    return np.asarray(part.astype(int) % 6 + FIRST[level])


def measure_segments(ed: Walls, es: Walls | None, septum: Septum) -> tuple[Segment, ...]:
    """Thickness, thickening and excursion of the segments.

    Args:
        ed: at end-diastole.
        es: at end-systole; None for a single phase.
        septum: where the insertion points lie.

    Returns:
        The segments 1 to 16; none if a phase has a level without a closed wall.
    """
    if any(walls.missing for walls in (ed, es) if walls is not None):
        return ()
    diastole = _wall(ed, septum)
    systole = None if es is None else _wall(es, septum)
    return tuple(_segment(number, diastole, systole) for number in SEGMENTS)


def thickest_place(ed: Walls, septum: Septum, frame: int) -> Place | None:
    """The largest thickness at end-diastole; None if a level has no closed wall."""
    if ed.missing:
        return None
    wall = _wall(ed, septum)
    row, line = divmod(int(np.argmax(wall.thickness.thickness_mm)), LINES)
    thickness_mm = float(wall.thickness.thickness_mm[row, line])
    number = int(wall.numbers[ed.levels[wall.slices[row]]][row, line])
    return Place(thickness_mm, number, wall.slices[row], frame)


def _wall(walls: Walls, septum: Septum) -> _Wall:
    thickness = wall_thickness([walls.rings[z] for z in walls.closed])
    numbers = {level: segment_numbers(level, thickness.angles, septum) for level in LEVELS}
    return _Wall(walls.closed, thickness, numbers, walls.shares)


def _segment(number: int, ed: _Wall, es: _Wall | None) -> Segment:
    level, wall = SEGMENTS[number]
    ed_mm, ed_max_mm = _mean_and_largest_mm(ed, number)
    if es is None:
        return Segment(number, level, wall, ed_mm, ed_max_mm)
    es_mm, es_max_mm = _mean_and_largest_mm(es, number)
    inner_mm = [
        float(np.average(part.thickness.inner_mm, weights=part.lines_of(number)))
        for part in (ed, es)
    ]
    return Segment(
        number,
        level,
        wall,
        ed_mean_mm=ed_mm,
        ed_max_mm=ed_max_mm,
        es_mean_mm=es_mm,
        es_max_mm=es_max_mm,
        thickening_percent=100.0 * (es_mm - ed_mm) / ed_mm,
        excursion_mm=inner_mm[0] - inner_mm[1],
    )


def _mean_and_largest_mm(wall: _Wall, number: int) -> tuple[float, float]:
    """Of a segment; the largest in the slices whose middle lies in its level."""
    lines, thickness_mm = wall.lines_of(number), wall.thickness.thickness_mm
    mean_mm = float(np.average(thickness_mm, weights=lines))
    return mean_mm, float(thickness_mm[lines > 0.5].max())


def borders(level: str, septum: Septum) -> Iterator[float]:
    """The angles at which segments of a level part, in radians about the cavity's center."""
    if level == "apical":
        behind = [septum.width / 2.0 + (n - 0.5) * np.pi / 2.0 for n in range(4)]
    else:
        free = (2.0 * np.pi - septum.width) / 4.0
        behind = [0.0, septum.width / 2.0, *(septum.width + n * free for n in range(4))]
    for angle in behind:
        yield float(septum.anterior + septum.direction * angle)
