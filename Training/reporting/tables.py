"""Tables of results: the reference study's layout, distributions, agreement, comparison."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from Training.scoring.agreement import (
    PairedDifference,
    compare_paired,
    measure_agreement,
    summarize,
)
from Training.scoring.results import WHOLE, ResultRow, clinical_pairs

STRUCTURES = ("RV", "LV", "MYO")
PHASES = ("ED", "ES")
BOTH = ""
"""For both phases together, in the place of a phase."""
VIEW_NAMES = {"sax": "SA", "lax_4c": "LA 4CH", "lax_2c": "LA 2CH", "lax_3c": "LA 3CH"}
SCORES = {"DC": "dice", "HD": "hd_mm"}
"""Column endings of the reference study: Dice coefficient and Hausdorff distance.

Distances are in mm here and in voxels there.
"""

GROUPINGS: dict[str, Callable[[ResultRow], str]] = {
    "dataset": lambda row: row.dataset,
    "vendor": lambda row: row.vendor,
    "centre": lambda row: row.centre,
    "pathology": lambda row: row.pathology,
    "phase": lambda row: row.phase,
    "level": lambda row: row.level,
    "view": lambda row: row.view,
}
"""What a table can be split by."""

SPLITS = ("vendor", "centre", "pathology", "level", "view")
"""What results are split by, each where it has more than one group."""

METRICS = {
    "dice": "Dice",
    "hd_mm": "HD (mm)",
    "hd95_mm": "HD95 (mm)",
    "assd_mm": "ASSD (mm)",
    "jaccard": "Jaccard",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
}
"""Score of `ResultRow` → how tables call it."""


@dataclass(frozen=True)
class Table:
    """A table of text, ready to be written in any form.

    Attributes:
        title: one line that says what it shows.
        columns: the head of each column.
        rows: the cells, as many in a row as there are columns.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def to_markdown(self) -> str:
        """The title in bold and a GitHub-style table; columns of numbers are right-aligned."""
        lines = [
            self.columns,
            tuple("---:" if right else "---" for right in self.numeric_columns()),
            *self.rows,
        ]
        escaped = [[cell.replace("|", "\\|") for cell in line] for line in lines]
        return (
            f"**{self.title}**\n\n"
            + "\n".join(f"| {' | '.join(line)} |" for line in escaped)
            + "\n"
        )

    def numeric_columns(self) -> list[bool]:
        """Which columns hold numbers, by the first row; they are aligned to the right."""
        return (
            [_looks_numeric(cell) for cell in self.rows[0]]
            if self.rows
            else [False] * len(self.columns)
        )


def reference_table(rows: Sequence[ResultRow], by: str = "vendor") -> Table:
    """Means in the reference study's columns (`RV_ED_DC`, `RV_ED_HD`, …).

    One line per group and one for all.

    Args:
        rows: results; only whole stacks count, except when the table is split by level.
        by: a key of `GROUPINGS`.

    Raises:
        ValueError: if `by` is not a grouping.
    """
    lines = [(name, _patients(group), *_reference_cells(group)) for name, group in groups(rows, by)]
    return Table(
        f"Mean Dice (DC) and Hausdorff distance in mm (HD) by {by}",
        (by, "patients", *REFERENCE_COLUMNS),
        tuple(lines),
    )


def study_table(results: Mapping[str, Sequence[ResultRow]]) -> Table:
    """The reference study's table: short and long axis below one another, for every result.

    Args:
        results: name → rows; a result that has several views has a line for each.
    """
    lines = [
        (name, VIEW_NAMES.get(view, view), _patients(group), *_reference_cells(group))
        for name, rows in results.items()
        for view, group in groups(rows, "view")
        if view != WHOLE
    ]
    return Table(
        "Short axis (SA) and long axis (LA): mean Dice (DC) and Hausdorff distance in mm (HD)",
        ("result", "view", "patients", *REFERENCE_COLUMNS),
        tuple(lines),
    )


def _reference_cells(rows: Sequence[ResultRow]) -> list[str]:
    return [
        _mean_cell(_of(rows, structure, phase), score)
        for structure, phase, score in _reference_order()
    ]


def _reference_order() -> Iterator[tuple[str, str, str]]:
    """Structure, phase ("" for both) and score of each column."""
    for structure in STRUCTURES:
        for phase in (*PHASES, BOTH):
            for score in SCORES:
                yield structure, phase, score


def _mean_cell(rows: Sequence[ResultRow], ending: str) -> str:
    values = [getattr(row, SCORES[ending]) for row in rows]
    known = [value for value in values if not math.isnan(value)]
    mean = sum(known) / len(known) if known else math.nan
    return number_text(mean, 3 if ending == "DC" else 1)


def _of(rows: Sequence[ResultRow], structure: str, phase: str) -> list[ResultRow]:
    """The rows of a structure in a phase, or in both."""
    phases = PHASES if phase == BOTH else (phase,)
    return [row for row in rows if row.structure == structure and row.phase in phases]


