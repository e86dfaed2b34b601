"""Command line: a folder of evaluated runs → report.md and one self-contained report.html.

python -m Training.report DIR [--out DIR] [--baseline RUN]

Every folder below DIR with a results.csv is a run; run.json and metrics.csv of the same folder or one above it say
what it was made with and how it learned.
"""

from __future__ import annotations

import argparse
import logging
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from Training.agreement_figures import agreement_figure
from Training.document import Block, Code, Heading, Paragraph, Picture, write_document
from Training.result_figures import dice_figure, learning_curves_figure
from Training.results import CLINICAL_MEASURES, WHOLE, ResultRow, ResultsError, clinical_pairs
from Training.run_folder import Run, by_strategy, changed_settings, find_runs
from Training.tables import (
    Table,
    agreement_table,
    comparison_table,
    gap_table,
    groups,
    reference_table,
    summary_table,
    worst_table,
)

LOGGER = logging.getLogger(__name__)

NOTICE = (
    "Research use only, not for clinical decisions. Scores count on the native grid of the images, distances in mm. "
    "Intervals are 95 % bootstrap intervals over patients. A structure that both the expert and the prediction leave "
    "empty has Dice 1 and distance 0; if only one does, Dice is 0 and the distance is counted as missing."
)
SPLITS = ("vendor", "centre", "pathology", "level", "view")
"""What the reference table is split by, each where it has more than one group."""


def build_report(runs: Sequence[Run], baseline: str | None = None) -> list[Block]:
    """All blocks of the report.

    Args:
        runs: at least one run.
        baseline: name of the run that the others are compared with; the first one if None.

    Raises:
        ResultsError: if no run is called `baseline`.
    """
    first = _baseline(runs, baseline)
    blocks: list[Block] = [Heading("Results of the runs", level=1), Paragraph(NOTICE)]
    blocks += [Heading("Runs"), runs_table(runs)]
    blocks += [Heading("Strategies"), Paragraph(_STRATEGY_TEXT), strategy_table(runs)]
    others = [run for run in runs if run is not first]
    if others:
        blocks.append(Heading(f"Compared with {first.name}"))
        blocks += [block for run in others for block in _comparison(first, run)]
    for run in runs:
        blocks += _run_section(run)
    return [*blocks, Heading("Environment"), *_environment(runs)]


def _baseline(runs: Sequence[Run], name: str | None) -> Run:
    found = [run for run in runs if name is None or run.name == name]
    if not found:
        raise ResultsError(f"Expected a run called {name!r}, found {', '.join(run.name for run in runs)}.")
    return found[0]


def runs_table(runs: Sequence[Run]) -> Table:
    """One line per run: seed, duration, patients it was tested on, and the settings in which the runs differ."""
    changed = changed_settings(runs)
    lines = []
    for run in runs:
        seed = "–" if run.seed is None else str(run.seed)
        minutes = f"{run.metrics['seconds'][-1] / 60:.0f}" if run.metrics.get("seconds") else "–"
        settings = "; ".join(f"{name} = {value}" for name, value in changed[run.name].items())
        lines.append((run.name, seed, minutes, str(len({row.person for row in run.rows})), settings or "–"))
    columns = ("run", "seed", "minutes", "patients tested", "settings")
    return Table("Runs and what tells them apart", columns, tuple(lines))


_STRATEGY_TEXT = (
    "Mean Dice over patients, phases and the structures that are annotated. Runs that differ in their seed alone are "
    "one strategy: the mean over its seeds is followed by ± the standard deviation between seeds. A difference within "
    "that deviation is none."
)


def strategy_table(runs: Sequence[Run], by: str = "vendor") -> Table:
    """The ablation table: one line per strategy, one column per vendor, mean ± SD over seeds."""
    names = sorted({name for run in runs for name, _ in groups(run.rows, by)} - {WHOLE})
    lines = []
    for strategy, members in by_strategy(runs).items():
        means = [{name: _mean_dice(rows) for name, rows in groups(run.rows, by)} for run in members]
        cells = [_over_seeds([mean[name] for mean in means if name in mean]) for name in names]
        lines.append((strategy, str(len(members)), *cells))
    return Table(f"Mean Dice by strategy and {by}", ("strategy", "seeds", *names), tuple(lines))


def _mean_dice(rows: Sequence[ResultRow]) -> float:
    return float(np.mean([row.dice for row in rows]))


def _over_seeds(values: Sequence[float]) -> str:
    if not values:
        return "–"
    spread = f" ± {np.std(values, ddof=1):.3f}" if len(values) > 1 else ""
    return f"{np.mean(values):.3f}{spread}"


def _comparison(first: Run, second: Run) -> list[Block]:
    by = "vendor"
    try:
        table = comparison_table(first.rows, second.rows, by)
    except ValueError as error:
        return [Paragraph(f"{second.name}: {error}")]
    return [Table(f"{second.name} minus {first.name}, same patients, by {by}", table.columns, table.rows)]


def _run_section(run: Run) -> list[Block]:
    blocks: list[Block] = [Heading(run.name)]
    if run.metrics:
        figure = learning_curves_figure(run.metrics)
        blocks.append(Picture(f"{run.name} learning", figure, f"{run.name}: learning curves"))
    blocks += [reference_table(run.rows, by) for by in SPLITS if len(groups(run.rows, by)) > 1 or by == "vendor"]
    blocks += [summary_table(run.rows, metric) for metric in ("dice", "hd_mm", "hd95_mm", "assd_mm")]
    blocks += [gap_table(run.rows), Picture(f"{run.name} dice", dice_figure(run.rows), f"{run.name}: Dice by vendor")]
    blocks += [worst_table(run.rows)]
    agreement = agreement_table(run.rows)
    return [*blocks, agreement, *_agreement_pictures(run)] if agreement.rows else blocks


def _agreement_pictures(run: Run) -> Iterator[Picture]:
    for key, pairs in clinical_pairs(run.rows).items():
        known = [pair for pair in pairs if not math.isnan(pair.predicted + pair.truth)]
        if len(known) < 2:
            continue
        name, unit = CLINICAL_MEASURES[key]
        predicted, truth = [pair.predicted for pair in known], [pair.truth for pair in known]
        figure = agreement_figure(predicted, truth, name=name, unit=unit, groups=[pair.vendor for pair in known])
        yield Picture(f"{run.name} {key}", figure, f"{run.name}: Bland–Altman and regression of {name}")


def _environment(runs: Sequence[Run]) -> list[Block]:
    lines = []
    for run in runs:
        known = {k: v for k, v in run.environment.items() if k != "command" and not isinstance(v, dict | list)}
        lines.append((run.name, "; ".join(f"{key} {value}" for key, value in known.items()) or "not recorded"))
    commands = [f"# {run.name}\n{run.environment['command']}" for run in runs if "command" in run.environment]
    table = Table("Where the runs were made", ("run", "environment"), tuple(lines))
    return [table, Heading("Commands"), Code("\n".join(commands))] if commands else [table]


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(prog="python -m Training.report", description="A folder of runs → one report.")
    parser.add_argument("runs", type=Path, help="folder with evaluated runs, at any depth")
    parser.add_argument("--out", type=Path, help="where the report goes; the folder of the runs if not given")
    parser.add_argument("--baseline", help="the run that the others are compared with; the first if not given")
    options = parser.parse_args(arguments)
    try:
        blocks = build_report(find_runs(options.runs), options.baseline)
        for path in write_document(blocks, options.out or options.runs):
            LOGGER.info("%s", path)
    except (ResultsError, OSError) as error:
        LOGGER.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
