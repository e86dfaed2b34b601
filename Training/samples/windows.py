"""Windows of neighboring slices: which slices a sample holds, and which of them see each other.

A network that looks at the slices above and below must not care how far apart they lie, where the
stack ends, or whether a neighbor is there at all. Windows therefore begin and end anywhere in a
stack, some take every second slice, and some pairs of neighbors do not see each other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

Table = np.ndarray[tuple[int, int], np.dtype[np.int64]]
"""Positions of both neighbors of each slice."""


def sample_window(
    rng: np.random.Generator, slices: int, position: int, size: int, skip_probability: float
) -> list[int]:
    """Positions of up to `size` neighboring slices of a stack, one of which is `position`.

    Args:
        rng: samples where the window begins and how far apart its slices lie.
        slices: of the stack.
        position: of the slice that the window was chosen for, from 0.
        size: of the window; a stack of fewer slices gives all that it has.
        skip_probability: of taking every second slice, as in a stack of twice the pitch.
    """
    if size == 1:
        return [position]
    step = 2 if rng.random() < skip_probability else 1
    reachable = list(range(position % step, slices, step))
    place = reachable.index(position)
    count = min(size, len(reachable))
    lowest, highest = max(0, place - count + 1), min(place, len(reachable) - count)
    first = int(rng.integers(lowest, highest + 1))
    return reachable[first : first + count]


def neighbor_table(
    counts: Sequence[int],
    generators: Sequence[np.random.Generator] | None = None,
    missing_probability: float = 0.0,
) -> Tensor:
    """(N, 2) positions in a batch of the neighbors of each slice; its own where there is none.

    Args:
        counts: slices of each window of the batch, in order.
        generators: sample which neighbors are not seen, one for each window, so that it does not
            matter which process has the window; None if all are.
        missing_probability: of a slice not seeing a neighbor that it has.
    """
    tables = [_window_table(count) for count in counts]
    if generators is not None and missing_probability > 0:
        tables = [
            _with_missing(table, rng, missing_probability)
            for table, rng in zip(tables, generators, strict=True)
        ]
    starts = np.cumsum([0, *counts[:-1]])
    table = np.concatenate(tables) + np.repeat(starts, counts)[:, None]
    return torch.from_numpy(table.astype(np.int64))


def _window_table(count: int) -> Table:
    positions = np.arange(count)
    return np.stack((np.maximum(positions - 1, 0), np.minimum(positions + 1, count - 1)), axis=1)


def _with_missing(table: Table, rng: np.random.Generator, probability: float) -> Table:
    own = np.arange(len(table))[:, None]
    return np.where(rng.random(table.shape) < probability, own, table)
