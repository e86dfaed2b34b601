"""An apex painted beyond the last slice of planes cut from short-axis stacks.

Many stacks end before it.

A network that learns from such planes sees blood pools that are open at the apex. What is painted
is no image of anybody (see `canvas`): the wall closes around the pool as half a superellipse,
thicker or thinner, and the right ventricle beside it; fat lies about them or does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import Label
from Training.datasets.examination import UNKNOWN
from Training.samples.canvas import BytePlane, Canvas, FloatArray, base_is_below, runs

Columns = tuple[float, float]
"""First and last."""
FAT_SHARE = 0.5
"""Of hearts with a bright layer about the apex."""
MINIMUM_RV_MM = 3.0


@dataclass(frozen=True)
class End:
    """The last slice before the apex as a row of a plane whose apex is up.

    Attributes:
        row: of the slice.
        wall: outermost columns of the myocardium.
        pool: columns of the blood pool in it; None where the slice is muscle alone.
        rv: columns of the right ventricle beside it, or None.
    """

    row: int
    wall: Columns
    pool: Columns | None
    rv: Columns | None

    @classmethod
    def of(cls, labels: BytePlane, spacing_mm: float) -> End | None:
        """The end of a (Y, X) plane, or None where no apex can be painted.

        Something is labeled beyond it, or a wall is missing on one side.
        """
        row = int(np.flatnonzero((labels == Label.MYO).any(axis=1))[0])
        if row == 0 or (labels[:row] != UNKNOWN).any():
            return None
        wall = max(runs(np.isin(labels[row], (Label.LV, Label.MYO))), key=len)
        if not (labels[row, [wall[0], wall[-1]]] == Label.MYO).all():
            return None
        pool = np.intersect1d(wall, np.flatnonzero(labels[row] == Label.LV))
        beside = [
            run for run in runs(labels[row] == Label.RV) if len(run) * spacing_mm > MINIMUM_RV_MM
        ]
        rv = max(beside, key=len) if beside else None
        return cls(
            row,
            _ends(wall),
            _ends(pool) if len(pool) else None,
            _ends(rv) if rv is not None else None,
        )


def _ends(columns: NDArray[np.intp]) -> Columns:
    return float(columns[0]), float(columns[-1])


def paint_apex(
    image: BytePlane, labels: BytePlane, spacing_mm: float, rng: np.random.Generator
) -> tuple[BytePlane, BytePlane]:
    """A plane cut from a short-axis stack with an apex beyond its last slice, all labeled there.

    Args:
        image: (Y, X), rows across the long axis.
        labels: (Y, X) with `UNKNOWN` beyond the last slice.
        spacing_mm: side of the square pixels.
        rng: draws the shapes.

    Returns:
        Image and labels; as they were where the last slice at the apex is no wall, or was labeled
        beyond.
    """
    if not (labels == Label.LV).any() or not (labels == Label.MYO).any():
        return image, labels
    upright = slice(None, None, 1 if base_is_below(labels) else -1)
    end = End.of(labels[upright], spacing_mm)
    if end is None:
        return image, labels
    painted, known = _paint(Canvas(image[upright], labels[upright], end.row, spacing_mm, rng), end)
    return painted[upright], known[upright]


def _paint(canvas: Canvas, end: End) -> tuple[BytePlane, BytePlane]:
    rng, row = canvas.rng, end.row + 1
    width = end.wall[1] - end.wall[0]
    height = min(max(width * rng.uniform(0.2, 0.6), canvas.mm(3, 6)), canvas.mm(16, 26))
    roundness, lean = rng.uniform(0.55, 1.0), rng.uniform(-0.25, 0.25) * width

    def cap(columns: Columns, high: float, beyond: float = 0.0) -> FloatArray:
        return _cap(row, (columns[0] - beyond, columns[1] + beyond), high + beyond, roundness, lean)

    if rng.random() < FAT_SHARE:
        canvas.fill(cap(end.wall, height, canvas.mm(2, 9)), canvas.fat(), Label.BACKGROUND)
    if end.rv is not None:
        low = min((end.rv[1] - end.rv[0]) * rng.uniform(0.3, 0.9), height * rng.uniform(0.3, 1.0))
        canvas.fill(cap(end.rv, low, canvas.mm(1.5, 3)), canvas.muscle, Label.BACKGROUND)
        canvas.fill(cap(end.rv, low), canvas.level_near_the_end(Label.RV), Label.RV)
    canvas.fill(cap(end.wall, height), canvas.level_near_the_end(Label.MYO), Label.MYO)
    if end.pool is not None:
        thickness = min(canvas.mm(2, 10), height * rng.uniform(0.3, 0.9))
        canvas.fill(
            cap(end.pool, height - thickness), canvas.level_near_the_end(Label.LV), Label.LV
        )
    return canvas.result()


def _cap(row: float, columns: Columns, height: float, roundness: float, lean: float) -> FloatArray:
    """Corners of a cap above a row, from one column to another, its tip moved by `lean`."""
    t = np.linspace(0, np.pi, 40)
    up = np.sin(t) ** roundness
    middle, half = (columns[0] + columns[1]) / 2, (columns[1] - columns[0]) / 2
    return np.stack([row - height * up, middle - half * np.cos(t) + lean * up**2], axis=1)
