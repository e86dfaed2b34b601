"""When the frames of a volume sequence were taken, from whichever of Slicer's readers loaded it.

Sources in their order: the labels that MultiVolumeImporter leaves on the sequence, the trigger time
on each frame or in the DICOM database, the index values of the sequence.
"""

from __future__ import annotations

import slicer

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.reading.times import trusted_times

from .dicom_tags import instance_value

UNITS = {"ms": "ms", "msec": "ms", "s": "s", "sec": "s"}
MULTIVOLUME_TIME_TAGS = ("TriggerTime", "Time")
"""Other tags tell frames apart without saying when they were taken."""
TRIGGER_TIME_TAG = "0018,1060"


def frame_times_ms(
    sequence: slicer.vtkMRMLSequenceNode | None,
) -> tuple[tuple[float, ...] | None, tuple[Finding, ...]]:
    """Time of each frame in ms after the R wave from the first source that makes a heart cycle.

    Else None and why.
    """
    if sequence is None or sequence.GetNumberOfDataNodes() < 2:
        return None, ()
    refused: tuple[Finding, ...] = ()
    for texts, unit in (
        _multivolume_labels(sequence),
        _trigger_times(sequence),
        _index_values(sequence),
    ):
        values = _numbers(texts, sequence.GetNumberOfDataNodes())
        if values is None or unit is None:
            continue
        times, findings = trusted_times(values, unit)
        if times is not None:
            return times, findings
        refused = refused or findings
    return None, refused or (Finding.of(FindingCode.TIME_MISSING, Severity.INFO, Origin.READER),)


def _multivolume_labels(sequence: slicer.vtkMRMLSequenceNode) -> tuple[list[str], str | None]:
    labels = sequence.GetAttribute("MultiVolume.FrameLabels") or ""
    tag = sequence.GetAttribute("MultiVolume.FrameIdentifyingDICOMTagName")
    unit = sequence.GetAttribute("MultiVolume.FrameIdentifyingDICOMTagUnits") or ""
    return labels.split(","), UNITS.get(
        unit.strip().lower()
    ) if tag in MULTIVOLUME_TIME_TAGS else None


def _trigger_times(sequence: slicer.vtkMRMLSequenceNode) -> tuple[list[str], str | None]:
    frames = [sequence.GetNthDataNode(index) for index in range(sequence.GetNumberOfDataNodes())]
    return [_trigger_time(frame) for frame in frames if frame is not None], "ms"


def _trigger_time(frame: slicer.vtkMRMLNode) -> str:
    return str(frame.GetAttribute("DICOM.triggerTime") or instance_value(frame, TRIGGER_TIME_TAG))


def _index_values(sequence: slicer.vtkMRMLSequenceNode) -> tuple[list[str], str | None]:
    unit = (sequence.GetIndexUnit() or "").strip().lower()
    return [
        sequence.GetNthIndexValue(index) for index in range(sequence.GetNumberOfDataNodes())
    ], UNITS.get(unit)


def _numbers(texts: list[str], count: int) -> list[float] | None:
    try:
        values = [float(text) for text in texts]
    except ValueError:
        return None
    return values if len(values) == count else None
