"""The Results section: what it shows, corrects, measures again and writes."""

from dataclasses import replace

import numpy as np
import pytest
import qt
import shiboken6
import slicer
from CMRSegmentationMRML import (
    display,
    examination,
    plots,
    results,
    results_panel,
    segmentations,
    sequences,
)
from CMRSegmentationMRML.judged_labels import keep_measured

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import Label, View
from CMRSegmentationLib.patient import AUTOMATIC, ChosenPhases, Patient
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from Testing.Lib.long_axis_phantoms import ED, ES, drawn, painted
from Testing.phantoms import HeartPhantom

from .conftest import MODULE_FOLDER, SMALL
from .test_results import erase_lv


class Shown:
    """A panel over the small heart, with what it said."""

    def __init__(self, cine, sequence):
        top = slicer.util.loadUI(str(MODULE_FOLDER / "Resources/UI/CMRSegmentation.ui"))
        self.top, self.ui = top, slicer.util.childWidgetVariables(top)
        self.patient, self.problems, self.busy = Patient(), [], False
        self.panel = results_panel.ResultsPanel(
            self.ui, lambda: self.patient, self.problems.append, is_busy=lambda: self.busy
        )
        self.cine, self.sequence = cine, sequence

    def rows(self):
        table = self.ui.measuresTable
        return {
            table.item(row, 0).text(): table.item(row, 1).text() for row in range(table.rowCount)
        }


def segmented(cine, phantom):
    sequence = segmentations.add_segmentation(cine, phantom.labels, range(phantom.frames))
    results.keep_report(sequence, make_report(phantom.labels, InputSummary.of(phantom.cine)))
    keep_measured(sequence, phantom.labels)
    return sequence


@pytest.fixture
def shown(cine, phantom):
    shown = Shown(cine, segmented(cine, phantom))
    shown.panel.show(cine)
    return shown


def test_the_measures_stand_in_the_table_with_definitions_as_tooltips(shown):
    report = results.stored_report(shown.sequence)
    assert shown.rows()["LV ejection fraction"] == f"{report.value('lv_ef'):.1f}"
    assert len(shown.rows()) == len(report.measures)
    assert "doi:" in shown.ui.measuresTable.item(0, 0).toolTip()
    assert shown.ui.measuresTable.item(0, 2).text() == "ml"
    assert shown.ui.measuresTable.item(0, 1).textAlignment() & qt.Qt.AlignRight


def test_end_diastole_and_end_systole_count_from_one(shown):
    assert (shown.ui.edSpinBox.value, shown.ui.esSpinBox.value) == (1, 3)
    assert shown.ui.edSpinBox.maximum == 4


def test_the_buttons_go_to_end_diastole_and_end_systole(shown):
    shown.ui.esButton.click()
    assert shown.cine.browser.GetSelectedItemNumber() == 2
    shown.ui.edButton.click()
    assert shown.cine.browser.GetSelectedItemNumber() == 0


def test_a_corrected_end_systole_changes_measures_table_and_chart(shown, phantom):
    shown.ui.esSpinBox.value = 2
    lv_ml = (phantom.labels.array == Label.LV).sum(
        axis=(1, 2, 3)
    ) * phantom.geometry.voxel_volume_ml
    assert shown.rows()["LV end-systolic volume"] == f"{lv_ml[1]:.1f}"
    assert results.chosen_phases(shown.sequence) == ChosenPhases(0, 1)
    assert shown.sequence.GetNodeReference(plots.CHART_ROLE).GetTitle().endswith("ES phase 2")


def test_automatic_takes_the_correction_back(shown):
    shown.ui.esSpinBox.value = 2
    shown.ui.automaticPhasesButton.click()
    assert shown.ui.esSpinBox.value == 3
    assert results.chosen_phases(shown.sequence) == AUTOMATIC


def test_an_impossible_correction_is_one_sentence_and_changes_nothing(shown):
    before = shown.rows()
    shown.ui.esSpinBox.value = 1
    assert "as end-diastole and as end-systole" in shown.problems[0]
    assert shown.ui.esSpinBox.value == 3
    assert shown.rows() == before


