"""A figure of regional function by diagnostic group: every patient a dot, every group its mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK, FAINT = "#1b2430", "#9aa4b2"
SPREAD = 0.28
"""How far dots of a group are moved apart, in groups."""


def group_figure(values: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """A panel for each measure, a column for each group.

    Args:
        values: name of a measure with its unit → group → one value per patient.

    Raises:
        ValueError: if there is no measure.
    """
    if not values:
        raise ValueError("Expected at least one measure to draw, found none.")
    figure = Figure(figsize=(2.9 * len(values), 3.1), layout="constrained")
    panels = np.ravel(figure.subplots(1, len(values)))
    for axes, (name, groups) in zip(panels, values.items(), strict=True):
        _draw_groups(axes, name, groups)
    return figure


def _draw_groups(axes: Axes, name: str, groups: Mapping[str, Sequence[float]]) -> None:
    for place, its in enumerate(groups.values()):
        apart = np.linspace(-SPREAD, SPREAD, len(its)) if len(its) > 1 else np.zeros(len(its))
        axes.plot(place + apart, sorted(its), ".", color=FAINT, markersize=4)
        if len(its):
            mean = float(np.mean(its))
            axes.plot([place - SPREAD, place + SPREAD], [mean, mean], color=INK, linewidth=2)
    axes.set_xticks(range(len(groups)), list(groups))
    axes.set_title(name, fontsize=9.5, color=INK)
    axes.tick_params(labelsize=8)
    axes.grid(axis="y", color="#e6e9ee", linewidth=0.7)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
