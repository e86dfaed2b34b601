"""Atria and valves painted beyond the base of planes cut from short-axis stacks, which end where these begin.

A network that learns from cut planes alone has never seen where a ventricle ends at a valve: it draws walls along the
atria and the right ventricle into the right atrium. What is painted is no image of anybody, but shapes, sizes and
brightness drawn at random, wider than nature's, so that a real heart is one case more (domain randomization, Tobin et
al. 2017, arXiv:1703.06907). The walls taper to two hinges a few mm beyond the last slice, the blood pool ends at the
straight line between them, an atrium with a thin wall lies behind it, and leaflets are open, closed or not seen.
Nothing within the stack is changed but where leaflets hang into a ventricle; labels there stay the experts'.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.draw import polygon

from CMRSegmentationLib.image import Label
from Training.datasets.examination import UNKNOWN

SMALLEST_POOL_MM, SMALLEST_RV_MM = 12.0, 8.0
"""Narrower pools at the base are not built upon."""
CLOSED_SHARE, OPEN_SHARE = 0.35, 0.4
"""Of valves; the leaflets of the others are not seen."""
THICK_WALL_SHARE = 0.3
"""Of atria: a dark layer, such as the coronary sinus, lies along them."""

FloatArray = NDArray[np.float64]
LabelPlane = NDArray[np.uint8]
Point = tuple[float, float]
"""Row and column."""


@dataclass(frozen=True)
class Base:
    """The last slice at the base as a row of a plane whose base is up; columns of the structures in it.

    Attributes:
        row: of the slice.
        pool: first and last column of the blood pool of the left ventricle.
        walls: columns to the left and to the right of it that are myocardium.
        rv: columns of the right ventricle next to the septum and at the free wall; None where there is none.
    """

    row: int
    pool: tuple[float, float]
    walls: tuple[int, int]
    rv: tuple[float, float] | None

    @classmethod
    def of(cls, labels: LabelPlane, spacing_mm: float) -> Base | None:
        """The base of a (Y, X) plane; None where it is no pool between two walls, or what lies beyond is labeled."""
        row = int(np.flatnonzero((labels == Label.LV).any(axis=1))[0])
        pools = [run for run in _runs(labels[row] == Label.LV) if len(run) * spacing_mm > SMALLEST_POOL_MM]
        if len(pools) != 1 or row == 0 or (labels[row - 1] != UNKNOWN).any():
            return None
        first, last = int(pools[0][0]), int(pools[0][-1])
        myocardium = _runs(labels[row] == Label.MYO)
        left = [len(run) for run in myocardium if 0 < first - run[-1] <= 2]
        right = [len(run) for run in myocardium if 0 < run[0] - last <= 2]
        if not left or not right:
            return None
        wide = [run for run in _runs(labels[row] == Label.RV) if len(run) * spacing_mm > SMALLEST_RV_MM]
        return cls(row, (first, last), (left[0], right[0]), _from_septum(max(wide, key=len), first) if wide else None)


def _from_septum(rv: NDArray[np.intp], pool: int) -> tuple[float, float]:
    """Its columns next to the septum and at the free wall."""
    first, last = float(rv[0]), float(rv[-1])
    return (last, first) if last < pool else (first, last)


def _runs(mask: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """The columns of each unbroken piece of a row."""
    columns = np.flatnonzero(mask)
    return np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1) if len(columns) else []


@dataclass(frozen=True)
class Valve:
    """The two hinges of a valve, in the order of the columns that they belong to, and the pool's columns below them."""

    hinges: tuple[Point, Point]
    columns: tuple[float, float]


