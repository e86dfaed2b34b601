"""Lengths of borders in a long-axis plane: the LV's endocardium and the RV's free wall.

The pixel edges of a border are a staircase, longer than the border itself by up to 4/π. So a smooth
curve is fitted through their middles and its length taken.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial import Chebyshev
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.long_axis import (
    find_left_ventricle,
    find_right_ventricle,
    plane_without_specks,
)
from CMRSegmentationLib.anatomy.outline import border_of
from CMRSegmentationLib.image import Geometry, Label, LabelMap
from CMRSegmentationLib.measuring.rings import plane_axes

Points = NDArray[np.float64]

FULL = 2.0 * np.pi
ROUNDING = 1e-9
"""Radians within which an edge lies in the direction of an end and not beyond it."""
RADIAL_DEGREE = 12
"""Of the distance as a polynomial of the angle, which orders the edges."""
MINIMUM_EDGES = 24
"""A border of fewer edges has no length worth stating."""
BANDWIDTH_MM = 5.0
"""Standard deviation of the weights with which the edges around a place are smoothed."""
SAMPLES, ARC_SAMPLES = 400, 100
BEYOND_MM = 3.0
"""How far a curve is continued to meet the mitral plane."""


def endocardial_length_mm(labels: LabelMap, frame: int) -> float | None:
    """Length of the LV's endocardium from one end of the mitral plane over the apex to the other.

    Returns:
        None where the long axis was not found or the border has too few edges.

    Raises:
        ValueError: if there are several slices.
    """
    axis = find_left_ventricle(labels, frame)
    if axis is None:
        return None
    center = (axis.apex_ras_mm + axis.base_ras_mm) / 2.0
    plane, geometry = plane_without_specks(labels, frame), labels.geometry
    border = _in_plane(geometry, border_of(plane, Label.LV, beside=Label.MYO), center)
    opening = _in_plane(geometry, border_of(plane, Label.LV, beside=Label.BACKGROUND), center)
    ends = np.stack([*axis.hinges_ras_mm, axis.apex_ras_mm]) - center
    first, second, apex = ends @ plane_axes(geometry).T
    curve = _curve_through(border, *_ordered(first, second, over=apex))
    return None if curve is None else _length(_above_base(curve, first, second, opening))


def rv_free_wall_length_mm(labels: LabelMap, frame: int) -> float | None:
    """Length of the RV's free wall in a four-chamber view, from the tricuspid plane to the apex.

    Returns:
        None where the corners of the right ventricle were not found or the border has too few
        edges.

    Raises:
        ValueError: if there are several slices.
    """
    corners = find_right_ventricle(labels, frame)
    if corners is None:
        return None
    ends = np.stack([corners.lateral_ras_mm, corners.apex_ras_mm, corners.septal_ras_mm])
    center = ends.mean(axis=0)
    lateral, apex, septal = (ends - center) @ plane_axes(labels.geometry).T
    border = border_of(plane_without_specks(labels, frame), Label.RV)
    points = _in_plane(labels.geometry, border, center)
    curve = _curve_through(points, *_ordered(lateral, apex, over=-septal))
    return None if curve is None else _length(curve)


def _in_plane(geometry: Geometry, border: Points, center_ras_mm: Points) -> Points:
    """(N, 2) mm about a center of (N, 2) columns and rows."""
    voxels = np.column_stack([border, np.zeros(len(border)), np.ones(len(border))])
    ras_mm = (voxels @ geometry.ijk_to_ras.T)[:, :3]
    return np.asarray((ras_mm - center_ras_mm) @ plane_axes(geometry).T)


def _ordered(first: Points, second: Points, *, over: Points) -> tuple[float, float]:
    """Start and width of the counterclockwise turn between two points that passes a third."""
    start, end, middle = (float(np.arctan2(point[1], point[0])) for point in (first, second, over))
    if (middle - start) % FULL > (end - start) % FULL:
        start, end = end, start
    return start, (end - start) % FULL


def _curve_through(points: Points, start: float, width: float) -> Points | None:
    """(M, 2) smooth curve through points around the origin.

    First the distance from the origin as a function of the angle orders the points and gives their
    way along the curve; then their place as a function of that way is smooth even where the curve
    is pointed.
    """
    angles = (np.arctan2(points[:, 1], points[:, 0]) - start + ROUNDING) % FULL - ROUNDING
    inside = angles <= width + ROUNDING
    if inside.sum() < MINIMUM_EDGES:
        return None
    points, angles = points[inside], angles[inside]
    radius = Chebyshev.fit(angles, np.hypot(*points.T), RADIAL_DEGREE, domain=[0.0, width])
    at = np.linspace(0.0, width, SAMPLES)
    speed = np.hypot(radius(at), radius.deriv()(at))
    steps = (speed[1:] + speed[:-1]) / 2.0 * width / (SAMPLES - 1)
    ways = np.interp(angles, at, np.concatenate([[0.0], np.cumsum(steps)]))
    return _smoothed(ways, points)


def _smoothed(ways: Points, points: Points) -> Points | None:
    """(M, 2) local parabolas through points that lie at some way along a curve (LOESS).

    They reach from the first point to the last; beyond these a parabola would say anything. None
    where the points near one of its places determine no parabola.
    """
    along = np.linspace(ways.min(), ways.max(), ARC_SAMPLES)
    offset = (ways - along[:, np.newaxis]) / BANDWIDTH_MM
    weights = np.exp(-0.5 * offset**2)
    powers = np.stack([np.ones_like(offset), offset, offset**2], axis=-1)
    weighted = powers * weights[..., np.newaxis]
    normal = np.swapaxes(weighted, 1, 2) @ powers
    if np.linalg.matrix_rank(normal, hermitian=True).min() < powers.shape[-1]:
        return None
    return np.asarray(np.linalg.solve(normal, np.swapaxes(weighted, 1, 2) @ points)[:, 0])


def _above_base(curve: Points, first: Points, second: Points, opening: Points) -> Points:
    """The part of a curve on the apex's side of the mitral plane, which the open edges lie on."""
    along = (second - first) / np.linalg.norm(second - first)
    across = np.array([-along[1], along[0]])
    at_valve = np.abs((opening - first) @ across) <= BEYOND_MM
    base = float((opening[at_valve] @ across).mean())
    curve = _continued(curve)
    height = curve @ across - base
    height = height * np.sign(height[len(height) // 2])
    above = np.flatnonzero(height > 0.0)
    inside = curve[above[0] : above[-1] + 1]
    ends = [_crossing(curve, height, at) for at in (above[0] - 1, above[-1])]
    return np.concatenate([ends[0], inside, ends[1]])


def _crossing(curve: Points, height: Points, before: int) -> Points:
    """(0 or 1, 2) where the curve passes height 0 between two of its points."""
    if before < 0 or before + 1 >= len(curve):
        return np.zeros((0, 2))
    share = height[before] / (height[before] - height[before + 1])
    return np.asarray(curve[before] + share * (curve[before + 1] - curve[before]))[np.newaxis]


def _continued(curve: Points) -> Points:
    """A curve with a straight piece of 3 mm at either end."""
    pieces = []
    for end, inner in ((curve[0], curve[5]), (curve[-1], curve[-6])):
        outward = (end - inner) / np.linalg.norm(end - inner)
        pieces.append(end + outward * np.linspace(0.3, BEYOND_MM, 10)[:, np.newaxis])
    return np.concatenate([pieces[0][::-1], curve, pieces[1]])


def _length(curve: Points) -> float:
    return float(np.linalg.norm(np.diff(curve, axis=0), axis=1).sum())
