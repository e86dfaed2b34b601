"""Outliers and smoothing of a cyclic volume curve, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from CMRSegmentationLib.measuring.curve import outlier_frames, running_median, smooth

BEAT = np.array([120.0, 112, 95, 74, 58, 50, 48, 52, 62, 76, 90, 102, 110, 116])


def test_the_median_of_five_frames_wraps_around_the_beat():
    curve = np.array([10.0, 20, 30, 40, 50, 60])
    # Frame 0 sees 50, 60, 10, 20, 30; frame 5 sees 40, 50, 60, 10, 20.
    np.testing.assert_allclose(running_median(curve), [30, 30, 30, 40, 40, 40])


def test_the_median_leaves_out_frames_without_a_value_and_is_nan_where_there_is_none():
    curve = np.array([10.0, np.nan, 30, 40, np.nan, np.nan, np.nan, np.nan, np.nan])
    medians = running_median(curve)
    assert medians[1] == 30.0  # of 10, 30, 40
    assert medians[0] == 20.0  # of 10, 30: their mean
    assert np.isnan(medians[6])


def test_a_plausible_beat_has_no_outlier():
    assert not outlier_frames(BEAT).any()


@pytest.mark.parametrize("frame", range(len(BEAT)))
@pytest.mark.parametrize("value", [0.0, 230.0])
def test_a_frame_that_is_empty_or_doubled_is_an_outlier_wherever_it_lies(frame: int, value: float):
    curve = BEAT.copy()
    curve[frame] = value
    assert np.flatnonzero(outlier_frames(curve)).tolist() == [frame]


def test_two_neighboring_failures_are_both_outliers():
    curve = BEAT.copy()
    curve[[10, 11]] = 0.0
    assert np.flatnonzero(outlier_frames(curve)).tolist() == [10, 11]


def test_a_short_curve_has_only_collapses_as_outliers():
    assert np.flatnonzero(outlier_frames(np.array([100.0, 60, 50, 0, 80]))).tolist() == [3]
    assert not outlier_frames(np.array([100.0, 60, 20, 60, 300])).any()
    beat_of_9 = np.array([100.0, 99, 98, 40, 55, 70, 90, 95, 300])
    assert not outlier_frames(beat_of_9).any()
    beat_of_10 = np.array([100.0, 99, 98, 40, 55, 70, 90, 95, 300, 99])
    assert np.flatnonzero(outlier_frames(beat_of_10)).tolist() == [8]


def test_the_sharp_end_systole_of_8_phases_is_no_outlier():
    assert not outlier_frames(np.array([120.0, 98, 57, 51, 82, 102, 102, 104])).any()


@pytest.mark.parametrize("shift", [0, 5, 8])
def test_a_deep_end_systole_that_its_neighbors_lead_down_to_is_no_outlier(shift: int):
    """60 to 25 ml and then 25 to 6; 60 to 20 ml and then 20 to 6: less than a quarter of 25 ml."""
    curve = np.array([100.0, 60, 25, 6, 20, 60, 75, 80, 82, 88])
    assert not outlier_frames(np.roll(curve, shift)).any()


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_nearly_nothing_is_an_outlier_even_where_its_neighbors_lead_down_to_it(value: float):
    curve = np.array([100.0, 60, 25, value, 20, 60, 75, 80, 82, 88])
    assert np.flatnonzero(outlier_frames(curve)).tolist() == [3]


def test_a_minimum_far_below_where_its_neighbors_lead_is_an_outlier():
    """58 to 50 ml leads to 42 and 62 to 52 to 42, not to 10."""
    curve = BEAT.copy()
    curve[6] = 10.0
    assert np.flatnonzero(outlier_frames(curve)).tolist() == [6]


def test_two_values_are_never_outliers():
    assert not outlier_frames(np.array([100.0, 0.0])).any()


def test_an_empty_heart_has_no_outliers():
    assert not outlier_frames(np.zeros(20)).any()


def test_a_beat_of_25_is_smoothed_with_weights_1_2_3_2_1_across_the_end():
    curve = np.zeros(25)
    curve[[0, 23]] = 9.0, 18.0
    expected = np.zeros(25)
    expected[[21, 22, 23, 24, 0, 1, 2]] = 2.0, 4.0, 6.0 + 1.0, 4.0 + 2.0, 2.0 + 3.0, 2.0, 1.0
    np.testing.assert_allclose(smooth(curve), expected)


def test_smoothing_reaches_five_frames_in_a_beat_of_50():
    curve = np.zeros(50)
    curve[10] = 36.0
    np.testing.assert_allclose(
        smooth(curve)[4:17], [0, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 0], atol=1e-12
    )


def test_a_beat_of_20_is_smoothed_less():
    curve = np.zeros(20)
    curve[5] = 30.0
    # Half width 2.4 frames: weights 1, 7/12 and 1/6, their sum 5/2.
    np.testing.assert_allclose(smooth(curve)[2:9], [0, 2, 7, 12, 7, 2, 0], atol=1e-12)


def test_smoothing_ignores_missing_neighbors_and_keeps_missing_frames_missing():
    curve = np.full(25, 2.0)
    curve[:2] = 8.0, np.nan
    smoothed = smooth(curve)
    assert np.isnan(smoothed[1])
    assert smoothed[0] == pytest.approx((3 * 8 + 2 * 2 + 2 + 2) / 7)
    assert smoothed[2] == pytest.approx((8 + 3 * 2 + 2 * 2 + 2) / 7)
    assert smoothed[4] == 2.0


def test_a_short_curve_is_not_smoothed():
    np.testing.assert_array_equal(smooth(np.array([100.0, 60, 50, 80])), [100, 60, 50, 80])
    np.testing.assert_array_equal(smooth(BEAT[:8]), BEAT[:8])
