"""The bullseye: every segment in its place."""

from __future__ import annotations

import math

import pytest

from CMRSegmentationLib.measuring.segments import SEGMENTS
from CMRSegmentationLib.reporting.bullseye import (
    SECTORS,
    THICKNESS_MM,
    UNKNOWN,
    draw_bullseye,
    segment_at,
)
from CMRSegmentationLib.reporting.page import add_axes, new_figure


def test_each_segment_has_one_sector_and_together_they_fill_the_ring():
    assert sorted(sector.number for sector in SECTORS) == list(SEGMENTS)
    for level, radius in (("basal", 2.5), ("mid", 1.5), ("apical", 0.6)):
        found = [
            segment_at(radius * math.cos(math.radians(a)), radius * math.sin(math.radians(a)))
            for a in range(0, 360, 5)
        ]
        assert {number for number in found if number} == {
            number for number, (its, _) in SEGMENTS.items() if its == level
        }


@pytest.mark.parametrize(
    ("x", "y", "number"),
    [
        (0.0, 2.5, 1),
        (-2.2, 1.2, 2),
        (-2.2, -1.2, 3),
        (0.0, -2.5, 4),
        (2.2, -1.2, 5),
        (2.2, 1.2, 6),
        (0.0, 1.5, 7),
        (0.0, 0.6, 13),
        (-0.6, 0.0, 14),
        (0.0, -0.6, 15),
        (0.6, 0.0, 16),
        (0.0, 0.0, None),
        (3.0, 2.0, None),
    ],
)
def test_anterior_is_on_top_and_the_septum_on_the_left(x, y, number):
    assert segment_at(x, y) == number


def test_values_are_written_and_a_missing_one_is_gray():
    axes = add_axes(new_figure(), 1.0, 1.0, 3.0, 3.0)
    values = {number: 5.0 + number for number in SEGMENTS} | {4: None}
    draw_bullseye(axes, values, THICKNESS_MM, title="Wall at ED", unit="mm")
    texts = {text.get_text() for text in axes.texts}
    assert {"6.0", "21.0", "anterior", "septal"} <= texts
    assert "9.0" not in texts
    assert axes.get_title() == "Wall at ED (mm)"
    from matplotlib.colors import to_rgba

    colors = [patch.get_facecolor() for patch in axes.patches]
    assert colors.count(to_rgba(UNKNOWN)) == 1
