"""Command line: learns a network from the cache.

python -m Training.train experiments/NAME.toml --cache DIR --out RUN [--resume]
torchrun --nproc-per-node N -m Training.train … runs it in N processes.

The loop is plain PyTorch and reads from top to bottom in `train`. A batch is a function of the seed and its
number, so a resumed run continues with the very same batches.
"""

from __future__ import annotations

import argparse
import copy
import csv
import json
import logging
import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader
from tqdm import tqdm

from CMRSegmentationLib.unet import UNet, parameter_count, to_device
from Training.cache import CachedExamination, CacheError, read_cache
from Training.checkpoint import BEST, CheckpointError, load_last, save_checkpoint, save_last
from Training.config import ConfigError, OptimizerConfig, TrainConfig, read_config, to_values
from Training.distributed import ALONE, Processes
from Training.distributed import processes as join_processes
from Training.losses import deep_supervision_loss
from Training.slices import Batch, BatchStream
from Training.splits import Split, split_examinations
from Training.validate import validate

LOGGER = logging.getLogger(__name__)

INTERRUPTED = 130


class TrainingError(RuntimeError):
    """A run that cannot go on."""


@dataclass
class State:
    """What changes from iteration to iteration."""

    network: nn.Module
    parallel: nn.Module
    average: nn.Module
    optimizer: torch.optim.Optimizer
    iteration: int = 0
    best: float = -1.0
    seconds_before: float = 0.0
    started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Wall-clock time of the run so far, interruptions left out."""
        return self.seconds_before + time.monotonic() - self.started

    def to_dict(self, config: TrainConfig) -> dict[str, Any]:
        """Everything that a resumed run needs."""
        return {
            "config": json.loads(json.dumps(to_values(config))),
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "iteration": self.iteration,
            "best": self.best,
            "seconds": self.seconds,
            "random": torch.get_rng_state(),
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """Takes up where `to_dict` left off."""
        self.network.load_state_dict(saved["network"])
        self.average.load_state_dict(saved["average"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.iteration, self.best = int(saved["iteration"]), float(saved["best"])
        self.seconds_before = float(saved["seconds"])
        torch.set_rng_state(saved["random"])


def make_optimizer(network: nn.Module, config: OptimizerConfig) -> torch.optim.Optimizer:
    """SGD with Nesterov momentum or AdamW; normalization weights and biases are not decayed."""
    decayed = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": config.weight_decay}, {"params": others, "weight_decay": 0.0}]
    if config.name == "sgd":
        return torch.optim.SGD(groups, config.learning_rate, momentum=config.momentum, nesterov=True)
    return torch.optim.AdamW(groups, config.learning_rate, fused=True)


def learning_rate(config: OptimizerConfig, iteration: int, iterations: int) -> float:
    """Linear warm-up, then polynomial decay to 0 at the run's own end."""
    warmup = min(1.0, (iteration + 1) / max(1, config.warmup))
    return float(config.learning_rate * warmup * (1 - iteration / iterations) ** config.power)


@torch.no_grad()
def update_average(average: nn.Module, network: nn.Module, decay: float, iteration: int) -> None:
    """Moves the averaged weights and normalization statistics toward the current ones."""
    decay = min(decay, (1 + iteration) / (10 + iteration))
    for mean, value in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if mean.dtype.is_floating_point:
            mean.lerp_(value, 1 - decay)
        else:
            mean.copy_(value)


def step(state: State, batch: Batch, config: TrainConfig, device: torch.device) -> float:
    """One optimizer step; returns the loss.

    Raises:
        TrainingError: if the loss is not finite.
    """
    state.parallel.train()
    for group in state.optimizer.param_groups:
        group["lr"] = learning_rate(config.optimizer, state.iteration, config.iterations)
    images = batch.images.to(device, memory_format=torch.channels_last)
    outputs = state.parallel(images)
    loss = deep_supervision_loss(outputs, batch.target.to(device), batch.known.to(device))
    value = float(loss.detach())
    if not np.isfinite(value):
        raise TrainingError(f"The loss is {value} at iteration {state.iteration}.")
    state.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(state.network.parameters(), config.optimizer.clip)
    state.optimizer.step()
    state.iteration += 1
    update_average(state.average, state.network, config.optimizer.average_decay, state.iteration)
    return value


