"""Segments and strains as tables and a chart."""

from dataclasses import replace

import pytest
from CMRSegmentationMRML import regional_nodes

from CMRSegmentationLib.measuring.regional import Regional

from .conftest import node_ids
from .regional_hearts import report


@pytest.fixture
def owner(scene):
    return scene.AddNewNodeByClass("vtkMRMLSequenceNode", "Heart segmentation")


def test_the_table_has_a_row_for_each_segment_with_titles_and_units(owner):
    regional_nodes.show_regional(report(), owner)
    table = owner.GetNodeReference(regional_nodes.SEGMENTS_ROLE)
    assert table.GetNumberOfRows() == 16
    assert (table.GetCellText(1, 0), table.GetCellText(1, 1)) == ("2", "Basal anteroseptal")
    assert table.GetColumnTitle("thickening_percent") == "Thickening (%)"
    expected = report().regional.segments[1].ed_mean_mm
    column = table.GetColumnIndex("ed_mean_mm")
    assert table.GetCellText(1, column) == f"{expected:.1f}"


def test_a_value_that_rounds_to_nothing_has_no_minus_sign(owner):
    regional = report().regional
    segments = [replace(segment, thickening_percent=-0.04) for segment in regional.segments]
    still = replace(report(), regional=replace(regional, segments=tuple(segments)))
    regional_nodes.show_regional(still, owner)
    table = owner.GetNodeReference(regional_nodes.SEGMENTS_ROLE)
    assert table.GetCellText(0, table.GetColumnIndex("thickening_percent")) == "0.0"


def test_the_strains_are_drawn_over_the_times_of_the_cine(owner):
    regional_nodes.show_regional(report(), owner)
    chart = owner.GetNodeReference(regional_nodes.CHART_ROLE)
    names = [
        chart.GetNthPlotSeriesNode(n).GetName() for n in range(chart.GetNumberOfPlotSeriesNodes())
    ]
    assert names == ["GCS, endocardial", "GCS, mid-wall", "GRS"]
    assert chart.GetXAxisTitle() == "Time after the R wave (ms)"
    table = owner.GetNodeReference(regional_nodes.STRAINS_ROLE)
    column = table.GetColumnIndex("gcs_endo")
    values = [float(table.GetCellText(row, column)) for row in range(4)]
    assert values == pytest.approx(report().regional.strains["gcs_endo"], abs=1e-3)


def test_every_strain_of_the_report_has_a_name_and_a_color():
    assert set(regional_nodes._names()) == set(regional_nodes.CURVES)


def test_without_times_they_are_drawn_over_the_phases(owner):
    untimed = replace(report(), input=replace(report().input, frame_times_ms=None))
    regional_nodes.show_regional(untimed, owner)
    chart = owner.GetNodeReference(regional_nodes.CHART_ROLE)
    assert chart.GetXAxisTitle() == "Phase"
    assert chart.GetNthPlotSeriesNode(0).GetXColumnName() == "phase"


def test_what_a_new_report_does_not_have_is_removed(owner, scene):
    before = node_ids(scene)
    regional_nodes.show_regional(report(), owner)
    fewer = {"grs": report().regional.strains["grs"]}
    regional = replace(report().regional, strains=fewer)
    regional_nodes.show_regional(replace(report(), regional=regional), owner)
    chart = owner.GetNodeReference(regional_nodes.CHART_ROLE)
    assert chart.GetNumberOfPlotSeriesNodes() == 1
    regional_nodes.show_regional(replace(report(), regional=Regional()), owner)
    assert node_ids(scene) == before


def test_everything_goes_with_its_owner(owner, scene):
    before = node_ids(scene)
    regional_nodes.show_regional(report(), owner)
    regional_nodes.remove_regional(owner)
    assert node_ids(scene) == before
