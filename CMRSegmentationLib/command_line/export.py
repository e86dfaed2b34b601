"""`export`: the PDF and the DICOM objects of a result that is there already."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from pathlib import Path

from CMRSegmentationLib.anatomy.sizes import areas_cm2, volumes_ml
from CMRSegmentationLib.command_line.describe import Lines
from CMRSegmentationLib.command_line.options import ExportOptions
from CMRSegmentationLib.command_line.progress import make_reporter
from CMRSegmentationLib.errors import UsageError
from CMRSegmentationLib.image import CineStack, LabelMap
from CMRSegmentationLib.reading.axes import USUAL, Axes
from CMRSegmentationLib.reading.files import is_nifti, labels_axes, read_input, read_labels
from CMRSegmentationLib.reading.study import ReadError, Study
from CMRSegmentationLib.reporting.dicom_out import DicomRequest, write_dicom
from CMRSegmentationLib.reporting.overview import second_page, write_overview
from CMRSegmentationLib.reporting.pdf import write_pdf
from CMRSegmentationLib.reporting.report import ClinicalReport
from CMRSegmentationLib.reporting.report_files import (
    REPORT_FILE,
    read_labels_axes,
    read_report,
)
from CMRSegmentationLib.reporting.results import LABELS_FILE, PDF_FILE, PICTURE_FILE

LOGGER = logging.getLogger(__name__)

SAME_SIZE = 0.005
"""Share by which a structure may differ from its report: files keep their grids rounded."""


def export(options: ExportOptions) -> Lines:
    """Writes the PDF and the DICOM objects of a result; yields what to print.

    Raises:
        UsageError: if nothing is asked for.
        ReadError, ReportError: if the result or the cine cannot be read, or do not fit together.
        PictureUnavailable: if a picture is asked for and matplotlib is not installed.
        DicomOutputError: if a package is not installed, the cine does not come from DICOM, or the
            result holds nothing that an object could.
        OSError: if the output folder cannot be written to.
    """
    if not (options.dicom or options.with_pdf):
        raise UsageError("Expected --pdf, --dicom-seg, --dicom-sr or --dicom-sc; found none.")
    if options.dicom:
        from CMRSegmentationLib.reporting.dicom_objects import require_packages

        require_packages(with_pictures=options.dicom.capture)
    reporter = make_reporter(options.progress)
    reporter("read", 0, 1)
    report = read_report(options.result / REPORT_FILE)
    stack, labels = _fitting(options)
    _check_measured(options, labels, report)
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
        second_page(picture).unlink(missing_ok=True)  # a result may have had one and have none now
        write_overview(picture, stack, labels, report)
    if not options.dicom:
        return
    if not write_dicom(
        options.out, options.dicom, stack, labels, report, picture, result=options.result
    ):
        from CMRSegmentationLib.reporting.dicom_sources import EmptyObjectError

        raise EmptyObjectError("No DICOM object was written: the result holds nothing for one.")


def _check_measured(options: ExportOptions, labels: LabelMap, report: ClinicalReport) -> None:
    """Warns of labels that were changed after they were measured.

    Raises:
        ReadError: if measures or phases of the report would be told of these labels, as everything
            but a Segmentation of all phases does.
    """
    if _is_measured(labels, report):
        return
    sentence = (
        f"Expected the labels as {REPORT_FILE} beside them has measured them, found labels that "
        "were changed since; measure them again and put the new report beside them."
    )
    if options.with_pdf or options.dicom != DicomRequest("all"):
        raise ReadError(sentence)
    LOGGER.warning("%s", sentence)


def _is_measured(labels: LabelMap, report: ClinicalReport) -> bool:
    """Whether every structure is as large in every phase as the report has it."""
    if report.frames != labels.frames:
        return False
    is_single = labels.geometry.is_single_slice
    sizes = areas_cm2(labels) if is_single else volumes_ml(labels)
    curves = report.areas_cm2 if is_single else report.volumes_ml
    nothing = (0.0,) * labels.frames
    return all(
        reported is None or abs(size - reported) <= SAME_SIZE * max(size, 1.0)
        for label, curve in sizes.items()
        for size, reported in zip(curve, curves.get(label.name.lower()) or nothing, strict=True)
    )


def _fitting(options: ExportOptions) -> tuple[CineStack, LabelMap]:
    """The cine of the input on whose grid the labels lie, and the labels on exactly that grid."""
    path = options.result / LABELS_FILE
    study, labels = read_cines_and_labels(options.like, path, options.axes)
    stack = cine_on_grid(study, labels, options.like, path)
    if stack is None:
        raise ReadError(
            f"Expected a cine on the grid of the labels, {labels.shape_tzyx} voxels; "
            f"{options.like} has none there, but {shapes_of(study)}. Name the cine that was "
            "segmented."
        )
    return stack, replace(labels, geometry=stack.geometry)


def read_cines_and_labels(like: Path, labels: Path, axes: Axes | None) -> tuple[Study, LabelMap]:
    """The cines of an input, and a label file that belongs to one of them.

    Labels of a NIfTI file have its axes, as `segment` writes them. What DICOM gives has no order of
    axes of its own: there the axes are those of the label file.

    Args:
        like: the input.
        labels: the label file.
        axes: as the user names them; None for what the report beside the labels says, else what the
            images show.

    Raises:
        ReadError, ReportError: if the input, the labels or the report beside them cannot be read.
    """
    known = axes or axes_beside(labels)
    study = read_input(like, known if is_nifti(like) else axes)
    stack = study.cines[0].stack
    if stack.sources is not None:
        return study, read_labels(labels, known)
    order = labels_axes(like, stack.axes) if is_nifti(labels) else USUAL
    return study, read_labels(labels, Axes.parse(order))


def axes_beside(labels: Path) -> Axes | None:
    """The axes of a label file as the report beside it has them, if there is one that does.

    Raises:
        ReportError: if the report cannot be understood.
    """
    report = labels.parent / REPORT_FILE
    return read_labels_axes(report) if report.is_file() else None


def cine_on_grid(study: Study, labels: LabelMap, like: Path, path: Path) -> CineStack | None:
    """The cine on whose grid labels lie; of several, that by whose name their folder is called.

    Args:
        study: the cines.
        labels: the labels.
        like: the input of the cines.
        path: the label file.

    Raises:
        ReadError: if it could be several.
    """
    cines = study.cines_on_grid_of(labels)
    if len(cines) > 1:
        folder = Path(os.path.abspath(path)).parent.name  # of a link not its target
        names = ", ".join(cine.name for cine in cines)
        cines = tuple(cine for cine in cines if cine.name == folder)
        if not cines:
            raise ReadError(
                f"Expected one cine on the grid of the labels, {like} has {names}; put the labels "
                "into a folder of the cine's name, or name the files of that cine alone."
            )
    return cines[0].stack if cines else None


def shapes_of(study: Study) -> str:
    """The shapes of the cines, for a sentence."""
    return ", ".join(str(cine.stack.shape_tzyx) for cine in study.cines)
