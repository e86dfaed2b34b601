import json
from dataclasses import FrozenInstanceError, asdict

import pytest

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity


def test_a_finding_concerns_the_whole_cine_unless_it_names_a_frame_and_a_slice():
    finding = Finding(
        FindingCode.STRUCTURE_GAP, Severity.WARNING, "A slice is missing.", origin=Origin.CHECK
    )
    assert (finding.frame, finding.slice) == (None, None)


def test_severity_is_written_as_its_word():
    assert [str(severity) for severity in Severity] == ["info", "warning", "serious"]


def test_findings_of_the_same_content_are_equal_and_cannot_be_changed():
    one, other = (
        Finding(
            FindingCode.STRUCTURE_GAP,
            Severity.INFO,
            "A slice is missing.",
            frame=3,
            slice=2,
            origin=Origin.CHECK,
        )
        for _ in range(2)
    )
    assert one == other
    with pytest.raises(FrozenInstanceError):
        one.frame = 4


def test_only_what_a_check_found_can_be_checked_again():
    found = {
        origin: Finding(FindingCode.SINGLE_PHASE, Severity.INFO, "One phase.", origin=origin)
        for origin in Origin
    }
    again = [origin for origin, finding in found.items() if finding.can_be_checked_again]
    assert again == [Origin.CHECK]


def test_a_row_of_json_becomes_the_finding_again():
    finding = Finding(
        FindingCode.STRUCTURE_GAP, Severity.INFO, "Ä", frame=3, slice=2, origin=Origin.SEGMENTATION
    )
    assert Finding.from_row(json.loads(json.dumps(asdict(finding)))) == finding


def test_codes_are_words_for_programs_and_named_like_their_members():
    assert all(code.value == code.name.lower() for code in FindingCode)
