"""What leaves Slicer: report, tables, labels as one 4-D NIfTI, a segmentation per phase."""

from __future__ import annotations

from pathlib import Path

import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.reading.files import write_labels
from CMRSegmentationLib.reporting.report import ClinicalReport
from CMRSegmentationLib.reporting.report_files import REPORT_FILE, write_report
from CMRSegmentationLib.reporting.results import LABELS_FILE, TABLES

from .cines import SceneCine
from .library_words import measure_cells
from .segmentations import read_labels

RESULT_FILES = (REPORT_FILE, "measures.csv", "curves.csv", *TABLES, LABELS_FILE)


def export_results(
    sequence: slicer.vtkMRMLSequenceNode, cine: SceneCine, report: ClinicalReport, folder: Path
) -> tuple[Path, ...]:
    """Writes `report.json`, `measures.csv`, `curves.csv` and `labels.nii.gz`; returns the files.

    Tables of another report that this one does not have are removed.

    Raises:
        OSError: if the folder cannot be written to.
    """
    labels = folder / LABELS_FILE
    files = write_report(report, folder)
    for name in {*TABLES} - {file.name for file in files}:
        (folder / name).unlink(missing_ok=True)
    write_labels(labels, read_labels(sequence, cine), frame_times_ms=report.input.frame_times_ms)
    return (*files, labels)


def export_phases(sequence: slicer.vtkMRMLSequenceNode, folder: Path) -> tuple[Path, ...]:
    """Writes each phase as `phase_01.seg.nrrd`, … with names, colors and codes; returns the files.

    Raises:
        OSError: if a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / name for name in phase_files(sequence)]
    for index, file in enumerate(files):
        _write_segmentation(sequence.GetNthDataNode(index), file)
    return tuple(files)


def phase_files(sequence: slicer.vtkMRMLSequenceNode) -> list[str]:
    """The names of the files of the phases."""
    count = sequence.GetNumberOfDataNodes()
    digits = max(2, len(str(count)))
    return [f"phase_{index + 1:0{digits}d}.seg.nrrd" for index in range(count)]


def _write_segmentation(node: slicer.vtkMRMLSegmentationNode, file: Path) -> None:
    storage = slicer.vtkMRMLSegmentationStorageNode()
    storage.SetFileName(str(file))
    if not storage.WriteData(node):
        message = _("{file} could not be written; check the folder and the free disk space.")
        raise OSError(message.format(file=file))


def measures_as_text(report: ClinicalReport) -> str:
    """The measures as the panel shows them, in lines of cells which spreadsheets take."""
    header = (_("Measure"), _("Value"), _("Unit"))
    rows = map(measure_cells, report.measures)
    return "\n".join("\t".join(cells) for cells in [header, *rows]) + "\n"
