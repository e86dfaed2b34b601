"""Ends a process with all its children.

PythonSlicer is a launcher, so the process that works is a child of it.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
PS_COMMAND = ("ps", "-A", "-o", "pid=,ppid=")

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
    children: dict[int, list[int]] = {}
    for child, parent in _children_and_parents():
        children.setdefault(parent, []).append(child)
    found = [process_id]
    for parent in found:
        found += children.get(parent, [])
    return found[1:]


def _children_and_parents() -> Iterator[tuple[int, int]]:
    """Every process with its parent: from `/proc` on Linux, where containers lack `ps`."""
    if (PROC / "self" / "stat").exists():
        yield from _from_proc()
        return
    try:
        done = subprocess.run(PS_COMMAND, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        LOGGER.warning("The processes cannot be listed; children of the process may go on.")
        return
    for line in done.stdout.splitlines():
        child, parent = line.split()
        yield int(child), int(parent)


def _from_proc() -> Iterator[tuple[int, int]]:
    """The parent is the second field after the name, which stands in brackets: proc(5)."""
    for file in PROC.glob("[0-9]*/stat"):
        try:
            fields = file.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            LOGGER.debug("%s had ended already.", file.parent.name)
            continue
        yield int(file.parent.name), int(fields[1])
