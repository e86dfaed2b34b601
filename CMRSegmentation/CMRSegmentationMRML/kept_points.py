"""The insertion points that the user corrected, kept with the segmentation and the scene."""

from __future__ import annotations

import json
from dataclasses import asdict

import slicer

from CMRSegmentationLib.measuring.regional import InsertionPoints

ATTRIBUTE = "CMR.InsertionPoints"


def keep_points(sequence: slicer.vtkMRMLSequenceNode, points: InsertionPoints | None) -> None:
    """Keeps corrected points; None lets them be found again."""
    if points is None:
        sequence.RemoveAttribute(ATTRIBUTE)
    else:
        sequence.SetAttribute(ATTRIBUTE, json.dumps(asdict(points)))


def kept_points(sequence: slicer.vtkMRMLSequenceNode) -> InsertionPoints | None:
    """The points that the user corrected; None where they are found."""
    text = sequence.GetAttribute(ATTRIBUTE)
    if not text:
        return None
    values = json.loads(text)
    return InsertionPoints(
        tuple(values["anterior_ras_mm"]), tuple(values["inferior_ras_mm"]), values["source"]
    )
