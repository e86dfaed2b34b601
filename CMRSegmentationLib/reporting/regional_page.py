"""Page two of the overview: bullseyes, strain curves, regional measures, and what was left out."""

from __future__ import annotations

import textwrap
from typing import Any

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.measuring.definitions import REGIONAL_MEASURES
from CMRSegmentationLib.measuring.left_out import why_no_segments
from CMRSegmentationLib.measuring.segments import SEGMENTS
from CMRSegmentationLib.measuring.strain import as_array
from CMRSegmentationLib.palette import COLORS, RADIAL_COLOR
from CMRSegmentationLib.reporting.bullseye import SCALES, draw_bullseye
from CMRSegmentationLib.reporting.page import (
    DOUBTFUL,
    EXPLAINED,
    FAINT,
    add_axes,
    add_text,
    draw_header,
    frame_positions,
    new_figure,
    style_curves,
)
from CMRSegmentationLib.reporting.report import ClinicalReport, decimals_of

BULLSEYES = (
    ("ed_mean_mm", "Wall at ED", "mm"),
    ("es_mean_mm", "Wall at ES", "mm"),
    ("thickening_percent", "Thickening", "%"),
)
"""Attribute of a segment, title and unit."""
BULLSEYES_LINE_LENGTH = 100
"""Characters that fit where the bullseyes would be."""
CURVES = {
    "gcs_endo": ("GCS, endocardial", COLORS[Label.LV]),
    "gcs_mid": ("GCS, mid-wall", COLORS[Label.MYO]),
    "grs": ("GRS", RADIAL_COLOR),
    "gls": ("GLS", COLORS[Label.LV]),
    "rv_free_wall": ("RV free wall", COLORS[Label.RV]),
}
NOT_TRACKED = (
    "Strain is derived from contours; it is not tracked. Papillary muscles are no part of the wall."
)
ROW_IN = 0.215
NOTES_TOP_IN, NOTE_PITCH_IN, LINE_LENGTH, MAXIMUM_LINES = 6.62, 0.165, 150, 2


def has_regional_page(report: ClinicalReport) -> bool:
    """Whether there is anything to show on the page."""
    return bool(report.regional.segments or report.regional.strains)


def regional_figure(report: ClinicalReport) -> Any:
    """The page.

    Raises:
        PictureUnavailable: if matplotlib is not installed.
    """
    figure = new_figure()
    draw_header(figure, report)
    _draw_bullseyes(figure, report)
    _draw_strains(figure, report)
    _draw_measures(figure, report)
    _draw_notes(figure, report)
    return figure


def _draw_bullseyes(figure: Any, report: ClinicalReport) -> None:
    segments = {segment.number: segment for segment in report.regional.segments}
    if not segments:
        why = why_no_segments(report.regional.left_out)
        text = "No segments." if why is None else f"No segments: {why}."
        add_text(figure, 0.4, 1.5, textwrap.fill(text, BULLSEYES_LINE_LENGTH), color=FAINT)
        return
    for place, (attribute, title, unit) in enumerate(BULLSEYES):
        axes = add_axes(figure, 0.35 + 2.8 * place, 1.2, 2.45, 2.45)
        values = {number: getattr(segments[number], attribute) for number in SEGMENTS}
        draw_bullseye(axes, values, SCALES[attribute], title=title, unit=unit)
    thickest = report.regional.thickest
    if thickest is not None:
        level, wall = SEGMENTS[thickest.segment]
        sentence = (
            f"Largest wall thickness {thickest.thickness_mm:.1f} mm: {level} {wall}, slice "
            f"{thickest.slice + 1}, phase {thickest.frame + 1}."
        )
        add_text(figure, 0.35, 3.85, sentence)


def _draw_strains(figure: Any, report: ClinicalReport) -> None:
    shown = {name: style for name, style in CURVES.items() if name in report.regional.strains}
    if not shown or report.frames < 2:
        return
    axes = add_axes(figure, 0.8, 4.25, 7.3, 1.87)
    at, x_name = frame_positions(report)
    for name, (label, color) in shown.items():
        values = as_array(report.regional.strains[name])
        axes.plot(at, values, color=color, label=label, linewidth=1.6, marker="o", markersize=2.4)
    axes.axhline(0.0, color=FAINT, linewidth=0.7)
    style_curves(axes, x_name, "Strain (%)")
    axes.legend(fontsize=8, frameon=False, ncols=len(shown), loc="upper center")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.2 * (high - low))


def _draw_measures(figure: Any, report: ClinicalReport) -> None:
    rows = [row for row in report.measures if row.key in REGIONAL_MEASURES]
    if any(report.is_doubtful(row.key) for row in rows):
        add_text(figure, 8.75, 0.75, EXPLAINED, color=FAINT, fontsize=8)
    for number, row in enumerate(rows):
        top = 0.95 + ROW_IN * number
        decimals = 0 if abs(row.value) >= 100 else decimals_of(row.unit)
        mark = DOUBTFUL if report.is_doubtful(row.key) else ""
        add_text(figure, 8.75, top, row.name)
        add_text(figure, 12.6, top, f"{row.value:z.{decimals}f} {row.unit}{mark}", ha="right")


def _draw_notes(figure: Any, report: ClinicalReport) -> None:
    """What strain is, and what was left out, in as many lines as fit."""
    left_out = "; ".join(f"{row.what} ({row.why})" for row in report.regional.left_out)
    lines = [NOT_TRACKED]
    if left_out:
        text = f"Left out: {left_out}."
        lines += textwrap.wrap(text, LINE_LENGTH, max_lines=MAXIMUM_LINES, placeholder=" …")
    for number, line in enumerate(lines):
        top = NOTES_TOP_IN + NOTE_PITCH_IN * number
        add_text(figure, 0.35, top, line, color=FAINT, fontsize=8)
