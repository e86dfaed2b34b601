"""What a run measured of the wall, which holds as long as its contours and phases do.

The run knows from the network's probabilities where borders pass between pixels; the labels, which
are all that is left to measure again, do not tell.
"""

from __future__ import annotations

from dataclasses import replace

import slicer

from CMRSegmentationLib.image import LabelMap
from CMRSegmentationLib.measuring.measures import in_order
from CMRSegmentationLib.reporting.report import ClinicalReport
from CMRSegmentationLib.reporting.report_files import (
    ReportError,
    report_as_json,
    report_from_json,
)

from .judged_labels import are_as_judged
from .kept_points import kept_points

ATTRIBUTE = "CMR.RunReport"


def keep_run_report(sequence: slicer.vtkMRMLSequenceNode, report: ClinicalReport) -> None:
    """Keeps the report of the run that made a segmentation sequence."""
    sequence.SetAttribute(ATTRIBUTE, report_as_json(report))


def with_wall_of_run(
    report: ClinicalReport, sequence: slicer.vtkMRMLSequenceNode, labels: LabelMap
) -> ClinicalReport:
    """A report that was measured again, with the regional function that the run measured.

    Args:
        report: of the labels.
        sequence: the segmentation sequence; as long as its contours were not edited, nor its phases
            or insertion points chosen, what the run measured is better.
        labels: what the sequence holds.
    """
    run = report_in(sequence, ATTRIBUTE)
    if run is None or run.phases != report.phases or kept_points(sequence) is not None:
        return report
    if not are_as_judged(sequence, labels):
        return report
    others = [row for row in report.measures if row.key not in report.regional.values]
    measures = in_order(others, run.regional.values)
    return replace(report, regional=run.regional, measures=measures)


def report_in(sequence: slicer.vtkMRMLSequenceNode, attribute: str) -> ClinicalReport | None:
    """The report in an attribute of a segmentation sequence; None if none there can be read."""
    text = sequence.GetAttribute(attribute)
    try:
        return report_from_json(text) if text else None
    except ReportError:
        return None
