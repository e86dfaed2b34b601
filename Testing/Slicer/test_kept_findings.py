"""Findings in the attributes of nodes."""

import pytest
from CMRSegmentationMRML.cines import read_stack
from CMRSegmentationMRML.kept_findings import keep_findings, kept_findings

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity


def test_findings_come_back_with_frame_slice_and_every_character(cine):
    findings = (
        Finding(
            FindingCode.STRUCTURE_GAP,
            Severity.SERIOUS,
            'Größe: 5 % "sicher"; a=b, c:d',
            frame=3,
            slice=0,
            origin=Origin.CHECK,
        ),
        Finding(FindingCode.SINGLE_SLICE, Severity.INFO, "", origin=Origin.CHECK),
    )
    keep_findings(cine.sequence, "CMR.Test", findings)
    assert kept_findings(cine.sequence, "CMR.Test") == findings


def test_a_node_without_the_attribute_has_none(cine):
    assert kept_findings(cine.sequence, "CMR.Other") == ()


@pytest.mark.parametrize("text", ['[{"code": "of_a_newer_version"}]', "[5]", "5", "no JSON"])
def test_findings_of_a_newer_version_do_not_keep_a_cine_from_being_chosen(cine, text, caplog):
    cine.sequence.SetAttribute("CMR.ReaderFindings", text)
    assert kept_findings(cine.sequence, "CMR.ReaderFindings") == ()
    assert "CMR.ReaderFindings cannot be read" in caplog.text
    assert read_stack(cine).frames == 4
