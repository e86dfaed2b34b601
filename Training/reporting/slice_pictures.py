"""Slices as pictures: rendered with contours, side by side in a mosaic, and as a cine in a GIF."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from CMRSegmentationLib.image import CineStack, ImageError, Label, LabelMap
from CMRSegmentationLib.palette import COLORS
from CMRSegmentationLib.whole_files import write_whole

Voxel = TypeVar("Voxel", bound=np.generic)

OUTLINE_ORDER = (Label.MYO, Label.RV, Label.LV)
"""The wall first, so that its inner outline does not hide that of the blood pool."""

WINDOW_PERCENTILES = (1.0, 99.5)
SECONDS_PER_CYCLE = 1.0
"""How long a cine without frame times takes to play."""

GIF_DOTS_PER_INCH = 100
MAXIMUM_GIF_BYTES = 2_000_000
MINIMUM_GIF_PX = 160


def render_slice(
    axes: Axes,
    image: NDArray[np.float32],
    labels: NDArray[np.uint8] | None = None,
    *,
    aspect: float | Literal["auto"] = 1.0,
    window: tuple[float, float] | None = None,
    linestyle: str = "solid",
) -> None:
    """Renders a (Y, X) slice in gray, and the outlines of its structures if labels are given.

    Args:
        axes: where to render; its ticks are removed.
        image: intensities.
        labels: (Y, X) values of `Label`, or None.
        aspect: height of a pixel over its width, or "auto" to fill the axes.
        window: intensities of black and white; by percentiles of the image if None.
        linestyle: of the outlines.
    """
    low, high = window or intensity_window(image)
    axes.imshow(image, cmap="gray", vmin=low, vmax=high, aspect=aspect, interpolation="nearest")
    axes.set_axis_off()
    if labels is not None:
        render_outlines(axes, labels, linestyle=linestyle)


def render_outlines(
    axes: Axes, labels: NDArray[np.uint8], *, linestyle: str = "solid", width: float = 1.0
) -> None:
    """Adds the outline of every structure of a (Y, X) label map to a rendered slice."""
    for label in OUTLINE_ORDER:
        mask = labels == label
        if mask.any() and not mask.all():
            axes.contour(
                mask,
                levels=[0.5],
                colors=[COLORS[label]],
                linewidths=[width],
                linestyles=[linestyle],
            )


def intensity_window(image: NDArray[np.float32]) -> tuple[float, float]:
    """Intensities to show as black and white: the 1st and 99.5th percentile, never the same."""
    low, high = np.percentile(image, WINDOW_PERCENTILES)
    return float(low), float(high) if high > low else float(low) + 1.0


def mosaic(volume: NDArray[Voxel], columns: int | None = None) -> NDArray[Voxel]:
    """(Z, Y, X) slices side by side in one (rows · Y, columns · X) image; empty places are zero.

    Args:
        volume: the slices, first at the upper left, row by row.
        columns: slices in a row; as square as can be if None.
    """
    slices, height, width = volume.shape
    columns = columns or math.ceil(math.sqrt(slices))
    rows = math.ceil(slices / columns)
    grid = np.zeros((rows * columns, height, width), dtype=volume.dtype)
    grid[:slices] = volume
    return (
        grid.reshape(rows, columns, height, width)
        .swapaxes(1, 2)
        .reshape(rows * height, columns * width)
    )


def write_cine_gif(
    path: Path,
    cine: CineStack,
    labels: LabelMap | None = None,
    *,
    phases: Mapping[int, str] | None = None,
    largest_px: int = 800,
) -> None:
    """Writes a cine as an endless GIF, all slices of a frame side by side.

    Outlines are rendered if labels are given.

    Frames last as long as their times say, or share one second. Each says its number, from 1, and
    its phase. The larger side has `largest_px` pixels, or fewer, so that the file stays under
    `MAXIMUM_GIF_BYTES`.

    Args:
        path: of the file.
        cine: the images.
        labels: values of `Label` on the same grid, or None.
        phases: 0-based frame → its name, such as "ED"; by the largest and the smallest LV of the
            labels if None.
        largest_px: pixels of the larger side.

    Raises:
        ImageError: if the labels have another shape than the cine.
    """
    if labels is not None and labels.array.shape != cine.array.shape:
        raise ImageError(
            f"The cine is {cine.array.shape} (t, z, y, x), its labels are {labels.array.shape}."
        )
    named = phases if phases is not None else phases_of(labels)
    data = _gif(cine, labels, named, largest_px)
    while len(data) > MAXIMUM_GIF_BYTES and largest_px > MINIMUM_GIF_PX:
        shrunk = largest_px * math.sqrt(MAXIMUM_GIF_BYTES / len(data)) * 0.95
        largest_px = max(MINIMUM_GIF_PX, int(shrunk))
        data = _gif(cine, labels, named, largest_px)
    write_whole(path, data)


def phases_of(labels: LabelMap | None) -> dict[int, str]:
    """The frames of the largest and of the smallest blood pool of the LV, if they differ."""
    if labels is None or len(labels.array) < 2:
        return {}
    pool = (labels.array == Label.LV).sum(axis=(1, 2, 3))
    if pool.max() == pool.min():
        return {}
    return {int(pool.argmax()): "ED", int(pool.argmin()): "ES"}


def _gif(
    cine: CineStack, labels: LabelMap | None, phases: Mapping[int, str], largest_px: int
) -> bytes:
    window = intensity_window(cine.array)
    frames = [
        _gif_frame(
            mosaic(cine.array[t]),
            None if labels is None else mosaic(labels.array[t]),
            _size_in(cine, largest_px),
            window,
            f"{t + 1} / {cine.frames} {phases.get(t, '')}".rstrip(),
        )
        for t in range(cine.frames)
    ]
    buffer = io.BytesIO()
    frames[0].save(
        buffer,
        "GIF",
        save_all=True,
        append_images=frames[1:],
        duration=_durations_ms(cine),
        loop=0,
    )
    return buffer.getvalue()


def _size_in(cine: CineStack, largest_px: int) -> tuple[float, float]:
    """Width and height of the figure in inches, in the mosaic's proportions in mm."""
    rows, columns = mosaic(cine.array[0]).shape
    _, spacing_y, spacing_x = cine.geometry.spacing_zyx_mm
    scale = largest_px / GIF_DOTS_PER_INCH / max(rows * spacing_y, columns * spacing_x)
    return columns * spacing_x * scale, rows * spacing_y * scale


def _gif_frame(
    image: NDArray[np.float32],
    labels: NDArray[np.uint8] | None,
    size_in: tuple[float, float],
    window: tuple[float, float],
    text: str,
) -> Image.Image:
    figure = Figure(figsize=size_in, dpi=GIF_DOTS_PER_INCH)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    render_slice(axes, image, labels, aspect="auto", window=window)
    axes.text(0.01, 0.99, text, transform=axes.transAxes, color="yellow", va="top", fontsize=9)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="rgba", dpi="figure")
    return (
        Image.frombytes("RGBA", canvas.get_width_height(), buffer.getvalue())
        .convert("RGB")
        .quantize(colors=128)
    )


def _durations_ms(cine: CineStack) -> list[int]:
    """How long each frame is shown, in ms, at least the 20 ms that viewers honor."""
    if cine.frame_times_ms is None or cine.frames < 2:
        return [max(20, round(1000 * SECONDS_PER_CYCLE / cine.frames))] * cine.frames
    steps = np.diff(cine.frame_times_ms)
    return [max(20, round(float(step))) for step in (*steps, steps.mean())]
