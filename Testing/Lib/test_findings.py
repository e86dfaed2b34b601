from dataclasses import FrozenInstanceError

import pytest

from CMRSegmentationLib.findings import Finding, Severity


def test_a_finding_concerns_the_whole_cine_unless_it_names_a_frame_and_a_slice():
    finding = Finding("gap", Severity.WARNING, "A slice is missing.")
    assert (finding.frame, finding.slice) == (None, None)


def test_severity_is_written_as_its_word():
    assert [str(severity) for severity in Severity] == ["info", "warning", "serious"]
    assert f"{Finding('gap', Severity.SERIOUS, 'A slice is missing.').severity}" == "serious"


def test_findings_of_the_same_content_are_equal_and_cannot_be_changed():
    one, other = (
        Finding("gap", Severity.INFO, "A slice is missing.", frame=3, slice=2) for _ in range(2)
    )
    assert one == other
    with pytest.raises(FrozenInstanceError):
        one.frame = 4
