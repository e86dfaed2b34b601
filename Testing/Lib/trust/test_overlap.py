import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.trust.overlap import MAXIMUM_DISTANCE_MM, dice_by_slice, distance_by_slice


@pytest.fixture
def pair():
    one, two = np.zeros((2, 2, 12, 12), np.uint8)
    one[0, 2:6, 2:6] = Label.LV
    two[0, 2:6, 4:8] = Label.LV  # half of it, two pixels aside
    one[1, 0:2, 0:2] = Label.RV
    return one, two


def test_half_of_a_structure_shared_is_a_dice_of_a_half(pair):
    assert dice_by_slice(*pair).tolist() == [[0.5, 1.0, 1.0], [1.0, 1.0, 0.0]]


def test_two_pixels_of_1_75_mm_aside_are_3_5_mm(pair):
    distances = distance_by_slice(*pair, 1.75)
    assert distances[0].tolist() == [3.5, 0.0, 0.0]


def test_a_structure_that_one_of_them_lacks_is_as_far_as_can_be(pair):
    assert distance_by_slice(*pair, 1.75)[1].tolist() == [0.0, 0.0, MAXIMUM_DISTANCE_MM]
