"""Long-axis planes cut from a labeled short-axis stack.

They show shapes of hearts that no long-axis data set here has.

The planes hold the axis of the left ventricle, a line fitted to the centers of its blood pool. One
turns toward the right ventricle, as four chambers do, and one away from it, as two chambers do. The
one halfway between cuts a strip of the right ventricle, as three chambers do, but no outflow tract.
Images are interpolated linearly between slices, labels by their signed distances (Raya & Udupa
1990, doi:10.1109/42.52980), so that walls do not become stairs. A stack ends at the base and near
the apex, and where between two slices a structure ends nobody drew: what lies beyond the slices,
and within one pitch of the last slice with a left ventricle, is `UNKNOWN`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from CMRSegmentationLib.image import Geometry, Label, View
from Training.datasets.examination import UNKNOWN, DataSetError, LabeledPhase

STEP_MM = 1.4
HALF_WIDTH_MM = 110.0
"""To either side of the axis: the right ventricle and the wall of the chest."""
BEYOND_MM = 50.0
"""Beyond the first and the last slice, where the image repeats theirs."""
SMALLEST_POOL_MM2 = 100.0
"""A smaller blood pool, at the apex, does not say where the axis is."""
AWAY_FROM_RV_DEGREES = np.arange(45, 136, 15)
"""Angles from the plane through both ventricles to the two-chamber plane.

The angle with the least right ventricle is chosen.
"""

FloatArray = NDArray[np.float64]
LabelVolume = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Axis:
    """The axis of the left ventricle: y and x in mm at height z mm.

    They are `slope_yx` · z + `at_0_yx_mm`.
    """

    slope_yx: FloatArray
    at_0_yx_mm: FloatArray

    @classmethod
    def of(cls, labels: LabelVolume, spacing_zyx_mm: tuple[float, float, float]) -> Axis:
        """The line nearest to the centers of the blood pool in (Z, Y, X) labels.

        Raises:
            DataSetError: if fewer than three slices have a blood pool.
        """
        pitch, *spacing_yx = spacing_zyx_mm
        smallest = SMALLEST_POOL_MM2 / (spacing_yx[0] * spacing_yx[1])
        pools = {z: np.argwhere(plane == Label.LV) for z, plane in enumerate(labels)}
        centers = {
            z: pool.mean(axis=0) * spacing_yx for z, pool in pools.items() if len(pool) > smallest
        }
        if len(centers) < 3:
            raise DataSetError(
                f"Expected a left ventricle in three slices or more, found {len(centers)}."
            )
        slope, offset = np.polyfit(
            np.array(list(centers)) * pitch, np.stack(list(centers.values())), 1
        )
        return cls(slope, offset)

    def angle_to(
        self, mask: NDArray[np.bool_], spacing_zyx_mm: tuple[float, float, float]
    ) -> float:
        """The direction from the axis to the voxels of a (Z, Y, X) mask, in radians from x to y."""
        points = np.argwhere(mask) * spacing_zyx_mm
        y, x = (points[:, 1:] - points[:, :1] * self.slope_yx - self.at_0_yx_mm).mean(axis=0)
        return float(np.arctan2(y, x))


class LabeledStack:
    """A labeled short-axis stack that planes are cut from.

    Attributes:
        phase: the stack.
        axis: of its left ventricle.
    """

    def __init__(self, phase: LabeledPhase) -> None:
        """Finds the axis.

        Raises:
            DataSetError: if fewer than three slices have a left ventricle.
        """
        self.phase = phase
        self.axis = Axis.of(phase.labels, phase.geometry.spacing_zyx_mm)
        spacing_yx_mm = phase.geometry.spacing_zyx_mm[1:]
        self._depths_mm = [_depth_mm(phase.labels == label, spacing_yx_mm) for label in Label]

    def angles(self) -> dict[View, float]:
        """Of the planes in the place of four, three and two chambers, in radians from x to y.

        Raises:
            DataSetError: if no slice has a right ventricle to turn them by.
        """
        rv = self.phase.labels == Label.RV
        if not rv.any():
            raise DataSetError("Expected a right ventricle to turn the planes by, found none.")
        toward_rv = self.axis.angle_to(rv, self.phase.geometry.spacing_zyx_mm)
        turns = np.deg2rad(AWAY_FROM_RV_DEGREES)
        least = turns[
            int(
                np.argmin([(self.cut(toward_rv + turn).labels == Label.RV).sum() for turn in turns])
            )
        ]
        return {
            View.LAX_4C: toward_rv,
            View.LAX_3C: toward_rv + least / 2,
            View.LAX_2C: toward_rv + least,
        }

    def cut(self, angle: float) -> LabeledPhase:
        """The plane through the axis at an angle, as a phase of a single slice.

        Its rows run along the axis.
        """
        phase, geometry = self.phase, self.phase.geometry
        to_stack = _plane_to_stack(geometry, self.axis, angle)
        pitch = geometry.spacing_zyx_mm[0]
        height = (len(phase.image) - 1) * pitch + 2 * BEYOND_MM
        shape = (1, 1 + round(height / STEP_MM), 1 + round(2 * HALF_WIDTH_MM / STEP_MM))
        columns, rows = np.meshgrid(np.arange(shape[2]), np.arange(shape[1]))
        pixels = np.stack([columns, rows, np.zeros_like(rows), np.ones_like(rows)])
        x, y, z = np.tensordot(to_stack[:3], pixels, axes=1)
        points = np.stack([np.clip(z, 0, len(phase.image) - 1), y, x])
        image = _sample(phase.image, points)
        labels = np.argmax([_sample(depth, points) for depth in self._depths_mm], axis=0).astype(
            np.uint8
        )
        labels[_unknown(phase.labels, z)] = UNKNOWN
        plane_geometry = Geometry(shape, _with_unit_normal(geometry.ijk_to_ras @ to_stack))
        return LabeledPhase(
            phase.name, phase.frame, image[None].astype(np.float32), labels[None], plane_geometry
        )


def _plane_to_stack(geometry: Geometry, axis: Axis, angle: float) -> FloatArray:
    """4 × 4 from (column, row, 0, 1) of the plane to (i, j, k, 1) of the stack."""
    pitch, *spacing_yx = geometry.spacing_zyx_mm
    across_yx = np.array([np.sin(angle), np.cos(angle)]) * STEP_MM
    corner_yx = axis.at_0_yx_mm - axis.slope_yx * BEYOND_MM - across_yx * HALF_WIDTH_MM / STEP_MM
    matrix = np.eye(4)
    matrix[:2, 0] = (across_yx / spacing_yx)[::-1]
    matrix[2, 0] = 0.0
    matrix[:2, 1] = (axis.slope_yx * STEP_MM / spacing_yx)[::-1]
    matrix[2, 1] = STEP_MM / pitch
    matrix[:2, 3] = (corner_yx / spacing_yx)[::-1]
    matrix[2, 3] = -BEYOND_MM / pitch
    return matrix


def _with_unit_normal(ijk_to_ras: FloatArray) -> FloatArray:
    """The matrix with the plane's normal, 1 mm long, as its third column."""
    normal = np.cross(ijk_to_ras[:3, 0], ijk_to_ras[:3, 1])
    result = ijk_to_ras.copy()
    result[:3, 2] = normal / np.linalg.norm(normal)
    return result


