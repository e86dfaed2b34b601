"""Findings in the attributes of nodes."""

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
