"""Inputs that are no cine: each function writes one into a folder and returns its path."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
from pydicom.uid import generate_uid

from Testing.dicom_phantoms import LIKE_A_HEART, write_series
from Testing.phantoms import HeartPhantom

SHAPE_XYZT = (32, 40, 6, 4)
AFFINE = np.diag([1.5, 1.5, 10.0, 1.0])


def noise(shape: tuple[int, ...] = SHAPE_XYZT) -> np.ndarray:
    return np.random.default_rng(0).normal(100, 20, shape).astype(np.float32)


def nifti(path: Path, array: np.ndarray, affine: np.ndarray = AFFINE) -> Path:
    nibabel.Nifti1Image(array, affine).to_filename(path)
    return path


def missing_path(folder: Path) -> Path:
    return folder / "bad.nii.gz"


def empty_folder(folder: Path) -> Path:
    (folder / "bad").mkdir()
    return folder / "bad"


def folder_without_images(folder: Path) -> Path:
    empty_folder(folder)
    (folder / "bad" / "notes.txt").write_text("Nothing to see here.")
    return folder / "bad"


def file_of_another_kind(folder: Path) -> Path:
    (folder / "bad.txt").write_text("Nothing to see here.")
    return folder / "bad.txt"


def nifti_of_random_bytes(folder: Path) -> Path:
    (folder / "bad.nii").write_bytes(np.random.default_rng(0).bytes(5000))
    return folder / "bad.nii"


def empty_nifti(folder: Path) -> Path:
    (folder / "bad.nii.gz").write_bytes(b"")
    return folder / "bad.nii.gz"


def truncated_nifti(folder: Path) -> Path:
    path = nifti(folder / "bad.nii", noise())
    path.write_bytes(path.read_bytes()[:20_000])
    return path


def truncated_gzip(folder: Path) -> Path:
    path = nifti(folder / "bad.nii.gz", noise())
    path.write_bytes(path.read_bytes()[:-3000])
    return path


def truncated_dicom(folder: Path) -> Path:
    for path in write_series(folder / "bad", _small().cine):
        path.write_bytes(path.read_bytes()[:700])
    return folder / "bad"


def dicom_of_random_bytes(folder: Path) -> Path:
    (folder / "bad.dcm").write_bytes(bytes(128) + b"DICM" + np.random.default_rng(0).bytes(3000))
    return folder / "bad.dcm"


def picture(folder: Path) -> Path:
    from matplotlib.image import imsave

    imsave(folder / "bad.png", noise((32, 40)))
    return folder / "bad.png"


def rgb_nifti(folder: Path) -> Path:
    colors = np.zeros(SHAPE_XYZT, dtype=[("R", "u1"), ("G", "u1"), ("B", "u1")])
    return nifti(folder / "bad.nii.gz", colors)


def rgb_dicom(folder: Path) -> Path:
    stack = _small().cine
    write_series(
        folder / "bad",
        stack,
        SamplesPerPixel=3,
        PhotometricInterpretation="RGB",
        PlanarConfiguration=0,
    )
    return folder / "bad"


def five_dimensions(folder: Path) -> Path:
    return nifti(folder / "bad.nii.gz", noise((*SHAPE_XYZT, 3)))


def ct(folder: Path) -> Path:
    write_series(
        folder / "bad", _small().cine, Modality="CT", SOPClassUID="1.2.840.10008.5.1.4.1.1.2"
    )
    return folder / "bad"


def localizer(folder: Path) -> Path:
    for number, degrees in enumerate(((0.0, 0.0, 0.0), (90.0, 0.0, 0.0), (0.0, 90.0, 0.0))):
        stack = HeartPhantom(frames=1, slices=1, empty_slices=(0, 0), degrees_xyz=degrees).cine
        write_series(
            folder / "bad" / str(number),
            replace(stack, frame_times_ms=None),
            series_number=1,
            SeriesInstanceUID=generate_uid(entropy_srcs=["localizer"]),
            ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"],
        )
    return folder / "bad"


def all_zero(folder: Path) -> Path:
    return nifti(folder / "bad.nii.gz", np.zeros(SHAPE_XYZT, np.float32))


def not_a_number(folder: Path) -> Path:
    array = noise()
    array[3, 4, 2, 1] = np.nan
    return nifti(folder / "bad.nii.gz", array)


def infinite(folder: Path) -> Path:
    array = noise()
    array[3, 4, 2, 1] = np.inf
    return nifti(folder / "bad.nii.gz", array)


def whole_heart_volume(folder: Path) -> Path:
    array = np.zeros((200, 200, 200), np.int16)
    array[80:120, 80:120, 80:120] = 100
    return nifti(folder / "bad.nii", array, np.diag([1.0, 1.0, 1.0, 1.0]))


def negative_spacing(folder: Path) -> Path:
    return _with_pixdim(folder, -1.5)


def zero_spacing(folder: Path) -> Path:
    return _with_pixdim(folder, 0.0)


def absurd_spacing(folder: Path) -> Path:
    return _with_pixdim(folder, 5000.0)


def _with_pixdim(folder: Path, column_mm: float) -> Path:
    path = nifti(folder / "bad.nii", noise())
    data = bytearray(path.read_bytes())
    data[80:84] = struct.pack("<f", column_mm)  # pixdim[1]
    path.write_bytes(data)
    return path


def _small() -> HeartPhantom:
    return HeartPhantom(
        frames=3, slices=3, rows=40, columns=40, es_frame=1, degrees_xyz=LIKE_A_HEART
    )


BAD_INPUTS = {
    missing_path: r"There is no file or folder",
    empty_folder: r"folder .* is empty",
    folder_without_images: r"holds no DICOM images",
    file_of_another_kind: r"of another kind",
    nifti_of_random_bytes: r"not a NIfTI image",
    empty_nifti: r"not a NIfTI image",
    truncated_nifti: r"truncated",
    truncated_gzip: r"truncated",
    truncated_dicom: r"left out: truncated or damaged header",
    dicom_of_random_bytes: r"left out: no image",
    picture: r"2-D picture",
    rgb_nifti: r"RGB",
    rgb_dicom: r"expected gray values, found 3 samples of RGB",
    five_dimensions: r"3 or 4 dimensions, found 5",
    ct: r"expected MR images, found CT",
    localizer: r"left out: localizer",
    all_zero: r"same value \(0\) in every voxel",
    not_a_number: r"NaN or infinite",
    infinite: r"NaN or infinite",
    whole_heart_volume: r"volume that is not a stack of slices",
    negative_spacing: r"spacing.*-1\.5",
    zero_spacing: r"spacing.* 0 ",
    absurd_spacing: r"spacing.*5000",
}
"""What the sentence about each of them says."""
