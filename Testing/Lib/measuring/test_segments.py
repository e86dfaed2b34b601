"""Segments of shells whose thickness, septum and thickening are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from CMRSegmentationLib.anatomy.soft_borders import SoftBorders
from CMRSegmentationLib.image import Label, LabelMap
from CMRSegmentationLib.measuring.insertion_points import Septum
from CMRSegmentationLib.measuring.regional import Beat, Regional, measure_regions
from CMRSegmentationLib.measuring.rings import Curve, Ring, plane_axes, rings_of
from CMRSegmentationLib.measuring.segments import (
    SEGMENTS,
    Walls,
    borders,
    level_shares,
    levels_of,
    measure_segments,
    segment_numbers,
)
from Testing.Lib.measuring.test_insertion_points import mirrored, reversed_slices, turned
from Testing.Lib.measuring.wall_phantoms import (
    Heart,
    circle,
    drawn_hearts,
    ellipse,
    septum_angles,
    shell_geometry,
    soft_borders_of,
)

SEPTUM = Septum(math.radians(240.0), math.radians(140.0), -1)
"""From above the center to below it over the left, as on a usual display, 100° wide."""
ED = Heart(circle(24.0), circle(34.0))
ES = Heart(circle(16.0), circle(30.0))


def regions(
    labels: LabelMap, es_frame: int | None = 1, soft_borders: SoftBorders | None = None
) -> Regional:
    beat = Beat(0, es_frame, tuple(range(labels.frames)))
    return measure_regions(labels, beat, soft_borders=soft_borders)


def numbers_at(level: str, *degrees: float) -> list[int]:
    return segment_numbers(level, np.radians(degrees), SEPTUM).tolist()


def test_the_walls_follow_one_another_from_the_anterior_over_the_septum():
    """The septum is halved: 50° each; the free wall of 260° quartered: 65° each."""
    assert numbers_at("basal", 239, 191, 189, 141) == [2, 2, 3, 3]
    assert numbers_at("basal", 139, 76, 74, 11, 9, -54, -56, -119) == [4, 4, 5, 5, 6, 6, 1, 1]
    assert numbers_at("mid", 239, 141, 139, -119) == [8, 9, 10, 7]


def test_the_apical_septum_is_90_degrees_around_the_middle_of_the_septum():
    assert numbers_at("apical", 190, 234, 146) == [14, 14, 14]
    assert numbers_at("apical", 236, 280, 144, 100, 10) == [13, 13, 15, 15, 16]


@pytest.mark.parametrize("level", ["basal", "mid", "apical"])
def test_at_the_borders_the_number_changes(level: str):
    for angle in borders(level, SEPTUM):
        before, after = segment_numbers(level, np.array([angle - 0.01, angle + 0.01]), SEPTUM)
        assert before != after


def walls_of(labels: LabelMap, frame: int = 0, *, is_reversed: bool = False) -> Walls:
    slices = tuple(range(labels.geometry.shape_zyx[0]))
    order = slices[::-1] if is_reversed else slices
    return Walls.of(labels.array[frame], order, rings_of(labels, frame))


def ring(wall_mm: float, *, thinnest_mm: float | None = None) -> Ring:
    """Around a cavity of 20 mm; where x is largest the wall may be thinner, elsewhere thicker."""
    change_mm = 0.0 if thinnest_mm is None else wall_mm - thinnest_mm
    outer = Curve(np.array([20.0 + wall_mm, -change_mm]), np.zeros(2))
    return Ring(np.zeros(2), Curve(np.array([20.0]), np.zeros(1)), outer)


def with_opened_wall(labels: LabelMap, slice_: int) -> LabelMap:
    """A gap of two columns in the wall of a slice, in all phases."""
    array = labels.array.copy()
    columns = np.flatnonzero((array[0, slice_] == Label.LV).any(axis=0))
    middle = int(columns.mean())
    plane = array[:, slice_, :, middle : middle + 2]
    plane[plane == Label.MYO] = Label.BACKGROUND
    return LabelMap(array, labels.geometry)


def test_the_apical_third_is_left_out_where_the_septum_is_sought():
    labels = drawn_hearts(ED)
    assert list(walls_of(labels).above_apical) == [1, 2, 3, 4, 5, 6]
    assert list(walls_of(labels, is_reversed=True).above_apical) == [9, 8, 7, 6, 5, 4]


def test_levels_are_thirds_with_the_rest_in_the_middle():
    assert levels_of((9, 8, 7)) == ("basal", "mid", "apical")
    assert levels_of(tuple(range(7))) == ("basal",) * 2 + ("mid",) * 3 + ("apical",) * 2
    assert levels_of(tuple(range(8))) == ("basal",) * 3 + ("mid",) * 2 + ("apical",) * 3
    assert levels_of(()) == ()


def test_a_lost_slice_moves_no_other_to_another_level():
    assert levels_of((0, 1, 2, 3, 4, 6, 7)) == (*("basal",) * 3, *("mid",) * 2, *("apical",) * 2)
    assert levels_of((9, 8, 2, 1)) == ("basal", "basal", "apical", "apical")


@pytest.mark.parametrize("opened", [1, 2, 8, 9])
def test_an_opened_wall_at_an_end_moves_no_other_slice_to_another_level(opened):
    """Slices 1 to 9 have a heart; thirds of the closed slices alone would lie elsewhere."""
    labels = with_opened_wall(drawn_hearts(ED), opened)
    levels = walls_of(labels).levels
    whole = dict(zip(range(1, 10), ["basal"] * 3 + ["mid"] * 3 + ["apical"] * 3, strict=True))
    assert levels == {z: level for z, level in whole.items() if z != opened}


def test_a_slice_across_a_border_counts_in_both_thirds_by_its_share():
    """Four slices: the borders lie a third into the second and two thirds into the third."""
    third = 1.0 / 3.0
    expected = [[1, 0, 0], [third, 2 * third, 0], [0, 2 * third, third], [0, 0, 1]]
    np.testing.assert_allclose(level_shares(4), expected, atol=1e-12)
    assert level_shares(9).tolist() == [[1, 0, 0]] * 3 + [[0, 1, 0]] * 3 + [[0, 0, 1]] * 3


def test_the_mean_of_a_segment_weighs_its_slices_by_their_shares():
    """Walls of 10, 10, 13 and 16 mm: (10 + 10/3) / (4/3) = 10; (10 + 13) / 2; (13/3 + 16) / (4/3).

    The largest thickness is that of the slices whose middle lies in the level.
    """
    walls = Walls(dict(enumerate(map(ring, (10.0, 10.0, 13.0, 16.0)))), (0, 1, 2, 3))
    segments = measure_segments(walls, None, SEPTUM)
    found = [segments[number - 1].ed_mean_mm for number in (1, 6, 7, 12, 13, 16)]
    assert found == pytest.approx([10.0, 10.0, 11.5, 11.5, 15.25, 15.25], abs=0.01)
    largest = [segments[number - 1].ed_max_mm for number in (1, 7, 13)]
    assert largest == pytest.approx([10.0, 13.0, 16.0], abs=0.01)


@pytest.mark.parametrize(("thinnest_mm", "first"), [(2.5, 1), (3.5, 0)])
def test_a_bridge_over_the_outflow_tract_is_no_closed_wall(thinnest_mm, first):
    stack = drawn_hearts(ED).array[0, 1:6]
    rings = {0: ring(9.0, thinnest_mm=thinnest_mm)} | {z: ring(9.0) for z in range(1, 5)}
    walls = Walls.of(stack, range(5), rings)
    assert walls.closed == tuple(range(first, 5))
    assert walls.slices == (0, 1, 2, 3, 4)


def test_elsewhere_a_thin_wall_is_measured_and_of_three_slices_none_is_given_up():
    stack = drawn_hearts(ED).array[0, 1:6]
    scar = {z: ring(9.0) for z in range(4)} | {2: ring(9.0, thinnest_mm=2.0)}
    assert Walls.of(stack, range(5), scar).closed == (0, 1, 2, 3)
    few = {z: ring(9.0, thinnest_mm=2.0) for z in range(3)}
    assert Walls.of(stack, range(5), few).closed == (0, 1, 2)


def test_an_end_where_a_whole_level_is_open_does_not_count():
    """Six slices with the last two open: five leave the fourth in the apical third, 3.5 > 10/3."""
    stack = drawn_hearts(ED).array[0, 1:7]
    walls = Walls.of(stack, range(6), {z: ring(9.0) for z in range(4)})
    assert walls.slices == (0, 1, 2, 3, 4)
    assert walls.levels == {0: "basal", 1: "basal", 2: "mid", 3: "apical"}
    turned = Walls.of(stack, range(6), {z: ring(9.0) for z in range(2, 6)})
    assert turned.levels == {2: "basal", 3: "mid", 4: "apical", 5: "apical"}


def test_a_level_without_a_closed_wall_leaves_the_segments_out_by_name():
    labels = drawn_hearts(ED, ES)
    array = labels.array.copy()
    array[1, 3:8] = 0
    found = regions(LabelMap(array, labels.geometry))
    assert (found.segments, found.thickest) == ((), None)
    assert "lv_wall_ed" not in found.values
    assert ("segments", "a level has no closed wall: mid at end-systole") in [
        (row.what, row.why) for row in found.left_out
    ]


@pytest.mark.parametrize(("pixel_mm", "pitch_mm"), [(1.0, 6.0), (1.4, 8.0), (2.0, 10.0)])
@pytest.mark.parametrize("is_soft", [False, True])
def test_thickness_within_0_3_mm_thickening_within_3_points_excursion_within_0_3_mm(
    pixel_mm, pitch_mm, is_soft
):
    """Of labels alone a segment's thickening at 2 mm is known within 6 points, its mean within 1.

    With the network's probabilities the borders pass between the pixels, and 1 point holds.
    """
    geometry = shell_geometry(pixel_mm, pitch_mm)
    soft = soft_borders_of((24.0, 34.0), (16.0, 30.0), geometry=geometry) if is_soft else None
    segments = regions(drawn_hearts(ED, ES, geometry=geometry), soft_borders=soft).segments
    tolerance = 1.0 if is_soft else 3.0 if pixel_mm < 2 else 6.0
    assert [segment.number for segment in segments] == list(SEGMENTS)
    for segment in segments:
        assert segment.ed_mean_mm == pytest.approx(10.0, abs=0.3)
        assert segment.es_mean_mm == pytest.approx(14.0, abs=0.3)
        assert segment.thickening_percent == pytest.approx(40.0, abs=tolerance)
        assert segment.excursion_mm == pytest.approx(8.0, abs=0.3)
        assert segment.ed_mean_mm <= segment.ed_max_mm < 10.0 + 0.7 * pixel_mm
    mean = np.mean([segment.thickening_percent for segment in segments])
    assert mean == pytest.approx(40.0, abs=1.0)


def test_soft_borders_of_a_thin_wall_at_2_mm_give_its_thickening_within_1_point():
    """5 mm that thicken to 9 mm, by 80 %; of the labels alone it is wrong by more."""
    geometry = shell_geometry(2.0, 10.0)
    labels = drawn_hearts(
        Heart(circle(25.0), circle(30.0)), Heart(circle(18.0), circle(27.0)), geometry=geometry
    )
    soft = soft_borders_of((25.0, 30.0), (18.0, 27.0), geometry=geometry)
    for segment in regions(labels, soft_borders=soft).segments:
        assert segment.ed_mean_mm == pytest.approx(5.0, abs=0.1)
        assert segment.thickening_percent == pytest.approx(80.0, abs=1.0)
    assert max(abs(one.thickening_percent - 80.0) for one in regions(labels).segments) > 3.0


@pytest.mark.parametrize("pixel_mm", [1.0, 1.4, 2.0])
def test_segment_borders_lie_within_5_degrees_of_the_insertion_points(pixel_mm):
    labels = drawn_hearts(ED, ES, geometry=shell_geometry(pixel_mm))
    points = regions(labels).insertion_points
    assert points is not None
    assert points.source == "rv"
    anterior, inferior = septum_angles(labels.geometry)
    across = np.subtract(points.inferior_ras_mm, points.anterior_ras_mm)
    found = plane_axes(labels.geometry) @ across
    expected = np.subtract(
        (math.cos(inferior), math.sin(inferior)), (math.cos(anterior), math.sin(anterior))
    )
    turn = math.atan2(found[1], found[0]) - math.atan2(expected[1], expected[0])
    assert abs(math.degrees((turn + math.pi) % (2 * math.pi) - math.pi)) < 5.0
    assert np.linalg.norm(found) == pytest.approx(34.0 * np.linalg.norm(expected), rel=0.05)


def test_an_eccentric_wall_is_thick_in_the_segments_it_is_thick_in():
    labels = drawn_hearts(Heart(circle(22.0, offset_mm=-3.0), circle(32.0)))
    segments = regions(labels, None).segments
    means = {segment.number: segment.ed_mean_mm for segment in segments[:6]}
    thick = segment_at_angle(labels, 0.0)
    thin = segment_at_angle(labels, math.pi)
    assert max(means, key=means.__getitem__) == thick
    assert min(means, key=means.__getitem__) == thin
    assert means[thick] > 11.5
    assert means[thin] < 8.5


def segment_at_angle(labels: LabelMap, angle: float) -> int:
    anterior, inferior = septum_angles(labels.geometry)
    septum = Septum(anterior, inferior, 1)
    return int(segment_numbers("basal", np.array([angle]), septum)[0])


def test_an_elliptic_shell_of_nearly_even_wall_has_it_within_0_3_mm():
    """Axes 27 × 22 and 36 × 31: 9 mm on both axes, by the field lines 8.9 on average."""
    labels = drawn_hearts(Heart(ellipse(27.0, 22.0), ellipse(36.0, 31.0)))
    for segment in regions(labels, None).segments:
        assert segment.ed_mean_mm == pytest.approx(8.95, abs=0.3)


def test_the_thickest_place_is_named():
    heart = Heart(circle(22.0, offset_mm=-3.0), circle(32.0))
    labels = drawn_hearts(heart)
    thickest = regions(labels, None).thickest
    assert thickest is not None
    assert thickest.thickness_mm == pytest.approx(13.0, abs=0.6)
    assert (thickest.segment - 1) % 6 + 1 == segment_at_angle(labels, 0.0) or thickest.segment > 12
    assert thickest.frame == 0
    assert 1 <= thickest.slice <= 9


@pytest.mark.parametrize("change", [mirrored, turned, reversed_slices])
def test_every_number_is_the_same_within_1_percent_however_the_image_is_stored(change):
    labels = drawn_hearts(Heart(circle(22.0, offset_mm=-3.0), circle(32.0)), ES)
    for segment, other in zip(
        regions(labels).segments, regions(change(labels)).segments, strict=True
    ):
        assert other.ed_mean_mm == pytest.approx(segment.ed_mean_mm, rel=0.01)
        assert other.es_mean_mm == pytest.approx(segment.es_mean_mm, rel=0.01)


def test_phases_in_another_order_change_nothing():
    labels = drawn_hearts(ED, ES)
    swapped = LabelMap(labels.array[::-1], labels.geometry)
    other = measure_regions(swapped, Beat(1, 0, (0, 1)))
    assert other.segments == regions(labels).segments


def test_a_single_phase_has_thickness_and_no_thickening():
    (segment, *_) = regions(drawn_hearts(ED), None).segments
    assert (segment.es_mean_mm, segment.thickening_percent, segment.excursion_mm) == (None,) * 3


def test_two_slices_have_no_segments():
    assert measure_segments(Walls({}, (0, 1)), None, SEPTUM) == ()
    labels = drawn_hearts(ED, ES, geometry=shell_geometry(slices=4))
    found = regions(labels)
    assert found.segments == ()
    assert ("segments", "fewer than 3 slices have a closed wall") in [
        (row.what, row.why) for row in found.left_out
    ]
