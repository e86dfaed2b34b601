import copy
from dataclasses import replace

import pytest
import torch

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.segmenting.unet import UNetConfig
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Testing.Training.tiny_run import TINY, tiny_run
from Training.learning.checkpoint import LAST, CheckpointError, save_last
from Training.learning.config import to_values
from Training.learning.resuming import (
    ResumeError,
    changed_settings,
    clear_run,
    prepare_run,
    restore_last,
)
from Training.learning.splits import split_examinations
from Training.samples.cache import read_cache
from Training.train import start, train

CPU = torch.device("cpu")


@pytest.fixture
def run(tmp_path):
    """A run that has written a checkpoint after 7 iterations."""
    state = start(TINY, CPU)
    state.iteration = 7
    save_last(state.to_dict(TINY), tmp_path)
    return tmp_path


def test_a_run_is_neither_replaced_nor_resumed_unless_asked(run):
    with pytest.raises(ResumeError, match=r"--resume to continue it, --fresh to replace it"):
        prepare_run(run, resume=False, fresh=False, writes=True)
    assert prepare_run(run, resume=True, fresh=True, writes=True)
    (run / LAST).write_bytes(b"")
    assert not prepare_run(run, resume=True, fresh=True, writes=True)
    assert not (run / LAST).exists()


def test_an_empty_folder_is_started_in(tmp_path):
    assert not prepare_run(tmp_path, resume=False, fresh=False, writes=True)


def test_clearing_keeps_what_is_not_of_the_run(run):
    (run / "notes.txt").touch()
    (run / "metrics.csv").touch()
    scores = ("results.csv", "tables.md", "evaluation.json", "probe/probe.csv")
    for name in scores:  # else a report would show the scores of the run before
        (run / name).parent.mkdir(exist_ok=True)
        (run / name).touch()
    clear_run(run)
    assert [p.name for p in run.rglob("*") if p.is_file()] == ["notes.txt"]


def test_the_same_settings_are_resumed_where_they_were(run):
    state = start(TINY, CPU)
    restore_last(state, run, replace(TINY, workers=TINY.workers + 1))
    assert state.iteration == 7


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"seed": 99}, r"began with other settings: seed was \d+, now 99\. Resume it with"),
        (
            {"network": UNetConfig(channels=(4, 8, 16), deep_supervision=1)},
            r"network\.channels was \[.*\], now \[4, 8, 16\]",
        ),
    ],
)
def test_other_settings_are_named_and_not_a_wall_of_sizes(run, change, sentence):
    config = replace(TINY, **change)
    with pytest.raises(ResumeError, match=sentence) as caught:
        restore_last(start(config, CPU), run, config)
    assert "size mismatch" not in str(caught.value)


def test_resuming_nothing_is_a_clear_error(tmp_path):
    with pytest.raises(CheckpointError, match="no checkpoint that can be read"):
        restore_last(start(TINY, CPU), tmp_path, TINY)


def test_a_setting_that_came_after_the_run_is_no_difference():
    before = to_values(TINY)
    del before["optimizer"]["power"]
    assert list(changed_settings(before, to_values(TINY))) == []
    changed = copy.deepcopy(before)
    changed["optimizer"]["momentum"] = 0.5
    assert list(changed_settings(changed, to_values(TINY))) == [
        f"optimizer.momentum was 0.5, now {TINY.optimizer.momentum}"
    ]


def test_a_run_is_not_resumed_with_other_patients(tmp_path):
    """Else run.json would not know whom it learned from."""
    run, cache = tiny_run(tmp_path)

    def resume():
        split = split_examinations(read_cache(cache), TINY.data)
        return train(TINY, split, run, resume=True, device=CPU).iteration

    assert resume() == 1
    write_cache(cache, phantom_patient("P4"))
    with pytest.raises(ResumeError, match=r"P4 \(train\) has changed in the cache"):
        resume()
    (cache / "phantoms" / "P4_sax.npz").unlink()
    write_cache(cache, phantom_patient("P0", annotated=(Label.LV,)))
    with pytest.raises(ResumeError, match=r"P0 \(train\) has changed in the cache"):
        resume()


def test_settings_are_compared_before_the_patients_who_follow_from_them(tmp_path):
    """Else a run that is resumed as another fold is told that its cache has changed."""
    run, cache = tiny_run(tmp_path)
    data = replace(TINY.data, held_out=("P1",), validation=("P3",))
    other = replace(TINY, data=data)
    split = split_examinations(read_cache(cache), data)
    with pytest.raises(ResumeError, match=r"other settings: data\.held_out was .*P1"):
        train(other, split, run, resume=True, device=CPU)
