"""A heart of squares, on which the rules of postprocessing are worked out by hand."""

import numpy as np

from CMRSegmentationLib.image import Label


def heart(frames: int = 5, slices: int = 4, size: int = 32) -> np.ndarray:
    """(T, Z, Y, X) 4 × 4 LV in an 8 × 8 wall, 4 × 8 RV next to it, at rows 4 to 12."""
    labels = np.zeros((frames, slices, size, size), np.uint8)
    labels[:, :, 4:12, 4:8] = Label.RV
    labels[:, :, 4:12, 8:16] = Label.MYO
    labels[:, :, 6:10, 10:14] = Label.LV
    return labels