def test_what_the_user_enters_of_the_patient_is_measured_at_once(shown):
    shown.patient = Patient(60.0, 180.0, 80.0)
    shown.panel.patient_changed()
    assert shown.rows()["Body surface area"] == "2.00"


def test_a_cine_that_is_chosen_later_is_measured_for_the_patient_once(shown, phantom, monkeypatch):
    other = sequences.add_cine(phantom.cine, "Other")
    segmented(other, phantom)
    shown.patient = Patient(60.0, 180.0, 80.0)
    shown.panel.patient_changed()
    shown.panel.show(other)
    assert shown.rows()["Body surface area"] == "2.00"
    monkeypatch.setattr(results, "measure_again", None)
    for cine in (shown.cine, other):
        shown.panel.show(cine)
        assert shown.rows()["Body surface area"] == "2.00"


def test_looking_at_a_result_does_not_measure_it_for_another_patient(shown):
    shown.patient = Patient(60.0, 180.0, 80.0)
    shown.panel.patient_changed()
    shown.patient = Patient(60.0, 150.0, 50.0)
    shown.panel.show(shown.cine)
    shown.panel.patient_changed()  # another parameter changed
    assert shown.rows()["Body surface area"] == "2.00"


def test_what_is_looked_at_during_a_run_is_not_measured_before_its_end(shown):
    shown.patient, shown.busy = Patient(60.0, 180.0, 80.0), True
    shown.panel.show(shown.cine)
    assert "Body surface area" not in shown.rows()
    shown.busy = False
    shown.panel.show(shown.cine)
    assert "Body surface area" in shown.rows()


def test_a_patient_who_is_impossible_leaves_the_measures_as_they_are(shown):
    def refuse():
        raise ValueError("Expected a height of 30 to 250 cm, found 3.")

    before = shown.rows()
    shown.panel._patient = refuse
    shown.panel.show(shown.cine)
    assert shown.rows() == before
    assert len(shown.problems) == 1


def test_measuring_again_renews_the_table_of_all_cines(shown, phantom):
    other = segmented(sequences.add_cine(phantom.cine, "Other"), phantom)
    examination.update_table([shown.sequence, other])
    rows = examination.study_table().GetNumberOfRows()
    shown.patient = Patient(height_cm=180.0, weight_kg=80.0)
    shown.panel.patient_changed()
    assert examination.study_table().GetNumberOfRows() > rows


def test_update_after_editing_measures_what_is_there(shown):
    proxy = shown.cine.browser.GetProxyNode(shown.sequence)
    mask = slicer.util.arrayFromSegmentBinaryLabelmap(proxy, "RV", shown.cine.volume)
    slicer.util.updateSegmentBinaryLabelmapFromArray(
        np.zeros_like(mask), proxy, "RV", shown.cine.volume
    )
    assert "RV end-diastolic volume" in shown.rows()
    shown.ui.updateButton.click()
    rows = shown.rows()
    assert not {"RV end-diastolic volume", "RV stroke volume", "RV ejection fraction"} & set(rows)
    assert "RV end-systolic volume" in rows


def test_contours_that_were_edited_are_measured_before_they_leave_and_until_then_are_told(shown):
    erase_lv(shown.cine, shown.sequence, 2)
    shown.ui.statusLabel.text = "Done."
    for _look in range(2):
        shown.panel.show(shown.cine)
    reminder = "The contours were edited after they were measured; press Update measures."
    assert shown.ui.statusLabel.text == f"Done. {reminder}"
    before = shown.rows()
    shown.ui.copyButton.click()
    assert shown.rows() != before
    assert shown.ui.statusLabel.text == "Done."
    volume = shown.rows()["LV end-systolic volume"]
    assert f"LV end-systolic volume\t{volume}\t" in slicer.app.clipboard().text()
    shown.panel.show(shown.cine)
    assert shown.ui.statusLabel.text == "Done."


