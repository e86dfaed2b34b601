import json

import pytest

from Testing.Training.scoring.test_results import ROW
from Training.reporting.run_folder import Run, changed_settings, find_runs
from Training.scoring.results import ResultsError, write_results


def write_run(folder, *, seed=1, rows=(ROW,), results_in="", **settings):
    target = folder / results_in
    target.mkdir(parents=True, exist_ok=True)
    write_results(rows, target / "results.csv")
    config = {"seed": seed, "optimizer": settings}
    (folder / "run.json").write_text(
        json.dumps({"config": config, "commit": "abc1234", "torch": "2.13"})
    )
    (folder / "metrics.csv").write_text(
        "iteration,loss,learning_rate,GE_LV,mean\n500,1.2,0.01,0.5,0.4\n1000,0.9,,0.6,0.5\n"
    )
    return folder


def run_of(name, **settings):
    return Run(name, [ROW], {"config": settings})


def test_every_folder_with_results_is_a_run_and_knows_how_it_was_made(tmp_path):
    write_run(tmp_path / "b", seed=2, name="sgd")
    write_run(tmp_path / "a", seed=1, name="adamw", results_in="evaluation")
    first, second = find_runs(tmp_path)
    assert (first.name, second.name) == ("a", "b")
    assert (first.seed, second.seed) == (1, 2)
    assert (first.settings["seed"], first.settings["optimizer.name"]) == (1, "adamw")
    assert first.rows == [ROW]
    assert first.metrics["GE_LV"] == [0.5, 0.6]


def test_a_run_that_was_scored_twice_is_named_by_its_results(tmp_path):
    for name in ("evaluation", "mirrored"):
        write_run(tmp_path / "a", results_in=name)
    assert [run.name for run in find_runs(tmp_path)] == ["a/evaluation", "a/mirrored"]


def test_a_folder_that_is_itself_a_run_has_its_own_name(tmp_path):
    (run,) = find_runs(write_run(tmp_path / "baseline"))
    assert run.name == "baseline"


def test_a_model_that_was_evaluated_without_its_run_has_results_alone(tmp_path):
    write_results([ROW], tmp_path / "results.csv")
    (run,) = find_runs(tmp_path)
    assert (run.environment, run.metrics, run.seed) == ({}, {}, None)


def test_the_files_above_the_folder_of_runs_do_not_count(tmp_path):
    write_run(tmp_path)
    (tmp_path / "evaluations").mkdir()
    (tmp_path / "results.csv").rename(tmp_path / "evaluations" / "results.csv")
    (run,) = find_runs(tmp_path / "evaluations")
    assert run.environment == {}


@pytest.mark.parametrize("folder", [".", "nowhere"])
def test_a_folder_without_results_says_what_to_do(tmp_path, folder):
    with pytest.raises(ResultsError, match="evaluate a run first"):
        find_runs(tmp_path / folder)


def test_results_without_a_row_are_refused(tmp_path):
    write_results([], tmp_path / "results.csv")
    with pytest.raises(ResultsError, match="holds no row"):
        find_runs(tmp_path)


def test_a_damaged_environment_is_named(tmp_path):
    write_run(tmp_path)
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(ResultsError, match=r"run\.json"):
        find_runs(tmp_path)


def test_only_settings_that_differ_are_listed_and_the_seed_is_not():
    runs = [
        run_of("a", seed=1, view="sax", augmentation={"noise": 0.1}),
        run_of("b", seed=2, view="sax", augmentation={"noise": 0.0}),
    ]
    assert changed_settings(runs) == {
        "a": {"augmentation.noise": "0.1"},
        "b": {"augmentation.noise": "0.0"},
    }


def test_a_setting_that_came_after_a_run_has_its_default():
    before, after = run_of("a", seed=1), run_of("b", seed=1, data={"left_out_vendors": []})
    assert before.settings == after.settings
    assert changed_settings([before, after]) == {"a": {}, "b": {}}


def test_a_result_without_settings_makes_no_setting_differ():
    runs = [run_of("a", augmentation={"noise": 0.1}), Run("ensemble", [ROW])]
    assert changed_settings(runs) == {"a": {}, "ensemble": {}}


def test_how_a_run_was_scored_is_known(tmp_path):
    folder = write_run(tmp_path / "a", results_in="evaluation")
    (folder / "evaluation" / "evaluation.json").write_text(
        '{"command": "python -m Training.evaluate a"}'
    )
    (run,) = find_runs(tmp_path)
    assert run.evaluation == {"command": "python -m Training.evaluate a"}


def test_a_learning_curve_that_is_no_number_is_named(tmp_path):
    folder = write_run(tmp_path / "a")
    (folder / "metrics.csv").write_text("iteration,loss\n500,low\n")
    with pytest.raises(ResultsError, match=r"metrics\.csv"):
        find_runs(tmp_path)
