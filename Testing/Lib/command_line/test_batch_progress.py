import io
import json

from CMRSegmentationLib.command_line.batch_progress import BatchProgress
from CMRSegmentationLib.command_line.progress import BarReporter, JsonReporter, Reporter


def test_the_rate_rests_on_what_was_worked_on_and_gives_what_remains():
    seconds = iter([0.0, 4.0])
    progress = BatchProgress(40, Reporter(), clock=lambda: next(seconds))
    progress.add(has_failed=False, is_unchanged=True)
    progress.add(has_failed=False, is_unchanged=False)
    progress.add(has_failed=True, is_unchanged=False)
    assert progress.line() == "3 of 40 studies, 1 failed, 2.0 s each, 1:14 left"


def test_without_any_work_there_is_no_rate():
    progress = BatchProgress(2, Reporter())
    progress.add(has_failed=False, is_unchanged=True)
    assert progress.line() == "1 of 2 studies, 0 failed"


def test_a_terminal_has_one_line_that_is_redrawn():
    stream = io.StringIO()
    progress = BatchProgress(2, BarReporter(stream))
    progress.add(has_failed=False, is_unchanged=True)
    progress.add(has_failed=False, is_unchanged=True)
    assert stream.getvalue().count("\r") == 2
    assert "\n" not in stream.getvalue()


def test_programs_read_a_line_of_json_for_each_study():
    stream = io.StringIO()
    progress = BatchProgress(2, JsonReporter(stream))
    progress.add(has_failed=True, is_unchanged=False)
    assert json.loads(stream.getvalue()) == {
        "stage": "batch",
        "done": 1,
        "total": 2,
        "failed": 1,
    }
