"""The DICOM images that a cine was read from: their headers, and how objects refer to them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.charset import convert_encodings
from pydicom.config import RAISE
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag
from pydicom.valuerep import PersonName, validate_value

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.image import CineStack, ImageSource
from CMRSegmentationLib.reading.dicom_file import starts_like_dicom
from CMRSegmentationLib.reading.dicom_pixels import LOSSY
from CMRSegmentationLib.reading.sources import sources_of
from CMRSegmentationLib.reading.study import ReadError

IDENTIFIERS = ("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID")
"""Elements by which objects refer to an image."""
REQUIRED = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "AccessionNumber",
    "ReferringPhysicianName",
)
"""Elements that patient and study of every object have, perhaps empty (PS3.3, type 2)."""
NAMES = ("PatientName", "ReferringPhysicianName")
PATIENT_GROUP = 0x0010
TEXTS = ("LO", "LT", "PN", "SH", "SQ", "ST", "UC", "UT")
"""Types of elements that are copied as they are."""

Places = tuple[tuple[ImageSource, ...], ...]


class DicomOutputError(UserError, ValueError):
    """Results that cannot be written as DICOM."""


class EmptyObjectError(DicomOutputError):
    """Results that hold nothing that a DICOM object could."""


@dataclass(frozen=True, eq=False)
class SourceImages:
    """The images behind the phases and slices of a cine.

    Attributes:
        places: (T, Z) where each was read from.
        headers: the headers without pixels, by SOP Instance UID.
    """

    places: Places
    headers: dict[str, Dataset]

    @classmethod
    def of(cls, stack: CineStack) -> SourceImages:
        """Reads the headers of a cine's images.

        Raises:
            DicomOutputError: if the cine does not come from DICOM, its files are not there, or
                nothing can refer to them.
            OSError: if a file cannot be read.
        """
        sources = require_sources(stack)
        wanted = {place.instance_uid for frame in sources for place in frame}
        headers = _read_headers({place.path for frame in sources for place in frame}, wanted)
        if wanted - set(headers):
            raise DicomOutputError(
                f"Expected the headers of {len(wanted)} DICOM images, found {len(headers)}: "
                "files were moved."
            )
        for name in IDENTIFIERS:
            if not all(header.get(name) for header in headers.values()):
                raise _not_identified(name)
        return cls(sources, headers)

    @property
    def first(self) -> Dataset:
        """The header of the first phase of the first slice."""
        return self.headers[self.places[0][0].instance_uid]

    def header(self, t: int, z: int) -> Dataset:
        """The header of a phase of a slice."""
        return self.headers[self.places[t][z].instance_uid]

    @property
    def thickness_mm(self) -> float | None:
        """The slices' thickness; None where the images do not have it."""
        place = self.places[0][0]
        value = _of_frame(self.first, place, "PixelMeasuresSequence", "SliceThickness")
        try:
            thickness_mm = float(value)
        except (TypeError, ValueError):
            return None
        return thickness_mm if math.isfinite(thickness_mm) and thickness_mm > 0.0 else None

    @property
    def lossy(self) -> Dataset | None:
        """The header of an image that was compressed with loss, if there is one."""
        return next(filter(_is_lossy, self.headers.values()), None)

    def position_lps_mm(self, t: int, z: int) -> NDArray[np.float64] | None:
        """(3,) where the image's first pixel lies, if the slice shows the image as it is."""
        place = self.places[t][z]
        if not place.is_exact:
            return None
        header = self.headers[place.instance_uid]
        value = _of_frame(header, place, "PlanePositionSequence", "ImagePositionPatient")
        return None if value is None else np.array(value, dtype=np.float64)

    def reference(self, t: int, z: int) -> Dataset:
        """The item that names the image in a sequence of references."""
        header = self.header(t, z)
        item = Dataset()
        item.ReferencedSOPClassUID = header.SOPClassUID
        item.ReferencedSOPInstanceUID = header.SOPInstanceUID
        if "NumberOfFrames" in header:
            item.ReferencedFrameNumber = self.places[t][z].frame_number
        return item

    def in_frames(self, frames: Iterable[int]) -> list[Dataset]:
        """The headers of all images of some phases, each once."""
        uids = {place.instance_uid: None for t in frames for place in self.places[t]}
        return [self.headers[uid] for uid in uids]


def require_sources(stack: CineStack) -> Places:
    """(T, Z) where each image of a cine was read from.

    Raises:
        DicomOutputError: if the cine does not come from DICOM, or its images cannot be told apart
            by their SOP Instance UID.
    """
    if stack.sources is None:
        raise DicomOutputError(
            "DICOM results refer to the DICOM images that were segmented; this input is not DICOM. "
            "Leave out --dicom-seg, --dicom-sr and --dicom-sc for it."
        )
    places = [place for frame in stack.sources for place in frame]
    if not all(place.instance_uid for place in places):
        raise _not_identified("SOPInstanceUID")
    files = {(place.instance_uid, place.path) for place in places}
    shown = Counter((place.instance_uid, place.frame_number) for place in places if place.is_exact)
    if len(files) > len({uid for uid, _ in files}) or max(shown.values(), default=1) > 1:
        raise DicomOutputError(
            "DICOM results refer to images by their SOP Instance UID, found images that share one; "
            "get the study with its identifiers, or leave out --dicom-seg, --dicom-sr and "
            "--dicom-sc."
        )
    return stack.sources


def _not_identified(keyword: str) -> DicomOutputError:
    name = pydicom.datadict.dictionary_description(keyword)
    return DicomOutputError(
        f"DICOM results refer to images by their {name}, found images that have no {name}; get the "
        "study with its identifiers, or leave out --dicom-seg, --dicom-sr and --dicom-sc."
    )


