"""Writers of small DICOM studies: single-frame and enhanced MR of a cine, and others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    EnhancedMRImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    generate_uid,
)

from CMRSegmentationLib.image import CineStack

LIKE_A_HEART = (120.0, -20.0, -150.0)
"""Degrees about x, y, z that lay slices as short-axis ones: apex last, RV to the right."""

STUDY = generate_uid(entropy_srcs=["study"])
FRAME_OF_REFERENCE = generate_uid(entropy_srcs=["frame of reference"])
PATIENT_NAME, PATIENT_ID = "Mustermann^Erika", "ID-4711"


def write_series(
    folder: Path,
    stack: CineStack,
    *,
    series_number: int = 7,
    slices: Sequence[int] | None = None,
    trigger_ms: NDArray[np.float64] | None = None,
    first_instance: int = 1,
    **attributes: Any,
) -> list[Path]:
    """Write one single-frame file per phase and slice.

    Args:
        folder: made if it is not there.
        stack: intensities are written as whole numbers.
        series_number: gives the series its UID too.
        slices: the slices to write, all by default.
        trigger_ms: (T, Z) times after the R wave; the cine's frame times by default.
        first_instance: number of the first file.
        attributes: DICOM keywords that replace or, with None, remove what would be written.

    Returns:
        The files, phase by phase within slice by slice.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for z in range(stack.shape_tzyx[1]) if slices is None else slices:
        for t in range(stack.frames):
            dataset = _image_header(stack, series_number, MRImageStorage)
            dataset.ImagePositionPatient = position_lps(stack, z)
            dataset.ImageOrientationPatient = orientation_lps(stack)
            dataset.PixelSpacing = list(stack.geometry.spacing_zyx_mm[1:])
            dataset.InstanceNumber = first_instance + len(files)
            if trigger_ms is not None:
                dataset.TriggerTime = float(trigger_ms[t, z])
            elif stack.frame_times_ms is not None:
                dataset.TriggerTime = float(stack.frame_times_ms[t])
            dataset.PixelData = stack.array[t, z].round().clip(0).astype("<u2").tobytes()
            files.append(
                _save(dataset, folder / f"s{series_number:03d}_{z:02d}_{t:02d}.dcm", attributes)
            )
    return files


def write_enhanced(
    path: Path, stack: CineStack, *, series_number: int = 7, **attributes: Any
) -> Path:
    """Write one enhanced multi-frame file, its frames ordered neither by slice nor by phase."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset = _image_header(stack, series_number, EnhancedMRImageStorage)
    places = [(t, z) for t in range(stack.frames) for z in range(stack.shape_tzyx[1])][::-1]
    dataset.NumberOfFrames = len(places)
    shared = Dataset()
    shared.PlaneOrientationSequence = [_item(ImageOrientationPatient=orientation_lps(stack))]
    shared.PixelMeasuresSequence = [
        _item(PixelSpacing=list(stack.geometry.spacing_zyx_mm[1:]), SliceThickness=8.0)
    ]
    shared.MRImageFrameTypeSequence = [_item(FrameType=["ORIGINAL", "PRIMARY", "CINE", "NONE"])]
    dataset.SharedFunctionalGroupsSequence = [shared]
    dataset.PerFrameFunctionalGroupsSequence = [_frame_groups(stack, t, z) for t, z in places]
    dataset.PixelData = (
        np.stack([stack.array[t, z].round().clip(0) for t, z in places]).astype("<u2").tobytes()
    )
    return _save(dataset, path, attributes)


def position_lps(stack: CineStack, slice_: int) -> list[float]:
    """ImagePositionPatient of a slice."""
    ras = (stack.geometry.ijk_to_ras @ [0.0, 0.0, slice_, 1.0])[:3]
    return [float(v) for v in ras * [-1.0, -1.0, 1.0]]


def orientation_lps(stack: CineStack) -> list[float]:
    """ImageOrientationPatient of all slices."""
    columns = stack.geometry.ijk_to_ras[:3, :2] * [[-1.0], [-1.0], [1.0]]
    return [float(v) for v in (columns / np.linalg.norm(columns, axis=0)).T.ravel()]


def _frame_groups(stack: CineStack, t: int, z: int) -> Dataset:
    groups = Dataset()
    groups.PlanePositionSequence = [_item(ImagePositionPatient=position_lps(stack, z))]
    groups.FrameContentSequence = [_item(TemporalPositionIndex=t + 1, InStackPositionNumber=z + 1)]
    groups.PixelValueTransformationSequence = [
        _item(RescaleSlope=1.0, RescaleIntercept=0.0, RescaleType="US")
    ]
    if stack.frame_times_ms is not None:
        groups.CardiacSynchronizationSequence = [
            _item(NominalCardiacTriggerDelayTime=stack.frame_times_ms[t])
        ]
    return groups


def _item(**attributes: Any) -> Dataset:
    item = Dataset()
    for keyword, value in attributes.items():
        setattr(item, keyword, value)
    return item


def _image_header(stack: CineStack, series_number: int, storage: str) -> Dataset:
    return _item(
        SOPClassUID=storage,
        SOPInstanceUID=generate_uid(),
        StudyInstanceUID=STUDY,
        SeriesInstanceUID=generate_uid(entropy_srcs=[f"series {series_number}"]),
        FrameOfReferenceUID=FRAME_OF_REFERENCE,
        Modality="MR",
        Manufacturer="Phantom Works",
        PatientName=PATIENT_NAME,
        PatientID=PATIENT_ID,
        SeriesDescription="cine of Mustermann",
        SeriesNumber=series_number,
        ImageType=["ORIGINAL", "PRIMARY", "M"],
        Rows=stack.shape_tzyx[2],
        Columns=stack.shape_tzyx[3],
        SamplesPerPixel=1,
        PhotometricInterpretation="MONOCHROME2",
        BitsAllocated=16,
        BitsStored=16,
        HighBit=15,
        PixelRepresentation=0,
    )


def _save(dataset: Dataset, path: Path, attributes: dict[str, Any]) -> Path:
    syntax = attributes.get("TransferSyntaxUID", ExplicitVRLittleEndian)
    for keyword, value in attributes.items():
        if keyword == "TransferSyntaxUID":
            continue
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    save_whole(dataset, path)
    return path


def save_whole(dataset: Dataset, path: Path) -> None:
    """Writes a DICOM file with preamble and file meta information, with pydicom 2 and 3."""
    if int(pydicom.__version_info__[0]) >= 3:
        dataset.save_as(path, enforce_file_format=True)
        return
    syntax = dataset.file_meta.TransferSyntaxUID
    dataset.is_little_endian, dataset.is_implicit_VR = True, syntax.is_implicit_VR
    dataset.save_as(path, write_like_original=False)
