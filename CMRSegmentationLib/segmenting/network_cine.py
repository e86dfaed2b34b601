"""A cine as the network sees it: on the network's grid, normalized, on a crop around the heart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.soft_borders import SoftBorders
from CMRSegmentationLib.image import FOREGROUND, CineStack, FloatArray, Label, LabelArray, View
from CMRSegmentationLib.segmenting.inference import AS_IT_IS, Look, Predictor, Variants
from CMRSegmentationLib.segmenting.localization import frames_to_look_at, heart_box, touches_border
from CMRSegmentationLib.segmenting.neighboring_phases import average_with_neighbors
from CMRSegmentationLib.segmenting.orientation import Orientation, common_orientation
from CMRSegmentationLib.segmenting.postprocessing import (
    PostprocessingOptions,
    heart_of,
    labels_of,
    to_native_labels,
)
from CMRSegmentationLib.segmenting.preprocessing import (
    Box,
    InPlaneGrid,
    normalize,
    pad_to_multiple,
)
from CMRSegmentationLib.segmenting.tensors import halved
from CMRSegmentationLib.stages import Stages


@dataclass(frozen=True, eq=False)
class Segmented:
    """Frames of a cine as the network and the rules leave them.

    Attributes:
        labels: (T, Z, Y, X) on the grid of the input, stored as the input is.
        probabilities: (T, Z, classes − 1, Y, X) in the common orientation, before any rule.
        box: the part of the network's grid that they cover.
    """

    labels: LabelArray
    probabilities: FloatArray
    box: Box


@dataclass(frozen=True, eq=False)
class NetworkCine:
    """A cine in the common orientation, with the network's grid, the crop and the predictor.

    Attributes:
        array: (T, Z, Y, X) intensities in the common orientation.
        orientation: leads there, and back.
        grid: between the array's slices and the network's.
        predictor: the network.
        box: the crop around the heart on the network's grid, if one was found.
        view: the imaging plane, if known.
        variants: of every slice, over which the network's probabilities are averaged.
    """

    array: FloatArray
    orientation: Orientation
    grid: InPlaneGrid
    predictor: Predictor
    box: Box | None
    view: View | None = None
    variants: Variants = AS_IT_IS
    _normalized: dict[Box, FloatArray] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(
        cls,
        stack: CineStack,
        spacing_mm: float,
        predictor: Predictor,
        stages: Stages,
        variants: Variants = AS_IT_IS,
    ) -> NetworkCine:
        """Looks for the heart in the frames of `frames_to_look_at`, seen whole.

        Which frame comes first, and how the slices are stored, does not matter. To find a box with
        a margin the images as they are suffice; `variants` is for the frames that follow.
        """
        spacing_yx_mm = stack.geometry.spacing_zyx_mm[1:]
        orientation = common_orientation(stack.array, spacing_yx_mm)
        array = orientation.apply(stack.array)
        native_yx = (array.shape[-2], array.shape[-1])
        grid = InPlaneGrid.between(native_yx, orientation.pair(spacing_yx_mm), spacing_mm)
        brightness = stack.array.sum(axis=(1, 2, 3), dtype=np.float64)
        box = None
        with stages.whole("localize"):
            for frames in frames_to_look_at(brightness, array.shape[1]):
                stages.tell("localize", 0, 1, frames[0])
                images = np.stack([normalize(grid.to_network(array[t])) for t in frames])
                labels = labels_of(
                    _predict(predictor, [Look(images, is_rough=True)], stack.view)[0]
                )
                box = heart_box(labels, spacing_mm, predictor.size_multiple)
                if box is not None:
                    break
        return cls(array, orientation, grid, predictor, box, stack.view, variants)

    @property
    def frames(self) -> int:
        """The number of cardiac phases."""
        return int(self.array.shape[0])

    def segment(
        self, frames: tuple[int, ...], rules: PostprocessingOptions, stages: Stages
    ) -> LabelArray:
        """(T, Z, Y, X) labels of the frames on the grid of the input, stored as the input is."""
        return self.segment_and_keep(frames, rules, stages).labels

    def segment_and_keep(
        self, frames: tuple[int, ...], rules: PostprocessingOptions, stages: Stages
    ) -> Segmented:
        """The frames segmented, with the probabilities that the labels came from.

        In a long axis all phases are looked at whichever are asked for, as neighbors speak for each
        other.
        """
        if self.view is not None and self.view.is_long_axis:
            probabilities, box = self.predict_cine(tuple(range(self.frames)), stages)
            probabilities = average_with_neighbors(probabilities)[list(frames)]
        else:
            probabilities, box = self.predict_cine(frames, stages)
        with stages.whole("postprocess"):
            labels = to_native_labels(probabilities, self.grid, box, rules, self.view)
            return Segmented(self.orientation.undo(labels), probabilities, box)

    def soft_borders(self, segmented: Segmented, frames: tuple[int, ...]) -> SoftBorders | None:
        """Where the LV's borders pass between the pixels of the input.

        None in a long axis, and where nothing is drawn.

        Args:
            segmented: what `segment_and_keep` gave.
            frames: of which it was asked.
        """
        if self.view is not None and self.view.is_long_axis:
            return None
        native_box = self.grid.native_box(segmented.box)
        inner = self.orientation.apply(segmented.labels)[..., native_box.rows, native_box.columns]
        found = np.asarray(inner.any(axis=(0, 1)))
        if not found.any():
            return None
        native_box = native_box.part(Box.around(found, margin=1))
        within = segmented.probabilities[:, :, [Label.LV - 1, Label.MYO - 1]]
        within[:, :, 1] += within[:, :, 0]
        covered = np.zeros(self.grid.native_yx, dtype=np.bool_)
        covered[native_box.rows, native_box.columns] = True
        row, column = np.argwhere(self.orientation.undo(covered))[0]
        native = self.grid.to_native(within, segmented.box, native_box)
        stored = self.orientation.undo(halved(native))
        return SoftBorders(stored, frames, (int(column), int(row)))

    def predict_cine(self, frames: tuple[int, ...], stages: Stages) -> tuple[FloatArray, Box]:
        """(T, Z, classes − 1, Y, X) probabilities of the frames, and the box that they cover.

        Runs on the crop around the heart, and on the whole image if there is none or the heart
        reaches its border.
        """
        if self.box is not None:
            probabilities = self._predict_box(frames, self.box, slice(None), stages)
            if not self._reaches_border(labels_of(probabilities), self.box):
                return probabilities, self.box
        whole = Box.whole(self.grid.network_yx)
        return self._predict_box(frames, whole, slice(None), stages), whole

    def _reaches_border(self, labels: LabelArray, box: Box) -> bool:
        """Whether the heart among the labels on a box, islands left out, reaches its border."""
        network_yx = self.grid.network_yx
        return touches_border(labels, box, network_yx) and touches_border(
            heart_of(labels), box, network_yx
        )

    def mid_lv_curve(self, stages: Stages) -> NDArray[np.float64]:
        """(T,) pixels of the LV in the middle half of the slices, to find the phases by."""
        slices = self.array.shape[1]
        middle = slice(slices // 4, slices - slices // 4)
        box = self.box or Box.whole(self.grid.network_yx)
        probabilities = self._predict_box(tuple(range(self.frames)), box, middle, stages)
        return np.asarray(
            (labels_of(probabilities) == Label.LV).sum(axis=(1, 2, 3)), dtype=np.float64
        )

    def _predict_box(
        self, frames: tuple[int, ...], box: Box, slices: slice, stages: Stages
    ) -> FloatArray:
        with stages.whole("preprocess"):
            images = self.normalized(box)[list(frames), slices]
        with stages.time("infer"):
            per_frame = images.shape[1]
            stages.tell("infer", 0, len(frames), frames[0])

            def report(done: int) -> None:
                index = min(len(frames), done // per_frame)
                stages.tell("infer", index, len(frames), frames[min(index, len(frames) - 1)])

            look = Look(images, self.variants)
            return _predict(self.predictor, [look], self.view, report)[0]

    def predict_looks(self, looks: Sequence[Look]) -> list[FloatArray]:
        """(T, Z, classes − 1, Y, X) probabilities for each look at (T, Z, Y, X) images."""
        return _predict(self.predictor, looks, self.view)

    def normalized(self, box: Box) -> FloatArray:
        """(T, Z, Y, X) images of all frames on a box, normalized together whatever is asked for.

        Those of the last box are kept, as the second look asks for them again.
        """
        if box not in self._normalized:
            self._normalized.clear()
            self._normalized[box] = normalize(self.grid.to_network(self.array, box))
        return self._normalized[box]


def _predict(
    predictor: Predictor,
    looks: Sequence[Look],
    view: View | None,
    report: Callable[[int], None] | None = None,
) -> list[FloatArray]:
    """(T, Z, classes − 1, Y, X) probabilities of (T, Z, Y, X) stacks of slices of any size.

    All stacks are equally thick. The probability of a structure that the view misses is the
    background's.
    """
    padded = [
        replace(look, images=pad_to_multiple(_planes(look.images), predictor.size_multiple))
        for look in looks
    ]
    results = predictor.predict_all(padded, report, stack_size=looks[0].images.shape[1])
    return [
        _as_stacks(result, look.images.shape, view)
        for look, result in zip(looks, results, strict=True)
    ]


def _planes(stacks: FloatArray) -> FloatArray:
    return stacks.reshape(-1, *stacks.shape[-2:])


def _as_stacks(result: FloatArray, shape: tuple[int, ...], view: View | None) -> FloatArray:
    if view is not None:
        result[:, [label - 1 for label in FOREGROUND if label not in view.structures]] = 0.0
    cropped = np.ascontiguousarray(result[:, :, : shape[-2], : shape[-1]])
    return cropped.reshape(*shape[:2], *cropped.shape[1:])
