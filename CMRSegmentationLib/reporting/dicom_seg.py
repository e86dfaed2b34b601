"""Labels as a DICOM Segmentation: every phase of a cine in one object that refers to its images.

highdicom's own Segmentation holds one plane at a place and sources of one series alone; a cine has
many phases at a place, often of one series for each slice. The object is therefore put together
here, with highdicom's building blocks, after PS3.3 A.51: binary segments, dimension index of
segment, phase and position.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.tag import Tag
from pydicom.uid import SegmentationStorage, generate_uid

from CMRSegmentationLib.image import FOREGROUND, Geometry, Label, LabelMap
from CMRSegmentationLib.palette import COLORS, rgb_of
from CMRSegmentationLib.reporting.dicom_codes import (
    ANATOMICAL_STRUCTURE,
    ARTIFICIAL_INTELLIGENCE,
    SEGMENTATION,
    SOURCE_IMAGE,
    STRUCTURES,
)
from CMRSegmentationLib.reporting.dicom_objects import Maker, new_object
from CMRSegmentationLib.reporting.dicom_sources import (
    EmptyObjectError,
    SourceImages,
    add_references,
)

if TYPE_CHECKING:
    import highdicom as hd

SERIES_NUMBER = 9301
SEGMENT_NAMES = {
    Label.LV: "Left ventricle blood pool",
    Label.MYO: "Left ventricle myocardium",
    Label.RV: "Right ventricle blood pool",
}
LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])

SEGMENT_NUMBER = "ReferencedSegmentNumber", "SegmentIdentificationSequence"
PHASE = "TemporalPositionIndex", "FrameContentSequence"
POSITION = "ImagePositionPatient", "PlanePositionSequence"


@dataclass(frozen=True)
class SegmentFrame:
    """One plane of one structure in one phase."""

    segment_number: int
    label: Label
    t: int
    z: int


def make_segmentation(
    labels: LabelMap, sources: SourceImages, frames: Sequence[int], maker: Maker
) -> Dataset:
    """A Segmentation object.

    Args:
        labels: the label map; structures without a voxel in these phases become no segment, planes
            without one no frame.
        sources: the images that were segmented.
        frames: the 0-based phases to write.
        maker: the program and the model.

    Raises:
        EmptyObjectError: if there is no voxel of any structure in the phases.
    """
    numbers = segment_numbers(labels, frames)
    if not numbers:
        raise EmptyObjectError("A DICOM Segmentation needs a structure; the labels hold none.")
    planes = list(_planes(labels, frames, numbers))
    dataset = new_object(sources.first, SegmentationStorage, "SEG", SERIES_NUMBER, maker)
    _add_image(dataset, labels, planes, sources)
    dataset.SegmentSequence = [_segment(label, numbers[label], maker) for label in numbers]
    _add_dimensions(dataset)
    dataset.SharedFunctionalGroupsSequence = [_shared_groups(labels.geometry, sources.thickness_mm)]
    phases = {t: index for index, t in enumerate(sorted(set(frames)), start=1)}
    dataset.PerFrameFunctionalGroupsSequence = [
        _frame_groups(plane, phases[plane.t], labels.geometry, sources) for plane in planes
    ]
    used = dict.fromkeys((plane.t, plane.z) for plane in planes)
    headers = {sources.header(t, z).SOPInstanceUID: sources.header(t, z) for t, z in used}
    add_references(dataset, headers.values())
    dataset.PixelData = _packed(labels, planes)
    return dataset


def segment_numbers(labels: LabelMap, frames: Sequence[int]) -> dict[Label, int]:
    """The number of each structure's segment, counted from 1; of those that have a voxel."""
    there = [label for label in FOREGROUND if (labels.array[list(frames)] == label).any()]
    return {label: number for number, label in enumerate(there, start=1)}


def segment_numbers_of(segmentation: Dataset) -> dict[Label, int]:
    """The number of each structure's segment in a Segmentation made here."""
    labels = {STRUCTURES[label].value: label for label in STRUCTURES}
    return {
        labels[segment.SegmentedPropertyTypeCodeSequence[0].CodeValue]: int(segment.SegmentNumber)
        for segment in segmentation.SegmentSequence
    }


def _planes(
    labels: LabelMap, frames: Sequence[int], numbers: dict[Label, int]
) -> Iterator[SegmentFrame]:
    for label, number in numbers.items():
        for t in sorted(set(frames)):
            drawn = (labels.array[t] == label).any(axis=(1, 2))
            for z in np.flatnonzero(drawn):
                yield SegmentFrame(number, label, t, int(z))


def _add_image(
    dataset: Dataset, labels: LabelMap, planes: Sequence[SegmentFrame], sources: SourceImages
) -> None:
    """Image and segmentation modules."""
    first = sources.first
    dataset.FrameOfReferenceUID = first.get("FrameOfReferenceUID") or generate_uid()
    dataset.PositionReferenceIndicator = first.get("PositionReferenceIndicator", "")
    dataset.ImageType = ["DERIVED", "PRIMARY"]
    dataset.Rows, dataset.Columns = labels.geometry.shape_zyx[1:]
    dataset.NumberOfFrames = len(planes)
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 1
    dataset.HighBit = dataset.PixelRepresentation = 0
    dataset.LossyImageCompression = "00" if sources.lossy is None else "01"
    for name in ("LossyImageCompressionRatio", "LossyImageCompressionMethod"):
        if sources.lossy is not None and name in sources.lossy:
            setattr(dataset, name, sources.lossy[name].value)
    dataset.SegmentationType = "BINARY"
    dataset.SegmentsOverlap = "NO"
    dataset.ContentLabel = "CMR_VENTRICLES"


