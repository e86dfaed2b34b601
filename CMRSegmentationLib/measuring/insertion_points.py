"""Where the right ventricle's wall meets the left ventricle: the two ends of the septum.

In each slice the right ventricle's cavity touches the wall of the left along an arc, whose ends are
the insertion points. Of their angles about the left ventricle's center in the basal and mid slices
of both phases the median counts, which a slice at the outflow tract does not turn. Which of them is
the anterior one follows from the patient's directions; a file without directions is taken to show
the heart as usual, anterior on top.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.outline import border_of
from CMRSegmentationLib.anatomy.views import has_direction
from CMRSegmentationLib.image import Geometry, Label, LabelArray, LabelMap
from CMRSegmentationLib.measuring.rings import Ring, pixels_to_mm, plane_axes

Vector = NDArray[np.float64]

ANTERIOR_RAS = np.array([0.0, 0.5, 0.87])
"""The anterior wall lies in front of the left ventricle's long axis and above it."""
RIGHT_RAS = np.array([1.0, 0.0, 0.0])
MAXIMUM_BREAK = np.deg2rad(20.0)
"""An arc of contact goes on beyond a break this wide, where trabeculae part the borders."""
SEPTUM_RANGE = np.deg2rad(30.0), np.deg2rad(220.0)
"""A contact shorter or longer than any septum is none."""


@dataclass(frozen=True)
class Septum:
    """Angles about the left ventricle's center in the plane of `rings.plane_axes`, in radians.

    Attributes:
        anterior: of the anterior insertion point.
        inferior: of the inferior insertion point.
        direction: 1 if the angle rises from the anterior over the septum to the inferior insertion
            point, −1 if it falls.
        from_rv: whether a right ventricle or a user placed it, and not the patient's directions.
    """

    anterior: float
    inferior: float
    direction: int
    from_rv: bool = True

    @property
    def width(self) -> float:
        """The angle that the septum takes up, 0 to 2 π."""
        return float(((self.inferior - self.anterior) * self.direction) % (2.0 * np.pi))

    def behind_anterior(self, angles: NDArray[np.float64]) -> NDArray[np.float64]:
        """Angles counted from the anterior insertion point over the septum, 0 to 2 π."""
        return np.asarray(((angles - self.anterior) * self.direction) % (2.0 * np.pi))


Arc = tuple[float, float]
"""Start and end of a contact, counterclockwise in the plane's axes, in radians."""


def find_septum(labels: LabelMap, rings: Mapping[int, Mapping[int, Ring]]) -> Septum:
    """The septum of a heart, from the right ventricle, else from the patient's directions.

    Args:
        labels: the label map.
        rings: closed walls by frame and slice, of the frames to average over.
    """
    arcs = list(_arcs(labels, rings))
    if not arcs:
        return septum_by_direction(labels.geometry)
    start, end = (_median_angle(angles) for angles in zip(*arcs, strict=True))
    up = anterior_in_plane(labels.geometry)
    if _direction_of(start) @ up > _direction_of(end) @ up:
        return Septum(start, end, 1)
    return Septum(end, start, -1)


def _arcs(labels: LabelMap, rings: Mapping[int, Mapping[int, Ring]]) -> Iterator[Arc]:
    to_mm = pixels_to_mm(labels.geometry)
    for frame, slices in rings.items():
        for z, ring in slices.items():
            arc = contact_arc(labels.array[frame, z], ring, to_mm)
            if arc is not None:
                yield arc


def contact_arc(plane: LabelArray, ring: Ring, to_mm: NDArray[np.float64]) -> Arc | None:
    """The arc of the wall that touches the right ventricle in a slice, if it can be a septum."""
    contact = border_of(plane, Label.MYO, beside=Label.RV) @ to_mm.T - ring.center_mm
    if len(contact) < 2:
        return None
    angles = np.sort(np.arctan2(contact[:, 1], contact[:, 0]))
    start, end = max(_runs(angles), key=_count_and_width)[[0, -1]]
    if not SEPTUM_RANGE[0] <= end - start <= SEPTUM_RANGE[1]:
        return None
    return float(start), float(end)


