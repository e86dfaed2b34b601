"""Slices for comparing domains, centered on the heart as a network finds it.

No label takes part, so that neither the place of a crop nor the choice of slices gives a domain
away: the same network looks for the heart in every domain.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from CMRSegmentationLib.segmenting.preprocessing import InPlaneGrid, normalize, pad_to_multiple
from Training.samples.cache import CachedExamination, CachedPhase
from Training.samples.slices import TrainingSlice, training_slice

MINIMUM_HEART_CM2 = 2.0
"""A slice shows the heart if the network finds this much of it."""


@torch.no_grad()
def localized_slices(
    network: nn.Module, examinations: list[CachedExamination], spacing_mm: float, multiple: int
) -> list[list[TrainingSlice]]:
    """The slices of each examination in which the network finds the heart, centered on it.

    Args:
        network: returns a list of logits, full resolution first; left in evaluation mode.
        examinations: of any domain; their labels are not looked at.
        spacing_mm: the network's in-plane resolution.
        multiple: pixels that rows and columns must be multiples of.

    Returns:
        one list for each examination; where no heart is found, all slices about the image's middle.
    """
    network.eval()
    return [
        [
            located
            for phase in examination.phases
            for located in _slices_of(network, examination, phase, spacing_mm, multiple)
        ]
        for examination in examinations
    ]


def _slices_of(
    network: nn.Module,
    examination: CachedExamination,
    phase: CachedPhase,
    spacing_mm: float,
    multiple: int,
) -> list[TrainingSlice]:
    grid = InPlaneGrid.between(phase.image.shape[1:], phase.geometry.spacing_zyx_mm[1:], spacing_mm)
    heart = find_heart(network, phase, grid, multiple)
    center = heart_center_yx_px(heart, grid)
    area_cm2 = heart.sum(axis=(1, 2)) * spacing_mm**2 / 100.0
    shown = np.flatnonzero(area_cm2 >= MINIMUM_HEART_CM2)
    slices = shown.tolist() if shown.size else range(len(phase.image))
    return [replace(training_slice(examination, phase, z), heart_yx_px=center) for z in slices]


def find_heart(
    network: nn.Module, phase: CachedPhase, grid: InPlaneGrid, multiple: int
) -> NDArray[np.bool_]:
    """(Z, Y, X) pixels of the network's grid that it takes for a structure of the heart."""
    images = normalize(grid.to_network(phase.image.astype(np.float32)))
    device = next(network.parameters()).device
    padded = torch.from_numpy(pad_to_multiple(images, multiple)[:, None]).to(device)
    labels = network(padded)[0].argmax(dim=1).cpu().numpy()
    return np.asarray(labels[:, : images.shape[1], : images.shape[2]] > 0)


def heart_center_yx_px(heart: NDArray[np.bool_], grid: InPlaneGrid) -> tuple[float, float]:
    """Native row and column of the median heart pixel of a stack, or of the image's middle."""
    middle = [(size - 1) / 2 for size in grid.native_yx]
    _, ys, xs = np.nonzero(heart)
    if not ys.size:
        return middle[0], middle[1]
    found = (float(np.median(ys)), float(np.median(xs)))
    offsets = [place - (size - 1) / 2 for place, size in zip(found, grid.network_yx, strict=True)]
    y, x = (m + o * step for m, o, step in zip(middle, offsets, grid.step_yx, strict=True))
    return y, x
