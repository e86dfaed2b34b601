"""Changes of an image that a sure network does not mind: turns, mirrors, shifts, light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CMRSegmentationLib.image import FloatArray


@dataclass(frozen=True)
class Change:
    """What is done to an image before the network sees it.

    Attributes:
        quarter_turns: of the slice.
        mirrored: along the columns, after the turn.
        shift_px: along rows and columns, cyclically, as nothing of the heart lies at the rim; an
            odd number, so that the network's pooling falls on other pixels.
        exponent: of intensities from 0 to 1; below 1 it brightens, above 1 it darkens.
    """

    quarter_turns: int
    mirrored: bool
    shift_px: int
    exponent: float

    def apply(self, images: FloatArray) -> FloatArray:
        """(T, Z, Y, X) images changed; each frame keeps its mean and standard deviation."""
        turned = np.rot90(images, self.quarter_turns, axes=(-2, -1))
        mirrored = turned[..., ::-1] if self.mirrored else turned
        shifted = np.roll(mirrored, (self.shift_px, self.shift_px), axis=(-2, -1))
        return _with_exponent(np.ascontiguousarray(shifted), self.exponent)

    def undo(self, probabilities: FloatArray) -> FloatArray:
        """(..., Y, X) probabilities of a changed image, brought back onto the unchanged one."""
        shifted = np.roll(probabilities, (-self.shift_px, -self.shift_px), axis=(-2, -1))
        mirrored = shifted[..., ::-1] if self.mirrored else shifted
        return np.ascontiguousarray(np.rot90(mirrored, -self.quarter_turns, axes=(-2, -1)))


CHANGES = (
    Change(quarter_turns=0, mirrored=True, shift_px=3, exponent=0.6),
    Change(quarter_turns=1, mirrored=False, shift_px=5, exponent=1.6),
)


def _with_exponent(images: FloatArray, exponent: float) -> FloatArray:
    """(T, Z, Y, X) images whose intensities, spread from 0 to 1, are raised to a power."""
    place = (-3, -2, -1)
    low, high = images.min(axis=place, keepdims=True), images.max(axis=place, keepdims=True)
    raised = ((images - low) / np.maximum(high - low, 1e-6)) ** np.float32(exponent)
    mean, std = images.mean(axis=place, keepdims=True), images.std(axis=place, keepdims=True)
    new_mean, new_std = (
        raised.mean(axis=place, keepdims=True),
        raised.std(axis=place, keepdims=True),
    )
    return np.asarray((raised - new_mean) / np.maximum(new_std, 1e-6) * std + mean, np.float32)
