"""Results as DICOM, made when asked for, as they carry the patient's name that DICOM demands."""

from __future__ import annotations

import tempfile
from pathlib import Path

from CMRSegmentationLib.reading.files import IMAGE_SUFFIXES
from CMRSegmentationLib.reporting.dicom_objects import require_packages
from CMRSegmentationLib.reporting.dicom_out import (
    REPORT_FILE,
    SEGMENTATION_FILE,
    DicomRequest,
    write_dicom,
)
from CMRSegmentationLib.reporting.dicom_sources import DicomOutputError
from CMRSegmentationLib.reporting.report_files import read_report
from CMRSegmentationWeb.refusals import not_found
from CMRSegmentationWeb.results import REPORT_FILE as JSON_REPORT_FILE
from CMRSegmentationWeb.results import SegmentedCine

REQUESTS = {
    SEGMENTATION_FILE: DicomRequest(segmentation="all"),
    REPORT_FILE: DicomRequest(segmentation="all", report=True),
}


def dicom_files(cine: SegmentedCine) -> tuple[str, ...]:
    """The names of the DICOM files that can be made of a cine."""
    is_image_file = cine.input.name.lower().endswith(IMAGE_SUFFIXES)
    return () if is_image_file or not _has_packages() else tuple(REQUESTS)


def _has_packages() -> bool:
    """Whether what makes DICOM objects is installed, and new enough."""
    try:
        require_packages()
    except DicomOutputError:
        return False
    return True


def make_dicom(cine: SegmentedCine, name: str) -> bytes:
    """One of these files.

    Raises:
        RefusedError: if there is none of that name.
        DicomOutputError: if it cannot be made of this cine.
    """
    if name not in dicom_files(cine):
        raise not_found("file")
    report = read_report(cine.folder / JSON_REPORT_FILE)
    with tempfile.TemporaryDirectory(dir=cine.folder) as folder:  # goes with the job, if killed
        write_dicom(Path(folder), REQUESTS[name], cine.stack(), cine.labels(), report)
        return (Path(folder) / name).read_bytes()
