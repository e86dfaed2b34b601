"""How much of the domain (vendor, say) each strategy left: to its adversary and to fresh probes."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from CMRSegmentationLib.whole_files import whole_file
from Training.learning.environment import PROBE_FILE
from Training.reporting.run_folder import Run
from Training.reporting.strategies import over_seeds
from Training.reporting.tables import Table

COLUMNS = ("place", "slices", "accuracy")
WHILE_LEARNING = {
    "warm_up_domain_accuracy": "held out, warm-up",
    "held_out_domain_accuracy": "held out, at the end",
}
"""Column of `metrics.csv` → of the table."""


def write_probe(accuracies: Mapping[str, float], slices: int, out: Path) -> None:
    """Writes what fresh probes found into `probe.csv` of a folder.

    Args:
        accuracies: what a probe reads → its accuracy on held-out patients.
        slices: that it was measured on.
        out: the folder.
    """
    out.mkdir(parents=True, exist_ok=True)
    with (
        whole_file(out / PROBE_FILE) as partial,
        partial.open("w", newline="", encoding="utf-8") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows((place, slices, f"{a:.4f}") for place, a in accuracies.items())


def domain_table(strategies: Mapping[str, Sequence[Run]]) -> Table | None:
    """One line per strategy: accuracies of the adversary and of fresh probes, mean ± SD over seeds.

    None if no run has any of them.
    """
    places = list(dict.fromkeys(p for runs in strategies.values() for r in runs for p in r.probe))
    known = [
        name
        for name in WHILE_LEARNING
        if any(name in run.metrics for runs in strategies.values() for run in runs)
    ]
    if not places and not known:
        return None
    lines = []
    for strategy, runs in strategies.items():
        learned = [_over_seeds([_last(run, name) for run in runs]) for name in known]
        probed = [_over_seeds([r.probe.get(place, math.nan) for r in runs]) for place in places]
        lines.append((strategy, str(len(runs)), *learned, *probed))
    columns = [*(WHILE_LEARNING[name] for name in known), *(f"probe, {place}" for place in places)]
    return Table(
        "Accuracy of the domain on held-out patients", ("strategy", "seeds", *columns), tuple(lines)
    )


def _last(run: Run, name: str) -> float:
    values = run.metrics.get(name, [])
    return values[-1] if values else math.nan


def _over_seeds(values: Sequence[float]) -> str:
    return over_seeds([value for value in values if not math.isnan(value)])
