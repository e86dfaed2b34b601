"""A report as table and plot nodes.

Measures, curves over the heart beat, and a chart with the two phases marked.
"""

from __future__ import annotations

from collections.abc import Sequence

import slicer
import vtk
from slicer.i18n import tr as _

from CMRSegmentationLib.reporting.report import ClinicalReport

from .curves import ShownCurve, axis_title, curves_of, frames_of

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
    measures = _referenced(
        owner, TABLE_ROLE, "vtkMRMLTableNode", _("{name} measures").format(name=owner.GetName())
    )
    _fill_measures(measures, report)
    curves = _referenced(
        owner, CURVES_ROLE, "vtkMRMLTableNode", _("{name} curves").format(name=owner.GetName())
    )
    _fill_curves(curves, report)
    phases = _referenced(
        owner, PHASES_ROLE, "vtkMRMLTableNode", _("{name} phases").format(name=owner.GetName())
    )
    _fill_phases(phases, report)
    _update_chart(owner, curves, phases, report)


def remove_report(owner: slicer.vtkMRMLNode) -> None:
    """Removes the nodes that `show_report` made."""
    for role in (*ROLES, *_series_roles(owner)):
        _remove(owner, role)


def _role_of(curve: ShownCurve) -> str:
    return SERIES_ROLE + curve.column.replace(" ", ".")


def _series_roles(owner: slicer.vtkMRMLNode) -> list[str]:
    roles = [
        owner.GetNthNodeReferenceRole(index)
        for index in range(owner.GetNumberOfNodeReferenceRoles())
    ]
    return [role for role in roles if role.startswith(SERIES_ROLE)]


def _remove(owner: slicer.vtkMRMLNode, role: str) -> None:
    node = owner.GetNodeReference(role)
    if node is not None:
        slicer.mrmlScene.RemoveNode(node)


def _referenced(
    owner: slicer.vtkMRMLNode, role: str, class_name: str, name: str
) -> slicer.vtkMRMLNode:
    """The node that the owner refers to in a role.

    It is made under a name like this one if it is not there.
    """
    node = owner.GetNodeReference(role)
    if node is None:
        unique = slicer.mrmlScene.GenerateUniqueName(name)
        node = slicer.mrmlScene.AddNewNodeByClass(class_name, unique)
        owner.SetNodeReferenceID(role, node.GetID())
    return node


def _fill_measures(table: slicer.vtkMRMLTableNode, report: ClinicalReport) -> None:
    rows = report.measures
    _fill(
        table,
        {
            "Measure": [row.name for row in rows],
            "Value": [f"{row.value:.1f}" for row in rows],
            "Unit": [row.unit for row in rows],
            "Definition": [row.definition for row in rows],
            "Key": [row.key for row in rows],
        },
    )
    titles = {
        "Measure": _("Measure"),
        "Value": _("Value"),
        "Unit": _("Unit"),
        "Definition": _("Definition"),
        "Key": _("Key"),
    }
    for column, title in titles.items():
        table.SetColumnTitle(column, title)


def _fill_curves(table: slicer.vtkMRMLTableNode, report: ClinicalReport) -> None:
    frames, curves = frames_of(report), curves_of(report)
    times = report.input.frame_times_ms
    columns: dict[str, Sequence[object]] = {"Phase": [t + 1 for t in frames]}
    if times is not None:
        columns["Time"] = [times[t] for t in frames]
    _fill(table, columns | {curve.column: curve.values for curve in curves})
    table.SetColumnTitle("Phase", _("Phase"))
    if times is not None:
        table.SetColumnUnitLabel("Time", "ms")
        table.SetColumnTitle("Time", _("Time (ms)"))
    for curve in curves:
        table.SetColumnUnitLabel(curve.column, curve.unit)
        table.SetColumnTitle(curve.column, curve.title)


def _fill_phases(table: slicer.vtkMRMLTableNode, report: ClinicalReport) -> None:
    """The two phases as points on the first curve, that of the LV."""
    names, frames = [_("ED")], [report.ed_frame]
    if report.es_frame is not None:
        names, frames = [*names, _("ES")], [*frames, report.es_frame]
    times = report.input.frame_times_ms
    lv = curves_of(report)[0]
    by_frame = dict(zip(frames_of(report), lv.values, strict=True))
    x_values = [t + 1 if times is None else times[t] for t in frames]
    _fill(table, {"Name": names, "Position": x_values, lv.column: [by_frame[t] for t in frames]})
    table.SetColumnUnitLabel(lv.column, lv.unit)


def _fill(table: slicer.vtkMRMLTableNode, columns: dict[str, Sequence[object]]) -> None:
    """Replaces the columns of a table; text or numbers by their first value."""
    was_modifying = table.StartModify()
    table.RemoveAllColumns()
    for name, values in columns.items():
        is_text = any(isinstance(value, str) for value in values)
        array = vtk.vtkStringArray() if is_text else vtk.vtkDoubleArray()
        array.SetName(name)
        for value in values:
            array.InsertNextValue(value)
        table.AddColumn(array)
    table.SetUseColumnTitleAsColumnHeader(True)
    table.EndModify(was_modifying)


def _update_chart(
    owner: slicer.vtkMRMLNode,
    curves: slicer.vtkMRMLTableNode,
    phases: slicer.vtkMRMLTableNode,
    report: ClinicalReport,
) -> None:
    has_times = report.input.frame_times_ms is not None
    chart = _referenced(
        owner, CHART_ROLE, "vtkMRMLPlotChartNode", _("{name} chart").format(name=owner.GetName())
    )
    chart.RemoveAllPlotSeriesNodeIDs()
    shown = curves_of(report)
    for curve in shown:
        chart.AddAndObservePlotSeriesNodeID(
            _series(owner, curve, curves, "Time" if has_times else "Phase").GetID()
        )
    marks = _referenced(
        owner,
        PHASE_SERIES_ROLE,
        "vtkMRMLPlotSeriesNode",
        _("{name} ED and ES").format(name=owner.GetName()),
    )
    _style_marks(marks, phases)
    chart.AddAndObservePlotSeriesNodeID(marks.GetID())
    for role in set(_series_roles(owner)) - {PHASE_SERIES_ROLE, *map(_role_of, shown)}:
        _remove(owner, role)
    chart.SetTitle(_chart_title(owner.GetName(), report))
    chart.SetXAxisTitle(_("Time after the R wave (ms)") if has_times else _("Phase"))
    chart.SetYAxisTitle(axis_title(shown))
    chart.SetLegendVisibility(True)


def _series(
    owner: slicer.vtkMRMLNode, curve: ShownCurve, table: slicer.vtkMRMLTableNode, x_column: str
) -> slicer.vtkMRMLPlotSeriesNode:
    series = _referenced(
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
