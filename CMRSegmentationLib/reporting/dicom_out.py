"""The DICOM objects that a user asked for, written into a cine's result folder.

What makes them is imported when they are asked for: pydicom and highdicom take a second to start.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from CMRSegmentationLib.image import CineStack, LabelMap
from CMRSegmentationLib.reporting.overview import second_page
from CMRSegmentationLib.reporting.report import ClinicalReport
from CMRSegmentationLib.whole_files import whole_file

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from CMRSegmentationLib.reporting.dicom_objects import Maker
    from CMRSegmentationLib.reporting.dicom_sources import SourceImages

LOGGER = logging.getLogger(__name__)

SEGMENTATION_FILE = "segmentation.dcm"
REPORT_FILE = "report.dcm"

SegmentedPhases = Literal["all", "ed-es"]


@dataclass(frozen=True)
class DicomRequest:
    """Which DICOM objects to write.

    Attributes:
        segmentation: the phases of the Segmentation, or None for no such object.
        report: whether to write a Structured Report; the Segmentation comes with it.
        capture: whether to write the overview as a Secondary Capture.
    """

    segmentation: SegmentedPhases | None = None
    report: bool = False
    capture: bool = False

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.segmentation or self.report or self.capture)


NO_DICOM = DicomRequest()


def write_dicom(
    folder: Path,
    request: DicomRequest,
    stack: CineStack,
    labels: LabelMap,
    report: ClinicalReport,
    picture: Path | None = None,
    *,
    result: Path | None = None,
) -> tuple[Path, ...]:
    """Writes the objects that are asked for; returns their files, each written whole.

    A report of another Segmentation than the one that is written is removed.

    Args:
        folder: where to.
        request: what is asked for.
        stack: the cine, which knows its source images.
        labels: its labels.
        report: its measures.
        picture: the overview, for the Secondary Capture.
        result: names the result in a warning of an object that would hold nothing and is left out;
            None refuses such an object.

    Raises:
        DicomOutputError: if the cine does not come from DICOM, or an object would hold nothing.
        ImportError: without highdicom.
        OSError: if a file cannot be written.
    """
    from CMRSegmentationLib.reporting.dicom_objects import Maker, quiet
    from CMRSegmentationLib.reporting.dicom_sources import EmptyObjectError, SourceImages

    files: list[Path] = []
    with quiet():
        sources, maker = SourceImages.of(stack), Maker(report.model)
        if request.capture:
            files += _write_captures(folder, sources, picture, maker)
        try:
            if request.segmentation or request.report:
                _write_segmentation(folder, request, sources, labels, report, maker, files)
        except EmptyObjectError as error:
            if result is None:
                raise
            there = {path.name for path in files}
            asked = (SEGMENTATION_FILE, REPORT_FILE) if request.report else (SEGMENTATION_FILE,)
            lacking = ", ".join(name for name in asked if name not in there)
            LOGGER.warning("%s: %s Left out: %s.", result, error, lacking)
    return tuple(files)


def _write_segmentation(
    folder: Path,
    request: DicomRequest,
    sources: SourceImages,
    labels: LabelMap,
    report: ClinicalReport,
    maker: Maker,
    files: list[Path],
) -> None:
    """The Segmentation, and the Structured Report that refers to it; adds what is written."""
    from CMRSegmentationLib.reporting.dicom_seg import make_segmentation
    from CMRSegmentationLib.reporting.dicom_sr import make_structured_report

    frames = _phases(request.segmentation or "all", labels, report)
    segmentation = make_segmentation(labels, sources, frames, maker)
    files.append(_saved(segmentation, folder / SEGMENTATION_FILE))
    (folder / REPORT_FILE).unlink(missing_ok=True)  # it refers to the one that was replaced
    if request.report:
        content = make_structured_report(report, segmentation, sources, maker)
        files.append(_saved(content, folder / REPORT_FILE))


def _write_captures(
    folder: Path, sources: SourceImages, picture: Path | None, maker: Maker
) -> list[Path]:
    """A capture of every page of the overview, under the page's name."""
    from CMRSegmentationLib.reporting.dicom_sc import make_secondary_captures
    from CMRSegmentationLib.reporting.dicom_sources import DicomOutputError

    if picture is None or not picture.exists():
        raise DicomOutputError("--dicom-sc needs the overview picture, which was not drawn.")
    pages = [page for page in (picture, second_page(picture)) if page.exists()]
    if len(pages) == 1:  # an earlier overview may have had two
        (folder / f"{second_page(picture).stem}.dcm").unlink(missing_ok=True)
    captures = make_secondary_captures(pages, sources, maker)
    return [
        _saved(capture, folder / f"{page.stem}.dcm")
        for page, capture in zip(pages, captures, strict=True)
    ]


def _saved(dataset: Dataset, path: Path) -> Path:
    with whole_file(path) as partial:
        dataset.save_as(partial, enforce_file_format=True)
    return path


def _phases(phases: SegmentedPhases, labels: LabelMap, report: ClinicalReport) -> tuple[int, ...]:
    """The 0-based phases to write: those that were segmented, or end-diastole and end-systole."""
    if phases == "all":
        return tuple(range(labels.frames))
    frames = {report.ed_frame, report.ed_frame if report.es_frame is None else report.es_frame}
    return tuple(sorted(frames))
