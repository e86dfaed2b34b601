"""The volume curve of one heart beat: a cycle, so that the last frame is the neighbor of the first.

A value of NaN is a frame that was not segmented. Frames that failed are recognized here and smoothing passes them
by, so that neither can pose as end-diastole or end-systole.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatCurve = NDArray[np.float64]

# A window of five frames still has a right median when two neighbors failed.
WINDOW = (-2, -1, 0, 1, 2)
# Shorter curves hold too few points to tell a failure from a fast heart: of a cosine over 8 frames the extreme
# already differs by 20 % of the stroke from the median of its window.
MINIMUM_FRAMES_FOR_OUTLIERS = 8
# Between neighbors that agree, a beat sampled with 20 to 30 frames departs from its running median by up to 15 % of
# the stroke volume (at a sharp end-systole); a failed frame by more than 40 %.
OUTLIER_FRACTION_OF_STROKE = 0.4
# Below this a departure is noise of the contours (inter-reader SD of the EDV is about 10 %), whatever the stroke.
OUTLIER_FRACTION_OF_VOLUME = 0.15
# A frame that lost three quarters of its neighbors' volume has failed, even next to a nearly emptied end-systole. In a
# short curve, where neighbors are far apart in time, only a frame that lost practically all of it.
COLLAPSED_FRACTION = 0.25
COLLAPSED_FRACTION_OF_SHORT_CURVE = 0.05
MINIMUM_FRAMES_FOR_COLLAPSE = 3
# One neighbor on each side for up to 37 frames, two for 38 to 62: a smoothing of about 1/25 of the beat.
FRAMES_PER_NEIGHBOR = 25


def _around(curve: FloatCurve, offsets: tuple[int, ...]) -> FloatCurve:
    """(len(offsets), T) values at cyclic distances from each frame."""
    return np.stack([np.roll(curve, -offset) for offset in offsets])


def running_median(curve: FloatCurve) -> FloatCurve:
    """(T,) median of each frame and the two on either side, over the frames that have a value; NaN if none has."""
    values = np.sort(_around(curve, WINDOW), axis=0)  # NaN sorts last
    counts = np.isfinite(values).sum(axis=0)
    frames = np.arange(len(curve))
    lower = values[np.maximum(counts - 1, 0) // 2, frames]
    upper = values[np.minimum(counts // 2, len(WINDOW) - 1), frames]
    return np.asarray(np.where(counts % 2 == 1, lower, (lower + upper) / 2.0))


def outlier_frames(curve: FloatCurve) -> NDArray[np.bool_]:
    """(T,) frames whose value does not fit the neighbors on both sides: a collapse to nothing, or a spike.

    A frame that was not segmented (NaN) is never an outlier. With fewer than `MINIMUM_FRAMES_FOR_OUTLIERS` values
    only a collapse is recognized, with fewer than `MINIMUM_FRAMES_FOR_COLLAPSE` nothing is.
    """
    count = int(np.isfinite(curve).sum())
    if count < MINIMUM_FRAMES_FOR_COLLAPSE:
        return np.zeros(len(curve), dtype=np.bool_)
    median = running_median(curve)
    if count < MINIMUM_FRAMES_FOR_OUTLIERS:
        return np.asarray(curve < COLLAPSED_FRACTION_OF_SHORT_CURVE * median)
    stroke = np.nanmax(median) - np.nanmin(median)
    tolerance = max(OUTLIER_FRACTION_OF_STROKE * stroke, OUTLIER_FRACTION_OF_VOLUME * float(np.nanmedian(median)))
    return np.asarray((np.abs(curve - median) > tolerance) | (curve < COLLAPSED_FRACTION * median))


def smooth(curve: FloatCurve) -> FloatCurve:
    """(T,) cyclic smoothing with triangular weights, over the frames that have a value; NaN stays NaN.

    The kernel spans about 1/25 of the beat on each side, so that the minimum keeps its place. Frames are weighted
    by their true distance: values far apart, as when only end-diastole and end-systole were segmented, do not mix.
    """
    segmented = np.isfinite(curve)
    if segmented.sum() < MINIMUM_FRAMES_FOR_OUTLIERS:
        return curve.copy()
    reach = max(1, round(len(curve) / FRAMES_PER_NEIGHBOR))
    offsets = tuple(range(-reach, reach + 1))
    weights = np.array([reach + 1 - abs(offset) for offset in offsets], dtype=np.float64)[:, np.newaxis]
    present = _around(segmented.astype(np.float64), offsets)
    values = np.nan_to_num(_around(curve, offsets))
    smoothed = (weights * present * values).sum(axis=0) / np.maximum((weights * present).sum(axis=0), 1.0)
    return np.where(segmented, smoothed, np.nan)
