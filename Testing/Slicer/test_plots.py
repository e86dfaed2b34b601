"""Reports as tables and charts."""

import numpy as np
import slicer
from CMRSegmentationMRML import plots

from CMRSegmentationLib.image import LabelMap, View
from CMRSegmentationLib.patient import Patient
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from Testing.Lib.long_axis_phantoms import ED, ES, drawn
from Testing.phantoms import HeartPhantom
from Testing.Slicer.host import core_host

from .conftest import SMALL, node_ids


def report_of(phantom, **settings):
    return make_report(phantom.labels, InputSummary.of(phantom.cine), **settings)


def column(table, name):
    return [
        table.GetCellText(row, table.GetColumnIndex(name)) for row in range(table.GetNumberOfRows())
    ]


def numbers(table, name):
    return [float(text) for text in column(table, name)]


def test_the_table_holds_names_values_units_and_definitions(scene, cine, phantom):
    report = report_of(phantom)
    plots.show_report(report, cine.sequence)
    table = cine.sequence.GetNodeReference(plots.TABLE_ROLE)
    row = column(table, "Key").index("lv_edv")
    assert column(table, "Measure")[row] == "LV end-diastolic volume"
    assert column(table, "Value")[row] == f"{report.value('lv_edv'):.1f}"
    assert column(table, "Unit")[row] == "ml"
    assert "doi:10.1186" in column(table, "Definition")[row]


def test_the_curves_hold_one_row_a_phase_with_units(scene, cine, phantom):
    report = report_of(phantom)
    plots.show_report(report, cine.sequence)
    table = cine.sequence.GetNodeReference(plots.CURVES_ROLE)
    assert numbers(table, "Phase") == [1, 2, 3, 4]
    assert numbers(table, "Time") == [0, 225, 450, 675]
    np.testing.assert_allclose(numbers(table, "RV"), report.volumes_ml["rv"], rtol=1e-4)
    assert [table.GetColumnUnitLabel(name) for name in ("Time", "LV", "MYO", "RV")] == [
        "ms",
        "ml",
        "ml",
        "ml",
    ]


def test_phases_that_were_not_segmented_have_no_row(scene, cine, phantom):
    plots.show_report(report_of(phantom, frames=(0, 2)), cine.sequence)
    assert numbers(cine.sequence.GetNodeReference(plots.CURVES_ROLE), "Phase") == [1, 3]


def test_the_chart_has_three_curves_and_marks_ed_and_es(scene, cine, phantom):
    report = report_of(phantom)
    plots.show_report(report, cine.sequence)
    chart = cine.sequence.GetNodeReference(plots.CHART_ROLE)
    names = [
        chart.GetNthPlotSeriesNode(index).GetName()
        for index in range(chart.GetNumberOfPlotSeriesNodes())
    ]
    marks = cine.sequence.GetNodeReference(plots.PHASES_ROLE)
    assert names == ["LV", "MYO", "RV", "ED, ES"]
    assert (chart.GetXAxisTitle(), chart.GetYAxisTitle()) == (
        "Time after the R wave (ms)",
        "Volume (ml)",
    )
    assert column(marks, "Name") == ["ED", "ES"]
    assert numbers(marks, "Position") == [0, 450]
    np.testing.assert_allclose(
        numbers(marks, "LV"), [report.volumes_ml["lv"][t] for t in (0, 2)], rtol=1e-4
    )


def test_without_times_the_chart_counts_phases(scene, cine):
    phantom = HeartPhantom(**SMALL | {"cycle_ms": None})
    plots.show_report(report_of(phantom), cine.sequence)
    assert cine.sequence.GetNodeReference(plots.CHART_ROLE).GetXAxisTitle() == "Phase"
    assert numbers(cine.sequence.GetNodeReference(plots.PHASES_ROLE), "Position") == [1, 3]


def test_a_single_slice_has_areas(scene, cine):
    phantom = HeartPhantom(**SMALL | {"slices": 1, "empty_slices": (0, 0)})
    plots.show_report(report_of(phantom), cine.sequence)
    assert cine.sequence.GetNodeReference(plots.CHART_ROLE).GetYAxisTitle() == "Area (cm²)"
    assert cine.sequence.GetNodeReference(plots.CURVES_ROLE).GetColumnUnitLabel("LV") == "cm²"


def test_a_single_phase_has_no_end_systole(scene, cine, phantom):
    labels = LabelMap(phantom.labels.array[:1], phantom.geometry)
    summary = InputSummary(None, (1, *phantom.geometry.shape_zyx), phantom.geometry.spacing_zyx_mm)
    plots.show_report(make_report(labels, summary), cine.sequence)
    assert column(cine.sequence.GetNodeReference(plots.PHASES_ROLE), "Name") == ["ED"]