def _segment(label: Label, number: int, maker: Maker) -> Dataset:
    """A segment; labels from elsewhere are nobody's algorithm as far as is known."""
    import highdicom as hd

    types = hd.seg.SegmentAlgorithmTypeValues
    return hd.seg.SegmentDescription(
        segment_number=number,
        segment_label=SEGMENT_NAMES[label],
        segmented_property_category=ANATOMICAL_STRUCTURE.concept(),
        segmented_property_type=STRUCTURES[label].concept(),
        algorithm_type=types.MANUAL if maker.model is None else types.AUTOMATIC,
        algorithm_identification=None if maker.model is None else _algorithm(maker),
        tracking_uid=generate_uid(),
        tracking_id=SEGMENT_NAMES[label],
        display_color=hd.color.CIELabColor.from_rgb(*rgb_of(COLORS[label])),
    )


def _algorithm(maker: Maker) -> hd.AlgorithmIdentificationSequence:
    import highdicom as hd

    return hd.AlgorithmIdentificationSequence(
        name=maker.algorithm,
        family=ARTIFICIAL_INTELLIGENCE.concept(),
        version=maker.version,
        source="CMRSegmentation",
        parameters=maker.parameters,
    )


def _add_dimensions(dataset: Dataset) -> None:
    """Frames are indexed by segment, phase and position, in this order."""
    organization = Dataset()
    organization.DimensionOrganizationUID = generate_uid()
    dataset.DimensionOrganizationSequence = [organization]
    labels = ("Segment", "Cardiac phase", "Slice position")
    dataset.DimensionIndexSequence = []
    for (pointer, group), label in zip((SEGMENT_NUMBER, PHASE, POSITION), labels, strict=True):
        item = Dataset()
        item.DimensionOrganizationUID = organization.DimensionOrganizationUID
        item.DimensionIndexPointer = Tag(pointer)
        item.FunctionalGroupPointer = Tag(group)
        item.DimensionDescriptionLabel = label
        dataset.DimensionIndexSequence.append(item)


def _shared_groups(geometry: Geometry, thickness_mm: float | None) -> Dataset:
    """In-plane resolution and orientation, the same for all frames."""
    import highdicom as hd

    z_mm, y_mm, x_mm = geometry.spacing_zyx_mm
    axes = lps(geometry)[:3, :2] / np.array([x_mm, y_mm])
    groups = Dataset()
    groups.PixelMeasuresSequence = hd.PixelMeasuresSequence(
        pixel_spacing=(y_mm, x_mm),
        slice_thickness=thickness_mm or z_mm,
        spacing_between_slices=None if geometry.is_single_slice else z_mm,
    )
    groups.PlaneOrientationSequence = hd.PlaneOrientationSequence(
        coordinate_system="PATIENT", image_orientation=axes.T.ravel().tolist()
    )
    return groups


def _frame_groups(
    plane: SegmentFrame, phase: int, geometry: Geometry, sources: SourceImages
) -> Dataset:
    """Where and when a frame is, of which segment, and which image it was drawn on."""
    import highdicom as hd

    groups = Dataset()
    content = Dataset()
    content.TemporalPositionIndex = phase
    content.DimensionIndexValues = [plane.segment_number, phase, plane.z + 1]
    groups.FrameContentSequence = [content]
    position_mm = sources.position_lps_mm(plane.t, plane.z)
    if position_mm is None:
        position_mm = (lps(geometry) @ [0.0, 0.0, plane.z, 1.0])[:3]
    groups.PlanePositionSequence = hd.PlanePositionSequence("PATIENT", position_mm.tolist())
    identification = Dataset()
    identification.ReferencedSegmentNumber = plane.segment_number
    groups.SegmentIdentificationSequence = [identification]
    image = sources.reference(plane.t, plane.z)
    image.PurposeOfReferenceCodeSequence = [SOURCE_IMAGE.concept()]
    is_exact = sources.places[plane.t][plane.z].is_exact
    image.SpatialLocationsPreserved = "YES" if is_exact else "NO"
    derivation = Dataset()
    derivation.DerivationCodeSequence = [SEGMENTATION.concept()]
    derivation.SourceImageSequence = [image]
    groups.DerivationImageSequence = [derivation]
    return groups


def lps(geometry: Geometry) -> NDArray[np.float64]:
    """(4, 4) from (x, y, z) indices to DICOM's patient coordinates in mm."""
    return np.asarray(LPS_TO_RAS @ geometry.ijk_to_ras)


def _packed(labels: LabelMap, planes: Sequence[SegmentFrame]) -> bytes:
    """One bit a pixel, frame after frame without gaps, padded to an even number of bytes."""
    data = b"".join(
        np.packbits(
            [labels.array[plane.t, plane.z] == plane.label for plane in planes[start : start + 8]],
            bitorder="little",
        ).tobytes()
        for start in range(0, len(planes), 8)  # eight planes of any size are whole bytes
    )
    return data + b"\0" * (len(data) % 2)
