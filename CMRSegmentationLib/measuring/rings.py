"""The wall of the left ventricle in a short-axis slice, as two smooth closed curves.

A label map has its borders on pixel edges. Their middles scatter evenly about the border that was
sampled, so that a curve fitted through all of them lies within a fraction of a pixel of it: the
distance from the cavity's center, as a Fourier series of the angle. Where the network's
probabilities are at hand, they say where between two pixels the border passes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from CMRSegmentationLib.anatomy.levels import walled_share
from CMRSegmentationLib.anatomy.outline import border_of
from CMRSegmentationLib.anatomy.soft_borders import Border, SoftBorders
from CMRSegmentationLib.image import Geometry, Label, LabelArray, LabelMap

Points = NDArray[np.float64]
Angles = NDArray[np.float64]
Placing = Callable[[Points, Border], Points]
"""(N, 2) pixel edges (column, row) of a border → where it passes them."""

MAXIMUM_HARMONICS = 6
"""Finer detail of a contour than 60° is more of the pixels than of the heart."""
EDGES_PER_HARMONIC = 22
"""A coarse contour of fewer pixel edges is fitted with fewer harmonics."""
MAXIMUM_OPEN_SHARE = 0.02
"""Share of the cavity's outline without wall up to which the wall counts as closed."""
ANGLES = 2.0 * np.pi * np.arange(72) / 72
"""(72,) angles at which perimeters are computed."""


