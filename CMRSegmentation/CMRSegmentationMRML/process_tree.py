"""Ends a process with all its children.

PythonSlicer is a launcher, so the process that works is a child of it.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess

LOGGER = logging.getLogger(__name__)


def end_process_tree(process_id: int) -> None:
    """Ends a process and its descendants at once; those that are gone already are passed over."""
    if os.name == "nt":
        command = ["taskkill", "/PID", str(process_id), "/T", "/F"]
        subprocess.run(
            command, capture_output=True, check=False, creationflags=subprocess.CREATE_NO_WINDOW
        )
        return
    for descendant in [*descendants(process_id), process_id]:
        try:
            os.kill(descendant, signal.SIGKILL)
        except ProcessLookupError:
            LOGGER.debug("Process %d had ended already.", descendant)


def descendants(process_id: int) -> list[int]:
    """The children of a process, their children and so on (POSIX only)."""
    table = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    children: dict[int, list[int]] = {}
    for line in table.splitlines():
        child, parent = (int(field) for field in line.split())
        children.setdefault(parent, []).append(child)
    found = [process_id]
    for parent in found:
        found += children.get(parent, [])
    return found[1:]
