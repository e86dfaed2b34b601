"""Consistency between neighboring phases, with or without labels.

A phase between two others is imitated by mixing their images, and what the network says of it shall
be the same mix of what it says of the two (interpolation consistency, Verma et al. 2019,
arXiv:1903.03825). The averaged weights are the teacher, who sees the two phases as they are
(Tarvainen & Valpola 2017, arXiv:1703.01780); the network sees the mix with a changed appearance. No
label is used, so that phases and planes that nobody labeled take part.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from CMRSegmentationLib.segmenting.preprocessing import normalize
from Training.samples.augmentation import AugmentationConfig
from Training.samples.cache import CachedExamination, CachedPhase
from Training.samples.slices import (
    Crop,
    NumberedBatches,
    SamplingConfig,
    TrainingSlice,
    training_slice,
)
from Training.samples.unlabeled import FloatImage, crop_images, with_other_look


@dataclass(frozen=True)
class ConsistencyConfig:
    """Consistency between phases; off unless `datasets` names some.

    Attributes:
        datasets: data sets whose phases take part, those that nobody labeled included.
        weight: of the term when it has risen.
        ramp_up: share of the run over which it rises from 0, in proportion.
        batch_size: pairs of phases in a step.
    """

    datasets: tuple[str, ...] = ()
    weight: float = 1.0
    ramp_up: float = 0.3
    batch_size: int = 4

    def __post_init__(self) -> None:
        if self.weight < 0 or not 0 <= self.ramp_up <= 1 or self.batch_size < 1:
            raise ValueError(
                "Expected weight ≥ 0, ramp_up from 0 to 1 and batch_size ≥ 1, found "
                f"{self.weight}, {self.ramp_up} and {self.batch_size}."
            )

    def strength(self, progress: float) -> float:
        """The weight at a share of the run between 0 and 1."""
        return self.weight * min(1.0, progress / self.ramp_up if self.ramp_up else 1.0)


SlicePair = tuple[TrainingSlice, TrainingSlice]
"""The same slice of two neighboring phases."""


def neighbors(examination: CachedExamination) -> list[SlicePair]:
    """Every slice of every phase with that of the next phase on the same grid.

    The last phase of a whole cine is followed by the first. A phase without a next one is its own
    neighbor.
    """
    grids: dict[tuple[object, ...], list[CachedPhase]] = defaultdict(list)
    for phase in sorted(examination.phases, key=lambda phase: phase.frame):
        grids[(phase.image.shape, phase.geometry.ijk_to_ras.tobytes())].append(phase)
    return [
        (training_slice(examination, phase, z), training_slice(examination, following, z))
        for phases in grids.values()
        for phase, following in _following(phases)
        for z in range(phase.image.shape[0])
    ]


def _following(phases: list[CachedPhase]) -> list[tuple[CachedPhase, CachedPhase]]:
    """Phases in the order of their frames, each with the next or with itself."""
    pairs = [(a, b if b.frame == a.frame + 1 else a) for a, b in pairwise(phases)]
    is_whole = len(phases) > 2 and [p.frame for p in phases] == list(range(len(phases)))
    return [*pairs, (phases[-1], phases[0] if is_whole else phases[-1])]


@dataclass(frozen=True, eq=False)
class PhaseBatch:
    """(N, 1, Y, X) crops of two neighboring phases and of their mix.

    `share` (N,) is the share of the second phase in the mix.
    """

    first: Tensor
    second: Tensor
    mixed: Tensor
    share: Tensor

    def to(self, device: torch.device) -> PhaseBatch:
        """The batch on a device, its images in the channels-last layout."""
        first, second, mixed = (
            images.to(device, memory_format=torch.channels_last)
            for images in (self.first, self.second, self.mixed)
        )
        return PhaseBatch(first, second, mixed, self.share.to(device))


class PhaseStream(NumberedBatches[PhaseBatch]):
    """Batches of pairs of phases."""

    def __init__(
        self,
        examinations: list[CachedExamination],
        config: ConsistencyConfig,
        sampling: SamplingConfig,
        augmentation: AugmentationConfig,
        *,
        seed: int,
        length: int,
        rank: int = 0,
        world_size: int = 1,
    ) -> None:
        super().__init__(seed=seed, length=length, rank=rank, world_size=world_size)
        self.by_examination = [neighbors(examination) for examination in examinations]
        self.config, self.sampling, self.augmentation = config, sampling, augmentation

    def batch(self, number: int) -> PhaseBatch:
        """The pairs of a batch, cropped, and their mix, changed."""
        crop, _ = self.sampling.crop(number)
        samples = [
            self._sample(rng, crop) for rng in self.generators(number, self.config.batch_size)
        ]
        first, second, mixed, share = zip(*samples, strict=True)
        images = [torch.from_numpy(np.stack(crops)[:, None]) for crops in (first, second, mixed)]
        return PhaseBatch(images[0], images[1], images[2], torch.tensor(share, dtype=torch.float32))

    def _sample(
        self, rng: np.random.Generator, crop: Crop
    ) -> tuple[FloatImage, FloatImage, FloatImage, float]:
        pairs = self.by_examination[rng.integers(len(self.by_examination))]
        pair = pairs[rng.integers(len(pairs))]
        first, second = crop_images(rng, pair, self.sampling, self.augmentation, crop)
        share = rng.uniform()
        between = (1 - np.float32(share)) * first + np.float32(share) * second
        changed = with_other_look(rng, between, self.augmentation)
        return normalize(first), normalize(second), changed, share


def consistency_loss(network: nn.Module, teacher: nn.Module, batch: PhaseBatch) -> Tensor:
    """Mean squared difference between the probabilities of a mix and the mix of probabilities.

    Args:
        network: what is trained; gets the gradient.
        teacher: its averaged weights; brought into evaluation mode.
        batch: on the device of both.
    """
    teacher.eval()
    with torch.no_grad():
        first, second = (
            torch.softmax(teacher(images)[0].float(), dim=1)
            for images in (batch.first, batch.second)
        )
        share = batch.share[:, None, None, None]
        target = (1 - share) * first + share * second
    predicted = torch.softmax(network(batch.mixed)[0].float(), dim=1)
    return (predicted - target).square().mean()
