"""Base and apex are told from the content, whatever the slice order."""

from __future__ import annotations

import numpy as np
import pytest

from CMRSegmentationLib.anatomy.levels import (
    base_is_first,
    base_is_first_in_cine,
    base_to_apex,
    below_basal_third,
    slice_areas,
    ventricle_slices,
    walled_share,
)
from CMRSegmentationLib.image import Label, LabelMap
from Testing.phantoms import HeartPhantom

PHANTOM = HeartPhantom(frames=2, es_frame=1, slices=9, empty_slices=(1, 2))
REVERSED = LabelMap(PHANTOM.labels.array[:, ::-1], PHANTOM.geometry)


@pytest.mark.parametrize("frame", [0, 1])
def test_the_base_is_found_at_either_end(frame: int):
    assert base_is_first(PHANTOM.labels.array[frame])
    assert not base_is_first(REVERSED.array[frame])


@pytest.mark.parametrize("order", [[0, 1, 1, 1], [1, 1, 0, 1], [1, 1, 1, 0]])
def test_the_phase_with_the_largest_cavity_says_where_the_base_is(order: list[int]):
    ed, es = PHANTOM.labels.array
    assert (ed == Label.LV).sum() > (es == Label.LV).sum()
    cine = np.stack([es[::-1] if phase else ed for phase in order])
    assert base_is_first_in_cine(cine)
    assert not base_is_first_in_cine(cine[:, ::-1])


def test_phases_without_a_heart_have_the_base_first():
    assert base_is_first_in_cine(np.zeros((2, 3, 4, 5), np.uint8))


@pytest.mark.parametrize(
    ("slices", "below"),
    [(0, []), (1, []), (2, [1]), (3, [1, 2]), (6, [2, 3, 4, 5]), (7, [3, 4, 5, 6])],
)
def test_a_third_of_the_slices_is_basal(slices: int, below: list[int]):
    stack = np.zeros((9, 4, 5), np.uint8)
    stack[1 : 1 + slices] = Label.LV
    assert (below_basal_third(stack) - 1).tolist() == below


def test_the_slices_with_lv_run_from_base_to_apex():
    assert base_to_apex(PHANTOM.labels, 0) == (1, 2, 3, 4, 5, 6)
    assert base_to_apex(REVERSED, 0) == (7, 6, 5, 4, 3, 2)


def test_a_hole_in_the_lv_keeps_its_place_in_the_order():
    array = PHANTOM.labels.array.copy()
    array[:, 3][array[:, 3] == Label.LV] = 0
    assert base_to_apex(LabelMap(array, PHANTOM.geometry), 0) == (1, 2, 3, 4, 5, 6)


def test_without_a_heart_there_is_no_base():
    empty = LabelMap(np.zeros_like(PHANTOM.labels.array), PHANTOM.geometry)
    assert base_to_apex(empty, 0) == ()
    assert base_is_first(empty.array[0])


def test_slice_areas_count_pixels():
    stack = np.zeros((3, 4, 5), np.uint8)
    stack[1, :2] = Label.RV
    assert slice_areas(stack, Label.RV).tolist() == [0, 10, 0]


def plane_with_sides(walled: int) -> np.ndarray:
    """A cavity of 3 × 3 pixels with a wall along some of its sides."""
    plane = np.zeros((9, 9), np.uint8)
    plane[3:6, 3:6] = Label.LV
    for side in (np.s_[2, 3:6], np.s_[3:6, 2], np.s_[6, 3:6], np.s_[3:6, 6])[:walled]:
        plane[side] = Label.MYO
    return plane


@pytest.mark.parametrize("walled", range(5))
def test_each_walled_side_of_a_square_is_a_quarter_of_its_outline(walled: int):
    assert walled_share(plane_with_sides(walled)) == walled / 4
    assert walled_share(plane_with_sides(walled)[3:6, 3:6]) == 0.0


def test_a_speck_of_three_pixels_is_no_cavity():
    plane = np.full((4, 4), Label.MYO, np.uint8)
    plane[1, :3] = Label.LV
    assert walled_share(plane) == 0.0


def test_the_ventricle_begins_and_ends_where_wall_surrounds_half_of_the_blood():
    """An open slice in between belongs to it."""
    stack = np.stack([plane_with_sides(n) for n in (0, 1, 2, 4, 0, 4, 3, 1, 0)])
    assert ventricle_slices(stack, range(9)) == (2, 3, 4, 5, 6)
    assert ventricle_slices(stack, range(8, -1, -1)) == (6, 5, 4, 3, 2)
    assert ventricle_slices(stack[:2], range(2)) == ()
    assert ventricle_slices(np.zeros_like(stack), range(9)) == ()
