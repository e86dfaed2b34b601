"""The figure by group shows every patient and the mean of every group."""

from __future__ import annotations

import numpy as np
import pytest

from Training.reporting.regional_figure import group_figure

VALUES = {
    "Wall at ED (mm)": {"DCM": [7.0, 9.0], "HCM": [11.0], "NOR": []},
    "GRS (%)": {"DCM": [17.0, 18.0], "HCM": [60.0], "NOR": [55.0]},
}


def test_a_measure_is_a_panel_and_a_group_a_column():
    figure = group_figure(VALUES)
    assert [axes.get_title() for axes in figure.axes] == list(VALUES)
    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()] == ["DCM", "HCM", "NOR"]


def test_every_patient_is_a_dot_and_every_group_has_a_line_at_its_mean():
    lines = group_figure(VALUES).axes[0].get_lines()
    dots = np.concatenate([line.get_ydata() for line in lines if line.get_marker() == "."])
    means = [line.get_ydata()[0] for line in lines if line.get_marker() != "."]
    assert sorted(dots) == [7.0, 9.0, 11.0]
    assert means == [8.0, 11.0]


def test_nothing_to_draw_is_refused():
    with pytest.raises(ValueError, match="at least one measure"):
        group_figure({})
