"""`export`: the PDF and the DICOM objects of a result that is there already."""

from __future__ import annotations

from dataclasses import replace

from CMRSegmentationLib.command_line.describe import Lines
from CMRSegmentationLib.command_line.options import ExportOptions
from CMRSegmentationLib.command_line.progress import make_reporter
from CMRSegmentationLib.errors import UsageError
from CMRSegmentationLib.image import CineStack, LabelMap
from CMRSegmentationLib.reading.files import read_input, read_labels
from CMRSegmentationLib.reading.study import ReadError
from CMRSegmentationLib.reporting.dicom_out import write_dicom
from CMRSegmentationLib.reporting.overview import write_overview
from CMRSegmentationLib.reporting.pdf import write_pdf
from CMRSegmentationLib.reporting.report import ClinicalReport
from CMRSegmentationLib.reporting.report_files import read_report
from CMRSegmentationLib.reporting.results import PDF_FILE, PICTURE_FILE

GRID_TOLERANCE_MM = 0.05
"""NIfTI keeps matrices in single precision; the next voxel is some twenty times as far."""


def export(options: ExportOptions) -> Lines:
    """Writes the PDF and the DICOM objects of a result; yields what to print.

    Raises:
        UsageError: if nothing is asked for.
        ReadError, ReportError: if the result or the cine cannot be read, or do not fit together.
        PictureUnavailable: if a picture is asked for and matplotlib is not installed.
        DicomOutputError: if highdicom is not installed, or the cine does not come from DICOM.
        OSError: if the output folder cannot be written to.
    """
    if not (options.dicom or options.with_pdf):
        raise UsageError("Expected --pdf, --dicom-seg, --dicom-sr or --dicom-sc; found none.")
    if options.dicom:
        from CMRSegmentationLib.reporting.dicom_objects import require_highdicom

        require_highdicom()
    reporter = make_reporter(options.progress)
    reporter("read", 0, 1)
    report = read_report(options.result / "report.json")
    stack, labels = _fitting(options)
    reporter("write", 0, 1)
    options.out.mkdir(parents=True, exist_ok=True)
    _write(options, stack, labels, report)
    reporter.finished(str(options.out))
    if options.progress != "json":
        yield f"{options.result} -> {options.out}"


def _write(
    options: ExportOptions, stack: CineStack, labels: LabelMap, report: ClinicalReport
) -> None:
    picture = options.out / PICTURE_FILE
    if options.with_pdf:
        write_pdf(options.out / PDF_FILE, stack, labels, report)
    if options.dicom.capture:
        write_overview(picture, stack, labels, report)
    if options.dicom:
        write_dicom(options.out, options.dicom, stack, labels, report, picture)


def _fitting(options: ExportOptions) -> tuple[CineStack, LabelMap]:
    """The cine of the input on whose grid the labels lie, and the labels on exactly that grid."""
    labels = read_labels(options.result / "labels.nii.gz", options.axes)
    stacks = [cine.stack for cine in read_input(options.like, options.axes).cines]
    for stack in stacks:
        same_grid = labels.geometry.matches(stack.geometry, GRID_TOLERANCE_MM)
        if same_grid and labels.frames == stack.frames:
            return stack, replace(labels, geometry=stack.geometry)
    shape_tzyx = (labels.frames, *labels.geometry.shape_zyx)
    found = ", ".join(str(stack.shape_tzyx) for stack in stacks)
    raise ReadError(
        f"Expected a cine on the grid of the labels, {shape_tzyx} voxels; {options.like} has "
        f"none there, but {found}."
    )
