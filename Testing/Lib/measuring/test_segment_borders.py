"""The borders between segments lie where the segments were measured."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from CMRSegmentationLib.image import Geometry, LabelMap
from CMRSegmentationLib.measuring.regional import Beat, InsertionPoints, measure_regions
from CMRSegmentationLib.measuring.rings import plane_axes
from CMRSegmentationLib.measuring.segment_borders import (
    border_lines,
    marked_septum,
    slice_of_segment,
)
from Testing.Lib.measuring.wall_phantoms import Heart, circle, drawn_hearts, septum_angles

LABELS = drawn_hearts(Heart(circle(24.0), circle(34.0)), Heart(circle(16.0), circle(30.0)))
POINTS = measure_regions(LABELS, Beat(0, 1, (0, 1))).insertion_points


def lines_of(frame: int, labels: LabelMap = LABELS, points: InsertionPoints | None = POINTS):
    return border_lines(labels, frame, 0, marked_septum(labels, 0, points))


def test_nine_slices_have_six_borders_each_at_base_and_mid_and_four_at_the_apex():
    per_slice = Counter(line.slice for line in lines_of(0))
    assert per_slice == dict.fromkeys(range(1, 7), 6) | dict.fromkeys(range(7, 10), 4)


@pytest.mark.parametrize(("frame", "wall_mm"), [(0, 10.0), (1, 14.0)])
def test_each_border_runs_across_the_wall_of_its_phase(frame, wall_mm):
    lengths = [math.dist(line.inner_ras_mm, line.outer_ras_mm) for line in lines_of(frame)]
    assert lengths == pytest.approx([wall_mm] * len(lengths), abs=0.7)  # half a pixel


def test_the_first_border_is_the_anterior_insertion_point_and_the_third_the_inferior():
    axes = plane_axes(LABELS.geometry)
    basal = [line for line in lines_of(0) if line.slice == 3]
    found = [axes @ np.subtract(line.outer_ras_mm, line.inner_ras_mm) for line in basal]
    degrees = [math.degrees(math.atan2(y, x)) for x, y in found]
    expected = [math.degrees(angle) for angle in septum_angles(LABELS.geometry)]
    turns = [(degrees[0] - expected[0]) % 360, (degrees[2] - expected[1]) % 360]
    assert [min(turn, 360 - turn) for turn in turns] == pytest.approx([0.0, 0.0], abs=5.0)


def test_a_segment_is_looked_at_in_the_middle_slice_of_its_level():
    assert [slice_of_segment(LABELS, 0, 0, number) for number in (1, 8, 16)] == [2, 5, 8]


def test_in_a_reversed_stack_the_slices_are_reversed_and_the_borders_are_the_same():
    matrix = LABELS.geometry.ijk_to_ras.copy()
    slices = LABELS.geometry.shape_zyx[0]
    matrix[:3, 3] += matrix[:3, 2] * (slices - 1)
    matrix[:3, 2] *= -1
    geometry = Geometry(LABELS.geometry.shape_zyx, matrix)
    reverse = LabelMap(LABELS.array[:, ::-1].copy(), geometry)
    assert slice_of_segment(reverse, 0, 0, 1) == slices - 1 - 2
    forward, backward = (
        sorted(line.outer_ras_mm for line in lines) for lines in (lines_of(0), lines_of(0, reverse))
    )
    np.testing.assert_allclose(backward, forward, atol=1e-6)


def test_a_frame_without_three_closed_slices_has_no_borders_and_no_places():
    array = LABELS.array.copy()
    array[1, 3:] = 0
    labels = LabelMap(array, LABELS.geometry)
    assert lines_of(1, labels) == ()
    assert slice_of_segment(labels, 1, 0, 1) is None


def test_without_a_closed_wall_at_end_diastole_there_is_no_septum():
    labels = LabelMap(np.zeros_like(LABELS.array), LABELS.geometry)
    assert marked_septum(labels, 0, POINTS) is None