def train(
    config: TrainConfig,
    split: Split,
    run: Path,
    *,
    resume: bool,
    device: torch.device,
    processes: Processes = ALONE,
) -> State:
    """Learns a network and leaves checkpoints, metrics and the resolved configuration in `run`.

    Raises:
        TrainingError: if the loss is not finite; the batch is saved in the run folder.
        CheckpointError: if `resume` is asked for and no checkpoint can be read.
    """
    torch.manual_seed(config.seed)
    network: nn.Module = to_device(UNet(config.network), device)
    optimizer = make_optimizer(network, config.optimizer)
    state = State(network, processes.spread(network), copy.deepcopy(network), optimizer)
    if resume:
        state.restore(load_last(run))
    if processes.is_first:
        write_environment(config, split, run, processes.world_size)
    LOGGER.info(
        "%d parameters, %d patients, from iteration %d", parameter_count(network), len(split.train), state.iteration
    )
    stream = BatchStream(
        split.train,
        config.sampling,
        config.augmentation,
        seed=config.seed,
        length=config.iterations,
        rank=processes.rank,
        world_size=processes.world_size,
    )
    numbers = range(state.iteration, config.iterations)
    loader = DataLoader(stream, batch_size=None, sampler=numbers, num_workers=1, prefetch_factor=6)
    losses: list[float] = []
    for batch in tqdm(loader, initial=state.iteration, total=config.iterations, unit="it", disable=None):
        try:
            losses.append(step(state, batch, config, device))
        except TrainingError:
            torch.save({"images": batch.images, "target": batch.target, "known": batch.known}, run / "failed_batch.pt")
            raise
        due = state.iteration % config.validate_every == 0 or state.iteration == config.iterations
        if due and processes.is_first:
            record(state, config, split.validation, run, float(np.mean(losses)))
            losses.clear()
    return state


def record(state: State, config: TrainConfig, validation: list[CachedExamination], run: Path, loss: float) -> None:
    """Validates the averaged weights, appends a line of metrics and writes the checkpoints."""
    scores = validate(state.average, validation, config.sampling.spacing_mm, config.network.size_multiple)
    rate = state.optimizer.param_groups[0]["lr"]
    append_metrics(run / "metrics.csv", {"iteration": state.iteration, "loss": loss, "learning_rate": rate, **scores})
    LOGGER.info("iteration %d loss %.4f %s", state.iteration, loss, " ".join(f"{k} {v:.3f}" for k, v in scores.items()))
    improved = scores["mean"] > state.best
    state.best = max(state.best, scores["mean"])
    saved = state.to_dict(config)
    save_last(saved, run)
    if improved:
        save_checkpoint(saved, run / BEST)
    if state.iteration % config.keep_every == 0:
        save_checkpoint(saved, run / f"iteration{state.iteration:06d}.pt")


def append_metrics(path: Path, row: dict[str, Any]) -> None:
    """One more line of a CSV file, with a heading if it is the first."""
    new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, row.keys())
        if new:
            writer.writeheader()
        writer.writerow({key: f"{v:.6g}" if isinstance(v, float) else v for key, v in row.items()})


def write_environment(config: TrainConfig, split: Split, run: Path, world_size: int) -> None:
    """Writes what is needed to repeat the run: settings, patients, versions, commit and hardware."""
    run.mkdir(parents=True, exist_ok=True)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    environment = {
        "config": to_values(config),
        "commit": commit,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "threads": torch.get_num_threads(),
        "processes": world_size,
        "processors": os.cpu_count(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "examinations": {name: [_describe(e) for e in group] for name, group in split.groups().items()},
    }
    (run / "run.json").write_text(json.dumps(environment, indent=1), encoding="utf-8")


def _describe(examination: CachedExamination) -> dict[str, Any]:
    e = examination
    annotated = [label.name for label in e.annotated]
    return {"patient": e.patient, "dataset": e.dataset, "vendor": e.vendor, "annotated": annotated}


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(prog="python -m Training.train", description="Learn a network from the cache.")
    parser.add_argument("experiment", type=Path, help="TOML file with what differs from the defaults")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")
    options = parser.parse_args(arguments)
    try:
        config = read_config(options.experiment)
        split = split_examinations(read_cache(options.cache, config.data.datasets), config.data)
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        with join_processes(device) as joined:
            train(config, split, options.out, resume=options.resume, device=device, processes=joined)
    except (ConfigError, CacheError, CheckpointError, TrainingError, OSError) as error:
        LOGGER.error("%s", error)
        return 1
    except KeyboardInterrupt:
        LOGGER.error("Interrupted; go on with --resume.")
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
