"""Image files in, label files out: NIfTI, NRRD and MetaImage, and the one entry for any input."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.no_cine import why_not_a_cine
from CMRSegmentationLib.findings import Finding, FindingCode, Severity
from CMRSegmentationLib.image import CineStack, Geometry, GeometryError, ImageError, LabelMap, View
from CMRSegmentationLib.reading import nifti
from CMRSegmentationLib.reading.axes import TURNED, USUAL, Axes, recognize, shows_one_place
from CMRSegmentationLib.reading.metaimage import parse_metaimage
from CMRSegmentationLib.reading.nrrd import parse_nrrd
from CMRSegmentationLib.reading.sources import ARCHIVE_SUFFIX, Source, Sources, sources_of
from CMRSegmentationLib.reading.study import (
    FilePlace,
    NamedCine,
    ReadError,
    Study,
    check_stack,
    found,
)
from CMRSegmentationLib.reading.times import evenly_spaced, trusted_times
from CMRSegmentationLib.sentences import SENTENCES
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
LIKELY_PITCH_MM = (2.5, 30.0)
"""Distances of slices that a stack of a cine has."""
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff")


@dataclass(frozen=True, eq=False)
class _Image:
    """A file's contents before they are judged.

    Attributes:
        stored: (fourth, third, Y, X) axes of the file.
        ijk_to_ras: 4 × 4 matrix of the first three axes.
        times: one for each element of the fourth axis, in `time_unit`.
        time_unit: `s`, `ms`, `us`, or None where the file does not say.
        findings: what had to be guessed.
        time_step: spacing of the fourth axis as stored.
    """

    stored: NDArray[Any]
    ijk_to_ras: NDArray[np.float64]
    times: tuple[float, ...] | None = None
    time_unit: str | None = None
    findings: tuple[Finding, ...] = ()
    time_step: float | None = None
    view: View | None = None


def read_input(path: Path, axes: Axes | None = None) -> Study:
    """Read what the path holds: an image file, a DICOM file, or a folder or archive of one study.

    Args:
        path: the input.
        axes: order of an image file's axes; None for what the images show.

    Raises:
        ReadError: if there is nothing that can be segmented; the message says what was found.
    """
    if not path.exists():
        raise ReadError(f"There is no file or folder {path}.")
    try:
        if path.is_file() and path.suffix.lower() == ARCHIVE_SUFFIX:
            return _read_archive(path, axes)
        if path.is_dir() or _looks_like_dicom(path):
            from CMRSegmentationLib.reading import dicom

            return dicom.read_study(path)
    except OSError as error:
        raise ReadError(f"{path} cannot be read: {error.strerror or error}.") from error
    return _study_of_image(path.name, read_cine(path, axes))


def _study_of_image(file_name: str, stack: CineStack) -> Study:
    name = input_name(Path(file_name))
    return Study((NamedCine(name, stack),), files=(FilePlace(file_name, (name,)),))


def _read_archive(path: Path, axes: Axes | None) -> Study:
    """The DICOM study and the image files of a zip archive, which is not unpacked."""
    from CMRSegmentationLib.reading import dicom

    with sources_of(path) as sources:
        images = [s for s in sources.files if _suffix(Path(s.name)) in IMAGE_SUFFIXES]
        rest = [s for s in sources.files if s not in images]
        if not sources.files:
            raise ReadError(f"The archive {path.name} holds no files.")
        if not images:
            return dicom.study_of(sources, path)
        studies, failed = _image_studies(images, axes)
        if any(is_dicom(source) for source in rest):
            studies.append(dicom.study_of(Sources(rest, sources.unreadable), path))
        else:
            failed += [
                FilePlace(source.name, (), SENTENCES["reason.no_image_file"]) for source in rest
            ]
    if not studies:
        raise ReadError(f"{path.name}: {failed[0].reason}")
    findings = [
        found(
            FindingCode.FILE_LEFT_OUT,
            Severity.WARNING,
            {"file": place.name, "reason": place.reason},
        )
        for place in failed
    ]
    return _together(studies, findings, failed)


def _image_studies(images: list[Source], axes: Axes | None) -> tuple[list[Study], list[FilePlace]]:
    studies, failed = [], []
    for source in images:
        try:
            image = _parsed_image(source.read(), source)
            studies.append(_study_of_image(source.name, _cine_of(image, source.file_name, axes)))
        except ReadError as error:
            failed.append(FilePlace(source.name, (), str(error).rstrip(".")))
    return studies, failed


def _together(studies: list[Study], findings: list[Finding], failed: list[FilePlace]) -> Study:
    """One study of several; cines of the same name are numbered."""
    cines: list[NamedCine] = []
    files = list(failed)
    copies: Counter[str] = Counter()
    for study in studies:
        renamed: dict[str, str] = {}
        for cine in study.cines:
            copies[cine.name] += 1
            count = copies[cine.name]
            renamed[cine.name] = cine.name if count == 1 else f"{cine.name}_{count}"
            cines.append(NamedCine(renamed[cine.name], cine.stack))
        files += [replace(f, cines=tuple(renamed[name] for name in f.cines)) for f in study.files]
        findings = [*findings, *study.findings]
    return Study(tuple(cines), tuple(dict.fromkeys(findings)), tuple(files))


def input_name(path: Path) -> str:
    """The file name without its extensions, with unusual characters replaced by `_`."""
    name = path.name
    for suffix in (*IMAGE_SUFFIXES, ".dcm", ARCHIVE_SUFFIX):
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            name = name[: -len(suffix)]
            break
    return re.sub(r"[^\w.\-]+", "_", name).strip(".-") or "input"


def read_cine(path: Path, axes: Axes | None = None) -> CineStack:
    """Read a 3-D or 4-D NIfTI, NRRD or MetaImage file; a 3-D file becomes a cine of one frame.

    Args:
        path: the file.
        axes: the order of its axes; None for what the images show.

    Raises:
        ReadError: if the file is missing, not whole, or not an image of a stack of slices.
    """
    return _cine_of(_read_image(path), path.name, axes)


def _cine_of(image: _Image, name: str, asked: Axes | None) -> CineStack:
    try:
        spacing = np.linalg.norm(image.ijk_to_ras[:3, :3], axis=0).tolist()
        axes, axes_findings = (asked, ()) if asked is not None else recognize(image.stored, spacing)
        array = axes.to_tzyx(image.stored)
        image, pitch_findings = _with_axes(image, axes, array.shape[0])
        geometry = Geometry(array.shape[1:], image.ijk_to_ras)
        check_stack(geometry)
        times, time_findings = trusted_times(
            image.times or (float("nan"),) * array.shape[0], image.time_unit
        )
        array = array.astype(np.float32)
        _check_content(array, geometry, times is not None, is_asked=asked is not None)
        findings = (
            *image.findings,
            *_spacing_findings(geometry),
            *axes_findings,
            *pitch_findings,
            *time_findings,
        )
        return CineStack(array, geometry, times, image.view, findings=findings, axes=str(axes))
    except (GeometryError, ImageError, ReadError) as error:
        raise ReadError(f"{name}: {error}") from error


def _check_content(
    array: NDArray[np.float32], geometry: Geometry, has_times: bool, *, is_asked: bool
) -> None:
    """Refuse images that are no cine, and those over time that the file calls slices.

    Raises:
        ReadError: if they are.
    """
    reason = why_not_a_cine(array, geometry.spacing_zyx_mm[1:], has_times)
    if reason:
        raise ReadError(f"Expected a cine, found {reason}.")
    if not is_asked and len(array) == 1 and shows_one_place(array[0]):
        raise ReadError(
            f"Expected slices of a heart, found {array.shape[1]} images of one place, as of "
            "perfusion or mapping. If they are one slice of a cine, set --axes xyt; if they are "
            "slices, --axes xyz."
        )


def _with_axes(image: _Image, axes: Axes, frames: int) -> tuple[_Image, tuple[Finding, ...]]:
    """The image with the matrix and the times that belong to its axes."""
    if axes == Axes():
        return image, ()
    matrix = image.ijk_to_ras[:, [*axes.xyz, 3]]
    if axes.order in TURNED:
        return replace(image, ijk_to_ras=matrix), ()
    times = None
    findings: tuple[Finding, ...] = ()
    if axes.order == "xytz" and axes.slices is None and image.time_step is not None:
        pitch = float(np.linalg.norm(matrix[:3, 2]))
        likely = [step for step in (pitch, image.time_step) if _is_likely_pitch(step)]
        if likely:
            matrix[:3, 2] *= likely[0] / pitch
            times = evenly_spaced(image.time_step if likely[0] == pitch else pitch, frames)
        else:
            findings = (_unknown_pitch(pitch),)
    return replace(image, ijk_to_ras=matrix, times=times), findings


def _is_likely_pitch(step: float) -> bool:
    return LIKELY_PITCH_MM[0] <= step <= LIKELY_PITCH_MM[1]


def _unknown_pitch(pitch: float) -> Finding:
    values = {"phrase": "spacing_guessed.pitch", "pitch_mm": pitch}
    return found(FindingCode.SPACING_GUESSED, Severity.SERIOUS, values)


def read_labels(path: Path, axes: Axes | None = None) -> LabelMap:
    """Read a label file; 3-D becomes one frame.

    Args:
        path: the file.
        axes: the order of its axes; None for x, y, z, t.

    Raises:
        ReadError: if the file is missing, not whole, or holds other values than those of `Label`.
    """
    image = _read_image(path)
    try:
        axes = axes or Axes()
        array = axes.to_tzyx(image.stored)
        image, _ = _with_axes(image, axes, array.shape[0])
        return LabelMap(array, Geometry(array.shape[1:], image.ijk_to_ras))
    except (GeometryError, ImageError, ReadError) as error:
        raise ReadError(f"{path.name}: {error}") from error


def read_frame_times(path: Path, axes: Axes | None = None) -> tuple[float, ...] | None:
    """The trusted times in ms of a label file's frames, or None; see `read_labels`.

    Raises:
        ReadError: if the file is missing or not whole, or the axes do not fit it.
    """
    image, axes = _read_image(path), axes or Axes()
    frames = axes.to_tzyx(image.stored).shape[0]
    image, _ = _with_axes(image, axes, frames)
    return trusted_times(image.times or (float("nan"),) * frames, image.time_unit)[0]


def is_nifti(path: Path) -> bool:
    """Whether it is a NIfTI file by its name, so that its labels keep its header and its axes."""
    return path.is_file() and _suffix(path) in NIFTI_SUFFIXES


def labels_axes(like: Path, axes: str) -> str:
    """Order of the axes of labels that are written like an input: a NIfTI file's, else `xyzt`."""
    return axes if is_nifti(like) else USUAL


