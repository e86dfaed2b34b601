"""Images made of labels with random contrasts, so that no scanner's contrast can be relied on.

As SynthSeg does (Billot et al. 2023, doi:10.1016/j.media.2023.102789): every structure gets a
random intensity and texture. What nobody labeled is divided into a few tissues by its intensity
first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

FloatImage = NDArray[np.float32]

TISSUES = (3, 7)
"""How many tissues the surroundings are divided into."""
LEVELS = (0.02, 0.98)
TEXTURE = (0.005, 0.08)
BLUR_PX = (0.3, 1.2)
"""Of the borders between structures, as of partial volumes."""


def synthesize(rng: np.random.Generator, planes: FloatImage) -> FloatImage:
    """A (Y, X) image from 0 to 1 with the shapes of a slice and none of its contrasts.

    Args:
        rng: draws tissues, intensities and textures.
        planes: (1 + C, Y, X) image from 0 to 1, then the memberships of the structures, as
            `slices.cut` gives them.
    """
    tissue = divide_surroundings(rng, planes[0])
    structures = planes[1:]
    labeled = structures.max(axis=0) >= 0.5
    tissue[labeled] = tissue.max() + 1 + structures.argmax(axis=0)[labeled]
    count = int(tissue.max()) + 1
    levels = rng.uniform(*LEVELS, count).astype(np.float32)
    texture = rng.uniform(*TEXTURE, count).astype(np.float32)
    blur_px = rng.uniform(*BLUR_PX)
    level, spread = (
        ndimage.gaussian_filter(values[tissue], blur_px) for values in (levels, texture)
    )
    noise = rng.standard_normal(tissue.shape, dtype=np.float32)
    return np.asarray(np.clip(level + spread * noise, 0.0, 1.0), dtype=np.float32)


def divide_surroundings(rng: np.random.Generator, image: FloatImage) -> NDArray[np.intp]:
    """(Y, X) number of the tissue of each pixel, by intensity, of a random number of tissues."""
    count = int(rng.integers(TISSUES[0], TISSUES[1] + 1))
    smooth = ndimage.gaussian_filter(image, 1.0)
    borders = np.quantile(smooth, np.sort(rng.uniform(0.05, 0.95, count - 1)))
    return np.asarray(np.searchsorted(borders, smooth), dtype=np.intp)
