"""Which contours were judged and which were measured: the sums of their labels, frame by frame."""

from __future__ import annotations

import zlib

import slicer

from CMRSegmentationLib.image import LabelMap

ATTRIBUTE, MEASURED_ATTRIBUTE = "CMR.JudgedLabels", "CMR.MeasuredLabels"


def keep_judged(sequence: slicer.vtkMRMLSequenceNode, labels: LabelMap) -> None:
    """Remembers the labels that were judged."""
    sequence.SetAttribute(ATTRIBUTE, " ".join(_sums(labels)))


def changed_frames(sequence: slicer.vtkMRMLSequenceNode, labels: LabelMap) -> set[int]:
    """The 0-based frames whose labels are not those that were judged; none if none were."""
    judged = (sequence.GetAttribute(ATTRIBUTE) or "").split()
    if not judged:
        return set()
    pairs = zip(judged, _sums(labels), strict=True)
    return {frame for frame, (old, new) in enumerate(pairs) if old != new}


def are_as_judged(sequence: slicer.vtkMRMLSequenceNode, labels: LabelMap) -> bool:
    """Whether every contour is one that was judged; none is where none were."""
    return (sequence.GetAttribute(ATTRIBUTE) or "").split() == _sums(labels)


def keep_measured(sequence: slicer.vtkMRMLSequenceNode, labels: LabelMap) -> None:
    """Remembers the labels that were measured."""
    sequence.SetAttribute(MEASURED_ATTRIBUTE, " ".join(_sums(labels)))


def are_as_measured(sequence: slicer.vtkMRMLSequenceNode, labels: LabelMap) -> bool:
    """Whether the labels are those that were measured; also where it was not remembered which."""
    kept = sequence.GetAttribute(MEASURED_ATTRIBUTE)
    return not kept or kept.split() == _sums(labels)


def _sums(labels: LabelMap) -> list[str]:
    return [f"{zlib.crc32(frame.tobytes()):08x}" for frame in labels.array]
