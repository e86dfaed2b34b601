"""What the network would run on.

A child process finds it out, so that torch stays out of Slicer's own.
"""

from __future__ import annotations

from collections.abc import Callable

import slicer
from slicer.i18n import tr as _

from .child_messages import Message
from .child_process import ChildProcess
from .quitting import EndsWithSlicer
from .temporary_folder import TemporaryFolder

COMMAND = """
import json
from CMRSegmentationLib.segmenting.inference import choose_device
device, reason = choose_device("auto")
print(json.dumps({"stage": "finished", "device": device.type, "reason": reason}))
"""


class DeviceCheck:
    """A button that runs one convolution on the GPU, if there is one, and says what would be used.

    Args:
        ui: the widgets of the panel by name.
        ensure_torch: returns when PyTorch is there, or raises a RuntimeError that says why not.
        log: takes what the child writes beside its answer, such as warnings.
    """

    def __init__(
        self, ui, ensure_torch: Callable[[], None], log: Callable[[str], None] = lambda _line: None
    ) -> None:
        self.ui = ui
        self._ensure_torch, self._log = ensure_torch, log
        self._answer: Message | None = None
        self._child: ChildProcess | None = None
        self._folder: TemporaryFolder | None = None
        self._until_quit = EndsWithSlicer(self.cancel)
        ui.deviceButton.connect("clicked()", self.start)

    def start(self) -> None:
        """Starts the check; returns at once."""
        self.ui.deviceButton.enabled = False
        self.ui.deviceLabel.text = _("Checking…")
        try:
            self._ensure_torch()
            self._launch()
        except (RuntimeError, OSError) as problem:
            self._show(_("The device could not be checked: {reason}").format(reason=problem))

    def _launch(self) -> None:
        self._answer = None
        self._folder = TemporaryFolder(slicer.app.temporaryPath)
        self._child = ChildProcess(self._take, self._log, self._ended)
        self._until_quit.begin()
        self._child.start(["-c", COMMAND], self._folder.path)

    def cancel(self) -> None:
        """Ends the check."""
        child, self._child = self._child, None
        if child is not None and child.running:
            child.cancel()
            self._clear_away()

    def _clear_away(self) -> None:
        self._folder.remove()
        self._until_quit.end()

    def _take(self, message: Message) -> None:
        self._answer = message

    def _ended(self, error: str | None) -> None:
        self._clear_away()
        if error is not None:
            self._show(_("The device could not be checked: {reason}").format(reason=error))
            return
        sentence = (
            _("The CPU will be used: {reason}.")
            if self._answer.device == "cpu"
            else _("The GPU will be used: {reason}.")
        )
        self._show(sentence.format(reason=self._answer.reason))

    def _show(self, sentence: str) -> None:
        self.ui.deviceButton.enabled = True
        self.ui.deviceLabel.text = sentence
