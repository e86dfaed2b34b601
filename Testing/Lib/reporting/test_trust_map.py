from dataclasses import replace

import numpy as np
import pytest

from CMRSegmentationLib.reporting.trust_map import MARK_COLORS, draw_trust_map, mark_numbers
from CMRSegmentationLib.trust.trust import Limits, Mark, StructureTrust

LV = StructureTrust(
    slices=((0.95, 0.65, 0.3), (0.9, None, 0.7)),
    missing=((None, None, None), (None, 0.2, None)),
    volumes=(0.9, 0.55),
    limits=Limits(0.7, 0.5, 0.8, 0.6, 0.6, 0.8),
)
"""Two frames of three slices."""


def test_a_column_is_a_frame_and_a_row_a_slice():
    assert mark_numbers(LV).tolist() == [[0, 0], [1, -1], [2, 0]]
    assert list(MARK_COLORS) == [Mark.BELIEVED, Mark.DOUBTFUL, Mark.WRONG]


def test_the_map_has_the_colors_of_the_marks():
    figures = pytest.importorskip("matplotlib.figure")
    colors = pytest.importorskip("matplotlib.colors")
    axes = figures.Figure().add_axes((0, 0, 1, 1))
    draw_trust_map(axes, LV, (0, 1))
    shown = axes.images[0].get_array()
    assert shown.shape == (3, 2, 3)
    np.testing.assert_allclose(shown[2, 0], colors.to_rgb(MARK_COLORS[Mark.WRONG]))
    np.testing.assert_allclose(shown[0, 0], colors.to_rgb(MARK_COLORS[Mark.BELIEVED]))


@pytest.mark.parametrize("slices", [1, 3, 12])
def test_the_phases_are_pointed_at_from_just_above_the_map_however_many_slices_there_are(slices):
    figures = pytest.importorskip("matplotlib.figure")
    figure = figures.Figure(figsize=(4, 4))
    axes = figure.add_axes((0.1, 0.1, 0.8, 0.2))
    structure = replace(LV, slices=((0.9,) * slices,) * 2, missing=((None,) * slices,) * 2)
    draw_trust_map(axes, structure, (0, 1))
    figure.draw_without_rendering()
    top = axes.get_window_extent().y1
    for line in axes.lines:
        _, y = line.get_transform().transform(line.get_xydata()[0])
        assert 2 <= y - top <= 6  # pixels
