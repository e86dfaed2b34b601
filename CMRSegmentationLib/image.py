"""Images that carry their geometry: labels, views, grids, cine stacks and label maps.

Every array is ordered (T, Z, Y, X): frame, slice, row, column. The world is RAS+ in millimeters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.findings import Finding

FloatArray = NDArray[np.float32]
LabelArray = NDArray[np.uint8]

MINIMUM_SPACING_MM = 0.05
MAXIMUM_SPACING_MM = 100.0


class GeometryError(UserError, ValueError):
    """A grid that cannot describe a real image."""


class ImageError(UserError, ValueError):
    """Voxels that cannot be a cardiac cine."""


class Label(IntEnum):
    """The structures of a label map, numbered as in the M&Ms challenge (Campello et al. 2021)."""

    BACKGROUND = 0
    LV = 1
    MYO = 2
    RV = 3


FOREGROUND: tuple[Label, ...] = (Label.LV, Label.MYO, Label.RV)


class View(StrEnum):
    """The imaging plane of a cine: short axis, or long axis of two, three or four chambers."""

    SAX = "sax"
    LAX_2C = "lax_2c"
    LAX_3C = "lax_3c"
    LAX_4C = "lax_4c"

    @property
    def is_long_axis(self) -> bool:
        """Whether the plane holds the long axis of the left ventricle."""
        return self is not View.SAX

    @property
    def structures(self) -> tuple[Label, ...]:
        """What the plane cuts: that of two chambers misses the right ventricle."""
        return (Label.LV, Label.MYO) if self is View.LAX_2C else FOREGROUND


@dataclass(frozen=True, eq=False)
class Geometry:
    """The grid of one frame: how many voxels, and where each of them lies.

    Attributes:
        shape_zyx: slices, rows, columns.
        ijk_to_ras: 4 × 4 matrix from voxel (column i, row j, slice k) to RAS+ millimeters; it may
            be oblique and need not be orthonormal.

    Raises:
        GeometryError: if the shape is empty, the matrix is singular or not finite, or a spacing is
            absurd.
    """

    shape_zyx: tuple[int, int, int]
    ijk_to_ras: NDArray[np.float64]

    def __post_init__(self) -> None:
        matrix = np.array(self.ijk_to_ras, dtype=np.float64)
        matrix.setflags(write=False)
        object.__setattr__(self, "ijk_to_ras", matrix)
        object.__setattr__(self, "shape_zyx", tuple(int(n) for n in self.shape_zyx))
        self._check()

    def _check(self) -> None:
        if len(self.shape_zyx) != 3 or min(self.shape_zyx) < 1:
            raise GeometryError(
                f"Expected slices, rows and columns of at least 1, found {self.shape_zyx}."
            )
        if self.ijk_to_ras.shape != (4, 4) or not np.isfinite(self.ijk_to_ras).all():
            raise GeometryError("Expected a finite 4 × 4 matrix from voxels to millimeters.")
        spacing = self.spacing_zyx_mm
        if min(spacing) < MINIMUM_SPACING_MM or max(spacing) > MAXIMUM_SPACING_MM:
            raise GeometryError(
                f"Expected a voxel spacing between {MINIMUM_SPACING_MM} and "
                f"{MAXIMUM_SPACING_MM:g} mm, found {spacing[0]:g} × {spacing[1]:g} × "
                f"{spacing[2]:g} mm (z, y, x)."
            )
        if self.voxel_volume_mm3 < 1e-3 * spacing[0] * spacing[1] * spacing[2]:
            raise GeometryError(
                "The three axes of the grid lie in one plane, so voxels have no volume."
            )

    @classmethod
    def from_spacing(
        cls,
        shape_zyx: tuple[int, int, int],
        spacing_zyx_mm: tuple[float, float, float],
        origin_ras_mm: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ) -> Geometry:
        """A grid along the axes of the world, for files without orientation and for phantoms."""
        matrix = np.diag([spacing_zyx_mm[2], spacing_zyx_mm[1], spacing_zyx_mm[0], 1.0])
        matrix[:3, 3] = origin_ras_mm
        return cls(shape_zyx, matrix)

    @property
    def spacing_zyx_mm(self) -> tuple[float, float, float]:
        """Distance in mm between neighbors along the slice, row and column axes (z, y, x)."""
        column, row, slice_ = np.linalg.norm(self.ijk_to_ras[:3, :3], axis=0)
        return float(slice_), float(row), float(column)

    @property
    def voxel_volume_mm3(self) -> float:
        """Volume of a voxel in mm³: the determinant, right for oblique and sheared grids too."""
        return float(abs(np.linalg.det(self.ijk_to_ras[:3, :3])))

    @property
    def voxel_volume_ml(self) -> float:
        """Volume of a voxel in millilitres."""
        return self.voxel_volume_mm3 / 1000.0

    @property
    def pixel_area_mm2(self) -> float:
        """Area in mm² of a pixel within a slice."""
        return float(np.linalg.norm(np.cross(self.ijk_to_ras[:3, 0], self.ijk_to_ras[:3, 1])))

    @property
    def is_single_slice(self) -> bool:
        """Whether there is one slice only, which has areas and lengths but no volume."""
        return self.shape_zyx[0] == 1

    def matches(self, other: Geometry, tolerance_mm: float = 1e-3) -> bool:
        """Whether both grids have one shape and place every corner within `tolerance_mm`."""
        if self.shape_zyx != other.shape_zyx:
            return False
        far = np.array([*(n - 1 for n in reversed(self.shape_zyx)), 1.0])
        corners = np.diag(far)[:, :]
        corners[3, :] = 1.0
        return bool(np.abs((self.ijk_to_ras - other.ijk_to_ras) @ corners).max() <= tolerance_mm)


@dataclass(frozen=True)
class ImageSource:
    """The stored image that a phase of a slice was read from.

    Attributes:
        path: the file; for an image inside an archive, the archive.
        instance_uid: SOP Instance UID, empty where the file has none.
        frame_number: the image's 1-based place in its file.
        is_exact: whether the slice shows this image as it is; else it was resampled from it, or
            interpolated from it and a neighbor in time.
    """

    path: Path
    instance_uid: str
    frame_number: int = 1
    is_exact: bool = True


def _check_frame_times(times_ms: tuple[float, ...], frames: int) -> None:
    if len(times_ms) != frames:
        raise ImageError(
            f"Expected one time for each of the {frames} frames, found {len(times_ms)}."
        )
    if not np.isfinite(times_ms).all() or np.any(np.diff(times_ms) <= 0):
        raise ImageError(
            f"Expected frame times in ms that rise from frame to frame, found {times_ms}."
        )


def _check_sources(sources: tuple[tuple[ImageSource, ...], ...], shape_tz: tuple[int, ...]) -> None:
    found = {len(frame) for frame in sources}
    if len(sources) != shape_tz[0] or found != {shape_tz[1]}:
        raise ImageError(f"Expected sources for {shape_tz} frames and slices.")


@dataclass(frozen=True, eq=False)
class CineStack:
    """A cine: one or more slices over one or more cardiac phases.

    Attributes:
        array: (T, Z, Y, X) float32 intensities, finite, not constant.
        geometry: the grid that all frames share.
        frame_times_ms: time of each frame in ms after the R wave, rising; None where it is not
            known or not to be trusted.
        view: the imaging plane where the reader could determine it.
        vendor: the scanner's manufacturer where the file names it.
        findings: what the reader had to guess or leave out.
        axes: order of the file's axes, fastest first, where it is not x, y, z, t.
        sources: (T, Z) the stored image of each phase of each slice, for a cine from DICOM.

    Raises:
        ImageError: if the array is not four-dimensional, not finite or constant, or times or
            sources do not fit.
    """

    array: FloatArray
    geometry: Geometry
    frame_times_ms: tuple[float, ...] | None = None
    view: View | None = None
    vendor: str | None = None
    findings: tuple[Finding, ...] = field(default=())
    axes: str = "xyzt"
    sources: tuple[tuple[ImageSource, ...], ...] | None = None

    def __post_init__(self) -> None:
        array = np.ascontiguousarray(self.array, dtype=np.float32)
        object.__setattr__(self, "array", array)
        _check_shape(array, self.geometry)
        if not np.isfinite(array).all():
            raise ImageError("Expected finite intensities, found NaN or infinite voxels.")
        if array.min() == array.max():
            raise ImageError(
                f"Expected an image, found the same value ({array.flat[0]:g}) in every voxel."
            )
        if self.frame_times_ms is not None:
            object.__setattr__(self, "frame_times_ms", tuple(float(t) for t in self.frame_times_ms))
            _check_frame_times(self.frame_times_ms, self.frames)
        if self.sources is not None:
            _check_sources(self.sources, array.shape[:2])

    @property
    def frames(self) -> int:
        """The number of cardiac phases."""
        return int(self.array.shape[0])

    @property
    def shape_tzyx(self) -> tuple[int, int, int, int]:
        """Frames, slices, rows, columns."""
        return self.frames, *self.geometry.shape_zyx


@dataclass(frozen=True, eq=False)
class LabelMap:
    """The structures of a cine, on the grid of its images.

    Attributes:
        array: (T, Z, Y, X) uint8, values of `Label`.
        geometry: the grid that all frames share.

    Raises:
        ImageError: if the array is not four-dimensional, does not fit the grid or holds other
            values.
    """

    array: LabelArray
    geometry: Geometry

    def __post_init__(self) -> None:
        values = np.asarray(self.array)
        if values.size and (values.min() < 0 or values.max() > max(Label)):
            raise ImageError(
                f"Expected labels 0 to {int(max(Label))}, found {values.min():g} to "
                f"{values.max():g}."
            )
        if not np.issubdtype(values.dtype, np.integer) and np.any(values != np.round(values)):
            raise ImageError("Expected whole numbers as labels, found fractions.")
        object.__setattr__(self, "array", np.ascontiguousarray(values, dtype=np.uint8))
        _check_shape(self.array, self.geometry)

    @property
    def frames(self) -> int:
        """The number of cardiac phases."""
        return int(self.array.shape[0])

    @property
    def shape_tzyx(self) -> tuple[int, int, int, int]:
        """Frames, slices, rows, columns."""
        return self.frames, *self.geometry.shape_zyx

    def frames_or_all(self, frames: Sequence[int] | None) -> tuple[int, ...]:
        """The 0-based frames in their order; None stands for all of the cine's."""
        return tuple(range(self.frames)) if frames is None else tuple(sorted(set(frames)))

    def mask(self, label: Label) -> NDArray[np.bool_]:
        """(T, Z, Y, X) voxels of one structure."""
        return np.asarray(self.array == label)


def _check_shape(array: NDArray[Any], geometry: Geometry) -> None:
    if array.ndim != 4 or array.shape[0] < 1:
        raise ImageError(
            f"Expected frames, slices, rows and columns, found an array of shape {array.shape}."
        )
    if tuple(array.shape[1:]) != geometry.shape_zyx:
        raise ImageError(
            f"The array has {array.shape[1:]} voxels a frame, its geometry {geometry.shape_zyx}."
        )
