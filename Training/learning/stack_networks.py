"""Networks that see more than a slice: its neighbors as channels (2.5-D), or whole volumes (3-D).

A batch is a list of slices and of their neighbors, as `samples.windows` and the library's
`Predictor` give it. Which end of a stack is the apex is never assumed, so neither network cares in
which order the slices come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

NEIGHBOR_CHANNELS = 3
"""A slice, the darker and the brighter of its neighbors."""


class NeighborsAsChannels(nn.Module):
    """A network of slices that gets each with its two neighbors, in channels.

    The neighbors are given pixel by pixel as their minimum and maximum, which says what both hold
    and not which of them lies above. A missing one is replaced by the slice itself.

    Args:
        network: maps (N, 3, Y, X) to a list of logits.
        size_multiple: rows and columns must be multiples of this many pixels.
    """

    reach = 1
    """Slices up and down a stack that it looks at."""

    def __init__(self, network: nn.Module, size_multiple: int) -> None:
        super().__init__()
        self.network, self.size_multiple = network, size_multiple

    def forward(self, images: Tensor, neighbors: Tensor | None = None) -> list[Tensor]:
        """Logits (N, classes, Y, X), full resolution first.

        Args:
            images: (N, 1, Y, X).
            neighbors: (N, 2) positions in the batch; None where no slice has a neighbor.
        """
        above, below = (images, images) if neighbors is None else _both(images, neighbors)
        channels = (images, torch.minimum(above, below), torch.maximum(above, below))
        outputs: list[Tensor] = self.network(torch.cat(channels, dim=1))
        return outputs


class Volumes(nn.Module):
    """A network of volumes: the slices that neighbor each other, put together.

    Volumes are padded with their edges to the sizes that the network takes, and the logits cropped.
    In evaluation mode the mean over both directions of the stack counts.

    Args:
        network: maps (N, 1, Z, Y, X) to one tensor of logits or a list of them, of which the first
            is kept.
        padded_multiples: slices, rows and columns are padded to multiples of these.
    """

    size_multiple = 1
    """Any size is taken."""
    reach = 99
    """Slices up and down a stack that it looks at: all of them."""

    def __init__(self, network: nn.Module, padded_multiples: tuple[int, int, int]) -> None:
        super().__init__()
        self.network, self.padded_multiples = network, padded_multiples

    def forward(self, images: Tensor, neighbors: Tensor | None = None) -> list[Tensor]:
        """Logits (N, classes, Y, X), in a list of one; arguments as of `NeighborsAsChannels`."""
        stacks = [[i] for i in range(len(images))] if neighbors is None else stacks_of(neighbors)
        by_length: dict[int, list[list[int]]] = defaultdict(list)
        for stack in stacks:
            by_length[len(stack)].append(stack)
        logits: list[Tensor] = [images] * len(images)
        for alike in by_length.values():
            volumes = torch.stack([images[stack, 0] for stack in alike])[:, None]
            for stack, found in zip(alike, self._logits(volumes), strict=True):
                for position, of_slice in zip(stack, found.unbind(dim=1), strict=True):
                    logits[position] = of_slice
        return [torch.stack(logits)]

    def _logits(self, volumes: Tensor) -> Tensor:
        """(N, classes, Z, Y, X) for (N, 1, Z, Y, X)."""
        if self.training:
            return self._padded(volumes)
        turned = self._padded(volumes.flip(2)).flip(2)
        return (self._padded(volumes) + turned) / 2

    def _padded(self, volumes: Tensor) -> Tensor:
        z, y, x = volumes.shape[2:]
        dz, dy, dx = (-n % m for n, m in zip((z, y, x), self.padded_multiples, strict=True))
        outputs = self.network(F.pad(volumes, (0, dx, 0, dy, 0, dz), mode="replicate"))
        logits: Tensor = outputs if isinstance(outputs, Tensor) else outputs[0]
        return logits[:, :, :z, :y, :x]


def _both(images: Tensor, neighbors: Tensor) -> Sequence[Tensor]:
    return [images.index_select(0, side) for side in neighbors.unbind(dim=1)]


def stacks_of(neighbors: Tensor) -> list[list[int]]:
    """Positions in a batch of the slices of each stack; a slice that sees none is one by itself.

    Args:
        neighbors: (N, 2) positions of the slices before and after each, its own where there is
            none; the slices of a stack follow each other.
    """
    before, after = (side.tolist() for side in neighbors.unbind(dim=1))
    stacks = [[0]]
    for i in range(1, len(before)):
        if before[i] == i - 1 or after[i - 1] == i:
            stacks[-1].append(i)
        else:
            stacks.append([i])
    return stacks
