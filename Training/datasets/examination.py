"""One patient visit of a data set, as every reader returns it.

The data set's own conventions end here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.image import FOREGROUND, Geometry, Label, View

UNKNOWN = 255
"""Of a pixel that nobody labeled: it is neither learned from nor scored."""


class DataSetError(UserError, ValueError):
    """A folder that is not the data set it should be, or a file of it that cannot be used."""


@dataclass(frozen=True, eq=False)
class LabeledPhase:
    """One cardiac phase with its expert labels, on the native grid.

    Attributes:
        name: "ED" or "ES".
        frame: 0-based frame of the cine it comes from.
        image: (Z, Y, X) float32 intensities.
        labels: (Z, Y, X) uint8 values of `Label`, or `UNKNOWN`.
        geometry: the grid of both.
    """

    name: str
    frame: int
    image: NDArray[np.float32]
    labels: NDArray[np.uint8]
    geometry: Geometry


@dataclass(frozen=True)
class Examination:
    """One examination and how to load its labeled phases.

    Attributes:
        patient: identifier within the data set.
        dataset: name of the data set, such as "acdc".
        vendor: manufacturer of the scanner, spelled alike over all data sets (see `VENDORS`).
        view: the imaging plane; None for planes that no network serves and nobody labeled.
        load: reads the labeled phases from disk.
        centre: hospital, where known.
        scanner: model, where known.
        field_t: field strength in tesla, where known.
        pathology: diagnostic group in the data set's own codes.
        split: "train", "validation" or "test" by the data set's own division.
        ed_frame: 0-based end-diastolic frame, where known.
        es_frame: 0-based end-systolic frame, where known.
        annotated: the structures the experts drew; the others are unknown, not absent.
    """

    patient: str
    dataset: str
    vendor: str
    view: View | None
    load: Callable[[], tuple[LabeledPhase, ...]]
    centre: str = ""
    scanner: str = ""
    field_t: float | None = None
    pathology: str = ""
    split: str = "train"
    ed_frame: int | None = None
    es_frame: int | None = None
    annotated: tuple[Label, ...] = field(default=FOREGROUND)


VENDORS = ("Siemens", "Philips", "GE", "Canon")
"""How vendors are spelled in every table, whatever a data set writes."""
