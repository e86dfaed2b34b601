"""Beating hearts made of circles: cines whose volumes follow from formulas.

A slice holds a bright disc (LV blood), a dark ring around it (MYO) and a bright disc that the ring
cuts into a crescent (RV), so that RV and septum touch. The wall's area stays the same over the
cycle, as muscle does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import CineStack, Geometry, Label, LabelMap, View

AIR, BACKGROUND, MUSCLE, BLOOD = 10.0, 120.0, 60.0, 220.0
"""Intensities of the phantom; the tissue around the heart varies by ±20 about BACKGROUND."""

LV_RADIUS_ED_MM, LV_RADIUS_ES_MM = 24.0, 16.0
EPICARDIUM_RADIUS_ED_MM = 33.0
RV_RADIUS_ED_MM, RV_RADIUS_ES_MM = 27.0, 19.0
RV_CENTER = 0.5
"""The RV disc's center lies this share of its radius outside the epicardium."""


def oblique_geometry(
    shape_zyx: tuple[int, int, int],
    spacing_zyx_mm: tuple[float, float, float] = (10.0, 1.6, 1.4),
    origin_ras_mm: tuple[float, float, float] = (-35.0, 60.0, -22.5),
    *,
    degrees_xyz: tuple[float, float, float] = (40.0, -20.0, 30.0),
) -> Geometry:
    """An orthogonal grid turned about the x, then y, then z axis of the world."""
    matrix = np.eye(4)
    matrix[:3, :3] = rotation(degrees_xyz) @ np.diag(spacing_zyx_mm[::-1])
    matrix[:3, 3] = origin_ras_mm
    return Geometry(shape_zyx, matrix)


def rotation(degrees_xyz: tuple[float, float, float]) -> NDArray[np.float64]:
    """(3, 3) rotation about the x, then y, then z axis."""
    a, b, c = np.deg2rad(degrees_xyz)
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    about_z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return np.asarray(about_z @ about_y @ about_x)


