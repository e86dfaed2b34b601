"""Long-axis measures of half ellipses and a triangle, whose sizes follow from formulas."""

from __future__ import annotations

import numpy as np
import pytest

from CMRSegmentationLib.anatomy.long_axis import (
    area_length_ml,
    biplane_area_length_ml,
    find_left_ventricle,
    find_right_ventricle,
    lv_length_mm,
    lv_volume_ml,
    mapse_mm,
    percent_decrease,
    plane_without_specks,
    rv_fractional_area_change_percent,
    tapse_mm,
)
from CMRSegmentationLib.anatomy.sizes import areas_cm2
from CMRSegmentationLib.image import Geometry, Label, LabelMap
from Testing.Lib.long_axis_phantoms import ED, ES, PIXEL_MM, RV_WIDTH_MM, SHAPE_YX, Plane, drawn
from Testing.phantoms import HeartPhantom

TURNS = [(0.0, False), (25.0, False), (90.0, False), (205.0, False), (25.0, True), (160.0, True)]


@pytest.mark.parametrize(("degrees", "mirrored"), TURNS)
class TestInAnyOrientation:
    def test_the_long_axis_of_a_half_ellipse_is_its_half_axis(self, degrees: float, mirrored: bool):
        axis = find_left_ventricle(drawn(ED, degrees=degrees, mirrored=mirrored), 0)
        assert axis is not None
        assert axis.length_mm == pytest.approx(80.0, abs=PIXEL_MM)
        width = np.linalg.norm(axis.hinges_ras_mm[0] - axis.hinges_ras_mm[1])
        assert width == pytest.approx(2 * ED.radius_mm, abs=2 * PIXEL_MM)

    def test_the_volume_is_that_of_half_an_ellipsoid(self, degrees: float, mirrored: bool):
        labels = drawn(ED, ES, degrees=degrees, mirrored=mirrored)
        assert [lv_volume_ml(labels, frame) for frame in (0, 1)] == pytest.approx(
            [104.7, 40.0], rel=0.03
        )
        assert [ED.volume_ml, ES.volume_ml] == pytest.approx([104.72, 39.95], abs=0.01)

    def test_the_mitral_plane_moves_by_14_mm(self, degrees: float, mirrored: bool):
        labels = drawn(ED, ES, degrees=degrees, mirrored=mirrored)
        assert mapse_mm(labels, 0, 1) == pytest.approx(14.0, abs=PIXEL_MM)

    def test_the_lateral_tricuspid_hinge_moves_along_the_line_to_the_rv_apex(
        self, degrees: float, mirrored: bool
    ):
        labels = drawn(ED, ES, degrees=degrees, mirrored=mirrored)
        to_apex = ED.rv_apex_mm - ED.lateral_mm
        expected = (ES.lateral_mm - ED.lateral_mm) @ to_apex / np.linalg.norm(to_apex)
        assert tapse_mm(labels, 0, 1) == pytest.approx(expected, abs=1.5 * PIXEL_MM)

    def test_the_corners_of_the_rv_are_those_of_the_triangle(self, degrees: float, mirrored: bool):
        corners = find_right_ventricle(drawn(ED, degrees=degrees, mirrored=mirrored), 0)
        assert corners is not None
        plane = np.linalg.norm(corners.septal_ras_mm - corners.lateral_ras_mm)
        wall = np.linalg.norm(corners.apex_ras_mm - corners.lateral_ras_mm)
        assert plane == pytest.approx(RV_WIDTH_MM, abs=2 * PIXEL_MM)
        # Pixel centers do not reach into the sharp tip at the RV apex.
        assert wall == pytest.approx(
            np.linalg.norm(ED.rv_apex_mm - ED.lateral_mm), abs=3 * PIXEL_MM
        )


def test_10_cm2_of_5_cm_length_are_17_ml():
    # 8 · 10² / (3 π · 5) = 800 / 47.12
    assert area_length_ml(10.0, 50.0) == pytest.approx(16.977, abs=1e-3)


def test_the_biplane_volume_takes_the_shorter_of_the_two_lengths():
    # 8 · 12 · 10 / (3 π · 5)
    assert biplane_area_length_ml(12.0, 60.0, 10.0, 50.0) == pytest.approx(20.372, abs=1e-3)
    assert biplane_area_length_ml(10.0, 50.0, 12.0, 60.0) == pytest.approx(20.372, abs=1e-3)


