"""The beating heart with its contours as an animated GIF."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from CMRSegmentationLib.image import CineStack, Label, LabelMap
from CMRSegmentationLib.palette import COLORS, rgb_of
from CMRSegmentationLib.reporting.overview import chosen_slices, heart_window
from CMRSegmentationWeb.images import gray_bytes

SIDE_PIXELS = 360
SHORTEST_FRAME_MS, USUAL_FRAME_MS = 20, 40
"""Browsers slow down frames shorter than 20 ms; 40 ms where the times are not known."""
OUTLINES = ((Label.RV, (Label.RV,)), (Label.MYO, (Label.LV, Label.MYO)), (Label.LV, (Label.LV,)))
"""The color of each outline and what it surrounds."""


def animation(stack: CineStack, labels: LabelMap, slice_: int) -> bytes:
    """A GIF of one slice over all frames, around the heart, at its true rate.

    Args:
        stack: the images.
        labels: the structures, on the same grid.
        slice_: 0-based slice.
    """
    frames = [Image.fromarray(picture) for picture in _pictures(stack, labels, slice_)]
    content = io.BytesIO()
    frames[0].save(
        content,
        format="GIF",
        save_all=True,
        append_images=frames[1:],
        duration=frame_duration_ms(stack),
        loop=0,
    )
    return content.getvalue()


def middle_slice(labels: LabelMap, ed_frame: int) -> int:
    """A slice in the middle of the left ventricle."""
    slices = chosen_slices(labels, ed_frame, None)
    return slices[len(slices) // 2][1]


def frame_duration_ms(stack: CineStack) -> int:
    """How long a frame is shown, in whole 10 ms as GIF has them."""
    times = stack.frame_times_ms
    step = USUAL_FRAME_MS if times is None or len(times) < 2 else float(np.diff(times).mean())
    return max(SHORTEST_FRAME_MS, 10 * round(step / 10))


def _pictures(stack: CineStack, labels: LabelMap, slice_: int) -> Iterator[NDArray[np.uint8]]:
    """(T) pictures of (Y, X, 3) enlarged to square pixels."""
    rows, columns = heart_window(labels)
    gray = gray_bytes(stack)[:, slice_, rows, columns]
    drawn = labels.array[:, slice_, rows, columns]
    _, row_mm, column_mm = stack.geometry.spacing_zyx_mm
    height_mm, width_mm = gray.shape[1] * row_mm, gray.shape[2] * column_mm
    scale = SIDE_PIXELS / max(height_mm, width_mm)
    zoom = (scale * row_mm, scale * column_mm)
    for image, structures in zip(gray, drawn, strict=True):
        enlarged = np.clip(ndimage.zoom(image.astype(np.float32), zoom, order=1), 0, 255)
        picture = np.repeat(enlarged.astype(np.uint8)[..., None], 3, axis=2)
        for label, inside in OUTLINES:
            picture[_outline(np.isin(structures, inside), zoom)] = rgb_of(COLORS[label])
        yield picture


def _outline(mask: NDArray[np.bool_], zoom: tuple[float, float]) -> NDArray[np.bool_]:
    """The border, two pixels wide, of an enlarged mask."""
    enlarged = ndimage.zoom(mask.astype(np.float32), zoom, order=1) >= 0.5
    return np.asarray(enlarged & ~ndimage.binary_erosion(enlarged, iterations=2))
