"""What a network saw of a cine, with a second look at some frames that are changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import LabelArray
from CMRSegmentationLib.segmenting.inference import AT_A_COARSER_STAGE, Look
from CMRSegmentationLib.segmenting.network_cine import NetworkCine, Segmented
from CMRSegmentationLib.segmenting.preprocessing import Box, InPlaneGrid
from CMRSegmentationLib.trust.changes import CHANGES
from CMRSegmentationLib.trust.evidence import Seen, Variants

FRAMES_LOOKED_AT_AGAIN = 3
"""Of a cine; the others get what lies between, so that the second look costs little."""


def look_again(
    images: NetworkCine,
    segmented: Segmented,
    frames: tuple[int, ...],
    again: tuple[int, ...],
) -> Seen:
    """The cine as `evidence.gather` wants it.

    Args:
        images: the cine.
        segmented: what was made of `frames`.
        frames: numbers of the segmented frames, rising.
        again: positions among `frames` of those to look at again, rising.
    """
    normalized = images.normalized(segmented.box)[list(frames)]
    chosen = normalized[list(again)]
    looks = [Look(change.apply(chosen), is_rough=True) for change in CHANGES]
    at_a_coarser_stage = Look(chosen, AT_A_COARSER_STAGE, is_rough=True)
    *seen, coarse = images.predict_looks([*looks, at_a_coarser_stage])
    changed = tuple(change.undo(one) for change, one in zip(CHANGES, seen, strict=True))
    stored = images.orientation.apply(segmented.labels)
    labels = on_network_grid(stored, images.grid, segmented.box)
    spacing_mm = images.grid.step_yx[0] * images.grid.native_spacing_yx_mm[0]
    variants = Variants(tuple(again), changed, coarse)
    return Seen(normalized, segmented.probabilities, labels, spacing_mm, variants)


def frames_to_look_at_again(
    frames: tuple[int, ...], ed_frame: int, es_frame: int | None
) -> tuple[int, ...]:
    """Positions among `frames` of end-diastole and end-systole, and of others far from these."""
    wanted = {ed_frame, ed_frame if es_frame is None else es_frame}
    chosen = {position for position, frame in enumerate(frames) if frame in wanted}
    while len(chosen) < min(FRAMES_LOOKED_AT_AGAIN, len(frames)):
        chosen.add(max(range(len(frames)), key=lambda at: _apart(at, chosen, len(frames))))
    return tuple(sorted(chosen))


def _apart(at: int, chosen: set[int], period: int) -> int:
    """Positions to the nearest chosen one, around the beat."""
    return min((min(abs(at - one), period - abs(at - one)) for one in chosen), default=period)


def on_network_grid(labels: LabelArray, grid: InPlaneGrid, box: Box) -> LabelArray:
    """(..., native Y, native X) labels at the pixels of `box`, the nearest of each."""
    rows = _nearest(grid, 0)[box.rows]
    columns = _nearest(grid, 1)[box.columns]
    return np.ascontiguousarray(labels[..., rows, :][..., columns])


def _nearest(grid: InPlaneGrid, axis: int) -> NDArray[np.intp]:
    count, length = grid.network_yx[axis], grid.native_yx[axis]
    centers = (np.arange(count) - (count - 1) / 2) * grid.step_yx[axis] + (length - 1) / 2
    return np.asarray(np.clip(np.rint(centers), 0, length - 1), dtype=np.intp)
