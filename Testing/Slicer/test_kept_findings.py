"""Findings in the attributes of nodes."""

from CMRSegmentationMRML.kept_findings import keep_findings, kept_findings

from CMRSegmentationLib.findings import Finding, Severity


def test_findings_come_back_with_frame_slice_and_every_character(cine):
    findings = (
        Finding("gap", Severity.SERIOUS, 'Größe: 5 % "sicher"; a=b, c:d', frame=3, slice=0),
        Finding("note", Severity.INFO, ""),
    )
    keep_findings(cine.sequence, "CMR.Test", findings)
    assert kept_findings(cine.sequence, "CMR.Test") == findings


def test_a_node_without_the_attribute_has_none(cine):
    assert kept_findings(cine.sequence, "CMR.Other") == ()
