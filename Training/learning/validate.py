"""Accuracy while training: Dice of whole patients at the network's resolution."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.segmenting.preprocessing import InPlaneGrid, normalize, pad_to_multiple
from Training.datasets.examination import UNKNOWN
from Training.learning.losses import segmentation_loss
from Training.learning.networks import looks_at_neighbors
from Training.samples.augmentation import AugmentationConfig
from Training.samples.cache import CachedExamination, CachedPhase
from Training.samples.slices import BatchStream, SamplingConfig
from Training.samples.windows import neighbor_table
from Training.scoring.metrics import dice

VALIDATION_SEED = 4711
LOST_AREA_CM2 = 1.5
"""A structure of this area that is not found in a slice is an error that any reader sees."""


@torch.no_grad()
def validate(
    network: nn.Module, examinations: list[CachedExamination], spacing_mm: float, multiple: int
) -> dict[str, float]:
    """Mean Dice over patients and phases as `GE_LV` …, their `mean`, and `lost_slices`.

    Args:
        network: returns a list of logits, full resolution first.
        examinations: the patients to test on; only annotated structures count.
        spacing_mm: the network's in-plane resolution.
        multiple: pixels that rows and columns must be multiples of.
    """
    network.eval()
    scores: dict[str, list[float]] = defaultdict(list)
    lost = 0
    for examination in examinations:
        for phase in examination.phases:
            images, labels = to_network(phase, spacing_mm)
            predicted = predict_stack(network, images, multiple)
            predicted[labels == UNKNOWN] = Label.BACKGROUND
            for label in examination.annotated:
                found, drawn = predicted == label, labels == label
                scores[f"{examination.vendor}_{label.name}"].append(dice(found, drawn))
                lost += lost_slices(found, drawn, spacing_mm)
    result = {key: float(np.mean(values)) for key, values in sorted(scores.items())}
    result["mean"] = float(np.mean(list(result.values())))
    return result | {"lost_slices": float(lost)}


@torch.no_grad()
def validation_loss(
    network: nn.Module,
    examinations: list[CachedExamination],
    sampling: SamplingConfig,
    batches: int = 4,
) -> float:
    """The loss of the training on a few unchanged batches of the validation patients.

    They are the same ones at every validation, so that it can be read next to the training's loss;
    that one is of changed slices and is higher for it.
    """
    network.eval()
    device = next(network.parameters()).device
    still = replace(
        sampling, heart_jitter_mm=0.0, heart_probability=1.0, domain_weights=(), coarse_batches=0
    )
    stream = BatchStream(
        examinations, still, AugmentationConfig.off(), seed=VALIDATION_SEED, length=batches
    )
    losses = []
    for number in range(batches):
        batch = stream[number]
        given = [batch.images.to(device, memory_format=torch.channels_last)]
        if batch.neighbors is not None:
            given.append(batch.neighbors.to(device))
        logits = network(*given)[0]
        losses.append(
            float(segmentation_loss(logits, batch.target.to(device), batch.known.to(device)))
        )
    return float(np.mean(losses))


def predict_stack(
    network: nn.Module, images: NDArray[np.float32], multiple: int
) -> NDArray[np.uint8]:
    """(Z, Y, X) most probable labels of a stack of normalized images, seen together."""
    device = next(network.parameters()).device
    padded = torch.from_numpy(pad_to_multiple(images, multiple)[:, None])
    given = [padded.to(device, memory_format=torch.channels_last)]
    if looks_at_neighbors(network):
        given.append(neighbor_table([len(images)]).to(device))
    labels = network(*given)[0].argmax(dim=1).cpu().numpy().astype(np.uint8)
    return np.asarray(labels[:, : images.shape[1], : images.shape[2]])


def lost_slices(found: NDArray[np.bool_], drawn: NDArray[np.bool_], spacing_mm: float) -> int:
    """Slices of (Z, Y, X) masks with `LOST_AREA_CM2` or more drawn and nothing found."""
    area_cm2 = drawn.sum(axis=(1, 2)) * spacing_mm**2 / 100.0
    return int(((area_cm2 >= LOST_AREA_CM2) & ~found.any(axis=(1, 2))).sum())


def to_network(
    phase: CachedPhase, spacing_mm: float
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """(Z, Y, X) images and labels of a phase, resampled in plane, labels class by class."""
    grid = InPlaneGrid.between(phase.image.shape[1:], phase.geometry.spacing_zyx_mm[1:], spacing_mm)
    values = np.array([*Label, UNKNOWN], dtype=np.uint8)
    memberships = [grid.to_network((phase.labels == value).astype(np.float32)) for value in values]
    images = normalize(grid.to_network(phase.image.astype(np.float32)))
    return images, values[np.stack(memberships).argmax(axis=0)]
