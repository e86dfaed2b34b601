"""What becomes of a report and its files when the contours were judged."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from CMRSegmentationLib.reporting.report import ClinicalReport, InputSummary, make_report
from CMRSegmentationLib.reporting.report_files import (
    report_as_json,
    report_from_json,
    write_report,
)
from CMRSegmentationLib.trust.trust import Limits, StructureTrust, Trust
from Testing.phantoms import HeartPhantom

PHANTOM = HeartPhantom(frames=2, slices=3, es_frame=1)
LIMITS = Limits(0.7, 0.5, 0.8, 0.6, 0.6, 0.8)
SLICES = ((0.9, 0.65, None), (0.9, 0.9, 0.4))
MISSING = ((None, None, 0.7), (None, None, None))


def found(code: FindingCode, origin: Origin = Origin.CHECK) -> Finding:
    return Finding(code, Severity.WARNING, "Something.", origin=origin)


@pytest.fixture
def plain() -> ClinicalReport:
    reader = found(FindingCode.SPACING_GUESSED, Origin.READER)
    return make_report(PHANTOM.labels, InputSummary.of(PHANTOM.cine), findings=[reader])


@pytest.fixture
def trust() -> Trust:
    return Trust(
        {
            "lv": StructureTrust(SLICES, MISSING, (0.95, 0.7), LIMITS, (40.0, 60.0)),
            "myo": StructureTrust(SLICES, MISSING, (0.95, 0.9), LIMITS),
        }
    )


def test_measures_of_a_structure_that_is_doubted_at_one_phase_are_doubtful(plain, trust):
    judged = plain.judged(trust, [])
    assert judged.is_doubtful("lv_ef")
    assert not judged.is_doubtful("lv_mass")  # of the wall
    assert not judged.is_doubtful("rv_ef")  # not judged
    assert not plain.is_doubtful("lv_ef")


@pytest.mark.parametrize(
    ("key", "is_doubtful"),
    [
        ("lv_edv", False),
        ("lv_edv_index", False),
        ("lv_area_ed", False),
        ("lv_length_ed", False),
        ("lv_esv", True),
        ("lv_area_es", True),
        ("lv_sv", True),
        ("lv_gcs_endo", True),
        ("lv_excursion", True),
    ],
)
def test_a_measure_of_one_phase_is_doubtful_where_that_phase_is(plain, trust, key, is_doubtful):
    # The LV is doubted at end-systole alone.
    assert plain.judged(trust, []).is_doubtful(key) == is_doubtful


@pytest.mark.parametrize(
    ("volumes", "of_the_other_phase"),
    [((0.95, 0.7), r"EDV?\b|end-diastolic|mass"), ((0.7, 0.95), r"ESV?\b|end-systolic")],
)
def test_every_measure_but_those_named_after_the_other_phase_is_doubtful(
    plain, volumes, of_the_other_phase
):
    doubted = StructureTrust(SLICES, MISSING, volumes, LIMITS)  # at one of the two phases
    judged = plain.judged(Trust(dict.fromkeys(("lv", "myo", "rv"), doubted)), [])
    names = {key: one.name for key, one in DEFINITIONS.items() if key not in ("heart_rate", "bsa")}
    expected = {key for key, name in names.items() if not re.search(of_the_other_phase, name)}
    assert {key for key in DEFINITIONS if judged.is_doubtful(key)} == expected


def test_measures_of_the_wall_rest_on_cavity_and_myocardium(plain):
    sound, doubted = (
        StructureTrust(SLICES, MISSING, volumes, LIMITS) for volumes in ((0.95, 0.9), (0.7, 0.9))
    )
    judged = plain.judged(Trust({"lv": sound, "myo": doubted, "rv": sound}), [])
    doubtful = {"lv_mass", "lv_mass_index", "lv_wall_ed", "lv_wall_max", "lv_thickening", "lv_grs"}
    assert all(map(judged.is_doubtful, doubtful))
    assert not any(map(judged.is_doubtful, ("lv_wall_es", "lv_ef", "rv_free_wall_strain")))


def test_doubts_come_before_the_checks_and_replace_those_that_say_less(plain, trust):
    doubt = found(FindingCode.WALL_OPEN)
    before = plain.judged(trust, []).findings
    checks = [found(FindingCode.LV_NOT_ENCLOSED), found(FindingCode.STROKE_VOLUMES_DIFFER)]
    noisy = ClinicalReport(**{**vars(plain), "findings": (*before, *checks)})
    codes = [finding.code for finding in noisy.judged(trust, [doubt]).findings]
    assert codes[:2] == [FindingCode.SPACING_GUESSED, FindingCode.WALL_OPEN]
    assert FindingCode.LV_NOT_ENCLOSED not in codes
    assert FindingCode.STROKE_VOLUMES_DIFFER not in codes


def doubt_at(*frames: int) -> Finding:
    """An open wall in slice 2, in phases the first of which is the worst, a Dice of .6."""
    places = [
        {
            "phrase": "at.slice",
            "slices": ["2"],
            "phase": ("phase.ed", "phase.es")[frame],
            "dice": 0.6 + 0.1 * number,
        }
        for number, frame in enumerate(frames)
    ]
    advice = {"phrase": "advice.ef", "dice": 0.6, "ventricle": "ventricle.lv"}
    advice |= {"lowest_percent": 40.0, "highest_percent": 60.0}
    values = {"structure": "structure.wall", "where": places, "advice": advice}
    code = FindingCode.WALL_OPEN
    return Finding.of(code, Severity.WARNING, Origin.CHECK, values, frame=frames[0], slice_=1)


def doubts_of(report: ClinicalReport) -> list[tuple[int | None, str]]:
    return [(f.frame, f.message) for f in report.findings if f.code is FindingCode.WALL_OPEN]


def test_measured_again_the_same_contours_are_believed_as_before(plain, trust):
    judged = plain.judged(trust, [doubt_at(1)])
    again = plain.carrying_on(judged)
    assert again.trust == trust
    assert again.findings == judged.findings


def test_contours_that_changed_have_no_estimate_and_no_doubt_any_more(plain, trust):
    again = plain.carrying_on(plain.judged(trust, [doubt_at(1), doubt_at(0)]), {1})
    assert again.trust.structures["lv"].volumes == (0.95, None)
    assert again.trust.structures["lv"].slices == (SLICES[0], (None, None, None))
    assert again.trust.structures["lv"].missing == MISSING
    assert again.trust.structures["lv"].ef_range_percent is None
    ((frame, message),) = doubts_of(again)
    assert frame == 0
    assert message == (
        "The LV wall is open in slice 2 at end-diastole: the estimated Dice is 0.60. Check the "
        "contours there."
    )


def test_of_a_doubt_of_both_phases_the_one_that_did_not_change_is_left_with_its_own_dice(
    plain, trust
):
    for changed, kept, dice in ((1, 0, "0.70"), (0, 1, "0.60")):
        before = plain.judged(trust, [doubt_at(1, 0)])
        ((frame, message),) = doubts_of(plain.carrying_on(before, {changed}))
        assert frame == kept
        phase = ("end-diastole", "end-systole")[kept]
        assert f"open in slice 2 at {phase}: the estimated Dice is {dice}" in message
        assert "ejection fraction" not in message


def test_with_another_end_systole_the_range_of_the_ejection_fraction_is_gone(plain, trust):
    before = plain.judged(trust, [doubt_at(1), doubt_at(0, 1)])
    single = replace(plain, es_frame=None).carrying_on(before)
    assert single.trust.structures["lv"].ef_range_percent is None
    assert single.trust.structures["lv"].volumes == (0.95, 0.7)
    ((frame, message),) = doubts_of(single)
    assert frame == 0
    assert "end-systole" not in message
    assert "ejection fraction" not in message


def test_without_trust_what_is_known_of_the_segmentation_is_carried_on_and_no_more(plain):
    again = plain.carrying_on(replace(plain, device="cpu", labels_axes="xytz"))
    assert (again.trust, again.device, again.findings) == (None, "cpu", plain.findings)
    assert again.labels_axes == "xytz"


def test_trust_comes_back_from_report_json(plain, trust):
    assert report_from_json(report_as_json(plain.judged(trust, []))).trust == trust
    assert report_from_json(report_as_json(plain)).trust is None
    assert '"judged": false' in report_as_json(plain)


def test_quality_csv_has_a_row_for_every_slice_and_one_for_the_whole(plain, trust, tmp_path: Path):
    write_report(plain.judged(trust, []), tmp_path)
    rows = (tmp_path / "quality.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "structure,frame,slice,estimated_dice,chance_missing,mark"
    assert rows[1:5] == [
        "lv,0,,0.950,,believed",
        "lv,0,0,0.900,,believed",
        "lv,0,1,0.650,,doubtful",
        "lv,0,2,,0.700,doubtful",
    ]
    assert "lv,1,2,0.400,,wrong" in rows


def test_without_a_judgement_there_is_no_quality_csv(plain, tmp_path: Path):
    write_report(plain, tmp_path)
    assert not (tmp_path / "quality.csv").exists()
