"""Regional function as nodes: a table of the segments, a table and a chart of the strains."""

from __future__ import annotations

import math

import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.palette import rgb_of
from CMRSegmentationLib.reporting.regional_page import CURVES
from CMRSegmentationLib.reporting.report import ClinicalReport

from .library_words import segment_name
from .owned_nodes import fill_table, owned, remove_owned, roles_with

SEGMENTS_ROLE, STRAINS_ROLE = "CMR.Segments", "CMR.Strains"
CHART_ROLE = "CMR.StrainChart"
SERIES_ROLE = "CMR.Strain."
"""The role of a strain's series is this with the strain's name in the library."""


def show_regional(report: ClinicalReport, owner: slicer.vtkMRMLNode) -> None:
    """Fills the nodes of a segmentation sequence; those that have nothing to show are removed."""
    if report.regional.segments:
        _fill_segments(owner, report)
    else:
        remove_owned(owner, SEGMENTS_ROLE)
    if _shown_strains(report):
        _fill_strains(owner, report)
        _update_chart(owner, report)
    else:
        _remove_strains(owner)


def remove_regional(owner: slicer.vtkMRMLNode) -> None:
    """Removes the nodes that `show_regional` made."""
    remove_owned(owner, SEGMENTS_ROLE)
    _remove_strains(owner)


def _remove_strains(owner: slicer.vtkMRMLNode) -> None:
    for role in (CHART_ROLE, *roles_with(owner, SERIES_ROLE), STRAINS_ROLE):
        remove_owned(owner, role)


def _fill_segments(owner: slicer.vtkMRMLNode, report: ClinicalReport) -> None:
    name = _("{name} segments").format(name=owner.GetName())
    table = owned(owner, SEGMENTS_ROLE, "vtkMRMLTableNode", name)
    rows = report.regional.segments
    columns: dict[str, list[object]] = {
        "number": [f"{row.number}" for row in rows],
        "name": [_capitalized(segment_name(row.number)) for row in rows],
    }
    titles = {"number": _("Segment"), "name": _("Name")} | _titles()
    for key in _titles():
        values = [getattr(row, key) for row in rows]
        columns[key] = ["" if value is None else f"{value:z.1f}" for value in values]
    fill_table(table, columns, titles)


def _capitalized(name: str) -> str:
    return name[:1].upper() + name[1:]


def _titles() -> dict[str, str]:
    """Attributes of a segment, and what the user reads above them."""
    return {
        "ed_mean_mm": _("Mean at ED (mm)"),
        "ed_max_mm": _("Largest at ED (mm)"),
        "es_mean_mm": _("Mean at ES (mm)"),
        "es_max_mm": _("Largest at ES (mm)"),
        "thickening_percent": _("Thickening (%)"),
        "excursion_mm": _("Excursion (mm)"),
    }


def _shown_strains(report: ClinicalReport) -> list[str]:
    """The strains that the report draws too, if there is a heart beat."""
    return [name for name in CURVES if name in report.regional.strains and report.frames > 1]


def _names() -> dict[str, str]:
    """What the user reads of a strain, by its name in the library."""
    return {
        "gcs_endo": _("GCS, endocardial"),
        "gcs_mid": _("GCS, mid-wall"),
        "grs": _("GRS"),
        "gls": _("GLS"),
        "rv_free_wall": _("RV free wall"),
    }


def _fill_strains(owner: slicer.vtkMRMLNode, report: ClinicalReport) -> None:
    name = _("{name} strains").format(name=owner.GetName())
    table = owned(owner, STRAINS_ROLE, "vtkMRMLTableNode", name)
    frames, strains = _frames(report), _shown_strains(report)
    columns: dict[str, list[object]] = {"phase": [frame + 1 for frame in frames]}
    titles = {"phase": _("Phase")} | {name: f"{_names()[name]} (%)" for name in strains}
    times_ms = report.input.frame_times_ms
    if times_ms is not None:
        columns["time_ms"] = [times_ms[frame] for frame in frames]
        titles["time_ms"] = _("Time (ms)")
    for name in strains:
        curve = report.regional.strains[name]
        columns[name] = [math.nan if curve[t] is None else curve[t] for t in frames]
    fill_table(table, columns, titles)


def _frames(report: ClinicalReport) -> list[int]:
    """The 0-based frames with a strain."""
    curves = [report.regional.strains[name] for name in _shown_strains(report)]
    return [t for t in range(report.frames) if any(curve[t] is not None for curve in curves)]


def _update_chart(owner: slicer.vtkMRMLNode, report: ClinicalReport) -> None:
    title = _("{name} strain").format(name=owner.GetName())
    chart = owned(owner, CHART_ROLE, "vtkMRMLPlotChartNode", title)
    chart.RemoveAllPlotSeriesNodeIDs()
    strains = _shown_strains(report)
    for name in strains:
        chart.AddAndObservePlotSeriesNodeID(_series(owner, name, report).GetID())
    for role in set(roles_with(owner, SERIES_ROLE)) - {SERIES_ROLE + name for name in strains}:
        remove_owned(owner, role)
    chart.SetTitle(title)
    has_times = report.input.frame_times_ms is not None
    chart.SetXAxisTitle(_("Time after the R wave (ms)") if has_times else _("Phase"))
    chart.SetYAxisTitle(_("Strain from contours (%)"))
    chart.SetLegendVisibility(True)


def _series(
    owner: slicer.vtkMRMLNode, name: str, report: ClinicalReport
) -> slicer.vtkMRMLPlotSeriesNode:
    label, color = _names()[name], CURVES[name][1]
    node_name = f"{owner.GetName()} {label}"
    series = owned(owner, SERIES_ROLE + name, "vtkMRMLPlotSeriesNode", node_name)
    series.SetAndObserveTableNodeID(owner.GetNodeReferenceID(STRAINS_ROLE))
    series.SetPlotType(series.PlotTypeScatter)
    series.SetXColumnName("phase" if report.input.frame_times_ms is None else "time_ms")
    series.SetYColumnName(name)
    series.SetColor(*(part / 255.0 for part in rgb_of(color)))
    series.SetLineWidth(2.5)
    series.SetMarkerStyle(series.MarkerStyleCircle)
    series.SetMarkerSize(5.0)
    series.SetName(label)
    return series
