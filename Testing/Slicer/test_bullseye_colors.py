"""The colors of the bullseye are those of the report."""

import pytest
from CMRSegmentationMRML import bullseye_colors
from CMRSegmentationMRML.bullseye_view import quantities

from CMRSegmentationLib.reporting.bullseye import THICKENING_PERCENT, THICKNESS_MM


@pytest.mark.parametrize("scale", [THICKNESS_MM, THICKENING_PERCENT])
@pytest.mark.parametrize("share", [-0.5, 0.0, 0.3, 0.5, 0.77, 1.0, 1.5])
def test_they_are_those_of_matplotlib_to_a_few_steps(scale, share):
    from matplotlib import colormaps

    value = scale.low + share * (scale.high - scale.low)
    expected = [255 * part for part in colormaps[scale.colors](min(1.0, max(0.0, share)))[:3]]
    assert bullseye_colors.color_of(value, scale) == pytest.approx(expected, abs=3)


def test_the_colors_of_every_quantity_are_known():
    assert {one.scale.colors for one in quantities()} <= set(bullseye_colors.STOPS)


def test_what_was_not_measured_is_gray():
    red, green, blue = bullseye_colors.color_of(None, THICKNESS_MM)
    assert max(red, green, blue) - min(red, green, blue) < 10


def test_writing_is_dark_on_yellow_and_light_on_dark_red():
    assert bullseye_colors.ink_on((255, 255, 204)) == bullseye_colors.DARK
    assert bullseye_colors.ink_on((128, 0, 38)) == bullseye_colors.LIGHT
