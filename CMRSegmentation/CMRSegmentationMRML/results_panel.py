"""The Results section of the panel.

Phases, measures, findings, and what can be done with a segmentation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import qt
import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.findings import Finding, Severity
from CMRSegmentationLib.patient import AUTOMATIC, ChosenPhases, Patient
from CMRSegmentationLib.reporting.report import ClinicalReport

from . import display, export, results
from .cines import SceneCine
from .examination import renew_table, study_table
from .export_panel import ExportPanel
from .library_words import definition_text, finding_text, measure_cells
from .regional_panel import RegionalPanel
from .segmentations import join_browser, segmentations_of, shown_segmentation
from .shown_results import choose_result, follow_cine
from .soon import once_soon
from .trust_panel import TrustPanel
from .trust_words import doubt_of

SEVERITY_ICONS = {
    Severity.INFO: qt.QStyle.SP_MessageBoxInformation,
    Severity.WARNING: qt.QStyle.SP_MessageBoxWarning,
    Severity.SERIOUS: qt.QStyle.SP_MessageBoxCritical,
}
RIGHT = qt.Qt.AlignRight | qt.Qt.AlignVCenter
ROW_HEIGHT, HEADER_HEIGHT, FINDINGS_HEIGHT = 22, 24, 200
SIGN_SIZE = 12
"""Of a warning beside a number, in pixels; a larger one takes the room of the names."""


class ResultsPanel:
    """Shows the segmentations of one cine at a time.

    Args:
        ui: the widgets of the panel by name.
        patient: gives what the user entered.
        report_problem: takes one sentence for the user.
        log: takes what an export has to say.
        is_busy: whether a run is going on; what is only looked at is not measured meanwhile.
    """

    def __init__(
        self,
        ui,
        patient: Callable[[], Patient],
        report_problem: Callable[[str], None],
        log: Callable[[str], None] = lambda _line: None,
        is_busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self.ui = ui
        self._patient, self._report_problem, self._is_busy = patient, report_problem, is_busy
        self._measured_for: Patient | None = Patient()
        self._refused = ""
        self._wants_surfaces = False
        self.cine: SceneCine | None = None
        self.sequence: slicer.vtkMRMLSequenceNode | None = None
        self.report: ClinicalReport | None = None
        self.trust = TrustPanel(ui)
        self.regional = RegionalPanel(ui, self._measure)
        self.exports = ExportPanel(ui, log, report_problem, self._renew)
        self._soon = once_soon(ui.measuresTable, self._fit_heights)
        self._prepare_table()
        leave_to_toolbar(ui.playWidget)
        self._connect()
        self.clear()

    def _prepare_table(self) -> None:
        self.ui.measuresTable.setHorizontalHeaderLabels([_("Measure"), _("Value"), _("Unit")])
        header = self.ui.measuresTable.horizontalHeader()
        header.setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        header.setSectionResizeMode(0, qt.QHeaderView.Stretch)
        header.setFixedHeight(HEADER_HEIGHT)
        header.connect("sectionResized(int,int,int)", self._width_changed)
        self.ui.measuresTable.setIconSize(qt.QSize(SIGN_SIZE, SIGN_SIZE))
        self.ui.measuresTable.verticalHeader().hide()
        self.ui.measuresTable.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self.ui.measuresTable.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.ui.measuresTable.setVerticalScrollBarPolicy(qt.Qt.ScrollBarAlwaysOff)

    def _connect(self) -> None:
        ui = self.ui
        for button, slot in (
            (ui.edButton, self.go_to_ed),
            (ui.esButton, self.go_to_es),
            (ui.automaticPhasesButton, self.use_automatic_phases),
            (ui.chartButton, self.show_chart),
            (ui.editButton, self.edit),
            (ui.updateButton, self.update_measures),
            (ui.copyButton, self.copy_table),
            (ui.studyButton, self.show_study),
        ):
            button.connect("clicked()", slot)
        ui.show3DButton.connect("clicked(bool)", self.show_surfaces)
        ui.edSpinBox.connect("valueChanged(int)", self._phases_edited)
        ui.esSpinBox.connect("valueChanged(int)", self._phases_edited)
        ui.findingsList.connect("itemClicked(QListWidgetItem*)", self._finding_clicked)
        ui.resultComboBox.connect("currentIndexChanged(int)", self._result_chosen)

    def clear(self) -> None:
        """Shows that there is no segmentation."""
        self.cine = self.sequence = self.report = None
        self._remind(edited=False)
        self.ui.resultsCollapsibleButton.visible = False
        self.ui.resultComboBox.visible = False
        self.ui.seekWidget.setMRMLSequenceBrowserNode(None)
        self.ui.playWidget.setMRMLSequenceBrowserNode(None)
        self.ui.measuresTable.setRowCount(0)
        self.ui.findingsList.clear()
        self.trust.clear()
        self.regional.clear()
        self.exports.clear()

    def show(
        self, cine: SceneCine | None, sequence: slicer.vtkMRMLSequenceNode | None = None
    ) -> None:
        """Shows a segmentation of a cine.

        Args:
            cine: a cine of the scene; None shows nothing.
            sequence: is shown from now on; None for the one that was last, else the newest.
        """
        if sequence is not None:
            choose_result(sequence)
            renew_table(sequence)
        if cine is not None:
            follow_cine(cine)
        chosen = shown_segmentation(cine) if cine is not None else None
        report = results.stored_report(chosen) if chosen is not None else None
        if cine is None or report is None or cine.browser is None:
            self.clear()
            return
        join_browser(chosen, cine)
        self.cine, self.sequence = cine, chosen
        self._fill_choice(segmentations_of(cine))
        self.ui.resultsCollapsibleButton.visible = True
        self.ui.seekWidget.setMRMLSequenceBrowserNode(cine.browser)
        self.ui.playWidget.setMRMLSequenceBrowserNode(cine.browser)
        self.ui.studyButton.visible = study_table() is not None
        known = results.measured_patient(chosen)
        self._show_report(report)
        self._follow_surfaces()
        self._remind(edited=not results.is_measured(chosen, cine))
        if known == Patient():
            self._measure_for_patient(known)
        else:  # what is known of a patient is replaced by what is entered, not by a look
            self._measured_for = self._entered_patient()

    def show_new(self, cine: SceneCine, sequence: slicer.vtkMRMLSequenceNode) -> None:
        """Shows a result that has just come; in 3-D too if the last one was shown there."""
        self.show(cine, sequence)
        self._measure_for_patient(results.measured_patient(sequence))
        if self._wants_surfaces and self.ui.show3DButton.enabled:
            self.show_surfaces(True)

    def show_newest_of(
        self, cine: SceneCine, sequences: Sequence[slicer.vtkMRMLSequenceNode]
    ) -> None:
        """Shows the one of these new results that was made from a cine, if one was."""
        of_cine = segmentations_of(cine)
        for sequence in sequences:
            if sequence in of_cine:
                self.show_new(cine, sequence)

    def _follow_surfaces(self) -> None:
        """The button says what the view shows; a single slice has no surface worth showing."""
        button = self.ui.show3DButton
        button.enabled = not self.report.is_single_slice
        blocked = button.blockSignals(True)
        button.checked = display.shows_surfaces(self.sequence, self.cine)
        button.blockSignals(blocked)

    def _fill_choice(self, found: list[slicer.vtkMRMLSequenceNode]) -> None:
        combo = self.ui.resultComboBox
        blocked = combo.blockSignals(True)
        combo.clear()
        for sequence in found:
            combo.addItem(sequence.GetName(), sequence.GetID())
        combo.setCurrentIndex(found.index(self.sequence))
        combo.blockSignals(blocked)
        combo.visible = len(found) > 1

    def _result_chosen(self, index: int) -> None:
        sequence = (
            slicer.mrmlScene.GetNodeByID(self.ui.resultComboBox.itemData(index))
            if index >= 0
            else None
        )
        if sequence is not None and self.cine is not None:
            self.show(self.cine, sequence)

    def _show_report(self, report: ClinicalReport) -> None:
        self.report = report
        self._show_phases(report)
        table = self.ui.measuresTable
        table.setRowCount(len(report.measures))
        for row, measure in enumerate(report.measures):
            doubt = doubt_of(report, measure)
            for column, text in enumerate(measure_cells(measure)):
                item = qt.QTableWidgetItem(text)
                item.setToolTip("\n".join(filter(None, (doubt, definition_text(measure)))))
                table.setItem(row, column, item)
            table.item(row, 1).setTextAlignment(RIGHT)
            if doubt:
                table.item(row, 1).setIcon(self._icon(Severity.WARNING))
        table.setFixedHeight(self._height_of_all_rows())
        self.ui.findingsList.clear()
        self.ui.findingsList.visible = len(report.findings) > 0
        self.ui.findingsLabel.text = (
            _("Findings (click to go there):") if report.findings else _("No findings.")
        )
        for finding in _gravest_first(report.findings):
            self.ui.findingsList.addItem(self._finding_item(finding))
        self._width_changed()
        self.trust.show(self.cine, report)
        self.regional.show(self.cine, self.sequence, report)
        self.exports.show(self.cine, self.sequence, report)

    def _height_of_all_rows(self) -> int:
        """The panel scrolls already; a table that scrolled within it would hide its last rows."""
        table = self.ui.measuresTable
        return HEADER_HEIGHT + table.verticalHeader().length() + 2 * table.frameWidth

    def _width_changed(self, *_sizes: int) -> None:
        """Long texts break in other places; the list has its new width shortly."""
        self._soon.start()

    def _fit_heights(self) -> None:
        """Makes table and list as high as their contents, the list up to a limit."""
        self.ui.measuresTable.resizeRowsToContents()
        self.ui.measuresTable.setFixedHeight(self._height_of_all_rows())
        findings = self.ui.findingsList
        if findings.count > 0:
            findings.doItemsLayout()
            last = findings.visualItemRect(findings.item(findings.count - 1))
            height = last.bottom() + 1 + 2 * findings.frameWidth
            findings.setFixedHeight(min(height, FINDINGS_HEIGHT))

    def _finding_item(self, finding: Finding):
        return qt.QListWidgetItem(self._icon(finding.severity), finding_text(finding))

    def _icon(self, severity: Severity):
        return self.ui.findingsList.style().standardIcon(SEVERITY_ICONS[severity])

    def _show_phases(self, report: ClinicalReport) -> None:
        es_value = 0 if report.es_frame is None else report.es_frame + 1
        for box, value in ((self.ui.edSpinBox, report.ed_frame + 1), (self.ui.esSpinBox, es_value)):
            blocked = box.blockSignals(True)
            box.setMaximum(report.frames)
            box.setValue(value)
            box.blockSignals(blocked)
        self.ui.esButton.enabled = report.es_frame is not None

    def _phases_edited(self, _value: int) -> None:
        if self.sequence is None:
            return
        before = results.chosen_phases(self.sequence)
        ed, es = self.ui.edSpinBox.value - 1, self.ui.esSpinBox.value - 1
        try:
            results.choose_phases(self.sequence, ChosenPhases(ed, es if es >= 0 else None))
        except ValueError as problem:
            self._report_problem(str(problem))
            self._show_phases(self.report)
            return
        if not self._measure():
            results.choose_phases(self.sequence, before)
            self._show_phases(self.report)

    def use_automatic_phases(self) -> None:
        """Takes end-diastole and end-systole from the curve again."""
        results.choose_phases(self.sequence, AUTOMATIC)
        self._measure()

    def patient_changed(self) -> None:
        """Measures again what was measured with another heart rate, height or weight."""
        if self.sequence is None:
            return
        patient = self._entered_patient()
        if patient is not None and patient != self._measured_for:
            self._measured_for = patient
            self._measure()

    def _measure_for_patient(self, known: Patient) -> None:
        """Measures again what was measured with less than was entered, unless a run is going on."""
        self._measured_for = known
        if not self._is_busy():
            self.patient_changed()

    def _entered_patient(self) -> Patient | None:
        """What the user entered; None if a number is impossible, which the user hears of once."""
        try:
            patient = self._patient()
        except ValueError as problem:
            if str(problem) != self._refused:
                self._refused = str(problem)
                self._report_problem(self._refused)
            return None
        self._refused = ""
        return patient

    def update_measures(self) -> None:
        """Measures what the segmentation holds now."""
        with slicer.util.WaitCursor():
            self._measure()

    def _measure(self, patient: Patient | None = None) -> bool:
        try:
            patient = patient or self._patient()
            report = results.measure_again(self.sequence, self.cine, patient)
        except ValueError as problem:
            self._report_problem(str(problem))
            return False
        self._remind(edited=False)
        self._show_report(report)
        renew_table(self.sequence)
        return True

    def _remind(self, edited: bool) -> None:
        """Adds that contours were edited after they were measured, as long as that is so."""
        reminder = _("The contours were edited after they were measured; press Update measures.")
        said = self.ui.statusLabel.text.replace(reminder, "").strip()
        self.ui.statusLabel.text = f"{said} {reminder}".strip() if edited else said

    def _renew(self) -> bool:
        """Measures what was edited since, for the same patient; whether the report fits now."""
        if results.is_measured(self.sequence, self.cine):
            return True
        return self._measure(results.measured_patient(self.sequence))

    def go_to_ed(self) -> None:
        """Shows end-diastole."""
        display.go_to(self.cine, self.report.ed_frame)

    def go_to_es(self) -> None:
        """Shows end-systole."""
        display.go_to(self.cine, self.report.es_frame)

    def _finding_clicked(self, _item) -> None:
        finding = _gravest_first(self.report.findings)[self.ui.findingsList.currentRow]
        display.go_to(self.cine, finding.frame, finding.slice)

    def show_surfaces(self, visible: bool) -> None:
        """Shows or hides the surfaces of all phases."""
        self._wants_surfaces = visible
        if self.sequence is not None:
            with slicer.util.WaitCursor():
                display.show_surfaces(self.sequence, self.cine, visible)
            self._follow_surfaces()

    def show_study(self) -> None:
        """Shows the table of the examination."""
        table = study_table()
        if table is not None:
            display.show_table(table)

    def show_chart(self) -> None:
        """Shows the volume curves."""
        display.show_chart(self.sequence)

    def edit(self) -> None:
        """Opens the current phase in the Segment Editor.

        What is changed there is kept in the phase.
        """
        display.open_segment_editor(self.sequence, self.cine)

    def copy_table(self) -> None:
        """Copies the measures."""
        if not self._renew():
            return
        slicer.app.clipboard().setText(export.measures_as_text(self.report))


def leave_to_toolbar(play_widget) -> None:
    """Takes the keys of Slicer's sequence toolbar off a play widget, which has them by default.

    Qt gives a key that two widgets claim to neither.
    """
    for shortcut in play_widget.findChildren(qt.QShortcut):
        if shortcut.key.toString().startswith("Ctrl+Shift+"):
            shortcut.enabled = False


def _gravest_first(findings: Sequence[Finding]) -> list[Finding]:
    """The findings as they are listed."""
    order = list(SEVERITY_ICONS)
    return sorted(findings, key=lambda finding: -order.index(finding.severity))