def _runs(angles: Vector) -> list[Vector]:
    """Parts of sorted angles without a wide break; the one across ±π is put together."""
    breaks = np.flatnonzero(np.diff(angles) > MAXIMUM_BREAK) + 1
    runs = np.split(angles, breaks)
    if len(runs) > 1 and angles[0] + 2.0 * np.pi - angles[-1] <= MAXIMUM_BREAK:
        runs = [np.concatenate([runs[-1], runs[0] + 2.0 * np.pi]), *runs[1:-1]]
    if len(runs) == 1:
        return [_opened(angles)]
    return runs


def _opened(angles: Vector) -> Vector:
    """Sorted angles of a single run, turned so that its widest gap lies outside."""
    gaps = np.diff(angles, append=angles[0] + 2.0 * np.pi)
    first = (int(np.argmax(gaps)) + 1) % len(angles)
    return np.concatenate([angles[first:], angles[:first] + 2.0 * np.pi])


def _count_and_width(run: Vector) -> tuple[int, float]:
    return len(run), float(run[-1] - run[0])


def septum_by_direction(geometry: Geometry) -> Septum:
    """A septum of 120° towards the patient's right, where no right ventricle shows it."""
    up = anterior_in_plane(geometry)
    right = plane_axes(geometry) @ RIGHT_RAS if has_direction(geometry) else np.array([-1.0, 0.0])
    middle = float(np.arctan2(right[1], right[0]))
    ends = middle - np.pi / 3.0, middle + np.pi / 3.0
    if _direction_of(ends[0]) @ up > _direction_of(ends[1]) @ up:
        return Septum(ends[0], ends[1], 1, from_rv=False)
    return Septum(ends[1], ends[0], -1, from_rv=False)


def septum_between(
    anterior_ras_mm: Sequence[float],
    inferior_ras_mm: Sequence[float],
    center_ras_mm: Sequence[float],
    labels: LabelMap,
) -> Septum:
    """The septum between two insertion points that a user placed.

    Args:
        anterior_ras_mm: (3,) the anterior insertion point.
        inferior_ras_mm: (3,) the inferior insertion point.
        center_ras_mm: (3,) center of the cavity in the slice of the points.
        labels: the label map, whose right ventricle says on which side the septum lies; without
            one it is the shorter of the two ways.

    Raises:
        ValueError: if a point is the center, or both lie in one direction from it.
    """
    axes = plane_axes(labels.geometry)
    ends = [axes @ (np.asarray(p) - center_ras_mm) for p in (anterior_ras_mm, inferior_ras_mm)]
    if min(np.linalg.norm(end) for end in ends) < 1.0:
        raise ValueError("An insertion point lies at the center of the ventricle; move it.")
    anterior, inferior = (float(np.arctan2(end[1], end[0])) for end in ends)
    width = (inferior - anterior) % (2.0 * np.pi)
    if min(width, 2.0 * np.pi - width) < SEPTUM_RANGE[0]:
        raise ValueError(
            "The insertion points are less than 30° apart; expected the septum's ends."
        )
    toward_rv = _toward_rv(labels, np.asarray(center_ras_mm))
    rises = width <= np.pi if toward_rv is None else (toward_rv - anterior) % (2 * np.pi) < width
    return Septum(anterior, inferior, 1 if rises else -1)


def _toward_rv(labels: LabelMap, center_ras_mm: Vector) -> float | None:
    voxels = np.argwhere(labels.array.max(axis=0) == Label.RV)
    if not len(voxels):
        return None
    middle = np.append(voxels.mean(axis=0)[::-1], 1.0)
    offset = plane_axes(labels.geometry) @ (
        (labels.geometry.ijk_to_ras @ middle)[:3] - center_ras_mm
    )
    return float(np.arctan2(offset[1], offset[0]))


def anterior_in_plane(geometry: Geometry) -> Vector:
    """(2,) direction within the slices that leads to the front and top of the heart."""
    if not has_direction(geometry):
        return np.array([0.0, -1.0])
    up = plane_axes(geometry) @ ANTERIOR_RAS
    return np.asarray(up / np.linalg.norm(up))


def _direction_of(angle: float) -> Vector:
    return np.array([np.cos(angle), np.sin(angle)])


def _median_angle(angles: Iterable[float]) -> float:
    """The median of angles, counted from their mean direction."""
    found = np.array(list(angles))
    mean = float(np.angle(np.mean(np.exp(1j * found))))
    return mean + float(np.median((found - mean + np.pi) % (2.0 * np.pi) - np.pi))
