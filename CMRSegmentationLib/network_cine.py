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
    normalize,
    pad_to_multiple,
)
from CMRSegmentationLib.stages import Stages


@dataclass(frozen=True, eq=False)
class NetworkCine:
    """A cine, the network's in-plane grid, the crop around the heart if one was found, and the predictor."""

    stack: CineStack
    grid: InPlaneGrid
    predictor: Predictor
    box: Box | None

    @classmethod
    def of(cls, stack: CineStack, spacing_mm: float, predictor: Predictor, stages: Stages) -> NetworkCine:
        """Looks for the heart in the first frame, seen whole, or else in one a third of a beat later."""
        shape = stack.geometry.shape_zyx
        grid = InPlaneGrid.between(shape[1:], stack.geometry.spacing_zyx_mm[1:], spacing_mm)
        with stages.whole("localize"):
            for frame in dict.fromkeys((0, stack.frames // 3)):
                stages.tell("localize", 0, 1, frame)
                whole = _predict(predictor, normalize(grid.to_network(stack.array[frame])))
                box = heart_box(labels_of(whole), spacing_mm, predictor.size_multiple)
                if box is not None:
                    return cls(stack, grid, predictor, box)
        return cls(stack, grid, predictor, None)

    @property
    def frames(self) -> int:
        """The number of cardiac phases."""
        return self.stack.frames

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
        slices = self.stack.geometry.shape_zyx[0]
        middle = slice(slices // 4, slices - slices // 4)
        box = self.box or Box.whole(self.grid.network_yx)
        probabilities = self._predict_box(tuple(range(self.frames)), box, middle, stages)
        return np.asarray((labels_of(probabilities) == Label.LV).sum(axis=(1, 2, 3)), dtype=np.float64)

    def _predict_box(self, frames: tuple[int, ...], box: Box, slices: slice, stages: Stages) -> FloatArray:
        with stages.whole("preprocess"):
            images = self._normalized(box)[list(frames), slices]
        with stages.time("infer"):
            per_frame = images.shape[1]
            stages.tell("infer", 0, len(frames), frames[0])

            def report(done: int) -> None:
                index = min(len(frames), done // per_frame)
                stages.tell("infer", index, len(frames), frames[min(index, len(frames) - 1)])

            result = _predict(self.predictor, images.reshape(-1, *images.shape[2:]), report)
            return result.reshape(len(frames), per_frame, *result.shape[1:])

    def _normalized(self, box: Box) -> FloatArray:
        """(T, Z, Y, X) images of all frames on a box, normalized together: the same whichever frames are asked for."""
        array = self.stack.array
        cropped = self.grid.to_network(array.reshape(-1, *array.shape[2:]), box)
        normalized = normalize(cropped)
        return normalized.reshape(*array.shape[:2], *box.shape_yx)


def _predict(predictor: Predictor, slices: FloatArray, report: Callable[[int], None] | None = None) -> FloatArray:
    """Probabilities of (N, Y, X) slices of any size."""
    padded = pad_to_multiple(slices, predictor.size_multiple)
    result = predictor.predict(padded, report)
    return np.ascontiguousarray(result[:, :, : slices.shape[1], : slices.shape[2]])
