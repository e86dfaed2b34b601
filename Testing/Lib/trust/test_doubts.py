from dataclasses import replace

import numpy as np
import pytest

from CMRSegmentationLib.findings import FindingCode, Severity
from CMRSegmentationLib.image import FOREGROUND
from CMRSegmentationLib.trust.doubts import Places, doubts, kept_doubt, runs_of
from CMRSegmentationLib.trust.estimate import Fences
from CMRSegmentationLib.trust.evidence import NAMES
from CMRSegmentationLib.trust.trust import Limits, StructureTrust, Trust

LIMITS = Limits(0.7, 0.5, 0.8, 0.6, 0.6, 0.8)
GOOD = (0.9, 0.9, 0.9, 0.9)


def structure(volumes, slices=(GOOD, GOOD), ef=None):
    drawn = ((None,) * 4,) * 2
    return StructureTrust(slices, drawn, volumes, LIMITS, ef)


def places(**values):
    """Evidence of two frames and four slices, faultless but for (frame, slice, structure)."""
    rows = np.zeros((2, 4, 3, len(NAMES)))
    for name, value in (
        ("area_cm2", 5.0),
        ("redrawn_dice", 0.95),
        ("variant_dice", 0.95),
        ("slices_from_base", 2.0),
    ):
        rows[..., NAMES.index(name)] = value
    for name, (where, value) in values.items():
        rows[(*where, NAMES.index(name))] = value
    return Places(rows, (0, 1), (0, 1), dict.fromkeys(FOREGROUND, Fences(0.8, 8.0)))


def test_what_is_to_be_believed_gives_no_finding():
    assert doubts(Trust({"lv": structure((0.9, 0.9))}), places()) == ()


def test_an_open_wall_is_named_with_its_slices_and_the_range_of_the_ejection_fraction():
    torn = structure((0.9, 0.7), (GOOD, (0.9, 0.6, 0.6, 0.9)), ef=(38.0, 67.0))
    (finding,) = doubts(Trust({"lv": torn}), places(open_share=((1, 1, 0), 0.3)))
    assert finding.code == FindingCode.WALL_OPEN
    assert finding.severity is Severity.WARNING
    assert (finding.frame, finding.slice) == (1, 1)
    assert finding.message == (
        "The LV wall is open in slices 2–3 at end-systole: the estimated Dice is 0.70. Check the "
        "contours there; the LV ejection fraction may lie from 38 to 67 %."
    )


def test_an_open_wall_from_which_pool_and_wall_suffer_is_said_once():
    pool = structure((0.9, 0.7), (GOOD, (0.9, 0.6, 0.6, 0.9)), ef=(38.0, 67.0))
    wall = structure((0.75, 0.55), ((0.9, 0.6, 0.9, 0.9), (0.9, 0.9, 0.6, 0.6)))
    torn = places(open_share=((slice(None), slice(1, None), slice(None)), 0.3))
    (finding,) = doubts(Trust({"lv": pool, "myo": wall}), torn)
    assert finding.severity is Severity.SERIOUS  # the wall's Dice of 0.55
    assert (finding.frame, finding.slice) == (1, 1)
    assert finding.message == (
        "The LV wall is open in slice 2 at end-diastole and in slices 2–4 at end-systole: the "
        "estimated Dice is 0.55. Check the contours there; the LV ejection fraction may lie from "
        "38 to 67 %."
    )


def test_a_structure_that_is_not_drawn_in_a_phase_is_left_to_the_checks():
    nothing, missing = (None,) * 4, (0.9,) * 4
    rv = StructureTrust((GOOD, nothing), (nothing, missing), (0.9, 0.0), LIMITS)
    absent = places(area_cm2=((1, slice(None), 2), 0.0))
    assert doubts(Trust({"lv": structure((0.9, 0.9)), "rv": rv}), absent) == ()


