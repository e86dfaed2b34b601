"""Image files in, label files out: NIfTI, NRRD and MetaImage, and the one entry for any input."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import CineStack, Geometry, GeometryError, ImageError, LabelMap, View
from CMRSegmentationLib.reading import dicom, nifti
from CMRSegmentationLib.reading.dicom_headers import is_dicom
from CMRSegmentationLib.reading.nrrd import read_nrrd
from CMRSegmentationLib.reading.study import NamedCine, ReadError, Study, check_stack
from CMRSegmentationLib.reading.times import evenly_spaced, trusted_times
from CMRSegmentationLib.whole_files import write_whole

__all__ = [
    "NamedCine",
    "ReadError",
    "Study",
    "input_name",
    "read_cine",
    "read_input",
    "read_labels",
    "write_labels",
]

NIFTI_SUFFIXES = (".nii.gz", ".nii")
NRRD_SUFFIXES = (".seq.nrrd", ".seq.nhdr", ".nrrd", ".nhdr")
METAIMAGE_SUFFIXES = (".mha", ".mhd")
IMAGE_SUFFIXES = (*NIFTI_SUFFIXES, *NRRD_SUFFIXES, *METAIMAGE_SUFFIXES)
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff")


@dataclass(frozen=True, eq=False)
class _Image:
    """A file's contents before they are judged."""

    array: NDArray[Any]
    ijk_to_ras: NDArray[np.float64]
    times: tuple[float, ...] | None = None
    time_unit: str | None = None
    findings: tuple[Finding, ...] = ()
    view: View | None = None


def read_input(path: Path) -> Study:
    """Read what the path holds: an image file, a DICOM file, or a folder of one DICOM study.

    Raises:
        ReadError: if there is nothing that can be segmented; the message says what was found.
    """
    if not path.exists():
        raise ReadError(f"There is no file or folder {path}.")
    if path.is_dir() or _looks_like_dicom(path):
        return dicom.read_study(path)
    return Study((NamedCine(input_name(path), read_cine(path)),))


def input_name(path: Path) -> str:
    """The file name without its extensions, with unusual characters replaced by `_`."""
    name = path.name
    for suffix in (*IMAGE_SUFFIXES, ".dcm"):
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            name = name[: -len(suffix)]
            break
    return re.sub(r"[^\w.\-]+", "_", name).strip(".-") or "input"


def read_cine(path: Path) -> CineStack:
    """Read a 3-D or 4-D NIfTI, NRRD or MetaImage file; a 3-D file becomes a cine of one frame.

    Raises:
        ReadError: if the file is missing, not whole, or not an image of a stack of slices.
    """
    image = _read_image(path)
    try:
        geometry = Geometry(image.array.shape[1:], image.ijk_to_ras)
        check_stack(geometry)
        times, time_findings = _times(image)
        findings = (*image.findings, *_spacing_findings(geometry), *time_findings)
        array = image.array.astype(np.float32)
        return CineStack(array, geometry, times, image.view, findings=findings)
    except (GeometryError, ImageError, ReadError) as error:
        raise ReadError(f"{path.name}: {error}") from error


def read_labels(path: Path) -> LabelMap:
    """Read a label file; 3-D becomes one frame.

    Raises:
        ReadError: if the file is missing, not whole, or holds other values than those of `Label`.
    """
    image = _read_image(path)
    try:
        return LabelMap(image.array, Geometry(image.array.shape[1:], image.ijk_to_ras))
    except (GeometryError, ImageError) as error:
        raise ReadError(f"{path.name}: {error}") from error


def read_frame_times(path: Path) -> tuple[float, ...] | None:
    """The trusted times in ms of an image file's frames, or None.

    Raises:
        ReadError: if the file is missing or not whole.
    """
    return _times(_read_image(path))[0]


def write_labels(
    path: Path,
    labels: LabelMap,
    *,
    like: Path | None = None,
    frame_times_ms: tuple[float, ...] | None = None,
) -> None:
    """Write `.nii.gz` or `.nii` labels (uint8) on the grid of the input, always in the same bytes.

    Args:
        path: file to write; it appears whole or not at all.
        labels: what to write.
        like: the input; a NIfTI file's header (axes, both affines, units) is copied, anything else
            is not read.
        frame_times_ms: gives the time step of a file that is not written like a NIfTI file.

    Raises:
        ValueError: if the labels do not fit the dimensions of `like`.
        OSError: if the file cannot be written.
    """
    if like is not None and like.is_file() and _suffix(like) in NIFTI_SUFFIXES:
        header = nifti.read_header(like)
    else:
        header = nifti.new_header(labels.geometry, labels.frames, _mean_step(frame_times_ms))
    data = nifti.label_file(labels.array, header)
    if path.name.lower().endswith(".gz"):
        data = gzip.compress(data, compresslevel=nifti.GZIP_LEVEL, mtime=0)
    write_whole(path, data)


