"""What the network would run on, found out in a child process, so that torch stays out of Slicer's own."""

from __future__ import annotations

from collections.abc import Callable

import slicer
from slicer.i18n import tr as _

from .child_messages import Message
from .child_process import ChildProcess, TemporaryFolder

COMMAND = (
    "from CMRSegmentationLib.inference import choose_device; device, reason = choose_device('auto'); "
    'print(device.type); print(reason); print(\'{"stage": "finished"}\')'
)


class DeviceCheck:
    """Runs one convolution on the GPU, if there is one.

    Args:
        tell: takes one sentence for the user when the check has ended.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._lines: list[str] = []
        self._child = ChildProcess(self._ignore, self._lines.append, self._ended)
        self._folder: TemporaryFolder | None = None

    def start(self) -> None:
        """Starts the check; returns at once."""
        self._folder = TemporaryFolder(slicer.app.temporaryPath)
        self._child.start(["-c", COMMAND], self._folder.path)

    def cancel(self) -> None:
        """Ends the check."""
        self._child.cancel()
        if self._folder is not None:
            self._folder.remove()

    def _ignore(self, message: Message) -> None:
        """The only message is that it has finished."""

    def _ended(self, error: str | None) -> None:
        self._folder.remove()
        if error is not None or len(self._lines) < 2:
            self._tell(_("The device could not be checked: {reason}").format(reason=error))
            return
        device, reason = self._lines[-2:]
        if device == "cpu":
            self._tell(_("The CPU will be used: {reason}.").format(reason=reason))
        else:
            self._tell(_("The GPU will be used: {name}.").format(name=reason))
