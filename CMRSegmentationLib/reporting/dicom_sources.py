"""The DICOM images that a cine was read from: their headers, and how objects refer to them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.image import CineStack, ImageSource

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

Places = tuple[tuple[ImageSource, ...], ...]


class DicomOutputError(UserError, ValueError):
    """Results that cannot be written as DICOM."""


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
            DicomOutputError: if the cine does not come from DICOM, or its files are not there.
        """
        sources = require_sources(stack)
        wanted = {place.instance_uid for frame in sources for place in frame}
        headers = _read_headers({place.path for frame in sources for place in frame}, wanted)
        missing = wanted - set(headers)
        if missing:
            raise DicomOutputError(
                f"Expected the headers of {len(wanted)} DICOM images, found {len(headers)}: "
                "files were moved or have no SOP Instance UID."
            )
        return cls(sources, headers)

    @property
    def first(self) -> Dataset:
        """The header of the first phase of the first slice."""
        return self.headers[self.places[0][0].instance_uid]

    def header(self, t: int, z: int) -> Dataset:
        """The header of a phase of a slice."""
        return self.headers[self.places[t][z].instance_uid]

    def position_lps_mm(self, t: int, z: int) -> NDArray[np.float64] | None:
        """(3,) where the image's first pixel lies, if the slice shows the image as it is."""
        place = self.places[t][z]
        if not place.is_exact:
            return None
        holder = self.headers[place.instance_uid]
        if "PerFrameFunctionalGroupsSequence" in holder:
            groups = holder.PerFrameFunctionalGroupsSequence[place.frame_number - 1]
            if "PlanePositionSequence" not in groups:
                return None
            holder = groups.PlanePositionSequence[0]
        if "ImagePositionPatient" not in holder:
            return None
        return np.array(holder.ImagePositionPatient, dtype=np.float64)

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
        DicomOutputError: if the cine does not come from DICOM.
    """
    if stack.sources is None:
        raise DicomOutputError(
            "DICOM results refer to the DICOM images that were segmented; this input is not DICOM. "
            "Leave out --dicom-seg, --dicom-sr and --dicom-sc for it."
        )
    return stack.sources


def referenced_series(headers: Iterable[Dataset]) -> list[Dataset]:
    """The items of a Referenced Series Sequence: every instance once, below its series."""
    series: dict[str, Dataset] = {}
    for header in headers:
        item = series.setdefault(header.SeriesInstanceUID, Dataset())
        item.SeriesInstanceUID = header.SeriesInstanceUID
        instance = Dataset()
        instance.ReferencedSOPClassUID = header.SOPClassUID
        instance.ReferencedSOPInstanceUID = header.SOPInstanceUID
        item.ReferencedInstanceSequence = [*item.get("ReferencedInstanceSequence", []), instance]
    return list(series.values())


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
    if not zipfile.is_zipfile(path):
        yield pydicom.dcmread(path, stop_before_pixels=True)
        return
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            try:
                yield pydicom.dcmread(io.BytesIO(archive.read(member)), stop_before_pixels=True)
            except InvalidDicomError:
                continue  # an archive holds other files, too


def cleaned(header: Dataset) -> Dataset:
    """The header with patient and study as new objects may copy them.

    Elements that every object must have are there, if only empty, and what anonymization left that
    is no date, time or sex is emptied. The header is changed in place.
    """
    for name in REQUIRED:
        if name not in header or header[name].value is None:
            setattr(header, name, "")
    header.StudyDate = _date(header.StudyDate)
    header.PatientBirthDate = _date(header.PatientBirthDate)
    header.StudyTime = _time(header.StudyTime)
    header.PatientSex = header.PatientSex if header.PatientSex in ("M", "F", "O") else ""
    return header


def _date(value: str | None) -> str:
    """A date, or nothing where an anonymization left something that is none, such as 00000000."""
    try:
        return datetime.strptime(value or "", "%Y%m%d").strftime("%Y%m%d")
    except ValueError:
        return ""


def _time(value: str | None) -> str:
    """A time of day, or nothing where it is none."""
    digits = (value or "").partition(".")[0]
    for layout in ("%H%M%S", "%H%M", "%H"):
        try:
            return datetime.strptime(digits, layout).strftime("%H%M%S")
        except ValueError:
            continue
    return ""
