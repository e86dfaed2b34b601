"""Sheets of slices: predictions against experts, preprocessing and augmentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from CMRSegmentationLib.image import FOREGROUND, Geometry, Label
from CMRSegmentationLib.palette import COLORS
from CMRSegmentationLib.segmenting.preprocessing import Box, InPlaneGrid
from Training.learning.validate import to_network
from Training.reporting.slice_pictures import render_outlines, render_slice
from Training.samples.cache import CachedExamination, CachedPhase
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
    figure.legend(handles=outline_legend(), loc="outside lower center", ncols=5, fontsize="x-small")
    return figure


def outline_legend() -> list[Line2D]:
    """What colors and line styles of outlines mean."""
    structures = [Line2D([], [], color=COLORS[label], label=label.name) for label in FOREGROUND]
    styles = [
        Line2D([], [], color="black", label="expert"),
        Line2D([], [], color="black", linestyle="dashed", label="prediction"),
    ]
    return [*structures, *styles]


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


def preprocessing_sheet(
    phases: Sequence[CachedPhase], spacing_mm: float, slices: int = 3
) -> Figure:
    """Slices as stored, as the network sees them, and as its output returns to the native grid.

    One row of panels for each phase. The third panel of a slice shows the labels after both
    resamplings ("soft": scores count on the native grid, so this is what the best network would
    reach) over the experts' ("validation").

    Args:
        phases: of one examination, such as ED and ES.
        spacing_mm: in-plane resolution of the network.
        slices: how many of each phase, spread over the stack.
    """
    figure = Figure(
        figsize=(1.3 * PANEL_IN * slices * 3, (PANEL_IN + 0.5) * len(phases)), layout="constrained"
    )
    panels = figure.subplots(len(phases), 3 * slices, squeeze=False)
    for row, phase in zip(panels, phases, strict=True):
        chosen = np.linspace(0, phase.image.shape[0] - 1, slices).round().astype(int)
        for place, z in enumerate(chosen):
            _render_preprocessing(row[3 * place : 3 * place + 3], phase, int(z), spacing_mm)
    figure.legend(handles=outline_legend(), loc="outside lower center", ncols=5, fontsize="x-small")
    return figure


def _render_preprocessing(
    panels: Sequence[Axes], phase: CachedPhase, z: int, spacing_mm: float
) -> None:
    native, network, back = panels
    spacing_yx = phase.geometry.spacing_zyx_mm[1:]
    aspect = spacing_yx[0] / spacing_yx[1]
    image = phase.image[z].astype(np.float32)
    seen, labels = to_network(phase, spacing_mm)
    render_slice(native, image, phase.labels[z], aspect=aspect)
    rows, columns = image.shape
    native.set_title(
        f"{phase.name}, slice {z + 1}\nstored: {rows} × {columns} px", fontsize="x-small"
    )
    render_slice(network, seen[z], labels[z])
    network.set_title(
        f"network\n{seen.shape[1]} × {seen.shape[2]} px of {spacing_mm:g} mm", fontsize="x-small"
    )
    returned = back_to_native(labels, phase, spacing_mm)
    render_slice(back, image, phase.labels[z], aspect=aspect)
    render_outlines(back, returned[z], linestyle="dashed")
    scores = [
        dice(returned == label, phase.labels == label)
        for label in FOREGROUND
        if (phase.labels == label).any()
    ]
    back.set_title(f"back\nDice {np.mean(scores) if scores else 1:.3f}", fontsize="x-small")
    for axes, values in ((native, image), (network, seen[z])):
        mappable = axes.images[0]
        bar = axes.figure.colorbar(mappable, ax=axes, fraction=0.046, pad=0.02)
        bar.ax.tick_params(labelsize=5)
        bar.set_ticks(
            [float(values.min()), float(values.max())] if values.max() > values.min() else []
        )


def back_to_native(
    labels: NDArray[np.uint8], phase: CachedPhase, spacing_mm: float
) -> NDArray[np.uint8]:
    """(Z, Y, X) labels of the network's grid on the native grid of a phase, class by class."""
    spacing = phase.geometry.spacing_zyx_mm[1:]
    native = phase.image.shape[1:]
    grid = InPlaneGrid.between(native, spacing, spacing_mm)
    memberships = [
        grid.to_native(
            (labels == label).astype(np.float32), Box.whole(grid.network_yx), Box.whole(native)
        )
        for label in Label
    ]
    return np.asarray(np.stack(memberships).argmax(axis=0), dtype=np.uint8)


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


def vendor_sheet(examinations: Sequence[CachedExamination]) -> Figure:
    """The middle slice of one patient of each vendor side by side, with its intensities below."""
    first = {e.vendor: e for e in reversed(examinations)}
    figure = Figure(figsize=(PANEL_IN * 1.3 * len(first), PANEL_IN * 2), layout="constrained")
    panels = figure.subplots(
        2, len(first), squeeze=False, gridspec_kw={"height_ratios": [2.0, 1.0]}
    )
    for column, (vendor, examination) in zip(panels.T, sorted(first.items()), strict=True):
        phase = examination.phases[0]
        z = len(phase.image) // 2
        _, row_mm, column_mm = phase.geometry.spacing_zyx_mm
        render_slice(column[0], phase.image[z].astype(np.float32), aspect=row_mm / column_mm)
        column[0].set_title(f"{vendor}\n{row_mm:.2f} mm, {phase.name}", fontsize="x-small")
        column[1].hist(phase.image.ravel(), bins=64, range=(0, 255), color="gray")
        column[1].set_yticks([])
        column[1].set_xlabel("Intensity (stored)", fontsize="x-small")
        column[1].tick_params(labelsize=6)
    return figure
