"""What a segmentation sequence keeps in the scene: its report, and what the user told of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.image import LabelMap
from CMRSegmentationLib.patient import AUTOMATIC, ChosenPhases, Patient
from CMRSegmentationLib.reporting.report import ClinicalReport, make_report
from CMRSegmentationLib.reporting.report_files import report_as_json

from . import plots, regional_nodes
from .cines import SceneCine
from .judged_labels import (
    are_as_judged,
    are_as_measured,
    changed_frames,
    keep_judged,
    keep_measured,
)
from .kept_points import kept_points
from .run_report import keep_run_report, report_in, with_wall_of_run
from .segment_overlay import hide_overlay
from .segmentations import read_labels, remove_segmentation, segmented_frames

REPORT_ATTRIBUTE = "CMR.Report"
ED_ATTRIBUTE, ES_ATTRIBUTE = "CMR.ED", "CMR.ES"
PATIENT_ATTRIBUTE = "CMR.Patient"


def keep_report(sequence: slicer.vtkMRMLSequenceNode, report: ClinicalReport) -> None:
    """Stores a report with its sequence and the scene, and fills the tables and the chart."""
    sequence.SetAttribute(REPORT_ATTRIBUTE, report_as_json(report))
    plots.show_report(report, sequence)
    regional_nodes.show_regional(report, sequence)


def keep_run(
    sequence: slicer.vtkMRMLSequenceNode,
    cine: SceneCine,
    report: ClinicalReport,
    labels: LabelMap,
    patient: Patient,
) -> None:
    """Keeps what a run brought; where the user knows something of the patient, it is measured.

    Nothing else changes the measures of the run, and to measure all again takes seconds.
    """
    keep_report(sequence, report)
    keep_run_report(sequence, report)
    keep_judged(sequence, labels)
    keep_measured(sequence, labels)
    if patient != Patient():
        measure_again(sequence, cine, patient, labels)


def stored_report(sequence: slicer.vtkMRMLSequenceNode) -> ClinicalReport | None:
    """The report of a segmentation sequence; None if it has none that can be read."""
    return report_in(sequence, REPORT_ATTRIBUTE)


def chosen_phases(sequence: slicer.vtkMRMLSequenceNode) -> ChosenPhases:
    """The frames that the user chose as end-diastole and end-systole."""
    ed, es = (sequence.GetAttribute(name) for name in (ED_ATTRIBUTE, ES_ATTRIBUTE))
    return ChosenPhases(int(ed) if ed else None, int(es) if es else None)


def choose_phases(sequence: slicer.vtkMRMLSequenceNode, chosen: ChosenPhases) -> None:
    """Keeps the user's choice of end-diastole and end-systole."""
    for name, frame in ((ED_ATTRIBUTE, chosen.ed), (ES_ATTRIBUTE, chosen.es)):
        if frame is None:
            sequence.RemoveAttribute(name)
        else:
            sequence.SetAttribute(name, str(frame))


def measured_patient(sequence: slicer.vtkMRMLSequenceNode) -> Patient:
    """What was known of the patient when a segmentation sequence was measured."""
    return Patient(**json.loads(sequence.GetAttribute(PATIENT_ATTRIBUTE) or "{}"))


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
        ValueError: if there is no segmentation left to measure, the phases are impossible, or the
            cine has lost or won phases since.
    """
    before = stored_report(sequence)
    if before is None:
        raise ValueError(
            _("{name} has no report to update; segment the cine again.").format(
                name=sequence.GetName()
            )
        )
    labels = labels or read_labels(sequence, cine)
    if labels.frames != before.frames:
        message = _(
            "{cine} has {found} phases, but had {expected} when it was segmented; segment it again."
        )
        raise ValueError(
            message.format(cine=cine.name, found=labels.frames, expected=before.frames)
        )
    report = make_report(
        labels,
        before.input,
        frames=measured_frames(sequence, labels),
        chosen=chosen_phases(sequence),
        patient=patient,
        insertion_points=kept_points(sequence),
        findings=[finding for finding in before.findings if not finding.can_be_checked_again],
    )
    report = with_wall_of_run(report, sequence, labels)
    report = report.carrying_on(before, changed_frames(sequence, labels))
    keep_report(sequence, report)
    keep_measured(sequence, labels)
    sequence.SetAttribute(PATIENT_ATTRIBUTE, json.dumps(asdict(patient)))
    return report


def is_measured(sequence: slicer.vtkMRMLSequenceNode, cine: SceneCine) -> bool:
    """Whether the report of a segmentation sequence is of the contours that it holds now."""
    return are_as_measured(sequence, read_labels(sequence, cine))


def measured_frames(sequence: slicer.vtkMRMLSequenceNode, labels: LabelMap) -> tuple[int, ...]:
    """The frames that the run segmented, and those that the user has drawn into."""
    drawn = np.flatnonzero(labels.array.any(axis=(1, 2, 3)))
    return tuple(sorted({*segmented_frames(sequence), *(int(frame) for frame in drawn)}))


def replace_results(
    earlier: Sequence[slicer.vtkMRMLSequenceNode],
    new: slicer.vtkMRMLSequenceNode,
    cine: SceneCine,
) -> list[str]:
    """Removes the earlier results of a cine, but for those that the new one cannot replace.

    Args:
        earlier: segmentation sequences of the cine.
        new: the one that takes their place.
        cine: the cine that they were made from.

    Returns:
        A sentence for each result that was kept: it holds the user's work, or other phases.
    """
    kept = []
    for old in earlier:
        reason = _reason_to_keep(old, new, cine)
        if reason:
            kept.append(reason.format(name=old.GetName()))
        else:
            remove_result(old)
    return kept


def _reason_to_keep(
    old: slicer.vtkMRMLSequenceNode, new: slicer.vtkMRMLSequenceNode, cine: SceneCine
) -> str:
    """A sentence with a place for the name of the old one; empty if it can be replaced."""
    if not are_as_judged(old, read_labels(old, cine)):
        return _("{name} was kept: it has contours that were edited or loaded.")
    if chosen_phases(old) != AUTOMATIC or kept_points(old) is not None:
        return _("{name} was kept: its phases or insertion points were corrected.")
    if not set(segmented_frames(old)) <= set(segmented_frames(new)):
        return _("{name} was kept: it has phases that the new result lacks.")
    return ""


def remove_result(sequence: slicer.vtkMRMLSequenceNode) -> None:
    """Removes a segmentation sequence with its tables and chart."""
    plots.remove_report(sequence)
    regional_nodes.remove_regional(sequence)
    hide_overlay(sequence)
    remove_segmentation(sequence)
