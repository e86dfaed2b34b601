import logging
import os
import signal
import threading

import pytest

from CMRSegmentationLib.command_line.run import DONE, FAILED, INTERRUPTED, USAGE, run_command
from CMRSegmentationLib.errors import UsageError, UserError


def raising(error: BaseException):
    def work() -> None:
        raise error

    return work


def test_work_that_ends_well_gives_0_and_says_nothing(capsys):
    assert run_command(lambda: None) == DONE
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UserError("No heart."), FAILED),
        (UsageError("No heart."), USAGE),
        (OSError(2, "No heart."), FAILED),
        (MemoryError(), FAILED),
    ],
    ids=repr,
)
def test_an_expected_error_is_one_line_and_a_status(error, status, capsys):
    assert run_command(raising(error)) == status
    (line,) = capsys.readouterr().err.splitlines()
    assert line in ("error: No heart.", "error: The computer ran out of memory.")


def test_an_unexpected_error_keeps_its_traceback_for_developers_alone(capsys):
    with pytest.raises(KeyError):
        run_command(raising(KeyError("x")))
    assert run_command(raising(KeyError("x")), debug=False) == FAILED
    assert capsys.readouterr().err == "error: Unexpected KeyError: 'x'; --debug shows where.\n"


def test_the_traceback_of_an_expected_error_is_in_the_log_of_a_debugging_run(caplog):
    with caplog.at_level(logging.DEBUG):
        run_command(raising(UserError("No heart.")))
    assert "in work" in caplog.text
    assert "UserError: No heart." in caplog.text


def test_who_called_learns_of_the_failure_first():
    seen = []
    error = UserError("No heart.")
    run_command(raising(error), on_failure=lambda *failure: seen.append(failure))
    assert seen == [(error, "No heart.")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_cleans_up_and_gives_130(number, capsys):
    cleaned = []

    def work() -> None:
        try:
            os.kill(os.getpid(), number)
            threading.Event().wait(10)
        finally:
            cleaned.append(True)

    before = signal.getsignal(signal.SIGTERM)
    assert run_command(work) == INTERRUPTED
    assert cleaned == [True]
    assert "Interrupted" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) is before


def test_runs_in_a_thread_that_may_not_handle_signals():
    statuses = []
    thread = threading.Thread(target=lambda: statuses.append(run_command(raising(UserError("x")))))
    thread.start()
    thread.join(10)
    assert statuses == [FAILED]
