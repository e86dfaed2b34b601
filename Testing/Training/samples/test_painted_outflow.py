import numpy as np
import pytest

from CMRSegmentationLib.image import Label, View
from Testing.phantoms import HeartPhantom
from Testing.Training.samples import planes
from Training.datasets.examination import UNKNOWN
from Training.datasets.reformatting import STEP_MM
from Training.samples.painted_outflow import paint_outflow

HEART = HeartPhantom(frames=1, noise=0.0)
TRIES = range(20)


def plane_of(view=View.LAX_3C, *, base_first=True, mirrored=False):
    """Image and labels of a plane cut from the heart, and the row of its basal slice."""
    image, labels = planes.plane_of(HEART, view, base_first=base_first, mirrored=mirrored)
    rows = np.flatnonzero((labels == Label.LV).any(axis=1))
    return image, labels, int(rows[0] if base_first else rows[-1])


def painted(seed=0, **kwargs):
    image, labels, row = plane_of(**kwargs)
    return *paint_outflow(image, labels, STEP_MM, np.random.default_rng(seed)), row


def center_of(labels, label):
    return np.argwhere(labels == label).mean(axis=0)


def test_all_beyond_the_base_is_labeled_and_all_within_the_stack_stays_as_experts_drew_it():
    _, before, row = plane_of()
    assert (before[:row] == UNKNOWN).any()
    for seed in TRIES:
        _, labels, _ = painted(seed)
        assert not (labels[:row] == UNKNOWN).any()
        np.testing.assert_array_equal(labels[row:], before[row:])


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_outflow_tract_goes_on_15_to_50_mm_beyond_the_base_on_the_side_of_the_septum(mirrored):
    _, before, row = plane_of(mirrored=mirrored)
    lv, rv = center_of(before, Label.LV), center_of(before, Label.RV)
    heights = []
    for seed in TRIES:
        _, labels, _ = painted(seed, mirrored=mirrored)
        beyond = labels[:row] == Label.RV
        heights.append((row - np.flatnonzero(beyond.any(axis=1))[0]) * STEP_MM)
        sideways = np.argwhere(beyond).mean(axis=0)[1] - lv[1]
        assert np.sign(sideways) == np.sign(rv[1] - lv[1])
    assert 14 - STEP_MM <= min(heights) < 30 < max(heights) <= 50 + 2 * STEP_MM


def test_the_outflow_tract_is_one_piece_with_the_strip_below_it():
    _, before, row = plane_of()
    for seed in TRIES:
        _, labels, _ = painted(seed)
        assert (labels[row - 1] == Label.RV).any()
        overlap = (labels[row - 1] == Label.RV) & (before[row] == Label.RV)
        assert overlap.any()


def test_behind_the_left_ventricle_lie_two_cavities_with_a_wall_between():
    before, drawn, _ = plane_of()
    blood, muscle = (np.median(before[drawn == label]) for label in (Label.LV, Label.MYO))
    parted = 0
    for seed in TRIES:
        image, labels, row = painted(seed)
        level = row - round(16 / STEP_MM)
        pool = np.flatnonzero(drawn[row] == Label.LV)
        behind = image[level, pool[0] : pool[-1] + 1].astype(float)
        assert not (labels[level] == Label.LV).any()
        dark = behind < (blood + muscle) / 2
        parted += dark[3:-3].any() and not dark.all()
    assert parted > len(TRIES) // 2


def test_a_plane_stored_with_the_apex_first_is_painted_alike():
    upright, labels, _ = painted(seed=3)
    upside_down, labels_down, _ = painted(seed=3, base_first=False)
    np.testing.assert_array_equal(upside_down[::-1], upright)
    np.testing.assert_array_equal(labels_down[::-1], labels)


def test_a_seed_paints_the_same_and_another_something_else():
    assert np.array_equal(painted(seed=1)[0], painted(seed=1)[0])
    assert not np.array_equal(painted(seed=1)[0], painted(seed=2)[0])


def without(label):
    image, labels, _ = plane_of()
    return image, np.where(labels == label, np.uint8(0), labels)


def labeled_beyond():
    image, labels, row = plane_of()
    labels[:row] = 0
    return image, labels


@pytest.mark.parametrize(
    "plane", [without(Label.LV), without(Label.MYO), without(Label.RV), labeled_beyond()]
)
def test_what_has_no_base_with_a_septum_and_the_unknown_beyond_stays_as_it_was(plane):
    image, labels = plane
    result = paint_outflow(image, labels, STEP_MM, np.random.default_rng(0))
    assert result[0] is image
    assert result[1] is labels
