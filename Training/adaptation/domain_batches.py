"""Batches of unlabeled slices of every domain, as many of each, all sampled the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from CMRSegmentationLib.segmenting.preprocessing import normalize
from Training.samples.augmentation import (
    AugmentationConfig,
    apply_appearance,
    sample_appearance,
    sample_geometric,
)
from Training.samples.slices import (
    Crop,
    NumberedBatches,
    SamplingConfig,
    TrainingSlice,
    cut,
    jitter,
    sample_center,
)


@dataclass(frozen=True, eq=False)
class DomainBatch:
    """(N, 1, Y, X) crops and the domain (vendor) of each."""

    images: Tensor
    domains: tuple[str, ...]

    def to(self, device: torch.device) -> DomainBatch:
        """The batch on a device, its images in the channels-last layout."""
        images = self.images.to(device, memory_format=torch.channels_last)
        return DomainBatch(images, self.domains)


class DomainStream(NumberedBatches[DomainBatch]):
    """Batches of crops about the heart, the domains in turn, each examination as likely.

    Args:
        slices: the localized slices of each examination (see `localization`).
        sampling: size, resolution and scatter of the crops.
        augmentation: the changes that the labeled slices get too.
        batch_size: slices in a batch, of all domains together.
        seed: with the number of a batch, it decides everything.
        length: how many batches there are.
        rank: number of this process, which gets its part of each batch.
        world_size: how many processes there are.
    """

    def __init__(
        self,
        slices: Sequence[Sequence[TrainingSlice]],
        sampling: SamplingConfig,
        augmentation: AugmentationConfig,
        batch_size: int,
        *,
        seed: int,
        length: int,
        rank: int = 0,
        world_size: int = 1,
    ) -> None:
        super().__init__(seed=seed, length=length, rank=rank, world_size=world_size)
        self.sampling = replace(sampling, heart_probability=1.0)
        self.augmentation, self.batch_size = augmentation, batch_size
        self.by_domain: dict[str, list[Sequence[TrainingSlice]]] = {}
        for examination in slices:
            self.by_domain.setdefault(examination[0].vendor, []).append(examination)

    def batch(self, number: int) -> DomainBatch:
        """The crops of a batch."""
        crop, _ = self.sampling.crop(number)
        names = sorted(self.by_domain)
        generators = self.generators(number, self.batch_size)
        domains = tuple(
            names[(self.rank + i * self.world_size) % len(names)] for i in range(len(generators))
        )
        images = [self._sample(rng, d, crop) for rng, d in zip(generators, domains, strict=True)]
        return DomainBatch(torch.from_numpy(np.stack(images)[:, None]), domains)

    def _sample(self, rng: np.random.Generator, domain: str, crop: Crop) -> NDArray[np.float32]:
        image = self._crop(rng, domain, crop)
        appearance = sample_appearance(rng, self.augmentation)
        other = None
        if appearance.match_histogram is not None or appearance.mix_amplitude is not None:
            other = self._crop(rng, str(rng.choice(sorted(self.by_domain))), crop)
        changed = normalize(apply_appearance(image, appearance, other))
        return jitter(rng, changed, self.augmentation)

    def _crop(self, rng: np.random.Generator, domain: str, crop: Crop) -> NDArray[np.float32]:
        examinations = self.by_domain[domain]
        slices = examinations[int(rng.integers(len(examinations)))]
        source = slices[int(rng.integers(len(slices)))]
        geometric = sample_geometric(rng, self.augmentation)
        return np.asarray(
            cut(source, geometric, sample_center(rng, source, self.sampling), crop)[0]
        )


def plain_crops(slices: Sequence[Sequence[TrainingSlice]], crop: Crop) -> DomainBatch:
    """Every slice of every examination once, cropped about the heart and otherwise unchanged."""
    flat = [source for examination in slices for source in examination]
    unchanged = AugmentationConfig(
        rotation_probability=0.0,
        mirror_probability=0.0,
        scale_probability=0.0,
        elastic_probability=0.0,
    )
    geometric = replace(sample_geometric(np.random.default_rng(0), unchanged), padding="zeros")
    images = [normalize(cut(source, geometric, source.heart_yx_px, crop)[0]) for source in flat]
    tensor = torch.from_numpy(np.stack(images)[:, None].astype(np.float32))
    return DomainBatch(tensor, tuple(source.vendor for source in flat))
