"""A small drawn heart and a network that is as sure of it as a test asks for."""

from __future__ import annotations

import numpy as np

from CMRSegmentationLib.image import FOREGROUND, Label, LabelArray
from CMRSegmentationLib.trust.canvas import Canvas
from CMRSegmentationLib.trust.evidence import Seen, Variants

CANVAS = Canvas(size_px=32, spacing_mm=2.5)


def heart(frames: int = 1, slices: int = 5, size_px: int = 40) -> LabelArray:
    """(T, Z, Y, X) a pool in a wall and an RV, narrower toward the apex; one empty slice."""
    labels = np.zeros((frames, slices, size_px, size_px), np.uint8)
    y, x = np.indices((size_px, size_px))
    for z in range(slices - 1):
        distance = np.hypot(y - 20, x - 16)
        labels[:, z, (distance < 11 - z) & (x < 36)] = Label.MYO
        labels[:, z, distance < 7 - z] = Label.LV
        labels[:, z, (np.hypot(y - 20, x - 31) < 6 - z) & (distance >= 11 - z)] = Label.RV
    return labels


def seen(labels: LabelArray, sureness: float = 0.98, *, variant: LabelArray | None = None) -> Seen:
    """What a network saw that gives every label this probability; `variant` when changed."""
    drawn = labels if variant is None else variant
    images = np.select(
        [labels == Label.LV, labels == Label.MYO, labels == Label.RV], [2.0, -0.5, 1.8], 0.0
    ).astype(np.float32)
    frames = tuple(range(len(labels)))
    again = _likely(drawn, sureness)
    return Seen(
        images, _likely(labels, sureness), labels, 2.5, Variants(frames, (again, again), again)
    )


def _likely(labels: LabelArray, sureness: float) -> np.ndarray:
    rest = (1.0 - sureness) / 3
    planes = [np.where(labels == s, sureness, rest) for s in FOREGROUND]
    return np.stack(planes, axis=2).astype(np.float32)


def unchanged(canvases: LabelArray) -> LabelArray:
    """An auto-encoder to which every mask looks as experts draw it."""
    return canvases
