"""What the steps of a run learn from: labeled slices and, where asked for, two more kinds.

These are unlabeled slices of every vendor and pairs of phases.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat
from typing import TypeVar

import torch
from torch.utils.data import DataLoader, Dataset

from Training.adaptation.consistency import PhaseBatch, PhaseStream
from Training.adaptation.domain_batches import DomainBatch, DomainStream
from Training.learning.config import ConfigError, TrainConfig
from Training.learning.splits import LearningGroups
from Training.processes.distributed import Processes
from Training.processes.interruption import leave_ctrl_c_to_the_parent
from Training.samples.cache import CachedExamination
from Training.samples.slices import Batch, BatchStream, TrainingSlice

DOMAIN_SEED = 10_000
"""Added to the seed for the batches of domains, which are other draws than those with labels."""
PHASE_SEED = 20_000
"""Likewise for the pairs of phases."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class StepBatches:
    """What one step learns from.

    Attributes:
        labeled: slices with labels.
        domains: unlabeled slices of every vendor, for domain-adversarial training.
        phases: pairs of phases that are to be segmented consistently.
    """

    labeled: Batch
    domains: DomainBatch | None = None
    phases: PhaseBatch | None = None


@dataclass(frozen=True, eq=False)
class Sources:
    """The examinations of a run by what they serve for.

    Attributes:
        labeled: those with labels.
        phases: those whose phases are to be segmented consistently; none without that.
        domains: localized slices of the examinations of every vendor; none without
            domain-adversarial training.
    """

    labeled: list[CachedExamination]
    phases: list[CachedExamination] = field(default_factory=list)
    domains: list[list[TrainingSlice]] = field(default_factory=list)


def check_batches(config: TrainConfig, groups: LearningGroups, processes: Processes) -> None:
    """Every process has to get a part of every batch.

    Raises:
        ConfigError: if there are more processes than parts; the setting is named.
    """
    count = processes.count
    fewest = config.sampling.fewest_samples()
    if fewest < count:
        raise ConfigError(
            f"{count} processes need batches of as many samples, found sampling.crops and "
            f"sampling.windows that give {fewest}. Use larger batches or fewer processes."
        )
    if config.consistency.datasets and config.consistency.batch_size < count:
        raise ConfigError(
            f"{count} processes need as many pairs of phases, found consistency.batch_size of "
            f"{config.consistency.batch_size}."
        )
    domains = len({e.vendor for e in (*groups.labeled, *groups.unlabeled)})
    if config.dann.targets and config.dann.batch_size < count * domains:
        raise ConfigError(
            f"{count} processes need a slice of each of {domains} vendors each, found "
            f"dann.batch_size of {config.dann.batch_size}."
        )


def batches(
    config: TrainConfig, sources: Sources, first: int, processes: Processes
) -> Iterator[StepBatches]:
    """The batches of a run from number `first` on."""
    length, rank, count = config.iterations, processes.rank, processes.count

    labeled = BatchStream(
        sources.labeled,
        config.sampling,
        config.augmentation,
        seed=config.seed,
        length=length,
        rank=rank,
        world_size=count,
    )
    domains: Iterator[DomainBatch | None] = repeat(None)
    phases: Iterator[PhaseBatch | None] = repeat(None)
    if sources.domains:
        compared = DomainStream(
            sources.domains,
            config.sampling,
            config.dann.batch_size,
            seed=config.seed + DOMAIN_SEED,
            length=length,
            rank=rank,
            world_size=count,
        )
        domains = _load(compared, config, first)
    if sources.phases:
        drawing, seed = (
            (config.consistency, config.sampling, config.augmentation),
            config.seed + PHASE_SEED,
        )
        stream = PhaseStream(
            sources.phases, *drawing, seed=seed, length=length, rank=rank, world_size=count
        )
        phases = _load(stream, config, first)
    return map(StepBatches, _load(labeled, config, first), domains, phases)


def _load(stream: Dataset[T], config: TrainConfig, first: int) -> Iterator[T]:
    return iter(
        DataLoader(
            stream,
            batch_size=None,
            generator=torch.Generator(),  # so that the numbers of the training are left alone
            sampler=range(first, config.iterations),
            num_workers=config.workers,
            prefetch_factor=6 if config.workers else None,
            worker_init_fn=leave_ctrl_c_to_the_parent if config.workers else None,
        )
    )
