import io
import json
import sys

import pytest

from CMRSegmentationLib.command_line.progress import (
    BarReporter,
    JsonReporter,
    Reporter,
    make_reporter,
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_json_is_one_object_a_line_and_ends_with_finished():
    stream = io.StringIO()
    reporter = JsonReporter(stream)
    reporter("infer", 3, 25, 2)
    reporter("measure", 0, 1)
    reporter.finished("out")
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [
        {"stage": "infer", "done": 3, "total": 25, "frame": 2},
        {"stage": "measure", "done": 0, "total": 1, "frame": None},
        {"stage": "finished", "output": "out"},
    ]


def test_a_failure_is_one_line_of_json_whatever_it_says():
    stream = io.StringIO()
    JsonReporter(stream).failed('No file "a"\nfound – ende')
    assert stream.getvalue().count("\n") == 1
    assert json.loads(stream.getvalue()) == {
        "stage": "failed",
        "error": 'No file "a"\nfound – ende',
    }


def test_json_is_flushed_after_every_line():
    class Pipe(io.StringIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed = len(self.getvalue())

    pipe = Pipe()
    JsonReporter(pipe)("infer", 1, 2)
    assert pipe.flushed == len(pipe.getvalue()) > 0


def test_the_bar_is_redrawn_in_place_and_fills_with_the_work():
    stream = io.StringIO()
    bar = BarReporter(stream)
    bar("infer", 0, 4)
    bar("infer", 3, 4, 2)
    bar("infer", 4, 4)
    drawn = stream.getvalue().split("\r")[1:]
    assert [line.count("#") for line in drawn] == [0, 18, 24]
    assert drawn[1].startswith("infer")
    assert drawn[1].endswith(" 3/4")
    assert "\n" not in stream.getvalue()


def test_a_shorter_line_covers_the_longer_one_before_it():
    stream = io.StringIO()
    bar = BarReporter(stream)
    bar("infer", 100, 100)
    bar("infer", 1, 1)
    lines = stream.getvalue().split("\r")[1:]
    assert len(lines[1]) >= len(lines[0])


@pytest.mark.parametrize(
    "end", [lambda b: b.finished("out"), lambda b: b.failed("no"), lambda b: b.clear()]
)
def test_at_the_end_and_for_other_lines_the_bar_is_wiped_off(end):
    stream = io.StringIO()
    bar = BarReporter(stream)
    bar("infer", 1, 2)
    width = len(stream.getvalue()) - 1
    end(bar)
    assert stream.getvalue().endswith("\r" + " " * width + "\r")


def test_a_stage_of_no_steps_draws_an_empty_bar():
    stream = io.StringIO()
    BarReporter(stream)("infer", 0, 0)
    assert "#" not in stream.getvalue()


def test_auto_draws_a_bar_in_a_terminal_only(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert isinstance(make_reporter("auto"), BarReporter)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert type(make_reporter("auto")) is Reporter
    monkeypatch.setattr(sys, "stderr", None)  # it was closed
    assert type(make_reporter("auto")) is Reporter
    assert type(make_reporter("none")) is Reporter
    assert isinstance(make_reporter("json"), JsonReporter)


def test_the_silent_reporter_says_nothing(capsys):
    reporter = Reporter()
    reporter("infer", 1, 2)
    reporter.clear()
    reporter.finished("out")
    reporter.failed("no")
    assert capsys.readouterr() == ("", "")
