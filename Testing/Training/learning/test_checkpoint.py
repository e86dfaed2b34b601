import pytest
import torch

from Training.learning.checkpoint import (
    BEST,
    LAST,
    PREVIOUS,
    CheckpointError,
    has_checkpoint,
    load_checkpoint,
    load_last,
    save_checkpoint,
    save_last,
)


def state(iteration):
    return {"iteration": iteration, "network": {"weight": torch.full((3, 2), float(iteration))}}


def cut(path):
    path.write_bytes(path.read_bytes()[:-200])


def test_a_checkpoint_is_read_as_it_was_saved(tmp_path):
    save_checkpoint(state(4), tmp_path / BEST)
    loaded = load_checkpoint(tmp_path / BEST)
    assert loaded["iteration"] == 4
    assert torch.equal(loaded["network"]["weight"], torch.full((3, 2), 4.0))
    assert [path.name for path in tmp_path.iterdir()] == [BEST]


def test_the_one_before_the_last_is_kept(tmp_path):
    for iteration in (1, 2, 3):
        save_last(state(iteration), tmp_path)
    assert load_last(tmp_path)["iteration"] == 3
    assert load_checkpoint(tmp_path / PREVIOUS)["iteration"] == 2


@pytest.mark.parametrize(
    "damage", [cut, lambda path: path.write_bytes(b""), lambda path: path.unlink()]
)
def test_a_damaged_last_checkpoint_falls_back_to_the_previous(damage, tmp_path, caplog):
    save_last(state(1), tmp_path)
    save_last(state(2), tmp_path)
    damage(tmp_path / LAST)
    assert load_last(tmp_path)["iteration"] == 1
    assert LAST in caplog.text


def test_two_damaged_checkpoints_are_an_error_that_says_what_to_do(tmp_path):
    save_last(state(1), tmp_path)
    save_last(state(2), tmp_path)
    for name in (LAST, PREVIOUS):
        cut(tmp_path / name)
    with pytest.raises(CheckpointError, match=r"no checkpoint that can be read.*--fresh"):
        load_last(tmp_path)


def test_a_checkpoint_with_code_in_it_is_refused(tmp_path):
    torch.save({"network": print}, tmp_path / LAST)
    with pytest.raises(CheckpointError, match="is damaged"):
        load_checkpoint(tmp_path / LAST)


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), RuntimeError("PytorchStreamWriter failed")]
)
def test_a_full_disk_leaves_the_checkpoints_as_they_were(error, tmp_path, monkeypatch):
    save_last(state(1), tmp_path)
    save_last(state(2), tmp_path)

    def full(_state, path):
        path.write_bytes(b"half")
        raise error

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(OSError, match=r"space|disk full"):
        save_last(state(3), tmp_path)
    monkeypatch.undo()
    assert load_checkpoint(tmp_path / LAST)["iteration"] == 2
    assert load_checkpoint(tmp_path / PREVIOUS)["iteration"] == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [LAST, PREVIOUS]


def test_a_file_system_that_takes_no_more_bytes_leaves_the_previous_checkpoint(tmp_path):
    resource = pytest.importorskip("resource")
    save_last(state(1), tmp_path)
    too_large = {"weights": torch.zeros(200_000)}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OSError, match="is the disk full"):
            save_last(too_large, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert load_last(tmp_path)["iteration"] == 1
    assert [path.name for path in tmp_path.iterdir()] == [LAST]


def test_a_kill_between_the_two_renames_leaves_one_to_go_on_from(tmp_path):
    save_last(state(1), tmp_path)
    (tmp_path / LAST).rename(tmp_path / PREVIOUS)
    assert load_last(tmp_path)["iteration"] == 1


def test_a_folder_knows_whether_it_has_a_checkpoint(tmp_path):
    assert not has_checkpoint(tmp_path / "none")
    assert not has_checkpoint(tmp_path)
    save_last(state(1), tmp_path)
    assert has_checkpoint(tmp_path)
