"""Small data sets in the layout of the public ones, written by the tests that read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import Label
from Testing.phantoms import oblique_geometry

SHAPE_XYZ = (9, 8, 3)
SPACING_XYZ_MM = (1.4, 1.6, 10.0)


def write_nifti(
    path: Path, voxels: NDArray[Any], affine: NDArray[np.float64] | None = None
) -> Path:
    """Writes (x, y, z[, t]) voxels; without an affine, on an oblique grid of 1.4 × 1.6 × 10 mm."""
    path.parent.mkdir(parents=True, exist_ok=True)
    grid = (
        oblique_geometry((3, 8, 9), SPACING_XYZ_MM[::-1]).ijk_to_ras if affine is None else affine
    )
    nib.Nifti1Image(voxels, grid).to_filename(path)
    return path


def rewrite_header_zooms(path: Path, zooms_xyz_mm: tuple[float, float, float]) -> None:
    """Makes the zooms of a header contradict its affine, which stays as it is in the sform."""
    image = nib.load(path)
    header = image.header.copy()
    affine = image.affine
    header.set_zooms(zooms_xyz_mm)
    changed = nib.Nifti1Image(np.asarray(image.dataobj), None, header)
    changed.header.set_sform(affine, code=2)
    changed.header.set_qform(None, code=0)
    changed.to_filename(path)


def cine_xyzt(
    frames: int, seed: int = 0, shape_xyz: tuple[int, int, int] = SHAPE_XYZ
) -> NDArray[np.float32]:
    """Seeded noise, so that every frame differs."""
    values = np.random.default_rng(seed).uniform(10, 200, size=(*shape_xyz, frames))
    return values.astype(np.float32)


def heart_xyz(lv_voxels: int, numbering: tuple[int, int, int] = (1, 2, 3)) -> NDArray[np.uint8]:
    """Labels with `lv_voxels` of LV, two of MYO and one of RV.

    `numbering` gives the data set's numbers of LV, MYO and RV.
    """
    lv, myo, rv = numbering
    labels = np.zeros(SHAPE_XYZ, dtype=np.uint8)
    labels[:lv_voxels, 0, 1] = lv
    labels[:2, 2, 1] = myo
    labels[0, 4, 1] = rv
    return labels


def counts(labels: NDArray[np.uint8]) -> dict[str, int]:
    """How many voxels each structure has."""
    return {label.name: int((labels == label).sum()) for label in (Label.LV, Label.MYO, Label.RV)}


def write_acdc_info(folder: Path, ed: int = 1, es: int = 12) -> Path:
    """The folder of a patient of ACDC with its Info.cfg alone, frames from 1."""
    folder.mkdir(parents=True)
    lines = (
        f"ED: {ed}",
        f"ES: {es}",
        "Group: DCM",
        "Height: 184.0",
        "NbFrame: 30",
        "Weight: 95.0",
        "",
    )
    (folder / "Info.cfg").write_text("\n".join(lines))
    return folder


MNMS2_VENDORS = ("SIEMENS", "Philips Medical Systems", "GE MEDICAL SYSTEMS")


def write_mnms2_table(root: Path, vendors: dict[int, str]) -> Path:
    """The table of M&Ms-2 with the empty rows at its end, and an empty folder for every subject."""
    root.mkdir(parents=True, exist_ok=True)
    rows = [f"{number},HCM,{vendor},Symphony,1.5" for number, vendor in vendors.items()]
    (root / "dataset_information.csv").write_text(
        "\n".join(["SUBJECT_CODE,DISEASE,VENDOR,SCANNER,FIELD", *rows, ",,,,", ",,,,", ""])
    )
    for number in vendors:
        (root / "dataset" / f"{number:03d}").mkdir(parents=True)
    return root
