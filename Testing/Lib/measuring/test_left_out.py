"""Sentences about what could not be measured."""

from __future__ import annotations

import pytest

from CMRSegmentationLib.measuring.left_out import (
    NEVER_CLOSED,
    NO_APEX,
    NO_SHORT_AXIS,
    NO_WALL,
    ONE_SLICE,
    missing_segments,
    missing_strain,
    why_no_segments,
)

WHOLE = tuple(float(t) for t in range(12))
GAP = (*WHOLE[:4], None, *WHOLE[5:])
EVEN_MS = tuple(70.0 * t for t in range(12))


def told(strain, times=EVEN_MS, segmented=tuple(range(12))) -> dict[str, str]:
    curves = {} if strain is None else {"gls": strain, "rv_free_wall": WHOLE}
    return {row.what: row.why for row in missing_strain(curves, segmented, times)}


def test_a_level_without_a_wall_is_named_with_its_phase():
    found = missing_segments({"phase.ed": (), "phase.es": ("mid",)})
    assert found.why == "a level has no closed wall: mid at end-systole"


def test_too_few_slices_are_no_levels():
    found = missing_segments({"phase.ed": ("basal", "mid", "apical"), "phase.es": ("mid",)})
    assert found.why == "fewer than 3 slices have a closed wall"


@pytest.mark.parametrize(
    "row", [NO_SHORT_AXIS, NO_WALL, ONE_SLICE, missing_segments({"phase.ed": ("mid",)})]
)
def test_why_there_are_no_segments_is_found_among_all_that_was_left_out(row):
    assert why_no_segments([NEVER_CLOSED, NO_APEX, row]) == row.why
    assert why_no_segments([NEVER_CLOSED, NO_APEX]) is None


def test_a_whole_curve_with_times_lacks_nothing():
    assert told(WHOLE) == {}
    assert told(None) == {}


def test_a_frame_without_a_value_is_named_counting_from_1_and_takes_the_rates_out():
    assert told(GAP) == {
        "GLS in phase 5": "the wall was not found whole there",
        "strain rates": "they need a value in every phase",
    }


def test_a_frame_that_was_not_segmented_is_no_gap():
    assert "GLS in phase 5" not in told(GAP, segmented=(0, 1))


def test_curves_that_lack_the_same_frames_share_a_sentence_and_leave_the_rates_of_others():
    curves = {"gcs_endo": WHOLE, "gcs_endo_mid": GAP, "gcs_endo_apical": GAP}
    (row,) = missing_strain(curves, range(12), EVEN_MS)
    assert row.what == "mid GCS and apical GCS in phase 5"


@pytest.mark.parametrize(
    ("times", "what"),
    [(None, "times and rates of strain"), ((*EVEN_MS[:-1], 2000.0), "strain rates")],
)
def test_without_trusted_or_even_times_there_are_no_rates(times, what):
    assert list(told(WHOLE, times)) == [what]
