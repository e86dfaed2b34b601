"""Each rule for a stack on a phantom that breaks it, and on one that does not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from CMRSegmentationLib.findings import Finding, Severity
from CMRSegmentationLib.image import Label, LabelMap
from CMRSegmentationLib.measuring.quality import check_quality
from Testing.Lib.measuring.damaged_hearts import check, cut_wall, phantom_array, places, remove
from Testing.phantoms import oblique_geometry

ES = 4


@pytest.mark.parametrize("label", [Label.LV, Label.MYO, Label.RV])
def test_a_structure_missing_between_slices_is_a_gap(label: Label):
    findings = check(lambda array: remove(array, label, 0, 3))
    gap = next(one for one in findings if one.code == "structure_gap")
    assert (gap.frame, gap.slice, gap.severity) == (0, 3, Severity.WARNING)


def test_a_gap_in_every_frame_is_one_finding_that_counts_them():
    findings = check(lambda array: remove(array, Label.RV, slice(None), 4))
    gap = next(one for one in findings if one.code == "structure_gap")
    assert "slice 5 of 11 in phase 1 of 10 and in 9 other places" in gap.message


def test_a_gap_away_from_both_phases_is_for_information():
    gap = next(
        one
        for one in check(lambda array: remove(array, Label.RV, 7, 3))
        if one.code == "structure_gap"
    )
    assert gap.severity is Severity.INFO


def test_a_slice_that_loses_the_rv_for_one_frame_at_its_end_is_a_dropout():
    findings = check(lambda array: remove(array, Label.RV, 7, 1))
    assert places(findings) == [("structure_dropout", 7, 1)]


def test_a_slice_between_others_that_loses_a_structure_for_one_frame_is_said_once():
    assert places(check(lambda array: remove(array, Label.RV, 7, 3))) == [("structure_gap", 7, 3)]


def test_the_first_frame_follows_the_last_when_a_slice_loses_the_lv():
    findings = check(lambda array: remove(array, Label.LV, 0, 1))
    assert ("structure_dropout", 0, 1) in places(findings)


@pytest.mark.parametrize("label", [Label.LV, Label.RV])
def test_an_apical_slice_that_a_cavity_fills_at_end_systole_alone_was_lost(label: Label):
    def lose(array: NDArray[np.uint8]) -> None:
        last = np.flatnonzero((array[ES] == label).any(axis=(1, 2)))[-1]
        part = array[[9, 0, 1], last:]
        part[part == label] = Label.BACKGROUND
        array[[9, 0, 1], last:] = part

    found = check(lose)
    (finding,) = [one for one in found if one.code == "apex_lost"]
    assert (finding.frame, finding.severity) == (0, Severity.WARNING)
    assert "ends before the apex at end-diastole" in finding.message
    assert "apex_not_covered" not in {one.code for one in found}


def test_the_apex_may_be_seen_at_end_diastole_alone():
    def shrink(array: NDArray[np.uint8]) -> None:
        last = np.flatnonzero((array[ES] == Label.LV).any(axis=(1, 2)))[-1]
        array[ES - 1 : ES + 2, last:] = Label.BACKGROUND

    assert "apex_lost" not in {one.code for one in check(shrink)}


def test_an_apical_slice_that_is_lost_for_one_phase_is_said_once():
    def lose(array: NDArray[np.uint8]) -> None:
        last = np.flatnonzero((array[0] == Label.LV).any(axis=(1, 2)))[-1]
        remove(array, Label.LV, 0, int(last))

    assert places(check(lose)) == [("structure_dropout", 0, 9)]


def test_a_base_that_leaves_the_slice_in_systole_is_no_dropout():
    def descend(array: NDArray[np.uint8]) -> None:
        array[3:7, 1] = 0

    assert check(descend) == ()


def test_five_neighboring_lv_slices_are_too_few():
    def shorten(array: NDArray[np.uint8]) -> None:
        array[:, 6:] = 0

    findings = check(shorten)
    assert ("few_lv_slices", 0, None) in places(findings)
    assert "Only 5 neighboring slices" in next(
        one.message for one in findings if one.code == "few_lv_slices"
    )


def test_six_neighboring_lv_slices_are_enough():
    def shorten(array: NDArray[np.uint8]) -> None:
        array[:, 7:] = 0

    assert "few_lv_slices" not in {one.code for one in check(shorten)}


@pytest.mark.parametrize(("pitch_mm", "slices", "finds"), [(20.0, 3, False), (17.7, 3, True)])
def test_of_slices_that_lie_far_apart_as_many_as_take_up_6_cm_are_enough(
    pitch_mm: float, slices: int, finds: bool
):
    array = phantom_array()[:, 1 : 1 + slices]
    labels = LabelMap(array, oblique_geometry(array.shape[1:], (pitch_mm, 1.4, 1.4)))
    found = [
        one.message
        for one in check_quality(labels, ed_frame=0, es_frame=ES)
        if one.code == "few_lv_slices"
    ]
    assert [message[:16] for message in found] == ["Only 3 neighbori"] * finds
    assert all("; 4 or more are expected" in message for message in found)  # 17.7 × 4 = 70.8 mm


def test_a_wall_that_is_open_at_mid_level_is_found():
    assert places(check(lambda array: cut_wall(array, 5))) == [("lv_not_enclosed", 0, 5)]


def test_a_wall_that_is_missing_altogether_is_said_once():
    assert places(check(lambda array: remove(array, Label.MYO, 0, 5))) == [("structure_gap", 0, 5)]
    assert places(check(lambda array: remove(array, Label.MYO, 0))) == [
        ("structure_empty", 0, None)
    ]


def test_a_wall_that_is_missing_where_the_lv_ends_is_found():
    found = check(lambda array: remove(array, Label.MYO, slice(None), slice(8, None)))
    assert ("lv_not_enclosed", 0, 8) in places(found)


@pytest.mark.parametrize("slice_", [1, 2, 3])
def test_a_wall_that_is_open_in_the_basal_third_is_the_outflow_tract(slice_: int):
    assert check(lambda array: cut_wall(array, slice_)) == ()


def test_an_rv_that_ends_above_mid_level_is_found():
    def shorten_rv(array: NDArray[np.uint8]) -> None:
        remove(array, Label.RV, slice(None), slice(4, None))

    assert ("rv_missing_mid", 0, 5) in places(check(shorten_rv))


def test_a_stack_that_starts_below_the_base_is_found():
    array = phantom_array()[:, 1:]  # the widest slice is now the outermost
    labels = LabelMap(array, oblique_geometry(array.shape[1:]))
    assert ("base_not_covered", 0, 0) in places(check_quality(labels, ed_frame=0, es_frame=4))


def test_a_base_that_empties_in_systole_is_covered():
    array = phantom_array()[:, 1:].copy()
    array[4, 0] = 0
    labels = LabelMap(array, oblique_geometry(array.shape[1:]))
    assert "base_not_covered" not in {
        one.code for one in check_quality(labels, ed_frame=0, es_frame=4)
    }


def test_a_stack_that_ends_above_the_apex_is_found():
    array = phantom_array()[:, :8]
    labels = LabelMap(array, oblique_geometry(array.shape[1:]))
    found = check_quality(labels, ed_frame=0, es_frame=4)
    assert places(found) == [("apex_not_covered", 0, 7)]
    # Slice 7 is the seventh of nine: 1 - (6 / 9)² = 56 % by the formula, 55 % in pixels.
    assert "slice there (8 of 8) still has 55 %" in found[0].message


def test_an_lv_that_ends_wide_before_the_stack_does_is_found():
    def lose_the_apex(array: NDArray[np.uint8]) -> None:
        array[:, 8:] = 0  # the last two slices of the heart

    found = [one for one in check(lose_the_apex) if one.code == "apex_not_covered"]
    assert places(tuple(found)) == [("apex_not_covered", 0, 7)]
    # As above, seven of nine slices are left, but the stack has eleven.
    assert "the LV ends at slice 8 of 11, which still has 55 %" in found[0].message


def test_an_lv_in_the_most_basal_slice_alone_is_not_said_to_end_where_the_stack_does():
    array = phantom_array()[:, 1:].copy()
    array[:, 1:] = 0
    labels = LabelMap(array, oblique_geometry(array.shape[1:]))
    found = check_quality(labels, ed_frame=0, es_frame=ES)
    (apex,) = [one.message for one in found if one.code == "apex_not_covered"]
    assert "the LV ends at slice 1 of 10, which still has 100 %" in apex


def test_an_lv_that_has_become_narrow_before_the_stack_ends_is_whole():
    assert "apex_not_covered" not in {one.code for one in check()}


def pump(edv: tuple[int, int], esv: tuple[int, int]) -> tuple[Finding, ...]:
    """Findings about the pump of (LV, RV) volumes in voxels of 0.1 ml."""
    array = np.zeros((2, 2, 40, 50), np.uint8)
    for frame, volumes in enumerate((edv, esv)):
        for label, voxels in zip((Label.LV, Label.RV), volumes, strict=True):
            array[frame, label // 2].flat[:voxels] = label
    labels = LabelMap(array, oblique_geometry((2, 40, 50), (10.0, 4.0, 2.5)))
    found = check_quality(labels, ed_frame=0, es_frame=1)
    return tuple(one for one in found if one.code in ("stroke_volumes_differ", "ef_out_of_range"))


def test_stroke_volumes_of_60_and_44_ml_differ_too_much_and_of_60_and_46_ml_do_not():
    found = pump((1000, 1000), (400, 560))  # 27 % of the larger
    assert [(one.code, one.severity) for one in found] == [("stroke_volumes_differ", Severity.INFO)]
    assert "LV (60 ml) and RV (44 ml) differ by 27 %" in found[0].message
    assert pump((1000, 1000), (400, 540)) == ()  # 23 %


def test_stroke_volumes_of_60_and_20_ml_are_a_warning():
    assert [one.severity for one in pump((1000, 1000), (400, 800))] == [Severity.WARNING]


@pytest.mark.parametrize(("es", "finds"), [(960, True), (940, False), (110, False), (90, True)])
def test_an_ejection_fraction_below_5_or_above_90_percent_is_found(es: int, finds: bool):
    assert [one.code for one in pump((1000, 1000), (es, es))] == ["ef_out_of_range"] * 2 * finds


def test_a_ventricle_that_is_empty_at_a_phase_has_no_ejection_fraction_to_judge():
    assert pump((0, 1000), (100, 500)) == ()
    assert pump((1000, 1000), (500, 0)) == ()
