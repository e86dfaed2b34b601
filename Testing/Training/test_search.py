import tomllib

import pytest

from Testing.Training.cached_phantoms import write_cache
from Training.learning.checkpoint import BEST, load_checkpoint
from Training.learning.config import ConfigError, read_config
from Training.search import Dimension, main, open_study

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


@pytest.mark.parametrize("text", ["a", "a=", "a=2..1", "a=1..x", "a=1..2:linear"])
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
    (trial,) = open_study(tmp_path / "out", 1).trials
    assert trial.value == pytest.approx(sum(best) / 2)


def test_a_setting_that_does_not_exist_is_named(tmp_path, capsys):
    cache = write_cache(tmp_path / "cache")
    experiment = tmp_path / "tiny.toml"
    experiment.write_text(TOML)
    arguments = [str(experiment), "--cache", str(cache), "--out", str(tmp_path / "out")]
    assert main([*arguments, "--space", "optimizer.speed=1..2", "--trials", "1"]) == 1
    assert "unknown setting 'speed'" in capsys.readouterr().err
