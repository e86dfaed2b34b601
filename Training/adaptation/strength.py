"""λ, the strength of the reversed gradient: it waits for the predictor and answers to it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

STEEPNESS = 10.0
"""γ of Ganin et al. 2016, section 5.2.2 (arXiv:1505.07818)."""


@dataclass
class Strength:
    """λ over a run.

    It is 0 until the predictor knows the domains of held-out patients, because before that a
    reversed gradient carries nothing. Then it rises to `maximum` over `ramp` of the run, and eases
    off while the held-out accuracy falls back to chance.

    Attributes:
        maximum: λ when it has risen.
        ramp: share of the run over which it rises.
        needed: held-out accuracy that opens it.
        chance: accuracy of guessing.
        opened_at: share of the run at which it opened; None before.
        accuracy: the last held-out accuracy; None before the first measurement.
        warm_up_accuracy: the highest one until it opened; None before the first measurement.
    """

    maximum: float
    ramp: float
    needed: float
    chance: float
    opened_at: float | None = None
    accuracy: float | None = None
    warm_up_accuracy: float | None = None

    def answer(self, accuracy: float, progress: float) -> None:
        """Takes note of a held-out accuracy at a share of the run."""
        self.accuracy = accuracy
        if self.opened_at is None:
            self.warm_up_accuracy = max(accuracy, self.warm_up_accuracy or 0.0)
        if self.opened_at is None and accuracy >= self.needed:
            self.opened_at = progress

    def at(self, progress: float) -> float:
        """λ at a share of the run between 0 and 1."""
        if self.opened_at is None or self.accuracy is None:
            return 0.0
        risen = (progress - self.opened_at) / self.ramp if self.ramp else 1.0
        if risen <= 0:
            return 0.0
        full = 2.0 / (1.0 + math.exp(-STEEPNESS * min(risen, 1.0))) - 1.0
        known = (self.accuracy - self.chance) / (self.needed - self.chance)
        return self.maximum * full * min(max(known, 0.0), 1.0)

    def to_dict(self) -> dict[str, float | None]:
        """What a resumed run needs."""
        return asdict(self)
