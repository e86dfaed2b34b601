"""The colors are told apart with every kind of color vision, on black and on white."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from CMRSegmentationLib.image import FOREGROUND, Label
from CMRSegmentationLib.palette import COLORS, RADIAL_COLOR, rgb_of
from CMRSegmentationLib.reporting.regional_page import CURVES

SEEN = {
    "all cones": np.eye(3),
    "no green cones": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "no red cones": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no blue cones": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
"""What is seen of linear red, green and blue (Machado et al. 2009, doi:10.1109/TVCG.2009.113)."""
TO_XYZ = np.array(
    [[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]],
)
WHITE_XYZ = np.array([0.9505, 1.0, 1.0888])


def linear(color: str) -> np.ndarray:
    parts = np.array(rgb_of(color)) / 255.0
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear red, green and blue, without its linear part near black."""
    x, y, z = np.cbrt(TO_XYZ @ np.clip(rgb, 0.01, 1.0) / WHITE_XYZ)
    return np.array([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)])


def apart(one: str, other: str, vision: str) -> float:
    """The CIE 1976 difference of two colors as they are seen."""
    seen = [lab(SEEN[vision] @ linear(color)) for color in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2."""
    light, dark = sorted((float(TO_XYZ[1] @ linear(c)) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_parts_of_a_color():
    assert rgb_of("#e66100") == (230, 97, 0)


def test_red_and_green_would_be_seen_as_one_without_green_cones():
    assert apart("#f2545b", "#2fb574", "no green cones") < 20.0


@pytest.mark.parametrize("vision", SEEN)
def test_every_two_structures_are_told_apart(vision: str):
    for one, other in combinations(FOREGROUND, 2):
        assert apart(COLORS[one], COLORS[other], vision) > 20.0


@pytest.mark.parametrize("vision", ["no green cones", "no red cones"])
def test_endocardium_and_epicardium_are_far_apart_without_green_or_red_cones(vision: str):
    assert apart(COLORS[Label.LV], COLORS[Label.MYO], vision) > 35.0


@pytest.mark.parametrize("vision", SEEN)
def test_curves_of_a_chart_are_told_apart(vision: str):
    for keys in (("gcs_endo", "gcs_mid", "grs"), ("gls", "rv_free_wall")):
        for one, other in combinations(keys, 2):
            assert apart(CURVES[one][1], CURVES[other][1], vision) > 35.0


@pytest.mark.parametrize("color", [*COLORS.values(), RADIAL_COLOR])
def test_every_color_stands_out_from_black_and_from_white(color: str):
    assert contrast(color, "#000000") > 4.0
    assert contrast(color, "#ffffff") > 2.7
