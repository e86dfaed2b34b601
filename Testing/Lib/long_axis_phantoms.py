"""A four-chamber view of half ellipses and a triangle, whose sizes follow from formulas."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from CMRSegmentationLib.anatomy.views import TO_APEX
from CMRSegmentationLib.image import CineStack, Geometry, Label, LabelMap
from Testing.phantoms import oblique_geometry

SHAPE_YX = (150, 170)
SPACING_YX_MM = (1.3, 0.9)
WALL_MM = 9.0
RV_WIDTH_MM = 40.0
PIXEL_MM = max(SPACING_YX_MM)


@dataclass(frozen=True)
class Plane:
    """Half ellipses of LV and wall, a triangle of RV, the base at `base_mm` of the long axis.

    Along the long axis the base lies at `base_mm`, the apex at 80 mm. The RV's corners are at the
    wall, at `RV_WIDTH_MM` from it, and where the wall is 60 mm along the axis.
    """

    base_mm: float = 0.0
    radius_mm: float = 25.0
    has_rv: bool = True

    @property
    def length_mm(self) -> float:
        return 80.0 - self.base_mm

    @property
    def volume_ml(self) -> float:
        """Half an ellipsoid."""
        return 2 / 3 * math.pi * self.length_mm * self.radius_mm**2 / 1000

    @property
    def lateral_mm(self) -> np.ndarray:
        """(along, across) the lateral end of the tricuspid plane."""
        return np.array([self.base_mm, -(self.radius_mm + WALL_MM + RV_WIDTH_MM)])

    @property
    def rv_apex_mm(self) -> np.ndarray:
        return np.array([60.0, -self.outer(60.0)])

    def outer(self, along: float) -> float:
        """Half width of the epicardium."""
        share = (along - self.base_mm) / (self.length_mm + WALL_MM)
        return float((self.radius_mm + WALL_MM) * math.sqrt(max(0.0, 1 - share**2)))

    def labels(self, along: np.ndarray, across: np.ndarray) -> np.ndarray:
        depth = along - self.base_mm
        inner = (depth / self.length_mm) ** 2 + (across / self.radius_mm) ** 2
        outer = (depth / (self.length_mm + WALL_MM)) ** 2 + (
            across / (self.radius_mm + WALL_MM)
        ) ** 2
        labels = np.zeros(along.shape, np.uint8)
        if self.has_rv:
            share = depth / (self.rv_apex_mm[0] - self.base_mm)
            free_wall = self.lateral_mm[1] + share * (self.rv_apex_mm[1] - self.lateral_mm[1])
            labels[(depth >= 0) & (share <= 1) & (across > free_wall) & (across < 0)] = Label.RV
        labels[(depth >= 0) & (outer < 1)] = Label.MYO
        labels[(depth >= 0) & (inner < 1)] = Label.LV
        return labels


def drawn(*planes: Plane, degrees: float = 25.0, mirrored: bool = False) -> LabelMap:
    """The planes as frames on an oblique grid, the long axis at some angle to its rows."""
    y = (np.arange(SHAPE_YX[0])[:, None] - SHAPE_YX[0] / 2) * SPACING_YX_MM[0]
    x = (np.arange(SHAPE_YX[1])[None, :] - SHAPE_YX[1] / 2) * SPACING_YX_MM[1]
    x = -x if mirrored else x
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    along, across = c * y + s * x + 40.0, -s * y + c * x - 18.0
    array = np.stack([plane.labels(along, across) for plane in planes])[:, None]
    return LabelMap(array, oblique_geometry((1, *SHAPE_YX), (8.0, *SPACING_YX_MM)))


ED, ES = Plane(), Plane(base_mm=14.0, radius_mm=17.0)


def without_direction(stack: CineStack) -> CineStack:
    """The same images as a file holds them that knows the spacing alone, and no view."""
    geometry = Geometry.from_spacing(stack.geometry.shape_zyx, stack.geometry.spacing_zyx_mm)
    return replace(stack, geometry=geometry, view=None)


def painted(labels: LabelMap) -> CineStack:
    """A cine of a label map: blood bright, muscle dark."""
    intensity = np.array([120.0, 220.0, 60.0, 220.0], np.float32)
    return CineStack(intensity[labels.array], labels.geometry)


def usual_plane(turn: float, tilt: float = 0.0, flip: bool = False) -> Geometry:
    """A plane about the usual long axis, turned from the patient's right and tilted."""
    right = np.array([1.0, 0.0, 0.0]) - TO_APEX * TO_APEX[0]
    right /= np.linalg.norm(right)
    line = np.cos(np.deg2rad(turn)) * right + np.sin(np.deg2rad(turn)) * np.cross(TO_APEX, right)
    down = np.cos(np.deg2rad(tilt)) * TO_APEX + np.sin(np.deg2rad(tilt)) * np.cross(line, TO_APEX)
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([1.4 * line, 1.6 * down, 6.0 * np.cross(line, down)], axis=1)
    if flip:
        matrix[:3, [0, 2]] *= -1
    return Geometry((1, 16, 20), matrix)
