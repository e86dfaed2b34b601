"""Fits the estimate of trust: boosted trees from evidence to Dice, limits and ranges.

Every number that a limit or a range rests on comes from estimates of patients that the trees were
not fitted on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeRegressor

from CMRSegmentationLib.anatomy.sizes import percent_decrease
from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.image import FOREGROUND, Label, View
from CMRSegmentationLib.trust.boosted import LEAF, BoostedTable, Tree
from CMRSegmentationLib.trust.estimate import (
    EjectionRange,
    Estimate,
    Fences,
    Margin,
)
from CMRSegmentationLib.trust.trust import Limits
from CMRSegmentationLib.trust.volume_evidence import SLICE_NAMES, VOLUME_NAMES, slice_rows
from Training.samples.failures import Failure
from Training.scoring.judged import JudgedPhase, PhaseRows, judge_phases

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]

FOLDS = 5
TREES, LEAVES, RATE = 90, 6, 0.08
MINIMUM_LEAF = 0.01
"""Share of the rows."""
RISES = (
    "expected_dice",
    "variant_dice",
    "worst_variant_dice",
    "coarse_dice",
    "redrawn_dice",
    "neighbor_dice",
)
FALLS = ("entropy", "redrawn_mm", "stray_share", "neighbor_misfit", "hidden_share", "absent_share")
"""More of it never makes a better, or a worse, estimate; what is not named is free."""
MISSED_CM2 = 0.5
"""An expert's structure of this area was missed where none is drawn."""

GOOD_DICE, POOR_DICE, BAD_DICE = 0.85, 0.80, 0.70
BAD_SLICE_DICE, GOOD_SLICE_DICE, SLICE_CM2 = 0.6, 0.8, 1.0
GOOD_SLICES_MARKED, GOOD_VOLUMES_MARKED = 0.08, 0.05
"""What may be marked of the good in cross-validation: of all slices, of which more are marked than
of those whose images are as they are, and of the volumes whose images are as they are. Of these
less than the 8 % that are promised, as volumes with a failure are marked more often."""
EMPTY_SLICES_MARKED = 0.25
"""The same of slices in which rightly nothing is drawn; fewer, and the missed are missed."""
SIDE_HOLDS = 0.96
"""Of the ranges of ejection fractions, each side. With 0.95, ranges fitted to few patients held 84
to 86 % of the others' values, in place of 90 %."""
SURELY_MISSING = 5 / 6
"""Chance that a structure is missing, at which that is five times as likely as not."""
MINIMUM_RANGE = 5.0
"""Points of ejection fraction to either side, whatever the evidence.

That of the RV differs by 8.3 % of its value, 5 points of 60, when a person is examined twice
(Grothues et al. 2004, doi:10.1016/j.ahj.2003.10.005).
"""


class FitError(UserError, ValueError):
    """Too little to fit an estimate on."""


@dataclass(frozen=True, eq=False)
class _Table:
    """Rows of one table with their targets, and the patient of each."""

    columns: tuple[str, ...]
    rows: Values
    targets: Values
    weights: Values


def fit_estimate(rows: Sequence[PhaseRows], model: str, temperature: float) -> Estimate:
    """The estimate fitted to all rows; limits and ranges come from cross-validation over patients.

    Args:
        rows: of patients that the networks did not learn from.
        model: the network that the estimate is for; its own phases count as much as all others
            together.
        temperature: of its probabilities.

    Raises:
        FitError: if there are fewer patients than folds.
    """
    judged = cross_validated(rows, model, temperature)
    trees = _fit_tables(rows, model, temperature)
    return replace(
        trees,
        limits=dict.fromkeys(trees.volumes, limits_of(judged, model)),
        ejection=ejection_ranges(judged, model),
    )


def _balanced(judged: Sequence[JudgedPhase], model: str) -> list[JudgedPhase]:
    """With the model's own so often that they count as much as all others together."""
    own = of_network(judged, model)
    return [*judged, *own * (_times(len(own), len(judged) - len(own)) - 1)]


def _times(own: int, others: int) -> int:
    """How often each of a few must count, to count as much together as the others."""
    return max(1, round(others / own)) if own else 1


def cross_validated(rows: Sequence[PhaseRows], model: str, temperature: float) -> list[JudgedPhase]:
    """Every phase judged by trees that were fitted to other patients.

    Raises:
        FitError: if there are fewer patients than folds.
    """
    patients = sorted({(one.source.dataset, one.source.patient) for one in rows})
    if len(patients) < FOLDS:
        raise FitError(f"Expected {FOLDS} patients or more to fit on, found {len(patients)}.")
    fold_of = {patient: number % FOLDS for number, patient in enumerate(patients)}
    judged = []
    for fold in range(FOLDS):
        inside = [fold_of[one.source.dataset, one.source.patient] == fold for one in rows]
        others = [one for one, held in zip(rows, inside, strict=True) if not held]
        held = [one for one, held in zip(rows, inside, strict=True) if held]
        judged += judge_phases(held, _fit_tables(others, model, temperature))
    return judged


