"""Small caches of phantom patients, written by the tests that train on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from CMRSegmentationLib.image import FOREGROUND, Geometry, Label, View
from Testing.phantoms import HeartPhantom
from Training.datasets.examination import Examination, LabeledPhase
from Training.samples.cache import write_examination

TINY = HeartPhantom(
    frames=2, slices=3, rows=40, columns=48, spacing_zyx_mm=(10.0, 3.4, 3.2), es_frame=1
)
"""Two phases of three slices of 40 × 48 pixels, on an oblique grid."""


def phases_of(phantom: HeartPhantom) -> tuple[LabeledPhase, ...]:
    """Both ends of the phantom's cycle."""
    frames = {"ED": phantom.ed_frame, "ES": phantom.es_frame}
    return tuple(
        LabeledPhase(
            name, frame, phantom.cine.array[frame], phantom.labels.array[frame], phantom.geometry
        )
        for name, frame in frames.items()
    )


def phantom_patient(
    patient: str,
    vendor: str = "Siemens",
    *,
    dataset: str = "phantoms",
    phantom: HeartPhantom = TINY,
    annotated: Sequence[Label] = FOREGROUND,
    pathology: str = "NOR",
    view: View | None = View.SAX,
    split: str = "train",
) -> Examination:
    """An examination whose phases are the phantom's."""
    return Examination(
        patient, dataset, vendor, view, lambda: phases_of(phantom),
        "Here", "One", 1.5, pathology, split,
        phantom.ed_frame, phantom.es_frame, tuple(annotated),
    )  # fmt: skip


def write_cache(folder: Path, *examinations: Examination) -> Path:
    """A cache of these examinations, of four phantom patients if there are none (two vendors)."""
    four = (phantom_patient(f"P{i}", "GE" if i == 3 else "Siemens") for i in range(4))
    for examination in examinations or four:
        write_examination(examination, folder)
    return folder


def single_slice(rows: int = 40, columns: int = 48) -> tuple[LabeledPhase, ...]:
    """One phase of one slice, a long axis say."""
    image = np.linspace(0, 90, rows * columns, dtype=np.float32).reshape(1, rows, columns)
    labels = np.zeros((1, rows, columns), np.uint8)
    labels[0, 10:20, 12:30] = Label.LV
    matrix = np.diag([-1.4, 1.6, 8.0, 1.0])
    return (LabeledPhase("ED", 0, image, labels, Geometry((1, rows, columns), matrix)),)
