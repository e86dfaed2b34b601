"""What the steps of a run learn from: labeled and unlabeled slices, and pairs of phases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import TypeVar

from torch.utils.data import DataLoader, Dataset

from Training.learning.config import TrainConfig
from Training.learning.consistency import PhaseBatch, PhaseStream
from Training.learning.distributed import Processes
from Training.learning.interruption import leave_ctrl_c_to_the_parent
from Training.samples.cache import CachedExamination
from Training.samples.slices import Batch, BatchStream

TARGET_SEED = 10_000
"""Added to the seed for batches without labels, so that they hold other slices."""
PHASE_SEED = 20_000
"""Likewise for the pairs of phases."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class StepBatches:
    """What one step learns from.

    Attributes:
        labeled: slices with labels.
        unlabeled: slices of the vendors to adapt to, for domain-adversarial training.
        phases: pairs of phases that are to be segmented consistently.
    """

    labeled: Batch
    unlabeled: Batch | None = None
    phases: PhaseBatch | None = None


@dataclass(frozen=True, eq=False)
class Sources:
    """The examinations of a run by what they serve for.

    Attributes:
        labeled: those with labels.
        unlabeled: those of the vendors to adapt to; none without domain-adversarial training.
        phases: those whose phases are to be segmented consistently; none without that.
    """

    labeled: list[CachedExamination]
    unlabeled: list[CachedExamination]
    phases: list[CachedExamination]


def batches(
    config: TrainConfig, sources: Sources, first: int, together: Processes
) -> Iterator[StepBatches]:
    """The batches of a run from number `first` on."""
    length, rank, count = config.iterations, together.rank, together.count

    def slices(examinations: list[CachedExamination], seed: int) -> BatchStream:
        return BatchStream(
            examinations,
            config.sampling,
            config.augmentation,
            seed=seed,
            length=length,
            rank=rank,
            world_size=count,
        )

    unlabeled: Iterator[Batch | None] = repeat(None)
    phases: Iterator[PhaseBatch | None] = repeat(None)
    if sources.unlabeled:
        unlabeled = _load(slices(sources.unlabeled, config.seed + TARGET_SEED), config, first)
    if sources.phases:
        drawing, seed = (
            (config.consistency, config.sampling, config.augmentation),
            config.seed + PHASE_SEED,
        )
        stream = PhaseStream(
            sources.phases, *drawing, seed=seed, length=length, rank=rank, world_size=count
        )
        phases = _load(stream, config, first)
    return map(
        StepBatches, _load(slices(sources.labeled, config.seed), config, first), unlabeled, phases
    )


def _load(stream: Dataset[T], config: TrainConfig, first: int) -> Iterator[T]:
    return iter(
        DataLoader(
            stream,
            batch_size=None,
            sampler=range(first, config.iterations),
            num_workers=config.workers,
            prefetch_factor=6 if config.workers else None,
            worker_init_fn=leave_ctrl_c_to_the_parent if config.workers else None,
        )
    )