def _fit_tables(rows: Sequence[PhaseRows], model: str, temperature: float) -> Estimate:
    """The trees alone, with limits that mark nothing."""
    drawn, absent, volumes, fences = {}, {}, {}, {}
    for label in FOREGROUND:
        of_label = [one for one in rows if label.name in one.source.annotated]
        if not of_label:
            continue
        drawn[label] = boost(_slice_table(of_label, label, model, drawn=True))
        absent[label] = boost(_slice_table(of_label, label, model, drawn=False))
        volumes[label] = boost(_volume_table(of_label, label, model))
        fences[label] = Fences(0.0, 0.0)
    nothing = {label: Limits(0.0, 0.0, 0.0, 0.0, 1.0, 1.0) for label in volumes}
    return Estimate("", "", temperature, drawn, absent, volumes, nothing, fences, {}, "")


def _slice_table(rows: Sequence[PhaseRows], label: Label, model: str, *, drawn: bool) -> _Table:
    own = np.concatenate([slice_rows(one.slices[None])[0, :, label - 1] for one in rows])
    dice = np.concatenate([one.slice_dice[:, label - 1] for one in rows])
    missed = np.concatenate(
        [one.pixels[:, label - 1, 1] * one.source.pixel_cm2 >= MISSED_CM2 for one in rows]
    )
    weight = np.repeat(_weights(rows, model), [len(one.slices) for one in rows])
    chosen = (own[:, SLICE_NAMES.index("area_cm2")] > 0) == drawn
    targets = dice if drawn else 1.0 - missed
    return _Table(SLICE_NAMES, own[chosen], targets[chosen], weight[chosen])


def _volume_table(rows: Sequence[PhaseRows], label: Label, model: str) -> _Table:
    return _Table(
        VOLUME_NAMES,
        np.stack([one.volumes[label - 1] for one in rows]),
        np.array([one.volume_dice[label - 1] for one in rows]),
        _weights(rows, model),
    )


def _weights(rows: Sequence[PhaseRows], model: str) -> Values:
    own = np.array([one.source.network == model for one in rows])
    return np.where(own, float(_times(int(own.sum()), int((~own).sum()))), 1.0)


def boost(table: _Table) -> BoostedTable:
    """Trees fitted one after the other to what those before leave over (Friedman 2001).

    Without a row there is nothing to doubt.
    """
    if not len(table.rows):
        return BoostedTable(table.columns, 1.0, ())
    start = float(np.average(table.targets, weights=table.weights))
    estimate, trees = np.full(len(table.targets), start), []
    for number in range(TREES):
        tree = DecisionTreeRegressor(
            max_leaf_nodes=LEAVES,
            min_samples_leaf=max(5, int(MINIMUM_LEAF * len(table.targets))),
            monotonic_cst=[_direction(name) for name in table.columns],
            max_features=0.5,
            random_state=number,
        )
        tree.fit(table.rows, table.targets - estimate, sample_weight=table.weights)
        trees.append(_plain(tree))
        estimate = estimate + trees[-1].predict(table.rows)
    return BoostedTable(table.columns, start, tuple(trees))


def _direction(name: str) -> int:
    """Whether an estimate rises (1) or falls (−1) with a number, whatever its prefix."""
    ends = name.split("_", 1)[-1] if name.startswith(("mean_", "lowest_", "highest_")) else name
    return 1 if ends in RISES else -1 if ends in FALLS else 0


def _plain(tree: DecisionTreeRegressor) -> Tree:
    inner = tree.tree_
    leaf = inner.children_left < 0
    own = np.arange(inner.node_count)
    return Tree(
        np.where(leaf, LEAF, inner.feature).astype(np.intp),
        np.where(leaf, 0.0, inner.threshold),
        np.where(leaf, own, inner.children_left).astype(np.intp),
        np.where(leaf, own, inner.children_right).astype(np.intp),
        RATE * inner.value[:, 0, 0],
    )


def limits_of(judged: Sequence[JudgedPhase], model: str) -> Limits:
    """The highest limits that mark no more of what is good than they may.

    The model's own slices count as much as those of all others. Of whole structures all count
    alike, as the model has too few of its own whose images are as they are. A plane by itself is
    doubtful as a whole where it is as a slice.
    """
    balanced = _balanced(judged, model)
    slice_doubtful = _limit(_of_good_slices(balanced), GOOD_SLICES_MARKED)
    of_planes = all(len(one.rows.slices) == 1 for one in judged)
    doubtful = slice_doubtful if of_planes else _limit(_lowest_of_good(judged), GOOD_VOLUMES_MARKED)
    wrong = min(doubtful, BAD_DICE)
    missing_doubtful = missing_limit(balanced)
    return Limits(
        slice_doubtful=slice_doubtful,
        slice_wrong=round(min(slice_doubtful, BAD_SLICE_DICE), 3),
        volume_doubtful=doubtful,
        volume_wrong=round(wrong, 3),
        missing_doubtful=missing_doubtful,
        missing_wrong=round(max(missing_doubtful, SURELY_MISSING), 3),
    )


