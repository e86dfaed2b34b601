"""The result folder of a cine and the table of a run, each written whole or not at all."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from CMRSegmentationLib.image import CineStack, LabelMap
from CMRSegmentationLib.measuring.definitions import KEY_MEASURES
from CMRSegmentationLib.reading.axes import USUAL
from CMRSegmentationLib.reading.files import write_labels
from CMRSegmentationLib.reporting.dicom_out import (
    NO_DICOM,
    SEGMENTATION_FILE,
    DicomRequest,
    write_dicom,
)
from CMRSegmentationLib.reporting.dicom_out import REPORT_FILE as DICOM_REPORT_FILE
from CMRSegmentationLib.reporting.overview import second_page, write_overview
from CMRSegmentationLib.reporting.page import PictureUnavailable
from CMRSegmentationLib.reporting.pdf import write_pdf
from CMRSegmentationLib.reporting.report import ClinicalReport
from CMRSegmentationLib.reporting.report_files import (
    QUALITY_FILE,
    REPORT_FILE,
    SEGMENTS_FILE,
    STRAIN_FILE,
    report_as_json,
    write_report,
)
from CMRSegmentationLib.whole_files import whole_folder, write_whole

LOGGER = logging.getLogger(__name__)

SUMMARY_FILE = "summary.csv"
LABELS_FILE, REDRAWN_FILE = "labels.nii.gz", "redrawn.nii.gz"
PICTURE_FILE, PDF_FILE = "overview.png", "report.pdf"
PICTURES = (PICTURE_FILE, second_page(Path(PICTURE_FILE)).name)
CAPTURES = tuple(Path(name).with_suffix(".dcm").name for name in PICTURES)
TABLES = (QUALITY_FILE, SEGMENTS_FILE, STRAIN_FILE)
SHOWS_REPORT = (*PICTURES, *CAPTURES, *TABLES, PDF_FILE, DICOM_REPORT_FILE)
"""What shows a report and is not always written; that of an earlier one would contradict it."""
SHOWS_LABELS = (REDRAWN_FILE, SEGMENTATION_FILE)
"""What shows labels and is not always written; that of other labels would contradict them."""


def write_results(
    folder: Path,
    labels: LabelMap,
    report: ClinicalReport,
    *,
    like: Path | None = None,
    stack: CineStack | None = None,
    with_labels: bool = True,
    redrawn: LabelMap | None = None,
    dicom: DicomRequest = NO_DICOM,
    with_pdf: bool = False,
) -> None:
    """Writes labels, report, tables and picture into a cine's result folder.

    Args:
        folder: the result folder; files of an earlier run in it are replaced, and what showed its
            report, or labels that are replaced, and is not written now is removed.
        labels: the label map.
        report: the report, which knows the axes of the label file.
        like: the input file, whose axes and header the labels keep.
        stack: the cine, for the picture; without it there is none.
        with_labels: whether the labels are written (not when they are the input).
        redrawn: the label map as the model's auto-encoder redraws it, if it is wanted.
        dicom: which DICOM objects to write, as far as they hold something; they need the cine.
        with_pdf: whether `report.pdf` is written as well, if there are images.

    Raises:
        DicomOutputError: if a DICOM object cannot be made of this cine.
        OSError: if the folder cannot be written to; what was there before stays.
    """
    maps = {LABELS_FILE: labels if with_labels else None, REDRAWN_FILE: redrawn}
    times_ms = report.input.frame_times_ms
    axes = report.labels_axes or USUAL
    write = partial(write_labels, like=like, frame_times_ms=times_ms, axes=axes)
    replaces = (*SHOWS_REPORT, *SHOWS_LABELS) if with_labels else SHOWS_REPORT
    with whole_folder(folder, replaces) as staging, ThreadPoolExecutor(1) as writer:
        written = [
            writer.submit(write, staging / name, label_map)
            for name, label_map in maps.items()
            if label_map is not None
        ]
        write_report(report, staging)
        if stack is not None:
            _draw(staging, stack, labels, report, with_pdf=with_pdf)
        for label_map in written:
            label_map.result()  # compressed while the picture was drawn
        if dicom and stack is not None:
            picture = staging / PICTURE_FILE
            write_dicom(staging, dicom, stack, labels, report, picture, result=folder)


def write_first_look(folder: Path, labels: LabelMap, report: ClinicalReport, *, like: Path) -> None:
    """Writes labels and a first report into a folder of their own, whole or not at all.

    Args:
        folder: not the result folder, in which everything appears together.
        labels: the label map.
        report: phases and curves, see `report.first_report`; it knows the axes of the label file.
        like: the input file, whose axes and header the labels keep.

    Raises:
        OSError: if the folder cannot be written to.
    """
    times_ms, axes = report.input.frame_times_ms, report.labels_axes or USUAL
    with whole_folder(folder) as staging:
        write_labels(staging / LABELS_FILE, labels, like=like, frame_times_ms=times_ms, axes=axes)
        write_whole(staging / REPORT_FILE, report_as_json(report))


def _draw(
    folder: Path, stack: CineStack, labels: LabelMap, report: ClinicalReport, *, with_pdf: bool
) -> None:
    try:
        write_overview(folder / PICTURE_FILE, stack, labels, report)
        if with_pdf:
            write_pdf(folder / PDF_FILE, stack, labels, report)
    except PictureUnavailable as error:
        LOGGER.warning("%s", error)


@dataclass(frozen=True)
class Outcome:
    """One line of the run's table.

    Attributes:
        input: the input as the user named it.
        cine: name of the cine within the input; empty if the input could not be read.
        status: "done", "skipped" or "failed".
        message: why it was skipped or failed.
        folder: where the results are.
        report: the report, if it was segmented.
        errno: of the operating system's error that it failed with, if it was one.
    """

    input: str
    cine: str
    status: str
    message: str = ""
    folder: Path | None = None
    report: ClinicalReport | None = None
    errno: int | None = None


SUMMARY_COLUMNS = (
    "input",
    "cine",
    "status",
    "message",
    "folder",
    "ed_frame",
    "es_frame",
    *KEY_MEASURES,
)


def summary_row(outcome: Outcome, out: Path) -> list[str]:
    """The cells of an outcome in the table of a run that writes to `out`."""
    folder = "" if outcome.folder is None else outcome.folder.relative_to(out).as_posix()
    row = [outcome.input, outcome.cine, outcome.status, outcome.message, folder]
    report = outcome.report
    if report is None:
        return row + [""] * (len(SUMMARY_COLUMNS) - len(row))
    frames = [str(report.ed_frame), "" if report.es_frame is None else str(report.es_frame)]
    values = [report.value(key) for key in KEY_MEASURES]
    return row + frames + ["" if value is None else f"{value:.2f}" for value in values]


def write_summary(out: Path, outcomes: list[Outcome]) -> None:
    """Writes the table of a run, one row for each cine.

    Raises:
        OSError: if it cannot be written.
    """
    rows = [list(SUMMARY_COLUMNS), *(summary_row(outcome, out) for outcome in outcomes)]
    out.mkdir(parents=True, exist_ok=True)
    write_whole(out / SUMMARY_FILE, as_csv(rows))


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """The text of a table."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
