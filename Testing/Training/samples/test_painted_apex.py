import numpy as np
import pytest
from scipy import ndimage

from CMRSegmentationLib.image import Label, View
from Testing.phantoms import HeartPhantom
from Testing.Training.samples import planes
from Training.datasets.examination import UNKNOWN
from Training.datasets.reformatting import BEYOND_MM, STEP_MM
from Training.samples.painted_apex import paint_apex

OPEN = HeartPhantom(frames=1, noise=0.0, empty_slices=(1, 0))
"""Its last slice, 90 mm below the first, still has a blood pool of half its largest radius."""
TRIES = range(20)


def plane_of(heart=OPEN, view=View.LAX_4C, **kwargs):
    return planes.plane_of(heart, view, **kwargs)


def painted(seed=0, **kwargs):
    return paint_apex(*plane_of(**kwargs), STEP_MM, np.random.default_rng(seed))


def last_row(labels):
    return int(np.flatnonzero((labels == Label.MYO).any(axis=1))[-1])


def test_the_last_slice_of_the_phantom_is_where_the_hand_says():
    assert last_row(plane_of()[1]) == pytest.approx((BEYOND_MM + 90.0) / STEP_MM, abs=5.0 / STEP_MM)


@pytest.mark.parametrize("view", [View.LAX_4C, View.LAX_3C, View.LAX_2C])
def test_all_beyond_the_last_slice_is_labeled_and_the_rest_stays_as_it_was(view):
    image, before = plane_of(view=view)
    row = last_row(before)
    assert (before[row + 1 :] == UNKNOWN).all()
    for seed in TRIES:
        changed, labels = painted(seed, view=view)
        assert not (labels[row + 1 :] == UNKNOWN).any()
        np.testing.assert_array_equal(labels[: row + 1], before[: row + 1])
        np.testing.assert_array_equal(changed[: row - 1], image[: row - 1])


def test_the_wall_closes_around_the_pool():
    """No pixel of the pool beyond the slice borders on anything but the wall and the pool."""
    row = last_row(plane_of()[1])
    for seed in TRIES:
        _, labels = painted(seed)
        around = ndimage.binary_dilation(labels == Label.LV) & (labels != Label.LV)
        assert set(np.unique(labels[row + 2 :][around[row + 2 :]])) <= {Label.MYO}


def test_each_structure_stays_in_one_piece():
    for seed in TRIES:
        _, labels = painted(seed)
        below = labels[last_row(plane_of()[1]) - 5 :]
        assert ndimage.label(np.isin(below, (Label.LV, Label.MYO)))[1] == 1


def test_apices_are_3_to_26_mm_high_and_differ():
    row = last_row(plane_of()[1])
    heights = [(last_row(painted(seed)[1]) - row) * STEP_MM for seed in TRIES]
    assert min(heights) >= 3.0 - STEP_MM
    assert max(heights) <= 26.0 + STEP_MM
    assert max(heights) - min(heights) > 5.0


def test_the_right_ventricle_closes_too_and_is_painted_only_where_there_is_one():
    row = last_row(plane_of()[1])
    assert any((painted(seed)[1][row + 1 :] == Label.RV).any() for seed in TRIES)
    assert not any(
        (painted(seed, view=View.LAX_2C)[1][row + 1 :] == Label.RV).any() for seed in TRIES
    )


def test_the_painted_wall_is_as_dark_as_muscle():
    before, drawn = plane_of()
    blood, muscle = (np.median(before[drawn == label]) for label in (Label.LV, Label.MYO))
    for seed in TRIES:
        image, labels = painted(seed)
        beyond = np.arange(len(labels))[:, None] > last_row(drawn) + 1
        inner = ndimage.binary_erosion(labels == Label.MYO) & beyond
        if inner.any():
            assert np.median(image[inner]) < (blood + muscle) / 2


def test_a_plane_stored_with_the_apex_first_is_painted_alike():
    upright, upside_down = painted(seed=3), painted(seed=3, base_first=False)
    for one, other in zip(upright, upside_down, strict=True):
        np.testing.assert_array_equal(other[::-1], one)


def test_a_seed_paints_the_same_and_another_something_else():
    assert np.array_equal(painted(seed=1)[0], painted(seed=1)[0])
    assert not np.array_equal(painted(seed=1)[0], painted(seed=2)[0])


def without(label):
    image, labels = plane_of()
    return image, np.where(labels == label, np.uint8(0), labels)


@pytest.mark.parametrize(
    "plane", [without(Label.LV), without(Label.MYO), plane_of(HeartPhantom(frames=1, noise=0.0))]
)
def test_a_plane_without_a_ventricle_or_with_a_slice_beyond_it_stays_as_it_was(plane):
    image, labels = plane
    result = paint_apex(image, labels, STEP_MM, np.random.default_rng(0))
    assert result[0] is image
    assert result[1] is labels
