"""Thickness by field lines, against shells whose field lines are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from CMRSegmentationLib.measuring.rings import Curve, Ring, fitted_curve, rings_of
from CMRSegmentationLib.measuring.wall import LINES, wall_thickness
from Testing.Lib.measuring.wall_phantoms import Heart, circle, drawn_hearts, shell_geometry

PIXELS_AND_PITCHES = [(1.0, 6.0), (1.4, 8.0), (2.0, 10.0)]


def exact_ring(inner: np.ndarray, outer: np.ndarray) -> Ring:
    """A ring through (N, 2) points of both borders around the origin."""
    curves = [fitted_curve(points) for points in (inner, outer)]
    assert isinstance(curves[0], Curve)
    assert isinstance(curves[1], Curve)
    return Ring(np.zeros(2), curves[0], curves[1])


def around(half_x: float, half_y: float, offset: float = 0.0) -> np.ndarray:
    t = np.linspace(0.0, 2.0 * np.pi, 2000, endpoint=False)
    return np.column_stack([offset + half_x * np.cos(t), half_y * np.sin(t)])


def test_field_lines_of_concentric_circles_are_radii():
    found = wall_thickness([exact_ring(around(20.0, 20.0), around(30.0, 30.0))])
    np.testing.assert_allclose(found.thickness_mm, 10.0, atol=0.01)
    assert found.inner_mm.mean() == pytest.approx(20.0)


def test_eccentric_circles_are_thickest_and_thinnest_on_their_common_axis():
    found = wall_thickness([exact_ring(around(20.0, 20.0, -3.0), around(30.0, 30.0, 0.0))])
    lines = found.thickness_mm[0]
    assert lines[0] == pytest.approx(13.0, abs=0.05)
    assert lines[LINES // 2] == pytest.approx(7.0, abs=0.05)
    assert (lines.max(), lines.min()) == (lines[0], lines[LINES // 2])


def test_field_lines_between_confocal_ellipses_are_hyperbolas():
    """Focus 12 mm; at elliptic angle v a line is (12 cosh u cos v, 12 sinh u sin v)."""
    from_u, to_u = 1.2, 1.6
    borders = [around(12.0 * math.cosh(u), 12.0 * math.sinh(u)) for u in (from_u, to_u)]
    found = wall_thickness([exact_ring(*borders)])
    u = np.linspace(from_u, to_u, 2001)
    for line in (0, 9, 18, 30):
        start = 2.0 * np.pi * line / LINES
        v = math.atan2(math.sin(start) * math.cosh(from_u), math.cos(start) * math.sinh(from_u))
        speed = 12.0 * np.sqrt(np.sinh(u) ** 2 + math.sin(v) ** 2)
        assert found.thickness_mm[0, line] == pytest.approx(np.trapezoid(speed, u), abs=0.06)


@pytest.mark.parametrize(("pixel_mm", "pitch_mm"), PIXELS_AND_PITCHES)
@pytest.mark.parametrize(
    ("inner", "outer", "thickness"),
    [(24.0, 34.0, 10.0), (28.0, 33.0, 5.0), (12.0, 27.0, 15.0), (6.0, 14.0, 8.0)],
)
def test_thickness_of_drawn_shells_is_right_within_0_3_mm(
    pixel_mm, pitch_mm, inner, outer, thickness
):
    labels = drawn_hearts(
        Heart(circle(inner), circle(outer), has_rv=False),
        geometry=shell_geometry(pixel_mm, pitch_mm),
    )
    found = wall_thickness(list(rings_of(labels, 0).values()))
    assert found.thickness_mm.mean() == pytest.approx(thickness, abs=0.1)
    sectors = found.thickness_mm.reshape(3, -1, 6, LINES // 6).mean(axis=(1, 3))
    np.testing.assert_allclose(sectors, thickness, atol=0.3)


@pytest.mark.parametrize(("pixel_mm", "pitch_mm"), PIXELS_AND_PITCHES)
def test_an_eccentric_drawn_shell_is_thick_and_thin_where_it_should_be(pixel_mm, pitch_mm):
    heart = Heart(circle(22.0, offset_mm=-3.0), circle(32.0), has_rv=False)
    labels = drawn_hearts(heart, geometry=shell_geometry(pixel_mm, pitch_mm))
    found = wall_thickness(list(rings_of(labels, 0).values())).thickness_mm.mean(axis=0)
    assert found[0] == pytest.approx(13.0, abs=0.3)
    assert found[LINES // 2] == pytest.approx(7.0, abs=0.3)


def test_the_wall_of_a_tapering_shell_thins_with_it():
    heart = Heart(circle(24.0, taper=0.5), circle(34.0, taper=0.5), has_rv=False)
    labels = drawn_hearts(heart)
    rings = rings_of(labels, 0)
    found = wall_thickness(list(rings.values())).thickness_mm.mean(axis=1)
    depths = [(z - 0.5) / 9 for z in rings]
    np.testing.assert_allclose(found, [10.0 * (1.0 - 0.5 * depth) for depth in depths], atol=0.3)


def test_no_rings_have_no_lines():
    assert wall_thickness([]).thickness_mm.shape == (0, LINES)
