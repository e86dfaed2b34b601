from dataclasses import replace

from Testing.Training.scoring.test_results import ROW
from Training.reporting.result_figures import dice_figure, learning_curves_figure


def test_the_learning_curves_show_loss_and_every_dice():
    metrics = {
        "iteration": [1.0, 2.0],
        "loss": [1.5, 0.9],
        "learning_rate": [0.1, 0.0],
        "GE_LV": [0.4, 0.6],
        "mean": [0.3, 0.5],
    }
    left, right = learning_curves_figure(metrics).axes
    assert [list(line.get_ydata()) for line in left.lines] == [[1.5, 0.9]]
    assert [line.get_label() for line in right.lines] == ["GE LV", "mean"]
    assert list(right.lines[1].get_ydata()) == [0.3, 0.5]


def test_columns_that_are_no_dice_stay_out_of_the_dice_panel():
    metrics = {"iteration": [1.0], "loss": [1.5], "seconds": [0.9], "mean": [0.3]}
    right = learning_curves_figure(metrics).axes[1]
    assert [line.get_label() for line in right.lines] == ["mean"]


def test_the_adversary_has_a_panel_with_its_accuracy_and_strength():
    metrics = {
        "iteration": [1, 2],
        "loss": [1, 1],
        "domain_accuracy": [1.0, 0.6],
        "lambda": [0.0, 0.1],
        "mean": [0.3, 0.5],
    }
    _, dice, adversary = learning_curves_figure(metrics).axes
    assert [line.get_label() for line in dice.lines] == ["mean"]
    assert {line.get_label(): list(line.get_ydata()) for line in adversary.lines} == {
        "domain accuracy": [1.0, 0.6],
        "λ": [0.0, 0.1],
    }


def test_dice_has_a_panel_per_structure_and_a_box_per_vendor_that_annotates_it():
    rows = [
        replace(ROW, vendor=vendor, structure=structure, dice=dice)
        for vendor, structure, dice in (
            ("GE", "LV", 0.5),
            ("GE", "LV", 0.7),
            ("GE", "LV", 0.9),
            ("Siemens", "LV", 1.0),
            ("Siemens", "MYO", 0.8),
        )
    ]
    lv, myo = dice_figure(rows).axes
    assert (lv.get_title(), myo.get_title()) == ("LV", "MYO")
    assert [label.get_text() for label in lv.get_xticklabels()] == ["GE\nn = 3", "Siemens\nn = 1"]
    assert [label.get_text() for label in myo.get_xticklabels()] == ["Siemens\nn = 1"]
    assert any(list(line.get_ydata()) == [0.7, 0.7] for line in lv.lines)
