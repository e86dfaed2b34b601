"""Command line: learns a network from the cache.

python -m Training.train experiments/NAME.toml --cache DIR --out RUN [--fold K] [--resume]
    [--seeds 1 2]
torchrun --nproc-per-node N -m Training.train …

The loop is plain PyTorch and reads from top to bottom in `train`; one iteration is `step`. A batch
is a function of the seed and its number, so a resumed run continues with the very same batches.
What domain-adversarial training adds is marked DANN, what the consistency of phases adds,
consistency.
"""

from __future__ import annotations

import argparse
import copy
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn, cast

import numpy as np
import torch
from torch import Tensor, nn

from CMRSegmentationLib.command_line.run import run_command
from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.segmenting.unet import UNet, parameter_count, to_device
from Training.adaptation.consistency import consistency_loss
from Training.adaptation.dann import DomainAdversary, DomainStep
from Training.adaptation.domain_batches import DomainBatch
from Training.learning.adversary import make_adversary, start_predictor_ahead
from Training.learning.batches import Sources, StepBatches, batches, check_batches
from Training.learning.checkpoint import BEST, has_checkpoint, save_checkpoint, save_last
from Training.learning.config import TrainConfig, add_overrides, read_config
from Training.learning.curves import Curves
from Training.learning.environment import ENVIRONMENT_FILE, write_environment
from Training.learning.initial_weights import (
    bundle_behind,
    load_initial_weights,
    patients_learned_from,
    refuse_tested_before,
)
from Training.learning.losses import deep_supervision_loss
from Training.learning.networks import build_network, size_multiple
from Training.learning.optimizer import learning_rate, make_optimizer, update_average
from Training.learning.repetitions import Repetition, add_seeds, with_seeds
from Training.learning.resuming import check_patients, prepare_run, restore_last
from Training.learning.splits import (
    LearningGroups,
    Split,
    learning_groups,
    read_examinations,
    split_examinations,
)
from Training.learning.state import State
from Training.learning.validate import validate, validation_loss
from Training.processes.distributed import ALONE, Processes, joined_processes
from Training.processes.interruption import Interruption
from Training.reporting.log import Progress, start_logging
from Training.samples.cache import CachedExamination
from Training.samples.slices import Batch

LOGGER = logging.getLogger(__name__)

POINT_EVERY = 20
"""Iterations between two points of the loss in TensorBoard."""

AVERAGED = ("loss", "domain_accuracy", "inconsistency")
"""Columns of metrics that hold the mean over the steps since the last row.

The others hold the value of the last step.
"""

HALF = {"bf16": torch.bfloat16, "fp16": torch.float16}


class TrainingError(UserError, RuntimeError):
    """A run that cannot start or go on."""


def train(
    config: TrainConfig,
    split: Split,
    run: Path,
    *,
    resume: bool,
    device: torch.device,
    processes: Processes = ALONE,
    should_stop: Callable[[int, float], bool] = lambda _iteration, _dice: False,
) -> State:
    """Learns a network and leaves checkpoints, metrics and the resolved configuration in `run`.

    Raises:
        TrainingError: if the loss is not finite; the batch is saved in the run folder.
        CheckpointError: if `resume` is asked for and no checkpoint can be read.
        ConfigError, ModelError, DomainError: if the settings do not fit patients or initial model.
        KeyboardInterrupt: on Ctrl-C, after a checkpoint was written.
    """
    groups = learning_groups(split, config)
    check_batches(config, groups, processes)
    learned_before = patients_learned_from(config.initial_model)
    refuse_tested_before(learned_before, split, config.initial_model)
    state, sources = _prepared(config, groups, device, resume=resume)
    if resume:
        restore_last(state, run, config)
        check_patients(run, groups.as_split(split))
    if processes.writes and not (resume and (run / ENVIRONMENT_FILE).is_file()):
        bundle_before = bundle_behind(config.initial_model, config.view)
        write_environment(config, groups.as_split(split), run, learned_before, bundle_before)
    size, patients = parameter_count(state.network), len(groups.labeled)
    LOGGER.info("%d parameters, %d patients, from iteration %d", size, patients, state.iteration)
    if is_stale(state, config):
        return state
    with (
        Progress(config.iterations, state.iteration, shown=processes.writes) as progress,
        Interruption() as interruption,
        Curves(run, state.iteration, enabled=processes.writes) as curves,
    ):
        for given in batches(config, sources, state.iteration, processes):
            values = try_step(state, given, config, run, device, processes)
            progress.update(state.iteration, values["loss"])
            if state.iteration % POINT_EVERY == 0:
                curves.point(state.iteration, values)
            if state.iteration % config.validate_every == 0 or state.iteration == config.iterations:
                dice = record(state, config, groups.validation, run, curves, values)
                if should_stop(state.iteration, dice) or is_stale(state, config):
                    break
            if interruption.asked:
                _save_and_end(state, config, run, processes)
    return state


