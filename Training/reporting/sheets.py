"""Sheets of slices: predictions against experts, preprocessing and augmentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from CMRSegmentationLib.image import Geometry, Label
from CMRSegmentationLib.segmenting.preprocessing import Box
from Training.learning.validate import to_network
from Training.reporting.slice_pictures import render_outlines, render_slice
from Training.samples.cache import CachedPhase
from Training.samples.slices import Batch
from Training.scoring.metrics import dice

PANEL_IN = 2.2
MARGIN_AROUND_HEART_MM = 25.0


@dataclass(frozen=True, eq=False)
class Comparison:
    """A prediction next to the expert's labels.

    Attributes:
        title: whose it is, such as "acdc/patient010, ES".
        dice: mean Dice of the annotated structures; sheets are sorted by it.
        image: (Z, Y, X) intensities.
        predicted: (Z, Y, X) predicted values of `Label`.
        truth: (Z, Y, X) values of the expert.
        geometry: the grid of all three.
        annotated: the structures that the expert drew.
    """

    title: str
    dice: float
    image: NDArray[np.float32]
    predicted: NDArray[np.uint8]
    truth: NDArray[np.uint8]
    geometry: Geometry
    annotated: tuple[Label, ...]


def comparison_sheet(cases: Sequence[Comparison], slices_per_case: int = 4) -> Figure:
    """One case per row, the worst first, and of each the slices that agree least.

    The expert's outlines are solid, the predicted ones dashed.

    Args:
        cases: at least one.
        slices_per_case: how many slices of each case; fewer where it has fewer.
    """
    ordered = sorted(cases, key=lambda case: case.dice)
    columns = max(min(slices_per_case, case.truth.shape[0]) for case in ordered)
    figure = Figure(
        figsize=(PANEL_IN * columns + 0.2, (PANEL_IN + 0.25) * len(ordered)), layout="constrained"
    )
    panels = figure.subplots(len(ordered), columns, squeeze=False)
    for row, case in zip(panels, ordered, strict=True):
        window, predicted = _heart_window(case), _annotated(case)
        aspect = case.geometry.spacing_zyx_mm[1] / case.geometry.spacing_zyx_mm[2]
        chosen = worst_slices(case, columns)
        for axes in row[len(chosen) :]:
            axes.set_axis_off()
        for axes, z in zip(row, chosen, strict=False):
            inside = (z, *window)
            render_slice(axes, case.image[inside], case.truth[inside], aspect=aspect)
            render_outlines(axes, predicted[inside], linestyle="dashed")
            axes.set_title(f"slice {z + 1}", fontsize="x-small")
        row[0].set_title(
            f"{case.title}\nDice {case.dice:.3f}, slice {chosen[0] + 1}", fontsize="x-small"
        )
    return figure


def worst_slices(case: Comparison, count: int) -> list[int]:
    """The slices in which most annotated voxels disagree, worst first."""
    wrong = (_annotated(case) != case.truth).sum(axis=(1, 2))
    return [int(z) for z in np.argsort(-wrong, kind="stable")[:count]]


def _annotated(case: Comparison) -> NDArray[np.uint8]:
    """The prediction without the structures that the expert did not draw."""
    return np.where(np.isin(case.predicted, case.annotated), case.predicted, 0).astype(np.uint8)


def mean_dice(
    predicted: NDArray[np.uint8], truth: NDArray[np.uint8], annotated: tuple[Label, ...]
) -> float:
    """Mean Dice of the annotated structures of a (Z, Y, X) prediction."""
    return float(np.mean([dice(predicted == label, truth == label) for label in annotated]))


def _heart_window(case: Comparison) -> tuple[slice, slice]:
    """Rows and columns that hold the heart of expert and prediction, with a margin."""
    marked = np.maximum(case.truth, _annotated(case)).max(axis=0) > 0
    if not marked.any():
        return slice(None), slice(None)
    box = Box.around(marked, margin=round(MARGIN_AROUND_HEART_MM / case.geometry.spacing_zyx_mm[1]))
    return box.rows, box.columns


def preprocessing_sheet(phase: CachedPhase, spacing_mm: float, slices: int = 4) -> Figure:
    """Slices as stored (top) and as the network sees them (bottom).

    The latter are resampled in plane and normalized.

    Args:
        phase: one phase of an examination.
        spacing_mm: in-plane resolution of the network.
        slices: how many, spread over the stack.
    """
    chosen = np.unique(np.linspace(0, phase.image.shape[0] - 1, slices).round().astype(int))
    spacing_yx = phase.geometry.spacing_zyx_mm[1:]
    after, labels_after = to_network(phase, spacing_mm)
    figure = Figure(figsize=(PANEL_IN * chosen.size, 2 * PANEL_IN + 0.6), layout="constrained")
    panels = figure.subplots(2, chosen.size, squeeze=False)
    for top, bottom, z in zip(*panels, chosen, strict=True):
        native = phase.image[z].astype(np.float32)
        render_slice(top, native, phase.labels[z], aspect=spacing_yx[0] / spacing_yx[1])
        top.set_title(
            f"slice {z + 1}, {native.shape[0]} × {native.shape[1]} px", fontsize="x-small"
        )
        render_slice(bottom, after[z], labels_after[z])
        bottom.set_title(
            f"{after.shape[1]} × {after.shape[2]} px of {spacing_mm:g} mm", fontsize="x-small"
        )
    return figure


def augmentation_sheet(batches: Sequence[Batch], columns: int = 6) -> Figure:
    """Training slices as the network sees them, with their targets as outlines and their vendors.

    Args:
        batches: at least one batch.
        columns: slices in a row.
    """
    samples = [
        (image[0].numpy(), target.argmax(dim=0).numpy().astype(np.uint8), vendor)
        for batch in batches
        for image, target, vendor in zip(batch.images, batch.target, batch.vendors, strict=True)
    ]
    rows = -(-len(samples) // columns)
    figure = Figure(figsize=(PANEL_IN * columns, (PANEL_IN + 0.2) * rows), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, (image, labels, vendor) in zip(panels, samples, strict=False):
        render_slice(axes, image, labels)
        axes.set_title(vendor, fontsize="x-small")
    for axes in panels[len(samples) :]:
        axes.set_axis_off()
    return figure
