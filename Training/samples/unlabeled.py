"""Crops of slices whose labels are not used: where they lie, and how they are made to look."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.segmenting.preprocessing import normalize
from Training.samples.augmentation import (
    AugmentationConfig,
    apply_appearance,
    sample_appearance,
    sample_geometric,
)
from Training.samples.slices import (
    Crop,
    SamplingConfig,
    TrainingSlice,
    cut,
    jitter,
    sample_center,
)

FloatImage = NDArray[np.float32]


def crop_images(
    rng: np.random.Generator,
    sources: Sequence[TrainingSlice],
    sampling: SamplingConfig,
    augmentation: AugmentationConfig,
    crop: Crop,
) -> list[FloatImage]:
    """(Y, X) intensities from 0 to 1 of slices that are deformed alike and cropped at one place.

    The place is sampled about the heart of the first one.
    """
    geometric = sample_geometric(rng, augmentation)
    center = sample_center(rng, sources[0], sampling)
    return [np.asarray(cut(source, geometric, center, crop)[0]) for source in sources]


def with_other_look(
    rng: np.random.Generator, image: FloatImage, augmentation: AugmentationConfig
) -> FloatImage:
    """A normalized (Y, X) image of a sampled appearance, from intensities from 0 to 1."""
    changed = apply_appearance(image, sample_appearance(rng, augmentation), None)
    return jitter(rng, normalize(changed), augmentation)
