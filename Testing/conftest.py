"""Lets tests in the background, where Ctrl-C is ignored, run like those in a terminal."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Gives Ctrl-C its usual meaning before any test, whoever started the process."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
