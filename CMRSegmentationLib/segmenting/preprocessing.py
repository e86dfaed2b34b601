"""From a cine to the network's input: resampling in plane, normalization, cropping, padding.

Resampling is separable and linear, so it is written as two matrix products; the matrices average
over the new pixel where the resolution falls (no aliasing) and interpolate where it rises. Both
grids share their center, which makes the result independent of mirroring and transposition.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import FloatArray

CLIP_PERCENTILES = (0.5, 99.5)
"""Intensities outside are clipped first, so that bright fat does not set the scale."""

LARGE = 1_000_000
"""Of more voxels than these, a quarter is enough to find the percentiles by."""


def resampling_matrix(n_in: int, n_out: int, step: float) -> FloatArray:
    """(n_out, n_in) weights that resample a line of pixels, `step` input pixels apart.

    A triangle of the width of the larger pixel, normalized at the borders (linear interpolation
    when the resolution rises, its anti-aliased form when it falls).
    """
    centers = (np.arange(n_out) - (n_out - 1) / 2) * step + (n_in - 1) / 2
    centers = np.clip(centers, 0, n_in - 1)
    distance = np.abs(np.arange(n_in)[None, :] - centers[:, None])
    weights = np.maximum(0.0, 1.0 - distance / max(1.0, step))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)


@dataclass(frozen=True)
class InPlaneGrid:
    """Maps slices between their native in-plane grid and the network's.

    Attributes:
        native_yx: rows and columns of the input.
        network_yx: rows and columns at the network's resolution.
        step_yx: native pixels per network pixel.
        native_spacing_yx_mm: row and column spacing of the input.
    """

    native_yx: tuple[int, int]
    network_yx: tuple[int, int]
    step_yx: tuple[float, float]
    native_spacing_yx_mm: tuple[float, float]

    @classmethod
    def between(
        cls,
        native_yx: tuple[int, int],
        native_spacing_yx_mm: tuple[float, float],
        network_spacing_mm: float,
    ) -> InPlaneGrid:
        """The grid of `network_spacing_mm` that covers the native one."""
        step_y, step_x = (network_spacing_mm / spacing for spacing in native_spacing_yx_mm)
        rows, columns = max(1, round(native_yx[0] / step_y)), max(1, round(native_yx[1] / step_x))
        return cls(native_yx, (rows, columns), (step_y, step_x), native_spacing_yx_mm)

    def to_network(self, slices: FloatArray, box: Box | None = None) -> FloatArray:
        """(N, native Y, native X) slices on `box` of the network's grid, or on all of it."""
        box = box or Box.whole(self.network_yx)
        rows = resampling_matrix(self.native_yx[0], self.network_yx[0], self.step_yx[0])
        columns = resampling_matrix(self.native_yx[1], self.network_yx[1], self.step_yx[1])
        return _resample(slices, rows[box.rows], columns[box.columns])

    def to_native(self, slices: FloatArray, box: Box, native_box: Box) -> FloatArray:
        """Slices of `box` of the network's grid, on `native_box` of the native grid."""
        rows = resampling_matrix(self.network_yx[0], self.native_yx[0], 1 / self.step_yx[0])
        columns = resampling_matrix(self.network_yx[1], self.native_yx[1], 1 / self.step_yx[1])
        rows = rows[native_box.rows, box.rows]
        columns = columns[native_box.columns, box.columns]
        return _resample(slices, rows, columns)

    @property
    def reach(self) -> int:
        """Pixels of the network's grid that are so far apart share no native pixel."""
        return math.ceil(2.0 * max(1.0, *(1.0 / step for step in self.step_yx)))

    def native_box(self, box: Box) -> Box:
        """The native pixels whose centers lie within `box` of the network grid."""
        spans = []
        for axis, (start, stop) in enumerate(((box.y0, box.y1), (box.x0, box.x1))):
            centers = (
                np.arange(self.native_yx[axis]) - (self.native_yx[axis] - 1) / 2
            ) / self.step_yx[axis]
            centers += (self.network_yx[axis] - 1) / 2
            inside = np.flatnonzero((centers >= start - 0.5) & (centers <= stop - 0.5))
            spans.append((int(inside[0]), int(inside[-1]) + 1))
        return Box(spans[0][0], spans[0][1], spans[1][0], spans[1][1])


