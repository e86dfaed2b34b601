"""The bullseye: every segment in its place."""

from __future__ import annotations

import math

import numpy as np
import pytest

from CMRSegmentationLib.measuring.segments import SEGMENTS
from CMRSegmentationLib.reporting.bullseye import (
    DARK,
    LIGHT,
    SCALES,
    SECTORS,
    THICKENING_PERCENT,
    THICKNESS_MM,
    UNKNOWN,
    Scale,
    draw_bullseye,
    ink_on,
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


def test_a_value_that_rounds_to_nothing_has_no_minus_sign():
    axes = add_axes(new_figure(), 1.0, 1.0, 3.0, 3.0)
    draw_bullseye(axes, {1: -0.4, 2: -0.6}, THICKENING_PERCENT, title="Thickening", unit="%")
    assert [text.get_text() for text in axes.texts[:2]] == ["0", "-1"]


# Colors

RED_BLIND = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
             (-0.003882, -0.048116, 1.051998))  # fmt: skip
GREEN_BLIND = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881))  # fmt: skip
BLUE_BLIND = ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
              (0.004733, 0.691367, 0.303900))  # fmt: skip
"""Linear RGB as people without one kind of cone see it (Machado et al. 2009, severity 1.0,
doi:10.1109/TVCG.2009.113)."""
SEEN = 20.0
"""Distance in CIELAB; 2 is just noticed beside each other, and segments do not touch all others."""


def linear(color):
    parts = np.array(color) / 255.0
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def cielab(rgb):
    """CIE L*a*b* (D65) of linear RGB."""
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    x, y, z = to_xyz @ np.clip(rgb, 0.0, 1.0) / [0.9505, 1.0, 1.089]
    f = [t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def least_distance(scale, sight):
    """The least distance of colors whose values lie a third of the range apart."""
    values = np.linspace(scale.low, scale.high, 31)
    seen = [cielab(np.array(sight) @ linear(scale.color_of(value))) for value in values]
    return min(np.linalg.norm(one - other) for one, other in zip(seen, seen[10:], strict=False))


@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)
@pytest.mark.parametrize("sight", [RED_BLIND, GREEN_BLIND, np.eye(3)])
def test_a_third_of_the_range_is_seen_by_people_who_are_red_or_green_blind(scale, sight):
    assert least_distance(scale, sight) > SEEN


def test_bad_and_good_thickening_are_told_apart_by_everybody():
    ends = (THICKENING_PERCENT.low, THICKENING_PERCENT.high)
    for sight in (RED_BLIND, GREEN_BLIND, BLUE_BLIND):
        low, high = (cielab(np.array(sight) @ linear(THICKENING_PERCENT.color_of(v))) for v in ends)
        assert np.linalg.norm(low - high) > 2.0 * SEEN


def test_red_and_green_would_not_do():
    """A check of the check: dark red and dark green are the same to some."""
    red_to_green = Scale(0.0, 1.0, ("#a50026", "#fdae61", "#ffffbf", "#a6d96a", "#006837"))
    low, high = (cielab(np.array(GREEN_BLIND) @ linear(red_to_green.color_of(v))) for v in (0, 1))
    assert np.linalg.norm(low - high) < 2.0 * SEEN


@pytest.mark.parametrize("scale", [THICKNESS_MM, THICKENING_PERCENT])
@pytest.mark.parametrize("share", [-0.5, 0.0, 0.3, 0.5, 0.77, 1.0, 1.5])
def test_colors_are_those_of_the_maps_to_a_few_steps(scale, share):
    from matplotlib import colormaps

    name = {THICKNESS_MM: "YlOrRd", THICKENING_PERCENT: "RdYlBu"}[scale]
    value = scale.low + share * (scale.high - scale.low)
    expected = [255 * part for part in colormaps[name](min(1.0, max(0.0, share)))[:3]]
    assert scale.color_of(value) == pytest.approx(expected, abs=3)


def test_what_was_not_measured_is_gray():
    red, green, blue = THICKNESS_MM.color_of(None)
    assert max(red, green, blue) - min(red, green, blue) < 10


def test_writing_is_dark_on_yellow_and_light_on_dark_red():
    assert ink_on((255, 255, 204)) == DARK
    assert ink_on((128, 0, 38)) == LIGHT
