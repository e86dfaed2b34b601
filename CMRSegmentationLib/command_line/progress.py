"""How the command line reports progress: JSON lines for programs, a bar for people, or nothing."""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO


class Reporter:
    """Reports nothing; the base of the others."""

    def __call__(self, stage: str, done: int, total: int, frame: int | None = None) -> None:
        """One step of a stage; see `stages.Progress`."""

    def clear(self) -> None:
        """Makes room for other lines."""

    def finished(self, output: str) -> None:
        """The end of a run in which everything was done."""

    def failed(self, error: str) -> None:
        """The end of a run in which something could not be done."""


class JsonReporter(Reporter):
    """One JSON object a line on standard output."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout

    def write(self, **values: Any) -> None:
        """One line."""
        self.stream.write(json.dumps(values) + "\n")
        self.stream.flush()

    def __call__(self, stage: str, done: int, total: int, frame: int | None = None) -> None:
        """One line such as `{"stage": "infer", "done": 3, "total": 25, "frame": 3}`."""
        self.write(stage=stage, done=done, total=total, frame=frame)

    def finished(self, output: str) -> None:
        """The last line of a run in which everything was done."""
        self.write(stage="finished", output=output)

    def failed(self, error: str) -> None:
        """The last line of a run in which something could not be done."""
        self.write(stage="failed", error=error)


class BarReporter(Reporter):
    """A bar on standard error that is redrawn in place."""

    WIDTH = 24

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.drawn = 0

    def __call__(self, stage: str, done: int, total: int, frame: int | None = None) -> None:
        """Redraws the bar."""
        filled = self.WIDTH * done // max(1, total)
        line = f"{stage:<12}[{'#' * filled}{'.' * (self.WIDTH - filled)}] {done}/{total}"
        self.draw(line)

    def draw(self, line: str) -> None:
        """Replaces the line that is drawn."""
        self.stream.write("\r" + line.ljust(self.drawn))
        self.stream.flush()
        self.drawn = len(line)

    def clear(self) -> None:
        """Wipes the bar off."""
        self.draw("")
        self.draw("")

    def finished(self, output: str) -> None:
        """Wipes the bar off."""
        self.clear()

    def failed(self, error: str) -> None:
        """Wipes the bar off."""
        self.clear()


def make_reporter(name: str) -> Reporter:
    """The reporter for `--progress auto|json|none`; auto draws a bar in a terminal."""
    if name == "json":
        return JsonReporter()
    if name == "auto" and sys.stderr is not None and sys.stderr.isatty():
        return BarReporter()
    return Reporter()
