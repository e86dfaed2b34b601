"""Figures of results: learning curves, Dice by group, and strategies against each other.

Every value is drawn: axes are set from the data, and groups of fewer than five are points, not
boxes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from Training.reporting.tables import STRUCTURES, groups
from Training.scoring.agreement import PairedDifference
from Training.scoring.results import ResultRow

NOT_DICE = (
    "iteration", "loss", "validation_loss", "learning_rate", "seconds", "domain_accuracy",
    "held_out_domain_accuracy", "warm_up_domain_accuracy", "lambda", "lost_slices",
    "inconsistency", "consistency_weight",
)  # fmt: skip
"""Columns of `metrics.csv` other than the Dice of the validation patients."""

MINIMUM_FOR_A_BOX = 5
BEST = {"dice": 1.0}


def learning_curves_figure(metrics: Mapping[str, Sequence[float]]) -> Figure:
    """Loss and Dice on the validation patients; with DANN, λ and domain accuracy too.

    Args:
        metrics: column → values of each validation, as in `metrics.csv`.
    """
    panels = 3 if "lambda" in metrics else 2
    figure = Figure(figsize=(4.5 * panels, 3.6), layout="constrained")
    loss, dice, *adversary = figure.subplots(1, panels)
    _render_losses(loss, metrics)
    iterations = metrics["iteration"]
    shown = [name for name in metrics if name not in NOT_DICE]
    for name in shown:
        emphasis = {"color": "black", "linewidth": 2.0} if name == "mean" else {"linewidth": 1.0}
        dice.plot(iterations, metrics[name], label=name.replace("_", " "), **emphasis)
    dice.set_ylabel("Dice, validation patients")
    show_all(dice, [value for name in shown for value in metrics[name]], 1.0)
    for axes in adversary:
        _render_adversary(axes, metrics)
    for axes in figure.axes:
        axes.legend(fontsize="small")
        axes.set_xlabel("Iteration")
    return figure


def _render_losses(axes: Axes, metrics: Mapping[str, Sequence[float]]) -> None:
    axes.plot(metrics["iteration"], metrics["loss"], color="black", label="training")
    if "validation_loss" in metrics:
        validation = metrics["validation_loss"]
        axes.plot(metrics["iteration"], validation, "--", color="tab:orange", label="validation")
    axes.set_ylabel("Loss")


def _render_adversary(axes: Axes, metrics: Mapping[str, Sequence[float]]) -> None:
    iterations = metrics["iteration"]
    axes.plot(iterations, metrics["domain_accuracy"], label="domain accuracy, training")
    if "held_out_domain_accuracy" in metrics:
        held_out = metrics["held_out_domain_accuracy"]
        axes.plot(iterations, held_out, label="domain accuracy, held out")
    axes.plot(iterations, metrics["lambda"], label="λ", linestyle="--")
    names = ("domain_accuracy", "held_out_domain_accuracy", "lambda")
    show_all(axes, [0.0, *(value for name in names for value in metrics.get(name, []))], 1.0)


def show_all(axes: Axes, values: Sequence[float], top: float | None = None) -> None:
    """Sets the vertical axis so that every value lies inside, up to `top` at least."""
    known = np.array([value for value in values if np.isfinite(value)])
    if not known.size:
        return
    low, high = float(known.min()), float(known.max())
    high = high if top is None else max(high, top)
    margin = 0.05 * max(high - low, 0.02)
    axes.set_ylim(low - margin, high + margin)


def dice_figure(
    rows: Sequence[ResultRow], by: str = "vendor", metric: str = "dice", label: str = "Dice"
) -> Figure:
    """A score of every patient and phase, one panel per structure and one column per group.

    A box is the middle half, its line the median, its whiskers p5 and p95; dots are the values of
    patients beyond, or all of them where there are fewer than five.
    """
    split = [(name, members) for name, members in groups(rows, by) if name != "all"]
    shown = [s for s in STRUCTURES if any(row.structure == s for row in rows)]
    width = 1.6 + len(shown) * max(2.6, 0.7 * len(split))
    figure = Figure(figsize=(width, 3.8), layout="constrained")
    panels = figure.subplots(1, len(shown), squeeze=False)[0]
    every = [getattr(row, metric) for row in rows]
    for axes, structure in zip(panels, shown, strict=True):
        found = {name: _values(members, structure, metric) for name, members in split}
        render_groups(axes, {name: values for name, values in found.items() if values})
        axes.set_title(structure, fontsize="medium")
        show_all(axes, every, BEST.get(metric))
    panels[0].set_ylabel(label)
    figure.legend(handles=_box_legend(), fontsize="x-small", loc="outside lower center", ncols=3)
    return figure


def _values(rows: Sequence[ResultRow], structure: str, metric: str) -> list[float]:
    values = [getattr(row, metric) for row in rows if row.structure == structure]
    return [value for value in values if np.isfinite(value)]


def render_groups(axes: Axes, found: Mapping[str, Sequence[float]]) -> None:
    """A box for each group of five values or more, and points for the others."""
    for place, values in enumerate(found.values(), start=1):
        if len(values) >= MINIMUM_FOR_A_BOX:
            axes.boxplot(
                [list(values)],
                positions=[place],
                whis=(5, 95),
                widths=0.6,
                flierprops={"markersize": 3},
                manage_ticks=False,
            )
        else:
            axes.plot([place] * len(values), list(values), "o", color="tab:blue", markersize=4)
    labels = [f"{name}\nn = {len(values)}" for name, values in found.items()]
    axes.set_xticks(range(1, len(labels) + 1), labels, fontsize="small")
    axes.set_xlim(0.4, len(labels) + 0.6)


def _box_legend() -> list[Line2D]:
    return [
        Line2D([], [], color="tab:orange", label="median"),
        Line2D([], [], color="black", label="box: middle half, whiskers: p5, p95"),
        Line2D([], [], color="tab:blue", marker="o", linestyle="", label="single values, n < 5"),
    ]


def forest_figure(compared: Sequence[PairedDifference], unit: str, reference: str) -> Figure:
    """The mean difference of every comparison with its 95 % interval, one line each.

    Args:
        compared: at least one comparison of the same score.
        unit: of the score, for the axis.
        reference: what the others are compared with.
    """
    figure = Figure(figsize=(8.0, 1.5 + 0.32 * len(compared)), layout="constrained")
    axes = figure.subplots()
    for place, found in enumerate(reversed(compared)):
        color = "tab:red" if found.p_holm < 0.05 else "black"
        ends = [found.low, found.high]
        if np.isfinite(ends).all():
            axes.plot(ends, [place, place], color=color, linewidth=1.5)
        axes.plot([found.mean], [place], "s", color=color, markersize=5)
    axes.axvline(0.0, color="gray", linestyle=":")
    names = [f"{found.name} (n = {found.pairs})" for found in reversed(compared)]
    axes.set_yticks(range(len(names)), names, fontsize="small")
    axes.set_xlabel(f"Mean difference from {reference}{unit and f' ({unit})'}, 95 % interval")
    figure.legend(handles=_forest_legend(), fontsize="x-small", loc="outside lower center", ncols=3)
    return figure


def _forest_legend() -> list[Line2D]:
    return [
        Line2D([], [], color="tab:red", marker="s", label="p < 0.05 after Holm"),
        Line2D([], [], color="black", marker="s", label="not significant"),
        Line2D([], [], color="gray", linestyle=":", label="no difference"),
    ]
