"""A cine with known labels, on which Slicer's own test of the module runs in any Slicer."""

from __future__ import annotations

import numpy as np

from CMRSegmentationLib.image import CineStack, Geometry, LabelMap

from .cines import SceneCine
from .sequences import add_cine

FRAMES = 4


def add_cine_with_labels() -> tuple[SceneCine, LabelMap]:
    """A cine of 4 phases and 3 slices in the scene, and the labels that it was painted from."""
    geometry = Geometry.from_spacing((3, 32, 40), (8.0, 1.5, 1.25))
    labels = np.zeros((FRAMES, 3, 32, 40), np.uint8)
    labels[:, :, 8:20, 10:24] = 2
    labels[:, :, 10:18, 12:22] = 1
    labels[:, 1:, 8:20, 25:33] = 3
    times_ms = (0.0, 200.0, 400.0, 600.0)
    stack = CineStack(100.0 * labels.astype(np.float32), geometry, times_ms)
    return add_cine(stack, "Test cine"), LabelMap(labels, geometry)
