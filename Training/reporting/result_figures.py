"""Figures of results: learning curves, and Dice by vendor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from Training.reporting.tables import STRUCTURES, groups
from Training.scoring.results import ResultRow

NOT_DICE = ("iteration", "loss", "learning_rate", "seconds", "domain_accuracy", "lambda")
"""Columns of `metrics.csv` other than the Dice of the validation patients."""


def learning_curves_figure(metrics: Mapping[str, Sequence[float]]) -> Figure:
    """Loss and Dice on the validation patients; with DANN, λ and domain accuracy too.

    Args:
        metrics: column → values of each validation, as in `metrics.csv`.
    """
    panels = 3 if "lambda" in metrics else 2
    figure = Figure(figsize=(4.5 * panels, 3.6), layout="constrained")
    loss, dice, *adversary = figure.subplots(1, panels)
    iterations = metrics["iteration"]
    loss.plot(iterations, metrics["loss"], color="black")
    loss.set_ylabel("Training loss")
    for name in [name for name in metrics if name not in NOT_DICE]:
        emphasis = {"color": "black", "linewidth": 2.0} if name == "mean" else {"linewidth": 1.0}
        dice.plot(iterations, metrics[name], label=name.replace("_", " "), **emphasis)
    dice.set_ylabel("Dice, validation patients")
    dice.set_ylim(top=1.0)
    for axes in adversary:
        axes.plot(iterations, metrics["domain_accuracy"], label="domain accuracy")
        axes.plot(iterations, metrics["lambda"], label="λ", linestyle="--")
        axes.set_ylim(0.0, 1.05)
    for axes in (dice, *adversary):
        axes.legend(fontsize="small")
    for axes in figure.axes:
        axes.set_xlabel("Iteration")
    return figure


def dice_figure(rows: Sequence[ResultRow], by: str = "vendor") -> Figure:
    """Dice of every patient and phase as boxes, one panel per structure and one box per group.

    The box is the middle half, the line the median, the whiskers p5 and p95; dots lie beyond.
    """
    split = [(name, members) for name, members in groups(rows, by) if name != "all"]
    shown = [s for s in STRUCTURES if any(row.structure == s for row in rows)]
    figure = Figure(figsize=(1.6 + 2.6 * len(shown), 3.6), layout="constrained")
    panels = figure.subplots(1, len(shown), sharey=True, squeeze=False)[0]
    for axes, structure in zip(panels, shown, strict=True):
        boxes = {
            name: [row.dice for row in members if row.structure == structure]
            for name, members in split
        }
        boxes = {name: values for name, values in boxes.items() if values}
        axes.boxplot(list(boxes.values()), whis=(5, 95), flierprops={"markersize": 3}, widths=0.6)
        axes.set_xticklabels([f"{name}\nn = {len(values)}" for name, values in boxes.items()])
        axes.set_title(structure, fontsize="medium")
        axes.set_ylim(top=1.0)
    panels[0].set_ylabel("Dice")
    return figure
