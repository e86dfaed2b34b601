"""Measures as a DICOM Comprehensive 3D SR after TID 1500, linked to the Segmentation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.measuring.measures import Measure
from CMRSegmentationLib.reporting.dicom_codes import (
    BODY_SURFACE_AREA,
    CARDIAC_MRI,
    CYCLE_POINT,
    DEVICE,
    END_DIASTOLE,
    END_SYSTOLE,
    INDEX,
    MEAN,
    MEASUREMENT_REPORT,
    MEASURES,
    SEGMENTS,
    STRUCTURES,
    UNITS,
    WALL_THICKNESS,
    Term,
    structure_of,
)
from CMRSegmentationLib.reporting.dicom_objects import PROGRAM, Maker, identify, series, stand_in
from CMRSegmentationLib.reporting.dicom_seg import segment_numbers_of
from CMRSegmentationLib.reporting.dicom_sources import EmptyObjectError, SourceImages
from CMRSegmentationLib.reporting.report import ClinicalReport

if TYPE_CHECKING:
    import highdicom as hd

    Group = (
        hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations
        | hd.sr.MeasurementsAndQualitativeEvaluations
    )

SERIES_NUMBER = 9302
INDEX_SUFFIX = "_index"


def make_structured_report(
    report: ClinicalReport, segmentation: Dataset, sources: SourceImages, maker: Maker
) -> Dataset:
    """A report with every measure that has a code, and the thickness of the wall by segment.

    Args:
        report: the measures.
        segmentation: the Segmentation object of the same cine, which the measures refer to.
        sources: the images that were segmented.
        maker: the program and the model.

    Raises:
        EmptyObjectError: if no measure has a code.
    """
    import highdicom as hd

    coded = [measure for measure in report.measures if code_of(measure.key) is not None]
    if not coded:
        raise EmptyObjectError("A DICOM report needs a measure that has a code; there is none.")
    images = sources.in_frames(_phases(report))
    groups = list(_groups(report, coded, segmentation, images, maker))
    content = hd.sr.MeasurementReport(
        observation_context=_observer(),
        procedure_reported=CARDIAC_MRI.concept(),
        imaging_measurements=groups,
        title=MEASUREMENT_REPORT.concept(),
    )
    dataset = hd.sr.Comprehensive3DSR(
        evidence=[stand_in(image) for image in (segmentation, *images)],
        content=content[0],
        is_complete=True,
        **series(SERIES_NUMBER, maker),
    )
    identify(dataset, sources.first)
    return dataset


def code_of(key: str) -> Term | None:
    """The code of a measure, by its key; that of an index may be the code of what is indexed."""
    return MEASURES.get(key) or MEASURES.get(key.removesuffix(INDEX_SUFFIX))


def _phases(report: ClinicalReport) -> tuple[int, ...]:
    """The frames that the measures rest on."""
    frames = (report.ed_frame, report.es_frame)
    return tuple(frame for frame in frames if frame is not None)


def _observer() -> hd.sr.ObservationContext:
    import highdicom as hd

    device = hd.sr.DeviceObserverIdentifyingAttributes(uid=generate_uid(), name=PROGRAM)
    return hd.sr.ObservationContext(
        observer_device_context=hd.sr.ObserverContext(
            observer_type=DEVICE.concept(), observer_identifying_attributes=device
        )
    )


def _groups(
    report: ClinicalReport,
    coded: Sequence[Measure],
    segmentation: Dataset,
    images: Sequence[Dataset],
    maker: Maker,
) -> Iterable[Group]:
    """One measurement group for each structure, and one for the whole heart."""
    numbers = segment_numbers_of(segmentation)
    for label in (*STRUCTURES, None):
        measures = [measure for measure in coded if structure_of(measure.key) is label]
        items = [_measurement(measure) for measure in measures]
        if label is Label.MYO:
            items += _thicknesses(report)
        if items and label in numbers and label is not None:
            yield _group_of_segment(label, numbers[label], items, segmentation, images, maker)
        elif items:
            yield _group_of_images(items, images, maker)


def _thicknesses(report: ClinicalReport) -> Iterator[hd.sr.Measurement]:
    """Mean thickness of the wall by segment, at end-diastole and end-systole."""
    for segment in report.regional.segments:
        for phase, value_mm in (
            (END_DIASTOLE, segment.ed_mean_mm),
            (END_SYSTOLE, segment.es_mean_mm),
        ):
            if value_mm is not None:
                yield _thickness(segment.number, phase, value_mm)


def _thickness(number: int, phase: Term, value_mm: float) -> hd.sr.Measurement:
    import highdicom as hd

    item = hd.sr.Measurement(
        name=WALL_THICKNESS.concept(),
        value=round(value_mm, 6),
        unit=UNITS["mm"].concept(),
        derivation=MEAN.concept(),
        finding_sites=[hd.sr.FindingSite(SEGMENTS[number].concept())],
    )
    return _modified(item, CYCLE_POINT, phase)


def _group_of_segment(
    label: Label,
    number: int,
    measurements: Sequence[hd.sr.Measurement],
    segmentation: Dataset,
    images: Sequence[Dataset],
    maker: Maker,
) -> hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations:
    import highdicom as hd

    segment = segmentation.SegmentSequence[number - 1]
    return hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=hd.sr.TrackingIdentifier(
            uid=segment.TrackingUID, identifier=segment.TrackingID
        ),
        referenced_segment=hd.sr.ReferencedSegment(
            sop_class_uid=segmentation.SOPClassUID,
            sop_instance_uid=segmentation.SOPInstanceUID,
            segment_number=number,
            source_images=[
                hd.sr.SourceImageForSegmentation(image.SOPClassUID, image.SOPInstanceUID)
                for image in images
            ],
        ),
        finding_type=STRUCTURES[label].concept(),
        algorithm_id=_algorithm(maker),
        finding_sites=[hd.sr.FindingSite(STRUCTURES[label].concept())],
        measurements=measurements,
    )


def _group_of_images(
    measurements: Sequence[hd.sr.Measurement], images: Sequence[Dataset], maker: Maker
) -> hd.sr.MeasurementsAndQualitativeEvaluations:
    import highdicom as hd

    return hd.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=hd.sr.TrackingIdentifier(uid=generate_uid(), identifier="Heart"),
        algorithm_id=_algorithm(maker),
        measurements=measurements,
        source_images=[
            hd.sr.SourceImageForMeasurementGroup(image.SOPClassUID, image.SOPInstanceUID)
            for image in images
        ],
    )


def _algorithm(maker: Maker) -> hd.sr.AlgorithmIdentification:
    import highdicom as hd

    parameters = [f"{name}={value}" for name, value in (maker.parameters or {}).items()]
    return hd.sr.AlgorithmIdentification(maker.algorithm, maker.version, parameters or None)


def _measurement(measure: Measure) -> hd.sr.Measurement:
    """A measure with its unit; an index without a code of its own has that of what it is of."""
    import highdicom as hd

    term = code_of(measure.key)
    assert term is not None  # those without were left out
    item = hd.sr.Measurement(
        name=term.concept(), value=round(measure.value, 6), unit=UNITS[measure.unit].concept()
    )
    is_index = measure.key.endswith(INDEX_SUFFIX) and measure.key not in MEASURES
    return _modified(item, INDEX, BODY_SURFACE_AREA) if is_index else item


def _modified(item: hd.sr.Measurement, name: Term, value: Term) -> hd.sr.Measurement:
    """The measurement with a modifier of its concept."""
    import highdicom as hd

    modifier = hd.sr.CodeContentItem(
        name=name.concept(),
        value=value.concept(),
        relationship_type=hd.sr.RelationshipTypeValues.HAS_CONCEPT_MOD,
    )
    item[0].ContentSequence = [*item[0].get("ContentSequence", []), modifier]
    return item
