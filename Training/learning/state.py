"""What changes from iteration to iteration, and how it is saved and restored."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from Training.adaptation.dann import DomainAdversary
from Training.learning.config import TrainConfig, to_values


@dataclass
class State:
    """Weights, their average, optimizer, and where the run is.

    Attributes:
        network: what is trained.
        average: the moving average of its weights.
        optimizer: of the network.
        scaler: of the gradients, for 16-bit floating point alone.
        adversary: of domain-adversarial training, or None.
        iteration: steps done.
        best: best mean Dice of a validation.
        stale: validations since then.
        values: what the steps since the last validation returned.
        seconds_before: duration of the run before it was resumed.
        started: when it was started or resumed.
    """

    network: nn.Module
    average: nn.Module
    optimizer: torch.optim.Optimizer
    scaler: torch.amp.GradScaler
    adversary: DomainAdversary | None = None
    iteration: int = 0
    best: float = -1.0
    stale: int = 0
    values: list[dict[str, float]] = field(default_factory=list)
    seconds_before: float = 0.0
    started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Wall-clock time of the run so far, interruptions left out."""
        return self.seconds_before + time.monotonic() - self.started

    @property
    def device(self) -> torch.device:
        """Where the network is."""
        return next(self.network.parameters()).device

    def to_dict(self, config: TrainConfig) -> dict[str, Any]:
        """Everything that a resumed run needs."""
        saved = {
            "config": json.loads(json.dumps(to_values(config))),
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
            "iteration": self.iteration,
            "best": self.best,
            "stale": self.stale,
            "values": self.values,
            "seconds": self.seconds,
            "random": torch.get_rng_state(),
        }
        if self.device.type == "cuda":  # the predictor's dropout draws there
            saved["random_cuda"] = torch.cuda.get_rng_state(self.device)
        return saved | ({"adversary": self.adversary.to_dict()} if self.adversary else {})

    def restore(self, saved: dict[str, Any]) -> None:
        """Continues where `to_dict` left off.

        Raises:
            RuntimeError: if the weights are of another network.
            DomainError: if the adversary was of other vendors.
        """
        self.network.load_state_dict(saved["network"])
        self.average.load_state_dict(saved["average"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.scaler.load_state_dict(saved.get("scaler", {}) if self.scaler.is_enabled() else {})
        if self.adversary is not None and "adversary" in saved:
            self.adversary.restore(saved["adversary"])
        self.iteration, self.best = int(saved["iteration"]), float(saved["best"])
        self.stale, self.values = int(saved.get("stale", 0)), list(saved.get("values", []))
        self.seconds_before = float(saved["seconds"])
        torch.set_rng_state(saved["random"])
        if self.device.type == "cuda" and "random_cuda" in saved:
            torch.cuda.set_rng_state(saved["random_cuda"], self.device)
