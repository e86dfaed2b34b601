"""The order of an image file's axes: what the user says, else what the images show.

Neighbors in time differ by motion, neighbors in space by anatomy. With the mean difference of two
neighbors over the standard deviation of the images, in the middle half of rows and columns, the
phases of 65 slices (four Sunnybrook, one ACDC and one bivme examination) differ by 0.04 to 0.16, at
most 0.25 between any two, and the slices of 200 stacks of ACDC by 0.32 to 0.75, at least 0.44
between some two. Thin slices of a volume differ little as well, but the last is far from the first.

Programs that turn a file so that its axes come nearest to right, anterior and superior make the
slices of an oblique stack lie along the first or second axis; there, they are furthest apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.findings import Finding, FindingCode, Severity
from CMRSegmentationLib.reading.study import MAXIMUM_SLICES, ReadError, found
from CMRSegmentationLib.sentences import Values

USUAL = "xyzt"
MAXIMUM_MOTION = 0.23
"""Mean difference between phases; halfway, as a ratio, between what was measured."""
MAXIMUM_STEP = 0.33
"""Largest difference between two phases that follow each other, likewise."""
MAXIMUM_RETURN = 3.5
"""Difference of the last phase from the first in steps: 0.7 to 2.8, a beat being a circle."""
DOUBTFUL_MOTION = (0.28, 0.9)
"""Frames that differ so much follow each other like slices; beyond, like noise."""
MINIMUM_LIKENESS, USUAL_LIKENESS = 0.6, 0.85
"""Correlation of images half the series apart, the least and the median of a series: in time at
least 0.74 and 0.93, in space at most 0.46 and 0.73."""
LIKENESS_BLOCK = 4
MINIMUM_PHASES = 8
"""Fewer images than this are not judged."""
SLICES = (3, 25)
"""Numbers of slices that are sought where slices and phases share one axis."""
TURNED = {"xzyt": (0, 2, 1), "zxyt": (1, 2, 0)}
"""Orders of a file whose slices lie along another axis than the third: its x, y and z axes."""
MINIMUM_PITCH = 2.5
"""In pixels: so much further apart than the pixels, slices give the axis away that they lie along.
"""


@dataclass(frozen=True)
class Axes:
    """The meaning of a file's axes after x and y.

    Attributes:
        order: `xyzt`, `xytz`, `xyz`, `xyt`, `xzyt` or `zxyt`, the fastest axis first.
        slices: how many there are where z and t share the third axis of the file; else None.
    """

    order: str = USUAL
    slices: int | None = None

    @classmethod
    def parse(cls, text: str) -> Axes:
        """Axes as users name them: `xytz`, or `xyzt:12` for 12 slices that share an axis with t.

        Raises:
            ValueError: if the text is something else.
        """
        match = re.fullmatch(r"(xyzt|xytz)(?::(\d+))?|(xyz|xyt|xzyt|zxyt)", text)
        if match is None or match[2] == "0":
            raise ValueError(
                "Expected axes xyzt, xytz, xyz or xyt (fastest first), xzyt or zxyt for slices "
                "along the second or first axis, or xyzt:N or xytz:N for N slices that share the "
                f"third axis with time, found {text!r}."
            )
        return cls(match[1] or match[3], None if match[2] is None else int(match[2]))

    def __str__(self) -> str:
        return self.order if self.slices is None else f"{self.order}:{self.slices}"

    @property
    def xyz(self) -> tuple[int, int, int]:
        """Which of a file's first three axes are x, y and z."""
        return TURNED.get(self.order, (0, 1, 2))

    def to_tzyx(self, stored: NDArray[Any]) -> NDArray[Any]:
        """(T, Z, Y, X) from the (fourth, third, Y, X) axes of a file.

        Raises:
            ReadError: if the axes do not fit the file.
        """
        if self.order in TURNED:
            x, y, z = (3 - axis for axis in self.xyz)
            return stored.transpose(0, z, y, x)
        fourth, third, rows, columns = stored.shape
        if self.slices is not None:
            if fourth > 1 or third % self.slices:
                raise ReadError(f"The axes {self} do not fit {third} × {fourth} images.")
            shape = (third // self.slices, self.slices)
            if self.order == "xyzt":
                return stored.reshape(*shape, rows, columns)
            return stored.reshape(*shape[::-1], rows, columns).swapaxes(0, 1)
        if len(self.order) == 3 and fourth > 1:
            raise ReadError(f"The axes {self} are three, the file has four.")
        return stored.swapaxes(0, 1) if self.order in ("xytz", "xyt") else stored

    def to_stored(self, array: NDArray[Any]) -> NDArray[Any]:
        """The inverse: (fourth, third, Y, X) from (T, Z, Y, X)."""
        if self.order in TURNED:
            x, y, z = (3 - axis for axis in self.xyz)
            return array.transpose(0, *np.argsort([z, y, x]) + 1)
        swapped = array.swapaxes(0, 1) if self.order in ("xytz", "xyt") else array
        if self.slices is None:
            return swapped
        return swapped.reshape(1, -1, *array.shape[2:])


def recognize(
    stored: NDArray[Any], spacing_mm: Sequence[float] = (1.0, 1.0, 1.0)
) -> tuple[Axes, tuple[Finding, ...]]:
    """The axes that the images of a file speak for, and what there is to say about them.

    Args:
        stored: (fourth, third, Y, X) axes of a file; the fourth has one element in a 3-D file.
        spacing_mm: of the file's first three axes, the fastest first.
    """
    fourth, third = stored.shape[:2]
    turned = _turned(stored.shape[:0:-1], spacing_mm)
    if turned is not None:
        return turned, (_recognized({"phrase": "axes.turned", "axes": str(turned)}),)
    images = _middle(stored)
    if fourth > 1:
        return _recognize_4d(images)
    if third < MINIMUM_PHASES:
        return Axes(), ()
    if _is_motion(images[0]):
        return Axes("xyt"), (_recognized("axes.one_slice"),)
    for axes in _interleaved(images[0]):
        shown = {
            "phrase": "axes.interleaved",
            "slices": axes.slices,
            "phases": third // (axes.slices or 1),
            "axes": str(axes),
        }
        return axes, (_recognized(shown),)
    return Axes(), ()


def _turned(sizes: Sequence[int], spacing_mm: Sequence[float]) -> Axes | None:
    """The axes of a file whose first or second holds few images far apart, the others pixels."""
    for order, (x, y, z) in TURNED.items():
        is_wide = spacing_mm[z] >= MINIMUM_PITCH * max(spacing_mm[x], spacing_mm[y])
        if is_wide and sizes[z] <= MAXIMUM_SLICES < min(sizes[x], sizes[y]):
            return Axes(order)
    return None


def _recognize_4d(images: NDArray[np.float32]) -> tuple[Axes, tuple[Finding, ...]]:
    fourth, third = images.shape[:2]
    along_fourth = difference(images) if fourth > 2 else 0.0
    along_third = difference(images.swapaxes(0, 1)) if third > 2 else 0.0
    if third >= MINIMUM_PHASES and along_third <= MAXIMUM_MOTION < along_fourth - 0.05:
        return Axes("xytz"), (_recognized("axes.time_first"),)
    is_doubtful = DOUBTFUL_MOTION[0] < along_fourth < DOUBTFUL_MOTION[1]
    if fourth >= MINIMUM_PHASES and is_doubtful and 0.0 < along_third < along_fourth:
        return Axes(), (found(FindingCode.AXES_DOUBTED, Severity.SERIOUS),)
    return Axes(), ()


def _interleaved(images: NDArray[np.float32]) -> Iterator[Axes]:
    """Ways in which (N, Y, X) images can be slices and phases along one axis."""
    count = len(images)
    for slices in range(SLICES[0], SLICES[1] + 1):
        phases = count // slices
        if count % slices or phases < MINIMUM_PHASES:
            continue
        for axes in (Axes("xytz", slices), Axes("xyzt", slices)):
            array = axes.to_tzyx(images[None])
            if all(_is_motion(array[:, z]) for z in range(slices)) and not _is_motion(array[0]):
                yield axes


def _is_motion(images: NDArray[np.float32]) -> bool:
    """Whether (N, Y, X) images follow each other as phases do."""
    spread = float(images.std())
    if spread == 0.0:
        return False
    steps = np.abs(np.diff(images, axis=0)).mean(axis=(1, 2)) / spread
    back = float(np.abs(images[-1] - images[0]).mean()) / spread
    is_smooth = 0.0 < steps.mean() <= MAXIMUM_MOTION and steps.max() <= MAXIMUM_STEP
    return bool(is_smooth and back <= MAXIMUM_RETURN * steps.mean())


def shows_one_place(stored: NDArray[Any]) -> bool:
    """Whether (N, Y, X) images are alike however far apart, as over time, bright or dark.

    The correlation, in blocks of a few pixels, of each image with that half the series on; measured
    in 19 slices over the beat and in the first frames of 100 stacks of ACDC and 2 others.
    """
    images = _middle(stored[np.newaxis])[0]
    count = len(images)
    rows, columns = (size // LIKENESS_BLOCK for size in images.shape[1:])
    blocks = images[:, : rows * LIKENESS_BLOCK, : columns * LIKENESS_BLOCK]
    coarse = blocks.reshape(count, rows, LIKENESS_BLOCK, columns, LIKENESS_BLOCK).mean(axis=(2, 4))
    flat = coarse.reshape(count, -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(flat, axis=1)
    half = count // 2
    if count < MINIMUM_PHASES or min(rows, columns) < 2 or lengths.min() == 0.0:
        return False
    likeness = (flat[:-half] * flat[half:]).sum(axis=1) / (lengths[:-half] * lengths[half:])
    is_usual = float(np.median(likeness)) >= USUAL_LIKENESS
    return is_usual and float(likeness.min()) >= MINIMUM_LIKENESS


def difference(images: NDArray[np.float32]) -> float:
    """Mean difference of neighbors along the first axis over the standard deviation of all."""
    spread = float(images.std())
    return 0.0 if spread == 0.0 else float(np.abs(np.diff(images, axis=0)).mean()) / spread


def _middle(stored: NDArray[Any]) -> NDArray[np.float32]:
    """Every second pixel of the middle half of rows and columns, where the heart is."""
    rows, columns = stored.shape[2:]
    part = stored[..., rows // 4 : rows - rows // 4 : 2, columns // 4 : columns - columns // 4 : 2]
    return np.nan_to_num(part.astype(np.float32))


def _recognized(shown: str | Values) -> Finding:
    return found(FindingCode.AXES_RECOGNIZED, Severity.WARNING, {"shown": shown})
