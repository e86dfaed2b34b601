"""Batches of unlabeled slices of every domain, as many of each, all sampled the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from CMRSegmentationLib.segmenting.preprocessing import normalize
from Training.samples.augmentation import AugmentationConfig, sample_geometric
from Training.samples.slices import Crop, NumberedBatches, SamplingConfig, TrainingSlice, cut
from Training.samples.unlabeled import FloatImage, crop_images

STILL = AugmentationConfig.off()
"""No change of geometry or appearance."""


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

    The crops are mirrored at random and else left as they are: turning and scaling blur the noise
    and the sharpness that give a scanner away.

    Args:
        slices: the localized slices of each examination (see `localization`).
        sampling: size, resolution and scatter of the crops.
        batch_size: slices in a batch, of all domains together.
        seed: with the number of a batch, it decides everything.
        length: how many batches there are.
        rank: number of this process, which gets its rounds of the domains of each batch.
        world_size: how many processes there are.
    """

    def __init__(
        self,
        slices: Sequence[Sequence[TrainingSlice]],
        sampling: SamplingConfig,
        batch_size: int,
        *,
        seed: int,
        length: int,
        rank: int = 0,
        world_size: int = 1,
    ) -> None:
        super().__init__(seed=seed, length=length, rank=rank, world_size=world_size)
        self.sampling = replace(sampling, heart_probability=1.0)
        self.batch_size = batch_size
        self.by_domain: dict[str, list[Sequence[TrainingSlice]]] = {}
        for examination in slices:
            self.by_domain.setdefault(examination[0].vendor, []).append(examination)

    def batch(self, number: int) -> DomainBatch:
        """The crops of a batch."""
        crop, _ = self.sampling.crop(number)
        names = sorted(self.by_domain)
        generators = self.generators(number, self.batch_size)
        domains = tuple(names[i % len(names)] for i in self.mine(self.batch_size))
        images = [self._sample(rng, d, crop) for rng, d in zip(generators, domains, strict=True)]
        return DomainBatch(torch.from_numpy(np.stack(images)[:, None]), domains)

    def mine(self, batch_size: int) -> Sequence[int]:
        """Whole rounds of the domains, so that every process compares all of them."""
        count = len(self.by_domain)
        return [i for i in range(batch_size) if i // count % self.world_size == self.rank]

    def _sample(self, rng: np.random.Generator, domain: str, crop: Crop) -> FloatImage:
        examinations = self.by_domain[domain]
        slices = examinations[int(rng.integers(len(examinations)))]
        source = slices[int(rng.integers(len(slices)))]
        image = normalize(crop_images(rng, [source], self.sampling, STILL, crop)[0])
        axes = tuple(axis for axis in (0, 1) if rng.random() < 0.5)
        return np.asarray(np.flip(image, axes))


def plain_crops(slices: Sequence[Sequence[TrainingSlice]], crop: Crop) -> DomainBatch:
    """Every slice of every examination once, cropped about the heart and otherwise unchanged."""
    flat = [source for examination in slices for source in examination]
    geometric = replace(sample_geometric(np.random.default_rng(0), STILL), padding="zeros")
    images = [normalize(cut(source, geometric, source.heart_yx_px, crop)[0]) for source in flat]
    tensor = torch.from_numpy(np.stack(images)[:, None].astype(np.float32))
    return DomainBatch(tensor, tuple(source.vendor for source in flat))
