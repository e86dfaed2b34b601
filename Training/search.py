"""Command line: searches for settings of an experiment with Optuna (Akiba et al. 2019).

python -m Training.search experiments/NAME.toml --space optimizer.learning_rate=1e-4..1e-2:log
    [--space optimizer.name=sgd,adamw …] --cache DIR --out DIR --trials 20

A trial is a run in OUT/trialNNN, scored by its best Dice on the validation patients; the test
patients choose nothing. Trials that fall behind the median of the others are stopped early. The
study lies in OUT/study.log: the same command continues it, and several processes on the same
folder share it; each ends the trial that it is at when there are enough. OUT/best.toml is the
experiment with the best settings.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.storages.journal import JournalFileBackend
from optuna.study import MaxTrialsCallback
from optuna.trial import TrialState

from CMRSegmentationLib.command_line.run import run_command
from CMRSegmentationLib.whole_files import write_whole
from Training.learning.config import ConfigError, add_overrides, parse_override, read_config
from Training.learning.repetitions import add_seeds, with_seeds
from Training.learning.splits import read_examinations
from Training.reporting.log import start_logging
from Training.reporting.tables import Table
from Training.reporting.toml_text import nested, toml_text
from Training.train import TrainingError, device_of, run_repetition

LOGGER = logging.getLogger(__name__)

STUDY_FILE, BEST_FILE, TABLE_FILE = "study.log", "best.toml", "trials.md"
DONE = (TrialState.COMPLETE, TrialState.PRUNED)
"""Trials that count; those that were killed or failed are made up for."""


@dataclass(frozen=True)
class Dimension:
    """A setting and the values that it may have.

    Attributes:
        name: dotted, such as `optimizer.learning_rate`.
        low, high: ends of a range of numbers, or None.
        logarithmic: whether the range is searched by orders of magnitude.
        choices: TOML texts of single values, where there is no range.
    """

    name: str
    low: float | None = None
    high: float | None = None
    logarithmic: bool = False
    choices: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Dimension:
        """`NAME=LOW..HIGH`, `NAME=LOW..HIGH:log` or `NAME=VALUE,VALUE`.

        Raises:
            ConfigError: if it is of no such form.
        """
        name, equals, values = text.partition("=")
        if not equals or not values:
            raise ConfigError(
                "Expected --space NAME=LOW..HIGH, NAME=LOW..HIGH:log or NAME=VALUE,VALUE, found "
                f"{text!r}."
            )
        if ".." not in values:
            return cls(name, choices=tuple(part.strip() for part in values.split(",")))
        span, _, scale = values.partition(":")
        try:
            low, high = (float(end) for end in span.split(".."))
        except ValueError as error:
            raise ConfigError(f"Expected two numbers in --space {text!r}.") from error
        if low >= high or scale not in ("", "log"):
            raise ConfigError(f"Expected LOW < HIGH, then nothing or :log, found {text!r}.")
        if scale and low <= 0:
            raise ConfigError(f"Expected LOW above 0 where :log follows, found {text!r}.")
        return cls(name, low, high, scale == "log")

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers are tried: both ends are whole and more than one apart."""
        if self.low is None or self.high is None:
            return False
        return self.low.is_integer() and self.high.is_integer() and self.high - self.low > 1

    def suggest(self, trial: optuna.Trial) -> str:
        """The trial's value as TOML text."""
        if self.low is None or self.high is None:
            return str(trial.suggest_categorical(self.name, self.choices))
        if self.is_whole:
            log = self.logarithmic
            return str(trial.suggest_int(self.name, int(self.low), int(self.high), log=log))
        return repr(trial.suggest_float(self.name, self.low, self.high, log=self.logarithmic))


def sampler_of(seed: int, trial: int) -> optuna.samplers.BaseSampler:
    """What draws the values of a trial, of the seed and its number alone.

    A search that is continued, and another process that shares it, would else begin once more with
    the values that were tried already.
    """
    numbers = np.random.SeedSequence((seed, trial)).generate_state(1)
    return optuna.samplers.TPESampler(seed=int(numbers[0]))


def open_study(out: Path) -> optuna.Study:
    """The study of a folder, new or as other processes and earlier calls left it."""
    out.mkdir(parents=True, exist_ok=True)
    backend = JournalFileBackend(str(out / STUDY_FILE))
    return optuna.create_study(
        storage=optuna.storages.JournalStorage(backend),
        study_name="search",
        direction="maximize",
        load_if_exists=True,
        pruner=optuna.pruners.MedianPruner(n_startup_trials=4),
    )


@dataclass(frozen=True)
class SearchOptions:
    """What the command line asks for; its help says what each is."""

    experiment: Path
    space: list[str]
    set: list[str]
    cache: Path
    out: Path
    trials: int
    hours: float | None
    seed: int
    seeds: list[int]
    device: str


