import numpy as np
import pytest

from CMRSegmentationLib.image import Label, View
from Testing.phantoms import HeartPhantom
from Testing.Training.samples import planes
from Training.datasets.examination import UNKNOWN
from Training.datasets.reformatting import STEP_MM
from Training.samples.painted_atria import paint_atria

BEYOND_MM = 50.0
HEART = HeartPhantom(frames=1, noise=0.0)
TRIES = range(20)


def plane_of(view, *, base_first=True):
    """Image and labels of a plane cut from the heart, and the row of its basal slice 1."""
    image, labels = planes.plane_of(HEART, view, base_first=base_first)
    rows = np.flatnonzero((labels == Label.LV).any(axis=1))
    return image, labels, int(rows[0] if base_first else rows[-1])


def painted(view=View.LAX_4C, seed=0, **kwargs):
    image, labels, row = plane_of(view, **kwargs)
    return *paint_atria(image, labels, STEP_MM, np.random.default_rng(seed)), row


def test_the_base_of_the_phantom_is_where_the_hand_says():
    """Slice 1 of 10 mm slices lies 60 mm below the first row."""
    assert plane_of(View.LAX_4C)[2] == pytest.approx((BEYOND_MM + 10.0) / STEP_MM, abs=1.0)


@pytest.mark.parametrize("view", [View.LAX_4C, View.LAX_2C])
def test_all_beyond_the_base_is_labeled_and_all_within_the_stack_stays_as_experts_drew_it(view):
    _, before, row = plane_of(view)
    assert (before[:row] == UNKNOWN).any()
    for seed in TRIES:
        _, labels, _ = painted(view, seed)
        assert not (labels[:row] == UNKNOWN).any()
        np.testing.assert_array_equal(labels[row:], before[row:])


def test_the_image_within_the_stack_changes_nowhere_but_where_leaflets_hang():
    before, _, row = plane_of(View.LAX_4C)
    for seed in TRIES:
        image, _, _ = painted(View.LAX_4C, seed)
        changed = image[row + 1 :] != before[row + 1 :]
        assert not changed[
            round(25 / STEP_MM) :
        ].any()  # leaflets are 20 mm long at most and start at a hinge
        assert changed.mean() < 0.02


def test_the_pool_ends_at_a_straight_line_between_walls_that_reach_it():
    for seed in TRIES:
        _, labels, row = painted(View.LAX_2C, seed)
        pool = labels[: row + 1] == Label.LV
        top = [int(np.flatnonzero(column)[0]) for column in pool.T if column.any()]
        slope, offset = np.polyfit(np.arange(len(top)), top, 1)
        inner = slice(3, len(top) - 3)  # beside the hinges the border is the wall's
        assert np.abs(np.polyval([slope, offset], np.arange(len(top))) - top)[inner].max() <= 2.0
        columns = np.flatnonzero(pool.any(axis=0))
        for end, height in ((columns[0], top[0]), (columns[-1], top[-1])):
            assert (labels[height : height + 3, end - 2 : end + 3] == Label.MYO).any()


def test_hinges_lie_at_most_10_mm_beyond_the_last_slice():
    heights = []
    for seed in TRIES:
        _, labels, row = painted(View.LAX_2C, seed)
        heights.append((row - np.flatnonzero((labels == Label.LV).any(axis=1))[0]) * STEP_MM)
    assert 0 <= min(heights) < 6 < max(heights) <= 10 + STEP_MM


def test_behind_the_mitral_valve_lies_blood_that_is_no_ventricle():
    before, drawn, _ = plane_of(View.LAX_2C)
    blood, muscle = (np.median(before[drawn == label]) for label in (Label.LV, Label.MYO))
    for seed in TRIES:
        image, labels, row = painted(View.LAX_2C, seed)
        middle = round(float(np.argwhere(drawn[row] == Label.LV).mean()))
        behind = slice(row - round(21 / STEP_MM), row - round(14 / STEP_MM))
        assert not labels[behind].any()
        assert np.median(image[behind, middle - 2 : middle + 3]) > (blood + muscle) / 2


def test_a_right_atrium_is_painted_where_there_is_a_right_ventricle():
    grown = [
        (painted(view)[1][: painted(view)[2]] == Label.RV).sum()
        for view in (View.LAX_4C, View.LAX_2C)
    ]
    assert grown[0] > 0 == grown[1]


def test_a_plane_stored_with_the_apex_first_is_painted_alike():
    upright, labels, row = painted(seed=3)
    upside_down, labels_down, row_down = painted(seed=3, base_first=False)
    np.testing.assert_array_equal(upside_down[::-1], upright)
    np.testing.assert_array_equal(labels_down[::-1], labels)
    assert row_down == len(labels) - 1 - row


def test_a_seed_paints_the_same_and_another_something_else():
    assert np.array_equal(painted(seed=1)[0], painted(seed=1)[0])
    assert not np.array_equal(painted(seed=1)[0], painted(seed=2)[0])


def without(label):
    image, labels, row = plane_of(View.LAX_4C)
    return image, np.where(labels == label, np.uint8(0), labels), row


def labeled_beyond(label):
    image, labels, row = plane_of(View.LAX_4C)
    labels[:row] = label
    return image, labels, row


@pytest.mark.parametrize("plane", [without(Label.LV), without(Label.MYO), labeled_beyond(0)])
def test_what_is_no_pool_between_walls_with_the_unknown_beyond_stays_as_it_was(plane):
    image, labels, _ = plane
    result = paint_atria(image, labels, STEP_MM, np.random.default_rng(0))
    assert result[0] is image
    assert result[1] is labels
