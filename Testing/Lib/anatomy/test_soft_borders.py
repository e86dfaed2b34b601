"""Borders between pixels, where the probability says how far from the pixel's center they pass."""

from __future__ import annotations

import numpy as np

from CMRSegmentationLib.anatomy.soft_borders import Border, SoftBorders


def soft(row: list[float], *, corner_xy: tuple[int, int] = (0, 0)) -> SoftBorders:
    """Frame 3 of a cine: a slice of one row; the epicardium is nowhere."""
    plane = np.array([[row], np.zeros((1, len(row)))])
    return SoftBorders(plane[None, None].astype(np.float16), (3,), corner_xy)


def placed(borders: SoftBorders, *edges: tuple[float, float]) -> list[list[float]]:
    found = borders.place(3, 0, np.array(edges), Border.ENDOCARDIUM)
    return np.round(found, 3).tolist()


def test_the_border_passes_where_the_probability_is_one_half():
    """From 0.75 to 0.25 halfway, from 0.875 to 0.375 three quarters on, from 1 to 0.375 0.8 on."""
    assert placed(soft([0.75, 0.25]), (0.5, 0.0)) == [[0.5, 0.0]]
    assert placed(soft([0.875, 0.375]), (0.5, 0.0)) == [[0.75, 0.0]]
    assert placed(soft([0.375, 1.0]), (0.5, 0.0)) == [[0.2, 0.0]]


def test_an_edge_between_pixels_on_one_side_of_one_half_stays_in_their_middle():
    assert placed(soft([0.9, 0.6]), (0.5, 0.0)) == [[0.5, 0.0]]


def test_beyond_the_part_that_is_known_the_probability_is_0():
    part = soft([1.0, 0.75], corner_xy=(7, 4))
    edges = [(8.5, 4.0), (6.5, 4.0), (7.0, 4.5)]
    assert placed(part, *edges) == [[8.333, 4.0], [6.5, 4.0], [7.0, 4.5]]


def test_either_border_has_its_own_probability():
    edges = np.array([(0.5, 0.0)])
    found = soft([0.875, 0.375]).place(3, 0, edges, Border.EPICARDIUM)
    assert found.tolist() == [[0.5, 0.0]]
