import logging

from Training.reporting.log import Once, Progress


def record(message, level=logging.WARNING):
    return logging.LogRecord("x", level, "x.py", 1, message, None, None)


def test_a_warning_passes_once_and_other_messages_always():
    once = Once()
    assert [once.filter(record(m)) for m in ("a", "b", "a")] == [True, True, False]
    assert [once.filter(record("a", logging.INFO)) for _ in range(2)] == [True, True]


def test_without_a_terminal_progress_is_a_line_after_some_time(caplog, monkeypatch):
    caplog.set_level(logging.INFO)
    now = [0.0]
    monkeypatch.setattr("Training.reporting.log.time.monotonic", lambda: now[0])
    with Progress(total=100, done=20, shown=True) as progress:
        for iteration in range(21, 31):
            now[0] += 10.0
            progress.update(iteration, 0.5)
    # 60 s are 6 iterations: at 26 of 100, 74 more take 740 s.
    assert [r.getMessage() for r in caplog.records] == [
        "iteration 26 of 100, loss 0.5, 12 minutes left"
    ]


def test_a_process_that_writes_nothing_is_silent(caplog):
    with Progress(total=2, done=0, shown=False) as progress:
        progress.update(1, 0.5)
    assert caplog.records == []
