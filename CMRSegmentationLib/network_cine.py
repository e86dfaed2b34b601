"""A cine as the network sees it: on the network's grid, normalized, on a crop around the heart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import CineStack, FloatArray, Label
from CMRSegmentationLib.inference import Predictor
from CMRSegmentationLib.localization import heart_box, touches_border
from CMRSegmentationLib.postprocessing import heart_mask, labels_of
from CMRSegmentationLib.preprocessing import (
    Box,
    InPlaneGrid,
    apply_normalization,
    intensity_statistics,
    normalize,
    pad_to_multiple,
)
from CMRSegmentationLib.stages import Stages


@dataclass(frozen=True, eq=False)
class NetworkCine:
    """A cine on the network's grid, (T, Z, Y, X), and the predictor that looks at it."""

    array: FloatArray
    grid: InPlaneGrid
    spacing_mm: float
    predictor: Predictor
    box: Box | None

    @classmethod
    def of(cls, stack: CineStack, spacing_mm: float, predictor: Predictor, stages: Stages) -> NetworkCine:
        """Resamples a cine and looks for the heart in its first frame, or else in one a third of a beat later."""
        with stages.time("preprocess"):
            stages.tell("preprocess", 0, 1)
            shape = stack.geometry.shape_zyx
            grid = InPlaneGrid.between(shape[1:], stack.geometry.spacing_zyx_mm[1:], spacing_mm)
            flat = grid.to_network(stack.array.reshape(-1, *shape[1:]))
            array = flat.reshape(*stack.shape_tzyx[:2], *grid.network_yx)
        with stages.time("localize"):
            box = None
            for frame in dict.fromkeys((0, stack.frames // 3)):
                stages.tell("localize", 0, 1, frame)
                whole = _predict(predictor, normalize(array[frame]))
                box = heart_box(labels_of(whole), spacing_mm, predictor.size_multiple)
                if box is not None:
                    break
        return cls(array, grid, spacing_mm, predictor, box)

    @property
    def frames(self) -> int:
        """The number of cardiac phases."""
        return int(self.array.shape[0])

    def predict_cine(self, frames: tuple[int, ...], stages: Stages) -> tuple[FloatArray, Box]:
        """(T, Z, classes − 1, Y, X) probabilities of the frames and the box of the network's grid they cover.

        Runs on the crop around the heart, and on the whole image if there is none or the heart reaches its border.
        """
        if self.box is not None:
            probabilities = self._predict_box(frames, self.box, slice(None), stages)
            labels = labels_of(probabilities)
            if not touches_border(labels * heart_mask(labels), self.box, self.grid.network_yx):
                return probabilities, self.box
        whole = Box.whole(self.grid.network_yx)
        return self._predict_box(frames, whole, slice(None), stages), whole

    def mid_lv_curve(self, stages: Stages) -> NDArray[np.float64]:
        """(T,) pixels of the LV in the middle half of the slices, to find the phases by."""
        slices = self.array.shape[1]
        middle = slice(slices // 4, slices - slices // 4)
        box = self.box or Box.whole(self.grid.network_yx)
        probabilities = self._predict_box(tuple(range(self.frames)), box, middle, stages)
        return np.asarray((labels_of(probabilities) == Label.LV).sum(axis=(1, 2, 3)), dtype=np.float64)

    def _predict_box(self, frames: tuple[int, ...], box: Box, slices: slice, stages: Stages) -> FloatArray:
        with stages.time("infer"):
            cropped = self.array[..., box.rows, box.columns]
            images = apply_normalization(cropped[list(frames), slices], *intensity_statistics(cropped))
            per_frame = images.shape[1]
            flat = images.reshape(-1, *images.shape[2:])

            def report(done: int) -> None:
                index = min(len(frames), done // per_frame)
                stages.tell("infer", index, len(frames), frames[min(index, len(frames) - 1)])

            result = _predict(self.predictor, flat, report)
            return result.reshape(len(frames), per_frame, *result.shape[1:])


def _predict(predictor: Predictor, slices: FloatArray, report: Callable[[int], None] | None = None) -> FloatArray:
    """Probabilities of (N, Y, X) slices of any size."""
    padded = pad_to_multiple(slices, predictor.size_multiple)
    result = predictor.predict(padded, report)
    return np.ascontiguousarray(result[:, :, : slices.shape[1], : slices.shape[2]])
