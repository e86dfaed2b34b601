import csv
import json
import os
import signal
import time
from dataclasses import replace

import pytest
import torch

from CMRSegmentationLib.command_line.run import INTERRUPTED
from CMRSegmentationLib.segmenting.unet import UNetConfig
from Testing.phantoms import HeartPhantom
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Training import train as loop
from Training.adaptation.consistency import ConsistencyConfig
from Training.adaptation.dann import DannConfig
from Training.learning.checkpoint import BEST, LAST, PREVIOUS, CheckpointError, load_checkpoint
from Training.learning.config import ConfigError, DataConfig, OptimizerConfig, TrainConfig
from Training.learning.splits import split_examinations
from Training.samples.augmentation import AugmentationConfig
from Training.samples.cache import read_cache
from Training.samples.slices import SamplingConfig
from Training.train import TrainingError, main, train

CPU = torch.device("cpu")
TINY_RUN = TrainConfig(
    iterations=6,
    validate_every=3,
    keep_every=3,
    workers=0,
    data=DataConfig(("phantoms",), validation=("P1",), held_out=("P2",)),
    network=UNetConfig(channels=(4, 8, 8), deep_supervision=1),
    sampling=SamplingConfig(spacing_mm=3.2, crops=((32, 3), (40, 2)), size_multiple=4),
    optimizer=OptimizerConfig("adamw", learning_rate=3e-3, warmup=2),
)
TOML = """
iterations = 6
validate_every = 3
workers = 0
[data]
datasets = ["phantoms"]
validation = ["P1"]
held_out = ["P2"]
[network]
channels = [4, 8, 8]
deep_supervision = 1
[sampling]
spacing_mm = 3.2
crops = [[32, 2]]
size_multiple = 4
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """P0, P1 and P2 of Siemens, P3 of GE."""
    return write_cache(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def split(cache):
    return split_examinations(read_cache(cache), TINY_RUN.data)


@pytest.fixture
def experiment(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TOML, encoding="utf-8")
    return path


def run_tiny(split, run, *, resume=False, **settings):
    return train(replace(TINY_RUN, **settings), split, run, resume=resume, device=CPU)


def weights(state):
    return {
        **state.network.state_dict(),
        **{f"average.{k}": v for k, v in state.average.state_dict().items()},
    }


def assert_equal(a, b):
    assert a.keys() == b.keys()
    assert all(torch.equal(value, b[key]) for key, value in a.items())


def metrics(run):
    with (run / "metrics.csv").open(newline="") as file:
        return [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(file)]


class TestRepeatability:
    def test_same_seed_same_weights_another_seed_others(self, split, tmp_path):
        a, b, c = (
            run_tiny(split, tmp_path / n, seed=s, iterations=2)
            for n, s in (("a", 1), ("b", 1), ("c", 2))
        )
        assert_equal(weights(a), weights(b))
        assert not torch.equal(next(a.network.parameters()), next(c.network.parameters()))

    def test_batches_prepared_by_a_worker_are_the_same(self, split, tmp_path):
        a, b = (run_tiny(split, tmp_path / str(n), workers=n, iterations=2) for n in (0, 1))
        assert_equal(weights(a), weights(b))

    def test_a_resumed_run_equals_one_without_a_break_bit_for_bit(self, split, tmp_path):
        straight = run_tiny(split, tmp_path / "straight")
        interrupted_at(4, split, tmp_path / "broken")
        resumed = run_tiny(split, tmp_path / "broken", resume=True)
        assert_equal(weights(straight), weights(resumed))
        assert metrics(tmp_path / "straight") == metrics(tmp_path / "broken")

    def test_the_previous_checkpoint_serves_where_the_last_is_damaged(
        self, split, tmp_path, caplog
    ):
        straight = run_tiny(split, tmp_path)
        (tmp_path / LAST).write_bytes(b"damaged")
        assert load_checkpoint(tmp_path / PREVIOUS)["iteration"] == 3
        assert_equal(weights(straight), weights(run_tiny(split, tmp_path, resume=True)))
        assert [row["iteration"] for row in metrics(tmp_path)] == ["3", "6"]

    def test_consistency_of_no_weight_leaves_the_labeled_loss_and_some_weight_does_not(
        self, split, tmp_path
    ):
        """Statistics do move with the pairs of phases, so weights are compared after one step."""
        one = {"iterations": 1, "validate_every": 1}
        states = [
            run_tiny(split, tmp_path / name, **one, consistency=consistency)
            for name, consistency in (
                ("off", ConsistencyConfig()),
                ("idle", ConsistencyConfig(("phantoms",), weight=0.0)),
                ("on", ConsistencyConfig(("phantoms",), weight=100.0, ramp_up=0.0)),
            )
        ]
        off, idle, on = (
            torch.cat([p.detach().flatten() for p in s.network.parameters()]) for s in states
        )
        assert torch.equal(off, idle)
        assert not torch.equal(off, on)

    def test_consistent_phases_are_resumed_bit_for_bit(self, split, tmp_path):
        consistency = ConsistencyConfig(("phantoms",), batch_size=2)
        straight = run_tiny(split, tmp_path / "a", consistency=consistency)
        interrupted_at(4, split, tmp_path / "b", consistency=consistency)
        assert_equal(
            weights(straight),
            weights(run_tiny(split, tmp_path / "b", resume=True, consistency=consistency)),
        )


def interrupted_at(iteration, split, run, **settings):
    """Trains until Ctrl-C comes during a step."""
    original = loop.step

    def step(state, *arguments):
        if state.iteration == iteration - 1:
            os.kill(os.getpid(), signal.SIGINT)
        return original(state, *arguments)

    loop.step = step
    try:
        with pytest.raises(KeyboardInterrupt):
            run_tiny(split, run, **settings)
    finally:
        loop.step = original


class TestLearning:
    def test_two_phantoms_are_overfitted_to_a_dice_of_95_percent_within_a_minute(self, tmp_path):
        phantom = HeartPhantom(2, 2, 40, 48, (10.0, 2.8, 2.7), es_frame=1, empty_slices=(0, 0))
        pair = [
            phantom_patient(f"P{i}", phantom=replace(phantom, degrees_xyz=(10.0 * i, 0.0, 0.0)))
            for i in (0, 1)
        ]
        both = read_cache(write_cache(tmp_path / "cache", *pair))
        config = replace(
            TINY_RUN,
            iterations=100,
            validate_every=100,
            network=UNetConfig(channels=(8, 16, 32), deep_supervision=0),
            sampling=SamplingConfig(
                2.7, ((48, 6),), size_multiple=4, heart_jitter_mm=5.0, heart_probability=1.0
            ),
            augmentation=AugmentationConfig.off(),
            optimizer=OptimizerConfig("adamw", learning_rate=1e-2, warmup=10, average_decay=0.9),
        )
        started = time.process_time()
        split = replace(
            split_examinations(both, replace(config.data, held_out=())), train=both, validation=both
        )
        state = train(config, split, tmp_path / "run", resume=False, device=CPU)
        assert state.best >= 0.95
        assert time.process_time() - started < 60

    @pytest.mark.parametrize("precision", ["bf16", "fp16"])
    def test_mixed_precision_learns_much_the_same(self, precision, split, tmp_path):
        full = run_tiny(split, tmp_path / "full", iterations=3)
        mixed = run_tiny(split, tmp_path / "mixed", iterations=3, precision=precision)
        a, b = (float(metrics(tmp_path / name)[0]["loss"]) for name in ("full", "mixed"))
        assert a == pytest.approx(b, rel=0.02)
        assert all(p.dtype == torch.float32 for p in mixed.network.parameters())
        assert not torch.equal(next(full.network.parameters()), next(mixed.network.parameters()))

    def test_a_run_without_progress_stops_early(self, split, tmp_path, caplog):
        still = OptimizerConfig("sgd", learning_rate=0.0)
        state = run_tiny(
            split, tmp_path, iterations=50, validate_every=1, patience=3, optimizer=still
        )
        assert state.iteration <= 12  # the averaged normalization statistics still move at first
        assert state.stale == 3
        assert load_checkpoint(tmp_path / LAST)["iteration"] == state.iteration

    def test_a_run_that_stopped_early_is_not_trained_on_when_it_is_resumed(self, split, tmp_path):
        settings = {"iterations": 50, "validate_every": 2, "patience": 2}
        settings["optimizer"] = OptimizerConfig("sgd", learning_rate=0.0)
        stopped = run_tiny(split, tmp_path, **settings)
        resumed = run_tiny(split, tmp_path, resume=True, **settings)
        assert resumed.iteration == stopped.iteration < 50
        assert load_checkpoint(tmp_path / LAST)["iteration"] == stopped.iteration

    @pytest.mark.parametrize("architecture", ["attention_unet"])
    def test_another_network_is_trained_by_its_name(self, architecture, split, tmp_path):
        state = run_tiny(split, tmp_path, iterations=1, architecture=architecture)
        assert "Attention" in type(state.network.network).__name__


class TestRunFolder:
    def test_it_holds_settings_curves_and_checkpoints(self, split, tmp_path):
        run_tiny(split, tmp_path)
        environment = json.loads((tmp_path / "run.json").read_text())
        assert environment["config"]["optimizer"]["learning_rate"] == 3e-3
        assert [e["patient"] for e in environment["examinations"]["test"]] == ["P2"]
        assert [row["iteration"] for row in metrics(tmp_path)] == ["3", "6"]
        assert {BEST, LAST, PREVIOUS, "iteration000003.pt", "iteration000006.pt"} <= {
            p.name for p in tmp_path.iterdir()
        }
        assert {"loss", "learning_rate", "Siemens_LV", "mean"} <= metrics(tmp_path)[0].keys()
        assert any((tmp_path / "tensorboard").iterdir())

    @pytest.mark.parametrize("writer", ["save_checkpoint", "save_last"])
    def test_a_run_killed_while_it_writes_is_resumed_to_the_same_files(
        self, writer, split, tmp_path, monkeypatch
    ):
        """Wherever between two files: last.pt speaks of none that is not there."""
        run_tiny(split, tmp_path / "whole")
        original = getattr(loop, writer)

        def killed_at_iteration_6(state, path):
            if state["iteration"] == 6:
                raise SystemExit
            original(state, path)

        with monkeypatch.context() as kill:
            kill.setattr(loop, writer, killed_at_iteration_6)
            with pytest.raises(SystemExit):
                run_tiny(split, tmp_path / "run")
        run_tiny(split, tmp_path / "run", resume=True)
        for file in (BEST, LAST, "iteration000006.pt"):
            resumed, whole = (load_checkpoint(tmp_path / name / file) for name in ("run", "whole"))
            assert resumed["iteration"] == whole["iteration"]
            assert_equal(resumed["average"], whole["average"])

    def test_a_row_has_the_mean_of_the_loss_since_the_last(self, split, tmp_path, monkeypatch):
        values, original = [], loop.step

        def step(*arguments):
            values.append(original(*arguments))
            return values[-1]

        monkeypatch.setattr(loop, "step", step)
        run_tiny(split, tmp_path)
        for row, steps in zip(metrics(tmp_path), (values[:3], values[3:]), strict=True):
            mean = sum(value["loss"] for value in steps) / 3
            assert float(row["loss"]) == pytest.approx(mean, rel=1e-4)

    def test_consistency_logs_how_far_it_is_and_its_weight(self, split, tmp_path):
        run_tiny(
            split, tmp_path, consistency=ConsistencyConfig(("phantoms",), weight=2.0, ramp_up=1.0)
        )
        first, last = metrics(tmp_path)
        assert 0 < float(last["inconsistency"]) < 1
        assert [float(row["consistency_weight"]) for row in (first, last)] == pytest.approx(
            [2 * 2 / 6, 2 * 5 / 6], rel=1e-5
        )

    def test_planes_that_nobody_labeled_are_learned_from_by_consistency_alone(
        self, cache, split, tmp_path
    ):
        other = replace(split.train[0], patient="P9", dataset="planes", view=None, annotated=())
        both = replace(split, train=[*split.train, other])
        run_tiny(both, tmp_path / "without")
        run_tiny(both, tmp_path / "with", consistency=ConsistencyConfig(("planes",)))
        named = [
            {
                row["patient"]
                for row in json.loads((tmp_path / run / "run.json").read_text())["examinations"][
                    "train"
                ]
            }
            for run in ("without", "with")
        ]
        assert ("P9" in named[0], "P9" in named[1]) == (False, True)
        assert "inconsistency" not in metrics(tmp_path / "without")[0]

    def test_a_loss_that_is_not_a_number_stops_with_the_batch_saved(self, split, tmp_path):
        exploding = OptimizerConfig("sgd", learning_rate=1e30, warmup=0, clip=1e30)
        with pytest.raises(TrainingError, match=r"The loss is nan at iteration \d"):
            run_tiny(split, tmp_path, optimizer=exploding)
        batch = torch.load(tmp_path / "failed_batch.pt", weights_only=True)
        assert batch["images"].shape[1:] == (1, 32, 32) or batch["images"].shape[1:] == (1, 40, 40)
        assert not (tmp_path / LAST).exists()

    def test_ctrl_c_finishes_the_step_and_writes_a_checkpoint(self, split, tmp_path):
        interrupted_at(2, split, tmp_path)
        assert load_checkpoint(tmp_path / LAST)["iteration"] == 2
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


class TestRefusals:
    def test_targets_alone_leave_nobody_to_learn_from(self, split, tmp_path):
        with pytest.raises(ConfigError, match=r"none but of dann\.targets"):
            run_tiny(split, tmp_path, dann=DannConfig(targets=("GE", "Siemens")))

    def test_more_processes_than_slices_of_a_batch(self, split, tmp_path):
        with pytest.raises(ConfigError, match="3 processes need batches of as many"):
            train(
                TINY_RUN, split, tmp_path, resume=False, device=CPU, processes=loop.Processes(0, 3)
            )

    def test_consistency_of_a_data_set_that_is_not_trained_on(self, split, tmp_path):
        with pytest.raises(ConfigError, match=r"patients of bivme, as consistency\.datasets says"):
            run_tiny(split, tmp_path, consistency=ConsistencyConfig(("bivme",)))

    def test_resuming_nothing_is_a_clear_error(self, split, tmp_path):
        with pytest.raises(CheckpointError, match="no checkpoint that can be read"):
            run_tiny(split, tmp_path, resume=True)


class TestCommand:
    def test_it_trains_and_resumes(self, cache, experiment, tmp_path, capsys):
        arguments = [
            str(experiment),
            "--cache",
            str(cache),
            "--out",
            str(tmp_path / "run"),
            "--seed",
            "9",
        ]
        assert main(arguments) == 0
        assert json.loads((tmp_path / "run" / "run.json").read_text())["config"]["seed"] == 9
        assert main(arguments) == 1
        assert "--fresh" in capsys.readouterr().err
        assert main([*arguments, "--resume"]) == 0

    def test_resuming_leaves_the_description_of_the_run_as_it_was(
        self, cache, experiment, tmp_path, capsys
    ):
        run = tmp_path / "run"
        arguments = [str(experiment), "--cache", str(cache), "--out", str(run)]
        assert main(arguments) == 0
        described = (run / "run.json").read_bytes()
        assert main([*arguments, "--resume", "--set", "optimizer.learning_rate=0.5"]) == 1
        assert "optimizer.learning_rate was 0.03, now 0.5" in capsys.readouterr().err
        assert main([*arguments, "--resume"]) == 0
        assert (run / "run.json").read_bytes() == described

    def test_a_gpu_that_is_asked_for_and_absent_is_a_sentence(
        self, cache, experiment, tmp_path, monkeypatch, capsys
    ):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
        arguments = [str(experiment), "--cache", str(cache), "--out", str(tmp_path / "run")]
        assert main([*arguments, "--device", "cuda"]) == 1
        assert "No CUDA device was found. Use --device cpu" in capsys.readouterr().err

    def test_several_seeds_are_a_run_each(self, cache, experiment, tmp_path):
        experiment.write_text(TOML.replace("iterations = 6", "iterations = 1"))
        arguments = [str(experiment), "--cache", str(cache), "--out", str(tmp_path / "run")]
        assert main([*arguments, "--seeds", "4", "9"]) == 0
        seeds = [
            json.loads((tmp_path / f"run_seed{seed}" / "run.json").read_text())["config"]["seed"]
            for seed in (4, 9)
        ]
        assert seeds == [4, 9]
        assert not (tmp_path / "run").exists()

    def test_a_fold_is_tested_on(self, cache, experiment, tmp_path):
        experiment.write_text(
            TOML.replace("held_out", "folds = 2\nheld_out").replace(
                "iterations = 6", "iterations = 1"
            )
        )
        assert (
            main(
                [
                    str(experiment),
                    "--cache",
                    str(cache),
                    "--out",
                    str(tmp_path / "run"),
                    "--fold",
                    "1",
                ]
            )
            == 0
        )
        environment = json.loads((tmp_path / "run" / "run.json").read_text())
        assert environment["config"]["data"]["fold"] == 1
        assert "P2" not in {
            e["patient"] for group in environment["examinations"].values() for e in group
        }

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (("iterations", "iteration"), "unknown setting 'iteration'"),
            (('"phantoms"', '"mnms"'), "Expected a cache of mnms"),
            (('"P1"', '"P9"'), "P9 is named in the settings but is not in the cache"),
            (("workers = 0", 'view = "lax_4c"'), "examinations of the view lax_4c"),
            (("workers = 0", 'initial_model = "nobody"'), "Unknown model 'nobody'"),
        ],
    )
    def test_what_cannot_be_done_is_one_sentence_and_a_status(
        self, change, message, cache, experiment, tmp_path, capsys
    ):
        experiment.write_text(TOML.replace(*change))
        status = main([str(experiment), "--cache", str(cache), "--out", str(tmp_path / "run")])
        assert status == (2 if "model" in message else 1)
        assert message in capsys.readouterr().err

    def test_ctrl_c_exits_with_130(self, cache, experiment, tmp_path, monkeypatch):
        original = loop.step

        def step(*arguments):
            os.kill(os.getpid(), signal.SIGINT)
            return original(*arguments)

        monkeypatch.setattr(loop, "step", step)
        assert (
            main([str(experiment), "--cache", str(cache), "--out", str(tmp_path / "run")])
            == INTERRUPTED
            == 130
        )
        assert load_checkpoint(tmp_path / "run" / LAST)["iteration"] == 1
