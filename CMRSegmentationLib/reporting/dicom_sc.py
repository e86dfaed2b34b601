"""The pages of the overview as DICOM Secondary Captures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from CMRSegmentationLib.reporting.dicom_objects import NOBODY, Maker, identify, series
from CMRSegmentationLib.reporting.dicom_sources import SourceImages, referenced_series

SERIES_NUMBER = 9303


def make_secondary_captures(
    pictures: Sequence[Path], sources: SourceImages, maker: Maker
) -> list[Dataset]:
    """The pictures as one series of the source's study, an object for each.

    Raises:
        OSError: if a picture cannot be read.
        ImportError: without matplotlib, which reads them.
    """
    of_series = series(SERIES_NUMBER, maker)
    return [
        _capture(
            picture,
            sources,
            {**of_series, "sop_instance_uid": generate_uid(), "instance_number": number},
        )
        for number, picture in enumerate(pictures, start=1)
    ]


def _capture(picture: Path, sources: SourceImages, of_series: dict[str, Any]) -> Dataset:
    import highdicom as hd
    from matplotlib.image import imread

    pixels = np.asarray(imread(picture))[..., :3]
    dataset = hd.sc.SCImage(
        **NOBODY,
        study_instance_uid=sources.first.StudyInstanceUID,
        pixel_array=(pixels * 255.0).round().astype(np.uint8),
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        patient_orientation=("L", "F"),
        transfer_syntax_uid=ExplicitVRLittleEndian,
        **of_series,
    )
    identify(dataset, sources.first)
    dataset.PatientOrientation = []  # a drawing, not a plane of the patient
    dataset.BodyPartExamined = "HEART"
    dataset.BurnedInAnnotation = "NO"
    dataset.SourceImageSequence = referenced_series([sources.first])[0].ReferencedInstanceSequence
    return dataset
