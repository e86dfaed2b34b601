"""How a structure fits the slices above and below, and where in its stretch of slices it lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import FOREGROUND, LabelArray

Values = NDArray[np.float64]

MAXIMUM_SLICES_AWAY = 4.0
"""Positions are told apart up to so many slices from an end."""


def neighbor_rows(labels: LabelArray, areas: Values) -> dict[str, Values]:
    """(T, Z, S) rows about neighboring slices, for (T, Z, Y, X) labels and (T, Z, S) areas.

    `neighbor_dice` is the better of the Dice with both neighbors, `neighbor_cm2` their larger area,
    `neighbor_misfit` the area's logarithmic distance from what lies between those of the neighbors
    that have the structure. `slices_from_base` and `slices_from_apex` count from the ends of the
    structure's stretch, and `slices_away` from the slice that has it, where one does not.
    `heart_from_base` and `heart_from_apex` count from the ends of the stretch in which anything is
    drawn, `place` is 0 in the first slice of the stack and 1 in the last, and `heart_share` the
    share of the stack's slices in which anything is drawn.
    """
    heart = np.repeat((areas > 0).any(axis=2, keepdims=True), areas.shape[2], axis=2)
    place = np.linspace(0.0, 1.0, areas.shape[1])[None, :, None]
    above, below = _shifted(areas, 1), _shifted(areas, -1)
    return {
        "neighbor_dice": _neighbor_dice(labels),
        "neighbor_cm2": np.maximum(above, below),
        "neighbor_misfit": _misfit(areas, above, below),
        "slices_from_base": _from_first(areas > 0),
        "slices_from_apex": _from_first((areas > 0)[:, ::-1])[:, ::-1],
        "slices_away": _away(areas > 0),
        "heart_from_base": _from_first(heart),
        "heart_from_apex": _from_first(heart[:, ::-1])[:, ::-1],
        "place": np.broadcast_to(place, areas.shape),
        "heart_share": np.broadcast_to(heart.mean(axis=1, keepdims=True), areas.shape),
    }


def _shifted(areas: Values, by: int) -> Values:
    result = np.zeros_like(areas)
    if by > 0:
        result[:, by:] = areas[:, :-by]
    else:
        result[:, :by] = areas[:, -by:]
    return result


def _neighbor_dice(labels: LabelArray) -> Values:
    columns = []
    for structure in FOREGROUND:
        mask = labels == structure
        size = np.count_nonzero(mask, axis=(2, 3)).astype(np.float64)
        best = np.zeros(size.shape)
        shared = np.count_nonzero(mask[:, 1:] & mask[:, :-1], axis=(2, 3))
        total = size[:, 1:] + size[:, :-1]
        dice = np.divide(2.0 * shared, total, out=np.zeros(total.shape), where=total > 0)
        best[:, 1:] = dice
        best[:, :-1] = np.maximum(best[:, :-1], dice)
        columns.append(best)
    return np.stack(columns, axis=-1)


def _misfit(areas: Values, above: Values, below: Values) -> Values:
    counted = (above > 0).astype(np.float64) + (below > 0)
    between = np.divide(above + below, counted, out=np.zeros_like(areas), where=counted > 0)
    known = (areas > 0) & (between > 0)
    ratio = np.divide(areas, between, out=np.ones_like(areas), where=known)
    return np.where(known, np.abs(np.log(ratio)), 0.0)


def _from_first(present: NDArray[np.bool_]) -> Values:
    """(T, Z, S) slices from the first that has the structure, negative before it."""
    index = np.arange(present.shape[1])[None, :, None]
    first = np.where(present.any(axis=1), present.argmax(axis=1), 0)[:, None, :]
    return np.clip(index - first, -MAXIMUM_SLICES_AWAY, MAXIMUM_SLICES_AWAY).astype(np.float64)


def _away(present: NDArray[np.bool_]) -> Values:
    """(T, Z, S) slices to the nearest one with the structure; 0 where it is."""
    distance = np.full(present.shape, MAXIMUM_SLICES_AWAY)
    for z in range(present.shape[1]):
        apart = np.abs(np.arange(present.shape[1]) - z)[None, :, None]
        distance = np.where(present[:, z : z + 1], np.minimum(distance, apart), distance)
    return distance
