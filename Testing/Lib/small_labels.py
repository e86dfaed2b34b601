"""Label maps of so many voxels, for sums that can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np

from CMRSegmentationLib.image import Geometry, Label, LabelMap


def block(counts: list[dict[Label, int]], geometry: Geometry) -> LabelMap:
    """One frame per entry, with so many voxels of each structure."""
    frames = []
    for frame in counts:
        voxels = np.zeros(math.prod(geometry.shape_zyx), np.uint8)
        voxels[: sum(frame.values())] = np.repeat(list(frame), list(frame.values()))
        frames.append(voxels.reshape(geometry.shape_zyx))
    return LabelMap(np.stack(frames), geometry)
