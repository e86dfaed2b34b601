"""Command line: trains and evaluates every fold, or gathers folds that ran as separate jobs.

python -m Training.cross_validate experiments/NAME.toml --cache DIR --out DIR [--folds 5]
    [--leave-vendor-out] [--seeds 1 2]
python -m Training.cross_validate … --fold K        one fold, as a job of its own
python -m Training.cross_validate … --gather        the folds that are done, together

Fold K is the folder OUT/foldK with the run and its results.csv; OUT holds results.csv and tables.md
of all of them. A fold that was begun is resumed, one that is done is left as it is. With several
seeds, OUT_seedN is such a folder for each.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from CMRSegmentationLib.command_line.run import run_command
from CMRSegmentationLib.errors import UserError
from Training.evaluate import evaluate, publish, segmenter_of
from Training.learning.config import ConfigError, add_overrides, read_config
from Training.learning.environment import ENVIRONMENT_FILE
from Training.learning.repetitions import Repetition, add_seeds, of_fold, with_seeds
from Training.learning.resuming import check_patients, check_settings
from Training.learning.splits import (
    fold_candidates,
    fold_count,
    learning_groups,
    read_examinations,
    split_examinations,
)
from Training.reporting.log import start_logging
from Training.samples.cache import CachedExamination
from Training.scoring.results import (
    RESULTS_FILE,
    ResultRow,
    read_results,
    write_results,
)
from Training.train import run_repetition

LOGGER = logging.getLogger(__name__)


class GatherError(UserError, ValueError):
    """Folds that cannot be put together."""


def run_fold(
    fold: Repetition, examinations: list[CachedExamination], *, device: str = "auto"
) -> None:
    """Trains one fold and scores it on the patients that it left out, if that is not done.

    Raises:
        ConfigError, TrainingError, DomainError: if it cannot be trained.
        ResumeError: if it was done with other settings or patients.
    """
    split = split_examinations(examinations, fold.config.data)
    if (fold.folder / RESULTS_FILE).exists():
        _check_done(fold)
        check_patients(fold.folder, learning_groups(split, fold.config).as_split(split))
        LOGGER.info("%s is done.", fold.folder)
        return
    run_repetition(fold, examinations, device=device)
    with segmenter_of(fold.folder, device=device) as (segment, _):
        write_results(evaluate(segment, split.test), fold.folder / RESULTS_FILE)


def _check_done(fold: Repetition) -> None:
    """Results that came without their run are taken as they are."""
    if (fold.folder / ENVIRONMENT_FILE).is_file():
        text = (fold.folder / ENVIRONMENT_FILE).read_text(encoding="utf-8")
        check_settings(fold.folder, json.loads(text)["config"], fold.config)


def gather(repeated: Repetition, count: int) -> list[ResultRow]:
    """Puts the results of all folds together and writes them and their tables.

    Raises:
        ResumeError: if a fold was done with other settings.
        GatherError: if a fold is missing, or a patient was tested on in two folds.
        ResultsError: if the results of a fold are damaged.
    """
    out = repeated.folder
    missing = [fold for fold in range(count) if not (out / f"fold{fold}" / RESULTS_FILE).is_file()]
    if missing:
        raise GatherError(
            f"Expected the results of {count} folds in {out}, found none of fold {missing[0]}; "
            "run it."
        )
    for fold in range(count):
        _check_done(of_fold(repeated.config, out, fold))
    by_fold = [read_results(out / f"fold{fold}" / RESULTS_FILE) for fold in range(count)]
    seen: set[str] = set()
    for fold, rows in enumerate(by_fold):
        persons = {row.person for row in rows}
        if persons & seen:
            raise GatherError(
                f"{min(persons & seen)} was tested on in fold {fold} and in one before it."
            )
        seen |= persons
    gathered = [row for rows in by_fold for row in rows]
    publish(gathered, out)
    return gathered


@dataclass(frozen=True)
class CrossValidateOptions:
    """What the command line asks for; its help says what each is."""

    experiment: Path
    cache: Path
    out: Path
    set: list[str]
    seeds: list[int]
    folds: int | None
    leave_vendor_out: bool
    device: str
    fold: int | None
    gather: bool


def cross_validate(options: CrossValidateOptions) -> None:
    """Does what the command line asks for."""
    config = read_config(options.experiment, options.set)
    data = replace(
        config.data, fold_by="vendor" if options.leave_vendor_out else config.data.fold_by
    )
    if options.folds is not None:
        data = replace(data, folds=options.folds)
    examinations = read_examinations(options.cache, config)
    count = fold_count(fold_candidates(examinations, data), data)
    if options.fold is not None and not 0 <= options.fold < count:
        raise ConfigError(f"Expected --fold from 0 to {count - 1}, found {options.fold}.")
    config = replace(config, data=data)
    for repeated in with_seeds(config, options.out, options.seeds):
        if not options.gather:
            for fold in range(count) if options.fold is None else [options.fold]:
                LOGGER.info("%s: fold %d of %d", repeated.folder.name, fold, count)
                run = of_fold(repeated.config, repeated.folder, fold)
                run_fold(run, examinations, device=options.device)
        if options.gather or options.fold is None:
            gather(repeated, count)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    start_logging(times=True)
    parser = argparse.ArgumentParser(
        prog="python -m Training.cross_validate", description="Train and test on folds."
    )
    parser.add_argument(
        "experiment", type=Path, help="TOML file with what differs from the defaults"
    )
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder of the folds")
    add_overrides(parser)
    add_seeds(parser)
    parser.add_argument("--folds", type=int, help="in place of the experiment's data.folds")
    parser.add_argument("--leave-vendor-out", action="store_true", help="one fold for each vendor")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--fold", type=int, metavar="K", help="this fold alone, from 0")
    which.add_argument(
        "--gather", action="store_true", help="put together folds that ran as separate jobs"
    )
    options = CrossValidateOptions(**vars(parser.parse_args(arguments)))
    return run_command(lambda: cross_validate(options))


if __name__ == "__main__":
    sys.exit(main())
