"""Basal slices in which a ventricle is drawn in part are left out, whatever the slice order."""

import numpy as np
import pytest

from CMRSegmentationLib.anatomy.basal_end import end_at_base
from CMRSegmentationLib.image import Label


def heart(rv_areas, frames=1) -> np.ndarray:
    """Slices from base to apex with a pool that narrows and so many pixels of RV."""
    labels = np.zeros((frames, len(rv_areas), 20, 40), np.uint8)
    for z, area in enumerate(rv_areas):
        labels[:, z, :10, : 36 - 6 * z] = Label.LV
        labels[:, z, 10:].reshape(frames, -1)[:, :area] = Label.RV
    return labels


def areas(labels) -> list[int]:
    return [int(np.count_nonzero(plane == Label.RV)) for plane in labels]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((69, 100, 90, 60, 20), (0, 100, 90, 60, 20)),
        ((70, 100, 90, 60, 20), (70, 100, 90, 60, 20)),
        ((20, 60, 100, 90, 60, 20), (0, 0, 100, 90, 60, 20)),
        ((0, 50, 0, 100, 90, 60), (0, 0, 0, 100, 90, 60)),
        ((50, 100, 40), (50, 100, 40)),
        ((10, 20, 40, 80, 90), (0, 0, 40, 80, 90)),
        ((0, 0, 0, 0, 0), (0, 0, 0, 0, 0)),
    ],
    ids=["part", "enough", "two parts", "across a gap", "few slices", "until few", "no RV"],
)
def test_parts_at_the_base_are_left_out(given, kept):
    assert areas(end_at_base(heart(given))[0]) == list(kept)


def test_the_apex_may_taper_and_the_order_of_the_slices_does_not_matter():
    labels = heart((50, 100, 90, 60, 20))
    turned = end_at_base(labels[:, ::-1])
    np.testing.assert_array_equal(turned[:, ::-1], end_at_base(labels))
    assert areas(turned[0]) == [20, 60, 90, 100, 0]


def test_each_phase_ends_by_itself_but_all_agree_on_the_base():
    labels = heart((100, 100, 90, 60, 20), frames=3)
    labels[1] = heart((50, 100, 90, 60, 20))[0]
    labels[2] = heart((100, 100, 90, 80, 40))[0]
    labels[2, :4, :10] = 0  # of the pool the apex alone: by itself this phase would be turned
    result = end_at_base(labels)
    np.testing.assert_array_equal(result[[0, 2]], labels[[0, 2]])
    assert areas(result[1]) == [0, 100, 90, 60, 20]


def test_other_structures_and_the_given_labels_stay():
    labels = heart((50, 100, 90, 60, 20))
    before = labels.copy()
    result = end_at_base(labels)
    np.testing.assert_array_equal(labels, before)
    np.testing.assert_array_equal(result == Label.LV, labels == Label.LV)


def test_without_a_left_ventricle_the_base_comes_first():
    labels = heart((50, 100, 90, 60, 20))
    labels[labels == Label.LV] = 0
    assert areas(end_at_base(labels)[0]) == [0, 100, 90, 60, 20]


def pools(lv_areas, frames=1) -> np.ndarray:
    """Slices from base to apex with so many pixels of LV, two rows of wall, three of RV."""
    labels = np.zeros((frames, len(lv_areas), 20, 40), np.uint8)
    for z, area in enumerate(lv_areas):
        labels[:, z].reshape(frames, -1)[:, :area] = Label.LV
        labels[:, z, 15:17] = Label.MYO
        labels[:, z, 17:] = Label.RV if z < 4 else Label.BACKGROUND
    return labels


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((49, 100, 90, 60, 20), (0, 100, 90, 60, 20)),
        ((50, 100, 90, 60, 20), (50, 100, 90, 60, 20)),
        ((10, 30, 100, 90, 60, 20), (0, 0, 100, 90, 60, 20)),
        ((40, 100, 60), (40, 100, 60)),
    ],
    ids=["part", "enough", "two parts", "few slices"],
)
def test_a_part_of_the_left_ventricle_goes_with_its_wall(given, kept):
    result = end_at_base(pools(given))[0]
    assert [int((plane == Label.LV).sum()) for plane in result] == list(kept)
    assert [bool((plane == Label.MYO).any()) for plane in result] == [area > 0 for area in kept]


def test_wall_without_pool_stays_at_the_apex_alone():
    labels = pools((0, 100, 90, 60, 30, 0))
    result = end_at_base(labels)[0]
    assert [bool((plane == Label.MYO).any()) for plane in result] == [False] + [True] * 5
    turned = end_at_base(labels[:, ::-1])[0, ::-1]
    np.testing.assert_array_equal(turned, result)


def test_wall_without_any_pool_stays():
    labels = pools((0, 0, 0, 0, 0))
    np.testing.assert_array_equal(end_at_base(labels), labels)
