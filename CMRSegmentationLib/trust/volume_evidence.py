"""Evidence about a whole structure: that of its slices by their areas, and the worst of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.trust.evidence import NAMES

Values = NDArray[np.float64]

LOWEST = (
    "expected_dice",
    "variant_dice",
    "coarse_dice",
    "redrawn_dice",
    "neighbor_dice",
    "contrast",
)
HIGHEST = ("entropy", "redrawn_mm", "open_share", "stray_share", "neighbor_misfit", "raggedness")
WORST_OF_SMALLER_CM2 = 1.0
"""A tip of a slice smaller than this does not speak for the structure."""
VOLUME_NAMES = (
    *(f"mean_{name}" for name in NAMES),
    *(f"lowest_{name}" for name in LOWEST),
    *(f"highest_{name}" for name in HIGHEST),
    "slices",
    "hidden_share",
    "absent_share",
    "roughness",
    "wall_to_pool",
    "rv_to_lv",
)
SLICE_NAMES = (*NAMES, *VOLUME_NAMES)
"""What tells of a slice: its own evidence and that of the structure as a whole."""


def volume_rows(rows: Values) -> Values:
    """(T, S, `VOLUME_NAMES`) evidence of structures, from (T, Z, S, `NAMES`) of slices."""
    area = _of(rows, "area_cm2")
    drawn = area > 0
    total = area.sum(axis=1)
    weight = np.divide(area, total[:, None], out=np.zeros_like(area), where=total[:, None] > 0)
    columns = [(weight[..., None] * rows).sum(axis=1)]
    counts = drawn & (area >= np.minimum(WORST_OF_SMALLER_CM2, area.max(axis=1, keepdims=True)))
    columns.append(_extremes(rows, LOWEST, counts, lowest=True))
    columns.append(_extremes(rows, HIGHEST, counts, lowest=False))
    hidden = _of(rows, "hidden_cm2").sum(axis=1)
    absent = np.where(drawn, 0.0, _of(rows, "variant_cm2")).sum(axis=1)
    pool, wall, right = (total[:, label - 1, None] for label in (Label.LV, Label.MYO, Label.RV))
    everywhere = np.ones_like(total)
    whole = (
        drawn.sum(axis=1).astype(np.float64),
        _share(hidden, total),
        _share(absent, total),
        _share(np.abs(np.diff(area, n=2, axis=1)).sum(axis=1), total),
        everywhere * _share(wall, pool),
        everywhere * _share(right, pool),
    )
    columns.append(np.stack(whole, axis=-1))
    return np.concatenate(columns, axis=-1)


def slice_rows(rows: Values) -> Values:
    """(T, Z, S, `SLICE_NAMES`) evidence of slices, each with that of the whole structure."""
    whole = volume_rows(rows)[:, None]
    return np.concatenate((rows, np.repeat(whole, rows.shape[1], axis=1)), axis=-1)


def dice_of_slices(rows: Values, dice: Values) -> Values:
    """(T, S) Dice of structures that those of their slices add up to, 0 where none is drawn.

    An expert is taken to draw as much as is drawn; where nothing is, as much as the network draws
    otherwise, or half of what it draws in the slice beside.

    Args:
        rows: (T, Z, S, `NAMES`).
        dice: (T, Z, S), where nothing is drawn the chance that nothing is there.
    """
    area = _of(rows, "area_cm2")
    besides = np.maximum(_of(rows, "variant_cm2"), 0.5 * _of(rows, "neighbor_cm2"))
    missed = np.where(area > 0, 0.0, (1.0 - dice) * besides).sum(axis=1)
    total = 2.0 * area.sum(axis=1) + missed
    shared = 2.0 * (area * dice).sum(axis=1)
    return np.asarray(np.divide(shared, total, out=np.zeros_like(total), where=total > 0))


def _of(rows: Values, name: str) -> Values:
    return np.asarray(rows[..., NAMES.index(name)])


def _extremes(
    rows: Values, names: tuple[str, ...], counts: NDArray[np.bool_], *, lowest: bool
) -> Values:
    """(T, S, names) extreme over the (T, Z, S) slices that count; 0 where none does."""
    values = rows[..., [NAMES.index(name) for name in names]]
    known = counts[..., None]
    if lowest:
        found = np.where(known, values, np.inf).min(axis=1)
    else:
        found = np.where(known, values, -np.inf).max(axis=1)
    return np.where(np.isfinite(found), found, 0.0)


def _share(part: Values, whole: Values) -> Values:
    """At most 10, and 10 where there is a part of nothing."""
    ratio = np.divide(part, whole, out=np.full_like(part, 10.0), where=whole > 0)
    return np.minimum(np.where((whole <= 0) & (part <= 0), 0.0, ratio), 10.0)
