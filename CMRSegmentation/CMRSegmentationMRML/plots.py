"""A report as table and plot nodes: measures, curves over the heart beat, and a chart with the two phases marked."""

from __future__ import annotations

from collections.abc import Sequence

import slicer
import vtk

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
    measures = _referenced(owner, TABLE_ROLE, "vtkMRMLTableNode", "measures")
    _fill_measures(measures, report)
    curves = _referenced(owner, CURVES_ROLE, "vtkMRMLTableNode", "curves")
    _fill_curves(curves, report)
    phases = _referenced(owner, PHASES_ROLE, "vtkMRMLTableNode", "phases")
    _fill_phases(phases, report)
    _update_chart(owner, curves, phases, report)


def remove_report(owner: slicer.vtkMRMLNode) -> None:
    """Removes the nodes that `show_report` made."""
    for role in ROLES:
        node = owner.GetNodeReference(role)
        if node is not None:
            slicer.mrmlScene.RemoveNode(node)


def _referenced(owner: slicer.vtkMRMLNode, role: str, class_name: str, what: str) -> slicer.vtkMRMLNode:
    node = owner.GetNodeReference(role)
    if node is None:
        name = slicer.mrmlScene.GenerateUniqueName(f"{owner.GetName()} {what}")
        node = slicer.mrmlScene.AddNewNodeByClass(class_name, name)
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
    if times is not None:
        table.SetColumnUnitLabel("Time", "ms")
        table.SetColumnTitle("Time", "Time (ms)")
    for structure in STRUCTURES:
        table.SetColumnUnitLabel(structure.segment_id, unit)
        table.SetColumnTitle(structure.segment_id, f"{structure.segment_id} ({unit})")


def _fill_phases(table: slicer.vtkMRMLTableNode, report: ClinicalReport) -> None:
    curve, unit = curves_of(report)[0]["lv"], curves_of(report)[1]
    marked = [(name, t) for name, t in (("ED", report.ed_frame), ("ES", report.es_frame)) if t is not None]
    times = report.input.frame_times_ms
    x_values = [t + 1 if times is None else times[t] for _, t in marked]
    _fill(table, {"Name": [n for n, _ in marked], "Position": x_values, "LV": [curve[t] for _, t in marked]})
    table.SetColumnUnitLabel("LV", unit)


def curves_of(report: ClinicalReport) -> tuple[dict[str, tuple[float | None, ...]], str]:
    """The volume of each structure by frame, or the area for a single slice, and the unit."""
    if report.is_single_slice:
        return dict(report.areas_cm2), "cm²"
    return dict(report.volumes_ml), "ml"


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
    chart = _referenced(owner, CHART_ROLE, "vtkMRMLPlotChartNode", "chart")
    chart.RemoveAllPlotSeriesNodeIDs()
    for structure, role in zip(STRUCTURES, SERIES_ROLES, strict=True):
        series = _referenced(owner, role, "vtkMRMLPlotSeriesNode", structure.segment_id)
        _style_curve(series, curves, "Time" if has_times else "Phase", structure.segment_id, structure.color)
        chart.AddAndObservePlotSeriesNodeID(series.GetID())
    marks = _referenced(owner, PHASE_SERIES_ROLE, "vtkMRMLPlotSeriesNode", "ED and ES")
    _style_marks(marks, phases)
    chart.AddAndObservePlotSeriesNodeID(marks.GetID())
    quantity = "Area (cm²)" if report.is_single_slice else "Volume (ml)"
    chart.SetTitle(f"{owner.GetName()}: ED phase {report.ed_frame + 1}" + _es_title(report))
    chart.SetXAxisTitle("Time after the R wave (ms)" if has_times else "Phase")
    chart.SetYAxisTitle(quantity)
    chart.SetLegendVisibility(True)


def _es_title(report: ClinicalReport) -> str:
    return "" if report.es_frame is None else f", ES phase {report.es_frame + 1}"


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
    series.SetName("ED, ES")
    series.SetLabelColumnName("Name")
    series.SetLineStyle(series.LineStyleNone)
    series.SetMarkerStyle(series.MarkerStyleDiamond)
    series.SetMarkerSize(13.0)
