from dataclasses import replace

import numpy as np
import pytest

from Training.samples.augmentation import AugmentationConfig
from Training.samples.slices import Crop, SamplingConfig, TrainingSlice
from Training.samples.unlabeled import crop_images, with_other_look

OFF = AugmentationConfig.off()
ABOUT_THE_HEART = SamplingConfig(spacing_mm=2.0, heart_probability=1.0, heart_jitter_mm=0.0)


def slice_of(level):
    """A ramp down the rows from a level, 40 × 48 pixels of 1.5 × 2 mm."""
    image = np.tile(np.arange(40, dtype=np.uint8)[:, None] + np.uint8(level), (1, 48))
    labels = np.zeros_like(image)
    return TrainingSlice(image, labels, (1.5, 2.0), (19.5, 23.5), (True,) * 4, "GE", None)


def test_two_slices_are_cropped_at_one_place_and_deformed_alike():
    sampling = replace(ABOUT_THE_HEART, heart_jitter_mm=4.0)
    for seed in range(5):
        low, high = crop_images(
            np.random.default_rng(seed),
            [slice_of(40), slice_of(90)],
            sampling,
            AugmentationConfig(),
            Crop(8, 2.0),
        )
        assert np.allclose(high - low, 50 / 255, atol=1e-6)
        assert low.std() > 0.005


def test_without_scatter_the_heart_lies_in_the_middle():
    (image,) = crop_images(
        np.random.default_rng(1), [slice_of(40)], ABOUT_THE_HEART, OFF, Crop(8, 2.0)
    )
    assert image.mean() * 255 == pytest.approx(40 + 19.5, abs=1e-3)


def test_another_look_is_normalized_and_of_the_sampled_appearance():
    image = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    plain = with_other_look(np.random.default_rng(1), image, OFF)
    assert plain.mean() == pytest.approx(0.0, abs=1e-5)
    noisy = replace(OFF, noise_probability=1.0)
    changed = with_other_look(np.random.default_rng(1), image, noisy)
    assert np.diff(plain, axis=1).std() < np.diff(changed, axis=1).std()
