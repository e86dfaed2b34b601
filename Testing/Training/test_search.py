import tomllib

import pytest
import torch

from Testing.Training.cached_phantoms import write_cache
from Training import search
from Training.learning.checkpoint import BEST, load_checkpoint
from Training.learning.config import ConfigError, read_config
from Training.search import Dimension, main, open_study
from Training.train import TrainingError

TOML = """
iterations = 2
validate_every = 1
workers = 0
[data]
datasets = ["phantoms"]
validation = ["P1"]
held_out = ["P2", "P3"]
[network]
channels = [4, 8]
deep_supervision = 0
[sampling]
spacing_mm = 6.4
crops = [[16, 2]]
size_multiple = 2
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b=1e-4..1e-2:log", Dimension("a.b", 1e-4, 1e-2, logarithmic=True)),
        ("a=2..8", Dimension("a", 2.0, 8.0)),
        ("a=sgd,adamw", Dimension("a", choices=("sgd", "adamw"))),
    ],
)
def test_a_dimension_is_a_range_or_a_choice(text, expected):
    assert Dimension.parse(text) == expected


def test_ranges_between_whole_numbers_are_searched_in_whole_numbers():
    assert Dimension.parse("a=2..8").is_whole
    assert not Dimension.parse("a=0..1").is_whole
    assert not Dimension.parse("a=0.5..8").is_whole


@pytest.mark.parametrize("text", ["a", "a=", "a=2..1", "a=1..x", "a=1..2:linear", "a=0..2:log"])
def test_other_spaces_are_refused(text):
    with pytest.raises(ConfigError, match="Expected"):
        Dimension.parse(text)


def test_a_search_is_continued_and_writes_its_best_experiment(tmp_path, capsys):
    cache = write_cache(tmp_path / "cache")
    experiment = tmp_path / "tiny.toml"
    experiment.write_text(TOML)
    arguments = [str(experiment), "--cache", str(cache), "--out", str(tmp_path / "out")]
    space = [
        "--space",
        "optimizer.learning_rate=1e-4..1e-1:log",
        "--space",
        "optimizer.name=sgd,adamw",
    ]
    assert main([*arguments, *space, "--set", "seed=5", "--trials", "1"]) == 0
    assert main([*arguments, *space, "--set", "seed=5", "--trials", "2"]) == 0
    trials = sorted(path.name for path in (tmp_path / "out").glob("trial*") if path.is_dir())
    assert trials == ["trial000", "trial001"]
    best = tmp_path / "out" / "best.toml"
    values = tomllib.loads(best.read_text())
    assert values["optimizer"]["name"] in ("sgd", "adamw")
    config = read_config(best)
    assert (config.seed, config.iterations) == (5, 2)
    assert 1e-4 <= config.optimizer.learning_rate <= 1e-1


def test_a_trial_of_several_seeds_counts_with_the_mean_over_them(tmp_path):
    cache = write_cache(tmp_path / "cache")
    experiment = tmp_path / "tiny.toml"
    experiment.write_text(TOML)
    arguments = [str(experiment), "--cache", str(cache), "--out", str(tmp_path / "out")]
    space = ["--space", "optimizer.learning_rate=1e-3..1e-1:log", "--seeds", "1", "2"]
    assert main([*arguments, *space, "--trials", "1"]) == 0
    best = [
        load_checkpoint(tmp_path / "out" / f"trial000_seed{seed}" / BEST)["best"] for seed in (1, 2)
    ]
    (trial,) = open_study(tmp_path / "out").trials
    assert trial.value == pytest.approx(sum(best) / 2)


def test_a_trial_that_diverges_ends_alone_and_the_search_goes_on(tmp_path, monkeypatch, caplog):
    train = search.run_repetition

    def diverges_at_first(repetition, *arguments, **settings):
        if repetition.folder.name == "trial000":
            raise TrainingError("The loss is nan at iteration 1; see failed_batch.pt.")
        return train(repetition, *arguments, **settings)

    monkeypatch.setattr(search, "run_repetition", diverges_at_first)
    cache = write_cache(tmp_path / "cache")
    experiment = tmp_path / "tiny.toml"
    experiment.write_text(TOML)
    arguments = [str(experiment), "--cache", str(cache), "--out", str(tmp_path / "out")]
    space = ["--space", "optimizer.learning_rate=1e-3..1e-1:log"]
    assert main([*arguments, *space, "--trials", "2"]) == 0
    assert "Trial 0 ends here: The loss is nan at iteration 1" in caplog.text
    states = [trial.state.name for trial in open_study(tmp_path / "out").trials]
    assert states == ["PRUNED", "COMPLETE"]


def test_a_gpu_that_is_absent_is_told_before_any_trial(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    experiment = tmp_path / "tiny.toml"
    experiment.write_text(TOML)
    arguments = [str(experiment), "--cache", str(tmp_path), "--out", str(tmp_path / "out")]
    assert main([*arguments, "--space", "seed=1..9", "--device", "cuda"]) == 1
    assert "No CUDA device was found" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_setting_that_does_not_exist_is_named(tmp_path, capsys):
    cache = write_cache(tmp_path / "cache")
    experiment = tmp_path / "tiny.toml"
    experiment.write_text(TOML)
    arguments = [str(experiment), "--cache", str(cache), "--out", str(tmp_path / "out")]
    assert main([*arguments, "--space", "optimizer.speed=1..2", "--trials", "1"]) == 1
    assert "unknown setting 'speed'" in capsys.readouterr().err


def tiny_search(tmp_path):
    """A search of a tiny experiment, but for what is searched and how many trials."""
    cache = write_cache(tmp_path / "cache")
    experiment = tmp_path / "tiny.toml"
    experiment.write_text(TOML)
    return [str(experiment), "--cache", str(cache), "--out", str(tmp_path / "out")]


RATES = ["--space", "optimizer.learning_rate=1e-4..1e-1:log"]


def rates_of(out):
    return [trial.params["optimizer.learning_rate"] for trial in open_study(out).trials]


def test_a_search_that_is_continued_tries_what_it_would_have_tried_in_one_go(tmp_path):
    arguments = [*tiny_search(tmp_path), *RATES]
    for trials in ("1", "3"):
        assert main([*arguments, "--trials", trials]) == 0
    continued = rates_of(tmp_path / "out")
    assert main([*arguments, "--out", str(tmp_path / "in_one_go"), "--trials", "3"]) == 0
    assert continued == rates_of(tmp_path / "in_one_go")
    assert len(set(continued)) == 3


def test_processes_that_share_a_search_do_its_trials_once(tmp_path, monkeypatch):
    arguments = [*tiny_search(tmp_path), *RATES, "--trials", "3"]
    train = search.run_repetition

    def beside_another_process(repetition, *values, **settings):
        monkeypatch.setattr(search, "run_repetition", train)
        assert main([*arguments[:-1], "2"]) == 0  # it does two while this one is at its first
        return train(repetition, *values, **settings)

    monkeypatch.setattr(search, "run_repetition", beside_another_process)
    assert main(arguments) == 0
    rates = rates_of(tmp_path / "out")
    assert len(rates) == len(set(rates)) == 3


def test_a_trial_that_failed_is_made_up_for(tmp_path, monkeypatch):
    arguments = [*tiny_search(tmp_path), *RATES, "--trials", "1"]

    def no_space_left(*_values, **_settings):
        raise OSError("The checkpoint could not be written (is the disk full?)")

    with monkeypatch.context() as full_disk:
        full_disk.setattr(search, "run_repetition", no_space_left)
        assert main(arguments) == 1
    assert main(arguments) == 0
    states = [trial.state.name for trial in open_study(tmp_path / "out").trials]
    assert states == ["FAIL", "COMPLETE"]


def test_a_study_is_not_continued_with_other_choices(tmp_path, capsys):
    arguments = tiny_search(tmp_path)
    assert main([*arguments, "--space", "optimizer.name=sgd,adamw", "--trials", "1"]) == 0
    assert main([*arguments, "--space", "optimizer.name=sgd", "--trials", "2"]) == 1
    assert "Search in another --out." in capsys.readouterr().err
