"""The DICOM objects that a user asked for, written into a cine's result folder.

What makes them is imported when they are asked for: pydicom and highdicom take a second to start.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from CMRSegmentationLib.image import CineStack, LabelMap
from CMRSegmentationLib.reporting.overview import second_page
from CMRSegmentationLib.reporting.report import ClinicalReport

if TYPE_CHECKING:
    from CMRSegmentationLib.reporting.dicom_objects import Maker
    from CMRSegmentationLib.reporting.dicom_sources import SourceImages

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
) -> None:
    """Writes the objects that are asked for.

    Args:
        folder: where to.
        request: what is asked for.
        stack: the cine, which knows its source images.
        labels: its labels.
        report: its measures.
        picture: the overview, for the Secondary Capture.

    Raises:
        DicomOutputError: if the cine does not come from DICOM, or there is nothing to write.
        ImportError: without highdicom.
        OSError: if a file cannot be written.
    """
    from CMRSegmentationLib.reporting.dicom_objects import Maker, quiet
    from CMRSegmentationLib.reporting.dicom_sources import SourceImages

    with quiet():
        sources, maker = SourceImages.of(stack), Maker(report.model)
        if request.segmentation or request.report:
            _write_segmentation(folder, request, sources, labels, report, maker)
        if request.capture:
            _write_captures(folder, sources, picture, maker)


def _write_segmentation(
    folder: Path,
    request: DicomRequest,
    sources: SourceImages,
    labels: LabelMap,
    report: ClinicalReport,
    maker: Maker,
) -> None:
    """The Segmentation, and the Structured Report that refers to it."""
    from CMRSegmentationLib.reporting.dicom_seg import make_segmentation
    from CMRSegmentationLib.reporting.dicom_sr import make_structured_report

    frames = _phases(request.segmentation or "all", labels, report)
    segmentation = make_segmentation(labels, sources, frames, maker)
    segmentation.save_as(folder / SEGMENTATION_FILE, enforce_file_format=True)
    if request.report:
        content = make_structured_report(report, segmentation, sources, maker)
        content.save_as(folder / REPORT_FILE, enforce_file_format=True)


def _write_captures(
    folder: Path, sources: SourceImages, picture: Path | None, maker: Maker
) -> None:
    """A capture of every page of the overview, under the page's name."""
    from CMRSegmentationLib.reporting.dicom_sc import make_secondary_captures
    from CMRSegmentationLib.reporting.dicom_sources import DicomOutputError

    if picture is None or not picture.exists():
        raise DicomOutputError("--dicom-sc needs the overview picture, which was not drawn.")
    pages = [page for page in (picture, second_page(picture)) if page.exists()]
    for page, capture in zip(pages, make_secondary_captures(pages, sources, maker), strict=True):
        capture.save_as(folder / f"{page.stem}.dcm", enforce_file_format=True)


def _phases(phases: SegmentedPhases, labels: LabelMap, report: ClinicalReport) -> tuple[int, ...]:
    """The 0-based phases to write: those that were segmented, or end-diastole and end-systole."""
    if phases == "all":
        return tuple(range(labels.frames))
    frames = {report.ed_frame, report.ed_frame if report.es_frame is None else report.es_frame}
    return tuple(sorted(frames))
