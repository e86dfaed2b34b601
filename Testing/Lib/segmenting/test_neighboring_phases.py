import numpy as np
import pytest

from CMRSegmentationLib.segmenting.neighboring_phases import MINIMUM_PHASES, average_with_neighbors


def test_a_phase_is_averaged_one_to_two_to_one_around_the_cycle():
    probabilities = np.zeros((MINIMUM_PHASES, 1), np.float32)
    probabilities[0], probabilities[5] = 1.0, 0.8
    expected = np.zeros(MINIMUM_PHASES)
    expected[[-1, 0, 1]] = 0.25, 0.5, 0.25
    expected[[4, 5, 6]] = 0.2, 0.4, 0.2
    np.testing.assert_allclose(average_with_neighbors(probabilities)[:, 0], expected, atol=1e-7)


def test_what_does_not_change_stays():
    still = np.full((20, 2, 3), 0.7, np.float32)
    np.testing.assert_allclose(average_with_neighbors(still), still, rtol=1e-6)


def test_of_a_change_once_in_25_phases_98_percent_are_kept():
    """(1 + cos(2π / 25)) / 2 of the amplitude."""
    wave = np.cos(2 * np.pi * np.arange(25) / 25).astype(np.float32)
    assert average_with_neighbors(wave)[0] == pytest.approx(0.984, abs=5e-4)


def test_which_phase_comes_first_does_not_matter():
    values = np.random.default_rng(0).uniform(size=(20, 4)).astype(np.float32)
    np.testing.assert_array_equal(
        np.roll(average_with_neighbors(values), 7, 0), average_with_neighbors(np.roll(values, 7, 0))
    )


def test_a_few_phases_stay_as_they_are():
    few = np.random.default_rng(0).uniform(size=(MINIMUM_PHASES - 1, 4)).astype(np.float32)
    assert average_with_neighbors(few) is few
