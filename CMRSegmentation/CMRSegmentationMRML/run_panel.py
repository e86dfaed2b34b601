"""Apply, Cancel, progress and log.

The part of the panel that starts, follows and ends the child process.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import slicer
from slicer.i18n import tr as _

from .child_messages import Message, describe_progress
from .cines import SceneCine
from .run import RunEvents, SegmentationRun
from .settings import RunSettings
from .torch_setup import ExtensionMissingError, install_extension

LOGGER = logging.getLogger(__name__)


class RunPanel:
    """One run at a time.

    Args:
        ui: the widgets of the panel by name.
        start: starts a run for a cine, settings and events; what it raises is shown to the user.
        settings: gives what the user chose.
        done: takes the new segmentation sequence.
        not_done: is called when a run has failed, before the user is told: what it needed may have
            gone.
    """

    def __init__(
        self,
        ui,
        start: Callable[[SceneCine, RunSettings, RunEvents], SegmentationRun],
        settings: Callable[[], RunSettings],
        done: Callable[[slicer.vtkMRMLSequenceNode], None],
        not_done: Callable[[], None],
    ) -> None:
        self.ui = ui
        self._start, self._settings, self._done, self._not_done = start, settings, done, not_done
        self._run: SegmentationRun | None = None
        self._cine: SceneCine | None = None
        self._missing = ""
        ui.applyButton.connect("clicked()", self.apply_or_cancel)
        ui.logButton.connect("toggled(bool)", ui.logText.setVisible)
        self._update()

    @property
    def running(self) -> bool:
        """Whether a child process works."""
        return self._run is not None and self._run.running

    def set_cine(self, cine: SceneCine | None, missing: str) -> None:
        """Says what Apply would segment; without a cine, what is missing."""
        self._cine, self._missing = cine, missing
        self._update()

    def apply_or_cancel(self) -> None:
        """What the button does."""
        if self.running:
            self.cancel()
            self.ui.statusLabel.text = _("Canceled; the scene is as it was.")
            return
        self.ui.logText.clear()
        self.ui.statusLabel.text = _("Starting…")
        self.ui.progressBar.setRange(0, 0)
        events = RunEvents(self._progressed, self.log, self._finished, self._failed)
        try:
            with slicer.util.WaitCursor():
                self._run = self._start(self._cine, self._settings(), events)
        except (OSError, ValueError, RuntimeError) as problem:
            self._failed(str(problem))
            _offer_extension(problem)
        self._update()

    def cancel(self) -> None:
        """Ends the child; the scene is as it was."""
        run, self._run = self._run, None
        if run is not None:
            run.cancel()
        self._update()

    def log(self, line: str) -> None:
        """Adds a line to the log."""
        LOGGER.debug("%s", line)
        self.ui.logText.appendPlainText(line)

    def show_problem(self, sentence: str) -> None:
        """Tells the user what went wrong."""
        self.ui.statusLabel.text = sentence
        self.log(sentence)
        slicer.util.errorDisplay(sentence)

    def _progressed(self, message: Message) -> None:
        self.ui.progressBar.setRange(0, message.total if message.total > 1 else 0)
        self.ui.progressBar.setValue(message.done)
        self.ui.statusLabel.text = describe_progress(message)

    def _finished(self, sequence: slicer.vtkMRMLSequenceNode) -> None:
        self._run = None
        self.ui.statusLabel.text = _("Done.")
        self._update()
        self._done(sequence)

    def _failed(self, sentence: str) -> None:
        self._run = None
        self._update()
        self._not_done()
        self.show_problem(sentence)

    def _update(self) -> None:
        apply = self.ui.applyButton
        running = self.running
        apply.text = _("Cancel") if running else _("Apply")
        apply.enabled = running or self._cine is not None
        ready = (
            _("Segment the cine in a separate process") if self._cine is not None else self._missing
        )
        apply.toolTip = _("End the segmentation; the scene stays as it is") if running else ready
        self.ui.progressBar.visible = running
        self.ui.inputSelector.enabled = not running


def _offer_extension(problem: Exception) -> None:
    """Offers to install the PyTorch extension where that is what is missing."""
    if isinstance(problem, ExtensionMissingError):
        question = _("Install the extension PyTorch now? Slicer restarts afterwards.")
        if slicer.util.confirmOkCancelDisplay(question):
            install_extension()