def _sample(volume: NDArray[Any], points: FloatArray) -> NDArray[Any]:
    """(Y, X) values of a volume, interpolated linearly, at (3, Y, X) points of it."""
    return np.asarray(ndimage.map_coordinates(volume, points, order=1, mode="nearest"))


def _depth_mm(mask: NDArray[np.bool_], spacing_yx_mm: tuple[float, ...]) -> FloatArray:
    """(Z, Y, X) in-plane distance to the border of a mask: positive within, negative without."""
    farthest = HALF_WIDTH_MM
    depth = np.full(mask.shape, -farthest)
    for plane, inside in zip(depth, mask, strict=True):
        if inside.any():
            plane[...] = ndimage.distance_transform_edt(inside, spacing_yx_mm)
            plane -= ndimage.distance_transform_edt(~inside, spacing_yx_mm)
    return np.asarray(np.clip(depth, -farthest, farthest))


def _unknown(labels: LabelVolume, z: FloatArray) -> NDArray[np.bool_]:
    """Where the slice positions z lie at or beyond the end of the left ventricle.

    That is beyond the stack, or within one slice of the last one with a left ventricle.
    """
    drawn = np.flatnonzero(np.isin(labels, (Label.LV, Label.MYO)).any(axis=(1, 2)))
    beyond = (z < -0.5) | (z > len(labels) - 0.5)
    return np.asarray(
        beyond | ((z > drawn[0] - 1) & (z < drawn[0])) | ((z > drawn[-1]) & (z < drawn[-1] + 1))
    )
