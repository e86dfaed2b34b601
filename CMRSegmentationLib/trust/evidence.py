"""Evidence for and against every contour, as numbers: one row for each structure, slice and frame.

A row says how sure the network is, whether it draws changed images alike, whether its coarser stage
agrees, whether an auto-encoder of experts' masks would redraw the contour so, whether it fits the
slices beside it, and whether it has the shape and the brightness of what it is taken for.
`estimate` makes a Dice of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import FOREGROUND, FloatArray, Label, LabelArray
from CMRSegmentationLib.segmenting.postprocessing import labels_of
from CMRSegmentationLib.trust import overlap, shapes
from CMRSegmentationLib.trust.canvas import Canvas
from CMRSegmentationLib.trust.certainty import Certainty, certainty_of
from CMRSegmentationLib.trust.image_quality import quality_rows
from CMRSegmentationLib.trust.neighbors import neighbor_rows

Values = NDArray[np.float64]
Redraw = Callable[[LabelArray], LabelArray]
"""Canvases (N, size, size) of labels → as the auto-encoder redraws them."""

MARGIN_PX = 6
LIKELY = 0.2
"""What is less likely than this lies outside the part of the image that is looked at."""
NAMES = (
    "area_cm2",
    "expected_dice",
    "entropy",
    "hidden_cm2",
    "variant_dice",
    "worst_variant_dice",
    "variant_cm2",
    "coarse_dice",
    "redrawn_dice",
    "redrawn_mm",
    "neighbor_dice",
    "neighbor_cm2",
    "neighbor_misfit",
    "slices_from_base",
    "slices_from_apex",
    "slices_away",
    "open_share",
    "stray_share",
    "raggedness",
    "wall_mm",
    "contrast",
    "spread",
    "others_cm2",
    "coarse_cm2",
    "peak",
    "heart_from_base",
    "heart_from_apex",
    "place",
    "heart_share",
    "noise",
    "detail",
    "edge",
)
"""What a row holds, in this order."""


@dataclass(frozen=True, eq=False)
class Variants:
    """What else the network says, for some of the frames.

    Attributes:
        frames: (V,) numbers of these frames, rising.
        probabilities: one (V, Z, S, Y, X) array for every variant, brought back onto the unchanged
            image.
        coarse: (V, Z, S, Y, X) of the unchanged image at the decoder's stage below full resolution.
    """

    frames: tuple[int, ...]
    probabilities: tuple[FloatArray, ...]
    coarse: FloatArray


@dataclass(frozen=True, eq=False)
class Seen:
    """What a network saw of a cine and what became of it, on the network's grid.

    Attributes:
        images: (T, Z, Y, X) normalized intensities.
        probabilities: (T, Z, S, Y, X) of the foreground structures.
        labels: (T, Z, Y, X) final labels.
        spacing_mm: of rows and columns.
        variants: what else it says.
    """

    images: FloatArray
    probabilities: FloatArray
    labels: LabelArray
    spacing_mm: float
    variants: Variants

    def heart_span(self) -> tuple[slice, slice]:
        """Rows and columns of the grid that hold all that is drawn or likely, with a margin."""
        likely = (self.labels > 0).any(axis=(0, 1)) | (
            self.probabilities.max(axis=(0, 1, 2)) > LIKELY
        )
        return _span(likely.any(axis=1)), _span(likely.any(axis=0))

    def cut(self, rows: slice, columns: slice) -> Seen:
        """The same on a part of the grid."""
        again = tuple(
            np.ascontiguousarray(p[..., rows, columns]) for p in self.variants.probabilities
        )
        coarse = np.ascontiguousarray(self.variants.coarse[..., rows, columns])
        variants = Variants(self.variants.frames, again, coarse)
        return Seen(
            np.ascontiguousarray(self.images[..., rows, columns]),
            np.ascontiguousarray(self.probabilities[..., rows, columns]),
            np.ascontiguousarray(self.labels[..., rows, columns]),
            self.spacing_mm,
            variants,
        )


def _span(present: NDArray[np.bool_]) -> slice:
    found = np.flatnonzero(present)
    if not found.size:
        return slice(0, len(present))
    return slice(max(0, int(found[0]) - MARGIN_PX), int(found[-1]) + 1 + MARGIN_PX)


def is_drawn(rows: Values) -> NDArray[np.bool_]:
    """(…, S) where a structure is drawn, of (…, S, `NAMES`) evidence."""
    return np.asarray(rows[..., NAMES.index("area_cm2")] > 0)


def gather(seen: Seen, redraw: Redraw, canvas: Canvas, temperature: float) -> Values:
    """(T, Z, S, `NAMES`) evidence of a cine.

    Args:
        seen: the cine and what was made of it.
        redraw: the auto-encoder.
        canvas: what it sees of a slice.
        temperature: probabilities are raised to 1 / temperature; above 1 the network was too sure.
    """
    seen = seen.cut(*seen.heart_span())
    frames, slices = seen.labels.shape[:2]
    planes = seen.labels.reshape(-1, *seen.labels.shape[2:])
    cm2 = (seen.spacing_mm / 10.0) ** 2
    areas = shapes.areas_px(planes) * cm2
    rows: dict[str, Values] = {"area_cm2": areas}
    rows |= _certainty_rows(seen, planes, temperature, cm2)
    rows |= _redrawn_rows(planes, redraw, canvas, seen.spacing_mm)
    rows |= _shape_rows(planes, areas, seen.spacing_mm)
    rows |= _brightness_rows(seen, planes)
    rows |= quality_rows(seen.images.reshape(planes.shape), planes)
    shaped = {name: value.reshape(frames, slices, -1) for name, value in rows.items()}
    shaped |= neighbor_rows(seen.labels, shaped["area_cm2"])
    shaped |= _variant_rows(seen, cm2)
    return np.stack([shaped[name] for name in NAMES], axis=-1)


def _certainty_rows(
    seen: Seen, planes: LabelArray, temperature: float, cm2: float
) -> dict[str, Values]:
    probabilities = seen.probabilities.reshape(-1, *seen.probabilities.shape[2:])
    found: Certainty = certainty_of(probabilities, planes, temperature)
    return {
        "expected_dice": found.expected_dice,
        "entropy": found.entropy,
        "hidden_cm2": found.hidden_px * cm2,
        "peak": probabilities.max(axis=(2, 3)).astype(np.float64),
    }


def _redrawn_rows(
    planes: LabelArray, redraw: Redraw, canvas: Canvas, spacing_mm: float
) -> dict[str, Values]:
    drawn = canvas.place(planes, (spacing_mm, spacing_mm))
    redrawn = redraw(drawn)
    return {
        "redrawn_dice": overlap.dice_by_slice(drawn, redrawn),
        "redrawn_mm": overlap.distance_by_slice(drawn, redrawn, canvas.spacing_mm),
    }


def _shape_rows(planes: LabelArray, areas: Values, spacing_mm: float) -> dict[str, Values]:
    per_structure = [planes == structure for structure in FOREGROUND]
    around_pool_mm = np.maximum(shapes.outline_px(per_structure[0]), 4.0) * spacing_mm
    wall_mm = 100.0 * areas[:, Label.MYO - 1] / around_pool_mm
    return {
        "open_share": _for_all(shapes.open_share(planes)),
        "stray_share": np.stack([shapes.stray_share(mask) for mask in per_structure], axis=-1),
        "raggedness": np.stack([shapes.raggedness(mask) for mask in per_structure], axis=-1),
        "wall_mm": _for_all(wall_mm),
        "others_cm2": areas.sum(axis=1, keepdims=True) - areas,
    }


def _for_all(values: Values) -> Values:
    return np.repeat(values[:, None], len(FOREGROUND), axis=1)


def _brightness_rows(seen: Seen, planes: LabelArray) -> dict[str, Values]:
    """How much brighter than the wall a pool is (negative: darker), and how even it is."""
    images = seen.images.reshape(planes.shape)
    means, spreads = [], []
    for structure in FOREGROUND:
        mask = planes == structure
        count = np.maximum(mask.sum(axis=(1, 2)), 1)
        mean = np.where(mask, images, 0.0).sum(axis=(1, 2)) / count
        square = np.where(mask, images**2, 0.0).sum(axis=(1, 2)) / count
        means.append(mean)
        spreads.append(np.sqrt(np.maximum(square - mean**2, 0.0)))
    lv, wall, _ = means
    present = [(planes == structure).any(axis=(1, 2)) for structure in FOREGROUND]
    against = [np.where(present[s] & present[1], means[s] - wall, 0.0) for s in (0, 2)]
    wall_against = np.where(present[0] & present[1], lv - wall, 0.0)
    return {
        "contrast": np.stack((against[0], wall_against, against[1]), axis=-1),
        "spread": np.stack(spreads, axis=-1),
    }


def _variant_rows(seen: Seen, cm2: float) -> dict[str, Values]:
    """Agreement with what is drawn otherwise; other frames get what lies between."""
    frames, slices = seen.labels.shape[:2]
    judged = list(seen.variants.frames)
    labels = seen.labels[judged].reshape(-1, *seen.labels.shape[2:])
    dices, areas = [], []
    for probabilities in seen.variants.probabilities:
        drawn = labels_of(probabilities).reshape(labels.shape)
        dices.append(overlap.dice_by_slice(labels, drawn))
        areas.append(shapes.areas_px(drawn) * cm2)
    coarse = labels_of(seen.variants.coarse).reshape(labels.shape)
    rows = {
        "coarse_dice": overlap.dice_by_slice(labels, coarse),
        "variant_dice": np.mean(dices, axis=0),
        "worst_variant_dice": np.min(dices, axis=0),
        "variant_cm2": np.max(areas, axis=0),
        "coarse_cm2": shapes.areas_px(coarse) * cm2,
    }
    return {
        name: around_the_beat(value.reshape(len(judged), slices, -1), judged, frames)
        for name, value in rows.items()
    }


def around_the_beat(values: Values, judged: list[int], frames: int) -> Values:
    """(T, ...) values of all frames of a beat, linear in time between (V, ...) judged ones."""
    flat = values.reshape(len(judged), -1)
    times = np.arange(frames)
    full = [np.interp(times, judged, column, period=frames) for column in flat.T]
    return np.stack(full, axis=-1).reshape(frames, *values.shape[1:])
