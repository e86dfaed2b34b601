"""Command line: a folder of evaluated runs → report.md and one self-contained report.html.

python -m Training.report DIR [--out DIR] [--baseline RUN]

Every folder below DIR with a results.csv is a run; run.json, metrics.csv and evaluation.json of the
same folder or one above it say what it was made with, how it learned and how it was scored. Runs
that differ in their seed alone are one strategy, and strategies are compared.
"""

from __future__ import annotations

import argparse
import logging
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from CMRSegmentationLib.command_line.run import run_command
from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from Training.learning.environment import command_line
from Training.reporting.agreement_figures import agreement_figure
from Training.reporting.document import (
    Block,
    Code,
    Folded,
    Heading,
    Paragraph,
    Picture,
    write_document,
)
from Training.reporting.domains import domain_table
from Training.reporting.extremes import gap_table, worst_table
from Training.reporting.log import start_logging
from Training.reporting.result_figures import (
    dice_figure,
    forest_figure,
    learning_curves_figure,
)
from Training.reporting.run_folder import Run, changed_settings, find_runs
from Training.reporting.strategies import (
    by_strategy,
    mean_over_seeds,
    strategy_scores,
    strategy_table,
)
from Training.reporting.tables import (
    METRICS,
    Table,
    agreement_table,
    compared_overall,
    comparison_table,
    reference_table,
    split_tables,
    splits_of,
    study_table,
    summary_table,
)
from Training.scoring.results import ResultRow, ResultsError, clinical_pairs

LOGGER = logging.getLogger(__name__)

NOTICE = (
    "Research use only, not for clinical decisions. Scores count on the native grid of the "
    "images, distances in mm. "
    "Intervals are 95 % bootstrap intervals over patients. A structure that both the expert and "
    "the prediction leave "
    "empty has Dice 1 and distance 0; if only one does, Dice is 0 and the distance is counted as "
    "missing."
)


def build_report(runs: Sequence[Run], baseline: str | None = None) -> list[Block]:
    """All blocks of the report.

    Args:
        runs: at least one run.
        baseline: name of a run, or of a strategy, that the others are compared with; the first one
            if None.

    Raises:
        ResultsError: if no run and no strategy is called `baseline`.
    """
    strategies = by_strategy(runs)
    first = _baseline(strategies, baseline)
    means = {name: mean_over_seeds(members) for name, members in strategies.items()}
    blocks: list[Block] = [Heading("Results of the runs", level=1), Paragraph(NOTICE)]
    blocks += [Heading("Summary"), study_table(means)]
    blocks += [Paragraph(_STRATEGY_TEXT), strategy_table(strategies)]
    domains = domain_table(strategies)
    blocks += [] if domains is None else [Paragraph(_DOMAIN_TEXT), domains]
    if len(strategies) > 1:
        blocks += [Heading(f"Compared with {first}"), *_comparison(means, first)]
    blocks += [Heading("Details"), Folded("Runs and how they differ", [runs_table(runs)])]
    blocks.append(Folded("Strategies over patients", [strategy_scores(strategies)]))
    for run in runs:
        blocks += _run_section(run)
    return [*blocks, *_environment(runs)]


def _baseline(strategies: Mapping[str, Sequence[Run]], name: str | None) -> str:
    for strategy, members in strategies.items():
        if name is None or name in {strategy, *(run.name for run in members)}:
            return strategy
    known = sorted({*strategies, *(run.name for members in strategies.values() for run in members)})
    raise ResultsError(f"Expected a run called {name!r}, found {', '.join(known)}.")


def runs_table(runs: Sequence[Run]) -> Table:
    """One line per run: seed, duration, patients tested on, and the settings that differ."""
    changed = changed_settings(runs)
    lines = []
    for run in runs:
        seed = "–" if run.seed is None else str(run.seed)
        minutes = f"{run.metrics['seconds'][-1] / 60:.0f}" if run.metrics.get("seconds") else "–"
        settings = "; ".join(f"{name} = {value}" for name, value in changed[run.name].items())
        lines.append(
            (run.name, seed, minutes, str(len({row.person for row in run.rows})), settings or "–")
        )
    columns = ("run", "seed", "minutes", "patients tested", "settings")
    return Table("Runs and how they differ", columns, tuple(lines))


_STRATEGY_TEXT = (
    "Mean Dice over patients, phases and the structures that are annotated. Runs that differ in "
    "their seed alone are "
    "one strategy: the mean over its seeds is followed by ± the standard deviation between seeds. "
    "A difference within "
    "that deviation is none."
)

_DOMAIN_TEXT = (
    "How much of the domain (the vendor) is left: the accuracy of the adversary's own predictor "
    "before its gradient reached the network and at the end, and that of fresh predictors on what "
    "the finished network makes of slices. 1 / domains is guessing; lower means better hidden."
)

_COMPARISON_TEXT = (
    "Scores of each patient are averaged over the seeds of a strategy, then compared patient by "
    "patient. Every line is "
    "one test of Wilcoxon's; the adjustment by Holm covers all lines. Distances (HD) are in mm; "
    "higher is worse."
)


