"""ACDC (Bernard et al. 2018): Siemens, one hospital, five groups of patients.

doi:10.1109/TMI.2018.2837502

`patient001/Info.cfg` holds the group and the 1-based ED and ES frames; labels are 1 RV, 2 MYO, 3
LV. The affine of every file is the identity, so the spacing is read from `pixdim`.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from CMRSegmentationLib.image import Label, View
from Training.datasets.examination import DataSetError, Examination, LabeledPhase
from Training.datasets.nifti import read_image, read_labels

INFO_FILE = "Info.cfg"
TO_LABEL = np.array([Label.BACKGROUND, Label.RV, Label.MYO, Label.LV], dtype=np.uint8)


def read(raw: Path) -> list[Examination]:
    """All examinations below a folder that holds `patient001` and so on, or `training/patient001`.

    Raises:
        DataSetError: if no patient folder is found or one lacks what it should hold.
    """
    folders = sorted(
        path
        for pattern in ("patient*", "*/patient*")
        for path in raw.glob(pattern)
        if _is_patient(path)
    )
    if not folders:
        found = (
            sorted(path.name for path in raw.iterdir())[:8] if raw.is_dir() else "no such folder"
        )
        raise DataSetError(
            f"Expected ACDC folders such as {raw}/training/patient001 with an Info.cfg, found "
            f"{found or 'nothing'}. "
            "Give the folder that holds `training` or the patients themselves."
        )
    return [_read_patient(folder) for folder in folders]


def _is_patient(folder: Path) -> bool:
    """Whether it holds a patient, complete or not, and is no other folder of that name."""
    return (folder / INFO_FILE).is_file() or any(folder.glob(f"{folder.name}_*.nii*"))


def _read_info(folder: Path) -> dict[str, str]:
    path = folder / INFO_FILE
    if not path.is_file():
        raise DataSetError(f"Expected the file {path}, found none; is the data set complete?")
    lines = path.read_text(encoding="utf-8").splitlines()
    info = {
        key.strip(): value.strip()
        for key, _, value in (line.partition(":") for line in lines if ":" in line)
    }
    wrong = [key for key in ("ED", "ES") if not info.get(key, "").isdigit()] + ["Group"] * (
        "Group" not in info
    )
    if wrong:
        found = ", ".join(f"{key} {info[key]}" if key in info else f"no {key}" for key in wrong)
        raise DataSetError(f"Expected the frames ED and ES and a Group in {path}, found {found}.")
    return info


def _read_patient(folder: Path) -> Examination:
    info = _read_info(folder)
    frames = {"ED": int(info["ED"]) - 1, "ES": int(info["ES"]) - 1}
    return Examination(
        patient=folder.name,
        dataset="acdc",
        vendor="Siemens",
        view=View.SAX,
        load=partial(_load_phases, folder, frames),
        centre="Dijon",
        pathology=info["Group"],
        split="test" if folder.parent.name == "testing" else "train",
        ed_frame=frames["ED"],
        es_frame=frames["ES"],
    )


def _load_phases(folder: Path, frames: dict[str, int]) -> tuple[LabeledPhase, ...]:
    return tuple(_load_phase(folder, name, frame) for name, frame in frames.items())


def _load_phase(folder: Path, name: str, frame: int) -> LabeledPhase:
    stem = f"{folder.name}_frame{frame + 1:02d}"
    image = read_image(folder / f"{stem}.nii.gz", affine_is_lost=True)
    labels = read_labels(folder / f"{stem}_gt.nii.gz", affine_is_lost=True).array.astype(np.uint8)
    if labels.shape != image.array.shape:
        raise DataSetError(
            f"{stem}: the image is {image.array.shape[1:]} (z, y, x), its labels "
            f"{labels.shape[1:]}."
        )
    return LabeledPhase(name, frame, image.array[0], TO_LABEL[labels[0]], image.geometry)