@dataclass(frozen=True, eq=False)
class Curve:
    """A closed curve around a center: r(θ) = Σ a_k cos kθ + b_k sin kθ.

    Attributes:
        cosines: (K + 1,) a_0 to a_K in mm.
        sines: (K + 1,) b_0 to b_K in mm; b_0 is 0.
    """

    cosines: NDArray[np.float64]
    sines: NDArray[np.float64]

    def radius_mm(self, angles: Angles) -> NDArray[np.float64]:
        """Distance from the center at each angle."""
        orders = np.arange(len(self.cosines)) * angles[..., np.newaxis]
        return np.asarray(np.cos(orders) @ self.cosines + np.sin(orders) @ self.sines)

    @property
    def perimeter_mm(self) -> float:
        """The curve's length, by the trapezoidal rule, which is exact to rounding for it."""
        orders = np.arange(len(self.cosines))
        phases = orders * ANGLES[:, np.newaxis]
        slope = np.cos(phases) @ (orders * self.sines) - np.sin(phases) @ (orders * self.cosines)
        return float(np.hypot(self.radius_mm(ANGLES), slope).mean() * 2.0 * np.pi)

    def halfway_to(self, other: Curve) -> Curve:
        """The curve in the middle between two of the same center."""
        order = max(len(self.cosines), len(other.cosines))
        mine, theirs = self._padded(order), other._padded(order)
        return Curve((mine[0] + theirs[0]) / 2.0, (mine[1] + theirs[1]) / 2.0)

    def _padded(self, order: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        cosines, sines = np.zeros(order), np.zeros(order)
        cosines[: len(self.cosines)], sines[: len(self.sines)] = self.cosines, self.sines
        return cosines, sines


@dataclass(frozen=True, eq=False)
class Ring:
    """The closed wall of the left ventricle in one slice of one frame.

    Attributes:
        center_mm: (2,) center of the cavity along the plane's axes, see `plane_axes`.
        inner: the endocardium.
        outer: the epicardium, around the same center.
    """

    center_mm: Points
    inner: Curve
    outer: Curve

    @property
    def middle(self) -> Curve:
        """Halfway between endocardium and epicardium."""
        return self.inner.halfway_to(self.outer)


def plane_axes(geometry: Geometry) -> NDArray[np.float64]:
    """(2, 3) orthonormal RAS directions that span the slices: along the columns, and across."""
    along = geometry.ijk_to_ras[:3, 0] / np.linalg.norm(geometry.ijk_to_ras[:3, 0])
    rows = geometry.ijk_to_ras[:3, 1]
    across = rows - along * (rows @ along)
    return np.stack([along, across / np.linalg.norm(across)])


def pixels_to_mm(geometry: Geometry) -> NDArray[np.float64]:
    """(2, 2) matrix from (column, row) to mm along `plane_axes`, for sheared grids as well."""
    return np.asarray(plane_axes(geometry) @ geometry.ijk_to_ras[:3, :2])


def rings_of(labels: LabelMap, frame: int, soft: SoftBorders | None = None) -> dict[int, Ring]:
    """The slices of a frame whose wall is closed, by 0-based slice.

    Args:
        labels: the label map.
        frame: 0-based frame.
        soft: where the borders pass between pixels, if that is known.
    """
    to_mm = pixels_to_mm(labels.geometry)
    rings = {}
    for z, plane in enumerate(labels.array[frame]):
        placing = None if soft is None else partial(soft.place, frame, z)
        ring = ring_of(plane, to_mm, placing)
        if ring is not None:
            rings[z] = ring
    return rings


def ring_of(
    plane: LabelArray, to_mm: NDArray[np.float64], placing: Placing | None = None
) -> Ring | None:
    """The wall in a (Y, X) slice; None without a cavity or a closed wall around it.

    Args:
        plane: (Y, X) labels.
        to_mm: see `pixels_to_mm`.
        placing: moves pixel edges to where a border passes them; None leaves them.
    """
    corner, plane = _cropped(plane)
    if walled_share(plane) < 1.0 - MAXIMUM_OPEN_SHARE:
        return None
    cavity = plane == Label.LV
    inside = _largest_part(cavity)
    heart = _part_around(cavity | (plane == Label.MYO), inside)
    rows, columns = np.nonzero(inside)
    center = corner + np.array([columns.mean(), rows.mean()])
    curves = []
    for mask, border in ((inside, Border.ENDOCARDIUM), (heart, Border.EPICARDIUM)):
        edges = border_of(mask.astype(np.uint8), Label.LV) + corner
        points = edges if placing is None else placing(edges, border)
        curves.append(fitted_curve((points - center) @ to_mm.T))
    inner, outer = curves
    if inner is None or outer is None or not _lies_within(inner, outer):
        return None
    return Ring(to_mm @ center, inner, outer)


def _cropped(plane: LabelArray) -> tuple[Points, LabelArray]:
    """The rows and columns with left ventricle, and the first (column, row) of them."""
    heart = (plane == Label.LV) | (plane == Label.MYO)
    rows, columns = np.flatnonzero(heart.any(axis=1)), np.flatnonzero(heart.any(axis=0))
    if not rows.size:
        return np.zeros(2), plane[:0, :0]
    corner = np.array([columns[0], rows[0]], dtype=np.float64)
    return corner, plane[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _largest_part(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected part of a mask that is not empty, without holes."""
    parts, count = ndimage.label(mask)
    if count > 1:
        mask = parts == 1 + int(np.argmax(np.bincount(parts.ravel())[1:]))
    return np.asarray(ndimage.binary_fill_holes(mask))


def _part_around(mask: NDArray[np.bool_], inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The connected part of a mask that holds another, without holes."""
    parts, count = ndimage.label(mask)
    if count > 1:
        mask = parts == parts[inside & mask][0]
    return np.asarray(ndimage.binary_fill_holes(mask))


def fitted_curve(points_mm: Points) -> Curve | None:
    """The curve through (N, 2) points around the origin; None if they do not go around."""
    angles, radii = np.arctan2(points_mm[:, 1], points_mm[:, 0]), np.hypot(*points_mm.T)
    harmonics = min(MAXIMUM_HARMONICS, len(radii) // EDGES_PER_HARMONIC)
    if harmonics < 1 or _widest_gap(angles) > np.pi / 2.0:
        return None
    orders = np.arange(harmonics + 1) * angles[:, np.newaxis]
    basis = np.hstack([np.cos(orders), np.sin(orders[:, 1:])])
    weights = np.linalg.solve(basis.T @ basis, basis.T @ radii)
    return Curve(weights[: harmonics + 1], np.concatenate([[0.0], weights[harmonics + 1 :]]))


def _widest_gap(angles: Angles) -> float:
    ordered = np.sort(angles)
    return float(np.diff(ordered, append=ordered[0] + 2.0 * np.pi).max())


def _lies_within(inner: Curve, outer: Curve) -> bool:
    """Whether the wall has a thickness all around."""
    return bool(np.all(outer.radius_mm(ANGLES) > inner.radius_mm(ANGLES)))
