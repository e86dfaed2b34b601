"""Reports as tables and charts."""

import numpy as np
import slicer
from CMRSegmentationMRML import plots

from CMRSegmentationLib.image import LabelMap
from CMRSegmentationLib.report import InputSummary, make_report
from Testing.phantoms import HeartPhantom

from .conftest import SMALL, node_ids


def report_of(phantom, **settings):
    return make_report(phantom.labels, InputSummary.of(phantom.cine), **settings)


def column(table, name):
    return [table.GetCellText(row, table.GetColumnIndex(name)) for row in range(table.GetNumberOfRows())]


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
    assert [table.GetColumnUnitLabel(name) for name in ("Time", "LV", "MYO", "RV")] == ["ms", "ml", "ml", "ml"]


def test_phases_that_were_not_segmented_have_no_row(scene, cine, phantom):
    plots.show_report(report_of(phantom, frames=(0, 2)), cine.sequence)
    assert numbers(cine.sequence.GetNodeReference(plots.CURVES_ROLE), "Phase") == [1, 3]


def test_the_chart_has_three_curves_and_marks_ed_and_es(scene, cine, phantom):
    report = report_of(phantom)
    plots.show_report(report, cine.sequence)
    chart = cine.sequence.GetNodeReference(plots.CHART_ROLE)
    names = [chart.GetNthPlotSeriesNode(index).GetName() for index in range(chart.GetNumberOfPlotSeriesNodes())]
    marks = cine.sequence.GetNodeReference(plots.PHASES_ROLE)
    assert names == ["LV", "MYO", "RV", "ED, ES"]
    assert (chart.GetXAxisTitle(), chart.GetYAxisTitle()) == ("Time after the R wave (ms)", "Volume (ml)")
    assert column(marks, "Name") == ["ED", "ES"]
    assert numbers(marks, "Position") == [0, 450]
    np.testing.assert_allclose(numbers(marks, "LV"), [report.volumes_ml["lv"][t] for t in (0, 2)], rtol=1e-4)


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
    plots.show_report(report_of(phantom, height_cm=170.0, weight_kg=70.0), cine.sequence)
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
