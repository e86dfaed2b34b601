import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.trust import shapes


def ring(opening: int = 0) -> np.ndarray:
    """A pool of 4 × 4 pixels in a wall of one pixel, of which so many are left out on one side."""
    plane = np.zeros((1, 10, 10), np.uint8)
    plane[0, 2:8, 2:8] = Label.MYO
    plane[0, 3:7, 3:7] = Label.LV
    plane[0, 2, 3 : 3 + opening] = Label.BACKGROUND
    return plane


def test_a_closed_wall_is_not_open():
    assert shapes.open_share(ring())[0] == 0.0


def test_two_of_the_sixteen_edges_of_a_pool_without_wall_are_an_eighth():
    assert shapes.open_share(ring(opening=2))[0] == 2 / 16


def test_without_a_pool_nothing_is_open():
    assert shapes.open_share(np.zeros((2, 5, 5), np.uint8)).tolist() == [0.0, 0.0]


def test_a_square_has_the_raggedness_1_and_a_line_more():
    masks = np.zeros((3, 12, 12), np.bool_)
    masks[0, 2:6, 2:6] = True
    masks[1, 2, 1:10] = True  # 20 edges, 9 pixels: 400 / 144
    assert shapes.raggedness(masks) == pytest.approx([1.0, 400 / 144, 0.0])


def test_pieces_of_6_and_2_pixels_have_a_quarter_astray():
    mask = np.zeros((2, 8, 8), np.bool_)
    mask[1, 0:2, 0:3] = True
    mask[1, 5, 5:7] = True
    assert shapes.stray_share(mask).tolist() == [0.0, 0.25]


def test_pieces_that_touch_by_a_corner_are_one():
    mask = np.zeros((1, 4, 4), np.bool_)
    mask[0, 0, 0] = mask[0, 1, 1] = True
    assert shapes.stray_share(mask)[0] == 0.0


def test_areas_count_each_structure_by_itself():
    assert shapes.areas_px(ring()).tolist() == [[16.0, 20.0, 0.0]]
