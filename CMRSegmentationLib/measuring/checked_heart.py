"""A label map as the rules of quality see it: cut to the heart, slices from base to apex."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.levels import base_is_first
from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import FOREGROUND, Label, LabelArray, LabelMap
from CMRSegmentationLib.sentences import Values

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class CheckedHeart:
    """A label map cut to the heart, its slices put in order from base to apex.

    Attributes:
        array: (T, Z, y, x) labels around the heart.
        areas_cm2: (T, Z) area of each structure.
        slice_pitch_cm: distance between slice planes.
        segmented: (T,) frames that were segmented.
        slices: (Z,) index in the label map of each slice.
        ed: frame of end-diastole.
        es: frame of end-systole, if there is one.
    """

    array: LabelArray
    areas_cm2: dict[Label, NDArray[np.float64]]
    slice_pitch_cm: float
    segmented: Mask
    slices: NDArray[np.intp]
    ed: int
    es: int | None

    @property
    def phases(self) -> tuple[int, ...]:
        """End-diastole and, if there is one, end-systole."""
        return (self.ed,) if self.es is None else (self.ed, self.es)

    def volume_ml(self, label: Label) -> NDArray[np.float64]:
        """(T,) volume of a structure; NaN where a frame was not segmented."""
        return np.where(
            self.segmented, self.areas_cm2[label].sum(axis=1) * self.slice_pitch_cm, np.nan
        )

    def place(self, frame: int, position: int | None = None, *, others: int = 0) -> Values:
        """Where, as part of a sentence; `others` frames or places are beside it."""
        frames, slices = self.array.shape[:2]
        place: dict[str, Any] = {"phrase": "place.frame", "frame": frame + 1, "frames": frames}
        kind = "frame"
        if position is not None:
            place |= {"slice": int(self.slices[position]) + 1, "slices": slices}
            place["phrase"], kind = "place.slice", "place"
        if others == 0:
            return place
        plural = "s" if others > 1 else ""
        return {"phrase": f"place.and_{kind}{plural}", "place": place, "others": others}

    def first(self, hits: Mask) -> int:
        """The frame to name among the (T,) hits: end-diastole, end-systole, else the earliest."""
        return next((frame for frame in self.phases if hits[frame]), int(np.argmax(hits)))


def cut_to_heart(
    labels: LabelMap, ed: int, es: int | None, frames: Sequence[int] | None
) -> CheckedHeart:
    """The heart of a label map with its phases; `frames` are those that were segmented."""
    occupied = labels.array.max(axis=(0, 1))
    rows, columns = (np.flatnonzero(occupied.any(axis=axis)) for axis in (1, 0))
    array = labels.array
    if rows.size:
        array = array[:, :, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    slices = np.arange(array.shape[1])
    if not base_is_first(labels.array[ed]):
        slices, array = slices[::-1], array[:, ::-1]
    segmented = np.zeros(labels.frames, dtype=np.bool_)
    segmented[list(labels.frames_or_all(frames))] = True
    pixel_cm2 = labels.geometry.pixel_area_mm2 / 100.0
    areas = {
        label: np.count_nonzero(array == label, axis=(2, 3)) * pixel_cm2 for label in FOREGROUND
    }
    pitch_cm = labels.geometry.voxel_volume_ml / pixel_cm2
    return CheckedHeart(array, areas, pitch_cm, segmented, slices, ed, es)


def open_outline(array: LabelArray) -> NDArray[np.float64]:
    """(T, Z) share of the pixel edges around the LV that do not touch myocardium; 0 without LV."""
    array = np.pad(array, ((0, 0), (0, 0), (1, 1), (1, 1)))  # it may end where the LV does
    edges = np.zeros(array.shape[:2])
    closed = np.zeros(array.shape[:2])
    lv, myo = array == Label.LV, array == Label.MYO
    for axis in (2, 3):
        low, high = ([slice(None)] * 4, [slice(None)] * 4)
        low[axis], high[axis] = slice(None, -1), slice(1, None)
        one, two = tuple(low), tuple(high)
        edges += np.count_nonzero(lv[one] != lv[two], axis=(2, 3))
        closed += np.count_nonzero((lv[one] & myo[two]) | (myo[one] & lv[two]), axis=(2, 3))
    return np.divide(edges - closed, edges, out=np.zeros_like(edges), where=edges > 0)


def broken_places(
    heart: CheckedHeart, code: FindingCode, label: Label, hits: Mask
) -> Iterator[Finding]:
    """One finding for the (T, Z) places where a rule is broken; none if it holds everywhere.

    Its sentence names the structure and the place.
    """
    if not hits.any():
        return
    frame = heart.first(np.asarray(hits.any(axis=1)))
    position = int(np.argmax(hits[frame]))
    severity = Severity.WARNING if frame in heart.phases else Severity.INFO
    values = {
        "structure": word_of(label),
        "place": heart.place(frame, position, others=int(hits.sum()) - 1),
    }
    where = int(heart.slices[position])
    yield Finding.of(code, severity, Origin.CHECK, values, frame=frame, slice_=where)


def word_of(label: Label) -> str:
    """The name of a structure's word among those of the sentences."""
    return f"structure.{label.name.lower()}"