def _lowest_of_good(judged: Sequence[JudgedPhase]) -> Values:
    """The lowest estimate in each phase whose structures are all good, of those experts drew.

    Of phases whose images are as they are.
    """
    sound = [one for one in judged if one.rows.source.failure == Failure.NONE]
    good = [one for one in sound if np.nanmin(one.rows.volume_dice) >= GOOD_DICE]
    return np.array([one.volumes[np.isfinite(one.rows.volume_dice)].min() for one in good])


def _of_good_slices(judged: Sequence[JudgedPhase]) -> Values:
    """The estimates of structures in slices that hold 1 cm² and are good."""
    found = [np.zeros(0)]
    for one in judged:
        large = one.rows.largest_cm2 >= SLICE_CM2
        found.append(one.slices[(one.rows.slice_dice >= GOOD_SLICE_DICE) & large])
    return np.concatenate(found)


def missing_limit(judged: Sequence[JudgedPhase]) -> float:
    """The limit for the chance that a structure is missing; without empty slices a strict one."""
    chances = [np.zeros(0)]
    for one in judged:
        empty = ~one.rows.pixels[..., :2].any(axis=-1) & np.isfinite(one.rows.slice_dice)
        chances.append(1.0 - one.slices[empty])
    found = np.concatenate(chances)
    if not found.size:
        return round(SURELY_MISSING, 3)
    return round(float(np.quantile(found, 1.0 - EMPTY_SLICES_MARKED)), 3)


def _limit(good: Values, share: float) -> float:
    """The limit below which this share of the good lies."""
    if not good.size:
        raise FitError("Expected good segmentations to set the limits by, found none.")
    return round(float(np.quantile(good, share)), 3)


def ejection_ranges(judged: Sequence[JudgedPhase], model: str) -> dict[Label, EjectionRange]:
    """Ranges of the ejection fraction, each side of which holds `SIDE_HOLDS` of the errors.

    Without a cine that the model itself segmented there is no range.
    """
    ranges = {}
    for label in (Label.LV, Label.RV):
        own = ejection_pairs(of_network(judged, model), label)
        if len(own):
            others = [one for one in judged if one.rows.source.network != model]
            ranges[label] = _range(own, ejection_pairs(others, label))
    return ranges


def of_network(judged: Sequence[JudgedPhase], name: str) -> list[JudgedPhase]:
    """Those that one network segmented."""
    return [one for one in judged if one.rows.source.network == name]


def ejection_pairs(judged: Sequence[JudgedPhase], label: Label, *, failed: bool = False) -> Values:
    """(N, 2) doubt and error in points of the ejection fraction of every cine.

    Args:
        judged: end-diastoles and end-systoles.
        label: the ventricle.
        failed: of cines of which both phases suffer the same failure, else of those without one.
    """
    phases: dict[tuple[str, ...], dict[str, JudgedPhase]] = {}
    for one in judged:
        source = one.rows.source
        of_a_stack = source.view == View.SAX  # a plane has no volume
        is_asked = (source.failure != Failure.NONE) is failed
        if of_a_stack and is_asked and label.name in source.annotated:
            key = (source.network, source.dataset, source.patient, source.failure)
            phases.setdefault(key, {})[source.phase] = one
    pairs = [
        (_doubt(pair, label), _ef(pair, label, False) - _ef(pair, label, True))
        for pair in phases.values()
        if {"ED", "ES"} <= set(pair) and pair["ED"].rows.volume_ml(label, by_expert=False) > 0
    ]
    return np.array(pairs, dtype=np.float64).reshape(-1, 2)


def _doubt(pair: dict[str, JudgedPhase], label: Label) -> float:
    return float(sum(1.0 - pair[phase].volumes[label - 1] for phase in ("ED", "ES")))


def _ef(pair: dict[str, JudgedPhase], label: Label, by_expert: bool) -> float:
    ed, es = (pair[name].rows.volume_ml(label, by_expert=by_expert) for name in ("ED", "ES"))
    return percent_decrease(ed, es) or 0.0


def _range(own: Values, others: Values) -> EjectionRange:
    """The model's narrowest on either side, of doubts and errors of its own and other cines."""
    back = np.array([1.0, -1.0])
    return EjectionRange(_margin(own, others), _margin(own * back, others * back))


def _margin(own: Values, others: Values) -> Margin:
    """Of the margins that as many errors stay within as should, the narrowest on average."""
    times = _times(len(own), len(others))
    doubt, error = np.concatenate((np.repeat(own, times, axis=0), others)).T
    slopes = np.arange(0.0, 151.0, 2.5)
    leasts = [max(MINIMUM_RANGE, _least(error - slope * doubt)) for slope in slopes]
    widths = np.array(leasts) + slopes * own[:, 0].mean()
    best = int(widths.argmin())
    return Margin(round(leasts[best], 2), round(float(slopes[best]), 2))


def _least(beyond: Values) -> float:
    """The quantile that also holds for one more examination (split conformal)."""
    rank = min(1.0, SIDE_HOLDS * (1.0 + 1.0 / len(beyond)))
    return float(np.quantile(beyond, rank, method="higher"))
