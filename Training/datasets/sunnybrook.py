"""Sunnybrook Cardiac Data (Radau et al. 2009), GE Signa 1.5 T.

8-bit PNG slices with endocardial masks.

The folder holds `images/`, `labels/` and `spacing.csv`. A file `SC-N-02-IM-0001-0048.png` is slice
(n − 1) div 20 and phase (n − 1) mod 20 of the cine. Only the blood pool of the left ventricle is
annotated, and only in the slices that have a mask: the myocardium and the right ventricle are
unknown, not background.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from CMRSegmentationLib.image import Geometry, Label, View
from Training.datasets.examination import DataSetError, Examination, LabeledPhase
from Training.datasets.rows import number_in, read_rows

PHASES_PER_CINE = 20
COLUMNS = ("patient", "category", "spacing_x_mm", "spacing_y_mm", "slice_pitch_mm")
HELD_OUT_NAMES = ("SC-HF-I-01", "SC-HF-I-02", "SC-HF-I-04")
"""The same people as the DICOM cines SCD0000101, 201 and 301, which are kept for testing."""

_NUMBER = re.compile(r"IM-\d+-(\d+)")


def read(raw: Path) -> list[Examination]:
    """All patients of a folder with `images`, `labels` and `spacing.csv`.

    Raises:
        DataSetError: if the folder lacks one of these, or a listed patient has no labeled slice.
    """
    table = raw / "spacing.csv"
    if not table.is_file() or not (raw / "images").is_dir() or not (raw / "labels").is_dir():
        found = (
            sorted(path.name for path in raw.iterdir())[:8] if raw.is_dir() else "no such folder"
        )
        raise DataSetError(
            f"Expected images/, labels/ and spacing.csv in {raw}, found {found or 'nothing'}."
        )
    return [_read_patient(raw, row) for row in read_rows(table, COLUMNS)]


def _read_patient(raw: Path, row: dict[str, str]) -> Examination:
    spacing_zyx_mm = (
        number_in(row, "slice_pitch_mm"),
        number_in(row, "spacing_y_mm"),
        number_in(row, "spacing_x_mm"),
    )
    patient = row["patient"]
    return Examination(
        patient=patient,
        dataset="sunnybrook",
        vendor="GE",
        view=View.SAX,
        load=partial(_load_phases, raw, patient, spacing_zyx_mm),
        centre="Sunnybrook",
        scanner="Signa HDx",
        field_t=1.5,
        pathology=row["category"],
        split="test" if patient in HELD_OUT_NAMES else "train",
        annotated=(Label.LV,),
    )


def _labeled_files(raw: Path, patient: str) -> dict[int, list[tuple[int, Path]]]:
    """Phase → (slice, image file) for every slice of the patient that has a mask."""
    files: dict[int, list[tuple[int, Path]]] = defaultdict(list)
    for path in sorted((raw / "labels").glob(f"{patient}*.png")):
        match = _NUMBER.search(path.name)
        if match is None:
            raise DataSetError(
                f"Expected a name such as {patient}-IM-0001-0048.png, found {path.name}."
            )
        slice_, phase = divmod(int(match.group(1)) - 1, PHASES_PER_CINE)
        files[phase].append((slice_, path))
    if not files:
        raise DataSetError(f"Expected masks named {patient}*.png in {raw / 'labels'}, found none.")
    return files


def _load_phases(
    raw: Path, patient: str, spacing_zyx_mm: tuple[float, float, float]
) -> tuple[LabeledPhase, ...]:
    files = _labeled_files(raw, patient)
    if len(files) != 2:
        raise DataSetError(
            f"Expected masks of {patient} at two phases (ED and ES), found them at {sorted(files)}."
        )
    phases = [
        _load_phase(raw, frame, sorted(slices), spacing_zyx_mm) for frame, slices in files.items()
    ]
    es, ed = sorted(phases, key=lambda phase: int(phase.labels.sum()))
    return replace(ed, name="ED"), replace(es, name="ES")


def _load_phase(
    raw: Path,
    frame: int,
    slices: list[tuple[int, Path]],
    spacing_zyx_mm: tuple[float, float, float],
) -> LabeledPhase:
    image = np.stack([_load_png(raw / "images" / path.name) for _, path in slices]).astype(
        np.float32
    )
    mask = np.stack([_load_png(path) for _, path in slices]) > 127
    geometry = Geometry.from_spacing(
        (image.shape[0], image.shape[1], image.shape[2]), spacing_zyx_mm
    )
    return LabeledPhase("", frame, image, np.where(mask, np.uint8(Label.LV), np.uint8(0)), geometry)


def _load_png(path: Path) -> NDArray[np.uint8]:
    try:
        return np.asarray(Image.open(path).convert("L"))
    except OSError as error:
        raise DataSetError(f"{path.name} is missing or damaged: {error}") from error