def _prepared(
    config: TrainConfig, groups: LearningGroups, device: torch.device, *, resume: bool
) -> tuple[State, Sources]:
    """The network at its first weights with what trains it, and what its batches are made of."""
    state, sources = start(config, device), Sources(groups.labeled, groups.phases)
    if not config.dann.targets:
        return state, sources
    with mixed_precision(config, device):  # DANN
        state.adversary, domains = make_adversary(
            state.network, config, groups.labeled, groups.unlabeled, groups.validation
        )
        if not resume:
            start_predictor_ahead(state.adversary, state.network, config, domains)
    return state, replace(sources, domains=domains)


def _save_and_end(state: State, config: TrainConfig, run: Path, processes: Processes) -> NoReturn:
    if processes.writes:
        save_last(state.to_dict(config), run)
    raise KeyboardInterrupt


def is_stale(state: State, config: TrainConfig) -> bool:
    """Whether the last validations, as many as `config.patience` says, were no better."""
    if not config.patience or state.stale < config.patience:
        return False
    LOGGER.info("No better validation among the last %d: stopped early.", state.stale)
    return True


def start(config: TrainConfig, device: torch.device) -> State:
    """A network at random weights or those of the initial model, and what trains it."""
    torch.manual_seed(config.seed)
    network = build_network(config.architecture, config.network)
    if config.initial_model:
        load_initial_weights(network, config)
    network = to_device(network, device)
    scaler = torch.amp.GradScaler(device.type, enabled=config.precision == "fp16")
    return State(network, copy.deepcopy(network), make_optimizer(network, config.optimizer), scaler)


def try_step(
    state: State,
    given: StepBatches,
    config: TrainConfig,
    run: Path,
    device: torch.device,
    processes: Processes,
) -> dict[str, float]:
    """A step; if its loss is not finite, the batch is saved first.

    Raises:
        TrainingError: if the loss is not finite.
    """
    try:
        return step(state, given, config, device, processes)
    except TrainingError:
        labeled = given.labeled
        saved = {"images": labeled.images, "target": labeled.target, "known": labeled.known}
        torch.save(saved, run / f"failed_batch{processes.rank or ''}.pt")
        raise


def mixed_precision(config: TrainConfig, device: torch.device) -> torch.autocast:
    """The arithmetic of a network: half precision where the settings say so."""
    return torch.autocast(
        device.type, HALF.get(config.precision), enabled=config.precision != "full"
    )


def step(
    state: State,
    given: StepBatches,
    config: TrainConfig,
    device: torch.device,
    processes: Processes = ALONE,
) -> dict[str, float]:
    """One optimizer step; returns the loss and, with DANN or consistency, how these do.

    Raises:
        TrainingError: if the loss is not finite.
    """
    labeled, progress = given.labeled, state.iteration / config.iterations
    network = state.network.train()
    rate = learning_rate(config.optimizer, state.iteration, config.iterations)
    for group in state.optimizer.param_groups:
        group["lr"] = rate
    mixed = mixed_precision(config, device)
    images = labeled.images.to(device, memory_format=torch.channels_last)
    with mixed:
        outputs = network(images, *_neighbors_of(labeled, device))
    loss = deep_supervision_loss(
        outputs, labeled.target.to(device), labeled.known.to(device), processes.all_reduce_sum
    )
    values = {"loss": float(loss.detach()), "learning_rate": rate}
    if not np.isfinite(values["loss"]):
        raise TrainingError(
            f"The loss is {values['loss']} at iteration {state.iteration}; see failed_batch.pt."
        )
    if given.domains is not None:  # DANN
        with mixed:
            domain = _compare_domains(state, given.domains.to(device), progress, processes)
        if domain.loss is not None:
            loss = loss + domain.loss / processes.count
        values |= domain.metrics()
    if given.phases is not None:  # consistency
        strength = config.consistency.strength(progress)
        with mixed:
            inconsistency = consistency_loss(network, state.average, given.phases.to(device))
        # of this process; their gradients are added up
        share = len(given.phases.mixed) / config.consistency.batch_size
        loss = loss + strength * share * inconsistency
        values |= {"inconsistency": float(inconsistency.detach()), "consistency_weight": strength}
    _descend(state, loss, config, processes)
    state.values.append(values)
    return values


def _compare_domains(
    state: State, domains: DomainBatch, progress: float, processes: Processes
) -> DomainStep:
    """A step of the domain adversary, which is measured on held-out patients when that is due."""
    network, adversary = cast(UNet, state.network), cast(DomainAdversary, state.adversary)
    if adversary.is_due(state.iteration):
        accuracy = adversary.measure(network, progress)
        LOGGER.info(
            "iteration %d: accuracy of the domain on held-out patients %.3f, λ %.3g",
            state.iteration,
            accuracy,
            adversary.strength.at(progress),
        )
    return adversary.compare(network, domains, progress, processes.combine)


def _descend(state: State, loss: Tensor, config: TrainConfig, processes: Processes) -> None:
    """One step down the gradient of the loss; the averaged weights follow."""
    network = state.network
    state.optimizer.zero_grad(set_to_none=True)
    state.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
    processes.combine(network)
    state.scaler.unscale_(state.optimizer)
    nn.utils.clip_grad_norm_(network.parameters(), config.optimizer.clip)
    state.scaler.step(state.optimizer)
    state.scaler.update()
    state.iteration += 1
    update_average(state.average, network, config.optimizer.average_decay, state.iteration)


