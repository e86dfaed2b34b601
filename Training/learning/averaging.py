"""Several networks as one: their predictions averaged (an ensemble), or their weights."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.segmenting.unet import UNetConfig
from Training.learning.networks import looks_at_neighbors, size_multiple

MINIMUM_PROBABILITY = 1e-12
STARTS_AT_ZERO = ".project.weight"
"""Ends the names of what `SliceExchange` multiplies its part by, zero in a network without it."""


class AveragingError(UserError, ValueError):
    """Runs that cannot be averaged."""


class Ensemble(nn.Module):
    """The mean of the probabilities of several networks (Lakshminarayanan et al. 2017).

    arXiv:1612.01474. Seen from outside it is one network in evaluation mode.

    Args:
        members: return a list of logits, full resolution first.
        config: image channels and classes, as of each member, and how far any of them looks.
    """

    def __init__(self, members: Sequence[nn.Module], config: UNetConfig) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.config = config
        self.size_multiple = max(size_multiple(member) for member in members)

    def forward(self, images: Tensor, *neighbors: Tensor) -> list[Tensor]:
        """The logarithm of the mean probabilities (N, classes, Y, X), in a list of one."""
        mean = torch.stack(
            [torch.softmax(self._logits(m, images, neighbors), dim=1) for m in self.members]
        ).mean(dim=0)
        return [mean.clamp_min(MINIMUM_PROBABILITY).log()]

    @staticmethod
    def _logits(member: nn.Module, images: Tensor, neighbors: tuple[Tensor, ...]) -> Tensor:
        given = neighbors if looks_at_neighbors(member) else ()
        logits: Tensor = member(images, *given)[0]
        return logits.float()


def soup(weights: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of the weights of runs that began at the same ones (Wortsman et al. 2022).

    arXiv:2203.05482. Runs from different random weights cannot be averaged like this.

    Raises:
        AveragingError: if they are of different networks.
    """
    first = weights[0]
    for other in weights[1:]:
        if {k: v.shape for k, v in first.items()} != {k: v.shape for k, v in other.items()}:
            raise AveragingError("Expected runs of the same network; their weights differ in size.")
    return {
        name: torch.stack([w[name] for w in weights]).mean(dim=0)
        if value.is_floating_point()
        else value
        for name, value in first.items()
    }


def between(first: dict[str, Tensor], last: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """Weights on the way from those that a network began at to those that it ended with.

    What was learned last is kept in part, and so is what it made the network forget (Wortsman et
    al. 2022, "Robust fine-tuning of zero-shot models", arXiv:2109.01903).

    Args:
        first: weights that the training began at.
        last: those it ended with; may have exchanges between slices that `first` lacks.
        share: how far on the way, 0 to 1.

    Returns:
        Weights of the names of `last`. Of an exchange that `first` lacks, what starts at zero is
        scaled by `share`, and all else is that of `last`.

    Raises:
        AveragingError: if `share` is not between 0 and 1, or `last` is not a network that began at
            `first`.
    """
    if not 0.0 <= share <= 1.0:
        raise AveragingError(f"Expected a share between 0 and 1, found {share:g}.")
    if any(name not in last or last[name].shape != value.shape for name, value in first.items()):
        raise AveragingError("Expected a network and one that began at its weights.")
    return {name: _between(name, first.get(name), value, share) for name, value in last.items()}


def _between(name: str, first: Tensor | None, last: Tensor, share: float) -> Tensor:
    if not last.is_floating_point():
        return last
    if first is not None:
        return torch.lerp(first.float(), last.float(), share)
    return share * last.float() if name.endswith(STARTS_AT_ZERO) else last.float()
