"""Whether a run starts anew or continues, and that it continues with the settings it began with."""

from __future__ import annotations

import json
import logging
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from CMRSegmentationLib.errors import UserError
from Training.learning.checkpoint import CheckpointError, has_checkpoint, load_last
from Training.learning.config import TrainConfig, to_values
from Training.learning.curves import METRICS_FILE
from Training.learning.environment import (
    ENVIRONMENT_FILE,
    EVALUATION_FILE,
    PROBE_FILE,
    PROBE_FOLDER,
    describe_groups,
)
from Training.learning.splits import Split
from Training.learning.state import State
from Training.scoring.results import RESULTS_FILE, TABLES_FILE

LOGGER = logging.getLogger(__name__)

MAY_CHANGE = ("workers", "keep_every")
"""Settings that change nothing about what is learned."""


class ResumeError(UserError, RuntimeError):
    """A run that can neither be started nor resumed."""


def prepare_run(run: Path, *, resume: bool, fresh: bool, writes: bool) -> bool:
    """Whether to resume a run: asked for and, with `fresh`, only if a checkpoint is readable.

    Raises:
        ResumeError: if there is a run that is neither to be resumed nor to be replaced.
    """
    if not resume and not fresh and has_checkpoint(run):
        raise ResumeError(
            f"{run} holds a run. Use --resume to continue it, --fresh to replace it, or another "
            "--out."
        )
    if resume and fresh:
        try:
            load_last(run)
        except CheckpointError as error:
            LOGGER.warning("%s Starting anew.", error)
            resume = False
    if fresh and not resume and writes:
        clear_run(run)
    return resume


def clear_run(run: Path) -> None:
    """Removes the checkpoints and curves of an earlier run, and the scores that it had."""
    scores = (RESULTS_FILE, TABLES_FILE, EVALUATION_FILE, f"{PROBE_FOLDER}/{PROBE_FILE}")
    for path in [*run.glob("*.pt"), *(run / name for name in (METRICS_FILE, *scores))]:
        path.unlink(missing_ok=True)
    shutil.rmtree(run / "tensorboard", ignore_errors=True)


def restore_last(state: State, run: Path, config: TrainConfig) -> None:
    """Restores the last checkpoint of a run.

    Raises:
        CheckpointError: if none can be read.
        ResumeError: if the run began with other settings; they are named.
        DomainError: if it adapted other vendors.
    """
    saved = load_last(run)
    check_settings(run, saved["config"], config)
    state.restore(saved)


def check_patients(run: Path, split: Split) -> None:
    """Sees to it that a run is gone on with the patients that it began with.

    Raises:
        ResumeError: if the cache holds others now; one is named.
    """
    if not (run / ENVIRONMENT_FILE).is_file():
        return
    before = json.loads((run / ENVIRONMENT_FILE).read_text(encoding="utf-8"))
    groups = describe_groups(split)
    for name, rows in before.get("examinations", {}).items():
        now, then = Counter(map(_known_by, groups[name])), Counter(map(_known_by, rows))
        different = sorted(((now - then) + (then - now)).elements())
        if different:
            raise ResumeError(
                f"{run} began with other examinations: {different[0][1]} ({name}) has changed in "
                "the cache. Resume it with the cache that it began with, or train into another "
                "folder."
            )


def _known_by(row: dict[str, Any]) -> tuple[str, ...]:
    return row["dataset"], row["patient"], *row["annotated"]


def check_settings(run: Path, before: dict[str, Any], config: TrainConfig) -> None:
    """Sees to it that a run is gone on with as it began.

    Raises:
        ResumeError: if the settings that it began with are others; they are named.
    """
    changed = list(changed_settings(before, to_values(config)))
    if changed:
        raise ResumeError(
            f"{run} began with other settings: {'; '.join(changed)}. Resume it with those that it "
            "began with, or train into another folder."
        )


def changed_settings(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """`optimizer.power was 0.9, now 1.0` and so on; settings that came later are left out."""
    flat_before, flat_now = dict(flatten(before)), dict(flatten(now))
    for name in sorted(flat_before.keys() & flat_now.keys()):
        a, b = (_plain(values[name]) for values in (flat_before, flat_now))
        if a != b and name not in MAY_CHANGE:
            yield f"{name} was {a}, now {b}"


def flatten(values: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested settings with dotted names."""
    for key, value in values.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _plain(value: Any) -> Any:
    """A setting as JSON keeps it."""
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
