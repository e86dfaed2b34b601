"""Experts' masks alone, for an auto-encoder: turned, mirrored, stretched, on a canvas."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray

from CMRSegmentationLib.image import FOREGROUND, LabelArray
from CMRSegmentationLib.trust.canvas import Canvas
from Training.datasets.examination import UNKNOWN
from Training.samples.cache import CachedExamination, CacheError

SCALES = (0.75, 1.3)
ASPECTS = (0.9, 1.1)
"""Ratio of the sides; hearts lie in any direction and have any size, but they are not flat."""
JITTER_MM = 4.0
"""Standard deviation of the canvas's center about the heart's."""


class MaskStream:
    """Numbered batches of (N, size, size) labels, drawn from the seed and the number alone.

    Raises:
        CacheError: if no patient has every structure drawn.
    """

    def __init__(
        self,
        examinations: list[CachedExamination],
        canvas: Canvas,
        *,
        seed: int,
        batch_size: int,
    ) -> None:
        self.masks = torch.from_numpy(expert_canvases(examinations, canvas))
        self.canvas, self.seed, self.batch_size = canvas, seed, batch_size

    def batch(self, number: int) -> LabelArray:
        """The batch of a number; the nearest pixel counts, as it does for predictions."""
        rng = np.random.default_rng((self.seed, number))
        chosen = self.masks[torch.from_numpy(rng.integers(len(self.masks), size=self.batch_size))]
        matrices = np.stack([self._draw_matrix(rng) for _ in range(self.batch_size)])
        shape = [self.batch_size, 1, self.canvas.size_px, self.canvas.size_px]
        grid = F.affine_grid(torch.from_numpy(matrices), shape, align_corners=False)
        turned = F.grid_sample(chosen[:, None].float(), grid, mode="nearest", align_corners=False)
        return np.asarray(turned[:, 0].to(torch.uint8).numpy())

    def _draw_matrix(self, rng: np.random.Generator) -> NDArray[np.float32]:
        """2 × 3, from a place on the new canvas to one on the old, both from −1 to 1."""
        angle, zoom = rng.uniform(0, 2 * np.pi), np.exp(rng.uniform(*np.log(SCALES)))
        aspect, mirror = np.sqrt(rng.uniform(*ASPECTS)), rng.choice((-1.0, 1.0))
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        linear = turn @ np.diag([aspect * mirror, 1 / aspect]) / zoom
        half_mm = self.canvas.size_px * self.canvas.spacing_mm / 2
        return np.column_stack((linear, rng.normal(0, JITTER_MM / half_mm, 2))).astype(np.float32)


def expert_canvases(examinations: list[CachedExamination], canvas: Canvas) -> LabelArray:
    """(N, size, size) labels of every slice that holds a heart.

    Raises:
        CacheError: if no patient has every structure drawn.
    """
    canvases = [
        canvas.place(_without_unknown(phase.labels), phase.geometry.spacing_zyx_mm[1:])
        for examination in _fully_drawn(examinations)
        for phase in examination.phases
    ]
    masks = np.concatenate(canvases)
    return np.asarray(masks[masks.any(axis=(1, 2))])


def _fully_drawn(examinations: list[CachedExamination]) -> list[CachedExamination]:
    """Those of which every structure that the view shows was drawn.

    Raises:
        CacheError: if there is none.
    """
    chosen = [
        e
        for e in examinations
        if set(e.annotated) >= set(e.view.structures if e.view else FOREGROUND)
    ]
    if not chosen:
        raise CacheError("Expected patients with every structure drawn by experts, found none.")
    return chosen


def _without_unknown(labels: LabelArray) -> LabelArray:
    return np.where(labels == UNKNOWN, 0, labels).astype(np.uint8)