def _neighbors_of(batch: Batch, device: torch.device) -> tuple[Tensor, ...]:
    """What a network gets besides images: the neighbors of each slice, if it looks at them."""
    return () if batch.neighbors is None else (batch.neighbors.to(device),)


def record(
    state: State,
    config: TrainConfig,
    validation: list[CachedExamination],
    run: Path,
    curves: Curves,
    values: dict[str, float],
) -> float:
    """Validates the averaged weights, adds a row of metrics and writes the checkpoints.

    Returns the mean Dice.

    With several processes each validates, so that all know when to stop; one of them writes.
    """
    scores = validate(
        state.average, validation, config.sampling.spacing_mm, size_multiple(state.average)
    )
    scores["validation_loss"] = validation_loss(state.average, validation, config.sampling)
    averaged = {
        name: float(np.mean([step_values[name] for step_values in state.values]))
        for name in AVERAGED
        if name in values
    }
    values = values | averaged | scores
    LOGGER.info(
        "iteration %d %s",
        state.iteration,
        " ".join(f"{name} {value:.4g}" for name, value in values.items()),
    )
    improved = scores["mean"] > state.best
    state.best, state.stale = max(state.best, scores["mean"]), 0 if improved else state.stale + 1
    state.values.clear()
    curves.row(state.iteration, values | {"seconds": state.seconds})
    if not curves.enabled:
        return scores["mean"]
    saved = state.to_dict(config)
    if improved:
        save_checkpoint(saved, run / BEST)
    if state.iteration % config.keep_every == 0:
        save_checkpoint(saved, run / f"iteration{state.iteration:06d}.pt")
    save_last(saved, run)  # at the end: a run that is resumed from it has written the others
    return scores["mean"]


def run_repetition(
    repetition: Repetition,
    examinations: Sequence[CachedExamination],
    *,
    device: str,
    should_stop: Callable[[int, float], bool] = lambda _iteration, _dice: False,
) -> State:
    """Trains one run of a fold, a seed or a trial; one that was begun is resumed.

    Raises:
        ConfigError, TrainingError, DomainError: if it cannot be trained.
    """
    return train(
        repetition.config,
        split_examinations(examinations, repetition.config.data),
        repetition.folder,
        resume=has_checkpoint(repetition.folder),
        device=device_of(device),
        should_stop=should_stop,
    )


@dataclass(frozen=True)
class TrainOptions:
    """What the command line asks for; its help says what each is."""

    experiment: Path
    cache: Path
    out: Path
    fold: int | None
    seed: int | None
    seeds: list[int]
    set: list[str]
    device: str
    resume: bool
    fresh: bool


def run_training(options: TrainOptions) -> None:
    """Trains as the command line asks."""
    config = read_config(options.experiment, options.set)
    if options.seed is not None:
        config = replace(config, seed=options.seed)
    if options.fold is not None:
        config = replace(config, data=replace(config.data, fold=options.fold))
    split = split_examinations(read_examinations(options.cache, config), config.data)
    with joined_processes() as processes:
        logging.getLogger().setLevel(logging.INFO if processes.writes else logging.WARNING)
        device = device_of(options.device, processes.local_rank)
        for run in with_seeds(config, options.out, options.seeds):
            resume = prepare_run(
                run.folder, resume=options.resume, fresh=options.fresh, writes=processes.writes
            )
            train(run.config, split, run.folder, resume=resume, device=device, processes=processes)


def device_of(asked: str, local_rank: int = 0) -> torch.device:
    """The device to train on: "auto" is a GPU if there is one.

    Raises:
        TrainingError: if a GPU is asked for and there is none.
    """
    if asked == "cuda" and not torch.cuda.is_available():
        raise TrainingError("No CUDA device was found. Use --device cpu or --device auto.")
    if asked == "cpu" or not torch.cuda.is_available():
        return torch.device("cpu")
    return torch.device("cuda", local_rank)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    start_logging(times=True)
    parser = argparse.ArgumentParser(
        prog="python -m Training.train", description="Learn a network from the cache."
    )
    parser.add_argument(
        "experiment", type=Path, help="TOML file with what differs from the defaults"
    )
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument(
        "--fold", type=int, metavar="K", help="fold of a cross-validation to test on, from 0"
    )
    seeds = parser.add_mutually_exclusive_group()
    seeds.add_argument("--seed", type=int, help="in place of the experiment's")
    add_seeds(seeds)
    add_overrides(parser)
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    parser.add_argument(
        "--resume", action="store_true", help="go on from the run's last checkpoint"
    )
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="replace the run in --out; with --resume only if it has no checkpoint",
    )
    options = TrainOptions(**vars(parser.parse_args(arguments)))
    return run_command(lambda: run_training(options), on_failure=_hint)


def _hint(error: BaseException, sentence: str) -> None:
    if isinstance(error, KeyboardInterrupt):
        LOGGER.warning("Use --resume to continue from the last checkpoint.")


if __name__ == "__main__":
    sys.exit(main())
