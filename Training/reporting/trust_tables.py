"""How well estimates of trust hold, as tables: what is flagged of the wrong and the right."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from CMRSegmentationLib.image import FOREGROUND, Label
from CMRSegmentationLib.trust.estimate import Estimate
from CMRSegmentationLib.trust.trust import Limits
from Training.learning.trust_fit import (
    BAD_DICE,
    BAD_SLICE_DICE,
    GOOD_DICE,
    GOOD_SLICE_DICE,
    POOR_DICE,
    SLICE_CM2,
    ejection_pairs,
    of_network,
)
from Training.reporting.tables import Table
from Training.scoring.judged import JudgedPhase

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]

GROUPINGS: dict[str, Callable[[JudgedPhase], str]] = {
    "data set": lambda one: one.rows.source.dataset,
    "phase": lambda one: one.rows.source.phase,
    "failure": lambda one: one.rows.source.failure,
}
COLUMNS = (
    "group",
    f"a structure below {BAD_DICE}",
    f"a structure below {POOR_DICE}",
    f"all at least {GOOD_DICE}, flagged",
    f"slices below {BAD_SLICE_DICE}, marked",
    f"slices of {GOOD_SLICE_DICE} and more, marked",
    "slices between, marked",
    "rightly empty slices, marked",
    "error of the Dice (n)",
    "rank correlation",
)


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    def __str__(self) -> str:
        """The share in percent with its 95 % interval after Wilson (1927)."""
        if not self.whole:
            return "none"
        low, high = (100 * bound for bound in self.interval())
        percent = 100 * self.part / self.whole
        return f"{percent:.0f} % ({self.part} of {self.whole}; {low:.0f} to {high:.0f})"

    def interval(self) -> tuple[float, float]:
        """Lower and upper bound, from 0 to 1."""
        z2, n = 1.96**2, self.whole
        middle = (self.part + z2 / 2) / (n + z2)
        half = 1.96 / (n + z2) * math.sqrt(self.part * (n - self.part) / n + z2 / 4)
        return max(0.0, middle - half), min(1.0, middle + half)


def trust_tables(judged: Sequence[JudgedPhase], estimate: Estimate, model: str) -> str:
    """All tables as Markdown: of what the model segmented, and one of other networks."""
    limits = next(iter(estimate.limits.values()))
    own = of_network(judged, model)
    tables = [Table("All segmentations", COLUMNS, (_row("all", own, limits),))]
    tables += [_by(name, key, own, limits) for name, key in GROUPINGS.items()]
    tables += [_by_level(own, limits), _ejection(own, estimate), _worst(own)]
    tables.append(_by("network", _network, judged, limits))
    return "\n".join(table.to_markdown() for table in tables)


def _network(one: JudgedPhase) -> str:
    return one.rows.source.network


def _by(
    name: str, key: Callable[[JudgedPhase], str], judged: Sequence[JudgedPhase], limits: Limits
) -> Table:
    groups = sorted({key(one) for one in judged})
    rows = [_row(group, [one for one in judged if key(one) == group], limits) for group in groups]
    return Table(f"By {name}", COLUMNS, tuple(rows))


def _row(group: str, judged: Sequence[JudgedPhase], limits: Limits) -> tuple[str, ...]:
    lowest = np.array([np.nanmin(one.rows.volume_dice) for one in judged])
    flagged = np.array([_is_flagged(one, limits) for one in judged])
    marked, dice, large = _slices(judged, limits)
    likely, true = volume_pairs(judged)
    return (
        group,
        str(_share(flagged, lowest < BAD_DICE)),
        str(_share(flagged, lowest < POOR_DICE)),
        str(_share(flagged, lowest >= GOOD_DICE)),
        *_marked_slices(dice[large], marked[large]),
        str(_share(marked, ~large & (dice == 1.0))),
        f"{np.abs(likely - true).mean():.3f} ({len(true)})",
        f"{spearmanr(likely, true).statistic:.2f}" if len(true) > 2 else "–",
    )


def _slices(judged: Sequence[JudgedPhase], limits: Limits) -> tuple[Mask, Values, Mask]:
    """(N,) structures in slices: whether marked, their Dice, and whether they hold 1 cm²."""
    marked, dices, large = [], [], []
    for one in judged:
        dice = one.rows.slice_dice
        known = np.isfinite(dice)
        marked.append(one.marked(limits)[known])
        dices.append(dice[known])
        large.append((one.rows.largest_cm2 >= SLICE_CM2)[known])
    return np.concatenate(marked), np.concatenate(dices), np.concatenate(large)


def _marked_slices(dice: Values, marked: Mask) -> tuple[str, str, str]:
    """How many of the bad, the good and those between are marked."""
    bad, good = dice < BAD_SLICE_DICE, dice >= GOOD_SLICE_DICE
    return (
        str(_share(marked, bad)),
        str(_share(marked, good)),
        str(_share(marked, ~bad & ~good)),
    )


def _is_flagged(one: JudgedPhase, limits: Limits) -> bool:
    known = np.isfinite(one.rows.volume_dice)
    return bool((one.volumes[known] < limits.volume_doubtful).any())


def volume_pairs(judged: Sequence[JudgedPhase]) -> tuple[Values, Values]:
    """(N,) estimates and Dice of all structures as a whole."""
    true = np.concatenate([one.rows.volume_dice for one in judged])
    likely = np.concatenate([one.volumes for one in judged])
    return likely[np.isfinite(true)], true[np.isfinite(true)]


def _share(hits: Mask, among: Mask) -> Share:
    return Share(int((hits & among).sum()), int(among.sum()))


def _by_level(judged: Sequence[JudgedPhase], limits: Limits) -> Table:
    """Thirds of the slices that the expert's or the drawn LV spans."""
    rows = []
    for level, name in enumerate(("base", "middle", "apex", "beyond")):
        marked, dice = _of_level(judged, level, limits)
        rows.append((name, *_marked_slices(dice, marked)))
    return Table("By slice level", ("level", *COLUMNS[4:7]), tuple(rows))


