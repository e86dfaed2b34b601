"""A report as table and plot nodes.

Measures, curves over the heart beat, and a chart with the two phases marked.
"""

from __future__ import annotations

from collections.abc import Sequence

import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.reporting.report import ClinicalReport

from .curves import ShownCurve, axis_title, curves_of, frames_of
from .library_words import definition_text, measure_cells
from .owned_nodes import fill_table, owned, remove_owned, roles_with
from .trust_words import doubt_of

TABLE_ROLE, CURVES_ROLE, PHASES_ROLE, CHART_ROLE = (
    "CMR.Measures",
    "CMR.Curves",
    "CMR.Phases",
    "CMR.Chart",
)
SERIES_ROLE = "CMR.Series."
"""The role of a curve's series is this with the curve's column."""
PHASE_SERIES_ROLE = "CMR.Series.Phases"
PHASE_COLOR = (0.15, 0.15, 0.15)
ROLES = (TABLE_ROLE, CURVES_ROLE, PHASES_ROLE, CHART_ROLE)


def show_report(report: ClinicalReport, owner: slicer.vtkMRMLNode) -> None:
    """Fills the tables and the chart of a segmentation sequence; makes those that are missing.

    Args:
        report: what to show.
        owner: the segmentation sequence; it refers to every node that is made here.
    """
    measures = owned(
        owner, TABLE_ROLE, "vtkMRMLTableNode", _("{name} measures").format(name=owner.GetName())
    )
    _fill_measures(measures, report)
    curves = owned(
        owner, CURVES_ROLE, "vtkMRMLTableNode", _("{name} curves").format(name=owner.GetName())
    )
    _fill_curves(curves, report)
    phases = owned(
        owner, PHASES_ROLE, "vtkMRMLTableNode", _("{name} phases").format(name=owner.GetName())
    )
    _fill_phases(phases, report)
    _update_chart(owner, curves, phases, report)


def remove_report(owner: slicer.vtkMRMLNode) -> None:
    """Removes the nodes that `show_report` made."""
    for role in (*ROLES, *roles_with(owner, SERIES_ROLE)):
        remove_owned(owner, role)


def _role_of(curve: ShownCurve) -> str:
    return SERIES_ROLE + curve.column.replace(" ", ".")


def _fill_measures(table: slicer.vtkMRMLTableNode, report: ClinicalReport) -> None:
    rows = report.measures
    cells = zip(*map(measure_cells, rows), strict=True)
    columns = {
        key: list(column) for key, column in zip(("Measure", "Value", "Unit"), cells, strict=True)
    }
    if report.trust is not None:
        columns["Trust"] = [doubt_of(report, row) for row in rows]
    columns["Definition"] = [definition_text(row) for row in rows]
    columns["Key"] = [row.key for row in rows]
    titles = {
        "Measure": _("Measure"),
        "Value": _("Value"),
        "Unit": _("Unit"),
        "Trust": _("Trust"),
        "Definition": _("Definition"),
        "Key": _("Key"),
    }
    fill_table(table, columns, {key: titles[key] for key in columns})


def _fill_curves(table: slicer.vtkMRMLTableNode, report: ClinicalReport) -> None:
    frames, curves = frames_of(report), curves_of(report)
    times = report.input.frame_times_ms
    columns: dict[str, Sequence[object]] = {"Phase": [t + 1 for t in frames]}
    if times is not None:
        columns["Time"] = [times[t] for t in frames]
    titles = {"Phase": _("Phase")} | {curve.column: curve.title for curve in curves}
    if times is not None:
        titles["Time"] = _("Time (ms)")
    fill_table(table, columns | {curve.column: curve.values for curve in curves}, titles)
    if times is not None:
        table.SetColumnUnitLabel("Time", "ms")
    for curve in curves:
        table.SetColumnUnitLabel(curve.column, curve.unit)


