"""The wall in a slice as two smooth curves, from labels whose borders are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ellipe

from CMRSegmentationLib.image import Geometry, Label
from CMRSegmentationLib.measuring.rings import (
    Curve,
    fitted_curve,
    pixels_to_mm,
    plane_axes,
    ring_of,
    rings_of,
)
from Testing.Lib.measuring.wall_phantoms import (
    LEAN_MM_PER_SLICE,
    Heart,
    circle,
    drawn_hearts,
    ellipse,
    shell_geometry,
)
from Testing.phantoms import oblique_geometry


def test_a_curve_of_one_term_is_a_circle():
    curve = Curve(np.array([20.0]), np.array([0.0]))
    assert curve.perimeter_mm == pytest.approx(40.0 * math.pi)
    assert curve.radius_mm(np.array([0.3])) == pytest.approx([20.0])


def test_halfway_between_two_circles_is_the_circle_in_the_middle():
    inner, outer = Curve(np.array([20.0]), np.zeros(1)), Curve(np.array([30.0, 1.0]), np.zeros(2))
    assert inner.halfway_to(outer).radius_mm(np.array([0.0])) == pytest.approx([25.5])


@pytest.mark.parametrize("pixel_mm", [1.0, 1.4, 2.0])
def test_radius_and_perimeter_of_a_drawn_circle_are_right_within_a_tenth_of_a_pixel(pixel_mm):
    labels = drawn_hearts(
        Heart(circle(24.0), circle(34.0)), geometry=shell_geometry(pixel_mm=pixel_mm)
    )
    for ring in rings_of(labels, 0).values():
        assert ring.inner.cosines[0] == pytest.approx(24.0, abs=0.1 * pixel_mm)
        assert ring.outer.cosines[0] == pytest.approx(34.0, abs=0.1 * pixel_mm)
        assert ring.inner.perimeter_mm == pytest.approx(48.0 * math.pi, rel=0.01)


def test_the_perimeter_of_an_ellipse_is_its_elliptic_integral_within_1_percent():
    labels = drawn_hearts(Heart(ellipse(27.0, 20.0), ellipse(37.0, 30.0)))
    expected = 4.0 * 27.0 * ellipe(1.0 - (20.0 / 27.0) ** 2)
    for ring in rings_of(labels, 0).values():
        assert ring.inner.perimeter_mm == pytest.approx(expected, rel=0.01)


def test_the_center_is_where_the_cavity_is_in_millimeters_of_the_plane():
    geometry = shell_geometry()
    labels = drawn_hearts(
        Heart(circle(24.0), circle(34.0), shift_mm=(3.0, -5.0)), geometry=geometry
    )
    middle = np.array([geometry.shape_zyx[2] / 2.0, geometry.shape_zyx[1] / 2.0])
    expected = middle @ pixels_to_mm(geometry).T + [3.0, -5.0] + 5 * LEAN_MM_PER_SLICE
    assert rings_of(labels, 0)[5].center_mm == pytest.approx(expected, abs=0.3)


def test_axes_of_a_sheared_grid_are_orthonormal():
    matrix = np.diag([1.4, 1.6, 8.0, 1.0])
    matrix[0, 1] = 0.3
    axes = plane_axes(Geometry((4, 10, 12), matrix))
    np.testing.assert_allclose(axes @ axes.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(pixels_to_mm(Geometry((4, 10, 12), matrix)), [[1.4, 0.3], [0, 1.6]])


def damaged(what: str) -> np.ndarray:
    plane = drawn_hearts(Heart(circle(18.0), circle(27.0))).array[0, 5].copy()
    if what == "no cavity":
        plane[plane == Label.LV] = Label.MYO
    elif what == "no wall":
        plane[plane == Label.MYO] = Label.BACKGROUND
    elif what == "open wall":
        rows = np.flatnonzero((plane == Label.LV).any(axis=1))
        part = plane[rows[len(rows) // 2] - 4 : rows[len(rows) // 2] + 5]
        part[part == Label.MYO] = Label.BACKGROUND
    elif what == "empty":
        plane[:] = Label.BACKGROUND
    elif what == "a speck":
        plane[plane == Label.LV] = Label.MYO
        plane[plane.shape[0] // 2, plane.shape[1] // 2] = Label.LV
    return plane


@pytest.mark.parametrize("what", ["no cavity", "no wall", "open wall", "empty", "a speck"])
def test_a_slice_without_a_closed_wall_has_no_ring(what: str):
    assert ring_of(damaged(what), np.eye(2)) is None


def test_papillary_islands_and_a_second_speck_do_not_change_the_curves():
    geometry = oblique_geometry((3, 80, 80), (8.0, 1.5, 1.5))
    labels = drawn_hearts(Heart(circle(22.0), circle(31.0), has_rv=False), geometry=geometry)
    plane = labels.array[0, 1].copy()
    plane[38:41, 38:41] = Label.MYO
    plane[2:4, 2:4] = Label.MYO
    ring = ring_of(plane, pixels_to_mm(geometry))
    clean = ring_of(labels.array[0, 1], pixels_to_mm(geometry))
    assert ring is not None
    assert clean is not None
    np.testing.assert_allclose(ring.outer.cosines, clean.outer.cosines, atol=0.1)


def test_points_on_one_side_alone_make_no_curve():
    angles = np.linspace(0.0, 2.0, 60)
    assert fitted_curve(20.0 * np.column_stack([np.cos(angles), np.sin(angles)])) is None
