"""Findings as text in the attributes of nodes, so that they are saved with the scene."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import slicer

from CMRSegmentationLib.findings import Finding


def keep_findings(node: slicer.vtkMRMLNode, attribute: str, findings: Sequence[Finding]) -> None:
    """Stores findings in an attribute of a node."""
    node.SetAttribute(attribute, json.dumps([asdict(finding) for finding in findings]))


def kept_findings(node: slicer.vtkMRMLNode, attribute: str) -> tuple[Finding, ...]:
    """The findings that an attribute holds; none if it is not there."""
    rows = json.loads(node.GetAttribute(attribute) or "[]")
    return tuple(Finding.from_row(row) for row in rows)
