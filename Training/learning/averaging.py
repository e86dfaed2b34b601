"""Several runs as one: their predictions averaged (an ensemble), or their weights (a soup)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.segmenting.unet import UNetConfig
from Training.learning.networks import looks_at_neighbors, size_multiple

MINIMUM_PROBABILITY = 1e-12


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