def _suffix(path: Path) -> str:
    name = path.name.lower()
    return next((suffix for suffix in IMAGE_SUFFIXES if name.endswith(suffix)), path.suffix.lower())


def _looks_like_dicom(path: Path) -> bool:
    if _suffix(path) in IMAGE_SUFFIXES:
        return False
    return path.suffix.lower() == ".dcm" or is_dicom(path)


def _read_image(path: Path) -> _Image:
    if not path.is_file():
        raise ReadError(f"There is no file {path}.")
    suffix = _suffix(path)
    try:
        if suffix in NIFTI_SUFFIXES:
            return _read_nifti(path)
        if suffix in NRRD_SUFFIXES:
            return _read_nrrd(path)
        if suffix in METAIMAGE_SUFFIXES:
            return _read_metaimage(path)
    except ReadError as error:
        raise ReadError(f"{path.name}: {error}") from error
    if suffix in PICTURE_SUFFIXES:
        raise ReadError(
            f"{path.name} is a 2-D picture; a cine needs slices, phases and spacing, as NIfTI or "
            "DICOM has."
        )
    raise ReadError(
        f"{path.name}: expected {', '.join(IMAGE_SUFFIXES)} or DICOM, found a file of another kind."
    )


def _read_nifti(path: Path) -> _Image:
    file = nifti.read_nifti(path)
    array = _as_tzyx(file.scaled)
    matrix, findings = nifti.ijk_to_ras(file.header)
    times = evenly_spaced(file.time_step, array.shape[0])
    return _Image(array, matrix, times, file.time_unit, findings)


def _as_tzyx(array: NDArray[Any]) -> NDArray[Any]:
    """(x, y, z[, t[, 1 …]]) to (T, Z, Y, X)."""
    while array.ndim > 4 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim not in (3, 4):
        raise ReadError(
            f"Expected an image of 3 or 4 dimensions, found {array.ndim}: {array.shape}."
        )
    return np.atleast_3d(array).reshape((*array.shape, 1)[:4]).transpose(3, 2, 1, 0)


def _read_nrrd(path: Path) -> _Image:
    file = read_nrrd(path)
    findings = () if file.has_orientation else (nifti.no_orientation(),)
    view = View(file.view) if file.view in set(View) else None
    return _Image(file.array, file.ijk_to_ras, file.times, file.time_unit, findings, view)


def _check_metaimage_spacing(path: Path) -> None:
    """Refuse the negative spacing that SimpleITK would turn into a mirrored axis."""
    with path.open("rb") as file:
        found = re.search(
            rb"^Element(?:Spacing|Size) *=((?:.*\s)?-[\d.].*)$", file.read(4096), re.MULTILINE
        )
    if found:
        raise ReadError(
            f"Expected a positive voxel spacing, found{found[1].decode('ascii', 'replace')} (x, y, "
            "z)."
        )


def _read_metaimage(path: Path) -> _Image:
    _check_metaimage_spacing(path)
    try:
        image: Any = sitk.ReadImage(str(path))
    except RuntimeError as error:
        raise ReadError("The file is truncated, damaged or not a MetaImage.") from error
    if image.GetNumberOfComponentsPerPixel() != 1:
        raise ReadError(
            f"Expected one gray value per voxel, found {image.GetNumberOfComponentsPerPixel()}."
        )
    dimension = image.GetDimension()
    if dimension not in (3, 4):
        raise ReadError(f"Expected an image of 3 or 4 dimensions, found {dimension}.")
    array = sitk.GetArrayFromImage(image)
    direction = np.reshape(image.GetDirection(), (dimension, dimension))[:3, :3]
    matrix = np.eye(4)
    matrix[:3, :3] = direction * image.GetSpacing()[:3]
    matrix[:3, 3] = image.GetOrigin()[:3]
    lps_to_ras = np.diag([-1.0, -1.0, 1.0, 1.0])
    array = array if dimension == 4 else array[None]
    times = evenly_spaced(image.GetSpacing()[3], array.shape[0]) if dimension == 4 else None
    return _Image(array, lps_to_ras @ matrix, times)


def _times(image: _Image) -> tuple[tuple[float, ...] | None, tuple[Finding, ...]]:
    frames = image.array.shape[0]
    return trusted_times(image.times or (float("nan"),) * frames, image.time_unit)


def _mean_step(times_ms: tuple[float, ...] | None) -> float | None:
    if times_ms is None or len(times_ms) < 2:
        return None
    return (times_ms[-1] - times_ms[0]) / (len(times_ms) - 1)


def _spacing_findings(geometry: Geometry) -> tuple[Finding, ...]:
    if not np.allclose(geometry.spacing_zyx_mm, 1.0, atol=1e-6):
        return ()
    message = (
        "The file gives 1 × 1 × 1 mm, as a file does that lost its spacing; sizes may be wrong."
    )
    return (Finding(FindingCode.SPACING_GUESSED, Severity.WARNING, message, origin=Origin.READER),)
