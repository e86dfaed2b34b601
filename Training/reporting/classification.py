"""Classification as tables and figures: accuracy, confusion, ROC, calibration and importance."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from Training.classification.scores import (
    Predictions,
    brier,
    calibration,
    calibration_error,
    confusion,
    roc_of,
)
from Training.reporting.tables import Table


def accuracy_table(results: Mapping[str, Predictions]) -> Table:
    """One line per method: patients, accuracy with its interval, mean AUC, Brier score, ECE."""
    lines = []
    for name, found in results.items():
        low, high = found.accuracy_interval()
        areas = [roc_of(found, index)[2] for index in range(len(found.classes))]
        lines.append(
            (
                name,
                str(len(found.patients)),
                f"{found.accuracy:.3f}",
                f"{low:.3f} to {high:.3f}",
                f"{np.nanmean(areas):.3f}",
                f"{brier(found):.3f}",
                f"{calibration_error(found):.3f}",
            )
        )
    columns = ("method", "patients", "accuracy", "95 % interval", "mean AUC", "Brier", "ECE")
    return Table("Classes of patients never learned from", columns, tuple(lines))


def class_table(name: str, found: Predictions) -> Table:
    """Sensitivity, precision and area under the ROC curve of each class."""
    counts = confusion(found)
    lines = []
    for index, label in enumerate(found.classes):
        right = counts[index, index]
        lines.append(
            (
                label,
                str(counts[index].sum()),
                _share(right, counts[index].sum()),
                _share(right, counts[:, index].sum()),
                f"{roc_of(found, index)[2]:.3f}",
            )
        )
    columns = ("class", "patients", "sensitivity", "precision", "AUC")
    return Table(f"{name}: each class against the others", columns, tuple(lines))


def importance_table(importances: Mapping[str, Mapping[str, float]], count: int = 12) -> Table:
    """The measures that cost most accuracy when they are shuffled, for each method."""
    names = sorted(
        {name for values in importances.values() for name in values},
        key=lambda name: -max(values.get(name, 0.0) for values in importances.values()),
    )[:count]
    lines = [(name, *(f"{values[name]:+.3f}" for values in importances.values())) for name in names]
    return Table(
        "Loss of accuracy when a measure is shuffled", ("measure", *importances), tuple(lines)
    )


def classification_figure(name: str, found: Predictions) -> Figure:
    """Confusion matrix, ROC curves and calibration of a method."""
    figure = Figure(figsize=(13.0, 4.2), layout="constrained")
    matrix, curves, reliability = figure.subplots(1, 3)
    _render_confusion(matrix, found)
    for index, label in enumerate(found.classes):
        false_rate, true_rate, area = roc_of(found, index)
        curves.plot(false_rate, true_rate, label=f"{label} ({area:.2f})", linewidth=1.2)
    curves.plot([0, 1], [0, 1], color="gray", linestyle=":", label="guessing")
    curves.set(xlabel="False positive rate", ylabel="True positive rate", title="ROC (AUC)")
    curves.legend(fontsize="x-small")
    _render_calibration(reliability, found)
    figure.suptitle(name)
    return figure


def _render_confusion(axes: Axes, found: Predictions) -> None:
    counts = confusion(found)
    axes.imshow(counts, cmap="Blues")
    limit = counts.max() / 2
    for (row, column), count in np.ndenumerate(counts):
        color = "white" if count > limit else "black"
        axes.text(column, row, str(count), ha="center", va="center", color=color)
    ticks = range(len(found.classes))
    axes.set_xticks(ticks, found.classes, rotation=45)
    axes.set_yticks(ticks, found.classes)
    axes.set(xlabel="Predicted", ylabel="True", title=f"Accuracy {found.accuracy:.3f}")


def _render_calibration(axes: Axes, found: Predictions) -> None:
    confidence, accuracy, counts = zip(*calibration(found), strict=True)
    axes.plot([0, 1], [0, 1], color="gray", linestyle=":", label="calibrated")
    axes.scatter(confidence, accuracy, s=[20 + 4 * n for n in counts], label="patients, by size")
    for x, y, n in zip(confidence, accuracy, counts, strict=True):
        axes.annotate(str(n), (x, y), textcoords="offset points", xytext=(6, -10), fontsize=7)
    axes.set(xlabel="Mean confidence", ylabel="Accuracy", title="Calibration")
    axes.set_xlim(-0.05, 1.05)
    axes.set_ylim(-0.05, 1.1)
    axes.legend(fontsize="x-small")


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.3f}" if whole else "–"
