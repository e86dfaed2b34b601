"""Findings as text in the attributes of nodes, so that they are saved with the scene."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict

import slicer

from CMRSegmentationLib.findings import Finding

LOGGER = logging.getLogger(__name__)


def keep_findings(node: slicer.vtkMRMLNode, attribute: str, findings: Sequence[Finding]) -> None:
    """Stores findings in an attribute of a node."""
    node.SetAttribute(attribute, json.dumps([asdict(finding) for finding in findings]))


def kept_findings(node: slicer.vtkMRMLNode, attribute: str) -> tuple[Finding, ...]:
    """The findings that an attribute holds; none if it is not there.

    Those of a newer version of this module, in a scene that it saved, are passed over.
    """
    try:
        rows = json.loads(node.GetAttribute(attribute) or "[]")
        return tuple(Finding.from_row(row) for row in rows)
    except (ValueError, KeyError, TypeError):
        LOGGER.warning("The findings in %s cannot be read.", attribute, exc_info=True)
        return ()
