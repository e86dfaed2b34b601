"""Measures again with other phases or body sizes; the contours and what is known of them stay."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from CMRSegmentationLib.findings import Origin
from CMRSegmentationLib.image import LabelMap
from CMRSegmentationLib.measuring.measures import in_order
from CMRSegmentationLib.patient import ChosenPhases, Patient
from CMRSegmentationLib.reporting.report import ClinicalReport, make_report
from CMRSegmentationLib.reporting.report_files import read_report
from CMRSegmentationLib.reporting.results import write_results
from CMRSegmentationLib.whole_files import write_whole
from CMRSegmentationWeb.refusals import RefusedError
from CMRSegmentationWeb.results import REPORT_FILE, SegmentedCine

PATIENT_FILE = ".patient.json"
"""Beside the report: what it was measured again with, since a job may have several patients."""


def patient_of(cine: SegmentedCine, usual: Patient) -> Patient:
    """Heart rate and body size that a cine's measures rest on: `usual` unless measured again."""
    file = cine.folder / PATIENT_FILE
    return Patient(**json.loads(file.read_text("utf-8"))) if file.is_file() else usual


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
    write_whole(cine.folder / PATIENT_FILE, json.dumps(asdict(patient)))


def remeasured(
    old: ClinicalReport, labels: LabelMap, chosen: ChosenPhases, patient: Patient
) -> ClinicalReport:
    """The report of the same labels with other phases or body sizes.

    With the same phases the walls and findings stay as they are: they were measured with the
    network's probabilities, which are not kept, and phases that were found are not chosen ones.

    Raises:
        RefusedError: if the cine does not have a frame that was chosen.
    """
    frames = old.segmented_frames or None
    kept = [one for one in old.findings if one.origin is not Origin.CHECK]
    try:
        chosen.require_within(labels.frames)
        new = make_report(
            labels, old.input, frames=frames, chosen=chosen, patient=patient, findings=kept
        )
    except ValueError as error:
        raise RefusedError(str(error)) from error
    if new.phases != old.phases:
        return new.carrying_on(old)
    sizes = [one for one in new.measures if one.key not in new.regional.values]
    return replace(old, measures=in_order(sizes, old.regional.values))