def test_the_biplane_volume_of_two_half_ellipses_is_that_of_a_half_ellipsoid_of_three_axes():
    two, four = drawn(Plane(radius_mm=20.0, has_rv=False)), drawn(ES, ED, degrees=110.0)
    # 2/3 π · 80 · 20 · 25 mm³
    sizes = [
        (float(areas_cm2(view)[Label.LV][frame]), lv_length_mm(view, frame))
        for view, frame in ((two, 0), (four, 1))
    ]
    assert biplane_area_length_ml(*sizes[0], *sizes[1]) == pytest.approx(83.78, rel=0.03)


def test_the_length_runs_from_the_apex_to_the_middle_of_the_mitral_plane_in_the_world():
    labels = drawn(ED, degrees=0.0)
    axis = find_left_ventricle(labels, 0)
    assert axis is not None
    # along = y + 40 and across = x − 18, from the middle of the grid, at y / 1.3 + 75 and x / 0.9 +
    # 85 pixels.
    base, apex = ([18 / 0.9 + 85, (along - 40) / 1.3 + 75, 0, 1] for along in (0.0, 80.0))
    assert axis.base_ras_mm == pytest.approx((labels.geometry.ijk_to_ras @ base)[:3], abs=PIXEL_MM)
    assert axis.apex_ras_mm == pytest.approx(
        (labels.geometry.ijk_to_ras @ apex)[:3], abs=2.5 * PIXEL_MM
    )


def test_a_hole_in_the_wall_at_the_apex_is_not_taken_for_the_valve():
    whole = drawn(ED, degrees=0.0)
    array = whole.array.copy()
    far = np.argwhere(array[0, 0] == Label.LV)[:, 0].max()
    array[0, 0, far - 1 :][array[0, 0, far - 1 :] == Label.MYO] = Label.BACKGROUND
    axis, expected = (
        find_left_ventricle(LabelMap(array, whole.geometry), 0),
        find_left_ventricle(whole, 0),
    )
    assert axis is not None
    assert expected is not None
    assert axis.length_mm == expected.length_mm


def test_a_bulging_free_wall_leaves_the_lateral_hinge_where_it_is():
    straight = drawn(ED, degrees=0.0)
    array = straight.array.copy()
    row, column = np.indices(SHAPE_YX)
    along, across = (row - 75) * 1.3 + 40.0, (column - 85) * 0.9 - 18.0
    bulge = np.hypot(along - 22.0, across + 56.0) < 20.0
    array[0, 0][bulge & (array[0, 0] == 0) & (along > 0)] = Label.RV
    bulging = find_right_ventricle(LabelMap(array, straight.geometry), 0)
    expected = find_right_ventricle(straight, 0)
    assert bulging is not None
    assert expected is not None
    assert (array == Label.RV).sum() > 1.05 * straight.mask(Label.RV).sum()
    assert bulging.lateral_ras_mm == pytest.approx(expected.lateral_ras_mm, abs=3 * PIXEL_MM)


def with_speck(labels: LabelMap, label: Label, row: int, column: int, size: int) -> LabelMap:
    """The labels with a square of a structure in frame 0, where there is background."""
    array = labels.array.copy()
    part = array[0, 0, row : row + size, column : column + size]
    assert not part.any()
    part[:] = label
    return LabelMap(array, labels.geometry)


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("corner", [(5, 5), (5, 160), (140, 5), (140, 160)])
@pytest.mark.parametrize("label", [Label.LV, Label.RV])
def test_a_speck_moves_no_corner_of_either_ventricle(
    label: Label, corner: tuple[int, int], size: int
):
    whole = drawn(ED, ES)
    specked = with_speck(whole, label, *corner, size)
    assert lv_length_mm(specked, 0) == lv_length_mm(whole, 0)
    assert mapse_mm(specked, 0, 1) == mapse_mm(whole, 0, 1)
    assert tapse_mm(specked, 0, 1) == tapse_mm(whole, 0, 1)