def test_what_is_measured_before_it_leaves_stays_that_of_its_patient(shown):
    shown.patient = Patient(height_cm=180.0, weight_kg=80.0)
    shown.panel.patient_changed()
    erase_lv(shown.cine, shown.sequence, 2)
    shown.patient = Patient(height_cm=150.0, weight_kg=50.0)
    shown.panel.show(shown.cine)
    shown.ui.copyButton.click()
    assert shown.rows()["Body surface area"] == "2.00"


def test_a_click_on_a_finding_goes_to_its_frame(shown):
    report = shown.panel.report
    row = next(row for row, finding in enumerate(report.findings) if finding.frame == 0)
    shown.cine.browser.SetSelectedItemNumber(3)
    shown.ui.findingsList.setCurrentRow(row)
    shown.ui.findingsList.itemClicked.emit(shown.ui.findingsList.item(row))
    assert shown.cine.browser.GetSelectedItemNumber() == 0
    assert shown.ui.findingsList.item(row).text() == report.findings[row].message


def test_a_click_on_a_finding_goes_to_its_slice(cine, phantom):
    """Going to the outermost slice moves the red view by two slices, 20 mm."""
    sequence = segmented(cine, phantom)
    finding = Finding(
        FindingCode.STRUCTURE_GAP,
        Severity.WARNING,
        "The RV is missing in slice 3.",
        frame=3,
        slice=2,
        origin=Origin.CHECK,
    )
    results.keep_report(sequence, replace(results.stored_report(sequence), findings=(finding,)))
    view = slicer.vtkMRMLSliceNode()
    view.SetLayoutName("Red")
    slicer.mrmlScene.AddNode(view)
    display.align_to_slices(view, cine)
    display.go_to(cine, 0, 0)
    shown = Shown(cine, sequence)
    shown.panel.show(cine)
    shown.ui.findingsList.setCurrentRow(0)
    shown.ui.findingsList.itemClicked.emit(shown.ui.findingsList.item(0))
    assert cine.browser.GetSelectedItemNumber() == 3
    plane = slicer.util.arrayFromVTKMatrix(view.GetSliceToRAS())
    offset = np.subtract(display.slice_center_ras(cine, 2), plane[:3, 3]) @ plane[:3, 2]
    assert offset == pytest.approx(0.0, abs=1e-6)


def test_the_gravest_finding_stands_first_and_its_click_goes_to_it(shown, phantom):
    findings = [
        Finding(FindingCode.TIME_GUESSED, Severity.INFO, "Guessed.", origin=Origin.READER),
        Finding(FindingCode.WALL_OPEN, Severity.SERIOUS, "Open.", 1, 2, origin=Origin.CHECK),
        Finding(FindingCode.WALL_OPEN, Severity.WARNING, "Thin.", 3, 0, origin=Origin.CHECK),
    ]
    report = results.stored_report(shown.sequence)
    results.keep_report(shown.sequence, replace(report, findings=tuple(findings)))
    shown.panel.show(shown.cine)
    listed = shown.ui.findingsList
    assert [listed.item(row).text() for row in range(3)] == ["Open.", "Thin.", "Guessed."]
    listed.setCurrentRow(0)
    listed.itemClicked.emit(listed.item(0))
    assert shown.cine.browser.GetSelectedItemNumber() == 1


def test_the_findings_are_seen_whole_at_every_width_up_to_a_limit(shown):
    text = "The apex may be missing: look whether the slices beyond show it, else volumes are small"
    finding = Finding(FindingCode.WALL_OPEN, Severity.INFO, text, origin=Origin.CHECK)
    shown.top.show()
    heights = {}
    for count in (1, 2, 40):
        report = replace(results.stored_report(shown.sequence), findings=(finding,) * count)
        results.keep_report(shown.sequence, report)
        shown.panel.show(shown.cine)
        for width in (400, 700):
            shown.top.resize(width, 1000)
            turn()
            heights[count, width] = shown.ui.findingsList.height
            is_whole = shown.ui.findingsList.verticalScrollBar().maximum == 0
            assert is_whole == (count < 40), (count, width)
    assert heights[1, 700] < heights[1, 400] < heights[2, 400] < heights[40, 400]
    assert heights[40, 400] == results_panel.FINDINGS_HEIGHT
    shown.top.hide()


