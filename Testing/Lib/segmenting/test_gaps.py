import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.segmenting.gaps import bridge_gaps, groups_across_gaps
from CMRSegmentationLib.segmenting.postprocessing import (
    CORNERS,
    PostprocessingOptions,
    labels_of,
    tidy,
)

LOST = 2


def probabilities(in_the_gap: float) -> np.ndarray:
    """Six slices: a pool of 6 × 6 in a wall of 10 × 10; both are less sure in one slice."""
    result = np.zeros((1, 6, 3, 16, 16), dtype=np.float32)
    result[:, :, Label.MYO - 1, 3:13, 3:13] = 0.9
    result[:, :, Label.MYO - 1, 5:11, 5:11] = 0.05
    result[:, :, Label.LV - 1, 5:11, 5:11] = 0.9
    result[:, LOST] *= in_the_gap / 0.9
    return result


def bridged(given: np.ndarray) -> np.ndarray:
    return labels_of(bridge_gaps(given, labels_of(given)))[0]


def test_a_slice_that_is_merely_unsure_gets_its_structures_back():
    labels = bridged(probabilities(0.3))
    np.testing.assert_array_equal(labels[LOST], labels[LOST - 1])
    assert (labels[LOST] == Label.LV).sum() == 36
    assert (labels[LOST] == Label.MYO).sum() == 64


def test_where_nothing_is_seen_nothing_is_invented():
    assert not bridged(probabilities(0.1))[LOST].any()


def test_a_bridge_lies_within_what_the_neighbors_cover():
    given = probabilities(0.3)
    given[0, LOST, Label.LV - 1, :, 0:3] = 0.4
    assert not bridged(given)[LOST, :, 0:3].any()


def test_a_speck_is_no_bridge():
    given = probabilities(0.3)
    given[0, LOST] = 0
    given[0, LOST, Label.LV - 1, 7:9, 7:9] = 0.3
    assert not bridged(given)[LOST].any()


def test_another_structure_that_is_more_probable_is_no_bridge():
    given = probabilities(0.3)
    given[0, LOST, Label.RV - 1] = given[0, LOST, Label.LV - 1] + 0.02
    given[0, LOST, Label.MYO - 1] = 0
    assert not bridged(given)[LOST].any()


@pytest.mark.parametrize("lost", [0, 5])
def test_the_ends_of_a_stack_are_left_alone(lost):
    given = probabilities(0.9)
    given[0, lost] *= 0.3
    before = labels_of(given)[0]
    np.testing.assert_array_equal(bridged(given), before)
    assert not before[lost].any()


def test_what_was_given_stays_as_it_was():
    given = probabilities(0.3)
    copy = given.copy()
    bridge_gaps(given, labels_of(given))
    np.testing.assert_array_equal(given, copy)
    full = probabilities(0.9)
    assert bridge_gaps(full, labels_of(full)) is full


def test_pieces_on_both_sides_of_one_lost_slice_are_one_group():
    mask = np.zeros((7, 9, 9), dtype=bool)
    mask[[0, 1, 3], 2:6, 2:6] = True
    mask[6, 2:6, 2:6] = True  # two slices are lost before this one
    groups, count = groups_across_gaps(mask, CORNERS)
    assert count == 2
    assert groups[0, 3, 3] == groups[3, 3, 3] != groups[6, 3, 3]
    assert not groups[2].any()


def test_pieces_that_do_not_lie_above_each_other_are_two():
    mask = np.zeros((3, 12, 12), dtype=bool)
    mask[0, 0:3, 0:3] = mask[2, 8:11, 8:11] = True
    assert groups_across_gaps(mask, CORNERS)[1] == 2


def test_the_apex_beyond_a_lost_slice_is_kept():
    """Nothing bridges the slice, and what lies beyond stays for the reader to see."""
    given = probabilities(0.0)
    labels = labels_of(given)
    kept = tidy(labels, PostprocessingOptions(), (1.5, 1.4))
    np.testing.assert_array_equal(kept, labels)
