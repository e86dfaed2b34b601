"""The buttons that write results into a folder: report and labels, phases, PDF, DICOM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.reporting import dicom_out
from CMRSegmentationLib.reporting.report import ClinicalReport
from CMRSegmentationLib.reporting.results import PDF_FILE

from . import dicom_database, export, highdicom_setup
from .cines import SceneCine
from .dicom_source import SourceUnknownError, sources_of
from .folder_choice import chosen_folder
from .python_packages import installed_version
from .result_export import ResultExport, copy_files
from .soon import once_soon

PDF_OPTIONS = ("--pdf",)
DICOM_OPTIONS = ("--dicom-seg", "--dicom-sr")
DICOM_FILES = (dicom_out.SEGMENTATION_FILE, dicom_out.REPORT_FILE)


class ExportPanel:
    """Writes files of the result that is shown, one export at a time.

    Args:
        ui: the widgets of the panel by name.
        log: takes what the child writes beside its messages.
        report_problem: takes one sentence for the user.
        renew: measures what was edited since, and shows it; whether the report is of the contours
            that are there now.
    """

    def __init__(
        self,
        ui,
        log: Callable[[str], None],
        report_problem: Callable[[str], None],
        renew: Callable[[], bool],
    ) -> None:
        self.ui, self._log, self._report_problem, self._renew = ui, log, report_problem, renew
        self._result: tuple[slicer.vtkMRMLSequenceNode, SceneCine, ClinicalReport] | None = None
        self._export = ResultExport(log, self._failed)
        ui.exportButton.connect("clicked()", self.export_results)
        ui.exportPhasesButton.connect("clicked()", self.export_phases)
        ui.pdfButton.connect("clicked()", self.export_pdf)
        ui.dicomButton.connect("clicked()", self.export_dicom)
        self._dicom_tip = ui.dicomButton.toolTip
        self._soon = once_soon(ui.exportLabel, self._update)
        self._update()

    @property
    def running(self) -> bool:
        """Whether something is being written."""
        return self._export.running

    def clear(self) -> None:
        """There is no result; what is being written goes on."""
        self._result = None
        self._update()

    def show(
        self, cine: SceneCine, sequence: slicer.vtkMRMLSequenceNode, report: ClinicalReport
    ) -> None:
        """Takes the result that is shown."""
        self._result = (sequence, cine, report)
        if not self.running:
            self.ui.exportLabel.text = ""
        self._update()

    def cancel(self) -> None:
        """Ends what is being written."""
        self._export.cancel()
        self._update()

    def export_results(self) -> None:
        """Asks for a folder and writes report, tables and labels."""
        folder = chosen_folder(_("Folder for the results"), export.RESULT_FILES)
        if folder is not None and self._renew():
            self._write(lambda: export.export_results(*self._result, folder))

    def export_phases(self) -> None:
        """Asks for a folder and writes a segmentation for each phase."""
        sequence, _cine, _report = self._result
        folder = chosen_folder(_("Folder for the results"), export.phase_files(sequence))
        if folder is not None:
            self._write(lambda: export.export_phases(sequence, folder))

    def _write(self, write: Callable[[], tuple[Path, ...]]) -> None:
        try:
            with slicer.util.WaitCursor():
                files = write()
        except OSError as problem:
            self._report_problem(
                _("The results could not be written: {reason}").format(reason=problem)
            )
            return
        slicer.util.showStatusMessage(
            _("{count} files were written.").format(count=len(files)), 5000
        )

    def export_pdf(self) -> None:
        """Asks for a folder and writes `report.pdf`; says what to install where that is missing."""
        if installed_version("matplotlib") is None:
            self._report_problem(
                _(
                    "The PDF is drawn with matplotlib, which Slicer's Python does not have: enter "
                    "slicer.util.pip_install('matplotlib') in the Python Console, then export "
                    "again. All other exports do without."
                )
            )
            return
        folder = chosen_folder(_("Folder for the report"), (PDF_FILE,))
        if folder is not None and self._renew():
            self._begin(PDF_OPTIONS, lambda written: self._say_written(written, folder))

    def export_dicom(self) -> None:
        """Asks for a folder, writes a Segmentation and a Structured Report, and files them."""
        _sequence, cine, _report = self._result
        try:
            like = sources_of(cine)
            highdicom_setup.ensure_highdicom(self._log)
        except (SourceUnknownError, highdicom_setup.HighdicomUnavailableError) as problem:
            self._report_problem(str(problem))
            return
        folder = chosen_folder(_("Folder for the DICOM files"), DICOM_FILES)
        if folder is not None and self._renew():
            self._begin(DICOM_OPTIONS, lambda written: self._file_dicom(written, folder), like)

    def _file_dicom(self, written: Path, folder: Path) -> None:
        self._say_written(written, folder)
        if dicom_database.is_open() and dicom_database.add_to_database(written):
            self.ui.exportLabel.text += " " + _("They are in Slicer's DICOM database, too.")

    def _begin(
        self, options: Sequence[str], written: Callable[[Path], None], like: Sequence[Path] = ()
    ) -> None:
        self.ui.exportLabel.text = _("Writing…")
        try:
            with slicer.util.WaitCursor():
                self._export.start(self._result, options, written, like)
        except (OSError, ValueError) as problem:
            self._failed(str(problem))
        self._update()

    def _say_written(self, written: Path, folder: Path) -> None:
        files = copy_files(written, folder)
        names = ", ".join(file.name for file in files)
        self.ui.exportLabel.text = _("Written: {names}.").format(names=names)
        self._soon.start()

    def _failed(self, sentence: str) -> None:
        self.ui.exportLabel.text = _("Nothing was exported.")
        self._soon.start()
        self._report_problem(
            _("The results could not be exported: {reason}").format(reason=sentence)
        )

    def _update(self) -> None:
        ready = self._result is not None and not self.running
        self.ui.pdfButton.enabled = ready
        reason = self._no_dicom()
        self.ui.dicomButton.enabled = ready and not reason
        self.ui.dicomButton.toolTip = reason or self._dicom_tip
        self.ui.exportLabel.visible = bool(self.ui.exportLabel.text)

    def _no_dicom(self) -> str:
        """Why there can be no DICOM results of the cine that is shown; empty if there can."""
        if self._result is None:
            return ""
        try:
            sources_of(self._result[1])
        except SourceUnknownError as problem:
            return str(problem)
        return ""
