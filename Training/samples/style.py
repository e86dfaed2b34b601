"""The look of another scanner: contrast at every scale taken from an image of it, anatomy kept.

An image is split into bands of detail (a Laplacian pyramid, Burt & Adelson 1983,
doi:10.1109/TCOM.1983.1095851), and each band gets the spread that it has in the other image:
sharpness, texture and noise as much as contrast. What histogram matching does to intensities, this
does to scales.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

FloatImage = NDArray[np.float32]

SIGMAS_PX = (0.8, 1.6, 3.2, 6.4, 12.8)
MAXIMUM_GAIN = 3.0
MINIMUM_SPREAD = 1e-4


def transfer_style(image: FloatImage, other: FloatImage, strength: float) -> FloatImage:
    """A (Y, X) image whose bands have the spread of another image's, all the way at strength 1.

    Args:
        image: intensities from 0 to 1.
        other: intensities from 0 to 1 of another scanner; of any size.
        strength: share of the change, 0 to 1.
    """
    ours, theirs = bands(image), bands(other)
    result = ours[-1] + strength * (theirs[-1].mean() - ours[-1].mean())
    for own, foreign in zip(ours[:-1], theirs[:-1], strict=True):
        gain = np.clip(
            foreign.std() / max(float(own.std()), MINIMUM_SPREAD), 1 / MAXIMUM_GAIN, MAXIMUM_GAIN
        )
        result = result + own * gain**strength
    return np.asarray(np.clip(result, 0.0, 1.0), dtype=np.float32)


def bands(image: FloatImage) -> list[FloatImage]:
    """Bands of detail from fine to coarse, then what is left; they sum to the image."""
    levels = [image, *(ndimage.gaussian_filter(image, sigma) for sigma in SIGMAS_PX)]
    details = [finer - coarser for finer, coarser in itertools.pairwise(levels)]
    return [*details, levels[-1]]
