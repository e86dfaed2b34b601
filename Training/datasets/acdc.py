"""ACDC (Bernard et al. 2018, doi:10.1109/TMI.2018.2837502): Siemens, one hospital, five groups of patients.

`patient001/Info.cfg` holds the group and the 1-based ED and ES frames; labels are 1 RV, 2 MYO, 3 LV. The affine
of every file is the identity, so the spacing is read from `pixdim`.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import nibabel as nib
import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import Geometry, Label, View
from Training.datasets.examination import DataSetError, Examination, LabeledPhase

TO_LABEL = np.array([Label.BACKGROUND, Label.RV, Label.MYO, Label.LV], dtype=np.uint8)


def read(raw: Path) -> list[Examination]:
    """All examinations below a folder that holds `patient001` and so on, or `training/patient001`.

    Raises:
        DataSetError: if no patient folder is found or one lacks what it should hold.
    """
    folders = sorted(p.parent for pattern in ("patient*/Info.cfg", "*/patient*/Info.cfg") for p in raw.glob(pattern))
    if not folders:
        raise DataSetError(
            f"Expected ACDC folders such as {raw}/training/patient001 with an Info.cfg, found none. "
            "Give the folder that holds `training` or the patients themselves."
        )
    return [_read_patient(folder) for folder in folders]


def _read_info(folder: Path) -> dict[str, str]:
    lines = (folder / "Info.cfg").read_text(encoding="utf-8").splitlines()
    info = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines if ":" in line)}
    missing = {"ED", "ES", "Group"} - set(info)
    if missing:
        raise DataSetError(
            f"Expected ED, ES and Group in {folder / 'Info.cfg'}, found no {', '.join(sorted(missing))}."
        )
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
    image, spacing_zyx_mm = _load_volume(folder / f"{stem}.nii.gz")
    labels, _ = _load_volume(folder / f"{stem}_gt.nii.gz")
    if labels.shape != image.shape:
        raise DataSetError(f"Expected labels of shape {image.shape} beside {stem}.nii.gz, found {labels.shape}.")
    geometry = Geometry.from_spacing((image.shape[0], image.shape[1], image.shape[2]), spacing_zyx_mm)
    return LabeledPhase(name, frame, image, TO_LABEL[labels.astype(np.uint8)], geometry)


def _load_volume(path: Path) -> tuple[NDArray[np.float32], tuple[float, float, float]]:
    if not path.is_file():
        raise DataSetError(f"Expected the file {path}, found none; is the data set complete?")
    try:
        image = nib.load(path)
        array = np.asarray(image.dataobj, dtype=np.float32).transpose(2, 1, 0)
    except (OSError, EOFError, ValueError, nib.filebasedimages.ImageFileError) as error:
        raise DataSetError(f"{path.name} is damaged and cannot be read: {error}") from error
    x, y, z = (float(zoom) for zoom in image.header.get_zooms()[:3])
    return array, (z, y, x)