def test_a_second_report_fills_the_same_nodes(scene, cine, phantom):
    plots.show_report(report_of(phantom), cine.sequence)
    before = node_ids(scene)
    plots.show_report(
        report_of(phantom, patient=Patient(height_cm=170.0, weight_kg=70.0)), cine.sequence
    )
    assert node_ids(scene) == before
    assert "lv_edv_index" in column(cine.sequence.GetNodeReference(plots.TABLE_ROLE), "Key")


def test_removing_a_report_leaves_nothing_of_it(scene, cine, phantom):
    before = node_ids(scene)
    plots.show_report(report_of(phantom), cine.sequence)
    plots.remove_report(cine.sequence)
    assert node_ids(scene) == before


def test_the_chart_node_is_a_plot_chart(scene, cine, phantom):
    plots.show_report(report_of(phantom), cine.sequence)
    assert len(slicer.util.getNodesByClass("vtkMRMLPlotChartNode")) == 1


def long_axis_report(view=View.LAX_4C, times=(0.0, 400.0)):
    """Of a four-chamber plane with two phases.

    Areas, the length of the LV, and what follows from them.
    """
    labels = drawn(ED, ES)
    return make_report(
        labels, InputSummary(view, (2, *labels.geometry.shape_zyx), (8.0, 1.3, 0.9), times)
    )


def series_of(chart):
    return [
        chart.GetNthPlotSeriesNode(index) for index in range(chart.GetNumberOfPlotSeriesNodes())
    ]


def test_a_long_axis_plane_shows_all_its_measures_in_their_units(scene, cine):
    report = long_axis_report()
    plots.show_report(report, cine.sequence)
    table = cine.sequence.GetNodeReference(plots.TABLE_ROLE)
    shown = dict(zip(column(table, "Key"), column(table, "Unit"), strict=True))
    assert shown == {measure.key: measure.unit for measure in report.measures}
    assert (shown["lv_length_ed"], shown["lv_mapse"], shown["rv_fac"]) == ("mm", "mm", "%")


def test_the_length_of_a_long_axis_plane_has_its_column_and_its_curve(scene, cine):
    report = long_axis_report()
    plots.show_report(report, cine.sequence)
    table, chart = (
        cine.sequence.GetNodeReference(role) for role in (plots.CURVES_ROLE, plots.CHART_ROLE)
    )
    np.testing.assert_allclose(numbers(table, "LV length"), report.lengths_mm["lv"], rtol=1e-4)
    assert table.GetColumnUnitLabel("LV length") == "mm"
    assert [series.GetName() for series in series_of(chart)] == [
        "LV",
        "MYO",
        "RV",
        "LV length (mm)",
        "ED, ES",
    ]
    assert chart.GetYAxisTitle() == "Area (cm²), Length (mm)"


def test_curves_that_a_new_report_does_not_have_go(scene, cine):
    before = node_ids(scene)
    plots.show_report(long_axis_report(), cine.sequence)
    plots.show_report(long_axis_report(view=None), cine.sequence)
    chart = cine.sequence.GetNodeReference(plots.CHART_ROLE)
    assert [series.GetName() for series in series_of(chart)] == ["LV", "MYO", "RV", "ED, ES"]
    assert len(slicer.util.getNodesByClass("vtkMRMLPlotSeriesNode")) == 4
    plots.remove_report(cine.sequence)
    assert node_ids(scene) == before


def test_the_chart_of_a_long_axis_plane_survives_a_saved_scene(scene, cine, tmp_path):
    plots.show_report(long_axis_report(), cine.sequence)
    assert scene.WriteToMRB(str(tmp_path / "scene.mrb"))
    core_host.clear_scene()
    assert scene.ReadFromMRB(str(tmp_path / "scene.mrb"), True)
    core_host.add_default_nodes()
    (chart,) = slicer.util.getNodesByClass("vtkMRMLPlotChartNode")
    assert [series.GetYColumnName() for series in series_of(chart)] == [
        "LV",
        "MYO",
        "RV",
        "LV length",
        "LV",
    ]
    owner = next(
        node
        for node in slicer.util.getNodesByClass("vtkMRMLSequenceNode")
        if node.GetName() == "Heart"
    )
    assert owner.GetNodeReference(plots.CURVES_ROLE).GetColumnTitle("LV length") == "LV length (mm)"
    plots.remove_report(owner)
    assert slicer.util.getNodesByClass("vtkMRMLPlotSeriesNode") == []
