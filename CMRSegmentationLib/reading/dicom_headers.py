"""The headers of DICOM images: where each frame lies in space, in the heart cycle and in its file.

A frame is one 2-D image: a whole single-frame file, or one frame of an enhanced multi-frame file.
Nothing that could identify a patient is read. Tags and modules: DICOM PS3.3, C.7.6.2 (image plane),
C.7.6.16 (functional groups), C.8.3.1 and C.8.13 (MR and enhanced MR).
"""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pydicom
import pydicom.config
from numpy.typing import NDArray
from pydicom.errors import InvalidDicomError

from CMRSegmentationLib.reading.study import ReadError

_TAGS = (
    "SOPClassUID", "SOPInstanceUID", "Modality", "Manufacturer", "ImageType", "SeriesInstanceUID", "SeriesNumber",
    "InstanceNumber", "AcquisitionNumber", "FrameOfReferenceUID", "ImagePositionPatient", "ImageOrientationPatient",
    "PixelSpacing", "SliceThickness", "SpacingBetweenSlices", "TriggerTime", "NominalInterval",
    "TemporalPositionIdentifier", "AcquisitionTime", "StudyInstanceUID", "EchoTime", "InversionTime",
    "SequenceName", "PhaseContrast", "Rows", "Columns",
    "SamplesPerPixel", "PhotometricInterpretation", "BitsAllocated", "PixelRepresentation", "NumberOfFrames",
    "RescaleSlope", "RescaleIntercept", "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence",
)  # fmt: skip

_NATIVE_BYTE_ORDER = {
    "1.2.840.10008.1.2": "<",
    "1.2.840.10008.1.2.1": "<",
    "1.2.840.10008.1.2.2": ">",
}
_IMPLICIT_VR = "1.2.840.10008.1.2"
_PIXEL_DATA = 0x7FE00010
_UNDEFINED_LENGTH = 0xFFFFFFFF

_PHASE_IMAGES = {
    "P",
    "PHASE",
    "PHASE MAP",
    "PHASE CONTRAST",
    "VELOCITY",
    "VELOCITY MAP",
    "PCA",
    "FLOW_ENCODED",
}
_FLOW_OR_TAGGING = re.compile(r"_v\d+|tag|grid", re.IGNORECASE)
"""Siemens sequence names: `*fl2d1_v150in` encodes velocity, `*fl2d1_tag` lays a grid."""


@dataclass(frozen=True, eq=False)
class PixelPlace:
    """Where the stored numbers of a frame lie.

    Attributes:
        path: the file.
        offset: bytes from the start of the file to the frame.
        dtype: number type with byte order.
        slope, intercept: stored number to intensity.
    """

    path: Path
    offset: int
    dtype: np.dtype[Any]
    slope: float
    intercept: float


@dataclass(frozen=True, eq=False)
class Frame:
    """One 2-D image of a study.

    Attributes:
        instance_uid: of the file; with `number` it tells copies from different images.
        study_uid, series_uid: of the study and the series.
        series_number: as on the scanner; 0 where the file has none.
        number: instance number, or the frame's 1-based place in a multi-frame file.
        frame_of_reference: positions compare only within one; empty where the file has none.
        size_yx: rows and columns.
        spacing_yx_mm: distance between rows and between columns.
        orientation: (2, 3) unit vectors along a row and down a column, in LPS.
        position_mm: (3,) center of the first pixel, in LPS.
        thickness_mm: slice thickness, None where the file has none; used for single slices alone.
        trigger_ms: time after the R wave, None where the file has none.
        heart_cycle_ms: nominal length of the heart cycle, None where the file has none.
        temporal_position: index of the phase, None where the file has none.
        acquired_s: time of day of the acquisition in s, None where the file has none.
        acquisition_number: tells repeated acquisitions within a series apart; None where the file
            has none.
        contrast: echo and inversion time in ms, which do not change within a cine.
        image_type: words of the image type.
        refusal: why the frame cannot be part of a cine; empty if it can.
        vendor: the manufacturer.
        pixels: where the numbers are.
    """

    instance_uid: str
    study_uid: str
    series_uid: str
    series_number: int
    number: int
    frame_of_reference: str
    size_yx: tuple[int, int]
    spacing_yx_mm: tuple[float, float]
    orientation: NDArray[np.float64]
    position_mm: NDArray[np.float64]
    thickness_mm: float | None
    trigger_ms: float | None
    heart_cycle_ms: float | None
    temporal_position: int | None
    acquired_s: float | None
    acquisition_number: int | None
    contrast: tuple[float | None, float | None]
    refusal: str
    vendor: str | None
    pixels: PixelPlace

    @property
    def normal(self) -> NDArray[np.float64]:
        """(3,) unit vector perpendicular to the plane, in LPS."""
        return np.cross(self.orientation[0], self.orientation[1])


