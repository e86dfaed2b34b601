"""What the network would run on, found out in a child process, so that torch stays out of Slicer's own."""

from __future__ import annotations

from collections.abc import Callable

import slicer
from slicer.i18n import tr as _

from .child_messages import Message
from .child_process import ChildProcess
from .quitting import EndsWithSlicer
from .temporary_folder import TemporaryFolder

COMMAND = (
    "from CMRSegmentationLib.segmenting.inference import choose_device; device, reason = choose_device('auto'); "
    'print(device.type); print(reason); print(\'{"stage": "finished"}\')'
)


class DeviceCheck:
    """A button that runs one convolution on the GPU, if there is one, and says what would be used.

    Args:
        ui: the widgets of the panel by name.
        ensure_torch: returns when PyTorch is there, or raises a RuntimeError that says why not.
    """

    def __init__(self, ui, ensure_torch: Callable[[], None]) -> None:
        self.ui = ui
        self._ensure_torch = ensure_torch
        self._lines: list[str] = []
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
        except RuntimeError as problem:
            self._tell(str(problem))
            return
        self._lines = []
        self._folder = TemporaryFolder(slicer.app.temporaryPath)
        self._child = ChildProcess(self._ignore, self._lines.append, self._ended)
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

    def _ignore(self, message: Message) -> None:
        """The only message is that it has finished."""

    def _ended(self, error: str | None) -> None:
        self._clear_away()
        if error is not None:
            self._tell(_("The device could not be checked: {reason}").format(reason=error))
            return
        device, reason = self._lines[-2:]
        sentence = (
            _("The CPU will be used: {reason}.")
            if device == "cpu"
            else _("The GPU will be used: {reason}.")
        )
        self._tell(sentence.format(reason=reason))

    def _tell(self, sentence: str) -> None:
        self.ui.deviceButton.enabled = True
        self.ui.deviceLabel.text = sentence
