import numpy as np
import pytest

from CMRSegmentationLib.trust.changes import CHANGES, Change


@pytest.fixture
def images():
    return np.random.default_rng(2).normal(size=(2, 3, 16, 24)).astype(np.float32)


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_done_to_places_is_undone(change, images):
    places = Change(change.quarter_turns, change.mirrored, change.shift_px, exponent=1.0)
    np.testing.assert_allclose(places.undo(places.apply(images)), images, atol=1e-5)


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_image_keeps_mean_and_standard_deviation(change, images):
    changed = change.apply(images)
    for before, after in zip(images, changed, strict=True):
        assert after.mean() == pytest.approx(before.mean(), abs=1e-4)
        assert after.std() == pytest.approx(before.std(), rel=1e-3)


def test_an_exponent_below_one_brightens_the_dark():
    ramp = np.linspace(-1, 1, 64, dtype=np.float32).reshape(1, 1, 8, 8)
    brighter = Change(0, mirrored=False, shift_px=0, exponent=0.6).apply(ramp)
    assert np.median(brighter) > np.median(ramp)


def test_a_shift_moves_rows_and_columns():
    image = np.zeros((1, 1, 8, 8), np.float32)
    image[0, 0, 2, 1] = 1.0
    moved = Change(0, mirrored=False, shift_px=3, exponent=1.0).apply(image)
    assert np.unravel_index(moved.argmax(), moved.shape)[2:] == (5, 4)
