"""The runs that one experiment is repeated in: its seeds and its folds, each with a folder.

`train`, `cross_validate` and `search` all name their runs here and train them in the same way.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from Training.learning.config import ConfigError, TrainConfig


@dataclass(frozen=True)
class Repetition:
    """One run: its settings and its folder."""

    config: TrainConfig
    folder: Path


def with_seeds(config: TrainConfig, folder: Path, seeds: Sequence[int]) -> list[Repetition]:
    """A run in FOLDER_seedN for each seed; without seeds, one in FOLDER with that of the settings.

    Raises:
        ConfigError: if a seed is named twice.
    """
    if not seeds:
        return [Repetition(config, folder)]
    if len(set(seeds)) < len(seeds):
        raise ConfigError(f"Expected each of --seeds once, found {' '.join(map(str, seeds))}.")
    return [
        Repetition(replace(config, seed=seed), folder.with_name(f"{folder.name}_seed{seed}"))
        for seed in seeds
    ]


def of_fold(config: TrainConfig, folder: Path, fold: int) -> Repetition:
    """The run of a fold, in FOLDER/foldK."""
    data = replace(config.data, fold=fold)
    return Repetition(replace(config, data=data), folder / f"fold{fold}")


def add_seeds(parser: argparse._ActionsContainer) -> None:
    """Adds `--seeds N …` to a command line."""
    parser.add_argument(
        "--seeds",
        type=int,
        nargs="+",
        default=[],
        metavar="N",
        help="one run for each, in OUT_seedN, in place of one with the experiment's seed",
    )
