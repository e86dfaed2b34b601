import json
import logging
from dataclasses import replace

import pytest

from CMRSegmentationLib.command_line.run import INTERRUPTED
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Testing.Training.tiny_run import TINY
from Training import cross_validate as command
from Training.cross_validate import GatherError, gather, main
from Training.evaluate import evaluate
from Training.learning.config import to_values
from Training.learning.repetitions import Repetition
from Training.samples.cache import read_cache
from Training.scoring.results import read_results, write_results

RUN_FOLD = command.run_fold
TOML = """
iterations = 1
validate_every = 1
workers = 0
[data]
datasets = ["phantoms"]
[network]
channels = [4, 8]
deep_supervision = 0
[sampling]
spacing_mm = 3.2
crops = [[32, 2]]
size_multiple = 4
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """P0, P1 and P2 of Siemens, P3 of GE."""
    return write_cache(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def experiment(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TOML, encoding="utf-8")
    return path


@pytest.fixture
def instant_training(monkeypatch, cache):
    """Folds that are scored without training; returns the configurations asked for."""
    asked = []

    def run_fold(fold, examinations, *, device):
        asked.append(fold.config)
        fold.folder.mkdir(parents=True)
        split = command.split_examinations(examinations, fold.config.data)
        write_results(
            evaluate(lambda stack, view: stack.array.astype("uint8") * 0, split.test),
            fold.folder / "results.csv",
        )

    monkeypatch.setattr(command, "run_fold", run_fold)
    return asked


def arguments(experiment, cache, out, *more):
    return [str(experiment), "--cache", str(cache), "--out", str(out), "--device", "cpu", *more]


def patients(path):
    return {row.patient for row in read_results(path)}


def test_a_fold_is_trained_and_scored_on_the_patients_it_left_out_and_not_twice(
    experiment, cache, tmp_path, caplog
):
    caplog.set_level(logging.INFO)
    out = tmp_path / "cv"
    assert main(arguments(experiment, cache, out, "--folds", "2", "--fold", "1")) == 0
    tested = patients(out / "fold1" / "results.csv")
    assert len(tested) == 2
    assert not (out / "results.csv").exists()
    assert main(arguments(experiment, cache, out, "--folds", "2", "--fold", "1")) == 0
    assert "is done" in caplog.text


def test_a_fold_of_other_settings_is_neither_left_as_done_nor_gathered(
    experiment, cache, tmp_path, instant_training, monkeypatch, capsys
):
    out = tmp_path / "cv"
    assert main(arguments(experiment, cache, out, "--folds", "2")) == 0
    for fold, asked in enumerate(instant_training):
        before = replace(asked, iterations=1 + fold)
        (out / f"fold{fold}" / "run.json").write_text(json.dumps({"config": to_values(before)}))
    monkeypatch.setattr(command, "run_fold", RUN_FOLD)
    for job in (["--gather"], ["--fold", "1"]):
        assert main(arguments(experiment, cache, out, "--folds", "2", *job)) == 1
        assert "fold1 began with other settings: iterations was 2, now 1" in capsys.readouterr().err
    assert main(arguments(experiment, cache, out, "--folds", "2", "--fold", "0")) == 0


def test_folds_that_ran_as_separate_jobs_are_gathered(
    experiment, cache, tmp_path, instant_training
):
    out = tmp_path / "cv"
    for fold in ("1", "0"):
        assert main(arguments(experiment, cache, out, "--folds", "2", "--fold", fold)) == 0
    assert main(arguments(experiment, cache, out, "--folds", "2", "--gather")) == 0
    assert patients(out / "results.csv") == {"P0", "P1", "P2", "P3"}
    assert "Siemens" in (out / "tables.md").read_text()


def test_all_folds_in_one_command_are_gathered_at_its_end(
    experiment, cache, tmp_path, instant_training
):
    assert main(arguments(experiment, cache, tmp_path / "cv", "--folds", "4")) == 0
    assert [config.data.fold for config in instant_training] == [0, 1, 2, 3]
    assert patients(tmp_path / "cv" / "results.csv") == {"P0", "P1", "P2", "P3"}


def test_several_seeds_are_a_cross_validation_each(experiment, cache, tmp_path, instant_training):
    out = tmp_path / "cv"
    assert main(arguments(experiment, cache, out, "--folds", "2", "--seeds", "3", "4")) == 0
    assert [(c.seed, c.data.fold) for c in instant_training] == [(3, 0), (3, 1), (4, 0), (4, 1)]
    for seed in (3, 4):
        assert patients(tmp_path / f"cv_seed{seed}" / "results.csv") == {"P0", "P1", "P2", "P3"}
    assert not out.exists()


def test_every_vendor_is_left_out_once(experiment, tmp_path, instant_training):
    vendors = {"P0": "Siemens", "P1": "Siemens", "P2": "GE", "P3": "GE", "P4": "GE"}
    cache = write_cache(
        tmp_path / "two", *(phantom_patient(name, vendor) for name, vendor in vendors.items())
    )
    assert main(arguments(experiment, cache, tmp_path / "cv", "--leave-vendor-out")) == 0
    assert patients(tmp_path / "cv" / "fold0" / "results.csv") == {"P2", "P3", "P4"}
    assert patients(tmp_path / "cv" / "fold1" / "results.csv") == {"P0", "P1"}


def test_a_vendor_whose_absence_leaves_nobody_to_train_on_is_refused(
    experiment, cache, tmp_path, capsys
):
    assert (
        main(arguments(experiment, cache, tmp_path / "cv", "--leave-vendor-out", "--fold", "1"))
        == 1
    )
    assert "to train on and to validate on, found 0 and 1" in capsys.readouterr().err


def test_a_missing_fold_is_named(experiment, cache, tmp_path, instant_training, capsys):
    main(arguments(experiment, cache, tmp_path / "cv", "--folds", "2", "--fold", "0"))
    assert main(arguments(experiment, cache, tmp_path / "cv", "--folds", "2", "--gather")) == 1
    assert "found none of fold 1" in capsys.readouterr().err


def test_a_patient_in_two_folds_is_refused(tmp_path):
    examinations = read_cache(write_cache(tmp_path / "cache", phantom_patient("P0")))
    rows = evaluate(lambda stack, view: stack.array.astype("uint8") * 0, examinations)
    for fold in (0, 1):
        (tmp_path / f"fold{fold}").mkdir()
        write_results(rows, tmp_path / f"fold{fold}" / "results.csv")
    with pytest.raises(GatherError, match="phantoms/P0 was tested on in fold 1"):
        gather(Repetition(TINY, tmp_path), 2)


def test_more_folds_than_patients_is_one_sentence_and_status_1(experiment, cache, tmp_path, capsys):
    assert main(arguments(experiment, cache, tmp_path / "cv", "--folds", "9")) == 1
    assert "9 folds need as many patients at least, found 4" in capsys.readouterr().err


def test_ctrl_c_exits_with_130(experiment, cache, tmp_path, monkeypatch):
    def interrupted(*_arguments, **_settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "run_fold", interrupted)
    assert main(arguments(experiment, cache, tmp_path / "cv", "--folds", "2")) == INTERRUPTED


def test_the_default_is_five_folds_by_patient():
    assert (TINY.data.folds, TINY.data.fold_by, TINY.data.fold) == (5, "patient", -1)


@pytest.mark.parametrize("fold", ["-1", "2"])
def test_a_fold_that_there_is_not_is_refused_before_anything_runs(
    fold, experiment, cache, tmp_path, capsys
):
    arguments = [str(experiment), "--cache", str(cache), "--out", str(tmp_path / "out")]
    assert command.main([*arguments, "--folds", "2", "--fold", fold]) == 1
    assert f"Expected --fold from 0 to 1, found {fold}" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_fold_of_other_patients_is_not_left_as_done(experiment, tmp_path, capsys):
    """Else a patient is tested on twice or never, which is seen when all folds are trained."""
    cache = write_cache(tmp_path / "cache")
    first_fold = arguments(experiment, cache, tmp_path / "cv", "--folds", "2", "--fold", "0")
    assert main(first_fold) == main(first_fold) == 0
    write_cache(cache, phantom_patient("P4"))
    assert main(first_fold) == 1
    assert "fold0 began with other examinations: P" in capsys.readouterr().err
