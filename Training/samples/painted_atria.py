"""Atria and valves painted beyond the base of planes cut from short-axis stacks.

The stacks end where these begin.

A network that learns from cut planes alone has never seen where a ventricle ends at a valve: it
draws walls along the atria and the right ventricle into the right atrium. What is painted is no
image of anybody (see `canvas`): the walls taper to two hinges a few mm beyond the last slice, the
blood pool ends at the straight line between them, an atrium with a thin wall lies behind it, and
leaflets are open, closed or not seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import Label
from Training.datasets.examination import UNKNOWN
from Training.samples.canvas import BytePlane, Canvas, FloatArray, Point, base_is_below, runs

MINIMUM_POOL_MM, MINIMUM_RV_MM = 12.0, 8.0
"""Narrower pools at the base are not built upon."""
CLOSED_SHARE, OPEN_SHARE = 0.35, 0.4
"""Of valves; the leaflets of the others are not seen."""
THICK_WALL_SHARE = 0.3
"""Of atria: a dark layer, such as the coronary sinus, lies along them."""


@dataclass(frozen=True)
class Base:
    """The row of the basal slice in a plane whose base is up, and its structures' columns.

    Attributes:
        row: of the slice.
        pool: first and last column of the blood pool of the left ventricle.
        walls: columns to the left and to the right of it that are myocardium.
        rv: columns of the right ventricle next to the septum and at the free wall; None where there
            is none.
    """

    row: int
    pool: tuple[float, float]
    walls: tuple[int, int]
    rv: tuple[float, float] | None

    @classmethod
    def of(cls, labels: BytePlane, spacing_mm: float) -> Base | None:
        """The base of a (Y, X) plane, or None where no atria can be painted.

        It is no pool between two walls, or what lies beyond is labeled.
        """
        row = int(np.flatnonzero((labels == Label.LV).any(axis=1))[0])
        pools = [
            run for run in runs(labels[row] == Label.LV) if len(run) * spacing_mm > MINIMUM_POOL_MM
        ]
        if len(pools) != 1 or row == 0 or (labels[row - 1] != UNKNOWN).any():
            return None
        first, last = int(pools[0][0]), int(pools[0][-1])
        myocardium = runs(labels[row] == Label.MYO)
        left = [len(run) for run in myocardium if 0 < first - run[-1] <= 2]
        right = [len(run) for run in myocardium if 0 < run[0] - last <= 2]
        if not left or not right:
            return None
        wide = [
            run for run in runs(labels[row] == Label.RV) if len(run) * spacing_mm > MINIMUM_RV_MM
        ]
        return cls(
            row,
            (first, last),
            (left[0], right[0]),
            _from_septum(max(wide, key=len), first) if wide else None,
        )


def _from_septum(rv: NDArray[np.intp], pool: int) -> tuple[float, float]:
    """Its columns next to the septum and at the free wall."""
    first, last = float(rv[0]), float(rv[-1])
    return (last, first) if last < pool else (first, last)


@dataclass(frozen=True)
class Valve:
    """The two hinges of a valve, ordered by column, and the pool's columns below them."""

    hinges: tuple[Point, Point]
    columns: tuple[float, float]


