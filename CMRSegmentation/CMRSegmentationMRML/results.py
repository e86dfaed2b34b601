"""What a segmentation sequence knows about itself: its report and the user's phases, both kept in the scene."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.image import LabelMap
from CMRSegmentationLib.reporting.report import (
    ClinicalReport,
    ReportError,
    make_report,
    report_as_json,
    report_from_json,
)

from . import plots
from .cines import SceneCine
from .curves import frames_of
from .kept_findings import keep_findings, kept_findings
from .segmentations import read_labels, remove_segmentation, segmented_frames

REPORT_ATTRIBUTE = "CMR.Report"
RUN_FINDINGS_ATTRIBUTE = "CMR.RunFindings"
ED_ATTRIBUTE, ES_ATTRIBUTE = "CMR.ED", "CMR.ES"


@dataclass(frozen=True)
class Patient:
    """What the user knows and the images do not hold; 0 stands for not given, as in the panel.

    Attributes:
        heart_rate_bpm: beats a minute.
        height_cm: body height.
        weight_kg: body weight.
    """

    heart_rate_bpm: float = 0.0
    height_cm: float = 0.0
    weight_kg: float = 0.0


def keep_report(sequence: slicer.vtkMRMLSequenceNode, report: ClinicalReport) -> None:
    """Stores a report with its sequence, so that it is saved with the scene, and fills the tables and the chart."""
    sequence.SetAttribute(REPORT_ATTRIBUTE, report_as_json(report))
    plots.show_report(report, sequence)


def stored_report(sequence: slicer.vtkMRMLSequenceNode) -> ClinicalReport | None:
    """The report of a segmentation sequence; None if it has none that can be read."""
    text = sequence.GetAttribute(REPORT_ATTRIBUTE)
    try:
        return report_from_json(text) if text else None
    except ReportError:
        return None


def keep_run(
    sequence: slicer.vtkMRMLSequenceNode, report: ClinicalReport, labels: LabelMap
) -> None:
    """Stores the report of a run, and apart from it the findings that a new measurement cannot find again."""
    again = make_report(
        labels, report.input, frames=frames_of(report), ed=report.ed_frame, es=report.es_frame
    )
    found = [finding for finding in report.findings if finding not in again.findings]
    keep_findings(sequence, RUN_FINDINGS_ATTRIBUTE, found)
    keep_report(sequence, report)


def chosen_phases(sequence: slicer.vtkMRMLSequenceNode) -> tuple[int | None, int | None]:
    """The 0-based frames that the user holds for end-diastole and end-systole; None where they are automatic."""
    ed, es = (sequence.GetAttribute(name) for name in (ED_ATTRIBUTE, ES_ATTRIBUTE))
    return (int(ed) if ed else None), (int(es) if es else None)


def choose_phases(sequence: slicer.vtkMRMLSequenceNode, ed: int | None, es: int | None) -> None:
    """Keeps the user's choice of end-diastole and end-systole; None leaves it to the curve."""
    for name, frame in ((ED_ATTRIBUTE, ed), (ES_ATTRIBUTE, es)):
        if frame is None:
            sequence.RemoveAttribute(name)
        else:
            sequence.SetAttribute(name, str(frame))


def measure_again(
    sequence: slicer.vtkMRMLSequenceNode,
    cine: SceneCine,
    patient: Patient,
    labels: LabelMap | None = None,
) -> ClinicalReport:
    """Measures what the segmentation sequence holds now, with the user's phases, and shows it.

    Args:
        sequence: a segmentation sequence with a report.
        cine: the cine it was made from.
        patient: what the user entered.
        labels: its labels, if they are at hand.

    Raises:
        ValueError: if there is no segmentation left to measure, or the phases or the patient's
            values are impossible.
    """
    before = stored_report(sequence)
    if before is None:
        raise ValueError(
            _("{name} has no report to update; segment the cine again.").format(
                name=sequence.GetName()
            )
        )
    labels = labels or read_labels(sequence, cine)
    ed, es = chosen_phases(sequence)
    report = make_report(
        labels,
        before.input,
        frames=measured_frames(sequence, labels),
        ed=ed,
        es=es,
        heart_rate_bpm=patient.heart_rate_bpm or None,
        height_cm=patient.height_cm or None,
        weight_kg=patient.weight_kg or None,
        findings=kept_findings(sequence, RUN_FINDINGS_ATTRIBUTE),
        model=before.model,
        device=before.device,
        seconds=before.seconds,
    )
    keep_report(sequence, report)
    return report


def measured_frames(sequence: slicer.vtkMRMLSequenceNode, labels: LabelMap) -> tuple[int, ...]:
    """The frames that the run segmented, and those that the user has drawn into."""
    drawn = np.flatnonzero(labels.array.any(axis=(1, 2, 3)))
    return tuple(sorted({*segmented_frames(sequence), *(int(frame) for frame in drawn)}))


def remove_result(sequence: slicer.vtkMRMLSequenceNode) -> None:
    """Removes a segmentation sequence with its tables and chart."""
    plots.remove_report(sequence)
    remove_segmentation(sequence)
