"""The picture to judge a segmentation by: contours at ED and ES, curves, measures, findings.

Frames and slices in the picture count from 1, as in the sentences of the findings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.levels import base_to_apex
from CMRSegmentationLib.image import FOREGROUND, CineStack, Geometry, Label, LabelMap
from CMRSegmentationLib.measuring.measures import Measure
from CMRSegmentationLib.palette import COLORS
from CMRSegmentationLib.reporting.page import (
    DOUBTFUL,
    EXPLAINED,
    FAINT,
    HEIGHT_IN,
    INK,
    NAMES,
    SEVERITY_COLORS,
    add_axes,
    add_text,
    as_png,
    draw_header,
    frame_positions,
    new_figure,
    shortened,
    style_curves,
)
from CMRSegmentationLib.reporting.regional_page import has_regional_page, regional_figure
from CMRSegmentationLib.reporting.report import ClinicalReport, decimals_of
from CMRSegmentationLib.reporting.trust_map import MARK_COLORS, MARK_WORDS, draw_trust_map
from CMRSegmentationLib.whole_files import write_whole

SHADE = {"facecolor": "black", "alpha": 0.45, "edgecolor": "none", "pad": 2.0}
PANELS_TOP_IN, PANELS_IN, PANEL_GAP_IN = 0.75, (5.28, 7.92), 0.06
"""Where the images start, the height and width they fill, and the gap between them."""
LEGEND_LEFT_IN = (5.62, 6.17, 7.47)
TRUST_TOP_IN, TRUST_HEIGHT_IN = 3.25, 0.55
MARKS_TOP_IN, MARKS_PITCH_IN = 3.82, 0.95
"""Where the colors of the trust maps are explained."""
MARGIN_AROUND_HEART_MM = 18.0
WINDOW_PERCENTILES = (1.0, 99.5)
MAXIMUM_FINDINGS = 4
LONGEST_FINDING = 180
FINDINGS_TOP_IN = HEIGHT_IN - 1.05
COLUMN_IN = {"plain": 1.1, "with indices": 1.45}
ROW_PITCH_IN = 0.235
"""Between the rows of the table of measures; the long table of a long-axis view is set closer."""
ROWS = (
    ("EDV", "edv"),
    ("ESV", "esv"),
    ("Stroke volume", "sv"),
    ("Ejection fraction", "ef"),
    ("Cardiac output", "co"),
    ("Mass", "mass"),
    ("Volume", "volume"),
    ("Area at ED", "area_ed"),
    ("Area at ES", "area_es"),
    ("Area", "area"),
    ("Length at ED", "length_ed"),
    ("Length at ES", "length_es"),
    ("Length", "length"),
    ("EDV, area–length", "edv_area_length"),
    ("ESV, area–length", "esv_area_length"),
    ("SV, area–length", "sv_area_length"),
    ("EF, area–length", "ef_area_length"),
    ("Volume, area–length", "volume_area_length"),
    ("Fractional area change", "fac"),
    ("MAPSE", "mapse"),
    ("TAPSE", "tapse"),
)
"""Rows of the table of measures: name, and last part of the measure's key."""


def write_overview(path: Path, stack: CineStack, labels: LabelMap, report: ClinicalReport) -> None:
    """Draw the overview of a segmented cine as PNG; the same content gives the same bytes.

    Segments and strain have a second picture, `overview_2.png` for `overview.png`.

    Args:
        path: the file, which appears whole or not at all.
        stack: the images, (T, Z, Y, X).
        labels: the structures on the grid of `stack`.
        report: phases, measures, curves and findings.

    Raises:
        PictureUnavailable: if matplotlib is not installed.
        OSError: if the file cannot be written.
    """
    path = Path(path)
    first, *others = report_pages(stack, labels, report)
    write_whole(path, as_png(first))
    for page in others:
        write_whole(second_page(path), as_png(page))


def second_page(path: Path) -> Path:
    """Where segments and strain are drawn, beside the overview."""
    return path.with_name(f"{path.stem}_2{path.suffix}")


