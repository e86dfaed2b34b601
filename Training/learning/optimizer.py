"""How the weights move: optimizer, learning rate over the run, average of the weights."""

from __future__ import annotations

import torch
from torch import nn

from Training.learning.config import OptimizerConfig


def make_optimizer(network: nn.Module, config: OptimizerConfig) -> torch.optim.Optimizer:
    """SGD with Nesterov momentum or AdamW; normalization weights and biases are not decayed."""
    decayed = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    groups = [
        {"params": decayed, "weight_decay": config.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    if config.name == "sgd":
        return torch.optim.SGD(
            groups, config.learning_rate, momentum=config.momentum, nesterov=config.momentum > 0
        )
    return torch.optim.AdamW(groups, config.learning_rate)


def learning_rate(config: OptimizerConfig, iteration: int, iterations: int) -> float:
    """Linear warm-up, then polynomial decay to 0 at the run's own end."""
    warmup = min(1.0, (iteration + 1) / max(1, config.warmup))
    return float(config.learning_rate * warmup * (1 - iteration / iterations) ** config.power)


@torch.no_grad()
def update_average(average: nn.Module, network: nn.Module, decay: float, iteration: int) -> None:
    """Moves the averaged weights and normalization statistics toward the current ones."""
    decay = min(decay, (1 + iteration) / (10 + iteration))
    for mean, value in zip(
        average.state_dict().values(), network.state_dict().values(), strict=True
    ):
        if mean.dtype.is_floating_point:
            mean.lerp_(value, 1 - decay)
        else:
            mean.copy_(value)
