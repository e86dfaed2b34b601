from pathlib import Path

import pytest

from Testing.Training.tiny_run import TINY
from Training.learning.config import ConfigError
from Training.learning.repetitions import of_fold, with_seeds

OUT = Path("runs") / "baseline"


def test_each_seed_has_its_folder_and_nothing_else_differs():
    runs = with_seeds(TINY, OUT, [3, 1])
    assert [(run.folder.as_posix(), run.config.seed) for run in runs] == [
        ("runs/baseline_seed3", 3),
        ("runs/baseline_seed1", 1),
    ]
    assert {run.config.data for run in runs} == {TINY.data}


def test_without_seeds_there_is_one_run_with_the_seed_of_the_settings():
    (run,) = with_seeds(TINY, OUT, [])
    assert (run.folder, run.config) == (OUT, TINY)


def test_a_seed_named_twice_is_refused():
    with pytest.raises(ConfigError, match="each of --seeds once, found 1 2 1"):
        with_seeds(TINY, OUT, [1, 2, 1])


def test_a_fold_is_a_folder_within():
    run = of_fold(TINY, OUT, 2)
    assert run.folder.as_posix() == "runs/baseline/fold2"
    assert run.config.data.fold == 2
