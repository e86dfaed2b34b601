"""Figures of results: learning curves, and Dice by vendor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from Training.results import ResultRow
from Training.tables import STRUCTURES, groups


def learning_curves_figure(metrics: Mapping[str, Sequence[float]]) -> Figure:
    """Loss (left) and Dice on the validation patients (right) over the iterations.

    Args:
        metrics: column → values, as in `metrics.csv`: `iteration`, `loss`, `learning_rate` and Dice columns.
    """
    figure = Figure(figsize=(9.0, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    iterations = metrics["iteration"]
    left.plot(iterations, metrics["loss"], color="black")
    left.set_ylabel("Training loss")
    for name in metrics:
        if name in ("iteration", "loss", "learning_rate") or max(metrics[name]) > 1:
            continue
        emphasis = {"color": "black", "linewidth": 2.0} if name == "mean" else {"linewidth": 1.0}
        right.plot(iterations, metrics[name], label=name.replace("_", " "), **emphasis)
    right.set_ylabel("Dice, validation patients")
    right.set_ylim(top=1.0)
    right.legend(fontsize="small")
    for axes in (left, right):
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
        boxes = {name: [row.dice for row in members if row.structure == structure] for name, members in split}
        boxes = {name: values for name, values in boxes.items() if values}
        axes.boxplot(list(boxes.values()), whis=(5, 95), flierprops={"markersize": 3}, widths=0.6)
        axes.set_xticklabels([f"{name}\nn = {len(values)}" for name, values in boxes.items()])
        axes.set_title(structure, fontsize="medium")
        axes.set_ylim(top=1.0)
    panels[0].set_ylabel("Dice")
    return figure
