import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from Training.samples.augmentation import AugmentationConfig
from Training.samples.recoloring import recolor

ALWAYS = AugmentationConfig(recolor_probability=1.0)


def planes() -> list[np.ndarray]:
    """Two slices: image 0.5 throughout, memberships of LV, MYO, RV and of the unknown."""
    result = np.zeros((2, 5, 40, 40), dtype=np.float32)
    result[:, 0] = 0.5
    result[:, Label.LV, 4:16, 4:16] = 1
    result[:, Label.MYO, 4:16, 24:36] = 1
    result[:, Label.RV, 24:36, 4:16] = 1
    return list(result)


def test_each_structure_changes_as_a_whole_and_alike_in_all_slices():
    first, second = recolor(np.random.default_rng(2), planes(), ALWAYS)
    np.testing.assert_array_equal(first, second)
    lv, muscle, rv, outside = first[10, 10], first[10, 30], first[30, 10], first[30, 30]
    assert outside == pytest.approx(0.5)
    assert len({round(float(v), 4) for v in (lv, muscle, rv, outside)}) == 4
    assert abs(lv - rv) < 0.2  # blood is blood
    np.testing.assert_allclose(first[8:12, 8:12], lv, atol=1e-5)


def test_nothing_changes_where_it_is_off():
    images = recolor(np.random.default_rng(2), planes(), AugmentationConfig())
    assert all((image == 0.5).all() for image in images)


def test_intensities_never_fall_below_zero():
    dark = planes()
    for plane in dark:
        plane[0] = 0.01
    for seed in range(20):
        assert all(im.min() >= 0 for im in recolor(np.random.default_rng(seed), dark, ALWAYS))
