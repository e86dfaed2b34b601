"""Holes in the wall of the four-chamber phantom, whose valve is 50 mm wide."""

from __future__ import annotations

import numpy as np
import pytest

from CMRSegmentationLib.anatomy.outline import border_of, stretches_of, width_mm
from CMRSegmentationLib.image import Label
from CMRSegmentationLib.segmenting.closed_wall import MAXIMUM_HOLE_MM, close_wall
from Testing.Lib.long_axis_phantoms import ED, SPACING_YX_MM, drawn


def whole() -> np.ndarray:
    return drawn(ED, degrees=0.0).array[0, 0].copy()


def apex_row(plane: np.ndarray) -> int:
    return int(np.argwhere(plane == Label.LV)[:, 0].max())


def openings(plane: np.ndarray) -> list[float]:
    """Widths in mm of the stretches of the pool's outline without wall."""
    without_rv = np.where(plane == Label.RV, 0, plane).astype(np.uint8)
    border = border_of(without_rv, Label.LV, beside=Label.BACKGROUND)
    return sorted(width_mm(stretch, SPACING_YX_MM) for stretch in stretches_of(border))


def with_a_hole_at_the_apex() -> np.ndarray:
    plane = whole()
    below = plane[apex_row(plane) - 1 :]
    below[below == Label.MYO] = Label.BACKGROUND
    return plane


def with_a_hole_in_the_septum(rows: int) -> np.ndarray:
    """The RV reaches the pool over so many rows of 1.3 mm."""
    plane = whole()
    for row in plane[70 : 70 + rows]:
        septum = np.flatnonzero(row == Label.MYO)
        row[septum[septum < np.flatnonzero(row == Label.LV)[0]]] = Label.RV
    return plane


def test_a_wall_without_holes_stays_as_it_is():
    np.testing.assert_array_equal(close_wall(whole(), SPACING_YX_MM), whole())


@pytest.mark.parametrize(
    "plane", [with_a_hole_at_the_apex(), with_a_hole_in_the_septum(4)], ids=["apex", "septum"]
)
def test_a_hole_is_covered_and_the_valve_stays_open(plane: np.ndarray):
    assert len(openings(plane)) == 2
    closed = close_wall(plane, SPACING_YX_MM)
    assert openings(closed) == pytest.approx([50.0], abs=2.0)
    np.testing.assert_array_equal(closed == Label.LV, plane == Label.LV)
    assert (closed != plane).sum() < 40


def test_an_opening_as_wide_as_a_valve_stays():
    plane = with_a_hole_in_the_septum(18)  # 23.4 mm
    assert openings(plane)[0] > MAXIMUM_HOLE_MM
    np.testing.assert_array_equal(close_wall(plane, SPACING_YX_MM), plane)


def test_a_speck_of_blood_away_from_the_pool_gets_no_wall():
    plane = whole()
    plane[2:4, 2:4] = Label.LV
    np.testing.assert_array_equal(close_wall(plane, SPACING_YX_MM), plane)


@pytest.mark.parametrize("turn", [np.rot90, np.fliplr, np.flipud])
def test_the_result_turns_with_the_plane(turn):
    plane = with_a_hole_at_the_apex()
    spacing = SPACING_YX_MM[::-1] if turn is np.rot90 else SPACING_YX_MM
    np.testing.assert_array_equal(
        close_wall(turn(plane), spacing), turn(close_wall(plane, SPACING_YX_MM))
    )


@pytest.mark.parametrize("missing", [Label.LV, Label.MYO])
def test_without_pool_or_wall_nothing_is_drawn(missing: Label):
    plane = whole()
    plane[plane == missing] = Label.BACKGROUND
    np.testing.assert_array_equal(close_wall(plane, SPACING_YX_MM), plane)
