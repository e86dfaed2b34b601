"""What has to end when Slicer quits; Slicer does not promise to call a module's `cleanup` then."""

from __future__ import annotations

from collections.abc import Callable

import slicer

QUIT_SIGNAL = "aboutToQuit()"


class EndsWithSlicer:
    """Calls a function when Slicer quits, between `begin` and `end`.

    Args:
        stop: ends what runs; it may call `end`.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._connected = False

    def begin(self) -> None:
        """From now on the function is called when Slicer quits."""
        if not self._connected:
            slicer.app.connect(QUIT_SIGNAL, self._stop)
            self._connected = True

    def end(self) -> None:
        """From now on it is not."""
        if self._connected:
            slicer.app.disconnect(QUIT_SIGNAL, self._stop)
            self._connected = False