REFERENCE_COLUMNS = tuple(
    "_".join(filter(None, (structure, phase, score)))
    for structure, phase, score in _reference_order()
)
"""`RV_ED_DC`, `RV_ED_HD`, `RV_ES_DC`, `RV_ES_HD`, `RV_DC`, `RV_HD` and so on."""


def summary_table(rows: Sequence[ResultRow], metric: str = "dice", by: str = "vendor") -> Table:
    """Mean with 95 % bootstrap interval, median, p5 and p95 by group, structure and phase.

    The last column counts values that do not exist because one of the two masks is empty (see
    `metrics`).

    Raises:
        ValueError: if `metric` or `by` is not known.
    """
    if metric not in METRICS:
        raise ValueError(f"Unknown metric {metric!r}; known are {', '.join(METRICS)}.")
    digits = 1 if metric.endswith("_mm") else 3
    lines = []
    for name, group in groups(rows, by):
        for structure, phase in product(STRUCTURES, PHASES):
            chosen = _of(group, structure, phase)
            if chosen:
                lines.append((name, structure, phase, *_summary_cells(chosen, metric, digits)))
    columns = (
        by,
        "structure",
        "phase",
        "patients",
        "mean",
        "95 % interval",
        "median",
        "p5",
        "p95",
        "missing",
    )
    return Table(f"{METRICS[metric]} by {by}", columns, tuple(lines))


def _summary_cells(rows: Sequence[ResultRow], metric: str, digits: int) -> tuple[str, ...]:
    summary = summarize([getattr(row, metric) for row in rows], [row.person for row in rows])
    middle = [number_text(value, digits) for value in (summary.median, summary.p5, summary.p95)]
    interval = interval_text(summary.low, summary.high, digits)
    return (
        str(summary.patients),
        number_text(summary.mean, digits),
        interval,
        *middle,
        str(summary.missing),
    )


def split_tables(rows: Sequence[ResultRow], by: str) -> list[Table]:
    """The reference table and distributions of Dice and distances, split by a grouping."""
    return [
        reference_table(rows, by),
        *(summary_table(rows, metric, by) for metric in ("dice", "hd_mm", "hd95_mm")),
    ]


def splits_of(rows: Sequence[ResultRow]) -> list[str]:
    """The entries of `SPLITS` that divide these results, and the vendor in any case."""
    return [by for by in SPLITS if by == "vendor" or len(groups(rows, by)) > 1]


def agreement_table(rows: Sequence[ResultRow]) -> Table:
    """Volumes, EF and mass against the expert's: bias, limits, MAE, ICC(A,1), regression."""
    lines = []
    for key, pairs in clinical_pairs(rows).items():
        name, unit = DEFINITIONS[key].short_name, DEFINITIONS[key].unit
        predicted, truth = [pair.predicted for pair in pairs], [pair.truth for pair in pairs]
        if sum(not math.isnan(p + t) for p, t in zip(predicted, truth, strict=True)) < 2:
            continue
        a = measure_agreement(predicted, truth)
        bias = f"{a.bias:.1f} ({interval_text(a.bias_low, a.bias_high, 1)})"
        limits = f"{a.lower_limit:.1f} to {a.upper_limit:.1f}"
        sign = "+" if a.intercept >= 0 else "−"
        line = f"{number_text(a.slope, 2)} x {sign} {number_text(abs(a.intercept), 1)}"
        numbers = (
            f"{a.sd:.1f}",
            limits,
            f"{a.mae:.1f}",
            number_text(a.icc, 3),
            number_text(a.pearson, 3),
            line,
        )
        lines.append((f"{name} ({unit})", str(a.pairs), bias, *numbers))
    columns = (
        "measure",
        "patients",
        "bias (95 %)",
        "SD",
        "limits of agreement",
        "MAE",
        "ICC(A,1)",
        "r",
        "regression",
    )
    return Table("Prediction against expert", columns, tuple(lines))


def comparison_table(
    first: Sequence[ResultRow], others: Mapping[str, Sequence[ResultRow]], by: str = "vendor"
) -> Table:
    """Other runs against the first on common patients: mean difference and Wilcoxon's p.

    Holm's method adjusts p.

    Every line is one test, and the adjustment covers all lines of the table.

    Args:
        first: results of the run that the others are compared with.
        others: name → results of another run.
        by: a key of `GROUPINGS`.

    Raises:
        ValueError: if no other run has a patient in common with the first.
    """
    pairs = {
        (run, name): values
        for run, rows in others.items()
        for name, values in _paired(first, rows, by).items()
    }
    if not pairs:
        raise ValueError("The runs have no patient in common, so they cannot be compared.")
    compared = compare_paired({" ".join(key): values for key, values in pairs.items()})
    lines = [
        (
            *key,
            str(row.pairs),
            f"{row.mean:+.3f}",
            interval_text(row.low, row.high, 3),
            f"{row.p:.3g}",
            f"{row.p_holm:.3g}",
            str(row.left_out),
        )
        for key, row in zip(pairs, compared, strict=True)
    ]
    columns = (
        "run",
        "score",
        "patients",
        "mean difference",
        "95 % interval",
        "p (Wilcoxon)",
        "p (Holm)",
        "left out",
    )
    return Table(
        f"Difference from the first run on the same patients, by {by}", columns, tuple(lines)
    )


