"""How sure a network is: expected Dice, entropy along the contour, structure not drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import FOREGROUND, FloatArray, LabelArray

Values = NDArray[np.float64]

UNDECIDED = 0.005
"""Where the likeliest class leaves less than this to the others, there is hardly entropy."""


@dataclass(frozen=True, eq=False)
class Certainty:
    """One number for every slice and structure, (N, S) each.

    Attributes:
        expected_dice: between what is drawn and a truth that is as likely as the probabilities say.
        entropy: in bits, the mean over the pixels along the contour.
        hidden_px: expected pixels of the structure outside what is drawn of it.
    """

    expected_dice: Values
    entropy: Values
    hidden_px: Values


def certainty_of(probabilities: FloatArray, labels: LabelArray, temperature: float) -> Certainty:
    """The certainty of (N, Y, X) labels given (N, S, Y, X) probabilities of the structures."""
    calibrated, entropy = _calibrated(probabilities, temperature)
    columns = []
    for index, structure in enumerate(FOREGROUND):
        mask, likely = labels == structure, calibrated[:, index]
        inside = np.where(mask, likely, 0).sum(axis=(1, 2), dtype=np.float64)
        total = likely.sum(axis=(1, 2), dtype=np.float64)
        drawn = np.count_nonzero(mask, axis=(1, 2))
        contour = _contour(mask)
        columns.append(
            (
                np.divide(2.0 * inside, total + drawn, out=np.zeros(len(mask)), where=drawn > 0),
                np.where(contour, entropy, 0).sum((1, 2)) / np.maximum(contour.sum((1, 2)), 1),
                total - inside,
            )
        )
    expected, along, hidden = (np.stack(values, axis=-1) for values in zip(*columns, strict=True))
    return Certainty(expected, along, hidden)


def _calibrated(probabilities: FloatArray, temperature: float) -> tuple[FloatArray, FloatArray]:
    """(N, S, Y, X) probabilities at a temperature, and their (N, Y, X) entropy in bits."""
    background = 1.0 - probabilities.sum(axis=1)
    undecided = np.maximum(background, probabilities.max(axis=1)) < 1.0 - UNDECIDED
    structures = range(probabilities.shape[1])
    classes = np.stack(
        [background[undecided], *(probabilities[:, s][undecided] for s in structures)]
    )
    powered = np.maximum(classes, 1e-7) ** np.float32(1.0 / temperature)
    powered /= powered.sum(axis=0)
    calibrated = probabilities.copy()
    for s in structures:
        calibrated[:, s][undecided] = powered[1 + s]
    entropy = np.zeros(background.shape, dtype=np.float32)
    entropy[undecided] = -(powered * np.log2(powered)).sum(axis=0)
    return calibrated, entropy


def _contour(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels on either side of the outline of (N, Y, X) masks."""
    result = np.zeros_like(mask)
    for axis in (1, 2):
        here, there = [slice(None)] * 3, [slice(None)] * 3
        here[axis], there[axis] = slice(None, -1), slice(1, None)
        crossing = mask[tuple(here)] != mask[tuple(there)]
        result[tuple(here)] |= crossing
        result[tuple(there)] |= crossing
    return result