def add_references(dataset: Dataset, headers: Iterable[Dataset]) -> None:
    """Lists images in an object, by study (Common Instance Reference, PS3.3 C.12.2).

    Some anonymizers give each series of a study a study of its own.
    """
    by_study: dict[str, list[Dataset]] = defaultdict(list)
    for header in headers:
        by_study[header.StudyInstanceUID].append(header)
    others = []
    for uid, images in by_study.items():
        item = dataset if uid == dataset.StudyInstanceUID else Dataset()
        item.ReferencedSeriesSequence = referenced_series(images)
        if item is not dataset:
            item.StudyInstanceUID = uid
            others.append(item)
    if others:
        dataset.StudiesContainingOtherReferencedInstancesSequence = others


def referenced_series(headers: Iterable[Dataset]) -> list[Dataset]:
    """The items of a Referenced Series Sequence: every instance once, below its series."""
    instances: dict[str, list[Dataset]] = defaultdict(list)
    for header in headers:
        instance = Dataset()
        instance.ReferencedSOPClassUID = header.SOPClassUID
        instance.ReferencedSOPInstanceUID = header.SOPInstanceUID
        instances[header.SeriesInstanceUID].append(instance)
    series = []
    for uid, items in instances.items():
        item = Dataset()
        item.SeriesInstanceUID = uid
        item.ReferencedInstanceSequence = items
        series.append(item)
    return series


def _of_frame(header: Dataset, place: ImageSource, sequence: str, keyword: str) -> Any:
    """A value of one frame: its own, else that of all frames, else that of the whole file."""
    own = list(header.get("PerFrameFunctionalGroupsSequence") or [])[place.frame_number - 1 :][:1]
    shared = list(header.get("SharedFunctionalGroupsSequence") or [])[:1]
    for groups in (*own, *shared):
        for item in groups.get(sequence) or []:
            if item.get(keyword) is not None:
                return item[keyword].value
    return header.get(keyword)


def _is_lossy(header: Dataset) -> bool:
    syntax = header.file_meta.get("TransferSyntaxUID") if hasattr(header, "file_meta") else None
    return syntax in LOSSY or header.get("LossyImageCompression") in ("01", "YES")


def _read_headers(paths: Iterable[Path], wanted: set[str]) -> dict[str, Dataset]:
    headers = {}
    for path in sorted(paths):
        for header in _headers_in(path):
            uid = str(header.get("SOPInstanceUID", ""))
            if uid in wanted:
                headers[uid] = cleaned(header)
    return headers


def _headers_in(path: Path) -> Iterator[Dataset]:
    """The header of a file, or those of all DICOM files in an archive."""
    with sources_of(path) as sources:
        for source in sources.files:
            try:
                with source.open() as stream:
                    header = _header(stream)
            except ReadError:
                continue  # damaged in its archive, and no image of the cine
            if header is not None:
                yield header


def _header(stream: BinaryIO) -> Dataset | None:
    """The header of a file, which may lack preamble and meta group; None if it is not DICOM."""
    if not starts_like_dicom(stream.read(132)):
        return None
    stream.seek(0)
    try:
        return pydicom.dcmread(stream, stop_before_pixels=True, force=True)
    except Exception as error:  # a damaged header breaks pydicom anywhere
        raise ReadError("a damaged header") from error


def cleaned(header: Dataset) -> Dataset:
    """The header with patient and study as new objects may copy them.

    Elements that every object must have are there, if only empty, and what anonymization left that
    is no date, time or sex is emptied. Of what else is known of the patient, texts are kept, and
    what is no number, date or code is left out. The header is changed in place.
    """
    for name in NAMES:
        _keep_bytes(header, name)
    for name in REQUIRED:
        if name not in header or header[name].value is None:
            setattr(header, name, "")
    tags = list(header.keys())
    for tag in tags:
        if tag >> 16 == PATIENT_GROUP and not _is_sound(header, tag):
            del header[tag]
    header.StudyDate = _date(header.StudyDate)
    header.PatientBirthDate = _date(header.PatientBirthDate)
    header.StudyTime = _time(header.StudyTime)
    header.PatientSex = header.PatientSex if header.PatientSex in ("M", "F", "O") else ""
    return header


def _keep_bytes(header: Dataset, keyword: str) -> None:
    """Makes one value of a name in whose bytes pydicom would find the separator of two.

    Names of Shift JIS without its escape codes have such bytes within letters.
    """
    raw: Any = header.get_item(keyword)
    if isinstance(raw, RawDataElement) and raw.value and b"\\" in raw.value:
        encodings = convert_encodings(header.get("SpecificCharacterSet"))
        header[keyword] = DataElement(raw.tag, "PN", PersonName(raw.value.rstrip(), encodings))


def _is_sound(header: Dataset, tag: BaseTag) -> bool:
    """Whether an element can be copied: a text of any kind, or one value of its type."""
    try:
        element = header[tag]
        if element.keyword in REQUIRED or element.VR in TEXTS:
            return True
        if element.VM == 1 and element.VR == "DS":
            return math.isfinite(float(element.value))
        validate_value(element.VR, element.value, RAISE)
    except Exception:  # a value that breaks its type breaks pydicom anywhere
        return False
    return element.VM <= 1


def _date(value: str | None) -> str:
    """A date, or nothing where an anonymization left something that is none, such as 00000000."""
    try:
        return datetime.strptime(str(value or ""), "%Y%m%d").strftime("%Y%m%d")
    except ValueError:
        return ""


def _time(value: str | None) -> str:
    """A time of day, or nothing where it is none."""
    digits = str(value or "").partition(".")[0]
    for layout in ("%H%M%S", "%H%M", "%H"):
        try:
            return datetime.strptime(digits, layout).strftime("%H%M%S")
        except ValueError:
            continue
    return ""
