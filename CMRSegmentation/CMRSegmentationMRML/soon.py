"""What is done shortly, once, however often it becomes due until then."""

from __future__ import annotations

from collections.abc import Callable

import qt


def once_soon(owner, do: Callable[[], None]) -> qt.QTimer:
    """A timer whose `start()` lets a function be called when the events at hand are dealt with.

    Args:
        owner: the widget with which the timer ends.
        do: what is called.
    """
    timer = qt.QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(0)
    timer.connect("timeout()", do)
    return timer
