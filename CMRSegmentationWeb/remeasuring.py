"""Measures again with other phases or body sizes; the contours and what is known of them stay."""

from __future__ import annotations

from CMRSegmentationLib.findings import Origin
from CMRSegmentationLib.image import LabelMap
from CMRSegmentationLib.patient import ChosenPhases, Patient
from CMRSegmentationLib.reporting.report import ClinicalReport, make_report
from CMRSegmentationLib.reporting.report_files import read_report
from CMRSegmentationLib.reporting.results import write_results
from CMRSegmentationWeb.refusals import RefusedError
from CMRSegmentationWeb.results import REPORT_FILE, SegmentedCine


def measure_again(cine: SegmentedCine, chosen: ChosenPhases, patient: Patient) -> None:
    """Replaces the report, tables and picture of a cine.

    Raises:
        RefusedError: if the cine does not have a frame that was chosen.
        ReportError, ReadError: if its files cannot be read any more.
    """
    old, labels = read_report(cine.folder / REPORT_FILE), cine.labels()
    report = remeasured(old, labels, chosen, patient)
    stack = cine.stack()
    write_results(cine.folder, labels, report, stack=stack, with_labels=False, with_pdf=True)


def remeasured(
    old: ClinicalReport, labels: LabelMap, chosen: ChosenPhases, patient: Patient
) -> ClinicalReport:
    """The report of the same labels with other phases or body sizes.

    Raises:
        RefusedError: if the cine does not have a frame that was chosen.
    """
    frames = [t for t in range(labels.frames) if labels.array[t].any()] or None
    kept = [one for one in old.findings if one.origin is not Origin.CHECK]
    try:
        chosen.require_within(labels.frames)
        new = make_report(
            labels, old.input, frames=frames, chosen=chosen, patient=patient, findings=kept
        )
    except ValueError as error:
        raise RefusedError(str(error)) from error
    return new.carrying_on(old)
