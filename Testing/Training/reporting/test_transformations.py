from dataclasses import replace

import numpy as np
import pytest

from Training.reporting.transformations import (
    APPEARANCE,
    GEOMETRY,
    only,
    transformations_sheet,
    transformed,
)
from Training.samples.augmentation import AugmentationConfig
from Training.samples.slices import Crop, TrainingSlice

CROP = Crop(48, 2.0)
CONFIG = AugmentationConfig()


def slice_of(seed):
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 200, (60, 64)).astype(np.uint8)
    labels = np.zeros_like(image)
    labels[20:40, 25:35] = 1
    labels[24:36, 12:20] = 3
    return TrainingSlice(image, labels, (1.9, 2.1), (30.0, 30.0), (True,) * 4, "GE", None)


SOURCE, OTHER = slice_of(1), slice_of(2)


def test_one_change_always_happens_and_no_other_does():
    gamma = only("gamma", CONFIG)
    assert (gamma.gamma_probability, gamma.noise_probability) == (1.0, 0.0)
    assert only("", CONFIG).rotation_probability == 0.0


@pytest.mark.parametrize("name", APPEARANCE)
def test_a_change_of_appearance_leaves_the_labels_alone(name):
    original = transformed("", CONFIG, SOURCE, OTHER, CROP)
    changed = transformed(name, CONFIG, SOURCE, OTHER, CROP)
    assert np.array_equal(original[1], changed[1])
    assert np.abs(original[0] - changed[0]).max() > 1e-3


@pytest.mark.parametrize("name", [name for name in GEOMETRY if name != "mirror"])
def test_a_change_of_geometry_moves_the_labels_too(name):
    strong = replace(CONFIG, elastic_mm=12.0)
    original = transformed("", strong, SOURCE, OTHER, CROP)
    changed = transformed(name, strong, SOURCE, OTHER, CROP)
    assert not np.array_equal(original[1], changed[1])


def test_the_sheet_names_the_original_and_every_change():
    sheet = transformations_sheet(SOURCE, OTHER, CONFIG, CROP)
    titles = [axes.get_title() for axes in sheet.axes if axes.get_title()]
    assert titles[0] == "original"
    assert "gamma (35 %)" in titles
    assert len(titles) == 1 + len(GEOMETRY) + len(APPEARANCE)
