"""Lengths of borders in a long axis, of half ellipses and a triangle."""

from __future__ import annotations

import numpy as np
import pytest

from CMRSegmentationLib.anatomy.long_axis import find_left_ventricle
from CMRSegmentationLib.image import Label, LabelMap
from CMRSegmentationLib.measuring.border_length import (
    endocardial_length_mm,
    rv_free_wall_length_mm,
)
from Testing.Lib.long_axis_phantoms import ED, ES, Plane, drawn
from Testing.phantoms import HeartPhantom


def half_ellipse_mm(plane: Plane) -> float:
    t = np.linspace(0.0, np.pi, 4001)
    steps = np.diff(plane.length_mm * np.sin(t)), np.diff(plane.radius_mm * np.cos(t))
    return float(np.hypot(*steps).sum())


@pytest.mark.parametrize("degrees", [0.0, 25.0, 60.0, 90.0])
def test_the_endocardium_of_a_half_ellipse_is_right_within_1_percent(degrees: float):
    labels = drawn(ED, ES, degrees=degrees)
    for frame, plane in enumerate((ED, ES)):
        length = endocardial_length_mm(labels, frame)
        assert length == pytest.approx(half_ellipse_mm(plane), rel=0.01)


def test_a_mirrored_heart_has_the_same_length():
    lengths = [endocardial_length_mm(drawn(ED, mirrored=m), 0) for m in (False, True)]
    assert lengths[0] == pytest.approx(lengths[1], rel=0.01)


@pytest.mark.parametrize("degrees", [10.0, 25.0, 60.0])
def test_lengths_do_not_depend_on_how_rows_and_columns_are_stored(degrees: float):
    labels = drawn(ES, degrees=degrees)
    for axis in (2, 3):
        stored = LabelMap(np.flip(labels.array, axis), labels.geometry)
        for length_mm in (endocardial_length_mm, rv_free_wall_length_mm):
            assert length_mm(stored, 0) == pytest.approx(length_mm(labels, 0), abs=1e-6)


@pytest.mark.parametrize("lost_mm", [10.0, 14.0, 18.0])
@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_wall_that_is_lost_at_the_base_is_not_made_up(mirrored: bool, end: int, lost_mm: float):
    labels = drawn(ED, degrees=100.0, mirrored=mirrored)
    axis = find_left_ventricle(labels, 0)
    assert axis is not None
    rows, columns = np.indices(labels.array.shape[2:])
    voxels = np.stack([columns, rows, 0 * rows, 0 * rows + 1], axis=-1)
    ways_mm = (voxels @ labels.geometry.ijk_to_ras.T)[..., :3] - axis.hinges_ras_mm[end]
    array = labels.array.copy()
    lost = (np.linalg.norm(ways_mm, axis=-1) < lost_mm) & (array[0, 0] == Label.MYO)
    array[0, 0][lost] = Label.RV
    length = endocardial_length_mm(LabelMap(array, labels.geometry), 0)
    assert length is not None
    assert half_ellipse_mm(ED) - lost_mm < length < 1.01 * half_ellipse_mm(ED)


def test_the_free_wall_of_a_triangle_is_its_side_within_5_percent():
    expected = float(np.linalg.norm(ED.lateral_mm - ED.rv_apex_mm))
    assert rv_free_wall_length_mm(drawn(ED), 0) == pytest.approx(expected, rel=0.05)


def test_without_wall_or_right_ventricle_there_is_no_length():
    labels = drawn(ED)
    bare = np.where(labels.array == Label.MYO, np.uint8(0), labels.array)
    assert endocardial_length_mm(LabelMap(bare, labels.geometry), 0) is None
    assert rv_free_wall_length_mm(drawn(Plane(has_rv=False)), 0) is None


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("corner", [(5, 5), (5, 160), (140, 5), (140, 160)])
def test_a_speck_far_from_the_heart_changes_no_length(corner: tuple[int, int], size: int):
    whole = drawn(ED)
    rows, columns = (slice(first, first + size) for first in corner)
    for label in (Label.LV, Label.RV):
        array = whole.array.copy()
        array[0, 0, rows, columns] = label
        specked = LabelMap(array, whole.geometry)
        assert endocardial_length_mm(specked, 0) == endocardial_length_mm(whole, 0)
        assert rv_free_wall_length_mm(specked, 0) == rv_free_wall_length_mm(whole, 0)


def test_an_endocardium_with_a_gap_that_nothing_bridges_has_no_length():
    labels = drawn(ED, degrees=0.0)
    array = labels.array.copy()
    middle = array[0, 0, 70:130]  # of rows 44 to 106, between the base and the apex
    middle[middle == Label.MYO] = Label.RV
    assert endocardial_length_mm(LabelMap(array, labels.geometry), 0) is None


def test_a_stack_is_refused():
    with pytest.raises(ValueError, match="one slice"):
        endocardial_length_mm(HeartPhantom(frames=1, slices=3).labels, 0)
