"""How every command line of the library and Training ends: with a status and one sentence."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from CMRSegmentationLib.errors import UserError, one_sentence

DONE, FAILED, USAGE = 0, 1, 2
INTERRUPTED = 130


class InputsFailedError(UserError, RuntimeError):
    """Inputs that could not be done; the others are done, and each failure has been reported."""


EXPECTED = (UserError, OSError, MemoryError, ImportError)
"""What a sentence explains; anything else is a mistake of the program."""

LOGGER = logging.getLogger(__name__)


def run_command(
    work: Callable[[], object],
    *,
    debug: bool = True,
    on_failure: Callable[[Exception | KeyboardInterrupt, str], None] | None = None,
) -> int:
    """Runs the work of a command line and writes one line to standard error if it fails.

    Args:
        work: what the command does.
        debug: whether an error that nobody expected ends in a traceback, as developers want it, or
            in a sentence as well. The tracebacks of expected errors are logged at level DEBUG.
        on_failure: called with the error and the sentence before that is written.

    Returns:
        The exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
    """
    try:
        with _termination_interrupts():
            work()
    except KeyboardInterrupt as error:
        return _fail(error, "Interrupted; no half-written file was left behind.", on_failure)
    except Exception as error:
        if debug and not isinstance(error, EXPECTED):
            raise
        LOGGER.debug("The command failed", exc_info=True)
        return _fail(error, one_sentence(error), on_failure)
    return DONE


def _fail(
    error: Exception | KeyboardInterrupt,
    sentence: str,
    on_failure: Callable[[Exception | KeyboardInterrupt, str], None] | None,
) -> int:
    if on_failure is not None:
        on_failure(error, sentence)
    if sys.stderr is not None:  # else it was closed, or there is no console
        sys.stderr.write(f"error: {sentence}\n")
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    return error.exit_status if isinstance(error, UserError) else FAILED


@contextmanager
def _termination_interrupts() -> Iterator[None]:
    """A request to end (SIGTERM) raises KeyboardInterrupt, so that temporary files are removed."""
    if threading.current_thread() is not threading.main_thread():  # the others cannot set handlers
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(signal_number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
