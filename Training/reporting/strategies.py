"""Strategies: runs that differ only in their seed, pooled and compared with others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from itertools import takewhile
from typing import Any

import numpy as np

from Training.reporting.run_folder import Run
from Training.reporting.tables import Table, groups, summary_table
from Training.scoring.metrics import MaskScores
from Training.scoring.results import WHOLE, ResultRow

_AVERAGED = (
    *(field.name for field in fields(MaskScores) if field.name != "one_empty"),
    "predicted_ml",
)


def by_strategy(runs: Sequence[Run]) -> dict[str, list[Run]]:
    """Runs that differ in their seed alone, together, under the name they share.

    A run whose settings are not known stands for itself.
    """
    strategies: dict[str, list[Run]] = {}
    for run in runs:
        settings = {name: value for name, value in run.settings.items() if name != "seed"}
        strategies.setdefault(repr(sorted(settings.items())) if settings else run.name, []).append(
            run
        )
    named: dict[str, list[Run]] = {}
    for group in strategies.values():
        name = _shared_name(group)
        named[group[0].name if name in named else name] = group
    return named


def _shared_name(group: Sequence[Run]) -> str:
    """The start that all names have in common, without a cut-off word such as `seed` at its end."""
    names = [run.name for run in group]
    if len(names) == 1:
        return names[0]
    same = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return (
        "".join(letters[0] for letters in same)
        .rstrip("/-_ 0123456789")
        .removesuffix("seed")
        .rstrip("/-_ ")
        or names[0]
    )


def common_persons(runs: Sequence[Run]) -> set[str]:
    """The patients that every run was tested on."""
    return set.intersection(*({row.person for row in run.rows} for run in runs))


def mean_over_seeds(runs: Sequence[Run]) -> list[ResultRow]:
    """The rows that all runs share, each score averaged over the runs.

    A score that one run lacks stays NaN.
    """
    rows_of = [{row.key: row for row in run.rows} for run in runs]
    shared = [key for key in rows_of[0] if all(key in rows for rows in rows_of)]
    return [_mean_row([rows[key] for rows in rows_of]) for key in shared]


def _mean_row(rows: Sequence[ResultRow]) -> ResultRow:
    means: dict[str, Any] = {
        name: float(np.mean([getattr(row, name) for row in rows])) for name in _AVERAGED
    }
    return replace(rows[0], **means, one_empty=any(row.one_empty for row in rows))


def strategy_table(strategies: Mapping[str, Sequence[Run]], by: str = "vendor") -> Table:
    """The ablation table: one line per strategy, one column per vendor, mean ± SD over seeds.

    Only patients that every run was tested on count, if there are any: a mean over other patients
    is another question.
    """
    persons = common_persons([run for members in strategies.values() for run in members])
    rows_of = {
        name: [_rows_of(run, persons) for run in members] for name, members in strategies.items()
    }
    names = sorted(
        {name for members in rows_of.values() for rows in members for name, _ in groups(rows, by)}
        - {WHOLE}
    )
    lines = []
    for strategy, members in rows_of.items():
        means = [{name: _mean_dice(rows) for name, rows in groups(rows, by)} for rows in members]
        cells = [over_seeds([mean[name] for mean in means if name in mean]) for name in names]
        lines.append((strategy, str(len(members)), *cells))
    whom = f"{len(persons)} patients of all runs" if persons else "every run's own patients"
    return Table(
        f"Mean Dice by strategy and {by}, {whom}", ("strategy", "seeds", *names), tuple(lines)
    )


def strategy_scores(
    strategies: Mapping[str, Sequence[Run]], metric: str = "dice", by: str = "vendor"
) -> Table:
    """Each patient's mean over a strategy's seeds, summarized over the common patients.

    Raises:
        ValueError: if `metric` or `by` is not known.
    """
    persons = common_persons([run for members in strategies.values() for run in members])
    lines: list[tuple[str, ...]] = []
    columns: tuple[str, ...] = ()
    title = ""
    for name, members in strategies.items():
        rows = [row for row in mean_over_seeds(members) if not persons or row.person in persons]
        table = summary_table(rows, metric, by)
        columns, title = ("strategy", *table.columns), table.title
        lines += [(name, *cells) for cells in table.rows if cells[0] != WHOLE]
    return Table(f"{title}, mean over seeds", columns, tuple(lines))


def _rows_of(run: Run, persons: set[str]) -> list[ResultRow]:
    return [row for row in run.rows if not persons or row.person in persons]


def _mean_dice(rows: Sequence[ResultRow]) -> float:
    return float(np.mean([row.dice for row in rows]))


def over_seeds(values: Sequence[float]) -> str:
    """Mean ± standard deviation, a dash without values, no deviation of a single one."""
    if not values:
        return "–"
    spread = f" ± {np.std(values, ddof=1):.3f}" if len(values) > 1 else ""
    return f"{np.mean(values):.3f}{spread}"
