import math
from dataclasses import replace

import pytest

from Testing.Training.scoring.test_results import ROW
from Training.reporting.run_folder import Run
from Training.reporting.strategies import (
    by_strategy,
    common_persons,
    mean_over_seeds,
    strategy_scores,
    strategy_table,
)


def run_of(name, rows=(ROW,), **settings):
    return Run(name, list(rows), {"config": settings})


def patients(*dices, vendor="GE"):
    """Patients 0, 1, … with these Dice scores."""
    return [
        replace(ROW, patient=f"{vendor}{n}", vendor=vendor, dice=dice)
        for n, dice in enumerate(dices)
    ]


def test_runs_that_differ_in_their_seed_alone_are_one_strategy():
    runs = [
        run_of("baseline_seed1", seed=1, noise=0.1),
        run_of("baseline_seed2", seed=2, noise=0.1),
        run_of("plain_seed1", seed=1, noise=0.0),
    ]
    strategies = {name: [run.name for run in group] for name, group in by_strategy(runs).items()}
    assert strategies == {
        "baseline": ["baseline_seed1", "baseline_seed2"],
        "plain_seed1": ["plain_seed1"],
    }


def test_strategies_whose_names_agree_stay_apart():
    runs = [run_of(f"run{n}", seed=n % 2, noise=n // 2) for n in range(4)]
    assert [len(group) for group in by_strategy(runs).values()] == [2, 2]


def test_runs_without_settings_stand_for_themselves():
    runs = [Run("x", [ROW]), Run("y", [replace(ROW, dice=0.5)])]
    assert list(by_strategy(runs)) == ["x", "y"]


def test_each_patient_s_scores_are_averaged_over_the_seeds():
    missed = replace(ROW, dice=0.0, hd_mm=math.nan, one_empty=True, predicted_ml=0.0)
    (row,) = mean_over_seeds([run_of("a", [ROW]), run_of("b", [missed])])
    assert (row.dice, row.predicted_ml, row.true_ml) == (pytest.approx(0.45), 60.0, 125.0)
    assert math.isnan(row.hd_mm)
    assert row.one_empty


def test_patients_that_one_seed_lacks_are_left_out_of_the_mean():
    assert [
        row.patient
        for row in mean_over_seeds([run_of("a", patients(0.8, 0.6)), run_of("b", patients(0.9))])
    ] == ["GE0"]


def test_strategies_are_compared_on_the_patients_that_every_run_tested():
    strategies = {"plain": [run_of("a", patients(0.8, 0.2))], "noise": [run_of("b", patients(0.9))]}
    table = strategy_table(strategies)
    assert common_persons([run for runs in strategies.values() for run in runs]) == {"mnms/GE0"}
    assert table.rows == (("plain", "1", "0.800"), ("noise", "1", "0.900"))
    assert "1 patients of all runs" in table.title


def test_strategies_without_a_common_patient_have_their_own_means():
    strategies = {
        "plain": [run_of("a", patients(0.8))],
        "noise": [run_of("b", patients(0.6, vendor="Canon"))],
    }
    assert strategy_table(strategies).rows == (
        ("plain", "1", "–", "0.800"),
        ("noise", "1", "0.600", "–"),
    )


def test_the_distribution_of_a_strategy_is_over_patients_not_over_seeds():
    runs = [run_of("s1", patients(0.8, 0.6)), run_of("s2", patients(0.9, 0.7))]
    (line,) = strategy_scores({"plain": runs}).rows
    # The patients' means over the seeds are 0.85 and 0.65; resampling two patients reaches both.
    assert line[:7] == ("plain", "GE", "LV", "ED", "2", "0.750", "0.650 to 0.850")
