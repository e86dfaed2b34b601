"""Outlines of rectangles, whose edges can be counted."""

from __future__ import annotations

import numpy as np
import pytest

from CMRSegmentationLib.anatomy.outline import border_of, corners_of, stretches_of, width_mm
from CMRSegmentationLib.image import Label


def plane() -> np.ndarray:
    """LV at rows 2 to 4 and columns 3 to 6, wall above and below, background left, RV right."""
    labels = np.zeros((8, 10), np.uint8)
    labels[1:6, 3:7] = Label.MYO
    labels[2:5, 3:7] = Label.LV
    labels[2:5, 7] = Label.RV
    return labels


def test_a_rectangle_of_3_by_4_pixels_has_14_edges():
    assert len(border_of(plane(), Label.LV)) == 14


@pytest.mark.parametrize(
    ("beside", "middles"),
    [
        (Label.BACKGROUND, {(2.5, 2.0), (2.5, 3.0), (2.5, 4.0)}),
        (Label.RV, {(6.5, 2.0), (6.5, 3.0), (6.5, 4.0)}),
        (Label.MYO, {(float(x), y) for x in range(3, 7) for y in (1.5, 4.5)}),
    ],
)
def test_edges_lie_halfway_between_the_pixel_centers_as_column_and_row(beside: Label, middles: set):
    assert {tuple(middle) for middle in border_of(plane(), Label.LV, beside=beside)} == middles


def test_an_upright_edge_has_corners_above_each_other_and_a_level_one_side_by_side():
    corners = corners_of(np.array([[2.5, 3.0], [4.0, 1.5]]))
    assert {tuple(corner) for corner in corners} == {(2.5, 2.5), (2.5, 3.5), (3.5, 1.5), (4.5, 1.5)}


def test_in_a_closed_outline_two_edges_meet_at_every_corner():
    corners, times = np.unique(corners_of(border_of(plane(), Label.LV)), axis=0, return_counts=True)
    assert len(corners) == 14
    assert (times == 2).all()


def test_the_image_ends_in_background():
    labels = np.full((2, 3), Label.LV, np.uint8)
    assert len(border_of(labels, Label.LV, beside=Label.BACKGROUND)) == 10


def test_upper_and_lower_wall_are_two_stretches_and_a_corner_joins_what_meets_there():
    assert sorted(
        len(part) for part in stretches_of(border_of(plane(), Label.LV, beside=Label.MYO))
    ) == [4, 4]
    assert [len(part) for part in stretches_of(border_of(plane(), Label.LV))] == [14]


def test_nothing_has_no_stretch():
    assert stretches_of(border_of(plane() * 0, Label.LV)) == []


def test_a_single_edge_is_a_stretch_of_no_width():
    (stretch,) = stretches_of(np.array([[2.5, 4.0]]))
    assert width_mm(stretch, (1.3, 0.9)) == 0.0


def test_the_width_of_a_slanted_stretch_is_that_of_pythagoras():
    # 3 rows of 2 mm and 4 columns of 1.5 mm: √(6² + 6²).
    assert width_mm(np.array([[0.0, 0.0], [4.0, 3.0], [2.0, 1.0]]), (2.0, 1.5)) == pytest.approx(
        np.sqrt(72)
    )
