"""M&Ms-2 (Martín-Isla et al. 2023): three vendors, eight groups, short and long axis.

doi:10.1109/JBHI.2023.3267857

`MnM2/` holds `dataset_information.csv` and `dataset/001/001_{SA,LA}_{CINE,ED,ES}.nii.gz`, with
labels `001_{SA,LA}_{ED,ES}_gt.nii.gz` in the numbering of `Label`. LA is the four-chamber view. The
frame of ED and ES is not listed: it is the frame of the cine with the same voxels.
"""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import View
from Training.datasets.examination import DataSetError, Examination, LabeledPhase
from Training.datasets.nifti import read_image, read_labels
from Training.datasets.rows import number_in, read_rows
from Training.datasets.vendors import vendor_name

LOGGER = logging.getLogger(__name__)

TABLE = "dataset_information.csv"
COLUMNS = ("SUBJECT_CODE", "DISEASE", "VENDOR", "SCANNER", "FIELD")
VIEWS = {"SA": View.SAX, "LA": View.LAX_4C}
LAST_TRAINING, LAST_VALIDATION = 160, 200
"""Subjects 1 to 160 are for training, 161 to 200 for validation, the rest for testing."""

SAME_FRAME_TOLERANCE = 0.01
"""Mean absolute difference up to which two frames count as the same.

As a share of the volume's standard deviation.
"""


def read(raw: Path) -> list[Examination]:
    """The two examinations of every subject below `MnM2` or a folder that holds it.

    The frames of ED and ES become known when an examination is loaded.

    Raises:
        DataSetError: if the table or the folder of a subject is missing.
    """
    root = _root(raw)
    return [
        _read_examination(root / "dataset", row, letters, view)
        for row in read_rows(root / TABLE, COLUMNS)
        if row["SUBJECT_CODE"]  # the published table ends in very many empty rows
        for letters, view in VIEWS.items()
    ]


def _root(raw: Path) -> Path:
    for root in (raw, raw / "MnM2"):
        if (root / TABLE).is_file() and (root / "dataset").is_dir():
            return root
    found = sorted(path.name for path in raw.iterdir())[:8] if raw.is_dir() else "no such folder"
    raise DataSetError(
        f"Expected M&Ms-2's {TABLE} and dataset/ in {raw}, found {found or 'nothing'}."
    )


def subject_name(number: float) -> str:
    """The name of a subject's folder, "002" of 2."""
    return f"{int(number):03d}"


def _read_examination(folder: Path, row: dict[str, str], letters: str, view: View) -> Examination:
    number = number_in(row, "SUBJECT_CODE")
    subject = folder / subject_name(number)
    if not subject.is_dir():
        raise DataSetError(
            f"Expected the folder {subject} for subject {number:g} of {TABLE}, found none."
        )
    return Examination(
        patient=subject.name,
        dataset="mnms2",
        vendor=vendor_name(row["VENDOR"], subject.name),
        view=view,
        load=partial(_load_phases, subject, letters),
        scanner=row["SCANNER"],
        field_t=number_in(row, "FIELD", unit="T") if row["FIELD"] else None,
        pathology=row["DISEASE"],
        split="train"
        if number <= LAST_TRAINING
        else "validation"
        if number <= LAST_VALIDATION
        else "test",
    )


def _load_phases(subject: Path, letters: str) -> tuple[LabeledPhase, ...]:
    cine = read_image(subject / f"{subject.name}_{letters}_CINE.nii.gz").array
    return tuple(_load_phase(subject, letters, name, cine) for name in ("ED", "ES"))


def _load_phase(subject: Path, letters: str, name: str, cine: NDArray[np.float32]) -> LabeledPhase:
    stem = f"{subject.name}_{letters}_{name}"
    image = read_image(subject / f"{stem}.nii.gz")
    labels = read_labels(subject / f"{stem}_gt.nii.gz").array
    if labels.shape != image.array.shape:
        raise DataSetError(
            f"{stem}: the image is {image.array.shape[1:]} (z, y, x), its labels "
            f"{labels.shape[1:]}."
        )
    if not labels.any():
        raise DataSetError(f"{stem}_gt.nii.gz has no labeled voxel; is the data set complete?")
    frame = matching_frame(image.array[0], cine, stem)
    return LabeledPhase(name, frame, image.array[0], labels[0].astype(np.uint8), image.geometry)


def matching_frame(volume: NDArray[np.float32], cine: NDArray[np.float32], name: str) -> int:
    """The 0-based frame of a (T, Z, Y, X) cine that resembles a (Z, Y, X) volume most.

    Warns if none equals it.

    Raises:
        DataSetError: if the shapes do not fit.
    """
    if cine.shape[1:] != volume.shape:
        raise DataSetError(
            f"{name} is {volume.shape} (z, y, x), a frame of its cine {cine.shape[1:]}."
        )
    differences = np.abs(cine - volume).mean(axis=(1, 2, 3))
    frame = int(differences.argmin())
    if differences[frame] > SAME_FRAME_TOLERANCE * float(volume.std()):
        LOGGER.warning("%s equals no frame of its cine; frame %d is the most similar.", name, frame)
    return frame