@dataclass(frozen=True)
class Refusal:
    """A file or series that holds no cine frames, and why.

    Attributes:
        series_number: of the series; None where not even that could be read.
        reason: a phrase for people.
    """

    series_number: int | None
    reason: str


def read_frames(path: Path) -> list[Frame] | Refusal | None:
    """The frames of one file; a refusal if it is DICOM but no usable image; None if it is not DICOM at all.

    Raises:
        OSError: if the file cannot be opened or read.
    """
    with _lenient(), path.open("rb") as file:
        dataset = _read_dataset(file)
        if dataset is None:
            return None
        if isinstance(dataset, Refusal):
            return dataset
        number = _integer(dataset, "SeriesNumber") or 0
        try:
            reason = _why_not_an_image(dataset)
            return Refusal(number, reason) if reason else _frames(dataset, file, path)
        except (ReadError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            detail = (
                str(error)
                if isinstance(error, ReadError)
                else f"unreadable header ({type(error).__name__})"
            )
            return Refusal(number, detail)


def is_dicom(path: Path) -> bool:
    """Whether the file starts as a DICOM file does, with its preamble or without."""
    with path.open("rb") as file:
        return _starts_like_dicom(file.read(132))


def _starts_like_dicom(start: bytes) -> bool:
    group_8 = b"\x08\x00"
    return start[128:] == b"DICM" or start[:2] == group_8


@contextlib.contextmanager
def _lenient() -> Iterator[None]:
    """Read headers that break small rules of the standard, as real scanners and anonymizers write them."""
    settings = pydicom.config.settings
    before = settings.reading_validation_mode
    settings.reading_validation_mode = pydicom.config.IGNORE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        settings.reading_validation_mode = before


def _read_dataset(file: BinaryIO) -> Any:
    start = file.read(132)
    if not _starts_like_dicom(start):
        return None
    has_preamble = start[128:] == b"DICM"
    file.seek(0)
    try:
        return pydicom.dcmread(
            file, stop_before_pixels=True, force=not has_preamble, specific_tags=list(_TAGS)
        )
    except (
        InvalidDicomError,
        EOFError,
        OSError,
        ValueError,
        AttributeError,
        KeyError,
        NotImplementedError,
    ):
        return Refusal(None, "truncated or damaged DICOM file")


def _why_not_an_image(dataset: Any) -> str:
    """Empty for an MR image of gray values stored uncompressed."""
    modality = str(dataset.get("Modality", "") or "no modality")
    if modality != "MR":
        return f"expected MR images, found {modality}"
    if "Rows" not in dataset:
        return "no image"
    samples, colors = (
        dataset.get("SamplesPerPixel", 1),
        str(dataset.get("PhotometricInterpretation", "MONOCHROME2")),
    )
    if samples != 1 or colors != "MONOCHROME2":
        return f"expected gray values, found {samples} samples of {colors}"
    syntax = _transfer_syntax(dataset)
    if syntax not in _NATIVE_BYTE_ORDER:
        return (
            f"compressed pixels ({pydicom.uid.UID(syntax).name}); save the study uncompressed first"
        )
    return ""


def _transfer_syntax(dataset: Any) -> str:
    return str(getattr(dataset.file_meta, "TransferSyntaxUID", _IMPLICIT_VR))


def _frames(dataset: Any, file: BinaryIO, path: Path) -> list[Frame]:
    count = int(dataset.get("NumberOfFrames", 1) or 1)
    rows, columns, bits = int(dataset.Rows), int(dataset.Columns), int(dataset.BitsAllocated)
    if bits not in (8, 16, 32):
        raise ReadError(f"expected 8, 16 or 32 bits a pixel, found {bits}")
    order = _NATIVE_BYTE_ORDER[_transfer_syntax(dataset)]
    dtype = np.dtype(f"{order}{'i' if dataset.get('PixelRepresentation', 0) else 'u'}{bits // 8}")
    size = rows * columns * dtype.itemsize
    offset = _pixel_offset(file, dataset, count * size)
    if "PerFrameFunctionalGroupsSequence" not in dataset and count > 1:
        raise ReadError("several frames in one file without a position for each")
    return [
        _frame(dataset, index, PixelPlace(path, offset + index * size, dtype, 1.0, 0.0))
        for index in range(count)
    ]


def _pixel_offset(file: BinaryIO, dataset: Any, needed: int) -> int:
    """Offset of the numbers in the file, which pydicom has left at the pixel data element."""
    start = file.tell()
    head = file.read(12)
    order = _NATIVE_BYTE_ORDER[_transfer_syntax(dataset)]
    if len(head) < 12:
        raise ReadError("truncated file: the pixels are missing")
    group, element = np.frombuffer(head[:4], order + "u2")
    if (int(group) << 16) + int(element) != _PIXEL_DATA:
        raise ReadError("no pixels of whole numbers")
    implicit = _transfer_syntax(dataset) == _IMPLICIT_VR
    (length,) = np.frombuffer(head[4:8] if implicit else head[8:12], order + "u4")
    offset = start + (8 if implicit else 12)
    available = file.seek(0, 2) - offset
    if int(length) == _UNDEFINED_LENGTH or min(int(length), available) < needed:
        raise ReadError(
            f"truncated file: {needed} bytes of pixels expected, {max(available, 0)} found"
        )
    return offset


def _frame(dataset: Any, index: int, place: PixelPlace) -> Frame:
    """One frame from a header whose per-frame attributes stand at the top level or in functional groups."""
    group = _Groups(dataset, index)
    multi = "PerFrameFunctionalGroupsSequence" in dataset
    spacing = _numbers(group.get("PixelMeasuresSequence", "PixelSpacing"), 2, "pixel spacing")
    orientation = _numbers(
        group.get("PlaneOrientationSequence", "ImageOrientationPatient"), 6, "orientation"
    )
    position = _numbers(group.get("PlanePositionSequence", "ImagePositionPatient"), 3, "position")
    slope = group.get("PixelValueTransformationSequence", "RescaleSlope")
    intercept = group.get("PixelValueTransformationSequence", "RescaleIntercept")
    temporal = group.get(
        "FrameContentSequence", "TemporalPositionIndex" if multi else "TemporalPositionIdentifier"
    )
    trigger = (
        group.get("CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime")
        if multi
        else None
    )
    if trigger is None:
        trigger = group.get("UnassignedPerFrameConvertedAttributesSequence", "TriggerTime")
    echo = group.get("MREchoSequence", "EffectiveEchoTime" if multi else "EchoTime")
    cycle = group.get("CardiacSynchronizationSequence", "RRIntervalTimeNominal") if multi else None
    return Frame(
        instance_uid=str(dataset.get("SOPInstanceUID", "")),
        study_uid=str(dataset.get("StudyInstanceUID", "")),
        series_uid=str(dataset.get("SeriesInstanceUID", "")),
        series_number=_integer(dataset, "SeriesNumber") or 0,
        number=index + 1 if multi else _integer(dataset, "InstanceNumber") or 0,
        frame_of_reference=str(dataset.get("FrameOfReferenceUID", "") or ""),
        size_yx=(int(dataset.Rows), int(dataset.Columns)),
        spacing_yx_mm=(float(spacing[0]), float(spacing[1])),
        orientation=_unit_vectors(orientation),
        position_mm=position,
        thickness_mm=_number(group.get("PixelMeasuresSequence", "SliceThickness")),
        trigger_ms=_number(trigger),
        heart_cycle_ms=_number(dataset.get("NominalInterval") if cycle is None else cycle),
        temporal_position=None if temporal is None else int(temporal),
        acquired_s=_seconds(dataset.get("AcquisitionTime")),
        acquisition_number=_integer(dataset, "AcquisitionNumber"),
        contrast=(_number(echo), _number(dataset.get("InversionTime"))),
        refusal=_why_not_a_cine(dataset, group),
        vendor=str(dataset.get("Manufacturer", "") or "").strip() or None,
        pixels=PixelPlace(
            place.path,
            place.offset,
            place.dtype,
            1.0 if slope is None else float(slope),
            float(intercept or 0.0),
        ),
    )


class _Groups:
    """Attributes of one frame: from its functional groups, else those that all frames share, else the top level."""

    def __init__(self, dataset: Any, index: int) -> None:
        per_frame = dataset.get("PerFrameFunctionalGroupsSequence") or []
        shared = dataset.get("SharedFunctionalGroupsSequence") or []
        if per_frame and index >= len(per_frame):
            raise ReadError(f"{len(per_frame)} frame headers for more frames")
        self._levels = [*per_frame[index : index + 1], *shared[:1]]
        self._dataset = dataset

    def get(self, sequence: str, keyword: str) -> Any:
        """The value of an attribute, None where no level has it or it is empty."""
        for level in self._levels:
            items = level.get(sequence)
            if items and items[0].get(keyword) is not None:
                return items[0].get(keyword)
        return self._dataset.get(keyword)


def _why_not_a_cine(dataset: Any, group: _Groups) -> str:
    """Empty unless the image type says that this is not an original magnitude image of anatomy."""
    words = [str(word).strip().upper() for word in _listed(dataset.get("ImageType"))]
    words += [
        str(word).strip().upper()
        for word in _listed(group.get("MRImageFrameTypeSequence", "FrameType"))
    ]
    if "LOCALIZER" in words:
        return "localizer"
    flow = {
        str(group.get("MRModifierSequence", "PhaseContrast")),
        str(dataset.get("PhaseContrast")),
    }
    if (
        "YES" in flow
        or _PHASE_IMAGES & set(words)
        or _FLOW_OR_TAGGING.search(str(dataset.get("SequenceName", "")))
    ):
        return "phase-contrast or tagged images"
    if "DERIVED" in words[:1] or "SECONDARY" in words[:2]:
        return "derived images"
    return ""


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _numbers(value: Any, count: int, what: str) -> NDArray[np.float64]:
    numbers = np.array([float(v) for v in _listed(value)])
    if numbers.size != count or not np.isfinite(numbers).all():
        raise ReadError(f"no {what} in the header")
    if what == "pixel spacing" and numbers.min() <= 0.0:
        raise ReadError(
            f"expected a positive pixel spacing, found {numbers[0]:g} × {numbers[1]:g} mm"
        )
    return numbers


def _unit_vectors(orientation: NDArray[np.float64]) -> NDArray[np.float64]:
    vectors = orientation.reshape(2, 3)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if np.abs(lengths - 1.0).max() > 1e-2 or abs(vectors[0] @ vectors[1]) > 1e-2:
        raise ReadError("the orientation in the header is not that of a plane")
    return np.asarray(vectors / lengths)


def _number(value: Any) -> float | None:
    if value is None or value == "":
        return None
    number = float(value)
    return number if np.isfinite(number) else None


def _seconds(time_of_day: Any) -> float | None:
    """Seconds since midnight of a DICOM time (HHMMSS.ffffff)."""
    match = re.fullmatch(r"(\d\d)(\d\d)(\d\d(?:\.\d*)?)", str(time_of_day or "").strip())
    return (
        None if match is None else 3600.0 * int(match[1]) + 60.0 * int(match[2]) + float(match[3])
    )


def _integer(dataset: Any, keyword: str) -> int | None:
    value = dataset.get(keyword)
    return None if value is None or value == "" else int(value)
