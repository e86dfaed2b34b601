"""Stages of the work: their progress, how long they took, and whether to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from CMRSegmentationLib.errors import UserError


class Progress(Protocol):
    """Called with how far a stage has come; `frame` is the 0-based frame at work, if any."""

    def __call__(self, stage: str, done: int, total: int, frame: int | None = None) -> None:
        """Takes note of a step."""


class StoppedError(UserError, RuntimeError):
    """`should_stop` asked for an end."""


@dataclass
class Stages:
    """Reports progress, asks whether to stop, and adds up the seconds of every stage."""

    progress: Progress | None = None
    should_stop: Callable[[], bool] | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Counts what happens within as seconds of a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start

    @contextmanager
    def whole(self, stage: str) -> Iterator[None]:
        """A stage of one step: timed, and reported at its start and at its end.

        Raises:
            StoppedError: if the caller wants an end.
        """
        self.tell(stage, 0, 1)
        with self.time(stage):
            yield
        self.tell(stage, 1, 1)

    def tell(self, stage: str, done: int, total: int, frame: int | None = None) -> None:
        """Passes the progress on.

        Raises:
            StoppedError: if the caller wants an end.
        """
        if self.should_stop is not None and self.should_stop():
            raise StoppedError(f"Stopped during {stage}.")
        if self.progress is not None:
            self.progress(stage, done, total, frame)
