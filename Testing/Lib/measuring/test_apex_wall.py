"""The wall at the apex in a long-axis plane of half ellipses."""

from __future__ import annotations

import numpy as np
import pytest

from CMRSegmentationLib.anatomy.long_axis import find_left_ventricle
from CMRSegmentationLib.image import Label, LabelMap
from CMRSegmentationLib.measuring.apex_wall import apex_wall_mm
from Testing.Lib.long_axis_phantoms import ES, PIXEL_MM, WALL_MM, Plane, drawn


def exact_mm(plane: Plane) -> float:
    """Mean length between the ellipses on rays from 15 mm within the apex, by their equations."""
    angles, from_base = np.deg2rad(np.linspace(-20.0, 20.0, 41)), plane.length_mm - 15.0
    ends = []
    for half_length, half_width in (
        (plane.length_mm, plane.radius_mm),
        (plane.length_mm + WALL_MM, plane.radius_mm + WALL_MM),
    ):
        a = (np.cos(angles) / half_length) ** 2 + (np.sin(angles) / half_width) ** 2
        b = from_base * np.cos(angles) / half_length**2
        c = (from_base / half_length) ** 2 - 1.0
        ends.append((-b + np.sqrt(b**2 - a * c)) / a)
    return float(np.mean(ends[1] - ends[0]))


@pytest.mark.parametrize("plane", [Plane(), ES])
def test_the_wall_between_ellipses_is_what_their_equations_say_within_half_a_pixel(plane):
    assert apex_wall_mm(drawn(plane), 0) == pytest.approx(exact_mm(plane), abs=PIXEL_MM / 2.0)


@pytest.mark.parametrize(("degrees", "is_mirrored"), [(25.0, False), (110.0, True), (200.0, False)])
def test_the_cap_of_half_ellipses_9_mm_apart_is_9_mm_thick_within_half_a_millimeter(
    degrees, is_mirrored
):
    labels = drawn(Plane(), degrees=degrees, mirrored=is_mirrored)
    assert apex_wall_mm(labels, 0) == pytest.approx(WALL_MM, abs=0.5)


def test_an_open_apex_and_a_missing_ventricle_have_no_cap():
    labels = drawn(Plane())
    bare, empty = labels.array.copy(), np.zeros_like(labels.array)
    bare[bare == Label.MYO] = Label.BACKGROUND
    for array in (bare, empty):
        assert apex_wall_mm(LabelMap(array, labels.geometry), 0) is None


def test_an_apex_without_wall_is_no_cap():
    labels = drawn(Plane())
    axis = find_left_ventricle(labels, 0)
    assert axis is not None
    apex = np.linalg.inv(labels.geometry.ijk_to_ras) @ [*axis.apex_ras_mm, 1.0]
    column, row = np.round(apex[:2]).astype(int)
    array = labels.array.copy()
    part = array[0, 0, row - 15 : row + 16, column - 15 : column + 16]
    part[part == Label.MYO] = Label.BACKGROUND
    assert apex_wall_mm(LabelMap(array, labels.geometry), 0) is None


def test_a_stub_of_a_ventricle_has_no_cap():
    assert apex_wall_mm(drawn(Plane(base_mm=55.0)), 0) is None
