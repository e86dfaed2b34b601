"""Rates of curves whose slopes are known, and what the smoothing does to them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from CMRSegmentationLib.measuring.rates import cycle_of, derivative, peak_rates, volume_rates

FRAMES = 30
TIMES_MS = tuple(float(t) for t in np.arange(FRAMES) * 900.0 / FRAMES)
SHARE = np.arange(FRAMES) / FRAMES


def smoothstep(x: np.ndarray) -> np.ndarray:
    x = np.clip(x, 0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)


def beat(share: np.ndarray, early: float = 0.7) -> np.ndarray:
    """140 → 60 ml until 35 % of the beat, most of it back by 60 %, the rest at its end."""
    out = smoothstep(share / 0.35)
    into = early * smoothstep((share - 0.35) / 0.25) + (1 - early) * smoothstep(
        (share - 0.85) / 0.14
    )
    return 140.0 - 80.0 * (out - into)


def test_a_cosine_keeps_its_slope_within_1_percent():
    volumes = 100.0 + 40.0 * np.cos(2.0 * np.pi * SHARE)
    rates = volume_rates(volumes, TIMES_MS, 0, FRAMES // 2)
    assert rates is not None
    expected = 40.0 * 2.0 * math.pi / 0.9
    assert rates.ejection_ml_s == pytest.approx(expected, rel=0.01)
    assert rates.filling_ml_s == pytest.approx(expected, rel=0.01)
    assert rates.time_to_ejection_ms == pytest.approx(225.0, abs=5.0)
    assert rates.time_to_filling_ms == pytest.approx(225.0, abs=5.0)
    assert rates.atrial_share_percent is None


def test_a_beat_with_diastasis_has_its_rates_within_10_percent_and_its_atrial_share():
    """The steepest slope of a smoothstep is 1.5 times its mean."""
    rates = volume_rates(beat(SHARE), TIMES_MS, 0, round(0.35 * FRAMES))
    assert rates is not None
    assert rates.ejection_ml_s == pytest.approx(1.5 * 80.0 / (0.35 * 0.9), rel=0.1)
    assert rates.filling_ml_s == pytest.approx(1.5 * 0.7 * 80.0 / (0.25 * 0.9), rel=0.1)
    assert rates.atrial_share_percent == pytest.approx(30.0, abs=4.0)
    assert rates.time_to_filling_ms == pytest.approx(0.125 * 900.0, abs=20.0)


@pytest.mark.parametrize("shift", [0, 7, 20])
def test_the_first_frame_may_be_any_of_the_beat(shift: int):
    whole = volume_rates(beat(SHARE), TIMES_MS, 0, 10)
    rolled = volume_rates(np.roll(beat(SHARE), shift), TIMES_MS, shift, (10 + shift) % FRAMES)
    assert whole is not None
    assert rolled is not None
    assert rolled.filling_ml_s == pytest.approx(whole.filling_ml_s, rel=1e-6)
    assert rolled.time_to_ejection_ms == pytest.approx(whole.time_to_ejection_ms)


def test_noise_of_1_percent_changes_the_filling_rate_by_less_than_20_percent():
    random = np.random.default_rng(3)
    true = 1.5 * 0.7 * 80.0 / (0.25 * 0.9)
    for _ in range(20):
        noisy = beat(SHARE) + random.normal(0.0, 1.4, FRAMES)
        rates = volume_rates(noisy, TIMES_MS, 0, 10)
        assert rates is not None
        assert rates.filling_ml_s == pytest.approx(true, rel=0.2)


@pytest.mark.parametrize(
    ("times", "volumes", "es"),
    [
        (None, beat(SHARE), 10),
        (TIMES_MS, beat(SHARE), None),
        (TIMES_MS, np.where(SHARE == 0.5, np.nan, beat(SHARE)), 10),
        (TIMES_MS[:8], beat(SHARE)[:8], 3),
        ((*TIMES_MS[:-1], TIMES_MS[-1] + 300.0), beat(SHARE), 10),
    ],
    ids=["no times", "one phase", "a frame missing", "too few frames", "uneven times"],
)
def test_what_has_no_rate_is_left_out(times, volumes, es):
    assert volume_rates(volumes, times, 0, es) is None


def test_the_beat_lasts_one_step_longer_than_its_last_frame():
    assert cycle_of(TIMES_MS) == pytest.approx(0.9)


def test_values_are_those_of_the_curve():
    curve = 3.0 + np.sin(2.0 * np.pi * SHARE)
    values, slope = derivative(curve, 0.9)
    np.testing.assert_allclose(values[::20], curve, atol=0.01)
    assert slope[0] == pytest.approx(2.0 * math.pi / 0.9, rel=0.01)


def test_strain_rates_have_the_sign_of_shortening_and_of_relaxing():
    strain = -20.0 * (1.0 - np.cos(2.0 * np.pi * SHARE)) / 2.0
    rates = peak_rates(strain, TIMES_MS, 0, FRAMES // 2)
    expected = 0.1 * 2.0 * math.pi / 0.9
    assert rates == pytest.approx((-expected, expected), rel=0.01)
    thickening = peak_rates(-strain, TIMES_MS, 0, FRAMES // 2)
    assert thickening == pytest.approx((expected, -expected), rel=0.01)
    assert peak_rates(strain, None, 0, 15) is None
