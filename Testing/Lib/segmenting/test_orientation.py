"""The common orientation: the same slices, however they are stored."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from CMRSegmentationLib.segmenting.orientation import Orientation, common_orientation

EVERY = [Orientation(*flags) for flags in itertools.product((False, True), repeat=3)]


def blob(rows: int = 12, columns: int = 20) -> np.ndarray:
    """(2, 3, Y, X) dark image with one bright pixel up left of the center."""
    array = np.ones((2, 3, rows, columns), np.float32)
    array[:, :, 3, 2] = 9.0
    return array


@pytest.mark.parametrize("orientation", EVERY, ids=str)
def test_what_is_applied_can_be_undone(orientation):
    array = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    np.testing.assert_array_equal(orientation.undo(orientation.apply(array)), array)


@pytest.mark.parametrize("stored", EVERY, ids=str)
def test_all_eight_ways_to_store_the_slices_come_to_the_same_array(stored):
    spacing = (1.5, 1.2)
    expected = common_orientation(blob(), spacing).apply(blob())
    array = stored.apply(blob())
    found = common_orientation(array, stored.pair(spacing)).apply(array)
    np.testing.assert_array_equal(found, expected)


def test_the_center_of_brightness_comes_to_lie_right_and_below():
    orientation = common_orientation(blob(), (1.5, 1.2))
    # The bright pixel is 2.5 rows of 1.5 mm above and 7.5 columns of 1.2 mm left of the center.
    assert orientation == Orientation(mirror_y=True, mirror_x=True, transpose=False)
    assert (orientation.apply(blob())[0, 0, 8, 17], blob()[0, 0, 3, 2]) == (9.0, 9.0)


def test_distances_count_in_mm_not_in_pixels():
    # 2.5 rows of 4 mm are farther than 7.5 columns of 1.2 mm.
    assert common_orientation(blob(), (4.0, 1.2)).transpose


def test_a_pair_follows_the_transposition():
    assert Orientation(False, True, True).pair((1.5, 1.2)) == (1.2, 1.5)
    assert Orientation(True, True, False).pair((1.5, 1.2)) == (1.5, 1.2)
