"""The overview picture as a DICOM Secondary Capture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from CMRSegmentationLib.reporting.dicom_objects import PROGRAM, RESEARCH_SERIES, Maker
from CMRSegmentationLib.reporting.dicom_sources import SourceImages, referenced_series

SERIES_NUMBER = 9303


def make_secondary_capture(picture: Path, sources: SourceImages, maker: Maker) -> Dataset:
    """The picture as an object of the source's study.

    Raises:
        OSError: if the picture cannot be read.
        ImportError: without matplotlib, which reads it.
    """
    import highdicom as hd
    from matplotlib.image import imread

    pixels = np.asarray(imread(picture))[..., :3]
    dataset = hd.sc.SCImage.from_ref_dataset(
        sources.first,
        pixel_array=(pixels * 255.0).round().astype(np.uint8),
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        patient_orientation=("L", "F"),
        series_instance_uid=generate_uid(),
        series_number=SERIES_NUMBER,
        sop_instance_uid=generate_uid(),
        instance_number=1,
        manufacturer=PROGRAM,
        transfer_syntax_uid=ExplicitVRLittleEndian,
        series_description=RESEARCH_SERIES,
        manufacturer_model_name=maker.algorithm[:64],
        software_versions=maker.version,
    )
    dataset.PatientOrientation = []  # a drawing, not a plane of the patient
    dataset.BodyPartExamined = "HEART"
    dataset.BurnedInAnnotation = "NO"
    dataset.SourceImageSequence = referenced_series([sources.first])[0].ReferencedInstanceSequence
    return dataset
