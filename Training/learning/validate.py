"""Accuracy on whole patients while training: Dice at the network's resolution, by vendor and structure."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.segmenting.preprocessing import InPlaneGrid, normalize, pad_to_multiple
from Training.datasets.examination import UNKNOWN
from Training.samples.cache import CachedExamination, CachedPhase
from Training.scoring.metrics import dice


@torch.no_grad()
def validate(
    network: nn.Module, examinations: list[CachedExamination], spacing_mm: float, multiple: int
) -> dict[str, float]:
    """Mean Dice over patients and phases, keyed `GE_LV` and so on, and `mean` over these.

    Args:
        network: returns a list of logits, full resolution first.
        examinations: the patients to test on; only annotated structures count.
        spacing_mm: the network's in-plane resolution.
        multiple: pixels that rows and columns must be multiples of.
    """
    network.eval()
    device = next(network.parameters()).device
    scores: dict[str, list[float]] = defaultdict(list)
    for examination in examinations:
        for phase in examination.phases:
            images, labels = to_network(phase, spacing_mm)
            padded = torch.from_numpy(pad_to_multiple(images, multiple)[:, None])
            tensor = padded.to(device, memory_format=torch.channels_last)
            predicted = (
                network(tensor)[0]
                .argmax(dim=1)
                .cpu()
                .numpy()[:, : labels.shape[1], : labels.shape[2]]
            )
            predicted[labels == UNKNOWN] = Label.BACKGROUND
            for label in examination.annotated:
                scores[f"{examination.vendor}_{label.name}"].append(
                    dice(predicted == label, labels == label)
                )
    result = {key: float(np.mean(values)) for key, values in sorted(scores.items())}
    result["mean"] = float(np.mean(list(result.values())))
    return result


def to_network(
    phase: CachedPhase, spacing_mm: float
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """(Z, Y, X) images and labels of a phase as the network gets them: resampled in plane, labels class by class."""
    grid = InPlaneGrid.between(phase.image.shape[1:], phase.geometry.spacing_zyx_mm[1:], spacing_mm)
    values = np.array([*Label, UNKNOWN], dtype=np.uint8)
    memberships = [grid.to_network((phase.labels == value).astype(np.float32)) for value in values]
    images = normalize(grid.to_network(phase.image.astype(np.float32)))
    return images, values[np.stack(memberships).argmax(axis=0)]
