"""`report.pdf`: the overview and the regional page on A4, to hand on.

It names the software, the model and what the report may be used for, and nothing of the patient.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from CMRSegmentationLib.image import CineStack, LabelMap
from CMRSegmentationLib.reporting.overview import report_pages
from CMRSegmentationLib.reporting.page import FAINT, HEIGHT_IN, WIDTH_IN, add_text, shortened
from CMRSegmentationLib.reporting.report import ClinicalReport
from CMRSegmentationLib.whole_files import write_whole

A4_IN = (11.69, 8.27)
"""Landscape."""
MARGIN_IN = 0.4


def write_pdf(path: Path, stack: CineStack, labels: LabelMap, report: ClinicalReport) -> None:
    """Write the report as PDF of one or two A4 pages; the same content gives the same bytes.

    Args:
        path: the file, which appears whole or not at all.
        stack: the images, (T, Z, Y, X).
        labels: the structures on the grid of `stack`.
        report: phases, measures, curves and findings.

    Raises:
        PictureUnavailable: if matplotlib is not installed.
        OSError: if the file cannot be written.
    """
    write_whole(Path(path), _as_pdf(report_pages(stack, labels, report), report))


def _as_pdf(pages: list[Any], report: ClinicalReport) -> bytes:
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.transforms import Bbox

    content = io.BytesIO()
    metadata = {"Creator": f"CMRSegmentation {report.software}", "CreationDate": None}
    with PdfPages(content, metadata=metadata) as file:
        for number, page in enumerate(pages):
            _sign(page, report, number + 1, len(pages))
            width, height = _fit_to_a4(page)
            left, bottom = (width - A4_IN[0]) / 2.0, (height - A4_IN[1]) / 2.0
            file.savefig(page, bbox_inches=Bbox.from_bounds(left, bottom, *A4_IN))
    return content.getvalue()


def _sign(page: Any, report: ClinicalReport, number: int, total: int) -> None:
    """Versions and page number in the lower right corner."""
    parts = [f"CMRSegmentation {report.software}"]
    if report.model is not None:
        parts.append(f"model {shortened(report.model.name)} {report.model.sha256[:8]}")
    parts.append(f"page {number} of {total}")
    text = " · ".join(parts)
    add_text(page, WIDTH_IN - 0.15, HEIGHT_IN - 0.16, text, ha="right", color=FAINT, fontsize=7)


def _fit_to_a4(page: Any) -> tuple[float, float]:
    """Shrink a page with its text to the width of A4 less the margins; returns its size."""
    from matplotlib.text import Text

    share = (A4_IN[0] - 2.0 * MARGIN_IN) / WIDTH_IN
    for text in page.findobj(Text):
        text.set_fontsize(text.get_fontsize() * share)
    size = WIDTH_IN * share, HEIGHT_IN * share
    page.set_size_inches(*size)
    return size
