"""Thickness of the apical cap, AHA segment 17, which a long-axis plane alone shows.

Where the cavity has ended, a short axis cuts the wall slantwise. In a long-axis plane rays fan out
towards the apex from a point on the long axis about as far within as the apex is round; on each the
wall's length is that from the cavity to the epicardium.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.long_axis import find_left_ventricle
from CMRSegmentationLib.image import Label, LabelMap

Points = NDArray[np.float64]

FAN_MM = 15.0
"""How far within the endocardium's apex the rays start."""
RAYS = np.deg2rad(np.linspace(-20.0, 20.0, 41))
STEP_MM = 0.1
REACH_MM = 60.0
"""Longer than the way to the epicardium of the thickest wall."""
MINIMUM_SHARE = 0.8
"""Of the rays that have to meet wall behind the cavity; an apex with fewer is open."""


def apex_wall_mm(labels: LabelMap, frame: int) -> float | None:
    """Mean thickness of the wall within 20° of the long axis, in mm.

    Args:
        labels: of a single slice.
        frame: 0-based frame.

    Returns:
        None where the long axis was not found or the apex is open.

    Raises:
        ValueError: if there are several slices.
    """
    axis = find_left_ventricle(labels, frame)
    if axis is None or axis.length_mm <= 2.0 * FAN_MM:
        return None
    along = (axis.apex_ras_mm - axis.base_ras_mm) / axis.length_mm
    across = np.cross(along, _normal(labels))
    start = axis.apex_ras_mm - FAN_MM * along
    directions = np.cos(RAYS)[:, np.newaxis] * along + np.sin(RAYS)[:, np.newaxis] * across
    ways = np.arange(0.0, REACH_MM, STEP_MM)
    met = _labels_at(labels, frame, start + ways[:, np.newaxis] * directions[:, np.newaxis])
    lengths_mm = [length for ray in met if (length := _wall_on(ray)) is not None]
    if len(lengths_mm) < MINIMUM_SHARE * len(RAYS):
        return None
    return float(np.mean(lengths_mm))


def _normal(labels: LabelMap) -> Points:
    column, row = labels.geometry.ijk_to_ras[:3, 0], labels.geometry.ijk_to_ras[:3, 1]
    normal = np.cross(column, row)
    return np.asarray(normal / np.linalg.norm(normal))


def _labels_at(labels: LabelMap, frame: int, points_ras_mm: Points) -> NDArray[np.uint8]:
    """Labels of the pixels that (..., 3) points of the plane lie in; background beyond it."""
    origin = labels.geometry.ijk_to_ras[:3, 3]
    to_pixels = np.linalg.pinv(labels.geometry.ijk_to_ras[:3, :2])
    pixels = np.round((points_ras_mm - origin) @ to_pixels.T).astype(int)
    plane = labels.array[frame, 0]
    columns, rows = pixels[..., 0], pixels[..., 1]
    inside = (columns >= 0) & (rows >= 0) & (columns < plane.shape[1]) & (rows < plane.shape[0])
    found = np.zeros(pixels.shape[:-1], np.uint8)
    found[inside] = plane[rows[inside], columns[inside]]
    return found


def _wall_on(ray: NDArray[np.uint8]) -> float | None:
    """Length in mm of the wall behind the cavity on a ray from within it; None without one."""
    beyond = np.flatnonzero(ray != Label.LV)
    if not beyond.size or beyond[0] == 0 or ray[beyond[0]] != Label.MYO:
        return None
    wall = ray[beyond[0] :] == Label.MYO
    end = np.flatnonzero(~wall)
    return None if not end.size else float(end[0] * STEP_MM)
