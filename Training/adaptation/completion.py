"""Completes what experts drew in part with what a network draws, where it is sure.

Experts of some data sets drew one structure only. A network that agrees with them about this one is
believed about the others of the same slice; what its two segmentations do not agree on stays
unknown (self-training, Lee 2013; Bai et al. 2017, doi:10.1007/978-3-319-66185-8_29).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import Label
from Training.datasets.examination import UNKNOWN
from Training.scoring.metrics import dice


def complete_labels(
    drawn: NDArray[np.uint8],
    plain: NDArray[np.uint8],
    averaged: NDArray[np.uint8],
    annotated: Sequence[Label],
    needed: float,
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The experts' labels of a phase with the structures that they did not draw.

    Args:
        drawn: (Z, Y, X) labels of the experts.
        plain: (Z, Y, X) a segmentation.
        averaged: (Z, Y, X) a second one of the same phase; where both agree it is taken.
        annotated: the structures that the experts drew.
        needed: Dice with the experts, over these structures as one, from which on a slice is
            completed.

    Returns:
        (Z, Y, X) labels, `UNKNOWN` where nothing sure can be said, and (Z,) the completed slices.
    """
    experts = np.isin(drawn, annotated)
    claimed = np.isin(averaged, annotated)
    completed = np.array(
        [
            one.any() and dice(one, other) >= needed
            for one, other in zip(experts, claimed, strict=True)
        ]
    )
    sure = (plain == averaged) & ~claimed & completed[:, None, None]
    labels = np.where(experts, drawn, np.where(sure, averaged, UNKNOWN))
    return labels.astype(np.uint8), completed