def write_labels(
    path: Path,
    labels: LabelMap,
    *,
    like: Path | None = None,
    frame_times_ms: tuple[float, ...] | None = None,
    axes: str = USUAL,
) -> None:
    """Write `.nii.gz` or `.nii` labels (uint8) on the grid of the input, always in the same bytes.

    Args:
        path: file to write; it appears whole or not at all.
        labels: what to write.
        like: the input; a NIfTI file's header (axes, both affines, units) is copied, anything else
            is not read.
        frame_times_ms: gives the time step of a file that is not written like a NIfTI file.
        axes: order of the axes of `like`, which the labels get too if it is a NIfTI file.

    Raises:
        ValueError: if the labels do not fit the dimensions of `like`.
        OSError: if the file cannot be written.
    """
    if like is not None and is_nifti(like):
        header = nifti.read_header(like)
        stored = Axes.parse(axes).to_stored(labels.array)
    else:
        header = nifti.new_header(labels.geometry, labels.frames, _mean_step(frame_times_ms))
        stored = labels.array
    data = nifti.label_file(stored, header)
    if path.name.lower().endswith(".gz"):
        data = gzip.compress(data, compresslevel=nifti.GZIP_LEVEL, mtime=0)
    write_whole(path, data)


def _suffix(path: Path) -> str:
    name = path.name.lower()
    return next((suffix for suffix in IMAGE_SUFFIXES if name.endswith(suffix)), path.suffix.lower())


