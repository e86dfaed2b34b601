"""Command line: trains and evaluates every fold, or gathers folds that ran as separate jobs.

python -m Training.cross_validate experiments/NAME.toml --cache DIR --out DIR [--folds 5]
[--leave-vendor-out] python -m Training.cross_validate … --fold K        one fold, as a job of its
own python -m Training.cross_validate … --gather        the folds that are done, together

Fold K is the folder OUT/foldK with the run and its results.csv; OUT holds results.csv and tables.md
of all of them. A fold that was begun is taken up, one that is done is left as it is.
"""

from __future__ import annotations

import argparse
import logging
import sys
from dataclasses import replace
from pathlib import Path

import torch

from CMRSegmentationLib.segmenting.model import ModelError
from Training.evaluate import evaluate, publish, segmenter_of
from Training.learning.checkpoint import CheckpointError, has_checkpoint
from Training.learning.config import ConfigError, TrainConfig, read_config
from Training.learning.dann import DomainError
from Training.learning.splits import fold_count, read_examinations, split_examinations
from Training.samples.cache import CachedExamination, CacheError
from Training.scoring.results import (
    RESULTS_FILE,
    ResultRow,
    ResultsError,
    read_results,
    write_results,
)
from Training.train import INTERRUPTED, TrainingError, train

LOGGER = logging.getLogger(__name__)


class GatherError(ValueError):
    """Folds that cannot be put together."""


EXPECTED_ERRORS = (
    ConfigError,
    CacheError,
    CheckpointError,
    DomainError,
    GatherError,
    ModelError,
    ResultsError,
    TrainingError,
    OSError,
)


def run_fold(
    config: TrainConfig,
    examinations: list[CachedExamination],
    folder: Path,
    *,
    device: str = "auto",
) -> None:
    """Trains one fold, given by `config.data.fold`, and scores it on the patients that it left out.

    Raises:
        ConfigError, TrainingError, DomainError: if it cannot be trained.
    """
    if (folder / RESULTS_FILE).exists():
        LOGGER.info("%s is done.", folder)
        return
    split = split_examinations(examinations, config.data)
    cuda = torch.cuda.is_available() and device != "cpu"
    train(
        config,
        split,
        folder,
        resume=has_checkpoint(folder),
        device=torch.device("cuda" if cuda else "cpu"),
    )
    with segmenter_of(folder, device=device) as (segment, _):
        write_results(evaluate(segment, split.test), folder / RESULTS_FILE)


def gather(out: Path, count: int) -> list[ResultRow]:
    """Puts the results of all folds together and writes them and their tables.

    Raises:
        GatherError: if a fold is missing, or a patient was tested on in two folds.
        ResultsError: if the results of a fold are damaged.
    """
    missing = [fold for fold in range(count) if not (out / f"fold{fold}" / RESULTS_FILE).is_file()]
    if missing:
        raise GatherError(
            f"Expected the results of {count} folds in {out}, found none of fold {missing[0]}; "
            "run it."
        )
    by_fold = [read_results(out / f"fold{fold}" / RESULTS_FILE) for fold in range(count)]
    seen: set[str] = set()
    for fold, rows in enumerate(by_fold):
        persons = {row.person for row in rows}
        if persons & seen:
            raise GatherError(
                f"{min(persons & seen)} was tested on in fold {fold} and in one before it."
            )
        seen |= persons
    together = [row for rows in by_fold for row in rows]
    publish(together, out)
    return together


def cross_validate(options: argparse.Namespace) -> None:
    """Does what the command line asks for."""
    config = read_config(options.experiment)
    data = replace(
        config.data, fold_by="vendor" if options.leave_vendor_out else config.data.fold_by
    )
    if options.folds is not None:
        data = replace(data, folds=options.folds)
    examinations = read_examinations(options.cache, config)
    candidates = [e for e in examinations if e.annotated and e.patient not in data.held_out]
    count = fold_count(candidates, data)
    if not options.gather:
        for fold in range(count) if options.fold is None else [options.fold]:
            LOGGER.info("fold %d of %d", fold, count)
            fold_config = replace(config, data=replace(data, fold=fold))
            run_fold(fold_config, examinations, options.out / f"fold{fold}", device=options.device)
    if options.gather or options.fold is None:
        gather(options.out, count)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(
        prog="python -m Training.cross_validate", description="Train and test on folds."
    )
    parser.add_argument(
        "experiment", type=Path, help="TOML file with what differs from the defaults"
    )
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder of the folds")
    parser.add_argument("--folds", type=int, help="in place of the experiment's data.folds")
    parser.add_argument("--leave-vendor-out", action="store_true", help="one fold for each vendor")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--fold", type=int, metavar="K", help="this fold alone, from 0")
    which.add_argument(
        "--gather", action="store_true", help="put together folds that ran as separate jobs"
    )
    options = parser.parse_args(arguments)
    try:
        cross_validate(options)
    except EXPECTED_ERRORS as error:
        LOGGER.error("%s", error)
        return 1
    except KeyboardInterrupt:
        LOGGER.error("Interrupted; the same command goes on.")
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
