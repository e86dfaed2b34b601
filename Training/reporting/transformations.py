"""Every change of the augmentation by itself, next to the original, with its name."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from Training.reporting.slice_pictures import render_slice
from Training.samples.augmentation import (
    AugmentationConfig,
    apply_appearance,
    sample_appearance,
    sample_geometric,
)
from Training.samples.slices import Crop, TrainingSlice, cut

GEOMETRY = ("rotation", "mirror", "scale", "elastic", "bulge")
APPEARANCE = (
    "monotone",
    "gamma",
    "contrast",
    "bias_field",
    "noise",
    "blur",
    "low_resolution",
    "histogram",
    "amplitude",
)
COLUMNS = 5
PANEL_IN = 2.2


def only(name: str, config: AugmentationConfig) -> AugmentationConfig:
    """A configuration in which one change always happens and no other does; "" for none at all."""
    chances = {f.name: 0.0 for f in fields(config) if f.name.endswith("_probability")}
    if name:
        chances[f"{name}_probability"] = 1.0
    return replace(config, normalization_jitter=(0.0, 0.0), **chances)  # type: ignore[arg-type]


def transformed(
    name: str,
    config: AugmentationConfig,
    source: TrainingSlice,
    other: TrainingSlice,
    crop: Crop,
    seed: int = 0,
) -> NDArray[np.float32]:
    """(2, Y, X) image and labels of a slice after one change; "" for none.

    Args:
        name: of a change, in `GEOMETRY` or `APPEARANCE`.
        config: its ranges.
        source: the slice.
        other: a slice of another scanner, for the changes that mix two.
        crop: what is cut out about the heart.
        seed: of the change.
    """
    rng = np.random.default_rng(seed)
    chosen = only(name, config)
    geometric = replace(sample_geometric(rng, chosen), padding="zeros")
    planes = cut(source, geometric, source.heart_yx_px, crop)
    labels = planes[1:4].argmax(axis=0) + 1
    labels[planes[1:4].max(axis=0) < 0.5] = 0
    plain = replace(sample_geometric(rng, only("", config)), padding="zeros")
    foreign = cut(other, plain, other.heart_yx_px, crop)[0]
    image = apply_appearance(planes[0], sample_appearance(rng, chosen), foreign)
    return np.stack([image, labels]).astype(np.float32)


def transformations_sheet(
    source: TrainingSlice, other: TrainingSlice, config: AugmentationConfig, crop: Crop
) -> Figure:
    """The original first, then each change with its name and its chance in the experiment."""
    names = ("", *GEOMETRY, *APPEARANCE)
    rows = -(-len(names) // COLUMNS)
    figure = Figure(figsize=(PANEL_IN * COLUMNS, (PANEL_IN + 0.25) * rows), layout="constrained")
    panels = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axes in panels:
        axes.set_axis_off()
    for axes, name in zip(panels, names, strict=False):
        image, labels = transformed(name, config, source, other, crop)
        render_slice(axes, image, labels.astype(np.uint8))
        axes.set_title(_title(name, config), fontsize="x-small")
    return figure


def _title(name: str, config: AugmentationConfig) -> str:
    if not name:
        return "original"
    chance = getattr(config, f"{name}_probability")
    return f"{name.replace('_', ' ')} ({100 * chance:.0f} %)"