@dataclass(frozen=True)
class HeartPhantom:
    """A short-axis cine of a beating heart, slice 0 at the base.

    Attributes:
        frames: cardiac phases.
        slices: slices that the grid holds, with and without heart.
        rows, columns: size of a slice.
        spacing_zyx_mm: slice pitch, row and column spacing.
        ed_frame, es_frame: frames of the largest and the smallest ventricles.
        empty_slices: slices without heart at the basal and at the apical end.
        cycle_ms: length of the heart cycle; None for a cine without times.
        noise: standard deviation of the Gaussian noise.
        degrees_xyz: rotation of the grid.
    """

    frames: int = 20
    slices: int = 10
    rows: int = 96
    columns: int = 112
    spacing_zyx_mm: tuple[float, float, float] = (10.0, 1.6, 1.4)
    ed_frame: int = 0
    es_frame: int = 8
    empty_slices: tuple[int, int] = (1, 1)
    cycle_ms: float | None = 900.0
    noise: float = 4.0
    degrees_xyz: tuple[float, float, float] = (40.0, -20.0, 30.0)

    @property
    def geometry(self) -> Geometry:
        """The oblique grid."""
        shape = (self.slices, self.rows, self.columns)
        return oblique_geometry(shape, self.spacing_zyx_mm, degrees_xyz=self.degrees_xyz)

    @property
    def frame_times_ms(self) -> tuple[float, ...] | None:
        """Evenly spread over the heart cycle, from 0."""
        if self.cycle_ms is None:
            return None
        return tuple(self.cycle_ms * t / self.frames for t in range(self.frames))

    def filling(self, frame: int) -> float:
        """1 at end-diastole, 0 at end-systole, raised cosines between them, cyclic."""
        if self.frames == 1 or self.ed_frame % self.frames == self.es_frame % self.frames:
            return 1.0
        systole = (self.es_frame - self.ed_frame) % self.frames
        since_ed = (frame - self.ed_frame) % self.frames
        if since_ed <= systole:
            return float(0.5 + 0.5 * np.cos(np.pi * since_ed / systole))
        return float(0.5 - 0.5 * np.cos(np.pi * (since_ed - systole) / (self.frames - systole)))

    def taper(self, slice_: int) -> float:
        """Radius of a slice relative to the base, of a half ellipsoid; 0 without heart."""
        first, last = self.empty_slices[0], self.slices - self.empty_slices[1]
        if not first <= slice_ < last:
            return 0.0
        return float(np.sqrt(1.0 - ((slice_ - first) / (last - first)) ** 2))

    def radii_mm(self, frame: int, slice_: int) -> tuple[float, float, float]:
        """Radii of the LV blood pool, the epicardium and the RV disc."""
        filling, taper = self.filling(frame), self.taper(slice_)
        lv = LV_RADIUS_ES_MM + (LV_RADIUS_ED_MM - LV_RADIUS_ES_MM) * filling
        epicardium = np.sqrt(lv**2 + EPICARDIUM_RADIUS_ED_MM**2 - LV_RADIUS_ED_MM**2)
        rv = RV_RADIUS_ES_MM + (RV_RADIUS_ED_MM - RV_RADIUS_ES_MM) * filling
        return lv * taper, float(epicardium) * taper, rv * taper

    def areas_mm2(self, frame: int, slice_: int) -> dict[Label, float]:
        """Area of each structure from the formulas of circle, ring and lens."""
        lv, epicardium, rv = self.radii_mm(frame, slice_)
        if rv == 0.0:
            return {Label.LV: 0.0, Label.MYO: 0.0, Label.RV: 0.0}
        crescent = np.pi * rv**2 - _lens_area(epicardium, rv, epicardium + RV_CENTER * rv)
        return {
            Label.LV: np.pi * lv**2,
            Label.MYO: np.pi * (epicardium**2 - lv**2),
            Label.RV: crescent,
        }

    def volume_ml(self, label: Label, frame: int) -> float:
        """Volume of a structure: its areas times the slice pitch."""
        pitch = self.spacing_zyx_mm[0]
        return sum(self.areas_mm2(frame, z)[label] for z in range(self.slices)) * pitch / 1000.0

    @cached_property
    def labels(self) -> LabelMap:
        """The structures, (T, Z, Y, X)."""
        array = np.stack(
            [[self._slice_labels(t, z) for z in range(self.slices)] for t in range(self.frames)]
        )
        return LabelMap(array, self.geometry)

    @cached_property
    def cine(self) -> CineStack:
        """The images, (T, Z, Y, X)."""
        y, x = self._centered_mm()
        texture = BACKGROUND + 20.0 * np.sin(x / 9.0) * np.cos(y / 7.0)
        inside = (x / (0.48 * self.columns * self.spacing_zyx_mm[2])) ** 2 + (
            y / (0.48 * self.rows * self.spacing_zyx_mm[1])
        ) ** 2 < 1.0
        tissue = np.where(inside, texture, AIR)
        label = self.labels.array
        image = np.where(label == Label.MYO, MUSCLE, np.where(label > 0, BLOOD, tissue))
        image = image + np.random.default_rng(0).normal(0.0, self.noise, image.shape)
        return CineStack(
            image.astype(np.float32), self.geometry, self.frame_times_ms, View.SAX, "Phantom"
        )

    def _centered_mm(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        y = (np.arange(self.rows) - (self.rows - 1) / 2) * self.spacing_zyx_mm[1]
        x = (np.arange(self.columns) - (self.columns - 1) / 2) * self.spacing_zyx_mm[2]
        return np.asarray(y[:, None], dtype=np.float64), np.asarray(x[None, :], dtype=np.float64)

    def _slice_labels(self, frame: int, slice_: int) -> NDArray[np.uint8]:
        """(Y, X) labels of voxels whose centers lie in the structures, the LV to the right."""
        lv, epicardium, rv = self.radii_mm(frame, slice_)
        y, x = self._centered_mm()
        x = x - 12.0
        from_lv = np.hypot(y, x)
        from_rv = np.hypot(y, x + epicardium + RV_CENTER * rv)
        label = np.zeros((self.rows, self.columns), np.uint8)
        label[from_rv < rv] = Label.RV
        label[from_lv < epicardium] = Label.MYO
        label[from_lv < lv] = Label.LV
        return label


def _lens_area(a: float, b: float, distance: float) -> float:
    """Area that circles of radius `a` and `b` share.

    Weisstein, Circle-Circle Intersection, MathWorld.
    """
    at_a = (distance**2 + a**2 - b**2) / (2 * distance * a)
    at_b = (distance**2 + b**2 - a**2) / (2 * distance * b)
    kite = (-distance + a + b) * (distance + a - b) * (distance - a + b) * (distance + a + b)
    return float(a**2 * np.arccos(at_a) + b**2 * np.arccos(at_b) - 0.5 * np.sqrt(kite))


def beating_heart(**settings: Any) -> tuple[CineStack, LabelMap]:
    """The cine and the labels of `HeartPhantom(**settings)`."""
    phantom = HeartPhantom(**settings)
    return phantom.cine, phantom.labels