@pytest.mark.parametrize(
    ("name", "value", "cause"),
    [
        ("area_cm2", 0.0, FindingCode.CONTOUR_MISSING),
        ("redrawn_dice", 0.5, FindingCode.CONTOUR_UNLIKELY),
        ("redrawn_mm", 20.0, FindingCode.CONTOUR_UNLIKELY),
        ("variant_dice", 0.5, FindingCode.CONTOUR_UNSTEADY),
        ("entropy", 0.9, FindingCode.CONTOUR_UNSURE),
    ],
)
def test_the_plainest_evidence_is_the_cause(name, value, cause):
    low = structure((0.7, 0.9), ((0.9, 0.9, 0.4, 0.9), GOOD))
    (finding,) = doubts(Trust({"rv": low}), places(**{name: ((0, 2, 2), value)}))
    assert finding.code == cause
    assert "slice 3 at end-diastole" in finding.message


def test_a_structure_that_is_likely_wrong_is_serious_and_the_one_that_moves_more_comes_first():
    trust = Trust({"lv": structure((0.75, 0.9)), "rv": structure((0.3, 0.9))})
    findings = doubts(trust, places())
    assert [finding.severity for finding in findings] == [Severity.SERIOUS, Severity.WARNING]
    assert "RV" in findings[0].message


def test_both_phases_of_a_structure_make_one_finding():
    (finding,) = doubts(Trust({"myo": structure((0.7, 0.65))}), places())
    assert "end-diastole" in finding.message
    assert "end-systole" in finding.message


def test_single_slices_that_are_likely_wrong_are_a_note():
    trust = Trust({"lv": structure((0.9, 0.9), (GOOD, (0.9, 0.9, 0.9, 0.2)))})
    (finding,) = doubts(trust, places())
    assert finding.severity is Severity.INFO
    assert finding.message == ("Single contours may be wrong: LV cavity in slice 4 at end-systole.")


def test_what_is_left_of_a_doubt_is_that_of_the_other_phase_alone():
    torn = structure((0.7, 0.65), ((0.9, 0.9, 0.6, 0.6), (0.9, 0.6, 0.9, 0.9)), ef=(38.0, 67.0))
    (both,) = doubts(Trust({"lv": torn}), places())
    assert (both.frame, both.slice) == (1, 1)
    left = kept_doubt(both, {"phase.ed": 0})
    assert left is not None
    assert (left.code, left.severity, left.frame, left.slice) == (both.code, both.severity, 0, 2)
    assert left.message == (
        "The model is unsure of the LV cavity in slices 3–4 at end-diastole: the estimated Dice is "
        "0.70. Check the contours there."
    )
    assert kept_doubt(left, {"phase.es": 1}) is None


def test_a_single_slice_keeps_a_doubt_that_names_no_slice():
    one = StructureTrust(((0.7,), (0.7,)), ((None,), (None,)), (0.7, 0.7), LIMITS)
    rows = places().rows[:, :1]
    (both,) = doubts(Trust({"rv": one}), replace(places(), rows=rows))
    left = kept_doubt(both, {"phase.es": 1})
    assert left is not None
    assert (left.frame, left.slice) == (1, None)


def test_single_contours_are_left_of_a_note_in_the_phases_that_did_not_change():
    wrong = (0.9, 0.9, 0.9, 0.2)
    trust = Trust({"lv": structure((0.9, 0.9), (wrong, wrong)), "rv": structure((0.9, 0.9))})
    (note,) = doubts(trust, places())
    left = kept_doubt(note, {"phase.es": 5})
    assert left is not None
    assert (left.frame, left.slice) == (5, 3)
    assert left.message == "Single contours may be wrong: LV cavity in slice 4 at end-systole."


def test_older_doubts_keep_the_one_dice_that_they_have_and_those_without_values_go():
    (both,) = doubts(Trust({"lv": structure((0.7, 0.65))}), places())
    bare = [{key: v for key, v in one.items() if key != "dice"} for one in both.values["where"]]
    left = kept_doubt(replace(both, values={**both.values, "where": bare}), {"phase.ed": 0})
    assert left is not None
    assert "Dice is 0.65" in left.message
    assert kept_doubt(replace(both, values={}), {"phase.ed": 0}) is None


def test_slices_are_spoken_of_from_1_and_neighbors_as_one_run():
    assert runs_of((2,)) == ["3"]
    assert runs_of((1, 2, 3, 6)) == ["2–4", "7"]
