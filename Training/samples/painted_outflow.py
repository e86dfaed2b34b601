"""Outflow tracts painted beyond the base of planes in the place of three chambers.

The stacks end where the aorta and the outflow tract of the right ventricle begin, so that a network
that learns from cut planes alone has never seen either. What is painted is no image of anybody (see
`canvas`): the left ventricle ends at the line from the hinge of the mitral valve to that of the
aortic valve, the left atrium and the root of the aorta lie beside each other behind it, and the
strip of right ventricle goes on in front of the root, widens and ends at the pulmonary valve.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import Label
from Training.samples.canvas import BytePlane, Canvas, FloatArray, Point, base_is_below
from Training.samples.painted_atria import Base, Painter, Valve

PULMONARY_TRUNK_SHARE = 0.6
"""Of outflow tracts that are seen to go on into the pulmonary trunk."""


class OutflowPainter(Painter):
    """Draws what lies beyond the base of one plane in the place of three chambers."""

    def __init__(self, canvas: Canvas, base: Base, septum: int) -> None:
        """`septum` is 0 where the right ventricle lies left of the pool, 1 where right of it."""
        super().__init__(canvas, base)
        self.septum = septum

    def paint(self) -> tuple[BytePlane, BytePlane]:
        """Image and labels with everything that is painted."""
        ends = self.mitral_valve()
        mitral, aortic = self._parted(ends)
        self.atrium(mitral)
        self._aortic_root(aortic)
        if self.base.rv is not None:
            self._right_outflow(self.base.rv)
        self.left_ventricle(ends)
        for valve in (mitral, aortic):
            self.leaflets_of(valve)
        return self.canvas.result()

    def _parted(self, ends: Valve) -> tuple[Valve, Valve]:
        """The mitral and the aortic valve between the ends of the left ventricle's walls."""
        at_septum, opposite = np.array(ends.hinges)[[self.septum, 1 - self.septum]]
        share = self.rng.uniform(0.35, 0.6)
        at = at_septum * (1 - share) + opposite * share
        between: Point = (float(at[0]), float(at[1]))
        left, right = ends.hinges
        valves = (
            Valve((left, between), self.base.pool),
            Valve((between, right), self.base.pool),
        )
        return valves if self.septum == 1 else valves[::-1]

    def _aortic_root(self, valve: Valve) -> None:
        """A tube behind the aortic valve with a thin wall, bulging at the sinuses."""
        lean, length = self.mm(-12, 12), self.mm(25, 55)
        bulge, wall = self.mm(0, 4), self.mm(1, 2.5)
        middle = _path(np.mean(valve.hinges, axis=0), lean, length)
        half = abs(valve.hinges[1][1] - valve.hinges[0][1]) / 2
        widths = half + bulge * np.sin(np.linspace(0, np.pi, len(middle)))
        level = self.canvas.blood * self.rng.uniform(0.55, 1.1)
        darkness = self.canvas.muscle * self.rng.uniform(0.6, 1.1)
        self.canvas.fill(_tube(middle, widths + wall), darkness, Label.BACKGROUND)
        self.canvas.fill(_tube(middle, widths), level, Label.BACKGROUND)

    def _right_outflow(self, rv: tuple[float, float]) -> None:
        """The strip of right ventricle goes on beyond the base, in front of the aortic root."""
        row, outward = self.base.row + 1, np.sign(rv[1] - rv[0])
        strip, wide = abs(rv[1] - rv[0]), self.mm(14, 32)
        length, lean = self.mm(15, 50), outward * self.mm(-14, 8)
        middle = _path(np.array([row, (rv[0] + rv[1]) / 2]), lean, length)
        along = np.linspace(0, 1, len(middle))
        roundness = self.rng.uniform(0.15, 0.4)
        widths = (strip + (wide - strip) * np.sin(along * np.pi / 2)) / 2
        tip = np.clip((1 - along) / roundness, 0, 1) ** 0.5
        level = self.canvas.level_near_the_end(Label.RV) * self.rng.uniform(0.8, 1.15)
        if self.rng.random() < PULMONARY_TRUNK_SHARE:
            beyond = _path(middle[-1], lean / 2, self.mm(10, 35))
            trunk = np.full(len(beyond), widths[-1] * self.rng.uniform(0.7, 1.1))
            bright = level * self.rng.uniform(0.7, 1.15)
            self.canvas.fill(_tube(beyond, trunk), bright, Label.BACKGROUND)
        wall = self.mm(1.5, 3.5)
        self.canvas.fill(_tube(middle, widths * tip + wall), self.canvas.muscle, Label.BACKGROUND)
        self.canvas.fill(_tube(middle, widths * tip), level, Label.RV)


def _path(start: FloatArray, lean: float, length: float) -> FloatArray:
    """(N, 2) points of a middle line that goes up from a point and leans as it does."""
    along = np.linspace(0, 1, 30)
    return np.stack([start[0] - length * along, start[1] + lean * along**1.5], axis=1)


def _tube(middle: FloatArray, half_widths: NDArray[np.float64]) -> FloatArray:
    """The outline of what has the half widths across the points of its middle line."""
    left = middle - np.stack([np.zeros_like(half_widths), half_widths], axis=1)
    right = middle + np.stack([np.zeros_like(half_widths), half_widths], axis=1)
    return np.concatenate([left, right[::-1]])


def paint_outflow(
    image: BytePlane, labels: BytePlane, spacing_mm: float, rng: np.random.Generator
) -> tuple[BytePlane, BytePlane]:
    """A plane in the place of three chambers with outflow tracts, all labeled beyond its base.

    Args:
        image: (Y, X), rows across the long axis.
        labels: (Y, X) with `UNKNOWN` beyond the base. An outflow tract of the right ventricle is
            painted where there is a strip of it at the base.
        spacing_mm: side of the square pixels.
        rng: draws the shapes.

    Returns:
        Image and labels; as they were where the base is no blood pool between two walls, or was
        labeled beyond, or where no right ventricle tells the septum.
    """
    if not (labels == Label.LV).any() or not (labels == Label.RV).any():
        return image, labels
    upright = slice(None, None, -1 if base_is_below(labels) else 1)
    base = Base.of(labels[upright], spacing_mm)
    if base is None:
        return image, labels
    columns = np.flatnonzero((labels == Label.RV).any(axis=0))
    septum = int(columns.mean() > sum(base.pool) / 2)
    canvas = Canvas(image[upright], labels[upright], base.row, spacing_mm, rng)
    painted, known = OutflowPainter(canvas, base, septum).paint()
    return painted[upright], known[upright]
