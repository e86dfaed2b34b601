import builtins
import csv
import logging

from Training.learning.curves import METRICS_FILE, Curves, read_metrics


def rows(folder):
    with (folder / METRICS_FILE).open(newline="") as file:
        return list(csv.DictReader(file))


def test_each_validation_is_a_row(tmp_path):
    with Curves(tmp_path, 0) as curves:
        curves.row(10, {"loss": 1.25, "mean": 0.5})
        assert rows(tmp_path) == [{"iteration": "10", "loss": "1.25", "mean": "0.5"}]
        curves.row(20, {"loss": 1.0, "mean": 0.625})
    assert [row["loss"] for row in rows(tmp_path)] == ["1.25", "1"]


def test_a_resumed_run_drops_the_rows_it_goes_through_again(tmp_path):
    with Curves(tmp_path, 0) as curves:
        for iteration in (10, 20, 30):
            curves.row(iteration, {"loss": float(iteration)})
    with Curves(tmp_path, 20) as curves:
        curves.row(30, {"loss": 31.0})
    assert [(row["iteration"], row["loss"]) for row in rows(tmp_path)] == [
        ("10", "10"),
        ("20", "20"),
        ("30", "31"),
    ]


def test_a_column_that_comes_later_is_empty_before(tmp_path):
    (tmp_path / METRICS_FILE).write_text("iteration,loss\n10,2\n")
    with Curves(tmp_path, 10) as curves:
        curves.row(20, {"loss": 1.0, "lambda": 0.1})
    assert rows(tmp_path)[0] == {"iteration": "10", "loss": "2", "lambda": ""}


def test_points_and_rows_reach_tensorboard(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    with Curves(tmp_path, 0) as curves:
        curves.point(1, {"loss": 3.0})
        curves.point(2, {"loss": 2.0})
        curves.row(2, {"mean": 0.5})
    events = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    assert [(e.step, e.value) for e in events.Scalars("loss")] == [(1, 3.0), (2, 2.0)]
    assert [(e.step, e.value) for e in events.Scalars("validation/mean")] == [(2, 0.5)]


def test_a_process_that_does_not_write_leaves_the_folder_alone(tmp_path):
    with Curves(tmp_path / "run", 0, enabled=False) as curves:
        curves.row(1, {"loss": 1.0})
        curves.point(1, {"loss": 1.0})
    assert not (tmp_path / "run").exists()


def test_without_tensorboard_the_csv_is_written_and_it_is_said(tmp_path, monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    original = builtins.__import__

    def absent(name, *arguments, **settings):
        if name.startswith("torch.utils.tensorboard"):
            raise ImportError(name)
        return original(name, *arguments, **settings)

    monkeypatch.setattr(builtins, "__import__", absent)
    with Curves(tmp_path, 0) as curves:
        curves.row(1, {"loss": 1.0})
    assert "TensorBoard is not installed" in caplog.text
    assert len(rows(tmp_path)) == 1


def test_no_file_holds_no_rows(tmp_path):
    assert read_metrics(tmp_path / METRICS_FILE) == []
