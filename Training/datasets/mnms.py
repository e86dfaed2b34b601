"""M&Ms (Campello et al. 2021): four vendors, six hospitals, short axis.

doi:10.1109/TMI.2021.3090082

`OpenDataset/` holds a table and `Training/{Labeled,Unlabeled}`, `Validation` and `Testing`, with
`<code>/<code>_sa.nii.gz` (x, y, z, t) and `<code>_sa_gt.nii.gz`, whose frames are zero except at ED
and ES. Labels are those of `Label`. The content of the labels decides, not the folder and not the
table: some releases hold zeroed labels in Testing, and some rows of the table have ED and ES the
    wrong way round.
"""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import FOREGROUND, Label, View
from Training.datasets.examination import DataSetError, Examination, LabeledPhase
from Training.datasets.nifti import read_image, read_labels
from Training.datasets.rows import number_in, read_rows
from Training.datasets.vendors import vendor_name

LOGGER = logging.getLogger(__name__)

TABLE_PATTERN = "*Dataset_information_diagnosis_opendataset.csv"
COLUMNS = ("External code", "VendorName", "Centre", "ED", "ES", "Pathology")
SPLITS = {
    "Training/Labeled": "train",
    "Training/Unlabeled": "train",
    "Validation": "validation",
    "Testing": "test",
}


def read(raw: Path) -> list[Examination]:
    """All patients below `OpenDataset` or a folder that holds it.

    Reads every label file once.

    Patients without a labeled voxel are kept, with nothing annotated, for training without labels.
    A damaged label file is reported when its patient is loaded.

    Raises:
        DataSetError: if the table or the folders are missing, or a folder is not in the table.
    """
    root = _root(raw)
    table = _read_table(root)
    folders = {
        folder: split
        for name, split in SPLITS.items()
        for folder in sorted((root / name).glob("*/"))
    }
    if not folders:
        raise DataSetError(
            f"Expected patients in {', '.join(SPLITS)} of {root}, found none; is it unpacked whole?"
        )
    unknown = sorted(folder.name for folder in folders if folder.name not in table)
    if unknown:
        raise DataSetError(
            f"Expected a row of the table for every folder of {root}, found none for {unknown}."
        )
    if len(folders) < len(table):
        LOGGER.info(
            "%d of the %d patients in the table have no folder.",
            len(table) - len(folders),
            len(table),
        )
    return [_read_patient(folder, split, table[folder.name]) for folder, split in folders.items()]


def _root(raw: Path) -> Path:
    for root in (raw, raw / "OpenDataset"):
        if any(root.glob(TABLE_PATTERN)):
            return root
    found = sorted(path.name for path in raw.iterdir())[:8] if raw.is_dir() else "no such folder"
    raise DataSetError(
        f"Expected M&Ms' OpenDataset with {TABLE_PATTERN} in {raw}, found {found or 'nothing'}."
    )


def _read_table(root: Path) -> dict[str, dict[str, str]]:
    rows = read_rows(sorted(root.glob(TABLE_PATTERN))[-1], COLUMNS)
    return {row["External code"]: row for row in rows if row["External code"]}


def _read_patient(folder: Path, split: str, row: dict[str, str]) -> Examination:
    listed = {name: int(number_in(row, name)) if row[name] else None for name in ("ED", "ES")}
    error: DataSetError | None = None
    frames: dict[str, int] = {}
    try:
        frames = _labeled_frames(folder, listed)
    except DataSetError as damage:
        error = damage
    if not frames and error is None and folder.parent.name != "Unlabeled":
        LOGGER.warning("%s: no voxel is labeled, so it counts as unlabeled.", folder.name)
    return Examination(
        patient=folder.name,
        dataset="mnms",
        vendor=vendor_name(row["VendorName"], folder.name),
        view=View.SAX,
        load=partial(_refuse, error) if error else partial(_load_phases, folder, frames, listed),
        centre=row["Centre"],
        pathology=row["Pathology"],
        split=split,
        ed_frame=frames.get("ED", listed["ED"]),
        es_frame=frames.get("ES", listed["ES"]),
        annotated=FOREGROUND if frames or error else (),
    )


def _refuse(error: DataSetError) -> NoReturn:
    raise error


def _labeled_frames(folder: Path, listed: dict[str, int | None]) -> dict[str, int]:
    """Phase → 0-based frame with labels; empty if no frame has any.

    The listed frames count if they are labeled, else the two frames that are. Of two frames the one
    with the larger left ventricle is ED.
    """
    path = folder / f"{folder.name}_sa_gt.nii.gz"
    if not path.is_file() and folder.parent.name == "Unlabeled":
        return {}
    labels = read_labels(path).array
    labeled = [int(frame) for frame in np.flatnonzero(labels.any(axis=(1, 2, 3)))]
    frames = (
        labeled if len(labeled) == 2 else [frame for frame in labeled if frame in listed.values()]
    )
    if not labeled:
        return {}
    if not frames:
        raise DataSetError(
            f"{path.name} has labels at the frames {labeled}, the table lists {listed}."
        )
    if len(frames) == 1:
        return {"ES" if frames[0] == listed["ES"] else "ED": frames[0]}
    es, ed = sorted(frames, key=lambda frame: int((labels[frame] == Label.LV).sum()))
    if (ed, es) != (listed["ED"], listed["ES"]):
        LOGGER.warning(
            "%s: ED %d and ES %d by their labels; the table lists %s.", folder.name, ed, es, listed
        )
    return {"ED": ed, "ES": es}


def _load_phases(
    folder: Path, frames: dict[str, int], listed: dict[str, int | None]
) -> tuple[LabeledPhase, ...]:
    image = read_image(folder / f"{folder.name}_sa.nii.gz")
    labels = np.zeros(image.array.shape, dtype=np.uint8)
    if frames:
        labels = read_labels(folder / f"{folder.name}_sa_gt.nii.gz").array.astype(np.uint8)
    if labels.shape != image.array.shape:
        raise DataSetError(
            f"{folder.name}: the image is {image.array.shape} (t, z, y, x), its labels "
            f"{labels.shape}."
        )
    chosen = frames or _unlabeled_frames(listed, image.array)
    return tuple(
        LabeledPhase(name, frame, image.array[frame], labels[frame], image.geometry)
        for name, frame in chosen.items()
    )


def _unlabeled_frames(listed: dict[str, int | None], cine: NDArray[np.float32]) -> dict[str, int]:
    """The frames to keep of a patient without labels.

    These are the listed ones, otherwise the first and the middle one.
    """
    known = {
        name: frame for name, frame in listed.items() if frame is not None and frame < len(cine)
    }
    return known or {f"frame{frame:02d}": frame for frame in sorted({0, len(cine) // 2})}