def test_a_speck_of_the_right_ventricle_at_the_mitral_valve_does_not_divide_it():
    whole = drawn(ED, degrees=0.0)
    # The pool begins at along = 0, in row 75 − 40 / 1.3 = 44.2; its middle is column 105.
    specked = with_speck(whole, Label.RV, 43, 105, 2)
    assert lv_length_mm(specked, 0) == lv_length_mm(whole, 0)


def test_pieces_that_meet_at_a_corner_are_one_and_walls_stay_as_they_are():
    array = np.zeros((1, 1, 6, 8), np.uint8)
    array[0, 0, 1, 1:3] = array[0, 0, 2, 3] = Label.RV
    array[0, 0, 5, 7] = array[0, 0, 4, :2] = array[0, 0, 4, 6] = Label.MYO
    labels = LabelMap(array, Geometry.from_spacing((1, 6, 8), (8.0, 1.3, 0.9)))
    np.testing.assert_array_equal(plane_without_specks(labels, 0), array[0, 0])
    np.testing.assert_array_equal(
        plane_without_specks(with_speck(labels, Label.RV, 0, 6, 1), 0), array[0, 0]
    )


def test_the_fractional_area_change_is_the_share_of_the_rv_area_that_is_lost():
    labels = drawn(ED, ES)
    ed, es = (float((labels.array[t] == Label.RV).sum()) for t in (0, 1))
    assert rv_fractional_area_change_percent(labels, 0, 1) == pytest.approx(100 * (1 - es / ed))
    assert areas_cm2(labels)[Label.RV] == pytest.approx(
        [ed * 0.0117, es * 0.0117]
    )  # 1.3 · 0.9 mm² a pixel


def test_the_ejection_fraction_of_100_and_40_ml_is_60_percent():
    assert percent_decrease(100.0, 40.0) == pytest.approx(60.0)


def test_there_is_no_share_of_nothing():
    assert percent_decrease(0.0, 0.0) is None
    assert (
        rv_fractional_area_change_percent(drawn(Plane(has_rv=False), Plane(has_rv=False)), 0, 1)
        is None
    )


def test_a_plane_without_rv_has_an_lv_length_and_no_rv_corner():
    labels = drawn(Plane(has_rv=False), Plane(base_mm=10.0, has_rv=False))
    assert find_right_ventricle(labels, 0) is None
    assert tapse_mm(labels, 0, 1) is None
    assert mapse_mm(labels, 0, 1) == pytest.approx(10.0, abs=PIXEL_MM)


def without(labels: LabelMap, label: Label, *, becomes: Label = Label.BACKGROUND) -> LabelMap:
    return LabelMap(
        np.where(labels.array == label, np.uint8(becomes), labels.array), labels.geometry
    )


@pytest.mark.parametrize("missing", [Label.LV, Label.MYO])
def test_without_pool_or_wall_there_is_no_long_axis(missing: Label):
    labels = without(drawn(ED, ES, degrees=10.0), missing)
    assert find_left_ventricle(labels, 0) is None
    assert lv_length_mm(labels, 0) is None
    assert lv_volume_ml(labels, 0) is None
    assert mapse_mm(labels, 0, 1) is None
    assert tapse_mm(labels, 0, 1) is None


def test_a_closed_ring_has_no_mitral_plane():
    ring = HeartPhantom(frames=1, slices=3, empty_slices=(0, 0)).labels
    geometry = Geometry((1, *ring.geometry.shape_zyx[1:]), ring.geometry.ijk_to_ras)
    assert find_left_ventricle(LabelMap(ring.array[:, :1], geometry), 0) is None


def test_a_pool_at_the_rim_of_the_image_is_open_there():
    whole = drawn(ED, degrees=0.0)
    first = int(np.argwhere(whole.array[0, 0] == Label.LV)[:, 0].min())
    cut = whole.array[:, :, first:]
    geometry = Geometry(cut.shape[1:], whole.geometry.ijk_to_ras)
    axis = find_left_ventricle(LabelMap(cut, geometry), 0)
    assert axis is not None
    assert axis.length_mm == pytest.approx(80.0, abs=PIXEL_MM)


def test_a_stack_of_slices_is_refused():
    with pytest.raises(ValueError, match="one slice, found 3"):
        find_left_ventricle(HeartPhantom(frames=1, slices=3).labels, 0)


def test_an_area_or_a_length_of_nothing_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        area_length_ml(10.0, 0.0)
