"""The headers of DICOM images: where each frame lies in space, in the heart cycle and in its file.

A frame is one 2-D image: a whole single-frame file, or one frame of an enhanced multi-frame file.
Nothing that could identify a patient leaves this file. Tags and modules: DICOM PS3.3, C.7.6.2
(image plane), C.7.6.16 (functional groups), C.8.3.1 and C.8.13 (MR and enhanced MR).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.reading.dicom_file import DicomFile, lenient, open_dicom
from CMRSegmentationLib.reading.dicom_kinds import Kind, is_derived, why_not_a_cine
from CMRSegmentationLib.reading.dicom_pixels import LOSSY, PixelPlace, read_coding
from CMRSegmentationLib.reading.sources import Source
from CMRSegmentationLib.reading.study import ReadError
from CMRSegmentationLib.sentences import SENTENCES

_KEYWORDS = [
    "SOPClassUID", "SOPInstanceUID", "Modality", "Manufacturer", "ImageType", "SeriesInstanceUID",
    "SeriesNumber", "SeriesDescription", "ProtocolName", "InstanceNumber", "AcquisitionNumber",
    "FrameOfReferenceUID", "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing",
    "SliceThickness", "TriggerTime", "NominalInterval", "TemporalPositionIdentifier",
    "TemporalPositionIndex", "AcquisitionTime", "StudyInstanceUID", "EchoTime", "InversionTime",
    "SequenceName", "PulseSequenceName", "PhaseContrast", "Tagging", "LossyImageCompression",
    "ComplexImageComponent", "CardiacNumberOfImages", "PatientID", "Rows", "Columns",
    "SamplesPerPixel", "PhotometricInterpretation", "BitsAllocated", "BitsStored", "HighBit",
    "PixelRepresentation", "PixelPaddingValue", "NumberOfFrames", "RescaleSlope",
    "RescaleIntercept",
    "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence",
]  # fmt: skip

CUT_HEADER = SENTENCES["reason.cut_header"]
MR_STORAGE = (
    "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.4.1", "1.2.840.10008.5.1.4.1.1.4.4",
)  # fmt: skip
"""MR, enhanced MR and what was converted to it: says what a cleared modality no longer does."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One 2-D image of a study.

    Attributes:
        instance_uid: of the file.
        study_uid: of the study.
        patient: a digest of the patient's number, which does not give it away; empty where the file
            has none.
        series: its UID with its number, as some programs give one UID to all series of a study.
        series_number: as on the scanner; 0 where the file has none.
        instance_number: as on the scanner; None where the file has none.
        frame_number: the frame's 1-based place in its file.
        frame_of_reference: of the positions; empty where the file has none.
        size_yx: rows and columns.
        spacing_yx_mm: distance between rows and between columns.
        orientation: (2, 3) unit vectors along a row and down a column, in LPS.
        position_mm: (3,) center of the first pixel, in LPS.
        thickness_mm: slice thickness, None where the file has none; used for single slices alone.
        trigger_ms: time after the R wave, None where the file has none.
        heart_cycle_ms: nominal length of the heart cycle, None where the file has none.
        heart_phases: images that the scanner made of a heart cycle, None where the file has none.
        temporal_position: index of the phase, None where the file has none.
        acquired_s: time of day of the acquisition in s, None where the file has none.
        acquisition_number: distinguishes repeated acquisitions within a series; None where the file
            has none.
        contrast: echo and inversion time in ms, which do not change within a cine.
        refusal: why the frame cannot be part of a cine; empty if it can.
        is_derived: whether the image was computed from others.
        is_lossy: whether its pixels were compressed with loss.
        vendor: the manufacturer.
        pixels: where the numbers are.
    """

    instance_uid: str
    study_uid: str
    patient: str
    series: str
    series_number: int
    instance_number: int | None
    frame_number: int
    frame_of_reference: str
    size_yx: tuple[int, int]
    spacing_yx_mm: tuple[float, float]
    orientation: NDArray[np.float64]
    position_mm: NDArray[np.float64]
    thickness_mm: float | None
    trigger_ms: float | None
    heart_cycle_ms: float | None
    heart_phases: int | None
    temporal_position: int | None
    acquired_s: float | None
    acquisition_number: int | None
    contrast: tuple[float | None, float | None]
    refusal: str
    is_derived: bool
    is_lossy: bool
    vendor: str | None
    pixels: PixelPlace

    @property
    def normal(self) -> NDArray[np.float64]:
        """(3,) unit vector perpendicular to the plane, in LPS."""
        return np.cross(self.orientation[0], self.orientation[1])

    @property
    def center_mm(self) -> NDArray[np.float64]:
        """(3,) center of the image, in LPS."""
        middle = (np.array(self.size_yx[::-1]) - 1) / 2.0 * self.spacing_yx_mm[::-1]
        return np.asarray(self.position_mm + middle @ self.orientation)

    @property
    def number(self) -> tuple[int, int]:
        """Place in the order in which the scanner numbered its images."""
        return self.instance_number or 0, self.frame_number


@dataclass(frozen=True)
class Refusal:
    """Images that are part of no cine, and why.

    Attributes:
        series_number: of the series; None where not even that could be read.
        reason: a phrase for people.
        images: how many.
    """

    series_number: int | None
    reason: str
    images: int = 1


@dataclass(frozen=True, eq=False)
class Content:
    """What a DICOM file holds: frames, and what is refused of it."""

    frames: tuple[Frame, ...] = ()
    refusals: tuple[Refusal, ...] = field(default=())


def read_frames(source: Source) -> Content | None:
    """The frames of one file; None if it is not DICOM at all.

    Raises:
        OSError: if the file cannot be opened or read.
    """
    number = None
    with lenient(), source.open() as stream:
        try:
            file = open_dicom(stream, _KEYWORDS)
            if file is None:
                return None
            number = _integer(file.dataset.get("SeriesNumber")) or 0
            reason = _why_not_an_image(file.dataset)
            if reason:
                is_unknown = reason == CUT_HEADER and number == 0
                return Content(refusals=(Refusal(None if is_unknown else number, reason),))
            return _frames(file, source, number)
        except (ReadError, OSError) as error:
            return Content(refusals=(Refusal(number, str(error)),))
        except Exception as error:  # a value that breaks its type breaks pydicom anywhere
            reason = f"damaged header ({type(error).__name__})"
            return Content(refusals=(Refusal(number, reason),))


def _why_not_an_image(dataset: Any) -> str:
    """Empty for an MR image of gray values."""
    is_mr_storage = str(dataset.get("SOPClassUID", "")) in MR_STORAGE
    if "Rows" not in dataset or "Columns" not in dataset:
        return CUT_HEADER if is_mr_storage else SENTENCES["reason.no_image"]
    modality = str(dataset.get("Modality", "") or "no modality")
    if modality != "MR" and not (modality == "no modality" and is_mr_storage):
        return f"expected MR images, found {_short(modality)}"
    samples = dataset.get("SamplesPerPixel", 1)
    colors = str(dataset.get("PhotometricInterpretation", "MONOCHROME2"))
    if samples not in (None, 1) or colors not in ("MONOCHROME1", "MONOCHROME2", ""):
        return f"expected gray values, found {samples} samples of {_short(colors)}"
    return ""


def _short(code: str) -> str:
    """A code string as the standard allows it, so that a damaged header cannot flood a message."""
    return re.sub(r"[^\w ]", "?", code)[:16]


def _frames(file: DicomFile, source: Source, series_number: int) -> Content:
    coding, promised = read_coding(file)
    groups = _Groups(file.dataset)
    if promised > 1 and not groups.per_frame:
        raise ReadError("several frames in one file without a position for each")
    headers = min(coding.frames, len(groups.per_frame)) if promised > 1 else 1
    frames = tuple(
        _frame(file, groups.of(index), PixelPlace(source, index, coding))
        for index in range(headers)
    )
    lost = promised - headers
    cut_off = Refusal(series_number, SENTENCES["reason.cut_off"], lost)
    return Content(frames, (cut_off,) if lost else ())


def _frame(file: DicomFile, group: _Group, place: PixelPlace) -> Frame:
    """One frame from a header whose attributes stand at the top or in functional groups."""
    dataset = file.dataset
    kind = _kind(dataset, group)
    spacing = _numbers(group.get("PixelMeasuresSequence", "PixelSpacing"), 2, "pixel spacing")
    if spacing.min() <= 0.0:
        found = f"{spacing[0]:g} × {spacing[1]:g} mm"
        raise ReadError(f"expected a positive pixel spacing, found {found}")
    orientation = group.get("PlaneOrientationSequence", "ImageOrientationPatient")
    position = group.get("PlanePositionSequence", "ImagePositionPatient")
    series_number = _integer(dataset.get("SeriesNumber")) or 0
    echo, inversion = group.get("MREchoSequence", "EffectiveEchoTime"), dataset.get("InversionTime")
    return Frame(
        instance_uid=str(dataset.get("SOPInstanceUID", "")),
        study_uid=str(dataset.get("StudyInstanceUID", "")),
        patient=_patient(dataset),
        series=f"{dataset.get('SeriesInstanceUID', '')} number {series_number}",
        series_number=series_number,
        instance_number=_integer(dataset.get("InstanceNumber")),
        frame_number=place.index + 1,
        frame_of_reference=str(dataset.get("FrameOfReferenceUID", "") or ""),
        size_yx=place.coding.size_yx,
        spacing_yx_mm=(float(spacing[0]), float(spacing[1])),
        orientation=_unit_vectors(_numbers(orientation, 6, "orientation")),
        position_mm=_numbers(position, 3, "position"),
        thickness_mm=_number(group.get("PixelMeasuresSequence", "SliceThickness")),
        trigger_ms=_number(_trigger(group)),
        heart_cycle_ms=_number(
            group.get("CardiacSynchronizationSequence", "RRIntervalTimeNominal", "NominalInterval")
        ),
        heart_phases=_integer(dataset.get("CardiacNumberOfImages")),
        temporal_position=_integer(
            group.get("FrameContentSequence", "TemporalPositionIndex", "TemporalPositionIdentifier")
        ),
        acquired_s=_seconds(dataset.get("AcquisitionTime")),
        acquisition_number=_integer(dataset.get("AcquisitionNumber")),
        contrast=(_number(dataset.get("EchoTime") if echo is None else echo), _number(inversion)),
        refusal=why_not_a_cine(kind),
        is_derived=is_derived(kind),
        is_lossy=place.coding.syntax in LOSSY or _is_yes(dataset.get("LossyImageCompression")),
        vendor=str(dataset.get("Manufacturer", "") or "").strip() or None,
        pixels=_scaled(place, group),
    )


def _patient(dataset: Any) -> str:
    """What tells patients apart and does not give them away; empty where nothing does."""
    number = str(dataset.get("PatientID") or "").strip()
    return hashlib.sha256(number.encode(errors="replace")).hexdigest()[:16] if number else ""


def _trigger(group: _Group) -> Any:
    for keyword in ("NominalCardiacTriggerDelayTime", "ActualCardiacTriggerDelayTime"):
        found = group.within("CardiacSynchronizationSequence", keyword)
        if found is not None:
            return found
    return group.get("UnassignedPerFrameConvertedAttributesSequence", "TriggerTime")


def _scaled(place: PixelPlace, group: _Group) -> PixelPlace:
    slope = _number(group.get("PixelValueTransformationSequence", "RescaleSlope"))
    intercept = _number(group.get("PixelValueTransformationSequence", "RescaleIntercept"))
    return PixelPlace(place.source, place.index, place.coding, slope or 1.0, intercept or 0.0)


def _kind(dataset: Any, group: _Group) -> Kind:
    words = [*_listed(dataset.get("ImageType"))]
    words += _listed(group.within("MRImageFrameTypeSequence", "FrameType"))
    words += _listed(group.get("MRImageFrameTypeSequence", "ComplexImageComponent"))
    sequences = (dataset.get("SequenceName"), dataset.get("PulseSequenceName"))
    flow = (group.get("MRModifierSequence", "PhaseContrast"), dataset.get("PhaseContrast"))
    tags = (group.get("MRModifierSequence", "Tagging"), dataset.get("Tagging"))
    return Kind(
        storage=str(dataset.get("SOPClassUID", "")),
        words=tuple(str(word).strip().upper() for word in words),
        sequence=" ".join(str(name or "") for name in sequences),
        name=_series_name(dataset),
        encodes_velocity=any(_is_yes(value) for value in flow),
        is_tagged=any(str(value or "NONE").upper() in ("GRID", "LINE") for value in tags),
    )


def _series_name(dataset: Any) -> str:
    """What people called the series, else its protocol, whose name GE scanners give to the exam."""
    description = str(dataset.get("SeriesDescription") or "").strip()
    is_ge = str(dataset.get("Manufacturer") or "").strip().upper().startswith("GE")
    return description if description or is_ge else str(dataset.get("ProtocolName") or "")


def _is_yes(value: Any) -> bool:
    return str(value or "").strip().upper() in ("YES", "01")


class _Groups:
    """The functional groups of a file; sequences that hold nothing mean nothing."""

    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset
        self.per_frame = list(dataset.get("PerFrameFunctionalGroupsSequence") or [])
        self.shared = list(dataset.get("SharedFunctionalGroupsSequence") or [])
        if not any(len(item) for item in self.per_frame):
            self.per_frame = []

    def of(self, index: int) -> _Group:
        """The attributes of one frame."""
        return _Group([*self.per_frame[index : index + 1], *self.shared[:1]], self.dataset)


class _Group:
    """Attributes of one frame: from its own groups, those that all share, else the top level."""

    def __init__(self, levels: list[Any], dataset: Any) -> None:
        self._levels = levels
        self._dataset = dataset

    def within(self, sequence: str, keyword: str) -> Any:
        """The value in the groups, None where none has it or it is empty."""
        for level in self._levels:
            items = level.get(sequence)
            if items and items[0].get(keyword) is not None:
                return items[0].get(keyword)
        return None

    def get(self, sequence: str, keyword: str, plain: str = "") -> Any:
        """The value in the groups, else at the top level, else under its plain name there."""
        found = self.within(sequence, keyword)
        if found is None:
            found = self._dataset.get(keyword)
        return self._dataset.get(plain) if found is None and plain else found


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return [value] if isinstance(value, (str, float, int)) else list(value)


def _numbers(value: Any, count: int, what: str) -> NDArray[np.float64]:
    numbers = np.array([float(v) for v in _listed(value)])
    if numbers.size != count or not np.isfinite(numbers).all():
        raise ReadError(f"no {what} in the header")
    return numbers


def _unit_vectors(orientation: NDArray[np.float64]) -> NDArray[np.float64]:
    vectors = orientation.reshape(2, 3)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if np.abs(lengths - 1.0).max() > 1e-2 or abs(vectors[0] @ vectors[1]) > 1e-2:
        raise ReadError("the orientation in the header is not that of a plane")
    return np.asarray(vectors / lengths)


def _number(value: Any) -> float | None:
    """A finite number; None where there is none, or something else."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None


def _integer(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _seconds(time_of_day: Any) -> float | None:
    """Seconds since midnight of a DICOM time (HHMMSS.ffffff)."""
    match = re.fullmatch(r"(\d\d)(\d\d)(\d\d(?:\.\d*)?)", str(time_of_day or "").strip())
    if match is None:
        return None
    return 3600.0 * int(match[1]) + 60.0 * int(match[2]) + float(match[3])
