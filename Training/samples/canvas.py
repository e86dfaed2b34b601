"""What is painted where a plane cut from a short-axis stack ends: random shapes.

They are the anatomy of nobody.

Shapes, sizes and brightness are drawn wider than nature's, so that a real heart is one case more
(domain randomization, Tobin et al. 2017, arXiv:1703.06907). Rows beyond the last slice of a
ventricle are painted and labeled; nothing within the stack is changed but where something painted
hangs into it, and labels there stay the experts'.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.draw import polygon

from CMRSegmentationLib.image import FOREGROUND, Label

FloatArray = NDArray[np.float64]
BytePlane = NDArray[np.uint8]
"""(Y, X) intensities or labels."""
Point = tuple[float, float]
"""Row and column."""


class Canvas:
    """A plane whose unlabeled end is up, and what is painted above the row of the last slice.

    Attributes:
        row: of the last slice.
        spacing_mm: side of the square pixels.
        rng: draws the shapes.
        blood, muscle: intensities of the left ventricle.
    """

    def __init__(
        self,
        plane: BytePlane,
        labels: BytePlane,
        row: int,
        spacing_mm: float,
        rng: np.random.Generator,
    ) -> None:
        self.row, self.spacing_mm, self.rng = row, spacing_mm, rng
        image = plane.astype(np.float64)
        self._image, self._labels = image, labels
        pool = image[labels == Label.LV]
        self.blood, self.muscle = (
            float(np.median(pool)),
            float(np.median(image[labels == Label.MYO])),
        )
        self._texture = pool.std() * (
            0.25 * noise(rng, image.shape, 0.8) + 0.12 * noise(rng, image.shape, 6.0)
        )
        self._background = image[labels == Label.BACKGROUND]
        self._lines: FloatArray = np.zeros_like(image)
        self._painted_labels = np.zeros_like(labels)
        self._painted = self._surroundings()

    def mm(self, low: float, high: float) -> float:
        """A random length between two in mm, in pixels."""
        return float(self.rng.uniform(low, high)) / self.spacing_mm

    def level_near_the_end(self, label: Label) -> float:
        """A random intensity between a structure's in the whole plane and near its end."""
        plane, last = self._image[self._labels == label], slice(self.row, self.row + 4)
        near = self._image[last][self._labels[last] == label]
        share = self.rng.uniform()
        return (
            float(share * np.median(near) + (1 - share) * np.median(plane))
            if near.size
            else float(np.median(plane))
        )

    def fat(self) -> float:
        """A bright intensity of what lies about the heart."""
        return float(np.quantile(self._background, self.rng.uniform(0.85, 0.99)))

    def _surroundings(self) -> FloatArray:
        """Clouds of the plane's own intensities that continue the image next to the heart."""
        rng, shape = self.rng, self._image.shape
        clouds = 0.5 + 0.28 * noise(rng, shape, rng.uniform(6, 14)) + 0.1 * noise(rng, shape, 2.0)
        levels = np.clip(clouds, 0, 1) * rng.uniform(0.75, 0.97)
        filler = np.quantile(self._background, levels)
        beside = ndimage.distance_transform_edt(~np.isin(self._labels[self.row], FOREGROUND))
        near = 1 - np.clip(
            (self.row - np.arange(shape[0])) * self.spacing_mm / rng.uniform(6, 25), 0, 1
        )
        kept = near[:, None] * np.clip((np.asarray(beside) * self.spacing_mm - 3) / 8, 0, 1)
        return np.asarray(self._image * kept + filler * (1 - kept))

    def fill(self, corners: list[Point] | FloatArray, level: float, label: Label) -> None:
        """Paints a polygon of (row, column) corners."""
        y, x = np.asarray(corners).T
        rows, columns = polygon(y, x, self._painted.shape)  # type: ignore[no-untyped-call]
        self._painted[rows, columns] = level + self._texture[rows, columns]
        self._painted_labels[rows, columns] = label

    def line(self, start: Point, end: Point) -> None:
        """A bent dark line a pixel wide, which may hang into the stack."""
        t = np.linspace(0, 1, 40)
        points = np.outer(1 - t, start) + np.outer(t, end)
        points[:, 1] += self.rng.uniform(-3, 3) * np.sin(np.pi * t)
        rows, columns = np.rint(points).astype(int).T
        seen = (
            (rows >= 0)
            & (rows < self._lines.shape[0])
            & (columns >= 0)
            & (columns < self._lines.shape[1])
        )
        self._lines[rows[seen], columns[seen]] = 1.0

    def result(self) -> tuple[BytePlane, BytePlane]:
        """Image and labels of the plane with what was painted."""
        above = (self.row - np.arange(self._image.shape[0]))[:, None]
        share = np.clip(above / 2 + 0.5, 0, 1)
        painted = ndimage.gaussian_filter(self._painted, self.rng.uniform(0.4, 1.0))
        whole = self._image * (1 - share) + painted * share
        line = np.clip(ndimage.gaussian_filter(self._lines, 0.6) / 0.45, 0, 1) * self.rng.uniform(
            0.3, 0.8
        )
        image = np.clip(np.rint(whole * (1 - line) + self.muscle * line), 0, 255).astype(np.uint8)
        return image, np.where(above > 0, self._painted_labels, self._labels)


def noise(rng: np.random.Generator, shape: tuple[int, ...], sigma_px: float) -> FloatArray:
    """Smooth noise of standard deviation 1."""
    smooth = ndimage.gaussian_filter(rng.standard_normal(shape), sigma_px)
    return np.asarray(smooth / smooth.std())


def runs(mask: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """The columns of each unbroken piece of a row."""
    columns = np.flatnonzero(mask)
    return np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1) if len(columns) else []


def base_is_below(labels: BytePlane) -> bool:
    """Whether the heart is wider in the lower half of the left ventricle's rows.

    The right ventricle counts twice.
    """
    rows = np.flatnonzero((labels == Label.LV).any(axis=1))
    width = np.isin(labels[rows], FOREGROUND).sum(axis=1) + (labels[rows] == Label.RV).sum(axis=1)
    half = len(rows) // 2
    return bool(width[:half].sum() / max(half, 1) < width[half:].mean())
