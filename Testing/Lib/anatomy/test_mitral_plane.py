"""The mitral plane of the four-chamber phantom, whose pool ends at a straight line of 50 mm."""

from __future__ import annotations

import numpy as np
import pytest

from CMRSegmentationLib.anatomy.mitral_plane import close_at_mitral_plane, find_hinges
from CMRSegmentationLib.image import Label
from Testing.Lib.long_axis_phantoms import ED, ES, SHAPE_YX, SPACING_YX_MM, Plane, drawn

TURNS = [(0.0, False), (25.0, False), (90.0, False), (205.0, False), (160.0, True)]


def whole(plane: Plane = ED, degrees: float = 0.0, mirrored: bool = False) -> np.ndarray:
    return drawn(plane, degrees=degrees, mirrored=mirrored).array[0, 0].copy()


def depth_and_across_mm(
    degrees: float = 0.0, mirrored: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """(Y, X) distance from the mitral plane toward the apex, and from the long axis."""
    y = (np.arange(SHAPE_YX[0])[:, None] - SHAPE_YX[0] / 2) * SPACING_YX_MM[0]
    x = (
        (np.arange(SHAPE_YX[1])[None, :] - SHAPE_YX[1] / 2)
        * SPACING_YX_MM[1]
        * (-1 if mirrored else 1)
    )
    turn = np.deg2rad(degrees)
    return np.cos(turn) * y + np.sin(turn) * x + 40.0, -np.sin(turn) * y + np.cos(turn) * x - 18.0


def with_a_dome(height_mm: float, degrees: float = 0.0, mirrored: bool = False) -> np.ndarray:
    """The pool bulges into the atrium by half an ellipse over the whole valve."""
    depth, across = depth_and_across_mm(degrees, mirrored)
    plane = whole(degrees=degrees, mirrored=mirrored)
    plane[(depth < 0) & ((depth / height_mm) ** 2 + (across / ED.radius_mm) ** 2 < 1)] = Label.LV
    return plane


def with_a_bay(depth_mm: float, degrees: float = 0.0, mirrored: bool = False) -> np.ndarray:
    """The pool stops at open leaflets: a half ellipse of background as wide as 40 of the 50 mm."""
    depth, across = depth_and_across_mm(degrees, mirrored)
    plane = whole(degrees=degrees, mirrored=mirrored)
    plane[(depth >= 0) & ((depth / depth_mm) ** 2 + (across / 20.0) ** 2 < 1)] = Label.BACKGROUND
    return plane


def area_ratio(plane: np.ndarray, expected: np.ndarray) -> float:
    return float((plane == Label.LV).sum() / (expected == Label.LV).sum())


@pytest.mark.parametrize(("degrees", "mirrored"), TURNS)
class TestInAnyOrientation:
    """A row of pixels across the valve is 2 % of the pool's area."""

    def test_a_pool_that_ends_at_the_line_keeps_its_area(self, degrees: float, mirrored: bool):
        plane = whole(degrees=degrees, mirrored=mirrored)
        assert area_ratio(close_at_mitral_plane(plane, SPACING_YX_MM), plane) == pytest.approx(
            1.0, abs=0.012
        )

    def test_a_dome_in_the_atrium_is_taken_away(self, degrees: float, mirrored: bool):
        plane, domed = (
            whole(degrees=degrees, mirrored=mirrored),
            with_a_dome(15.0, degrees, mirrored),
        )
        assert area_ratio(domed, plane) > 1.15
        closed = close_at_mitral_plane(domed, SPACING_YX_MM)
        assert area_ratio(closed, plane) == pytest.approx(1.015, abs=0.015)
        beyond = depth_and_across_mm(degrees, mirrored)[0] < -2 * max(SPACING_YX_MM)
        assert not (closed[beyond] == Label.LV).any()

    def test_a_bay_before_the_leaflets_becomes_blood_pool(self, degrees: float, mirrored: bool):
        plane, bay = whole(degrees=degrees, mirrored=mirrored), with_a_bay(12.0, degrees, mirrored)
        assert area_ratio(bay, plane) < 0.9
        assert area_ratio(close_at_mitral_plane(bay, SPACING_YX_MM), plane) == pytest.approx(
            1.0, abs=0.012
        )

    def test_wall_and_right_ventricle_stay(self, degrees: float, mirrored: bool):
        domed = with_a_dome(15.0, degrees, mirrored)
        closed = close_at_mitral_plane(domed, SPACING_YX_MM)
        for label in (Label.MYO, Label.RV):
            np.testing.assert_array_equal(closed == label, domed == label)


def test_the_hinges_are_the_ends_of_the_wall_also_under_a_dome_taller_than_the_valve_is_wide():
    expected = np.array([[18 - 25, 0], [18 + 25, 0]]) / SPACING_YX_MM[::-1] + [
        85,
        75 - 40 / 1.3,
    ]  # column, row
    for plane in (whole(), with_a_dome(15.0), with_a_dome(60.0)):
        hinges = find_hinges(plane, SPACING_YX_MM)
        assert hinges is not None
        assert hinges[hinges[:, 0].argsort()] == pytest.approx(expected, abs=1.5)


def test_a_plane_that_moved_to_the_apex_is_found_there():
    hinges = find_hinges(whole(ES), SPACING_YX_MM)
    assert hinges is not None
    assert hinges[:, 1] == pytest.approx(75 + (14 - 40) / 1.3, abs=1.5)


def test_more_than_a_leak_beyond_the_line_is_left_alone():
    """Half of a wall is missing: the line from its end would cut the ventricle in two."""
    plane = whole()
    depth, across = depth_and_across_mm()
    plane[(plane == Label.MYO) & (across > 0) & (depth < 45)] = Label.BACKGROUND
    assert find_hinges(plane, SPACING_YX_MM) is not None
    np.testing.assert_array_equal(close_at_mitral_plane(plane, SPACING_YX_MM), plane)


@pytest.mark.parametrize("missing", [Label.LV, Label.MYO])
def test_without_pool_or_wall_there_is_no_mitral_plane(missing: Label):
    plane = whole()
    plane[plane == missing] = Label.BACKGROUND
    plane[plane == Label.RV] = Label.BACKGROUND
    assert find_hinges(plane, SPACING_YX_MM) is None
    np.testing.assert_array_equal(close_at_mitral_plane(plane, SPACING_YX_MM), plane)


def test_a_pool_that_is_closed_all_around_has_no_mitral_plane():
    plane = whole()
    depth, across = depth_and_across_mm()
    plane[(depth < 0) & (depth > -6) & (np.abs(across) < 34)] = Label.MYO
    assert find_hinges(plane, SPACING_YX_MM) is None


def test_a_hole_within_a_closed_pool_is_no_mitral_plane():
    plane = whole()
    depth, across = depth_and_across_mm()
    plane[(depth < 0) & (depth > -6) & (np.abs(across) < 34)] = Label.MYO
    plane[np.hypot(depth - 30, across) < 8] = Label.BACKGROUND
    assert find_hinges(plane, SPACING_YX_MM) is None


@pytest.mark.parametrize("turn", [np.rot90, np.fliplr, np.flipud])
def test_the_result_turns_with_the_plane(turn):
    domed = with_a_dome(15.0)
    spacing = SPACING_YX_MM[::-1] if turn is np.rot90 else SPACING_YX_MM
    np.testing.assert_array_equal(
        close_at_mitral_plane(turn(domed), spacing),
        turn(close_at_mitral_plane(domed, SPACING_YX_MM)),
    )