class Painter:
    """Draws what lies beyond the base of one plane.

    Attributes:
        image: (Y, X) what has been painted.
        labels: (Y, X) its labels.
    """

    def __init__(
        self, image: FloatArray, labels: LabelPlane, base: Base, spacing_mm: float, rng: np.random.Generator
    ) -> None:
        self.base, self.spacing_mm, self.rng = base, spacing_mm, rng
        pool = image[labels == Label.LV]
        self.blood, self.muscle = float(np.median(pool)), float(np.median(image[labels == Label.MYO]))
        self.texture = pool.std() * (0.25 * _noise(rng, image.shape, 0.8) + 0.12 * _noise(rng, image.shape, 6.0))
        self.leaflets = np.zeros(image.shape)
        self.labels = np.zeros_like(labels)
        self.image = self._surroundings(image, labels)

    def mm(self, low: float, high: float) -> float:
        """A random length between two in mm, in pixels."""
        return float(self.rng.uniform(low, high)) / self.spacing_mm

    def _surroundings(self, image: FloatArray, labels: LabelPlane) -> FloatArray:
        """Clouds of the plane's own intensities, which continue the image beside the heart smoothly."""
        rng, shape = self.rng, image.shape
        clouds = 0.5 + 0.28 * _noise(rng, shape, rng.uniform(6, 14)) + 0.1 * _noise(rng, shape, 2.0)
        levels = np.clip(clouds, 0, 1) * rng.uniform(0.75, 0.97)
        filler = np.quantile(image[labels == Label.BACKGROUND], levels)
        beside = ndimage.distance_transform_edt(~np.isin(labels[self.base.row], (Label.LV, Label.MYO, Label.RV)))
        near = 1 - np.clip((self.base.row - np.arange(shape[0])) * self.spacing_mm / rng.uniform(6, 25), 0, 1)
        kept = near[:, None] * np.clip((np.asarray(beside) * self.spacing_mm - 3) / 8, 0, 1)
        return np.asarray(image * kept + filler * (1 - kept))

    def fill(self, corners: list[Point] | FloatArray, level: float, label: Label) -> None:
        """Paints a polygon of (row, column) corners."""
        y, x = np.asarray(corners).T
        rows, columns = polygon(y, x, self.image.shape)  # type: ignore[no-untyped-call]
        self.image[rows, columns] = level + self.texture[rows, columns]
        self.labels[rows, columns] = label

    def mitral_valve(self) -> Valve:
        """Hinges up to 10 mm beyond the slice, the annulus mostly narrower than the pool."""
        first, last = self.base.pool
        left = (self.base.row - self.mm(0, 10), first + self.mm(-1.5, 5))
        right = (self.base.row - self.mm(0, 10), last - self.mm(-1.5, 5))
        return Valve((left, right), self.base.pool)

    def tricuspid_valve(self, mitral: Valve) -> Valve | None:
        """The hinge at the septum nearer to the apex than the mitral one, as a rule; the other at the free wall."""
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
        self.fill(outer, self.muscle * darkness, Label.BACKGROUND)
        self.fill(inner, self.blood * self.rng.uniform(0.75, 1.08), Label.BACKGROUND)

    def _outlines(self, valve: Valve, wall: float) -> tuple[FloatArray, FloatArray]:
        """Of the cavity and of its wall: a bulge from hinge to hinge, askew and uneven."""
        rng = self.rng
        start, end = sorted((np.array(hinge) for hinge in valve.hinges), key=lambda hinge: float(hinge[1]))
        across = (end - start) / np.linalg.norm(end - start)
        tilt = rng.uniform(-0.35, 0.35)
        up = np.array([-across[1], across[0]]) * np.cos(tilt) + across * np.sin(tilt)
        t = np.linspace(0, np.pi, 60)
        uneven = 1 + 0.08 * np.sin(2 * t + rng.uniform(0, 6)) + 0.06 * np.sin(3 * t + rng.uniform(0, 6))
        height, widening, roundness = self.mm(22, 55), rng.uniform(-0.15, 0.5), rng.uniform(0.4, 1.2)
        half = np.linalg.norm(end - start) / 2 * (1 + widening * np.sin(t) ** roundness)

        def outline(beyond: float) -> FloatArray:
            sideways = -np.cos(t) * (half + beyond) * uneven
            upward = np.sin(t) ** 0.8 * (height + beyond) * uneven
            return np.asarray((start + end) / 2 + np.outer(sideways, across) + np.outer(upward, up))

        return outline(0.0), outline(wall)

    def left_ventricle(self, valve: Valve) -> None:
        """Walls that taper to the hinges and the pool between them, up to the straight line."""
        row, muscle = self.base.row + 1, self.muscle * self.rng.uniform(0.9, 1.1)
        for hinge, column, width, side in zip(valve.hinges, valve.columns, self.base.walls, (-1, 1), strict=True):
            end = (hinge[0], hinge[1] + side * self.mm(1.5, 5))
            self.fill([(row, column), hinge, end, (row, column + side * width)], muscle, Label.MYO)
        self._pool(valve, self.blood * self.rng.uniform(0.95, 1.05), Label.LV)

    def right_ventricle(self, valve: Valve) -> None:
        """The pool up to the straight line, and its thin wall, which is not myocardium by convention."""
        (septum, free_wall), (at_septum, lateral) = valve.columns, valve.hinges
        row, outward = self.base.row, np.sign(free_wall - septum)
        end = (lateral[0], lateral[1] + outward * self.mm(1.5, 3))
        wall = (row, free_wall + outward * self.mm(1.5, 3))
        self.fill([(row, septum), at_septum, end, wall], self.muscle, Label.BACKGROUND)
        self._pool(valve, self.blood * self.rng.uniform(0.85, 1.05), Label.RV)

    def _pool(self, valve: Valve, level: float, label: Label) -> None:
        row = self.base.row + 1
        self.fill([(row, valve.columns[0]), *valve.hinges, (row, valve.columns[1])], level, label)

    def leaflets_of(self, valve: Valve) -> None:
        """Both leaflets, closed at a point between the hinges, open into the ventricle, or none."""
        state = self.rng.random()
        one, other = valve.hinges
        if state < CLOSED_SHARE:
            between = one[1] + (other[1] - one[1]) * self.rng.uniform(0.35, 0.65)
            tips = [((one[0] + other[0]) / 2 + self.mm(-2, 6), between)] * 2
        elif state < CLOSED_SHARE + OPEN_SHARE:
            inward = np.sign(other[1] - one[1])
            tips = [(h[0] + self.mm(8, 20), h[1] + s * self.mm(2, 10)) for h, s in ((one, inward), (other, -inward))]
        else:
            return
        for hinge, tip in zip(valve.hinges, tips, strict=True):
            self._line(hinge, tip)

    def _line(self, start: Point, end: Point) -> None:
        """A bent line a pixel wide among the leaflets."""
        t = np.linspace(0, 1, 40)
        points = np.outer(1 - t, start) + np.outer(t, end)
        points[:, 1] += self.rng.uniform(-3, 3) * np.sin(np.pi * t)
        rows, columns = np.rint(points).astype(int).T
        seen = (rows >= 0) & (rows < self.image.shape[0]) & (columns >= 0) & (columns < self.image.shape[1])
        self.leaflets[rows[seen], columns[seen]] = 1.0

    def over(self, image: FloatArray, labels: LabelPlane) -> tuple[FloatArray, LabelPlane]:
        """Image and labels of the plane with what was painted beyond its base."""
        above = self.base.row - np.arange(image.shape[0])
        share = np.clip(above / 2 + 0.5, 0, 1)[:, None]
        painted = ndimage.gaussian_filter(self.image, self.rng.uniform(0.4, 1.0))
        whole = image * (1 - share) + painted * share
        line = np.clip(ndimage.gaussian_filter(self.leaflets, 0.6) / 0.45, 0, 1) * self.rng.uniform(0.3, 0.8)
        return whole * (1 - line) + self.muscle * line, np.where(above[:, None] > 0, self.labels, labels)


