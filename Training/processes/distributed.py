"""Several processes that share every batch, as `torchrun` starts them (data-parallel training).

Each process draws its own part of the batch. The loss is taken of the sums over all parts, so every
process has the loss of the whole batch; the gradients of the parts then add up to the gradient of
the whole. This is what DistributedDataParallel does, written out, because its wrapper sees neither
sums inside the loss nor a network whose encoder and decoder are called one by one. Batch
normalization sees the process's own part; its running statistics are averaged after every step.
With instance normalization the result is that of one process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn


@dataclass(frozen=True)
class Processes:
    """This process among those that train together.

    Attributes:
        rank: its number, from 0; process 0 alone writes files.
        count: how many there are.
        local_rank: its number on this machine, which is that of its GPU.
    """

    rank: int = 0
    count: int = 1
    local_rank: int = 0

    @property
    def writes(self) -> bool:
        """Whether this process writes files."""
        return self.rank == 0

    def all_reduce_sum(self, values: Tensor) -> Tensor:
        """The sum of `values` over the processes.

        The gradient of the sum goes to every process's own values.
        """
        if self.count == 1:
            return values
        total: Tensor = _AllReduceSum.apply(values)  # type: ignore[no-untyped-call]
        return total

    def combine(self, *modules: nn.Module) -> None:
        """Sums the modules' gradients and averages their statistics over the processes."""
        if self.count == 1:
            return
        gradients = [
            p.grad for module in modules for p in module.parameters() if p.grad is not None
        ]
        buffers = [
            b for b in chain(*(module.buffers() for module in modules)) if b.dtype.is_floating_point
        ]
        _all_reduce_in_place(gradients, 1.0)
        _all_reduce_in_place(buffers, 1.0 / self.count)


ALONE = Processes()


class _AllReduceSum(torch.autograd.Function):
    """The sum over the processes.

    Every process derives the same loss from it, so its gradient is passed on once.
    """

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        total = values.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        return gradients[0]


@torch.no_grad()
def _all_reduce_in_place(tensors: list[Tensor], factor: float) -> None:
    """Replaces each tensor by its sum over the processes times `factor`, in one exchange."""
    if not tensors:
        return
    flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
    dist.all_reduce(flat)
    parts = torch.split(flat, [tensor.numel() for tensor in tensors])
    for tensor, part in zip(tensors, parts, strict=True):
        tensor.copy_(part.reshape(tensor.shape) * factor)


@contextmanager
def joined_processes() -> Iterator[Processes]:
    """This process among those of `torchrun`, connected until the context ends.

    Without `torchrun` it is alone.
    """
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield ALONE
        return
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    try:
        yield Processes(dist.get_rank(), count, int(os.environ.get("LOCAL_RANK", "0")))
    finally:
        dist.destroy_process_group()
