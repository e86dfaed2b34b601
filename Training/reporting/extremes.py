"""The gap between groups of patients, and the worst cases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

from Training.reporting.tables import PHASES, STRUCTURES, Table, groups, number_text
from Training.scoring.results import WHOLE, ResultRow


def gap_table(rows: Sequence[ResultRow], by: str = "vendor") -> Table:
    """Mean Dice of each group and the gap between best and worst.

    One line per structure and phase.

    Groups are compared where both have the structure: a data set may annotate only some.
    """
    named = [(name, group) for name, group in groups(rows, by) if name != WHOLE]
    lines = []
    for structure, phase in product(STRUCTURES, PHASES):
        scores = [
            [row.dice for row in group if (row.structure, row.phase) == (structure, phase)]
            for _, group in named
        ]
        means = [sum(values) / len(values) if values else math.nan for values in scores]
        known = [mean for mean in means if not math.isnan(mean)]
        if known:
            gap = max(known) - min(known) if len(known) > 1 else math.nan
            lines.append(
                (
                    f"{structure} {phase}",
                    *(number_text(mean, 3) for mean in means),
                    number_text(gap, 3),
                )
            )
    return Table(
        f"Mean Dice by {by} and the gap between them",
        ("", *(name for name, _ in named), "gap"),
        tuple(lines),
    )


def worst_table(rows: Sequence[ResultRow], count: int = 10) -> Table:
    """The `count` lowest Dice scores of whole stacks, lowest first.

    Ties are ordered by distance, largest first.
    """
    whole = sorted(
        (row for row in rows if row.level == WHOLE),
        key=lambda row: (row.dice, -_or_infinite(row.hd_mm)),
    )
    lines = []
    for row in whole[:count]:
        scores = number_text(row.dice, 3), number_text(row.hd_mm, 1)
        lines.append(
            (row.person, row.vendor, row.pathology, row.view, row.phase, row.structure, *scores)
        )
    columns = ("patient", "vendor", "pathology", "view", "phase", "structure", "Dice", "HD (mm)")
    return Table(f"The {len(lines)} lowest Dice scores", columns, tuple(lines))


def _or_infinite(value: float) -> float:
    return math.inf if math.isnan(value) else value