def _resample(slices: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """Both matrix products, over the pixels that have a weight only."""
    ys, xs = np.flatnonzero(rows.any(axis=0)), np.flatnonzero(columns.any(axis=0))
    used_y, used_x = slice(ys[0], ys[-1] + 1), slice(xs[0], xs[-1] + 1)
    used = np.ascontiguousarray(slices[..., used_y, used_x])
    return np.asarray(
        np.matmul(rows[:, used_y], np.matmul(used, columns[:, used_x].T)), dtype=np.float32
    )


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels: rows y0 ≤ y < y1 and columns x0 ≤ x < x1."""

    y0: int
    y1: int
    x0: int
    x1: int

    @property
    def rows(self) -> slice:
        """The rows as an index."""
        return slice(self.y0, self.y1)

    @property
    def columns(self) -> slice:
        """The columns as an index."""
        return slice(self.x0, self.x1)

    @property
    def shape_yx(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.y1 - self.y0, self.x1 - self.x0

    def part(self, inner: Box) -> Box:
        """A box that is counted from the corner of this one."""
        return Box(self.y0 + inner.y0, self.y0 + inner.y1, self.x0 + inner.x0, self.x0 + inner.x1)

    @classmethod
    def whole(cls, shape_yx: tuple[int, int]) -> Box:
        """All pixels of an image."""
        return cls(0, shape_yx[0], 0, shape_yx[1])

    @classmethod
    def around(cls, mask_yx: NDArray[np.bool_], margin: int) -> Box:
        """The pixels of a mask with `margin` pixels on every side, within the image.

        Raises:
            ValueError: if the mask is empty.
        """
        ys, xs = np.flatnonzero(mask_yx.any(axis=1)), np.flatnonzero(mask_yx.any(axis=0))
        if not ys.size:
            raise ValueError("Expected a mask with at least one pixel.")
        rows, columns = mask_yx.shape
        return cls(
            max(0, int(ys[0]) - margin),
            min(rows, int(ys[-1]) + 1 + margin),
            max(0, int(xs[0]) - margin),
            min(columns, int(xs[-1]) + 1 + margin),
        )


def normalize(array: FloatArray) -> FloatArray:
    """Intensities clipped at `CLIP_PERCENTILES`, of zero mean and unit standard deviation.

    Empty margins (rows and columns that are zero or constant throughout) do not count, so that
    padding of the field of view changes nothing.

    Args:
        array: (..., Y, X) intensities of one frame or a whole cine.
    """
    inside = _without_margins(array)
    sample = inside[..., ::2, ::2] if inside.size > LARGE else inside
    low, high = np.percentile(sample, CLIP_PERCENTILES)
    clipped = np.clip(inside, low, high)
    scale = float(clipped.std()) or 1.0
    return np.asarray((np.clip(array, low, high) - clipped.mean()) / scale, dtype=np.float32)


def _without_margins(array: FloatArray) -> FloatArray:
    planes = array.reshape(-1, *array.shape[-2:])
    varying = np.ptp(planes, axis=0) > 0 if len(planes) > 1 else planes[0] != planes[0, 0, 0]
    if not varying.any():
        return array
    box = Box.around(varying, margin=0)
    return array[..., box.rows, box.columns]


def pad_to_multiple(slices: FloatArray, multiple: int) -> FloatArray:
    """(N, Y, X) slices padded with their edge pixels up to a multiple of `multiple` pixels."""
    rows, columns = (-n % multiple for n in slices.shape[-2:])
    return np.pad(slices, ((0, 0), (0, rows), (0, columns)), mode="edge")
