"""Fine-tuning: a run that starts from the weights of a model bundle."""

from __future__ import annotations

import json
import pickle
from dataclasses import asdict
from typing import Any

import torch
from torch import nn

from CMRSegmentationLib.segmenting.model import ModelError, find_model
from Training.learning.config import ConfigError, TrainConfig


def load_initial_weights(network: nn.Module, config: TrainConfig) -> None:
    """Gives a new network the weights of `config.initial_model`.

    A network whose stages look at neighboring slices can start from one whose stages do not: the
    exchange begins by passing features unchanged.

    Raises:
        ModelError: if there is no such model or it is damaged.
        ConfigError: if it is another network than the one that is configured; what differs is
            named.
    """
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
