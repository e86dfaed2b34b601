"""Page two of the overview: bullseyes, strain curves, regional measures, and what was left out."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np

from CMRSegmentationLib.measuring.definitions import REGIONAL_MEASURES
from CMRSegmentationLib.measuring.segments import SEGMENTS
from CMRSegmentationLib.measuring.strain import as_array
from CMRSegmentationLib.reporting.bullseye import (
    THICKENING_PERCENT,
    THICKNESS_MM,
    Scale,
    draw_bullseye,
)
from CMRSegmentationLib.reporting.page import (
    FAINT,
    INK,
    add_axes,
    add_text,
    draw_header,
    new_figure,
)
from CMRSegmentationLib.reporting.report import ClinicalReport

BULLSEYES: tuple[tuple[str, str, str, Scale], ...] = (
    ("ed_mean_mm", "Wall at ED", "mm", THICKNESS_MM),
    ("es_mean_mm", "Wall at ES", "mm", THICKNESS_MM),
    ("thickening_percent", "Thickening", "%", THICKENING_PERCENT),
)
"""Attribute of a segment, title, unit and colors."""
CURVES = {
    "gcs_endo": ("GCS, endocardial", "#f2545b"),
    "gcs_mid": ("GCS, mid-wall", "#2fb574"),
    "grs": ("GRS", "#8e44ad"),
    "gls": ("GLS", "#f2545b"),
    "rv_free_wall": ("RV free wall", "#3a8ef6"),
}
NOT_TRACKED = (
    "Strain is derived from contours; it is not tracked. Papillary muscles are no part of the wall."
)
ROW_IN = 0.215


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
        add_text(figure, 0.4, 1.5, "No segments: they need a short-axis stack.", color=FAINT)
        return
    for place, (attribute, title, unit, scale) in enumerate(BULLSEYES):
        axes = add_axes(figure, 0.35 + 2.8 * place, 1.2, 2.45, 2.45)
        values = {number: getattr(segments[number], attribute) for number in SEGMENTS}
        draw_bullseye(axes, values, scale, title=title, unit=unit)
    thickest = report.regional.thickest
    if thickest is not None:
        level, wall = SEGMENTS[thickest.segment]
        sentence = (
            f"Largest wall thickness {thickest.thickness_mm:.1f} mm: {level} {wall}, slice "
            f"{thickest.slice + 1}, frame {thickest.frame + 1}."
        )
        add_text(figure, 0.35, 3.85, sentence)


def _draw_strains(figure: Any, report: ClinicalReport) -> None:
    shown = {name: style for name, style in CURVES.items() if name in report.regional.strains}
    if not shown or report.frames < 2:
        return
    axes = add_axes(figure, 0.8, 4.25, 7.3, 1.95)
    times = report.input.frame_times_ms
    at = np.array(times if times is not None else range(1, report.frames + 1), dtype=np.float64)
    for name, (label, color) in shown.items():
        values = as_array(report.regional.strains[name])
        axes.plot(at, values, color=color, label=label, linewidth=1.6, marker="o", markersize=2.4)
    axes.axhline(0.0, color=FAINT, linewidth=0.7)
    axes.set_xlabel("Frame" if times is None else "Time after the R wave (ms)", fontsize=9)
    axes.set_ylabel("Strain (%)", fontsize=9, color=INK)
    axes.tick_params(labelsize=8, colors=FAINT)
    axes.grid(color="#e6e9ee", linewidth=0.7)
    axes.legend(fontsize=8, frameon=False, ncols=len(shown), loc="upper center")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.2 * (high - low))
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _draw_measures(figure: Any, report: ClinicalReport) -> None:
    top = 0.95
    for row in report.measures:
        if row.key in REGIONAL_MEASURES:
            add_text(figure, 8.75, top, row.name)
            decimals = 0 if abs(row.value) >= 100 else 2 if row.unit == "1/s" else 1
            text = f"{row.value:.{decimals}f} {row.unit}"
            add_text(figure, 12.6, top, text, ha="right")
            top += ROW_IN


def _draw_notes(figure: Any, report: ClinicalReport) -> None:
    notes = [f"Left out: {row.what}: {row.why}." for row in report.regional.left_out]
    for number, note in enumerate([NOT_TRACKED, *notes]):
        text = textwrap.shorten(note, 190, placeholder=" …")
        add_text(figure, 0.35, 6.72 + 0.18 * number, text, color=FAINT, fontsize=8)
