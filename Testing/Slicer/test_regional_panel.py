"""Regional function in the panel: bullseye, clicks, corrected insertion points, table and chart."""

import numpy as np
import pytest
import slicer
from CMRSegmentationMRML import display, regional_nodes, results, segment_overlay, sequences
from CMRSegmentationMRML.kept_points import kept_points

from Testing.phantoms import HeartPhantom

from .conftest import SMALL
from .regional_hearts import add_heart, report
from .test_results_panel import Shown, segmented


@pytest.fixture
def shown(scene):
    shown = Shown(*add_heart())
    shown.panel.show(shown.cine)
    return shown


def drawn(shown):
    items = shown.ui.bullseyeView.scene().items()
    return {item.text() for item in items if hasattr(item, "text")}


def anterior(shown):
    return np.array(results.stored_report(shown.sequence).regional.insertion_points.anterior_ras_mm)


def drag(shown, share):
    """Moves the anterior point towards the inferior one and lets it go."""
    markup = segment_overlay.overlay_points(shown.sequence)
    start, end = (np.array(markup.GetNthControlPointPosition(index)) for index in range(2))
    markup.SetNthControlPointPosition(0, *(start + share * (end - start)))
    markup.InvokeEvent(markup.PointEndInteractionEvent)
    return start + share * (end - start)


def test_the_bullseye_shows_the_quantity_that_is_chosen(shown):
    segments = report().regional.segments
    combo = shown.ui.bullseyeComboBox
    assert [combo.itemText(index) for index in range(combo.count)] == [
        "Wall thickness at ED (mm)",
        "Wall thickness at ES (mm)",
        "Thickening (%)",
    ]
    assert {f"{row.ed_mean_mm:.1f}" for row in segments} <= drawn(shown)
    combo.setCurrentIndex(2)
    assert {f"{row.thickening_percent:.0f}" for row in segments} <= drawn(shown)


def test_a_click_on_a_segment_goes_to_its_slice_and_phase(shown, monkeypatch):
    gone = []
    monkeypatch.setattr(display, "go_to", lambda _cine, *place: gone.append(place))
    shown.panel.regional.go_to_segment(8)
    shown.ui.bullseyeComboBox.setCurrentIndex(1)
    shown.panel.regional.go_to_segment(8)
    (ed, ed_slice), (es, es_slice) = gone
    assert (ed, es) == (0, 2)
    assert ed_slice in range(1, 6)
    assert es_slice in range(1, 6)


def test_the_largest_thickness_and_what_is_left_out_are_said(shown):
    thickest = report().regional.thickest
    text = shown.ui.regionalLabel.text
    assert f"{thickest.thickness_mm:.1f} mm" in text
    assert "Left out: ejection and filling rates" in text


def test_a_moved_insertion_point_measures_everything_again_and_can_be_taken_back(shown):
    found = anterior(shown)
    before = [row.ed_mean_mm for row in shown.panel.report.regional.segments]
    shown.ui.bordersCheckBox.click()
    assert segment_overlay.overlay_points(shown.sequence) is not None
    assert not shown.ui.findPointsButton.enabled
    place = drag(shown, 0.3)
    np.testing.assert_allclose(anterior(shown), place)
    assert shown.panel.report.regional.insertion_points.source == "user"
    assert [row.ed_mean_mm for row in shown.panel.report.regional.segments] != before
    assert "corrected insertion points" in shown.ui.regionalLabel.text
    shown.ui.updateButton.click()
    np.testing.assert_allclose(anterior(shown), place)
    shown.ui.findPointsButton.click()
    np.testing.assert_allclose(anterior(shown), found)
    markup = segment_overlay.overlay_points(shown.sequence)
    np.testing.assert_allclose(markup.GetNthControlPointPosition(0), found)
    assert not shown.ui.findPointsButton.enabled
    assert shown.problems == []


def test_a_point_that_is_no_end_of_a_septum_goes_back_with_one_sentence(shown):
    found = anterior(shown)
    shown.ui.bordersCheckBox.click()
    drag(shown, 0.97)
    assert "less than 30° apart" in shown.problems[0]
    assert kept_points(shown.sequence) is None
    markup = segment_overlay.overlay_points(shown.sequence)
    np.testing.assert_allclose(markup.GetNthControlPointPosition(0), found)
    np.testing.assert_allclose(anterior(shown), found)


def test_borders_are_switched_off_and_the_button_says_what_is_shown(shown):
    shown.ui.bordersCheckBox.click()
    shown.panel.show(shown.cine)
    assert shown.ui.bordersCheckBox.checked
    shown.ui.bordersCheckBox.click()
    assert segment_overlay.overlay_points(shown.sequence) is None
    assert shown.ui.findPointsButton.isHidden()
    assert slicer.util.getNodesByClass("vtkMRMLModelNode") == []


def test_the_buttons_show_the_table_of_segments_and_the_strain(shown, monkeypatch):
    opened = []
    monkeypatch.setattr(display, "show_table", opened.append)
    monkeypatch.setattr(display, "show_chart", lambda *arguments: opened.append(arguments))
    shown.ui.segmentsButton.click()
    shown.ui.strainButton.click()
    table = shown.sequence.GetNodeReference(regional_nodes.SEGMENTS_ROLE)
    assert opened == [table, (shown.sequence, regional_nodes.CHART_ROLE)]


def test_a_single_slice_has_no_bullseye_and_says_why(scene):
    phantom = HeartPhantom(**SMALL | {"slices": 1, "empty_slices": (0, 0)})
    plane = sequences.add_cine(phantom.cine, "Slice")
    single = Shown(plane, segmented(plane, phantom))
    single.panel.show(plane)
    assert single.ui.bullseyeView.isHidden()
    assert single.ui.bordersCheckBox.isHidden()
    assert "a single slice has no basal, mid and apical level" in single.ui.regionalLabel.text


def test_without_a_result_nothing_of_it_is_left(shown):
    shown.ui.bordersCheckBox.click()
    shown.panel.clear()
    assert shown.ui.regionalCollapsibleButton.isHidden()
    assert drawn(shown) == set()
