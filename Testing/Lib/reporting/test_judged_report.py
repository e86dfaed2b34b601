"""What becomes of a report and its files when the contours were judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
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


def test_doubts_come_before_the_checks_and_replace_those_that_say_less(plain, trust):
    doubt = found(FindingCode.WALL_OPEN)
    before = plain.judged(trust, []).findings
    checks = [found(FindingCode.LV_NOT_ENCLOSED), found(FindingCode.STROKE_VOLUMES_DIFFER)]
    noisy = ClinicalReport(**{**vars(plain), "findings": (*before, *checks)})
    codes = [finding.code for finding in noisy.judged(trust, [doubt]).findings]
    assert codes[:2] == [FindingCode.SPACING_GUESSED, FindingCode.WALL_OPEN]
    assert FindingCode.LV_NOT_ENCLOSED not in codes
    assert FindingCode.STROKE_VOLUMES_DIFFER not in codes


def doubt_at(frame: int | None) -> Finding:
    return Finding(
        FindingCode.WALL_OPEN, Severity.WARNING, "Open.", frame=frame, origin=Origin.CHECK
    )


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
    assert [f.frame for f in again.findings if f.code is FindingCode.WALL_OPEN] == [0]


def test_with_another_end_systole_the_range_of_the_ejection_fraction_is_gone(plain, trust):
    before = plain.judged(trust, [doubt_at(1), doubt_at(None)])
    single = replace(plain, es_frame=None).carrying_on(before)
    assert single.trust.structures["lv"].ef_range_percent is None
    assert single.trust.structures["lv"].volumes == (0.95, 0.7)
    assert [f.frame for f in single.findings if f.code is FindingCode.WALL_OPEN] == [None]


def test_without_trust_nothing_is_carried_on_but_model_and_device(plain):
    again = plain.carrying_on(replace(plain, device="cpu"))
    assert (again.trust, again.device, again.findings) == (None, "cpu", plain.findings)


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
