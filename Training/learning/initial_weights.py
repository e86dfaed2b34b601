"""Fine-tuning: a run that starts from the weights of a model bundle or of another run."""

from __future__ import annotations

import json
import pickle
from collections.abc import Set
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import nn

from CMRSegmentationLib.image import View
from CMRSegmentationLib.segmenting.model import ModelError, find_model
from Training.learning.checkpoint import has_checkpoint, load_last
from Training.learning.config import ConfigError, TrainConfig
from Training.learning.environment import (
    BUNDLE_BEFORE,
    ENVIRONMENT_FILE,
    Person,
    learned_before,
)
from Training.learning.splits import Split


def load_initial_weights(network: nn.Module, config: TrainConfig) -> None:
    """Gives a new network the weights of `config.initial_model`.

    A network whose stages look at neighboring slices can start from one whose stages do not: the
    exchange begins by passing features unchanged.

    Raises:
        ModelError: if there is no such model or it is damaged.
        CheckpointError: if it is a run whose checkpoint is damaged.
        ConfigError: if it is another network than the one that is configured; what differs is
            named.
    """
    if has_checkpoint(Path(config.initial_model)):
        _load_run(network, config)
        return
    bundle = find_model(config.initial_model, config.view)
    wanted: dict[str, Any] = json.loads(json.dumps(asdict(config.network)))
    if bundle.network.get("exchange_stages", 0) == 0:
        wanted.pop("exchange_stages")
    different = sorted(
        key for key, value in wanted.items() if bundle.network.get(key, value) != value
    )
    if different or config.architecture != "unet":
        name = f"network.{different[0]}" if different else "architecture"
        expected = bundle.network[different[0]] if different else "unet"
        found = wanted[different[0]] if different else config.architecture
        raise ConfigError(
            f"To start from the model {bundle.name!r}, {name} must be {expected!r}, found "
            f"{found!r}."
        )
    try:
        weights: dict[str, torch.Tensor] = torch.load(
            bundle.weights_path, map_location="cpu", weights_only=True
        )
        single = {key: v.float() if v.is_floating_point() else v for key, v in weights.items()}
        new = {key: v for key, v in network.state_dict().items() if key.startswith("exchanges.")}
        network.load_state_dict(new | single)
    except (RuntimeError, pickle.UnpicklingError, AttributeError) as error:
        raise ModelError(
            f"The weights of the model {bundle.name!r} do not fit its network: {error}"
        ) from error


def patients_learned_from(initial_model: str) -> set[Person]:
    """Whom an initial model learned from, and those that it went on from itself.

    A run says it in its `run.json`. Of a model bundle it is not known: nobody.
    """
    description = Path(initial_model) / ENVIRONMENT_FILE
    if not initial_model or not description.is_file():
        return set()
    environment = json.loads(description.read_text(encoding="utf-8"))
    rows = environment["examinations"]["train"]
    return {(row["dataset"], row["patient"]) for row in rows} | learned_before(environment)


def bundle_behind(initial_model: str, view: View) -> dict[str, str]:
    """License and training data of the model bundle that a run goes back to; empty if to none.

    Raises:
        ModelError: if there is no such model.
    """
    if not initial_model:
        return {}
    run = Path(initial_model)
    if (run / ENVIRONMENT_FILE).is_file():
        environment = json.loads((run / ENVIRONMENT_FILE).read_text(encoding="utf-8"))
        return dict(environment.get(BUNDLE_BEFORE, {}))
    if has_checkpoint(run):
        return {}
    bundle = find_model(initial_model, view)
    return {"license": bundle.license, "training_data": bundle.training_data}


def refuse_tested_before(learned: Set[Person], split: Split, initial_model: str) -> None:
    """Refuses to test on patients that the initial model learned from.

    As in a split, a patient of the same name in another data set, of planes cut from the same
    images say, is the same. Who is tested on with the planes or frames alone that are left out is
    trained on with the others, and may be.

    Raises:
        ConfigError: if there is such a patient.
    """
    tested = {e.patient for e in split.test} - {e.patient for e in split.train}
    both = sorted(tested & {patient for _, patient in learned})
    if both:
        raise ConfigError(
            f"Expected an initial_model that learned from none of the patients to test on, but "
            f"{initial_model} learned from {len(both)} of them, {both[0]} for one. Name one of the "
            "same division of patients or fold, or begin at random weights."
        )


def _load_run(network: nn.Module, config: TrainConfig) -> None:
    """Gives a new network the averaged weights of the run `config.initial_model`."""
    saved = load_last(Path(config.initial_model))
    architecture = saved["config"].get("architecture", "unet")
    if architecture != config.architecture:
        raise ConfigError(
            f"To start from the run {config.initial_model}, architecture must be "
            f"{architecture!r}, found {config.architecture!r}."
        )
    wanted: dict[str, Any] = json.loads(json.dumps(asdict(config.network)))
    found = saved["config"]["network"]
    different = sorted(key for key, value in wanted.items() if found.get(key, value) != value)
    if different:
        raise ConfigError(
            f"To start from the run {config.initial_model}, network.{different[0]} must be "
            f"{found[different[0]]!r}, found {wanted[different[0]]!r}."
        )
    network.load_state_dict(saved["average"])
