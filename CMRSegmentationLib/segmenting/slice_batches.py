"""Which slices the network gets at a time, so that all threads have the same to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class SliceBatch:
    """Slices that are predicted together.

    Attributes:
        kept: those whose result counts.
        seen: those that the network gets: the kept ones and what they look at.
        stack_size: so many slices in a row are a stack.
    """

    kept: slice
    seen: slice
    stack_size: int

    @property
    def kept_of_seen(self) -> slice:
        """The kept slices, counted among the seen ones."""
        return slice(self.kept.start - self.seen.start, self.kept.stop - self.seen.start)

    def neighbors(self) -> NDArray[np.int64]:
        """(N, 2) numbers of the neighbors of each seen slice; its own at an end of its stack."""
        number = np.arange(self.seen.start, self.seen.stop)
        first = number // self.stack_size * self.stack_size
        lowest = np.maximum(first, self.seen.start)
        highest = np.minimum(first + self.stack_size, self.seen.stop) - 1
        pairs = np.stack((np.maximum(number - 1, lowest), np.minimum(number + 1, highest)), axis=1)
        return np.asarray(pairs - self.seen.start)


@dataclass(frozen=True)
class Slices:
    """Slices to predict, of stacks that are equally thick.

    Attributes:
        count: of them.
        stack_size: so many slices in a row are a stack.
        reach: how many slices up and down a stack the network looks.
    """

    count: int
    stack_size: int
    reach: int

    def batches(self, first: int, batch_size: int) -> Iterator[SliceBatch]:
        """The slices from `first` on, in batches of whole stacks or of parts of one."""
        while first < self.count:
            batch = self._next(first, batch_size)
            yield batch
            first = batch.kept.stop

    def _next(self, first: int, batch_size: int) -> SliceBatch:
        """Whole stacks if they fit, else part of one and the slices that it looks at."""
        if self.reach == 0:
            whole = slice(first, min(first + batch_size, self.count))
            return SliceBatch(whole, whole, self.stack_size)
        stacks = batch_size // self.stack_size
        if stacks > 0:
            whole = slice(first, min(first + stacks * self.stack_size, self.count))
            return SliceBatch(whole, whole, self.stack_size)
        start = first // self.stack_size * self.stack_size
        end = start + self.stack_size
        kept = slice(first, min(first + batch_size, end))
        seen = slice(max(kept.start - self.reach, start), min(kept.stop + self.reach, end))
        return SliceBatch(kept, seen, self.stack_size)

    def shared_batch_size(self, batch_size: int, threads: int) -> int:
        """The largest batch of at most `batch_size` that leaves no thread with much less to do.

        Stacks are torn apart only where there are fewer of them than threads, as the parts look at
        slices of each other.
        """
        if threads == 1 or self.count == 0:
            return batch_size
        stays_whole = self.reach > 0 and self.stack_size * threads <= self.count
        unit = self.stack_size if stays_whole and self.stack_size <= batch_size else 1
        units, largest = _ceil(self.count, unit), batch_size // unit
        rounds = _ceil(units, threads * largest)
        return _ceil(units, threads * rounds) * unit


def _ceil(number: int, divisor: int) -> int:
    return -(-number // divisor)