def is_dicom(source: Source) -> bool:
    """Whether a file starts as a DICOM file does, with its preamble or without."""
    from CMRSegmentationLib.reading.dicom_file import starts_like_dicom

    try:
        with source.open() as file:
            return starts_like_dicom(file.read(132))
    except ReadError:
        return False


def _looks_like_dicom(path: Path) -> bool:
    if _suffix(path) in IMAGE_SUFFIXES:
        return False
    return path.suffix.lower() in (".dcm", ".ima") or is_dicom(Source(path.name, path))


def _read_image(path: Path) -> _Image:
    if not path.is_file():
        raise ReadError(f"There is no file {path}.")
    try:
        data = path.read_bytes() if _suffix(path) in IMAGE_SUFFIXES else b""
    except OSError as error:
        raise ReadError(f"{path} cannot be read: {error.strerror or error}.") from error
    return _parsed_image(data, Source(path.name, path))


def _parsed_image(data: bytes, source: Source) -> _Image:
    """The image in the bytes of a file, whose kind its name says."""
    name = source.file_name
    suffix = _suffix(Path(name))
    try:
        if suffix in NIFTI_SUFFIXES:
            return _nifti_image(data)
        if suffix in NRRD_SUFFIXES:
            return _nrrd_image(data, source)
        if suffix in METAIMAGE_SUFFIXES:
            return _metaimage(data, source)
    except ReadError as error:
        raise ReadError(f"{name}: {error}") from error
    except (ValueError, TypeError, ArithmeticError, MemoryError) as error:
        raise ReadError(
            f"{name}: The file is damaged: its header makes no sense ({type(error).__name__})."
        ) from error
    if suffix in PICTURE_SUFFIXES:
        raise ReadError(
            f"{name} is a 2-D picture; a cine needs slices, phases and spacing, as NIfTI or "
            "DICOM has."
        )
    raise ReadError(
        f"{name}: expected {', '.join(IMAGE_SUFFIXES)} or DICOM, found a file of another kind."
    )


