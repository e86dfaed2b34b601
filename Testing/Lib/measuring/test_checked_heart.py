"""The heart that the rules look at: cut out, its slices from base to apex, its places in words."""

from __future__ import annotations

import numpy as np
import pytest

from CMRSegmentationLib.findings import FindingCode, Severity
from CMRSegmentationLib.image import Label, LabelMap
from CMRSegmentationLib.measuring.checked_heart import (
    broken_places,
    cut_to_heart,
    open_outline,
)
from CMRSegmentationLib.sentences import say
from Testing.Lib.measuring.damaged_hearts import PHANTOM

HEART = cut_to_heart(PHANTOM.labels, 0, 4, None)


def test_slices_run_from_base_to_apex_whatever_their_order():
    reverse = cut_to_heart(LabelMap(PHANTOM.labels.array[:, ::-1], PHANTOM.geometry), 0, 4, None)
    assert HEART.slices.tolist() == list(range(11))
    assert reverse.slices.tolist() == list(range(10, -1, -1))
    np.testing.assert_array_equal(reverse.array, HEART.array)


def test_the_cut_loses_nothing_of_the_heart():
    assert np.count_nonzero(HEART.array) == np.count_nonzero(PHANTOM.labels.array)
    assert HEART.array.size < PHANTOM.labels.array.size


def test_a_frame_that_was_not_segmented_has_no_volume():
    volume_ml = cut_to_heart(PHANTOM.labels, 0, 4, (0, 4)).volume_ml(Label.LV)
    assert np.flatnonzero(np.isfinite(volume_ml)).tolist() == [0, 4]


def test_places_count_from_1():
    assert say(HEART.place(6)) == "phase 7 of 10"
    assert say(HEART.place(6, 2)) == "slice 3 of 11 in phase 7 of 10"


def test_the_phases_are_named_before_other_frames():
    hits = np.zeros((10, 11), dtype=np.bool_)
    hits[1, 5] = hits[4, 3] = True
    (finding,) = broken_places(HEART, FindingCode.STRUCTURE_GAP, Label.RV, hits)
    assert (finding.frame, finding.slice, finding.severity) == (4, 3, Severity.WARNING)
    assert finding.message == (
        "The RV cavity is missing between slices that have it: slice 4 of 11 in phase 5 of 10 and "
        "in 1 other place."
    )


@pytest.mark.parametrize(
    ("count", "words"), [(0, ""), (1, " and in 1 other phase"), (2, " and in 2 other phases")]
)
def test_others_are_counted(count: int, words: str):
    assert say(HEART.place(6, others=count)) == f"phase 7 of 10{words}"


def test_a_square_pool_with_wall_on_three_sides_is_open_by_a_quarter():
    array = np.zeros((1, 1, 6, 6), np.uint8)
    array[0, 0, 1:5, 1:5] = Label.MYO
    array[0, 0, 2:4, 2:4] = Label.LV
    array[0, 0, 1] = Label.BACKGROUND
    assert open_outline(array)[0, 0] == pytest.approx(0.25)