def _comparison(means: Mapping[str, Sequence[ResultRow]], first: str) -> Iterator[Block]:
    """Every other strategy against the first, each patient's scores averaged over the seeds."""
    others = {name: rows for name, rows in means.items() if name != first}
    tested = {row.key for row in means[first]}
    strangers = [name for name, rows in others.items() if not tested & {row.key for row in rows}]
    for name in strangers:
        yield Paragraph(
            f"{name} has no patient and view in common with {first}, so it is not compared."
        )
    if len(strangers) == len(others):
        return
    known = {name: rows for name, rows in others.items() if name not in strangers}
    overall = compared_overall(means[first], known)
    yield Picture(
        "forest",
        forest_figure(overall, "Dice", first),
        f"Mean Dice of each patient against {first}, by strategy and vendor",
    )
    table = comparison_table(means[first], known)
    yield Folded(
        f"Every score against {first}",
        [
            Paragraph(_COMPARISON_TEXT),
            Table(f"Difference from {first}, by vendor", table.columns, table.rows),
        ],
    )


def _run_section(run: Run) -> Iterator[Block]:
    """Tables and figures of a run, each group of them folded."""
    yield Heading(run.name, level=3)
    tables = [reference_table(run.rows), gap_table(run.rows), worst_table(run.rows)]
    yield Folded(f"{run.name}: scores", [*tables, summary_table(run.rows)])
    seen = seen_table(run)
    if seen is not None:
        yield Folded(f"{run.name}: pathologies seen and not seen in training", [seen])
    if run.metrics:
        figure = learning_curves_figure(run.metrics)
        picture = Picture(f"{run.name} learning", figure, f"{run.name}: learning curves")
        yield Folded(f"{run.name}: learning curves", [picture])
    yield Folded(f"{run.name}: figures", list(_score_pictures(run)))
    for by in splits_of(run.rows):
        yield Folded(f"{run.name} by {by}", split_tables(run.rows, by))
    yield Folded(
        f"{run.name}, every score", [summary_table(run.rows, metric) for metric in METRICS]
    )
    agreement = agreement_table(run.rows)
    if agreement.rows:
        yield Folded(f"{run.name}: volumes", [agreement, *_agreement_pictures(run)])


def _score_pictures(run: Run) -> Iterator[Picture]:
    """Dice by every grouping that divides the results, and the Hausdorff distance by vendor."""
    for by in splits_of(run.rows):
        caption = f"{run.name}: Dice by {by}"
        yield Picture(f"{run.name} dice by {by}", dice_figure(run.rows, by), caption)
    distances = dice_figure(run.rows, metric="hd_mm", label="Hausdorff distance (mm)")
    yield Picture(f"{run.name} hd", distances, f"{run.name}: Hausdorff distance by vendor")


def seen_table(run: Run) -> Table | None:
    """Scores of patients with a pathology of the training, and of others; None if unknown."""
    trained = run.environment.get("examinations", {}).get("train", [])
    known = {row["pathology"] for row in trained if row.get("pathology")}
    if not known:
        return None
    named = [
        replace(row, pathology="seen" if row.pathology in known else "not seen")
        for row in run.rows
        if row.pathology
    ]
    return reference_table(named, "pathology") if named else None


def _agreement_pictures(run: Run) -> Iterator[Picture]:
    for key, pairs in clinical_pairs(run.rows).items():
        known = [pair for pair in pairs if not math.isnan(pair.predicted + pair.truth)]
        if len(known) < 2:
            continue
        name, unit = DEFINITIONS[key].short_name, DEFINITIONS[key].unit
        predicted, truth = [pair.predicted for pair in known], [pair.truth for pair in known]
        figure = agreement_figure(
            predicted, truth, name=name, unit=unit, groups=[pair.vendor for pair in known]
        )
        yield Picture(
            f"{run.name} {key}", figure, f"{run.name}: Bland–Altman and regression of {name}"
        )


def _environment(runs: Sequence[Run]) -> list[Block]:
    """Where and by which commands the runs were made, folded."""
    lines = []
    for run in runs:
        known = {
            k: v
            for k, v in run.environment.items()
            if k != "command" and not isinstance(v, dict | list)
        }
        lines.append(
            (
                run.name,
                "; ".join(f"{key} {value}" for key, value in known.items()) or "not recorded",
            )
        )
    table = Table("Where the runs were made", ("run", "environment"), tuple(lines))
    commands = Code("\n".join(_commands(runs)))
    return [Folded("Environment", [table]), Folded("Commands", [commands])]


def _commands(runs: Sequence[Run]) -> Iterator[str]:
    """From the raw data to this report, as they were given."""
    datasets = sorted({name for run in runs for name in run.settings.get("data.datasets", ())})
    for name in datasets:
        yield f"python -m Training.prepare {name} --raw {name} --cache cache"
    for run in runs:
        yield f"# {run.name}"
        yield from dict.fromkeys(
            made["command"] for made in (run.environment, run.evaluation) if "command" in made
        )
    yield f"# this report\n{command_line()}"


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    start_logging()
    parser = argparse.ArgumentParser(
        prog="python -m Training.report", description="A folder of runs → one report."
    )
    parser.add_argument("runs", type=Path, help="folder with evaluated runs, at any depth")
    parser.add_argument(
        "--out", type=Path, help="where the report goes; the folder of the runs if not given"
    )
    parser.add_argument(
        "--baseline", help="the run that the others are compared with; the first if not given"
    )
    options = parser.parse_args(arguments)

    def work() -> None:
        blocks = build_report(find_runs(options.runs), options.baseline)
        for path in write_document(blocks, options.out or options.runs):
            LOGGER.info("%s", path)

    return run_command(work)


if __name__ == "__main__":
    sys.exit(main())