def _nifti_image(data: bytes) -> _Image:
    file = nifti.parse_nifti(data)
    array = _as_tzyx(file.scaled)
    matrix, findings = nifti.ijk_to_ras(file.header)
    times = evenly_spaced(file.time_step, array.shape[0])
    return _Image(array, matrix, times, file.time_unit, findings, file.time_step)


def _as_tzyx(array: NDArray[Any]) -> NDArray[Any]:
    """(x, y, z[, t]) to (T, Z, Y, X); further axes of one element are dropped."""
    while array.ndim > 4 and 1 in array.shape[3:]:
        array = np.squeeze(array, 3 + array.shape[3:].index(1))
    if array.ndim not in (3, 4):
        raise ReadError(
            f"Expected an image of 3 or 4 dimensions, found {array.ndim}: {array.shape}."
        )
    return np.atleast_3d(array).reshape((*array.shape, 1)[:4]).transpose(3, 2, 1, 0)


def _nrrd_image(data: bytes, source: Source) -> _Image:
    file = parse_nrrd(data, source)
    findings = () if file.has_orientation else (nifti.no_orientation(),)
    view = View(file.view) if file.view in set(View) else None
    step = file.times[1] - file.times[0] if file.times and len(file.times) > 1 else None
    return _Image(file.array, file.ijk_to_ras, file.times, file.time_unit, findings, step, view)


def _metaimage(data: bytes, source: Source) -> _Image:
    file = parse_metaimage(data, source)
    array = _as_tzyx(file.array)
    lps_to_ras = np.diag([-1.0, -1.0, 1.0, 1.0])
    step = file.time_step
    times = None if step is None else evenly_spaced(step, array.shape[0])
    return _Image(array, lps_to_ras @ file.ijk_to_lps, times, time_step=step)


def _mean_step(times_ms: tuple[float, ...] | None) -> float | None:
    if times_ms is None or len(times_ms) < 2:
        return None
    return (times_ms[-1] - times_ms[0]) / (len(times_ms) - 1)


def _spacing_findings(geometry: Geometry) -> tuple[Finding, ...]:
    if not np.allclose(geometry.spacing_zyx_mm, 1.0, atol=1e-6):
        return ()
    ones = {"phrase": "spacing_guessed.ones"}
    return (found(FindingCode.SPACING_GUESSED, Severity.WARNING, ones),)
