"""The segments of the left ventricle (AHA: Cerqueira et al. 2002, doi:10.1161/hc0402.102975).

Slices with a closed wall are split into basal, mid and apical thirds, in each phase by itself,
since the base moves through the slices. The septum between the insertion points of the right
ventricle is halved (2 and 3, 8 and 9) and the free wall quartered; the four apical segments lie
around the middle of the septum. Segment 17, the apex itself, has no ring and is not measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
class _Wall:
    """The thickness around every closed slice of one phase and the segment of every line."""

    slices: tuple[int, ...]
    thickness: Thickness
    numbers: NDArray[np.int64]


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


def missing_levels(rings: Mapping[int, Ring], order: Sequence[int]) -> tuple[str, ...]:
    """The levels at which no slice of a phase has a closed wall; all with fewer than three."""
    found = levels_of(tuple(z for z in order if z in rings))
    return tuple(level for level in LEVELS if len(found) < MINIMUM_SLICES or level not in found)


def above_apical(rings: Mapping[int, Ring], order: Sequence[int]) -> dict[int, Ring]:
    """The basal and mid rings: near the apex a narrow right ventricle hides the septum's ends."""
    slices = tuple(z for z in order if z in rings)
    levels = zip(slices, levels_of(slices), strict=True)
    return {z: rings[z] for z, level in levels if level != "apical"}


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


def measure_segments(
    ed: Mapping[int, Ring],
    es: Mapping[int, Ring] | None,
    order: tuple[int, ...],
    septum: Septum,
) -> tuple[Segment, ...]:
    """Thickness, thickening and excursion of the segments.

    Args:
        ed: closed walls at end-diastole by slice.
        es: closed walls at end-systole; None for a single phase.
        order: all slices from base to apex.
        septum: where the insertion points lie.

    Returns:
        The segments 1 to 16; none if a phase has a level without a closed wall.
    """
    if any(missing_levels(phase, order) for phase in (ed, es) if phase is not None):
        return ()
    diastole = _wall(ed, order, septum)
    systole = None if es is None else _wall(es, order, septum)
    return tuple(_segment(number, diastole, systole) for number in SEGMENTS)


def thickest_place(
    ed: Mapping[int, Ring], order: tuple[int, ...], septum: Septum, frame: int
) -> Place | None:
    """The largest thickness at end-diastole; None if a level has no closed wall."""
    if missing_levels(ed, order):
        return None
    wall = _wall(ed, order, septum)
    row, line = divmod(int(np.argmax(wall.thickness.thickness_mm)), LINES)
    thickness_mm = float(wall.thickness.thickness_mm[row, line])
    return Place(thickness_mm, int(wall.numbers[row, line]), wall.slices[row], frame)


def _wall(rings: Mapping[int, Ring], order: tuple[int, ...], septum: Septum) -> _Wall:
    slices = tuple(z for z in order if z in rings)
    thickness = wall_thickness([rings[z] for z in slices])
    numbers = [
        segment_numbers(level, angles, septum)
        for level, angles in zip(levels_of(slices), thickness.angles, strict=True)
    ]
    return _Wall(slices, thickness, np.stack(numbers))


def _segment(number: int, ed: _Wall, es: _Wall | None) -> Segment:
    level, wall = SEGMENTS[number]
    ed_mm = ed.thickness.thickness_mm[ed.numbers == number]
    if es is None:
        return Segment(number, level, wall, float(ed_mm.mean()), float(ed_mm.max()))
    es_mm = es.thickness.thickness_mm[es.numbers == number]
    inward_mm = [part.thickness.inner_mm[part.numbers == number].mean() for part in (ed, es)]
    return Segment(
        number,
        level,
        wall,
        ed_mean_mm=float(ed_mm.mean()),
        ed_max_mm=float(ed_mm.max()),
        es_mean_mm=float(es_mm.mean()),
        es_max_mm=float(es_mm.max()),
        thickening_percent=float(100.0 * (es_mm.mean() - ed_mm.mean()) / ed_mm.mean()),
        excursion_mm=float(inward_mm[0] - inward_mm[1]),
    )


def borders(level: str, septum: Septum) -> Iterator[float]:
    """The angles at which segments of a level part, in radians about the cavity's center."""
    if level == "apical":
        behind = [septum.width / 2.0 + (n - 0.5) * np.pi / 2.0 for n in range(4)]
    else:
        free = (2.0 * np.pi - septum.width) / 4.0
        behind = [0.0, septum.width / 2.0, *(septum.width + n * free for n in range(4))]
    for angle in behind:
        yield float(septum.anterior + septum.direction * angle)
