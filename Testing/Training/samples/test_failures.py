import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from Training.samples.failures import Failure, fail


@pytest.fixture
def phase():
    """(Z, Y, X) images and labels of a heart in six slices, the first and the last empty."""
    labels = np.zeros((6, 48, 56), np.uint8)
    y, x = np.indices((48, 56))
    distance = np.hypot(y - 24, x - 28)
    labels[1:5, distance < 12] = Label.MYO
    labels[1:5, distance < 8] = Label.LV
    labels[1:5, np.hypot(y - 24, x - 46) < 6] = Label.RV
    images = np.select([labels == 1, labels == 2, labels == 3], [0.8, 0.3, 0.7], 0.1)
    rng = np.random.default_rng(1)
    return (images + rng.normal(0, 0.02, images.shape)).astype(np.float32), labels


@pytest.mark.parametrize("kind", Failure)
def test_a_failure_can_be_repeated_and_keeps_images_and_labels_together(kind, phase):
    one, two = (fail(kind, *phase, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(one[0], two[0])
    np.testing.assert_array_equal(one[1], two[1])
    assert one[0].shape == one[1].shape
    assert one[0].dtype == np.float32
    assert np.isfinite(one[0]).all()
    assert set(np.unique(one[1])) <= {0, 1, 2, 3}


@pytest.mark.parametrize("kind", [k for k in Failure if k is not Failure.NONE])
def test_a_failure_changes_the_images(kind, phase):
    images, _ = fail(kind, *phase, np.random.default_rng(5))
    assert images.shape != phase[0].shape or not np.array_equal(images, phase[0])


def test_without_a_failure_nothing_changes(phase):
    images, labels = fail(Failure.NONE, *phase, np.random.default_rng(5))
    assert images is phase[0]
    assert labels is phase[1]


def test_contrast_agent_brightens_the_wall_alone(phase):
    images, labels = fail(Failure.GADOLINIUM, *phase, np.random.default_rng(5))
    wall = labels == Label.MYO
    assert images[wall].mean() > phase[0][wall].mean() + 0.1
    assert images[0].mean() == pytest.approx(phase[0][0].mean(), abs=1e-3)


def test_a_thick_wall_takes_its_room_from_the_pool_in_image_and_labels(phase):
    images, labels = fail(Failure.THICK_WALL, *phase, np.random.default_rng(5))
    before, after = (np.bincount(x.ravel(), minlength=4) for x in (phase[1], labels))
    assert after[Label.LV] < 0.8 * before[Label.LV]
    assert after[Label.MYO] / after[Label.LV] > 1.2 * before[Label.MYO] / before[Label.LV]
    assert images[labels == Label.LV].mean() > 0.7


def test_missing_slices_are_of_the_heart_and_their_labels_go_with_them(phase):
    images, labels = fail(Failure.MISSING_SLICES, *phase, np.random.default_rng(5))
    assert len(images) == len(labels) == 5
    assert labels.any(axis=(1, 2)).sum() == 3
