import numpy as np
import pytest

from Training.samples.synthesis import divide_surroundings, synthesize


def planes():
    """A ramp with a square LV and a bar of MYO; RV and unknown are empty."""
    image = np.tile(np.linspace(0, 1, 48, dtype=np.float32), (40, 1))
    lv, myo = np.zeros((2, 40, 48), np.float32)
    lv[10:20, 10:20] = 1
    myo[25:35, 10:30] = 1
    return np.stack([image, lv, myo, np.zeros_like(lv), np.zeros_like(lv)])


def test_an_image_is_repeatable_and_another_draw_has_another_contrast():
    one, same, other = (synthesize(np.random.default_rng(s), planes()) for s in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert one.dtype == np.float32
    assert one.min() >= 0
    assert one.max() <= 1


def test_structures_have_an_intensity_of_their_own_in_any_order():
    """Over many draws the blood pool is as often darker as brighter than the muscle."""
    brighter = [
        image[12:18, 12:18].mean() > image[27:33, 12:28].mean()
        for image in (synthesize(np.random.default_rng(s), planes()) for s in range(60))
    ]
    assert np.mean(brighter) == pytest.approx(0.5, abs=0.2)


def test_within_a_structure_there_is_texture_about_one_level():
    image = synthesize(np.random.default_rng(5), planes())
    assert 0 < image[13:17, 13:17].std() < 0.12


def test_surroundings_become_a_few_tissues_in_the_order_of_their_intensity():
    tissue = divide_surroundings(np.random.default_rng(3), planes()[0])
    assert 3 <= len(np.unique(tissue)) <= 7
    assert (np.diff(tissue, axis=1) >= 0).all()