def objective(
    options: SearchOptions, dimensions: list[Dimension]
) -> Callable[[optuna.Trial], float]:
    """A function that trains one trial and returns its best Dice on the validation patients.

    With several seeds, the mean over them counts. A trial whose loss is not finite ends, and the
    search goes on.
    """

    def run(trial: optuna.Trial) -> float:
        trial.study.sampler = sampler_of(options.seed, trial.number)
        overrides = [*options.set, *_suggested(trial, dimensions)]
        config = read_config(options.experiment, overrides)
        examinations = read_examinations(options.cache, config)
        folder = options.out / f"trial{trial.number:03d}"
        scores = []
        for number, repetition in enumerate(with_seeds(config, folder, options.seeds)):
            stops = partial(_falls_behind, trial, number * config.iterations)
            try:
                state = run_repetition(
                    repetition, examinations, device=options.device, should_stop=stops
                )
            except TrainingError as error:
                LOGGER.warning("Trial %d ends here: %s", trial.number, error)
                raise optuna.TrialPruned(str(error)) from error
            if state.iteration < config.iterations and trial.should_prune():
                raise optuna.TrialPruned
            scores.append(state.best)
        return float(np.mean(scores))

    return run


def _suggested(trial: optuna.Trial, dimensions: list[Dimension]) -> list[str]:
    """The settings of a trial, as of `--set`.

    Raises:
        ConfigError: if the study was begun with other choices.
    """
    try:
        return [f"{d.name}={d.suggest(trial)}" for d in dimensions]
    except ValueError as error:
        raise ConfigError(
            f"Expected the --space that the study in --out began with, found another one: {error} "
            "Search in another --out."
        ) from error


def _falls_behind(trial: optuna.Trial, before: int, iteration: int, dice: float) -> bool:
    """Tells the study how a trial does and returns whether it ends here.

    Args:
        trial: it is compared with others at the same number of iterations.
        before: iterations of its seeds that are done.
        iteration: of the seed that is trained.
        dice: of the validation.
    """
    trial.report(dice, before + iteration)
    return trial.should_prune()


def best_text(
    experiment: Path, study: optuna.Study, dimensions: list[Dimension], fixed: list[str]
) -> str:
    """The best trial as an experiment that extends the one searched from."""
    best = study.best_trial
    values = {d.name: _value(d, best.params[d.name]) for d in dimensions}
    for override in fixed:
        name = override.partition("=")[0]
        inner: Any = parse_override(override)
        for key in name.split("."):
            inner = inner[key]
        values[name] = inner
    head = (
        f"# Best of {len(study.trials)} trials of Training.search: Dice {best.value:.4f} on the "
        f"validation patients, trial {best.number}.\n"
    )
    return head + toml_text({"extends": str(experiment.resolve())} | nested(values))


def _value(dimension: Dimension, value: Any) -> Any:
    """A choice is kept as the text of its value."""
    if not dimension.choices:
        return value
    inner: Any = parse_override(f"x={value}")["x"]
    return inner


def trials_table(study: optuna.Study, dimensions: list[Dimension]) -> Table:
    """Every trial, the best first."""
    ordered = sorted(study.trials, key=lambda t: -(t.value if t.value is not None else -1.0))
    lines = [
        (
            str(trial.number),
            trial.state.name.lower(),
            "–" if trial.value is None else f"{trial.value:.4f}",
            *(str(trial.params.get(d.name, "–")) for d in dimensions),
        )
        for trial in ordered
    ]
    names = (d.name for d in dimensions)
    return Table("Trials, the best first", ("trial", "state", "Dice", *names), tuple(lines))


def search(options: SearchOptions) -> None:
    """Searches as the command line asks.

    Raises:
        ConfigError: if a setting does not exist, or no trial was completed.
        TrainingError: if there is no such device.
    """
    dimensions = [Dimension.parse(text) for text in options.space]
    if options.seed < 0:
        raise ConfigError(f"Expected --seed of 0 or more, found {options.seed}.")
    read_config(options.experiment, options.set)
    device_of(options.device)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = open_study(options.out)
    done = sum(t.state in DONE for t in study.trials)
    study.optimize(
        objective(options, dimensions),
        n_trials=max(0, options.trials - done),
        timeout=options.hours and options.hours * 3600,
        callbacks=[MaxTrialsCallback(options.trials, states=DONE)],  # of all processes together
    )
    if not any(t.state is TrialState.COMPLETE for t in study.trials):
        raise ConfigError("No trial was completed, so there is no best experiment yet.")
    table = trials_table(study, dimensions)
    write_whole(options.out / TABLE_FILE, table.to_markdown())
    text = best_text(options.experiment, study, dimensions, options.set)
    write_whole(options.out / BEST_FILE, text)
    LOGGER.info(
        "%s\n%s: %s", table.to_markdown(), options.out / BEST_FILE, json.dumps(study.best_params)
    )


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    start_logging(times=True)
    parser = argparse.ArgumentParser(
        prog="python -m Training.search", description="Search for settings of an experiment."
    )
    parser.add_argument("experiment", type=Path)
    parser.add_argument(
        "--space",
        action="append",
        required=True,
        metavar="NAME=LOW..HIGH",
        help="a setting and its values; :log after a range, commas for a choice",
    )
    add_overrides(parser)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder of the study")
    parser.add_argument("--trials", type=int, default=20, help="in all, those done before included")
    parser.add_argument("--hours", type=float, help="start no trial after so long")
    parser.add_argument("--seed", type=int, default=1, help="of the sampler")
    add_seeds(parser)
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    options = SearchOptions(**vars(parser.parse_args(arguments)))
    return run_command(lambda: search(options))


if __name__ == "__main__":
    sys.exit(main())