def _fill_phases(table: slicer.vtkMRMLTableNode, report: ClinicalReport) -> None:
    """The two phases as points on the first curve, that of the LV."""
    names, frames = [_("ED")], [report.ed_frame]
    if report.es_frame is not None:
        names, frames = [*names, _("ES")], [*frames, report.es_frame]
    times = report.input.frame_times_ms
    lv = curves_of(report)[0]
    by_frame = dict(zip(frames_of(report), lv.values, strict=True))
    x_values = [t + 1 if times is None else times[t] for t in frames]
    values = [by_frame[t] for t in frames]
    fill_table(table, {"Name": names, "Position": x_values, lv.column: values}, {})
    table.SetColumnUnitLabel(lv.column, lv.unit)


def _update_chart(
    owner: slicer.vtkMRMLNode,
    curves: slicer.vtkMRMLTableNode,
    phases: slicer.vtkMRMLTableNode,
    report: ClinicalReport,
) -> None:
    has_times = report.input.frame_times_ms is not None
    chart = owned(
        owner, CHART_ROLE, "vtkMRMLPlotChartNode", _("{name} chart").format(name=owner.GetName())
    )
    chart.RemoveAllPlotSeriesNodeIDs()
    shown = curves_of(report)
    for curve in shown:
        chart.AddAndObservePlotSeriesNodeID(
            _series(owner, curve, curves, "Time" if has_times else "Phase").GetID()
        )
    marks = owned(
        owner,
        PHASE_SERIES_ROLE,
        "vtkMRMLPlotSeriesNode",
        _("{name} ED and ES").format(name=owner.GetName()),
    )
    _style_marks(marks, phases)
    chart.AddAndObservePlotSeriesNodeID(marks.GetID())
    for role in set(roles_with(owner, SERIES_ROLE)) - {PHASE_SERIES_ROLE, *map(_role_of, shown)}:
        remove_owned(owner, role)
    chart.SetTitle(_chart_title(owner.GetName(), report))
    chart.SetXAxisTitle(_("Time after the R wave (ms)") if has_times else _("Phase"))
    chart.SetYAxisTitle(axis_title(shown))
    chart.SetLegendVisibility(True)


def _series(
    owner: slicer.vtkMRMLNode, curve: ShownCurve, table: slicer.vtkMRMLTableNode, x_column: str
) -> slicer.vtkMRMLPlotSeriesNode:
    series = owned(
        owner, _role_of(curve), "vtkMRMLPlotSeriesNode", f"{owner.GetName()} {curve.name}"
    )
    _style_curve(series, table, x_column, curve.column, curve.color)
    series.SetName(curve.name if curve.is_extent else curve.title)
    series.SetLineStyle(series.LineStyleSolid if curve.is_extent else series.LineStyleDash)
    return series


def _chart_title(name: str, report: ClinicalReport) -> str:
    """The phases count from one, as in the panel."""
    ed = report.ed_frame + 1
    if report.es_frame is None:
        return _("{name}: ED phase {ed}").format(name=name, ed=ed)
    return _("{name}: ED phase {ed}, ES phase {es}").format(
        name=name, ed=ed, es=report.es_frame + 1
    )


def _style_curve(
    series: slicer.vtkMRMLPlotSeriesNode,
    table: slicer.vtkMRMLTableNode,
    x_column: str,
    y_column: str,
    color: tuple[float, float, float],
) -> None:
    series.SetAndObserveTableNodeID(table.GetID())
    series.SetPlotType(series.PlotTypeScatter)
    series.SetXColumnName(x_column)
    series.SetYColumnName(y_column)
    series.SetColor(*color)
    series.SetLineWidth(2.5)
    series.SetMarkerStyle(series.MarkerStyleCircle)
    series.SetMarkerSize(5.0)


def _style_marks(series: slicer.vtkMRMLPlotSeriesNode, table: slicer.vtkMRMLTableNode) -> None:
    _style_curve(series, table, "Position", "LV", PHASE_COLOR)
    series.SetName(_("ED, ES"))
    series.SetLabelColumnName("Name")
    series.SetLineStyle(series.LineStyleNone)
    series.SetMarkerStyle(series.MarkerStyleDiamond)
    series.SetMarkerSize(13.0)
