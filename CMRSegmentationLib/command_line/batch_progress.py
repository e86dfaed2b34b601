"""How far a batch is: one line that is redrawn in a terminal, or JSON lines."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from CMRSegmentationLib.command_line.progress import BarReporter, JsonReporter, Reporter


@dataclass
class BatchProgress:
    """Counts studies and estimates the time that remains.

    Attributes:
        total: studies.
        reporter: where it goes.
        clock: gives seconds.
        done: studies that are finished, failed or not.
        failed: those of them that failed.
        worked: those of them that were not found finished; the rate rests on them.
    """

    total: int
    reporter: Reporter
    clock: Callable[[], float] = time.monotonic
    done: int = 0
    failed: int = 0
    worked: int = 0
    start: float = field(init=False)

    def __post_init__(self) -> None:
        self.start = self.clock()

    def add(self, *, has_failed: bool, is_unchanged: bool) -> None:
        """Counts a study and reports."""
        self.done += 1
        self.failed += has_failed
        self.worked += not is_unchanged
        if isinstance(self.reporter, BarReporter):
            self.reporter.draw(self.line())
        elif isinstance(self.reporter, JsonReporter):
            self.reporter.write(stage="batch", done=self.done, total=self.total, failed=self.failed)

    def line(self) -> str:
        """Such as `12 of 40 studies, 1 failed, 2.1 s each, 0:59 left`."""
        text = f"{self.done} of {self.total} studies, {self.failed} failed"
        if not self.worked:
            return text
        seconds = (self.clock() - self.start) / self.worked
        left = round(seconds * (self.total - self.done))
        return f"{text}, {seconds:.1f} s each, {left // 60}:{left % 60:02d} left"
