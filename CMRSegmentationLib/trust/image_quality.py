"""What the images themselves say, whatever is drawn: noise, detail and edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import FOREGROUND, FloatArray, LabelArray

Values = NDArray[np.float64]

NORMAL = 1.4826
"""Standard deviation of a normal distribution whose median absolute value is 1."""
DETAIL_PERCENTILE = 90.0
LEAST = 1e-3


def quality_rows(images: FloatArray, planes: LabelArray) -> dict[str, Values]:
    """(N, S) rows about (N, Y, X) normalized images and the labels drawn on them.

    `noise` is the standard deviation of what a pixel has that its neighbors do not (the mask of
    Immerkær 1996, doi:10.1006/cviu.1996.0060, with a median), `detail` the 90th percentile of the
    steps between neighboring pixels, in units of it, and `edge` the mean step across the outline
    of the structure, in units of the mean step. Images of fewer than 3 × 3 pixels have none of it.
    """
    if min(images.shape[1:]) < 3:
        nothing = _for_all(np.zeros(len(images)))
        return {"noise": nothing, "detail": nothing, "edge": nothing}
    noise = _noise(images)
    along = np.abs(np.diff(images, axis=1)), np.abs(np.diff(images, axis=2))
    steps = np.concatenate([one.reshape(len(images), -1) for one in along], axis=1)
    detail = np.percentile(steps, DETAIL_PERCENTILE, axis=1) / np.maximum(noise, LEAST)
    usual = np.maximum(steps.mean(axis=1), LEAST)
    edges = [_across(planes == structure, along) / usual for structure in FOREGROUND]
    return {
        "noise": _for_all(noise),
        "detail": _for_all(detail),
        "edge": np.stack(edges, axis=-1),
    }


def _noise(images: FloatArray) -> Values:
    rows = images[:, :-2] - 2.0 * images[:, 1:-1] + images[:, 2:]
    both = rows[:, :, :-2] - 2.0 * rows[:, :, 1:-1] + rows[:, :, 2:]
    return np.asarray(NORMAL / 6.0 * np.median(np.abs(both), axis=(1, 2)), dtype=np.float64)


def _across(mask: NDArray[np.bool_], along: tuple[FloatArray, FloatArray]) -> Values:
    total, count = np.zeros(len(mask)), np.zeros(len(mask))
    for axis, steps in zip((1, 2), along, strict=True):
        outline = np.diff(mask, axis=axis)
        total += np.where(outline, steps, 0.0).sum(axis=(1, 2))
        count += np.count_nonzero(outline, axis=(1, 2))
    return np.divide(total, count, out=np.zeros_like(total), where=count > 0)


def _for_all(values: Values) -> Values:
    return np.repeat(values[:, None], len(FOREGROUND), axis=1)