def test_the_name_of_a_measure_breaks_in_a_narrow_panel_and_every_row_is_seen(shown, monkeypatch):
    names = {"lv_edv": "Time to the peak of the rate of filling of the left ventricle"}
    monkeypatch.setattr(
        results_panel, "measure_cells", lambda measure: (names.get(measure.key, ""), "1.0", "ml")
    )
    shown.top.show()
    shown.panel.show(shown.cine)
    table, heights = shown.ui.measuresTable, {}
    for width in (400, 1000):
        shown.top.resize(width, 1000)
        turn()
        heights[width] = [table.rowHeight(row) for row in (0, 1)]
        assert table.height >= results_panel.HEADER_HEIGHT + table.verticalHeader().length()
    single = results_panel.ROW_HEIGHT
    assert heights[400][0] > single
    assert (heights[400][1], heights[1000]) == (single, [single, single])
    shown.top.hide()


def test_the_measures_fill_the_width_of_the_panel_that_does_not_change(shown):
    shown.top.resize(400, 1000)
    shown.top.show()
    turn()
    table = shown.ui.measuresTable
    for _ in range(2):
        shown.panel.show(shown.cine)
        turn()
        assert table.horizontalHeader().length() == table.viewport().width
    shown.top.hide()


def turn():
    for _ in range(3):
        slicer.app.processEvents()


def test_a_finding_of_the_whole_cine_moves_nothing(cine, phantom):
    sequence = segmented(cine, phantom)
    finding = Finding(
        FindingCode.STROKE_VOLUMES_DIFFER,
        Severity.INFO,
        "The stroke volumes differ.",
        origin=Origin.CHECK,
    )
    results.keep_report(sequence, replace(results.stored_report(sequence), findings=(finding,)))
    shown = Shown(cine, sequence)
    shown.panel.show(cine)
    cine.browser.SetSelectedItemNumber(2)
    shown.ui.findingsList.setCurrentRow(0)
    shown.ui.findingsList.itemClicked.emit(shown.ui.findingsList.item(0))
    assert cine.browser.GetSelectedItemNumber() == 2


def test_the_phases_are_stepped_and_played_with_the_browser_of_the_cine(shown):
    shown.ui.playWidget.onVcrNext()
    assert shown.cine.browser.GetSelectedItemNumber() == 1
    shown.ui.playWidget.setPlaybackEnabled(True)
    assert shown.cine.browser.GetPlaybackActive()
    shown.ui.playWidget.setPlaybackEnabled(False)
    shown.ui.seekWidget.setSelectedItemNumber(3)
    assert shown.cine.browser.GetSelectedItemNumber() == 3


def test_the_keys_of_the_sequence_toolbar_are_left_to_it(shown):
    keys = shown.ui.playWidget.findChildren(qt.QShortcut)
    assert {key.key.toString(): key.enabled for key in keys} == {
        "Ctrl+Shift+Down": False, "Ctrl+Shift+Left": False, "Ctrl+Shift+Right": False,
        "Alt+P": True, "Alt+,": True, "Alt+.": True,
    }  # fmt: skip


def test_without_a_cine_nothing_is_shown(shown):
    shown.panel.show(None)
    assert (shown.panel.cine, shown.panel.sequence) == (None, None)
    assert shown.ui.resultsCollapsibleButton.isHidden()


def test_the_buttons_open_the_segment_editor_and_the_chart(shown, monkeypatch):
    opened = []
    monkeypatch.setattr(display, "open_segment_editor", lambda *arguments: opened.append(arguments))
    monkeypatch.setattr(display, "show_chart", lambda *arguments: opened.append(arguments))
    shown.ui.editButton.click()
    shown.ui.chartButton.click()
    assert opened == [(shown.sequence, shown.cine), (shown.sequence,)]


