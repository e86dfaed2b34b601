"""What commands say while they work: every message once, with the time for those that run long."""

from __future__ import annotations

import logging
import sys
import time

from tqdm import tqdm

LOGGER = logging.getLogger(__name__)

LINE_EVERY_S = 60.0


class Once(logging.Filter):
    """Lets a warning pass once: a reader finds the same thing in every phase of a patient."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to show the record."""
        if record.levelno != logging.WARNING:
            return True
        message = record.getMessage()
        if message in self._seen:
            return False
        self._seen.add(message)
        return True


def start_logging(*, times: bool = False) -> None:
    """Messages of level INFO and above go to standard error."""
    text = "%(asctime)s %(message)s" if times else "%(message)s"
    handler = logging.StreamHandler()
    handler.addFilter(Once())
    logging.basicConfig(level=logging.INFO, format=text, handlers=[handler])


class Progress:
    """How far a training is: a bar in a terminal, a line every minute elsewhere.

    Args:
        total: iterations of the run.
        done: iterations done before.
        shown: whether this process shows anything.
    """

    def __init__(self, total: int, done: int, *, shown: bool) -> None:
        self.total, self.first = total, done
        is_terminal = sys.stderr.isatty()
        self._bar = tqdm(total=total, initial=done, unit="it", disable=not (shown and is_terminal))
        self._writes_lines = shown and not is_terminal
        self._began = self._last_line = time.monotonic()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_error: object) -> None:
        self._bar.close()

    def update(self, iteration: int, loss: float) -> None:
        """Shows that an iteration is done."""
        self._bar.update()
        now = time.monotonic()
        if self._writes_lines and now - self._last_line >= LINE_EVERY_S:
            self._last_line = now
            left_s = (now - self._began) / (iteration - self.first) * (self.total - iteration)
            LOGGER.info(
                "iteration %d of %d, loss %.3g, %.0f minutes left",
                iteration,
                self.total,
                loss,
                left_s / 60,
            )