def compared_overall(
    first: Sequence[ResultRow], others: Mapping[str, Sequence[ResultRow]], by: str = "vendor"
) -> list[PairedDifference]:
    """Each patient's mean Dice in other runs against the first, for each run and group."""
    pairs: dict[str, tuple[list[float], list[float]]] = {}
    for run, rows in others.items():
        other = {row.key: row for row in rows}
        shared = [row for row in first if row.key in other and row.level == WHOLE]
        for name, group in groups(shared, by):
            persons = sorted({row.person for row in group})
            before = [_mean_of(group, person) for person in persons]
            after = [_mean_of([other[row.key] for row in group], person) for person in persons]
            pairs[f"{run}, {name}"] = before, after
    return compare_paired(pairs)


def _mean_of(rows: Sequence[ResultRow], person: str) -> float:
    values = [row.dice for row in rows if row.person == person]
    return sum(values) / len(values)


def _paired(
    first: Sequence[ResultRow], second: Sequence[ResultRow], by: str
) -> dict[str, tuple[list[float], list[float]]]:
    """`GE LV_ED_DC` and so on → the values of both runs, one for each person.

    Scores that no patient has in both runs are left out.
    """
    others = {row.key: row for row in second}
    split = groups([row for row in first if row.key in others], by)
    pairs: dict[str, tuple[list[float], list[float]]] = {}
    for (name, group), (ending, score) in product(
        [g for g in split if g[0] != WHOLE], SCORES.items()
    ):
        persons: dict[tuple[str, str], dict[str, list[tuple[float, float]]]] = {}
        for row in sorted(group, key=lambda row: (STRUCTURES.index(row.structure), row.phase)):
            values = getattr(row, score), getattr(others[row.key], score)
            of_person = persons.setdefault((row.structure, row.phase), {})
            of_person.setdefault(row.person, []).append(values)
        for (structure, phase), views in persons.items():
            means = [_mean_pair(values) for values in views.values()]
            key = f"{name} {structure}_{phase}_{ending}"
            pairs[key] = [a for a, _ in means], [b for _, b in means]
    known = {
        name: sum(not math.isnan(a + b) for a, b in zip(*values, strict=True))
        for name, values in pairs.items()
    }
    return {name: values for name, values in pairs.items() if known[name]}


def _mean_pair(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The means over a person's views that both runs have a value of; NaN if there is none."""
    known = [(a, b) for a, b in pairs if not math.isnan(a + b)]
    if not known:
        return math.nan, math.nan
    return sum(a for a, _ in known) / len(known), sum(b for _, b in known) / len(known)


def groups(rows: Sequence[ResultRow], by: str) -> list[tuple[str, list[ResultRow]]]:
    """The rows of each group in alphabetical order (levels from base to apex).

    Where there are several groups, one named "all" with every row comes first.

    Raises:
        ValueError: if `by` is not a key of `GROUPINGS`.
    """
    if by not in GROUPINGS:
        raise ValueError(f"Unknown grouping {by!r}; known are {', '.join(GROUPINGS)}.")
    whole = [row for row in rows if row.level == WHOLE]
    split: dict[str, list[ResultRow]] = {}
    for row in rows if by == "level" else whole:
        split.setdefault(GROUPINGS[by](row) or "unknown", []).append(row)
    order = (
        {name: place for place, name in enumerate((WHOLE, "base", "mid", "apex"))}
        if by == "level"
        else {}
    )
    named = [
        (name, split[name]) for name in sorted(split, key=lambda name: (order.get(name, 99), name))
    ]
    return named if by == "level" or len(named) == 1 else [(WHOLE, whole), *named]


def _patients(rows: Iterable[ResultRow]) -> str:
    return str(len({row.person for row in rows}))


def number_text(value: float, digits: int) -> str:
    """A number with so many decimals, or a dash for none."""
    return "–" if math.isnan(value) else f"{value:.{digits}f}"


def interval_text(low: float, high: float, digits: int) -> str:
    """`LOW to HIGH`, or a dash where there is no interval."""
    ends = (low, high)
    return "–" if any(map(math.isnan, ends)) else f"{low:.{digits}f} to {high:.{digits}f}"


def _looks_numeric(cell: str) -> bool:
    return cell[:1].isdigit() or cell.startswith(("+", "−", "-", "–"))
