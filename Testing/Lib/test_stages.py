import time

import pytest

from CMRSegmentationLib.stages import Stages, StoppedError


def test_progress_is_passed_on_as_it_is_told():
    calls = []
    stages = Stages(lambda *step: calls.append(step))
    stages.tell("infer", 3, 25, 2)
    stages.tell("measure", 0, 1)
    assert calls == [("infer", 3, 25, 2), ("measure", 0, 1, None)]


def test_nobody_has_to_listen():
    Stages().tell("infer", 0, 1)


def test_a_wish_to_stop_ends_the_work_and_names_the_stage():
    calls = []
    stages = Stages(lambda *step: calls.append(step), should_stop=lambda: len(calls) == 2)
    stages.tell("infer", 0, 3)
    stages.tell("infer", 1, 3)
    with pytest.raises(StoppedError, match="Stopped during infer"):
        stages.tell("infer", 2, 3)
    assert len(calls) == 2


def test_a_stage_of_one_step_is_told_at_its_start_and_its_end():
    calls = []
    stages = Stages(lambda *step: calls.append(step))
    with stages.whole("measure"):
        assert calls == [("measure", 0, 1, None)]
    assert calls[1:] == [("measure", 1, 1, None)]
    assert list(stages.seconds) == ["measure"]


def test_a_stage_that_failed_is_not_told_to_be_done():
    calls = []
    with (
        pytest.raises(ValueError, match="no"),
        Stages(lambda *step: calls.append(step)).whole("measure"),
    ):
        raise ValueError("no")
    assert calls == [("measure", 0, 1, None)]


def test_seconds_of_a_stage_add_up(monkeypatch):
    clock = iter([10.0, 12.5, 20.0, 20.25, 30.0, 31.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    stages = Stages()
    for stage in ("infer", "infer", "measure"):
        with stages.time(stage):
            pass
    assert stages.seconds == {"infer": 2.75, "measure": 1.0}


def test_the_time_of_a_stage_that_failed_counts(monkeypatch):
    clock = iter([1.0, 4.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    stages = Stages()
    with pytest.raises(ValueError, match="no"), stages.time("infer"):
        raise ValueError("no")
    assert stages.seconds == {"infer": 3.0}
