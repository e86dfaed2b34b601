"""Holes in the wall's ring of a short-axis stack are closed as thick as the wall beside them."""

from __future__ import annotations

import numpy as np
import pytest

from CMRSegmentationLib.anatomy.levels import walled_share
from CMRSegmentationLib.image import Label
from CMRSegmentationLib.segmenting.closed_ring import BESIDE_MM, close_rings
from CMRSegmentationLib.segmenting.closed_wall import MAXIMUM_HOLE_MM

SPACING_YX_MM = (1.0, 1.0)
LOWEST = -1
BASE = 0


def hearts(frames: int = 1, slices: int = 6) -> np.ndarray:
    """(T, Z, 64, 64) rings of 6 mm around pools of a radius of 12 mm that narrows a little."""
    rows, columns = np.indices((64, 64)) - 31.5
    radius = np.hypot(rows, columns)
    labels = np.zeros((frames, slices, 64, 64), np.uint8)
    for z in range(slices):
        labels[:, z][:, radius < 18 - 0.3 * z] = Label.MYO
        labels[:, z][:, radius < 12 - 0.3 * z] = Label.LV
    return labels


def torn(plane: np.ndarray, rows: int, label: Label = Label.BACKGROUND) -> None:
    """Takes the wall on the left away over so many rows of 1 mm."""
    middle = plane[32 - rows // 2 : 32 - rows // 2 + rows, :32]
    middle[middle == Label.MYO] = label


def test_whole_rings_stay_as_they_are():
    labels = hearts(frames=2)
    np.testing.assert_array_equal(close_rings(labels, SPACING_YX_MM), labels)


@pytest.mark.parametrize("label", [Label.BACKGROUND, Label.RV])
def test_a_hole_is_closed_as_thick_as_the_wall_beside_it(label: Label):
    whole = hearts()
    labels = whole.copy()
    torn(labels[0, LOWEST], 10, label)
    closed = close_rings(labels, SPACING_YX_MM)
    assert walled_share(closed[0, LOWEST]) == 1
    assert (closed != whole).sum() <= 12  # of 60 pixels that were torn out
    np.testing.assert_array_equal(closed == Label.LV, labels == Label.LV)


@pytest.mark.parametrize("wall_mm", [5, 8, 10, 15, 20])
@pytest.mark.parametrize("pixel_mm", [0.8, 1.25])
def test_a_wall_of_any_thickness_is_closed_whole(wall_mm: float, pixel_mm: float):
    rows, columns = (np.indices((130, 130)) - 64.5) * pixel_mm
    radius_mm = np.hypot(rows, columns)
    plane = np.zeros((130, 130), np.uint8)
    plane[radius_mm < 20 + wall_mm] = Label.MYO
    plane[radius_mm < 20] = Label.LV
    labels = np.stack([plane] * 6)[np.newaxis].copy()
    hole = (plane == Label.MYO) & (columns > 0) & (np.abs(rows) < 8)
    labels[0, LOWEST][hole] = Label.BACKGROUND
    closed = close_rings(labels, (pixel_mm, pixel_mm))[0, LOWEST]
    assert (closed[hole] == Label.MYO).mean() > 0.85
    assert not closed[radius_mm > 20 + wall_mm + 1.5 * pixel_mm].any()


def test_a_thick_wall_opposite_does_not_count():
    labels = hearts()
    plane = labels[0, LOWEST]
    rows, columns = np.indices((64, 64)) - 31.5
    thin = (plane == Label.MYO) & (columns < 6) & (np.hypot(rows, columns) > 13)
    plane[thin] = Label.BACKGROUND  # 2 or 3 mm but for the far right, where it is 6
    torn(plane, 6)
    added = close_rings(labels, SPACING_YX_MM) != labels
    assert np.flatnonzero(added[0, LOWEST].any(axis=0)).min() >= 31.5 - 10.5 - 4
    assert BESIDE_MM < 18


def test_the_basal_third_is_left_open_on_whichever_side_it_lies():
    labels = hearts()
    for z in range(6):
        torn(labels[0, z], 8)
    shares = [walled_share(plane) for plane in close_rings(labels, SPACING_YX_MM)[0]]
    turned = close_rings(labels[:, ::-1], SPACING_YX_MM)[0, ::-1]
    assert [share == 1 for share in shares] == [False, False, True, True, True, True]
    assert [walled_share(plane) for plane in turned] == shares


def test_the_phase_with_the_largest_pool_says_where_the_base_is():
    labels = hearts(frames=3)
    labels[1] = labels[1, ::-1]
    torn(labels[1, BASE], 8)
    closed = close_rings(labels, SPACING_YX_MM)
    np.testing.assert_array_equal(closed, labels)


def test_a_wider_opening_is_a_wrong_contour_and_stays():
    labels = hearts()
    labels[0, LOWEST, :, :30][labels[0, LOWEST, :, :30] == Label.MYO] = Label.BACKGROUND
    assert 0.3 < walled_share(labels[0, LOWEST]) < 0.7
    assert MAXIMUM_HOLE_MM == 20.0  # the pool is 21 mm across
    np.testing.assert_array_equal(close_rings(labels, SPACING_YX_MM), labels)


def test_pixels_have_the_size_they_have():
    labels = hearts()
    torn(labels[0, LOWEST], 14)
    assert walled_share(close_rings(labels, (1.0, 1.0))[0, LOWEST]) == 1
    np.testing.assert_array_equal(close_rings(labels, (1.6, 1.6)), labels)


def test_a_pool_with_hardly_any_wall_gets_none():
    labels = hearts()
    plane = labels[0, LOWEST]
    plane[plane == Label.MYO] = Label.BACKGROUND
    plane[:, 40:][plane[:, 40:] == Label.LV] = Label.MYO
    small = (plane == Label.LV) & (np.indices((64, 64))[0] % 64 > 26)
    plane[(plane == Label.LV) & ~small] = Label.BACKGROUND
    assert 0 < walled_share(plane) < 1 / 3
    np.testing.assert_array_equal(close_rings(labels, SPACING_YX_MM), labels)


def test_without_a_heart_nothing_is_drawn_and_the_given_labels_stay():
    empty = np.zeros((2, 3, 8, 8), np.uint8)
    np.testing.assert_array_equal(close_rings(empty, SPACING_YX_MM), empty)
    labels = hearts()
    torn(labels[0, LOWEST], 8)
    before = labels.copy()
    close_rings(labels, SPACING_YX_MM)
    np.testing.assert_array_equal(labels, before)