def paint_atria(
    image: NDArray[np.uint8], labels: LabelPlane, spacing_mm: float, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], LabelPlane]:
    """A plane cut from a short-axis stack with atria and valves beyond its base, all labeled there.

    Args:
        image: (Y, X), rows across the long axis.
        labels: (Y, X) with `UNKNOWN` beyond the base. A right atrium is painted where there is a right ventricle.
        spacing_mm: side of the square pixels.
        rng: draws the shapes.

    Returns:
        Image and labels; as they were where the base is no blood pool between two walls, or was labeled beyond.
    """
    if not (labels == Label.LV).any():
        return image, labels
    upright = slice(None, None, -1 if _base_is_below(labels) else 1)
    base = Base.of(labels[upright], spacing_mm)
    if base is None:
        return image, labels
    painted, known = _paint(image[upright].astype(np.float64), labels[upright], base, spacing_mm, rng)
    return np.clip(np.rint(painted), 0, 255).astype(np.uint8)[upright], known[upright]


def _paint(
    image: FloatArray, labels: LabelPlane, base: Base, spacing_mm: float, rng: np.random.Generator
) -> tuple[FloatArray, LabelPlane]:
    painter = Painter(image, labels, base, spacing_mm, rng)
    mitral = painter.mitral_valve()
    tricuspid = painter.tricuspid_valve(mitral)
    valves = [mitral] if tricuspid is None else [tricuspid, mitral]
    for number in rng.permutation(len(valves)):
        painter.atrium(valves[number])
    if tricuspid is not None:
        painter.right_ventricle(tricuspid)
    painter.left_ventricle(mitral)
    for valve in valves:
        painter.leaflets_of(valve)
    return painter.over(image, labels)


def _base_is_below(labels: LabelPlane) -> bool:
    """Whether the heart is wider in the lower half of the left ventricle's rows; the right ventricle counts twice."""
    rows = np.flatnonzero((labels == Label.LV).any(axis=1))
    width = np.isin(labels[rows], (Label.LV, Label.MYO, Label.RV)).sum(axis=1) + (labels[rows] == Label.RV).sum(axis=1)
    half = len(rows) // 2
    return bool(width[:half].sum() / max(half, 1) < width[half:].mean())


def _noise(rng: np.random.Generator, shape: tuple[int, ...], sigma_px: float) -> FloatArray:
    """Smooth noise of standard deviation 1."""
    noise = ndimage.gaussian_filter(rng.standard_normal(shape), sigma_px)
    return np.asarray(noise / noise.std())
