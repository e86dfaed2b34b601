"""The map of trust in the panel, and the measures that rest on doubtful contours."""

import numpy as np
import pytest
import slicer
from CMRSegmentationMRML import display, plots, results, sequences
from CMRSegmentationMRML.judged_labels import keep_judged

from CMRSegmentationLib.reporting.trust_map import MARK_COLORS, NOTHING_COLOR
from CMRSegmentationLib.trust.trust import Mark, StructureTrust, Trust
from Testing.phantoms import HeartPhantom

from .conftest import SMALL
from .judged_hearts import DOUBT, LIMITS, judged
from .test_results_panel import Shown, segmented

NARROWEST = 400
"""In pixels, of what fills a panel of 430 between its margins."""


@pytest.fixture
def shown(cine, phantom):
    sequence = segmented(cine, phantom)
    keep_judged(sequence, phantom.labels)
    results.keep_report(sequence, judged(results.stored_report(sequence)))
    shown = Shown(cine, sequence)
    shown.panel.show(cine)
    return shown


def colors(shown):
    table = shown.ui.trustTable
    return [
        [table.item(z, t).background().color().name() for t in range(table.columnCount)]
        for z in range(table.rowCount)
    ]


def test_the_map_has_a_cell_for_each_slice_and_phase_in_three_colors_and_signs(shown):
    found, table = colors(shown), shown.ui.trustTable
    assert (len(found), len(found[0])) == (3, 4)
    assert found[0][0] == MARK_COLORS[Mark.BELIEVED]
    assert found[1][2] == MARK_COLORS[Mark.DOUBTFUL]
    assert found[2][2] == MARK_COLORS[Mark.WRONG]
    assert found[0][3] == NOTHING_COLOR
    assert [table.item(z, 2).text() for z in range(3)] == ["", "?", "!"]
    assert [table.horizontalHeaderItem(t).text() for t in range(4)] == ["D", "", "S", ""]
    assert table.item(2, 2).toolTip().endswith("estimated Dice 0.50, likely wrong")


def test_another_structure_has_its_own_map(shown):
    combo = shown.ui.trustComboBox
    assert [combo.itemText(n) for n in range(combo.count)] == [
        "Left ventricle blood pool",
        "Left ventricular wall",
        "Right ventricle blood pool",
    ]
    combo.setCurrentIndex(1)
    assert {color for row in colors(shown) for color in row} == {MARK_COLORS[Mark.BELIEVED]}


def test_a_click_and_the_enter_key_go_to_slice_and_phase(shown, monkeypatch):
    gone = []
    monkeypatch.setattr(display, "go_to", lambda _cine, *place: gone.append(place))
    shown.ui.trustTable.cellClicked.emit(1, 2)
    shown.ui.trustTable.cellActivated.emit(0, 3)
    assert gone == [(2, 1), (3, 0)]


def test_measures_on_doubtful_contours_are_marked_in_table_and_node(shown):
    table = shown.ui.measuresTable
    rows = {table.item(row, 0).text(): row for row in range(table.rowCount)}
    ef, rv = (
        table.item(rows[name], 1) for name in ("LV ejection fraction", "RV ejection fraction")
    )
    assert not ef.icon().isNull()
    assert rv.icon().isNull()
    assert "It may lie from 48 to 61 %." in ef.toolTip()
    assert "doi:" in ef.toolTip()
    node = shown.sequence.GetNodeReference(plots.TABLE_ROLE)
    column = node.GetColumnIndex("Trust")
    texts = {node.GetCellText(row, 0): node.GetCellText(row, column) for row in range(len(rows))}
    assert texts["LV ejection fraction"].startswith("Rests on doubtful contours.")
    assert texts["RV ejection fraction"] == ""


def test_measured_again_the_same_contours_keep_their_map_and_edited_ones_lose_it(shown):
    shown.ui.updateButton.click()
    assert colors(shown)[2][2] == MARK_COLORS[Mark.WRONG]
    assert DOUBT in shown.panel.report.findings
    shown.cine.browser.SetSelectedItemNumber(2)
    proxy = shown.cine.browser.GetProxyNode(shown.sequence)
    mask = slicer.util.arrayFromSegmentBinaryLabelmap(proxy, "RV", shown.cine.volume)
    slicer.util.updateSegmentBinaryLabelmapFromArray(
        np.zeros_like(mask), proxy, "RV", shown.cine.volume
    )
    shown.ui.updateButton.click()
    assert {row[2] for row in colors(shown)} == {NOTHING_COLOR}
    assert colors(shown)[0][0] == MARK_COLORS[Mark.BELIEVED]
    assert DOUBT not in shown.panel.report.findings


def test_a_result_that_was_not_judged_says_so_without_a_map(cine, phantom):
    shown = Shown(cine, segmented(cine, phantom))
    shown.panel.show(cine)
    assert "Trust was not judged" in shown.ui.trustLabel.text
    assert not shown.ui.trustCollapsibleButton.isHidden()
    assert shown.ui.trustTable.isHidden()
    assert shown.ui.trustLegendLabel.isHidden()
    table = shown.ui.measuresTable
    assert all(table.item(row, 1).icon().isNull() for row in range(table.rowCount))
    node = shown.sequence.GetNodeReference(plots.TABLE_ROLE)
    assert node.GetColumnIndex("Trust") < 0


def test_the_legend_explains_colors_and_signs(shown):
    text = shown.ui.trustLegendLabel.text
    for color in MARK_COLORS.values():
        assert color in text
    assert "likely wrong" in text
    assert text.endswith("<br>D, S: end-diastole, end-systole")


@pytest.mark.parametrize(("frames", "scrolled"), [(1, False), (30, False), (60, True)])
def test_a_map_in_the_narrowest_panel_shows_all_slices_and_30_phases(scene, frames, scrolled):
    phantom = HeartPhantom(**SMALL | {"frames": frames, "es_frame": frames // 3})
    cine = sequences.add_cine(phantom.cine, "Heart")
    shown = Shown(cine, segmented(cine, phantom))
    one = StructureTrust(
        ((0.7, 0.9, 0.9),) * frames, ((None,) * 3,) * frames, (0.9,) * frames, LIMITS
    )
    report = results.stored_report(shown.sequence).judged(Trust({"lv": one}), [])
    results.keep_report(shown.sequence, report)
    shown.ui.trustCollapsibleButton.collapsed = False
    shown.panel.show(cine)
    shown.top.resize(NARROWEST, 1000)
    shown.top.show()
    slicer.app.processEvents()
    table = shown.ui.trustTable
    assert table.verticalScrollBar().maximum == 0
    assert (table.horizontalScrollBar().maximum > 0) == scrolled
    shown.top.hide()
