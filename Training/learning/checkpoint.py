"""Checkpoints of a run: written whole or not at all, the previous one kept."""

from __future__ import annotations

import logging
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.whole_files import whole_file

LOGGER = logging.getLogger(__name__)

LAST, PREVIOUS, BEST = "last.pt", "previous.pt", "best.pt"


class CheckpointError(UserError, RuntimeError):
    """No checkpoint of a run can be read."""


def save_checkpoint(state: dict[str, Any], path: Path) -> None:
    """Writes a checkpoint; a full disk or a kill leaves the file of that name as it was.

    Raises:
        OSError: if it cannot be written.
    """
    with _readable_failure(path), whole_file(path) as partial:
        torch.save(state, partial)


def save_last(state: dict[str, Any], run: Path) -> None:
    """Writes the run's last checkpoint and keeps the one before it.

    Raises:
        OSError: if it cannot be written; both are left as they were.
    """
    with _readable_failure(run / LAST), whole_file(run / LAST) as partial:
        torch.save(state, partial)
        if (run / LAST).exists():
            os.replace(run / LAST, run / PREVIOUS)


@contextmanager
def _readable_failure(path: Path) -> Iterator[None]:
    """PyTorch raises RuntimeError on a full disk."""
    try:
        yield
    except (RuntimeError, OSError) as error:
        raise OSError(
            f"The checkpoint {path} could not be written (is the disk full?): {error}"
        ) from error


def has_checkpoint(run: Path) -> bool:
    """Whether a folder holds a checkpoint that a run could go on from, damaged or not."""
    return any((run / name).exists() for name in (LAST, PREVIOUS))


def load_checkpoint(path: Path) -> dict[str, Any]:
    """A checkpoint, read as data only.

    Raises:
        CheckpointError: if the file is missing or damaged.
    """
    if not path.is_file():
        raise CheckpointError(f"Expected the checkpoint {path}, found none; name a trained run.")
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError, KeyError, ValueError) as error:
        raise CheckpointError(f"The checkpoint {path} is damaged: {error}") from error
    return state


def load_last(run: Path) -> dict[str, Any]:
    """The run's last checkpoint, or the one before it if the last is damaged.

    Raises:
        CheckpointError: if neither can be read.
    """
    for name in (LAST, PREVIOUS):
        try:
            return load_checkpoint(run / name)
        except CheckpointError as error:
            LOGGER.warning("%s", error)
    raise CheckpointError(f"{run} holds no checkpoint that can be read; start anew with --fresh.")
