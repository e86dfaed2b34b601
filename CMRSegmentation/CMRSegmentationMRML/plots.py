"""A report as table and plot nodes: measures, curves over the heart beat, and a chart with the two phases marked."""

from __future__ import annotations

from collections.abc import Sequence

import slicer
import vtk
from slicer.i18n import tr as _

from CMRSegmentationLib.report import ClinicalReport

from .terminology import STRUCTURES

TABLE_ROLE, CURVES_ROLE, PHASES_ROLE, CHART_ROLE = "CMR.Measures", "CMR.Curves", "CMR.Phases", "CMR.Chart"
SERIES_ROLES = tuple(f"CMR.Series.{structure.segment_id}" for structure in STRUCTURES)
PHASE_SERIES_ROLE = "CMR.Series.Phases"
PHASE_COLOR = (0.15, 0.15, 0.15)
ROLES = (TABLE_ROLE, CURVES_ROLE, PHASES_ROLE, *SERIES_ROLES, PHASE_SERIES_ROLE, CHART_ROLE)


def show_report(report: ClinicalReport, owner: slicer.vtkMRMLNode) -> None:
    """Fills the tables and the chart of a segmentation sequence, which are made if they are not there.

    Args:
        report: what to show.
        owner: the segmentation sequence; it refers to every node that is made here.
    """
    measures = _referenced(owner, TABLE_ROLE, "vtkMRMLTableNode", _("{name} measures").format(name=owner.GetName()))
    _fill_measures(measures, report)
    curves = _referenced(owner, CURVES_ROLE, "vtkMRMLTableNode", _("{name} curves").format(name=owner.GetName()))
    _fill_curves(curves, report)
    phases = _referenced(owner, PHASES_ROLE, "vtkMRMLTableNode", _("{name} phases").format(name=owner.GetName()))
    _fill_phases(phases, report)
    _update_chart(owner, curves, phases, report)


def remove_report(owner: slicer.vtkMRMLNode) -> None:
    """Removes the nodes that `show_report` made."""
    for role in ROLES:
        node = owner.GetNodeReference(role)
        if node is not None:
            slicer.mrmlScene.RemoveNode(node)


def _referenced(owner: slicer.vtkMRMLNode, role: str, class_name: str, name: str) -> slicer.vtkMRMLNode:
    """The node that the owner refers to in a role; it is made under a name like this one if it is not there."""
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
    curves, unit = curves_of(report)
    frames = [t for t in range(report.frames) if curves["lv"][t] is not None]
    times = report.input.frame_times_ms
    columns: dict[str, Sequence[object]] = {"Phase": [t + 1 for t in frames]}
    if times is not None:
        columns["Time"] = [times[t] for t in frames]
    for structure in STRUCTURES:
        columns[structure.segment_id] = [curves[structure.segment_id.lower()][t] for t in frames]
    _fill(table, columns)
    table.SetColumnTitle("Phase", _("Phase"))
    if times is not None:
        table.SetColumnUnitLabel("Time", "ms")
        table.SetColumnTitle("Time", _("Time (ms)"))
    for structure in STRUCTURES:
        table.SetColumnUnitLabel(structure.segment_id, unit)
        table.SetColumnTitle(structure.segment_id, f"{structure.segment_id} ({unit})")


def _fill_phases(table: slicer.vtkMRMLTableNode, report: ClinicalReport) -> None:
    curve, unit = curves_of(report)[0]["lv"], curves_of(report)[1]
    names, frames = [_("ED")], [report.ed_frame]
    if report.es_frame is not None:
        names, frames = [*names, _("ES")], [*frames, report.es_frame]
    times = report.input.frame_times_ms
    x_values = [t + 1 if times is None else times[t] for t in frames]
    _fill(table, {"Name": names, "Position": x_values, "LV": [curve[t] for t in frames]})
    table.SetColumnUnitLabel("LV", unit)


def curves_of(report: ClinicalReport) -> tuple[dict[str, tuple[float | None, ...]], str]:
    """The volume of each structure by frame, or the area where there are no volumes, and the unit."""
    if any(report.volumes_ml.values()):
        return dict(report.volumes_ml), "ml"
    return dict(report.areas_cm2), "cm²"


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
    chart = _referenced(owner, CHART_ROLE, "vtkMRMLPlotChartNode", _("{name} chart").format(name=owner.GetName()))
    chart.RemoveAllPlotSeriesNodeIDs()
    for structure, role in zip(STRUCTURES, SERIES_ROLES, strict=True):
        series = _referenced(owner, role, "vtkMRMLPlotSeriesNode", f"{owner.GetName()} {structure.segment_id}")
        _style_curve(series, curves, "Time" if has_times else "Phase", structure.segment_id, structure.color)
        chart.AddAndObservePlotSeriesNodeID(series.GetID())
    marks = _referenced(
        owner, PHASE_SERIES_ROLE, "vtkMRMLPlotSeriesNode", _("{name} ED and ES").format(name=owner.GetName())
    )
    _style_marks(marks, phases)
    chart.AddAndObservePlotSeriesNodeID(marks.GetID())
    chart.SetTitle(_chart_title(owner.GetName(), report))
    chart.SetXAxisTitle(_("Time after the R wave (ms)") if has_times else _("Phase"))
    chart.SetYAxisTitle(_("Volume (ml)") if curves_of(report)[1] == "ml" else _("Area (cm²)"))
    chart.SetLegendVisibility(True)


def _chart_title(name: str, report: ClinicalReport) -> str:
    """The phases count from one, as in the panel."""
    ed = report.ed_frame + 1
    if report.es_frame is None:
        return _("{name}: ED phase {ed}").format(name=name, ed=ed)
    return _("{name}: ED phase {ed}, ES phase {es}").format(name=name, ed=ed, es=report.es_frame + 1)


def _style_curve(
    series: slicer.vtkMRMLPlotSeriesNode,
    table: slicer.vtkMRMLTableNode,
    x_column: str,
    y_column: str,
    color: tuple[float, float, float],
) -> None:
    series.SetName(y_column)
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
