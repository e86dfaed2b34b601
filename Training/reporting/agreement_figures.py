"""Bland–Altman and regression figures of predicted against true values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from Training.reporting.tables import number_text
from Training.scoring.agreement import Agreement, measure_agreement

Values = NDArray[np.float64]


def agreement_figure(
    predicted: ArrayLike,
    truth: ArrayLike,
    *,
    name: str,
    unit: str,
    groups: Sequence[str] | None = None,
) -> Figure:
    """A Bland–Altman and a regression panel of the same values.

    Args:
        predicted: one value per patient; pairs with NaN are left out.
        truth: the true values, in the same order.
        name: the quantity, for the axes.
        unit: its unit.
        groups: the group (vendor, say) of each patient, one color each.

    Raises:
        ValueError: if fewer than two pairs are known.
    """
    predicted, truth = np.asarray(predicted, dtype=np.float64), np.asarray(truth, dtype=np.float64)
    agreement = measure_agreement(predicted, truth)
    figure = Figure(figsize=(11.0, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    _render_bland_altman(left, predicted, truth, agreement, groups)
    left.set_xlabel(f"Mean of prediction and expert, {name} ({unit})")
    left.set_ylabel(f"Prediction − expert ({unit})")
    left.set_title(_bland_altman_title(agreement, unit), fontsize="medium")
    _render_regression(right, predicted, truth, agreement, groups)
    right.set_xlabel(f"Expert, {name} ({unit})")
    right.set_ylabel(f"Prediction, {name} ({unit})")
    right.set_title(_regression_title(agreement), fontsize="medium")
    return figure


def _render_bland_altman(
    axes: Axes, predicted: Values, truth: Values, agreement: Agreement, groups: Sequence[str] | None
) -> None:
    """Difference against mean, with bias and limits of agreement (Bland and Altman 1986)."""
    _scatter(axes, (predicted + truth) / 2, predicted - truth, groups)
    axes.axhline(agreement.bias, color="black", linewidth=1, label="bias")
    for limit, label in ((agreement.lower_limit, "95 % limits"), (agreement.upper_limit, None)):
        axes.axhline(limit, color="black", linewidth=1, linestyle="--", label=label)
    axes.legend(fontsize="small")


def _render_regression(
    axes: Axes, predicted: Values, truth: Values, agreement: Agreement, groups: Sequence[str] | None
) -> None:
    """Prediction against truth with the least-squares line and the line of identity."""
    _scatter(axes, truth, predicted, groups)
    ends = np.array([np.nanmin([predicted, truth]), np.nanmax([predicted, truth])])
    axes.plot(ends, ends, color="gray", linewidth=1, linestyle=":", label="identity")
    axes.plot(
        ends,
        agreement.slope * ends + agreement.intercept,
        color="black",
        linewidth=1,
        label="least squares",
    )
    axes.legend(fontsize="small")


def _bland_altman_title(agreement: Agreement, unit: str) -> str:
    return (
        f"bias {agreement.bias:.1f} {unit}, limits {agreement.lower_limit:.1f} to "
        f"{agreement.upper_limit:.1f} {unit}, "
        f"n = {agreement.pairs}"
    )


def _regression_title(agreement: Agreement) -> str:
    sign = "+" if agreement.intercept >= 0 else "−"
    line = (
        f"y = {number_text(agreement.slope, 2)} x {sign} {number_text(abs(agreement.intercept), 1)}"
    )
    coefficients = (
        f"r = {number_text(agreement.pearson, 3)}, ICC(A,1) = {number_text(agreement.icc, 3)}"
    )
    return f"{line}, {coefficients}, n = {agreement.pairs}"


def _scatter(axes: Axes, x: Values, y: Values, groups: Sequence[str] | None) -> None:
    for name, member in _members(groups, x.size):
        axes.scatter(x[member], y[member], s=18, alpha=0.75, label=name or None)


def _members(groups: Sequence[str] | None, count: int) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    if groups is None:
        yield "", np.ones(count, dtype=bool)
        return
    for name in sorted(set(groups)):
        yield name, np.array([group == name for group in groups])
