"""What it takes to repeat a run: settings, command, patients, versions and hardware."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any

import numpy as np
import torch

from CMRSegmentationLib.whole_files import write_whole
from Training.learning.config import TrainConfig, to_values
from Training.learning.splits import Split
from Training.samples.cache import CachedExamination

ENVIRONMENT_FILE, EVALUATION_FILE = "run.json", "evaluation.json"
PROBE_FOLDER, PROBE_FILE = "probe", "probe.csv"
LEARNED_BEFORE = "learned_before"
"""Key of the patients that the initial model learned from, and the models before it."""

BUNDLE_BEFORE = "bundle_before"
"""Key of the license and training data of the model bundle that a run goes back to."""

Person = tuple[str, str]
"""Data set and patient."""


def write_environment(
    config: TrainConfig,
    split: Split,
    run: Path,
    learned_before: Set[Person] = frozenset(),
    bundle_before: Mapping[str, str] | None = None,
) -> None:
    """Writes `run.json` into the folder of a run, which is made if it is not there."""
    run.mkdir(parents=True, exist_ok=True)
    before = [{"dataset": name, "patient": patient} for name, patient in sorted(learned_before)]
    environment = {
        "config": to_values(config),
        **_circumstances(),
        "examinations": describe_groups(split),
        LEARNED_BEFORE: before,
        BUNDLE_BEFORE: dict(bundle_before or {}),
    }
    write_whole(run / ENVIRONMENT_FILE, json.dumps(environment, indent=1))


def describe_groups(split: Split) -> dict[str, list[dict[str, Any]]]:
    """Who is in each group of a run, as `run.json` lists it."""
    return {name: [_describe(e) for e in group] for name, group in split.groups().items()}


def learned_before(environment: dict[str, Any]) -> set[Person]:
    """Whom the models learned from that a run goes on from, as far as its `run.json` knows."""
    return {(row["dataset"], row["patient"]) for row in environment.get(LEARNED_BEFORE, ())}


def write_evaluation(out: Path) -> None:
    """Writes `evaluation.json` into a folder of results: command, versions and hardware."""
    write_whole(out / EVALUATION_FILE, json.dumps(_circumstances(), indent=1))


def _circumstances() -> dict[str, Any]:
    return {
        "command": command_line(),
        "commit": _git("rev-parse", "HEAD"),
        "changed_since_commit": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "threads": torch.get_num_threads(),
        "processors": os.cpu_count(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
    }


def command_line() -> str:
    """The command of this process."""
    return " ".join(
        ["python", "-m", f"Training.{Path(sys.argv[0]).stem}", *map(_without_folder, sys.argv[1:])]
    )


def _without_folder(argument: str) -> str:
    """An argument without the user's own folders, which mean nothing to anybody else."""
    return Path(argument).name if Path(argument).is_absolute() else argument


def _git(*arguments: str) -> str:
    """What git answers about the program; empty where git or its history is missing."""
    command = ["git", "--no-optional-locks", *arguments]
    try:
        done = subprocess.run(
            command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip()


def _describe(examination: CachedExamination) -> dict[str, Any]:
    e = examination
    annotated = [label.name for label in e.annotated]
    return {
        "patient": e.patient,
        "dataset": e.dataset,
        "vendor": e.vendor,
        "pathology": e.pathology,
        "annotated": annotated,
    }