def _of_level(judged: Sequence[JudgedPhase], level: int, limits: Limits) -> tuple[Mask, Values]:
    """Of slices of 1 cm² and more at a third, 0 to 2, or beyond the LV, 3: marked, and Dice."""
    marked, dices = [np.zeros(0, bool)], [np.zeros(0)]
    for one in judged:
        lv = np.flatnonzero(one.rows.pixels[:, Label.LV - 1, :2].any(axis=1))
        first, count = (int(lv[0]), int(lv[-1] - lv[0] + 1)) if lv.size else (0, 1)
        third = (np.arange(len(one.slices)) - first) * 3 // count
        at_level = np.where((third < 0) | (third > 2), 3, third) == level
        dice = one.rows.slice_dice
        chosen = at_level[:, None] & np.isfinite(dice) & (one.rows.largest_cm2 >= SLICE_CM2)
        marked.append(one.marked(limits)[chosen])
        dices.append(dice[chosen])
    return np.concatenate(marked), np.concatenate(dices)


def _ejection(judged: Sequence[JudgedPhase], estimate: Estimate) -> Table:
    """How often the range of an ejection fraction holds the experts' value."""
    rows = []
    for failed, images in ((False, "as they are"), (True, "with a failure")):
        for label, one in estimate.ejection.items():
            doubt, error = ejection_pairs(judged, label, failed=failed).T
            below, above = (side.least + side.per_doubt * doubt for side in (one.below, one.above))
            held = Share(int(((error <= below) & (-error <= above)).sum()), len(error))
            width = f"− {np.median(below):.1f}, + {np.median(above):.1f}" if len(error) else "–"
            rows.append((label.name, images, str(held), width))
    columns = ("ventricle", "images", "the range holds the experts' value", "median range, points")
    return Table("Ejection fractions", columns, tuple(rows))


@dataclass(frozen=True, eq=False)
class Miss:
    """A structure whose estimate lies above its Dice."""

    judged: JudgedPhase
    label: Label

    @property
    def dice(self) -> float:
        """What it is."""
        return float(self.judged.rows.volume_dice[self.label - 1])

    @property
    def estimate(self) -> float:
        """What it was thought to be."""
        return float(self.judged.volumes[self.label - 1])


def worst_misses(judged: Sequence[JudgedPhase], count: int = 12) -> list[Miss]:
    """The structures whose estimate lies farthest above their Dice, worst first."""
    misses = [Miss(one, label) for one in judged for label in FOREGROUND]
    known = [miss for miss in misses if np.isfinite(miss.dice)]
    return sorted(known, key=lambda miss: miss.dice - miss.estimate)[:count]


def _worst(judged: Sequence[JudgedPhase]) -> Table:
    rows = []
    for miss in worst_misses(judged):
        source = miss.judged.rows.source
        phase = f"{source.patient} {source.phase}"
        numbers = f"{miss.dice:.2f}", f"{miss.estimate:.2f}"
        rows.append((phase, source.failure, miss.label.name, *numbers))
    columns = ("phase", "failure", "structure", "Dice", "estimate")
    return Table("Worst misses", columns, tuple(rows))
