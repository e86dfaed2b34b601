"""Accuracy while training: Dice of whole patients at the network's resolution."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.segmenting.preprocessing import InPlaneGrid, normalize, pad_to_multiple
from Training.datasets.examination import UNKNOWN
from Training.learning.networks import looks_at_neighbors
from Training.samples.cache import CachedExamination, CachedPhase
from Training.samples.windows import neighbor_table
from Training.scoring.metrics import dice

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


def predict_stack(
    network: nn.Module, images: NDArray[np.float32], multiple: int
) -> NDArray[np.uint8]:
    """(Z, Y, X) most probable labels of a stack of normalized images, seen processes."""
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
