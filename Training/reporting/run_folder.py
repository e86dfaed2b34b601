"""Finished runs on disk: their results, their learning curves and what they were made with."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from Training.learning.config import TrainConfig, to_values
from Training.learning.curves import METRICS_FILE
from Training.learning.environment import (
    ENVIRONMENT_FILE,
    EVALUATION_FILE,
    PROBE_FILE,
    PROBE_FOLDER,
)
from Training.learning.resuming import flatten
from Training.scoring.results import RESULTS_FILE, ResultRow, ResultsError, read_results


@dataclass(frozen=True)
class Run:
    """An evaluated run.

    Attributes:
        name: its folder, relative to the folder of all runs; that of the results where one run was
            scored twice.
        rows: the results.
        environment: what `run.json` holds; empty for a model that was evaluated without its run
            folder.
        evaluation: what `evaluation.json` holds; empty if there is none.
        metrics: column → values of the validations during training, from `metrics.csv`; empty if
            there is none.
        probe: what a fresh probe for the domain reads → its accuracy, from `probe/probe.csv`; empty
            if there is none.
    """

    name: str
    rows: list[ResultRow]
    environment: dict[str, Any] = field(default_factory=dict)
    evaluation: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, list[float]] = field(default_factory=dict)
    probe: dict[str, float] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, Any]:
        """The configuration with dotted names such as `optimizer.learning_rate`.

        Empty if it is not known.

        A setting that came after the run has its default, which is how the program behaved before.
        """
        config = self.environment.get("config")
        return {} if config is None else _DEFAULTS | dict(flatten(config))

    @property
    def seed(self) -> int | None:
        """The seed of the run, where it is known."""
        seed = self.settings.get("seed")
        return None if seed is None else int(seed)


def find_runs(folder: Path) -> list[Run]:
    """Every folder below `folder` with a results.csv, in the order of their names.

    `run.json` and `metrics.csv` are taken from the folder of the results or the next one above that
    has them.

    Raises:
        ResultsError: if there is none, or a file is damaged.
    """
    paths = sorted(folder.rglob(RESULTS_FILE)) if folder.is_dir() else []
    if not paths:
        raise ResultsError(
            f"Expected folders with {RESULTS_FILE} below {folder}, found none; evaluate a run "
            "first."
        )
    owners = [(_nearest(path.parent, folder, ENVIRONMENT_FILE) or path).parent for path in paths]
    named = [
        owner if owners.count(owner) == 1 else path.parent
        for path, owner in zip(paths, owners, strict=True)
    ]
    return [
        _read_run(path, folder, name.relative_to(folder))
        for path, name in zip(paths, named, strict=True)
    ]


def _read_run(path: Path, folder: Path, name: Path) -> Run:
    rows = read_results(path)
    if not rows:
        raise ResultsError(f"{path} holds no row.")
    files = {
        name: _nearest(path.parent, folder, name)
        for name in (ENVIRONMENT_FILE, EVALUATION_FILE, METRICS_FILE)
    }
    metrics = files[METRICS_FILE]
    return Run(
        name=name.as_posix() if name.parts else folder.resolve().name,
        rows=rows,
        environment=_read_json(files[ENVIRONMENT_FILE]),
        evaluation=_read_json(files[EVALUATION_FILE]),
        metrics=_read_metrics(metrics) if metrics else {},
        probe=_read_probe(path.parent / PROBE_FOLDER / PROBE_FILE),
    )


def _nearest(start: Path, top: Path, name: str) -> Path | None:
    for folder in (start, *start.parents):
        if (folder / name).is_file():
            return folder / name
        if folder == top:
            return None
    return None


def _read_json(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ResultsError(f"{path} cannot be read: {error}.") from error
    return values


def _read_metrics(path: Path) -> dict[str, list[float]]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    try:
        return {
            name: [float(row[name] or "nan") for row in rows] for name in (rows[0] if rows else ())
        }
    except ValueError as error:
        raise ResultsError(f"{path} cannot be read: {error}.") from error


def _read_probe(path: Path) -> dict[str, float]:
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        try:
            return {row["place"]: float(row["accuracy"]) for row in csv.DictReader(file)}
        except (KeyError, ValueError, TypeError) as error:
            raise ResultsError(f"{path} cannot be read: {error}.") from error


def changed_settings(runs: Sequence[Run]) -> dict[str, dict[str, str]]:
    """Run → settings that are not the same in all runs, the seed left out.

    What is not known of a run, an ensemble say, is no difference.
    """
    all_settings = {run.name: run.settings for run in runs}
    known = [settings for settings in all_settings.values() if settings]
    names = sorted({name for settings in known for name in settings} - {"seed"})
    differ = [name for name in names if len({repr(settings.get(name)) for settings in known}) > 1]
    return {
        run: {name: str(settings[name]) for name in differ if name in settings}
        for run, settings in all_settings.items()
    }


_DEFAULTS = dict(flatten(json.loads(json.dumps(to_values(TrainConfig())))))
