import io
import math
from dataclasses import replace

import numpy as np
import pytest

from Testing.Training.scoring.test_results import ROW
from Training.reporting.result_figures import (
    dice_figure,
    forest_figure,
    learning_curves_figure,
)
from Training.scoring.agreement import PairedDifference


def labels(axes):
    return [line.get_label() for line in axes.lines]


def drawn(axes):
    """Every value that lies within the panel, of boxes, whiskers, dots and points."""
    low, high = axes.get_ylim()
    values = np.concatenate([np.atleast_1d(line.get_ydata()) for line in axes.lines])
    return values, ((values >= low) & (values <= high)).all()


def test_the_learning_curves_show_both_losses_and_every_dice():
    metrics = {
        "iteration": [1.0, 2.0],
        "loss": [1.5, 0.9],
        "validation_loss": [1.7, 1.1],
        "learning_rate": [0.1, 0.0],
        "GE_LV": [0.4, 0.6],
        "mean": [0.3, 0.5],
    }
    left, right = learning_curves_figure(metrics).axes
    assert {line.get_label(): list(line.get_ydata()) for line in left.lines} == {
        "training": [1.5, 0.9],
        "validation": [1.7, 1.1],
    }
    assert left.lines[0].get_linestyle() != left.lines[1].get_linestyle()
    assert labels(right) == ["GE LV", "mean"]
    assert list(right.lines[1].get_ydata()) == [0.3, 0.5]
    assert drawn(right)[1]


def test_columns_that_are_no_dice_stay_out_of_the_dice_panel():
    metrics = {"iteration": [1.0], "loss": [1.5], "seconds": [0.9], "mean": [0.3]}
    assert labels(learning_curves_figure(metrics).axes[1]) == ["mean"]


def test_the_adversary_has_a_panel_with_both_accuracies_and_its_strength():
    metrics = {
        "iteration": [1, 2],
        "loss": [1, 1],
        "domain_accuracy": [1.0, 0.6],
        "held_out_domain_accuracy": [math.nan, 0.8],
        "lambda": [0.0, 1.6],
        "mean": [0.3, 0.5],
    }
    _, dice, adversary = learning_curves_figure(metrics).axes
    low, high = adversary.get_ylim()
    assert low < 0.0 < 1.6 < high
    assert labels(dice) == ["mean"]
    assert labels(adversary) == ["domain accuracy, training", "domain accuracy, held out", "λ"]


def rows_of(*values):
    return [
        replace(ROW, vendor=vendor, structure=structure, dice=dice)
        for vendor, structure, dice in values
    ]


def test_few_values_are_points_and_five_are_a_box():
    many = [("GE", "LV", dice) for dice in (0.5, 0.6, 0.7, 0.8, 0.9)]
    rows = rows_of(*many, ("Siemens", "LV", 1.0), ("Siemens", "MYO", 0.8))
    lv, myo = dice_figure(rows).axes
    assert (lv.get_title(), myo.get_title()) == ("LV", "MYO")
    assert [label.get_text() for label in lv.get_xticklabels()] == ["GE\nn = 5", "Siemens\nn = 1"]
    assert [label.get_text() for label in myo.get_xticklabels()] == ["Siemens\nn = 1"]
    assert any(list(line.get_ydata()) == [0.7, 0.7] for line in lv.lines)
    assert [list(line.get_ydata()) for line in myo.lines] == [[0.8]]


@pytest.mark.parametrize("by", ["vendor", "phase"])
def test_no_figure_loses_a_value(by):
    """Values of one panel far below those of another, as where eight of twelve were cut off."""
    low = [("GE", "RV", dice) for dice in (0.0, 0.02, 0.05, 0.1, 0.3, 0.35)]
    high = [("GE", "LV", dice) for dice in (0.9, 0.95, 0.97, 0.98, 0.99, 1.0)]
    for axes in dice_figure(rows_of(*low, *high), by).axes:
        values, inside = drawn(axes)
        assert inside
        assert values.size > 6


@pytest.mark.parametrize("make", [dice_figure, None])
def test_what_colors_and_lines_mean_stands_beside_the_panels_and_covers_no_value(make):
    many = [("GE", "LV", dice) for dice in (0.5, 0.6, 0.7, 0.8, 0.9)]
    compared = [PairedDifference("dann", 14, 0, 0.005, -0.002, 0.010, 0.07, 0.07)]
    figure = make(rows_of(*many)) if make else forest_figure(compared, "Dice", "baseline")
    figure.savefig(io.BytesIO(), format="png")
    (legend,) = figure.legends
    for axes in figure.axes:
        assert axes.get_legend() is None
        assert not legend.get_window_extent().overlaps(axes.get_window_extent())


def test_missing_distances_are_left_out():
    rows = [replace(ROW, hd_mm=math.nan), replace(ROW, hd_mm=8.0)]
    (axes,) = dice_figure(rows, metric="hd_mm", label="HD (mm)").axes
    assert [list(line.get_ydata()) for line in axes.lines] == [[8.0]]


def test_a_forest_has_a_line_for_each_comparison_with_its_interval():
    compared = [
        PairedDifference("augmentation", 14, 0, 0.021, 0.008, 0.039, 0.005, 0.016),
        PairedDifference("dann", 14, 0, 0.005, -0.002, 0.010, 0.07, 0.07),
    ]
    (axes,) = forest_figure(compared, "", "baseline").axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["dann (n = 14)", "augmentation (n = 14)"]
    spans = [list(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2]
    assert [0.008, 0.039] in spans
    assert [-0.002, 0.010] in spans
    colors = {line.get_color() for line in axes.lines}
    assert {"tab:red", "black"} <= colors
    low, high = axes.get_xlim()
    assert low < -0.002
    assert high > 0.039
