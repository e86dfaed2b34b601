"""How well volumes, ejection fractions and scores of many patients agree, with their uncertainty.

Differences are always prediction minus truth, or second run minus first. Intervals come from
resampling patients, not rows, because the phases and structures of one patient are not independent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Values = NDArray[np.float64]
LIMITS_Z = 1.96
DEFAULT_RESAMPLES = 2000


@dataclass(frozen=True)
class Agreement:
    """Agreement of two measurements of one quantity, in its units unless stated otherwise.

    Attributes:
        pairs: patients where both values are known.
        bias: mean of prediction minus truth.
        bias_low: lower end of the 95 % bootstrap interval of the bias.
        bias_high: upper end of that interval.
        sd: standard deviation of the differences (n - 1).
        lower_limit: bias - 1.96 SD, the lower limit of agreement (Bland and Altman 1986,
            doi:10.1016/S0140-6736(86)90837-8).
        upper_limit: bias + 1.96 SD.
        mae: mean absolute difference.
        icc: ICC(A,1), see `icc_a1`; no unit.
        pearson: Pearson's correlation; no unit.
        slope: slope of the least-squares line prediction = slope · truth + intercept; no unit.
        intercept: intercept of that line.
    """

    pairs: int
    bias: float
    bias_low: float
    bias_high: float
    sd: float
    lower_limit: float
    upper_limit: float
    mae: float
    icc: float
    pearson: float
    slope: float
    intercept: float


@dataclass(frozen=True)
class Summary:
    """The distribution of a score over patients.

    Attributes:
        patients: patients with at least one value.
        values: values that exist.
        missing: values that do not exist (NaN), such as the distance to an empty mask; they are in
            no other field.
        mean: mean of the values.
        low: lower end of the 95 % bootstrap interval of the mean over patients.
        high: upper end of that interval.
        median: median of the values.
        p5: 5th percentile.
        p95: 95th percentile.
    """

    patients: int
    values: int
    missing: int
    mean: float
    low: float
    high: float
    median: float
    p5: float
    p95: float


@dataclass(frozen=True)
class PairedDifference:
    """The difference of two runs on the same patients.

    Attributes:
        name: what was compared, such as `RV_ED_DC`.
        pairs: patients with a value in both runs.
        left_out: patients whose value is missing (NaN) in one of them.
        mean: mean of second minus first.
        low: lower end of the 95 % bootstrap interval of that mean.
        high: upper end of that interval.
        p: two-sided p value of Wilcoxon's signed-rank test (Wilcoxon 1945); 1 if no patient
            differs.
        p_holm: the same, adjusted for all comparisons made together (Holm 1979).
    """

    name: str
    pairs: int
    left_out: int
    mean: float
    low: float
    high: float
    p: float
    p_holm: float


def measure_agreement(predicted: ArrayLike, truth: ArrayLike, seed: int = 0) -> Agreement:
    """Compares predicted with true values, one pair per patient; NaN pairs are left out.

    Raises:
        ValueError: if the lengths differ, or fewer than two pairs are known.
    """
    predicted, truth = _known_pairs(predicted, truth)
    if predicted.size < 2:
        raise ValueError(
            f"Agreement needs at least 2 patients with both values, found {predicted.size}."
        )
    difference = predicted - truth
    bias, sd = float(difference.mean()), float(difference.std(ddof=1))
    low, high = bootstrap_mean_interval(difference, np.arange(difference.size), seed=seed)
    slope, intercept = _least_squares(truth, predicted)
    return Agreement(
        pairs=difference.size,
        bias=bias,
        bias_low=low,
        bias_high=high,
        sd=sd,
        lower_limit=bias - LIMITS_Z * sd,
        upper_limit=bias + LIMITS_Z * sd,
        mae=float(np.abs(difference).mean()),
        icc=icc_a1(np.stack([predicted, truth], axis=1)),
        pearson=_pearson(predicted, truth),
        slope=slope,
        intercept=intercept,
    )


def icc_a1(ratings: ArrayLike) -> float:
    """ICC(A,1): two-way model, absolute agreement, single rating.

    McGraw and Wong 1996 (doi:10.1037/1082-989X.1.1.30), numerically the ICC(2,1) of Shrout and
    Fleiss 1979.

    Args:
        ratings: (subjects, raters), complete, at least 2 × 2.

    Returns:
        the coefficient; NaN where all ratings are the same, because nothing can be distinguished.
    """
    ratings = np.asarray(ratings, dtype=np.float64)
    subjects, raters = ratings.shape
    grand = ratings.mean()
    between_subjects = raters * np.sum((ratings.mean(axis=1) - grand) ** 2)
    between_raters = subjects * np.sum((ratings.mean(axis=0) - grand) ** 2)
    rest = np.sum((ratings - grand) ** 2) - between_subjects - between_raters
    msr = between_subjects / (subjects - 1)
    msc = between_raters / (raters - 1)
    mse = rest / ((subjects - 1) * (raters - 1))
    whole = msr + (raters - 1) * mse + raters / subjects * (msc - mse)
    return float((msr - mse) / whole) if whole > 0 else float("nan")


def summarize(
    values: ArrayLike, patients: Sequence[object] | NDArray[np.int64], seed: int = 0
) -> Summary:
    """Describes a score; its interval resamples `patients`, one name per value."""
    values = np.asarray(values, dtype=np.float64)
    known = ~np.isnan(values)
    low, high = bootstrap_mean_interval(values, patients, seed=seed)
    nothing = np.full(3, np.nan)
    median, p5, p95 = np.percentile(values[known], [50, 5, 95]) if known.any() else nothing
    return Summary(
        patients=len({patient for patient, here in zip(patients, known, strict=True) if here}),
        values=int(known.sum()),
        missing=int((~known).sum()),
        mean=float(values[known].mean()) if known.any() else float("nan"),
        low=low,
        high=high,
        median=float(median),
        p5=float(p5),
        p95=float(p95),
    )


def bootstrap_mean_interval(
    values: ArrayLike,
    patients: Sequence[object] | NDArray[np.int64],
    *,
    seed: int = 0,
    resamples: int = DEFAULT_RESAMPLES,
) -> tuple[float, float]:
    """95 % percentile interval of the mean, from resampling patients with all their values.

    Efron 1979.

    Args:
        values: scores; NaN are left out.
        patients: the patient of each value.
        seed: the same seed gives the same interval.
        resamples: how many times the patients are drawn.

    Returns:
        lower and upper end; NaN where fewer than two patients have a value.
    """
    values = np.asarray(values, dtype=np.float64)
    known = ~np.isnan(values)
    _, patient = np.unique(np.asarray([str(p) for p in patients])[known], return_inverse=True)
    counts = np.bincount(patient)
    if counts.size < 2:
        return float("nan"), float("nan")
    sums = np.bincount(patient, weights=values[known])
    drawn = np.random.default_rng(seed).integers(0, counts.size, size=(resamples, counts.size))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def compare_paired(
    runs: Mapping[str, tuple[ArrayLike, ArrayLike]], seed: int = 0
) -> list[PairedDifference]:
    """Compares two runs on the same patients, one test per entry.

    Holm's method adjusts p over all entries.

    Args:
        runs: name -> (values of the first run, values of the second run), one value per patient, in
            one order.
        seed: seed of the bootstrap intervals.

    Raises:
        ValueError: if the two runs of an entry have different lengths or no patient in common.
    """
    rows = {name: _known_pairs(second, first) for name, (first, second) in runs.items()}
    empty = [name for name, (second, _) in rows.items() if second.size == 0]
    if empty:
        raise ValueError(
            f"The two runs have no patient with a value in both for {', '.join(empty)}."
        )
    p_values = [_wilcoxon_p(second - first) for second, first in rows.values()]
    adjusted = holm(p_values)
    differences = []
    for (name, (second, first)), p, p_holm in zip(rows.items(), p_values, adjusted, strict=True):
        difference = second - first
        low, high = bootstrap_mean_interval(difference, np.arange(difference.size), seed=seed)
        left_out = np.size(np.asarray(runs[name][0])) - difference.size
        mean = float(difference.mean())
        differences.append(
            PairedDifference(name, difference.size, left_out, mean, low, high, p, p_holm)
        )
    return differences


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down adjustment of p values of one family.

    Holm 1979, Scand. J. Statist. 6, 65-70.
    """
    order = np.argsort(p_values)
    factors = np.arange(len(p_values), 0, -1)
    stepped = np.maximum.accumulate(np.asarray(p_values, dtype=np.float64)[order] * factors)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(stepped, 1.0)
    return [float(p) for p in adjusted]


def _wilcoxon_p(difference: Values) -> float:
    if not difference.any():
        return 1.0
    return float(stats.wilcoxon(difference).pvalue)


def _known_pairs(predicted: ArrayLike, truth: ArrayLike) -> tuple[Values, Values]:
    predicted = np.asarray(predicted, dtype=np.float64)
    truth = np.asarray(truth, dtype=np.float64)
    if predicted.ndim != 1 or predicted.shape != truth.shape:
        raise ValueError(
            f"Expected one pair of values per patient, found shapes {predicted.shape} and "
            f"{truth.shape}."
        )
    known = ~(np.isnan(predicted) | np.isnan(truth))
    return predicted[known], truth[known]


def _pearson(predicted: Values, truth: Values) -> float:
    if predicted.std() == 0 or truth.std() == 0:
        return float("nan")
    return float(np.corrcoef(predicted, truth)[0, 1])


def _least_squares(x: Values, y: Values) -> tuple[float, float]:
    if x.std() == 0:
        return float("nan"), float("nan")
    slope = float(np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2))
    return slope, float(y.mean() - slope * x.mean())
