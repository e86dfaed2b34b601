"""Left ventricles of known wall thickness, insertion points and strain, on oblique grids."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from CMRSegmentationLib.anatomy.soft_borders import Border, SoftBorders
from CMRSegmentationLib.image import Geometry, Label, LabelMap
from CMRSegmentationLib.measuring.insertion_points import anterior_in_plane
from CMRSegmentationLib.measuring.rings import pixels_to_mm
from Testing.phantoms import oblique_geometry

SEPTUM_WIDTH = math.radians(100.0)
RV_DEPTH_MM = 22.0
LEAN_MM_PER_SLICE = np.array([0.37, -0.53])
"""The long axis is never quite at a right angle to the slices."""

Outline = Callable[[np.ndarray, np.ndarray, float], np.ndarray]
"""Whether points at (x, y) mm and a share of the length (0 base, 1 apex) lie inside."""


def circle(radius_mm: float, *, taper: float = 0.0, offset_mm: float = 0.0) -> Outline:
    """A circle that loses a share of its radius towards the apex, its center moved along x."""
    return lambda x, y, depth: np.hypot(x - offset_mm, y) < radius_mm * (1.0 - taper * depth)


def ellipse(half_x_mm: float, half_y_mm: float) -> Outline:
    return lambda x, y, depth: np.hypot(x / half_x_mm, y / half_y_mm) < 1.0


@dataclass(frozen=True)
class Heart:
    """One phase: cavity, outer wall, and a right ventricle beside the septum.

    Attributes:
        inner, outer: the borders.
        has_rv: whether there is a right ventricle.
        shift_mm: where the center lies in the image's middle.
    """

    inner: Outline
    outer: Outline
    has_rv: bool = True
    shift_mm: tuple[float, float] = (1.3, -0.7)


def septum_angles(geometry: Geometry) -> tuple[float, float]:
    """The angles of the anterior and the inferior insertion point of the phantoms."""
    up = anterior_in_plane(geometry)
    middle = math.atan2(up[1], up[0]) + math.radians(80.0)
    return middle - SEPTUM_WIDTH / 2.0, middle + SEPTUM_WIDTH / 2.0


def drawn_hearts(*hearts: Heart, geometry: Geometry | None = None) -> LabelMap:
    """The phases as frames; every slice but the first and the last has a heart."""
    geometry = geometry or shell_geometry()
    array = np.zeros((len(hearts), *geometry.shape_zyx), np.uint8)
    for frame, heart in enumerate(hearts):
        for z, depth, points in _slices(geometry, heart.shift_mm):
            array[frame, z] = _plane(heart, points, depth, geometry)
    return LabelMap(array, geometry)


def soft_borders_of(
    *radii_mm: tuple[float, float], geometry: Geometry | None = None
) -> SoftBorders:
    """Of phases with circles of two radii: sure a pixel away from a border, one half on it."""
    geometry = geometry or shell_geometry()
    slices, rows, columns = geometry.shape_zyx
    array = np.zeros((len(radii_mm), slices, len(Border), rows, columns), np.float16)
    for frame, radii in enumerate(radii_mm):
        for z, _, points in _slices(geometry, Heart.shift_mm):
            from_center = np.hypot(*np.moveaxis(points, -1, 0))
            for border, radius in zip(Border, radii, strict=True):
                pixels_within = (radius - from_center) / math.sqrt(geometry.pixel_area_mm2)
                array[frame, z, border] = np.clip(0.5 + pixels_within / 2.0, 0.0, 1.0)
    return SoftBorders(array, tuple(range(len(radii_mm))))


def _slices(
    geometry: Geometry, shift_mm: tuple[float, float]
) -> Iterator[tuple[int, float, np.ndarray]]:
    """Slice, share of the length, and (Y, X, 2) mm about the center, of all with a heart."""
    slices, rows, columns = geometry.shape_zyx
    y, x = np.mgrid[:rows, :columns].astype(np.float64)
    pixels = np.stack([x - columns / 2.0, y - rows / 2.0], axis=-1) @ pixels_to_mm(geometry).T
    for z in range(1, slices - 1):
        yield z, (z - 0.5) / (slices - 2), pixels - shift_mm - z * LEAN_MM_PER_SLICE


def _plane(heart: Heart, points: np.ndarray, depth: float, geometry: Geometry) -> np.ndarray:
    x, y = points[..., 0], points[..., 1]
    plane = np.zeros(x.shape, np.uint8)
    if heart.has_rv and depth < 0.8:
        start, end = septum_angles(geometry)
        beside = (np.arctan2(y, x) - start) % (2.0 * np.pi) < end - start
        shell = np.hypot(x, y) - RV_DEPTH_MM
        plane[beside & (shell < _reach(heart, x, y, depth))] = Label.RV
    plane[heart.outer(x, y, depth)] = Label.MYO
    plane[heart.inner(x, y, depth)] = Label.LV
    return plane


def _reach(heart: Heart, x: np.ndarray, y: np.ndarray, depth: float) -> float:
    """The mean radius of the outer wall."""
    return float(np.hypot(x, y)[heart.outer(x, y, depth)].max())


def shell_geometry(
    pixel_mm: float = 1.4, pitch_mm: float = 8.0, slices: int = 11, size: int = 96
) -> Geometry:
    return oblique_geometry((slices, size, size + 10), (pitch_mm, pixel_mm * 1.1, pixel_mm))
