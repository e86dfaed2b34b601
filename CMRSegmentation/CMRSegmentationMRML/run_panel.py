"""Apply, Segment all, Cancel and progress.

The part of the panel that starts, follows and ends the child process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import slicer
from slicer.i18n import tr as _

from .child_messages import Message, describe_progress
from .cines import SceneCine
from .examination import Group, update_table
from .log_panel import LogPanel
from .results import stored_report
from .run import Order, RunEvents, SegmentationRun
from .run_log import describe_run
from .torch_setup import Announcer, ExtensionMissingError, install_extension


class RunPanel:
    """One run at a time, of the chosen cine or of a group of cines.

    Args:
        ui: the widgets of the panel by name.
        log: the log of the panel.
        start: starts a run of orders with events; what it raises is shown to the user.
        orders: gives the orders for one cine or several, with what the user chose.
        done: takes the run that has brought results.
        not_done: is called when a run has failed or was canceled, before the user is told: what it
            needed may have gone.
    """

    def __init__(
        self,
        ui,
        log: LogPanel,
        start: Callable[[Sequence[Order], RunEvents], SegmentationRun],
        orders: Callable[[Sequence[SceneCine]], Sequence[Order]],
        done: Callable[[SegmentationRun], None],
        not_done: Callable[[], None],
    ) -> None:
        self.ui, self._log = ui, log
        self._start, self._orders, self._done, self._not_done = start, orders, done, not_done
        self._run: SegmentationRun | None = None
        self._cine: SceneCine | None = None
        self._groups: list[Group] = []
        self._missing = self._status = ""
        self._installing = False
        ui.applyButton.connect("clicked()", self.apply_or_cancel)
        ui.allButton.connect("clicked()", self.segment_all)
        ui.groupComboBox.connect("currentIndexChanged(int)", self._group_chosen)
        self._update()

    @property
    def running(self) -> bool:
        """Whether a child process works."""
        return self._run is not None and self._run.running

    @property
    def announcer(self) -> Announcer:
        """Whom an installation of PyTorch tells what."""
        return Announcer(self._install_begins, self._installer_says, self._install_ends)

    def set_cine(self, cine: SceneCine | None, missing: str) -> None:
        """Says what Apply would segment; without a cine, what is missing."""
        self._cine, self._missing = cine, missing
        self._update()

    def set_groups(self, groups: list[Group]) -> None:
        """Lists what *Segment all* can take: the cines of the scene, and those of each study."""
        combo = self.ui.groupComboBox
        if [combo.itemText(index) for index in range(combo.count)] != [g.title for g in groups]:
            blocked, chosen = combo.blockSignals(True), combo.currentText
            combo.clear()
            for group in groups:
                combo.addItem(group.title)
            combo.setCurrentIndex(max(0, combo.findText(chosen)))
            combo.blockSignals(blocked)
        self._groups = groups
        self._update()

    def apply_or_cancel(self) -> None:
        """What the button does."""
        if self.running:
            self.cancel()
            self._not_done()
            self.ui.statusLabel.text = _("Canceled; the scene is as it was.")
        else:
            self._begin([self._cine])

    def segment_all(self) -> None:
        """Segments every cine of the chosen group in one child."""
        self._begin(self._chosen_group().cines)

    def _begin(self, cines: Sequence[SceneCine]) -> None:
        self._log.begin()
        self.ui.statusLabel.text = _("Starting…")
        self.ui.progressBar.setRange(0, 0)
        events = RunEvents(self._progressed, self._log.add, self._finished, self._failed)
        try:
            with slicer.util.WaitCursor():
                self._run = self._start(self._orders(cines), events)
        except (OSError, ValueError, RuntimeError) as problem:
            self._failed(str(problem))
            _offer_extension(problem)
        self._update()

    def cancel(self) -> None:
        """Ends the child; the scene is as it was."""
        run, self._run = self._run, None
        if run is not None:
            run.cancel()
        self.forget()
        self._update()

    def forget(self) -> None:
        """What was said of one cine is not said of another one; a run that goes on is."""
        if not self.running and not self._installing:
            self.ui.statusLabel.text = ""

    def say(self, sentence: str) -> None:
        """Tells the user something in the panel, if there is something to tell."""
        if sentence:
            self.ui.statusLabel.text = sentence
            self._log.add(sentence)

    def show_problem(self, sentence: str) -> None:
        """Tells the user what went wrong."""
        self.ui.statusLabel.text = sentence
        self._log.add(sentence)
        slicer.util.errorDisplay(sentence)

    def _install_begins(self, sentence: str) -> None:
        self._installing, self._status = True, self.ui.statusLabel.text
        self.ui.progressBar.setRange(0, 0)
        self.ui.statusLabel.text = sentence
        self._log.add(sentence)
        self._update()
        slicer.app.processEvents()

    def _installer_says(self, line: str) -> None:
        self._log.add(line)
        slicer.app.processEvents()

    def _install_ends(self) -> None:
        self._installing = False
        self.ui.statusLabel.text = self._status
        self._update()

    def _progressed(self, message: Message) -> None:
        self.ui.progressBar.setRange(0, message.total if message.total > 1 else 0)
        self.ui.progressBar.setValue(message.done)
        self.ui.statusLabel.text = describe_progress(message)

    def _finished(self, _sequence: slicer.vtkMRMLSequenceNode) -> None:
        run, self._run = self._run, None
        for sequence in run.results:
            for line in describe_run(sequence.GetName(), stored_report(sequence)):
                self._log.add(line)
        for sentence in run.failures:
            self._log.add(sentence)
        self._update()
        together = update_table(run.results)
        for sentence in together:
            self._log.add(sentence)
        self.ui.statusLabel.text = " ".join([_summary(run), *run.kept, *together])
        self._done(run)

    def _failed(self, sentence: str) -> None:
        self._run = None
        self._update()
        self._not_done()
        self.show_problem(sentence)

    def _chosen_group(self) -> Group:
        return self._groups[max(0, self.ui.groupComboBox.currentIndex)]

    def _group_chosen(self, _index: int) -> None:
        self._update()

    def _update(self) -> None:
        running = self.running
        busy = running or self._installing
        self._update_apply(running)
        self._update_all(busy)
        self.ui.progressBar.visible = busy
        self.ui.inputSelector.enabled = not busy
        self.ui.deviceRow.enabled = not busy  # its button is disabled by its own check as well
        self.ui.useLabelsButton.enabled = self._cine is not None and not busy
        self.ui.labelsFileButton.enabled = self._cine is not None and not busy

    def _update_apply(self, running: bool) -> None:
        apply = self.ui.applyButton
        apply.text = _("Cancel") if running else _("Apply")
        apply.enabled = running or (self._cine is not None and not self._installing)
        ready = (
            _("Segment the cine in a separate process") if self._cine is not None else self._missing
        )
        apply.toolTip = _("End the segmentation; the scene stays as it is") if running else ready

    def _update_all(self, busy: bool) -> None:
        several = bool(self._groups) and len(self._groups[0].cines) > 1
        self.ui.allButton.visible = several
        self.ui.groupComboBox.visible = several and len(self._groups) > 1
        self.ui.allButton.enabled = several and not busy
        self.ui.groupComboBox.enabled = not busy
        if several:
            count = len(self._chosen_group().cines)
            self.ui.allButton.text = _("Segment all ({count})").format(count=count)


def _summary(run: SegmentationRun) -> str:
    """What the user reads at the end of a run."""
    done, failed = len(run.results), len(run.failures)
    if not failed:
        return _("Done.") if done == 1 else _("Done: {count} cines.").format(count=done)
    message = _("{done} of {total} cines were segmented. {reasons}")
    return message.format(done=done, total=done + failed, reasons=" ".join(run.failures))


def _offer_extension(problem: Exception) -> None:
    """Offers to install the PyTorch extension where that is what is missing."""
    if isinstance(problem, ExtensionMissingError):
        question = _("Install the extension PyTorch now? Slicer restarts afterwards.")
        if slicer.util.confirmOkCancelDisplay(question):
            install_extension()
