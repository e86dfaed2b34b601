"""Classes from images: the middle of the ventricle at end-diastole and end-systole as channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from torch import Tensor, nn

from CMRSegmentationLib.image import FOREGROUND
from CMRSegmentationLib.segmenting.preprocessing import normalize
from Training.classification.image_networks import build_image_network
from Training.samples.augmentation import AugmentationConfig, apply_geometric, sample_geometric
from Training.samples.cache import CachedExamination, CachedPhase
from Training.samples.slices import training_slice

PHASES = ("ED", "ES")
LEVELS = (0.25, 0.5, 0.75)
"""Where in the stack of slices with a heart the three slices of each phase lie."""
CHANNELS = len(PHASES) * len(LEVELS)
PLAIN = AugmentationConfig.off()
CHANGED = AugmentationConfig(rotation_probability=0.8, scale_range=(0.9, 1.1))


@dataclass(frozen=True)
class ImageConfig:
    """How a network learns classes.

    Attributes:
        network: "resnet18", "densenet121" or "inception".
        size_px: side of the crops.
        spacing_mm: of their pixels.
        epochs: passes over the patients.
        batch_size: patients in a step.
        learning_rate: of AdamW, falling to 0 along a cosine.
        seed: of everything.
    """

    network: str = "resnet18"
    size_px: int = 96
    spacing_mm: float = 1.6
    epochs: int = 60
    batch_size: int = 16
    learning_rate: float = 1e-3
    seed: int = 1


def of_common_structures(examinations: Sequence[CachedExamination]) -> list[CachedExamination]:
    """Labeled examinations with labels of the structures alone that experts drew in all of them.

    Slices and crops are chosen about what is drawn, by which a vendor could else be told.
    """
    common = list(set(FOREGROUND).intersection(*(e.annotated for e in examinations)))
    return [
        replace(
            e,
            annotated=tuple(label for label in FOREGROUND if label in common),
            phases=tuple(
                replace(p, labels=np.where(np.isin(p.labels, common), p.labels, np.uint8(0)))
                for p in e.phases
            ),
        )
        for e in examinations
    ]


def image_of(
    examination: CachedExamination, config: ImageConfig, rng: np.random.Generator | None = None
) -> NDArray[np.float32]:
    """(`CHANNELS`, Y, X) normalized crops about the heart, changed alike if there is a generator.

    Raises:
        ValueError: if a phase is missing.
    """
    phases = {phase.name: phase for phase in examination.phases}
    missing = [name for name in PHASES if name not in phases]
    if missing:
        raise ValueError(f"Expected the phase {missing[0]} of {examination.patient}, found none.")
    geometric = sample_geometric(rng or np.random.default_rng(0), CHANGED if rng else PLAIN)
    planes = []
    for name in PHASES:
        phase = phases[name]
        for z in _levels(phase):
            source = training_slice(examination, phase, z)
            planes.append(
                apply_geometric(
                    source.image[None].astype(np.float32) / np.float32(255),
                    geometric,
                    center_yx_px=source.heart_yx_px,
                    spacing_yx_mm=source.spacing_yx_mm,
                    size_px=config.size_px,
                    spacing_mm=config.spacing_mm,
                )[0]
            )
    return np.stack([normalize(plane) for plane in planes]).astype(np.float32)


def _levels(phase: CachedPhase) -> list[int]:
    """Slices at `LEVELS` of those with labels, or of all of them where there is no label."""
    drawn = np.flatnonzero(phase.labels.any(axis=(1, 2)))
    slices = drawn if drawn.size else np.arange(len(phase.image))
    return [int(slices[round(level * (len(slices) - 1))]) for level in LEVELS]


def learned(
    examinations: Sequence[CachedExamination],
    classes: NDArray[np.int64],
    count: int,
    config: ImageConfig,
    device: torch.device,
) -> nn.Module:
    """A network that has learned the class (0 … `count` − 1) of each examination."""
    torch.manual_seed(config.seed)
    rng = np.random.default_rng(config.seed)
    network = build_image_network(config.network, CHANNELS, count).to(device)
    optimizer = torch.optim.AdamW(network.parameters(), config.learning_rate, weight_decay=1e-2)
    steps = max(1, -(-len(examinations) // config.batch_size))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, config.epochs * steps)
    network.train()
    for _ in range(config.epochs):
        for part in np.array_split(rng.permutation(len(examinations)), steps):
            images = _stack([image_of(examinations[i], config, rng) for i in part]).to(device)
            loss = F.cross_entropy(network(images), torch.from_numpy(classes[part]).to(device))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    return network.eval()


@torch.no_grad()
def probabilities(
    network: nn.Module,
    examinations: Sequence[CachedExamination],
    config: ImageConfig,
    device: torch.device,
) -> NDArray[np.float64]:
    """(examinations, classes) probabilities."""
    parts = [
        torch.softmax(network(_stack([image_of(e, config)]).to(device)), dim=1).cpu().numpy()
        for e in examinations
    ]
    return np.asarray(np.concatenate(parts), dtype=np.float64)


def _stack(images: Sequence[NDArray[np.float32]]) -> Tensor:
    return torch.from_numpy(np.stack(images))
