"""Slices brought onto a stack's common grid and phases, by where their headers put them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from CMRSegmentationLib.reading.dicom_phases import Slice, Weights

Vector = NDArray[np.float64]

SAME_DIRECTION_DEGREES = 1.0
"""Planes whose axes differ by no more lie on one grid."""
SAME_IN_PLANE_MM = 1.0
"""So far may the first pixel of a slice lie from the line through those of the others."""
UNKNOWN_THICKNESS_MM = 8.0
"""Stands for the thickness of a single slice whose file has none; it has no volume."""


@dataclass(frozen=True, eq=False)
class StackGrid:
    """The common grid of a stack.

    Attributes:
        ijk_to_lps: 4 × 4 matrix from voxel to LPS mm.
        size_yx: rows and columns.
        origins_mm: (Z, 3) where the first pixel of each slice lies on the grid, in LPS.
        on_grid: for each slice whether its own pixels lie on the grid.
    """

    ijk_to_lps: NDArray[np.float64]
    size_yx: tuple[int, int]
    origins_mm: NDArray[np.float64]
    on_grid: tuple[bool, ...]


def positions_mm(slices: Sequence[Slice]) -> Vector:
    """Positions of slices along the normal of the first, by their centers, in the given order."""
    normal = slices[0].first.normal
    return np.array([float(normal @ plane.first.center_mm) for plane in slices])


def lies_on_same_grid(a: Slice, b: Slice) -> bool:
    """Whether two planes are parallel and cut into equal pixels the same way."""
    one, other = a.first, b.first
    if one.size_yx != other.size_yx:
        return False
    if not np.allclose(one.spacing_yx_mm, other.spacing_yx_mm, rtol=1e-3):
        return False
    cosine = (one.orientation * other.orientation).sum(axis=1).min()
    return bool(cosine >= np.cos(np.deg2rad(SAME_DIRECTION_DEGREES)))


def grid_of(stack: Sequence[Slice]) -> StackGrid:
    """The grid that most slices of a stack share; its slices are ordered along the normal."""
    base = _base(stack)
    first = stack[base[0]].first
    matrix = np.eye(4)
    matrix[:3, 0] = first.orientation[0] * first.spacing_yx_mm[1]
    matrix[:3, 1] = first.orientation[1] * first.spacing_yx_mm[0]
    origins = _origins_mm(stack, base)
    matrix[:3, 3] = origins[0]
    if len(stack) > 1:
        matrix[:3, 2] = (origins[-1] - origins[0]) / (len(stack) - 1)
    else:
        matrix[:3, 2] = first.normal * (first.thickness_mm or UNKNOWN_THICKNESS_MM)
    on_grid = tuple(index in base for index in range(len(stack)))
    return StackGrid(matrix, first.size_yx, origins, on_grid)


def _base(stack: Sequence[Slice]) -> list[int]:
    """The slices that the grid is made from: one way of cutting pixels, first pixels on a line."""
    alike: list[list[int]] = []
    for index, plane in enumerate(stack):
        for group in alike:
            if lies_on_same_grid(stack[group[0]], plane):
                group.append(index)
                break
        else:
            alike.append([index])
    largest = max(alike, key=len)
    if in_plane_residual_mm([stack[index] for index in largest]) <= SAME_IN_PLANE_MM:
        return largest
    return max(_in_line(stack, largest), key=len)


def _in_line(stack: Sequence[Slice], indices: list[int]) -> list[list[int]]:
    """Groups of slices whose first pixels lie at one place within the plane."""
    groups: list[list[int]] = []
    places = {index: _in_plane_mm(stack[index], stack[indices[0]]) for index in indices}
    for index in indices:
        for group in groups:
            if np.abs(places[group[0]] - places[index]).max() <= SAME_IN_PLANE_MM:
                group.append(index)
                break
        else:
            groups.append([index])
    return groups


def _in_plane_mm(plane: Slice, reference: Slice) -> Vector:
    return np.asarray(reference.first.orientation @ plane.first.position_mm)


def in_plane_residual_mm(slices: Sequence[Slice]) -> float:
    """How far the first pixels stray from a straight line through the stack."""
    if len(slices) < 3:
        return 0.0
    along = np.array([float(slices[0].first.normal @ s.first.position_mm) for s in slices])
    design = np.stack([np.ones_like(along), along], axis=1)
    places = np.array([_in_plane_mm(plane, slices[0]) for plane in slices])
    fitted = design @ np.linalg.lstsq(design, places, rcond=None)[0]
    return float(np.abs(places - fitted).max())


def _origins_mm(stack: Sequence[Slice], base: list[int]) -> NDArray[np.float64]:
    """(Z, 3) first pixels: those of the base as they are, the others on the line through them."""
    first, last = stack[base[0]].first, stack[base[-1]].first
    normal = first.normal
    length = float(normal @ (last.position_mm - first.position_mm))
    way = (last.position_mm - first.position_mm) / length if len(base) > 1 else normal
    origins = np.empty((len(stack), 3))
    for index, plane in enumerate(stack):
        along = float(normal @ (plane.first.center_mm - first.center_mm))
        origins[index] = (
            plane.first.position_mm if index in base else first.position_mm + way * along
        )
    return origins


def onto_grid(
    image: NDArray[np.float32], plane: Slice, grid: StackGrid, z: int
) -> NDArray[np.float32]:
    """(Y, X) image of a slice at the grid's pixels, its darkest value where it does not reach."""
    if grid.on_grid[z]:
        return image
    rows, columns = np.indices(grid.size_yx)
    world = (
        grid.origins_mm[z]
        + columns[..., None] * grid.ijk_to_lps[:3, 0]
        + rows[..., None] * grid.ijk_to_lps[:3, 1]
    )
    own = plane.first
    from_first = (world - own.position_mm) @ own.orientation.T
    places = [from_first[..., 1] / own.spacing_yx_mm[0], from_first[..., 0] / own.spacing_yx_mm[1]]
    near = [np.where(np.abs(p - np.rint(p)) < 1e-2, np.rint(p), p) for p in places]
    return np.asarray(
        ndimage.map_coordinates(image, near, order=1, mode="constant", cval=float(image.min()))
    )


def in_phase(images: Sequence[NDArray[np.float32]], weights: Weights) -> list[NDArray[np.float32]]:
    """The images of a slice at the phases of a stack."""
    return [_mixed(images, parts) for parts in weights]


def _mixed(
    images: Sequence[NDArray[np.float32]], parts: tuple[tuple[int, float], ...]
) -> NDArray[np.float32]:
    if len(parts) == 1:
        return images[parts[0][0]]
    return np.asarray(sum(np.float32(weight) * images[index] for index, weight in parts))
