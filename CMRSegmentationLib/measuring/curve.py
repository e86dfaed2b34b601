"""The volume curve of one heart beat: a cycle, so that the last frame is the neighbor of the first.

A value of NaN is a frame that was not segmented. Frames that failed are recognized here and
smoothing passes them by, so that neither can pose as end-diastole or end-systole.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FloatCurve = NDArray[np.float64]

# A window of five frames still has a right median when two neighbors failed.
WINDOW = (-2, -1, 0, 1, 2)
# Shorter curves have too few points to distinguish a failure from a fast heart.
MINIMUM_FRAMES_FOR_OUTLIERS = 10
# How far an extreme may depart from its running median, in stroke volumes: 0.4 from 30 frames on.
# With fewer frames the sharp end of diastole, after the atrial kick, spans less than a frame and is
# lost in the median: 12 / T.
OUTLIER_FRACTION_OF_STROKE = 0.4
OUTLIER_FRACTION_OF_STROKE_TIMES_FRAMES = 12.0
# Below this a departure is noise of the contours (inter-reader SD of the EDV is about 10 %),
# whatever the stroke.
OUTLIER_FRACTION_OF_VOLUME = 0.15
# A frame that lost three quarters of its neighbors' volume has failed, even next to a nearly
# emptied end-systole. In a short curve, where neighbors are far apart in time, and where they lead
# down to the frame, as to the end of a strong ejection, only one that lost practically all of it.
COLLAPSED_FRACTION = 0.25
VANISHED_FRACTION = 0.05
MINIMUM_FRAMES_FOR_COLLAPSE = 3
# Keeps a curve of zeros from being divided by zero.
NOTHING_ML = 1e-9
# More failures than this are no exceptions.
MAXIMUM_OUTLIERS = 1 / 4
# Half width of the smoothing triangle: three frames of 25, with weights 1, 2, 3, 2, 1. On simulated
# beats of 20 and 30 frames, EF 25 and 60 %, noise of 1 and 2 % of the EDV, end-diastole is more
# than 1.5 frames off in 3 % of the beats (9 % at a width of 0.08) and end-systole in none; wider
# still, a sharp end-systole is displaced.
SMOOTHING_SHARE_OF_BEAT = 0.12


def _around(curve: FloatCurve, offsets: tuple[int, ...]) -> FloatCurve:
    """(len(offsets), T) values at cyclic distances from each frame."""
    return np.stack([np.roll(curve, -offset) for offset in offsets])


def running_median(curve: FloatCurve) -> FloatCurve:
    """(T,) median of each frame and the two on either side, without NaN; NaN if all are NaN."""
    values = np.sort(_around(curve, WINDOW), axis=0)  # NaN sorts last
    counts = np.isfinite(values).sum(axis=0)
    frames = np.arange(len(curve))
    lower = values[np.maximum(counts - 1, 0) // 2, frames]
    upper = values[np.minimum(counts // 2, len(WINDOW) - 1), frames]
    return np.asarray(np.where(counts % 2 == 1, lower, (lower + upper) / 2.0))


def outlier_frames(curve: FloatCurve) -> NDArray[np.bool_]:
    """(T,) frames whose value fits neither neighbor: a collapse to nothing, or a spike.

    The worst is taken out first and the rest judged anew, so that a failure does not discredit its
    neighbors. A frame that was not segmented (NaN) is never an outlier. With fewer than
    `MINIMUM_FRAMES_FOR_OUTLIERS` values only a collapse is recognized, with fewer than
    `MINIMUM_FRAMES_FOR_COLLAPSE` nothing is.
    """
    count = int(np.isfinite(curve).sum())
    rest, outliers = curve.copy(), np.zeros(len(curve), dtype=np.bool_)
    if count < MINIMUM_FRAMES_FOR_COLLAPSE:
        return outliers
    for _ in range(max(1, round(count * MAXIMUM_OUTLIERS))):
        misfit = _misfit(rest)
        worst = int(np.nanargmax(misfit))
        if misfit[worst] <= 1.0:
            break
        rest[worst], outliers[worst] = np.nan, True
    return outliers


def _misfit(curve: FloatCurve) -> FloatCurve:
    """(T,) departure from the running median, above 1 where it is too much; NaN stays NaN."""
    median = running_median(curve)
    if np.isfinite(curve).sum() < MINIMUM_FRAMES_FOR_OUTLIERS:
        collapsed = curve < VANISHED_FRACTION * median
        return np.where(np.isfinite(curve), np.where(collapsed, 2.0, 0.0), np.nan)
    stroke = float(np.nanmax(median) - np.nanmin(median))
    share = max(OUTLIER_FRACTION_OF_STROKE, OUTLIER_FRACTION_OF_STROKE_TIMES_FRAMES / len(curve))
    tolerance = max(share * stroke, OUTLIER_FRACTION_OF_VOLUME * float(np.nanmedian(median)))
    departure = np.abs(curve - median) / max(tolerance, NOTHING_ML)
    fraction = np.where(_is_led_down_to(curve), VANISHED_FRACTION, COLLAPSED_FRACTION)
    return np.asarray(departure + (curve < fraction * median))


def _is_led_down_to(curve: FloatCurve) -> NDArray[np.bool_]:
    """(T,) frames that lie on either side no deeper below a neighbor than it below the next one."""
    two_before, before, after, two_after = _around(curve, (-2, -1, 1, 2))
    left = before - curve <= two_before - before
    return np.asarray(left & (after - curve <= two_after - after))


def smooth(curve: FloatCurve) -> FloatCurve:
    """(T,) cyclic smoothing with triangular weights, NaN left out; NaN stays NaN.

    The weights fall to zero over 12 % of the beat: 1, 2, 3, 2, 1 for 25 frames, none for 9 or
    fewer. Frames count by their true distance: values far apart, as when only end-diastole and
    end-systole were segmented, do not mix.
    """
    half_width = max(1.0, SMOOTHING_SHARE_OF_BEAT * len(curve))
    segmented = np.isfinite(curve)
    if segmented.sum() < MINIMUM_FRAMES_FOR_OUTLIERS:
        return curve.copy()
    reach = math.ceil(half_width) - 1
    offsets = tuple(range(-reach, reach + 1))
    weights = 1.0 - np.abs(np.array(offsets, dtype=np.float64)[:, np.newaxis]) / half_width
    weights = weights * _around(segmented.astype(np.float64), offsets)
    smoothed = (weights * np.nan_to_num(_around(curve, offsets))).sum(axis=0) / np.maximum(
        weights.sum(axis=0), 1.0
    )
    return np.where(segmented, smoothed, np.nan)