class Painter:
    """Draws what lies beyond the base of one plane on a canvas."""

    def __init__(self, canvas: Canvas, base: Base) -> None:
        self.canvas, self.base = canvas, base
        self.rng, self.mm = canvas.rng, canvas.mm

    def mitral_valve(self) -> Valve:
        """Hinges up to 10 mm beyond the slice, the annulus mostly narrower than the pool."""
        first, last = self.base.pool
        left = (self.base.row - self.mm(0, 10), first + self.mm(-1.5, 5))
        right = (self.base.row - self.mm(0, 10), last - self.mm(-1.5, 5))
        return Valve((left, right), self.base.pool)

    def tricuspid_valve(self, mitral: Valve) -> Valve | None:
        """The two hinges: at the septum and at the free wall.

        The septal one is usually nearer to the apex than the mitral valve's.
        """
        if self.base.rv is None:
            return None
        septum, free_wall = self.base.rv
        outward = np.sign(free_wall - septum)
        beside = mitral.hinges[0 if outward < 0 else 1]
        at_septum = (min(beside[0] + self.mm(-1, 8), self.base.row - 0.5), septum)
        lateral = (self.base.row - max(self.mm(-4, 12), 0.5), free_wall + outward * self.mm(-2, 6))
        return Valve((at_septum, lateral), (septum, free_wall))

    def atrium(self, valve: Valve) -> None:
        """A cavity behind a valve with a thin wall, or with a dark layer along it."""
        thick = self.rng.random() < THICK_WALL_SHARE
        wall = self.mm(3, 7) if thick else self.mm(1.5, 3.5)
        inner, outer = self._outlines(valve, wall)
        darkness = self.rng.uniform(0.5, 1.2)
        self.canvas.fill(outer, self.canvas.muscle * darkness, Label.BACKGROUND)
        self.canvas.fill(inner, self.canvas.blood * self.rng.uniform(0.75, 1.08), Label.BACKGROUND)

    def _outlines(self, valve: Valve, wall: float) -> tuple[FloatArray, FloatArray]:
        """Of the cavity and of its wall: a bulge from hinge to hinge, askew and uneven."""
        rng = self.rng
        start, end = sorted(
            (np.array(hinge) for hinge in valve.hinges), key=lambda hinge: float(hinge[1])
        )
        across = (end - start) / np.linalg.norm(end - start)
        tilt = rng.uniform(-0.35, 0.35)
        up = np.array([-across[1], across[0]]) * np.cos(tilt) + across * np.sin(tilt)
        t = np.linspace(0, np.pi, 60)
        uneven = (
            1 + 0.08 * np.sin(2 * t + rng.uniform(0, 6)) + 0.06 * np.sin(3 * t + rng.uniform(0, 6))
        )
        height, widening, roundness = (
            self.mm(22, 55),
            rng.uniform(-0.15, 0.5),
            rng.uniform(0.4, 1.2),
        )
        half = np.linalg.norm(end - start) / 2 * (1 + widening * np.sin(t) ** roundness)

        def outline(beyond: float) -> FloatArray:
            sideways = -np.cos(t) * (half + beyond) * uneven
            upward = np.sin(t) ** 0.8 * (height + beyond) * uneven
            return np.asarray((start + end) / 2 + np.outer(sideways, across) + np.outer(upward, up))

        return outline(0.0), outline(wall)

    def left_ventricle(self, valve: Valve) -> None:
        """Walls that taper to the hinges and the pool between them, up to the straight line."""
        row, muscle = self.base.row + 1, self.canvas.muscle * self.rng.uniform(0.9, 1.1)
        for hinge, column, width, side in zip(
            valve.hinges, valve.columns, self.base.walls, (-1, 1), strict=True
        ):
            end = (hinge[0], hinge[1] + side * self.mm(1.5, 5))
            self.canvas.fill(
                [(row, column), hinge, end, (row, column + side * width)], muscle, Label.MYO
            )
        self._pool(valve, self.canvas.blood * self.rng.uniform(0.95, 1.05), Label.LV)

    def right_ventricle(self, valve: Valve) -> None:
        """The pool up to the straight line, and its thin wall, by convention no myocardium."""
        (septum, free_wall), (at_septum, lateral) = valve.columns, valve.hinges
        row, outward = self.base.row, np.sign(free_wall - septum)
        end = (lateral[0], lateral[1] + outward * self.mm(1.5, 3))
        wall = (row, free_wall + outward * self.mm(1.5, 3))
        self.canvas.fill(
            [(row, septum), at_septum, end, wall], self.canvas.muscle, Label.BACKGROUND
        )
        self._pool(valve, self.canvas.blood * self.rng.uniform(0.85, 1.05), Label.RV)

    def _pool(self, valve: Valve, level: float, label: Label) -> None:
        row = self.base.row + 1
        self.canvas.fill(
            [(row, valve.columns[0]), *valve.hinges, (row, valve.columns[1])], level, label
        )

    def leaflets_of(self, valve: Valve) -> None:
        """Both leaflets, closed at a point between the hinges, open into the ventricle, or none."""
        state = self.rng.random()
        first, second = valve.hinges
        if state < CLOSED_SHARE:
            between = first[1] + (second[1] - first[1]) * self.rng.uniform(0.35, 0.65)
            tips = [((first[0] + second[0]) / 2 + self.mm(-2, 6), between)] * 2
        elif state < CLOSED_SHARE + OPEN_SHARE:
            inward = np.sign(second[1] - first[1])
            tips = [
                (h[0] + self.mm(8, 20), h[1] + s * self.mm(2, 10))
                for h, s in ((first, inward), (second, -inward))
            ]
        else:
            return
        for hinge, tip in zip(valve.hinges, tips, strict=True):
            self.canvas.line(hinge, tip)


def paint_atria(
    image: BytePlane, labels: BytePlane, spacing_mm: float, rng: np.random.Generator
) -> tuple[BytePlane, BytePlane]:
    """A plane cut from a short-axis stack with atria and valves beyond its base, all labeled there.

    Args:
        image: (Y, X), rows across the long axis.
        labels: (Y, X) with `UNKNOWN` beyond the base. A right atrium is painted where there is a
            right ventricle.
        spacing_mm: side of the square pixels.
        rng: draws the shapes.

    Returns:
        Image and labels; as they were where the base is no blood pool between two walls, or was
        labeled beyond.
    """
    if not (labels == Label.LV).any():
        return image, labels
    upright = slice(None, None, -1 if base_is_below(labels) else 1)
    base = Base.of(labels[upright], spacing_mm)
    if base is None:
        return image, labels
    canvas = Canvas(image[upright], labels[upright], base.row, spacing_mm, rng)
    painted, known = _paint(Painter(canvas, base))
    return painted[upright], known[upright]


def _paint(painter: Painter) -> tuple[BytePlane, BytePlane]:
    mitral = painter.mitral_valve()
    tricuspid = painter.tricuspid_valve(mitral)
    valves = [mitral] if tricuspid is None else [tricuspid, mitral]
    for number in painter.rng.permutation(len(valves)):
        painter.atrium(valves[number])
    if tricuspid is not None:
        painter.right_ventricle(tricuspid)
    painter.left_ventricle(mitral)
    for valve in valves:
        painter.leaflets_of(valve)
    return painter.canvas.result()
