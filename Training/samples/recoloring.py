"""Other intensities of blood and muscle, from the labels.

After Billot et al. 2023, doi:10.1016/j.media.2023.102789.

Contrast agents, flip angles and field strengths change how bright blood is against muscle. Each
structure is made brighter or darker as a whole, with its texture kept, which asks for no image of
such a scanner.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from CMRSegmentationLib.image import Label
from Training.samples.augmentation import AugmentationConfig

FloatImage = NDArray[np.float32]

BLOOD_DEVIATION, MUSCLE_DEVIATION, BETWEEN_VENTRICLES = 0.12, 0.10, 0.04
"""Standard deviations of the change, intensities being 0 to 1."""
EDGE_PX = 0.7
"""Borders stay as soft as partial volumes make them."""


def recolor(
    rng: np.random.Generator, planes: list[FloatImage], config: AugmentationConfig
) -> list[FloatImage]:
    """(Y, X) images of a window, its structures brighter or darker in all slices alike.

    Args:
        rng: samples whether and how much.
        planes: (1 + C, Y, X) of each slice: the image from 0 to 1, then the memberships of the
            structures as in `slices.cut`.
        config: the probability.
    """
    images = [plane[0] for plane in planes]
    if rng.random() >= config.recolor_probability:
        return images
    blood, muscle = rng.normal(0, BLOOD_DEVIATION), rng.normal(0, MUSCLE_DEVIATION)
    right = blood + rng.normal(0, BETWEEN_VENTRICLES)
    change = {Label.LV: blood, Label.MYO: muscle, Label.RV: right}
    return [
        np.clip(plane[0] + _smooth_change(plane, change), 0, None).astype(np.float32)
        for plane in planes
    ]


def _smooth_change(plane: FloatImage, change: dict[Label, float]) -> FloatImage:
    total = sum(value * plane[label] for label, value in change.items())
    return np.asarray(ndimage.gaussian_filter(total, EDGE_PX), dtype=np.float32)