def test_a_long_axis_plane_shows_its_own_measures_with_units_and_definitions(scene):
    labels = drawn(ED, ES)
    stack = replace(painted(labels), view=View.LAX_4C)
    cine = sequences.add_cine(stack, "Plane")
    sequence = segmentations.add_segmentation(cine, labels, range(2))
    results.keep_report(sequence, make_report(labels, InputSummary.of(stack)))
    shown = Shown(cine, sequence)
    shown.panel.show(cine)
    table = shown.ui.measuresTable
    units = {table.item(row, 0).text(): table.item(row, 2).text() for row in range(table.rowCount)}
    assert (units["MAPSE"], units["LV EF, area–length"], units["LV end-systolic length"]) == (
        "mm",
        "%",
        "mm",
    )
    assert all(table.item(row, 0).toolTip() for row in range(table.rowCount))
    assert float(shown.rows()["MAPSE"]) == pytest.approx(14.0, abs=1.0)
    shown.ui.copyButton.click()
    assert "MAPSE\t" in slicer.app.clipboard().text()


def test_the_table_is_copied_for_a_spreadsheet(shown):
    shown.ui.copyButton.click()
    assert (
        slicer.app.clipboard().text().startswith("Measure\tValue\tUnit\nLV end-diastolic volume\t")
    )


def test_show_in_3d_makes_surfaces_that_stay(shown):
    shown.ui.show3DButton.click()
    shown.cine.browser.SetSelectedItemNumber(2)
    proxy = shown.cine.browser.GetProxyNode(shown.sequence)
    assert proxy.GetSegmentation().ContainsRepresentation("Closed surface")
    shown.ui.show3DButton.click()
    assert not proxy.GetDisplayNode().GetVisibility3D()


def test_a_single_slice_has_no_3d_view(scene):
    phantom = HeartPhantom(**SMALL | {"slices": 1, "empty_slices": (0, 0)})
    cine = sequences.add_cine(phantom.cine, "Slice")
    shown = Shown(cine, segmented(cine, phantom))
    shown.panel.show(cine)
    assert not shown.ui.show3DButton.enabled
    assert "LV end-diastolic area" in shown.rows()


def test_of_two_segmentations_the_newest_is_shown_and_the_other_can_be_chosen(shown, phantom):
    newer = segmented(shown.cine, phantom)
    shown.panel.show(shown.cine)
    assert shown.panel.sequence is newer
    assert not shown.ui.resultComboBox.isHidden()
    shown.ui.resultComboBox.setCurrentIndex(0)
    assert shown.panel.sequence is shown.sequence


def test_a_result_that_was_chosen_is_shown_again_until_a_new_one_comes(shown, phantom):
    newer = segmented(shown.cine, phantom)
    shown.panel.show(shown.cine)
    shown.ui.resultComboBox.setCurrentIndex(0)
    shown.panel.clear()
    shown.panel.show(shown.cine)
    assert shown.panel.sequence is shown.sequence
    assert shown.ui.resultComboBox.currentIndex == 0
    shown.panel.show_new(shown.cine, newer)
    shown.panel.clear()
    shown.panel.show(shown.cine)
    assert shown.panel.sequence is newer


def test_a_cine_without_a_segmentation_empties_the_section(shown, phantom):
    shown.panel.show(sequences.add_cine(phantom.cine, "Other"))
    assert shown.ui.resultsCollapsibleButton.isHidden()
    assert shown.rows() == {}


def test_what_is_due_shortly_ends_with_the_widgets(shown, monkeypatch):
    fitted = []
    monkeypatch.setattr(results_panel.ResultsPanel, "_fit_heights", lambda self: fitted.append(1))
    again = results_panel.ResultsPanel(shown.ui, lambda: shown.patient, shown.problems.append)
    again.show(shown.cine)
    shiboken6.delete(shown.top)
    qt.QTest.qWait(20)
    assert fitted == []