def report_pages(stack: CineStack, labels: LabelMap, report: ClinicalReport) -> list[Any]:
    """The overview, and the page of segments and strain if there are any.

    Raises:
        PictureUnavailable: if matplotlib is not installed.
    """
    pages = [overview_figure(stack, labels, report)]
    return [*pages, regional_figure(report)] if has_regional_page(report) else pages


def overview_figure(stack: CineStack, labels: LabelMap, report: ClinicalReport) -> Any:
    """The overview as a page.

    Raises:
        PictureUnavailable: if matplotlib is not installed.
    """
    figure = new_figure()
    draw_header(figure, report)
    _draw_legend(figure, report)
    _draw_slices(figure, stack, labels, report)
    _draw_curves(figure, report)
    _draw_trust(figure, report)
    _draw_measures(figure, report)
    _draw_findings(figure, report)
    return figure


def chosen_slices(
    labels: LabelMap, ed_frame: int, es_frame: int | None
) -> tuple[tuple[str, int], ...]:
    """A basal, a mid-ventricular and an apical slice with LV at ED and ES, by name and index.

    One sixth of the ventricle from either end; fewer where the LV spans fewer slices, the middle
    ones of the stack where there is no LV.
    """
    if labels.geometry.is_single_slice:
        return (("", 0),)
    slices = base_to_apex(labels, ed_frame)
    if es_frame is not None:
        at_es = base_to_apex(labels, es_frame)
        slices = tuple(z for z in slices if z in at_es) or slices
    if not slices:
        return (("Middle · ", labels.geometry.shape_zyx[0] // 2),)
    end = round((len(slices) - 1) / 6)
    chosen = {slices[len(slices) // 2]: "Mid · "}
    chosen = {slices[end]: "Basal · "} | chosen | {slices[-1 - end]: "Apical · "}
    order = [z for z in slices if z in chosen]
    return tuple((chosen[z], z) for z in order)


def heart_window(labels: LabelMap) -> tuple[slice, slice]:
    """Rows and columns of a square (in mm) around the heart; the whole image without a heart."""
    _, spacing_y, spacing_x = labels.geometry.spacing_zyx_mm
    occupied = labels.array.max(axis=(0, 1)) > 0
    rows, columns = np.flatnonzero(occupied.any(axis=1)), np.flatnonzero(occupied.any(axis=0))
    if not rows.size:
        return slice(0, occupied.shape[0]), slice(0, occupied.shape[1])
    height_mm, width_mm = (rows[-1] - rows[0]) * spacing_y, (columns[-1] - columns[0]) * spacing_x
    half_mm = max(height_mm, width_mm) / 2 + MARGIN_AROUND_HEART_MM
    return (
        _span((rows[0] + rows[-1]) / 2, half_mm / spacing_y, occupied.shape[0]),
        _span((columns[0] + columns[-1]) / 2, half_mm / spacing_x, occupied.shape[1]),
    )


def _span(center: float, half: float, size: int) -> slice:
    """A window of 2 × half around the center, pushed into 0 to size where it fits."""
    length = min(size, round(2 * half) + 1)
    start = min(max(0, round(center - half)), size - length)
    return slice(start, start + length)


def _draw_legend(figure: Any, report: ClinicalReport) -> None:
    for label, left in zip(_curves(report), LEGEND_LEFT_IN, strict=False):
        add_text(
            figure, left, 0.43, f"■ {NAMES[label]}", color=COLORS[label], weight="bold", fontsize=10
        )


def _draw_slices(figure: Any, stack: CineStack, labels: LabelMap, report: ClinicalReport) -> None:
    """A row for each phase, a column for each slice; phases of a single slice side by side."""
    rows, columns = heart_window(labels)
    low, high = np.percentile(stack.array[report.ed_frame, :, rows, columns], WINDOW_PERCENTILES)
    limits = float(low), max(float(high), float(low) + 1e-6)
    phases, slices = _phase_names(report), chosen_slices(labels, report.ed_frame, report.es_frame)
    grid = (len(phases), len(slices)) if len(slices) > 1 else (1, len(phases))
    panels = [(phase, level) for phase in phases for level in slices]
    for place, ((phase, frame), (level, z)) in enumerate(panels):
        axes = _panel_axes(figure, grid, *divmod(place, grid[1]))
        _draw_panel(
            axes,
            stack.array[frame, z, rows, columns],
            labels.array[frame, z, rows, columns],
            limits,
        )
        _set_aspect(axes, stack.geometry)
        caption = f"{phase}phase {frame + 1}\n{level}slice {z + 1}"
        axes.text(
            0.025,
            0.975,
            caption,
            transform=axes.transAxes,
            va="top",
            color="white",
            fontsize=9,
            bbox=SHADE,
        )


def _phase_names(report: ClinicalReport) -> list[tuple[str, int]]:
    """The frames to show; the only phase of a cine is not called end-diastole."""
    if report.es_frame is None:
        return [("", report.ed_frame)]
    return [("ED · ", report.ed_frame), ("ES · ", report.es_frame)]


def _panel_axes(figure: Any, grid: tuple[int, int], row: int, column: int) -> Any:
    """Square axes in one cell of a grid (rows, columns) that fills the left of the picture."""
    pitch = min(PANELS_IN[0] / grid[0], PANELS_IN[1] / grid[1])
    size = pitch - PANEL_GAP_IN
    return add_axes(figure, 0.15 + column * pitch, PANELS_TOP_IN + row * pitch, size, size)


def _set_aspect(axes: Any, geometry: Geometry) -> None:
    _, spacing_y, spacing_x = geometry.spacing_zyx_mm
    axes.set_aspect(spacing_y / spacing_x, adjustable="box")


def _draw_panel(
    axes: Any, image: NDArray[np.float32], labels: NDArray[np.uint8], limits: tuple[float, float]
) -> None:
    """One slice with the outlines of the LV, the whole left ventricle (outer wall) and the RV."""
    axes.imshow(image, cmap="gray", vmin=limits[0], vmax=limits[1], interpolation="bilinear")
    masks = {
        Label.RV: labels == Label.RV,
        Label.MYO: (labels == Label.LV) | (labels == Label.MYO),
        Label.LV: labels == Label.LV,
    }
    for label, mask in masks.items():
        if mask.any() and not mask.all():
            axes.contour(mask.astype(float), levels=[0.5], colors=[COLORS[label]], linewidths=1.4)
    axes.set_axis_off()


def _curves(report: ClinicalReport) -> dict[Label, NDArray[np.float64]]:
    """The size in each frame of the structures that have one; a view without RV has none of it."""
    sizes = report.areas_cm2 if report.is_single_slice else report.volumes_ml
    by_label = {label: sizes[label.name.lower()] for label in FOREGROUND}
    return {label: np.array(curve, dtype=np.float64) for label, curve in by_label.items() if curve}


def _draw_curves(figure: Any, report: ClinicalReport) -> None:
    if report.frames == 1:
        return
    axes = add_axes(figure, 8.75, 0.95, 3.85, 2.35 if report.trust is None else 1.45)
    at, x_name = frame_positions(report)
    for label, values in _curves(report).items():
        axes.plot(at, values, color=COLORS[label], linewidth=1.8, marker="o", markersize=2.6)
    for phase, frame in (("ED", report.ed_frame), ("ES", report.es_frame)):
        if frame is not None and report.es_frame is not None:
            axes.axvline(at[frame], color=FAINT, linewidth=0.9, linestyle=(0, (4, 3)))
            axes.text(
                at[frame],
                1.01,
                phase,
                transform=axes.get_xaxis_transform(),
                ha="center",
                color=INK,
                fontsize=9,
            )
    axes.set_xlim(at[0] - 0.03 * (at[-1] - at[0]), at[-1] + 0.03 * (at[-1] - at[0]))
    axes.set_ylim(0, 1.06 * max(axes.get_ylim()[1], 1.0))
    style_curves(axes, x_name, "Area (cm²)" if report.is_single_slice else "Volume (ml)")


def _draw_trust(figure: Any, report: ClinicalReport) -> None:
    """A map of every structure below the curves: slices downward, frames to the right."""
    if report.trust is None or report.frames == 1:
        return
    phases = (report.ed_frame,) if report.es_frame is None else (report.ed_frame, report.es_frame)
    pitch_in = 3.85 / len(report.trust.structures)
    for number, (name, structure) in enumerate(report.trust.structures.items()):
        left_in = 8.75 + number * pitch_in
        axes = add_axes(figure, left_in, TRUST_TOP_IN, pitch_in - 0.15, TRUST_HEIGHT_IN)
        draw_trust_map(axes, structure, phases)
        text = f"Trust in {NAMES[Label[name.upper()]]}"
        add_text(figure, left_in, TRUST_TOP_IN - 0.27, text, fontsize=7.5, color=FAINT)
    for number, (mark, color) in enumerate(MARK_COLORS.items()):
        left_in = 8.75 + number * MARKS_PITCH_IN
        add_text(figure, left_in, MARKS_TOP_IN, "■", fontsize=7, color=color)
        add_text(figure, left_in + 0.12, MARKS_TOP_IN, MARK_WORDS[mark], fontsize=7, color=FAINT)


def _draw_measures(figure: Any, report: ClinicalReport) -> None:
    """A table of the structures' measures, with the indices in brackets."""
    measures = {one.key: one for one in report.measures}
    keys = ("lv", "myo", "rv")
    shown = [key for key in keys if any(f"{key}_{part}" in measures for _, part in ROWS)]
    width = COLUMN_IN[
        "with indices" if any(key.endswith("_index") for key in measures) else "plain"
    ]
    rights = {key: 12.6 - width * (len(shown) - 1 - number) for number, key in enumerate(shown)}
    top = 0.95 if report.frames == 1 else 3.95
    for key, right in rights.items():
        style = {"color": COLORS[Label[key.upper()]], "weight": "bold", "fontsize": 10}
        add_text(figure, right, top, NAMES[Label[key.upper()]], ha="right", **style)
    rows = {
        name: {key: measures[f"{key}_{part}"] for key in shown if f"{key}_{part}" in measures}
        for name, part in ROWS
    }
    rows = {name: row for name, row in rows.items() if row}
    if any(report.is_doubtful(one.key) for row in rows.values() for one in row.values()):
        add_text(figure, 8.35, top, EXPLAINED, color=FAINT, fontsize=8)
    pitch = min(ROW_PITCH_IN, (FINDINGS_TOP_IN - top) / (len(rows) + 2.5))
    for name, row in rows.items():
        top += pitch
        add_text(figure, 8.35, top, name)
        for key, one in row.items():
            text = _value_text(report, one, measures.get(f"{one.key}_index"))
            add_text(figure, rights[key], top, text, ha="right")
    extras = [
        f"{one.name} {_rounded(one.value, decimals_of(one.unit))} {one.unit}"
        for one in map(measures.get, ("heart_rate", "bsa"))
        if one is not None
    ]
    add_text(figure, 8.35, top + 1.15 * pitch, " · ".join(extras), color=FAINT, fontsize=8.5)


def _value_text(report: ClinicalReport, one: Measure, index: Measure | None) -> str:
    """A measure with its index in brackets and, where it is to be doubted, a question mark."""
    text = f"{_rounded(one.value)} {one.unit}"
    if index is not None:
        text += f" ({_rounded(index.value)}/m²)"
    return text + (DOUBTFUL if report.is_doubtful(one.key) else "")


def _rounded(value: float, decimals: int = 1) -> str:
    return f"{value:.0f}" if abs(value) >= 20 else f"{value:z.{decimals}f}"


def _draw_findings(figure: Any, report: ClinicalReport) -> None:
    """The gravest findings, a line each, at the bottom."""
    order = list(SEVERITY_COLORS)
    findings = sorted(report.findings, key=lambda finding: order.index(finding.severity))
    top = FINDINGS_TOP_IN
    if not findings:
        add_text(figure, 0.15, top, "No findings.", color=FAINT)
    for finding in findings[:MAXIMUM_FINDINGS]:
        add_text(figure, 0.15, top, "●", color=SEVERITY_COLORS[finding.severity])
        add_text(figure, 0.35, top, shortened(finding.message, LONGEST_FINDING))
        top += 0.2
    if len(findings) > MAXIMUM_FINDINGS:
        more = len(findings) - MAXIMUM_FINDINGS
        add_text(figure, 0.35, top, f"{more} more in report.json.", color=FAINT)
