"""What every DICOM object of this program has: the source's patient and study, and who made it."""

from __future__ import annotations

import importlib.util
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from CMRSegmentationLib import __version__
from CMRSegmentationLib.reporting.dicom_sources import DicomOutputError
from CMRSegmentationLib.reporting.report import ModelSummary

PROGRAM = "CMRSegmentation"
RESEARCH_SERIES = "CMRSegmentation (research use)"
"""Series Description of everything that is written."""


@dataclass(frozen=True)
class Maker:
    """The program and the model that made an object.

    Attributes:
        model: the model; None for labels from elsewhere.
        version: of the program.
    """

    model: ModelSummary | None
    version: str = __version__

    @property
    def algorithm(self) -> str:
        """The algorithm's name."""
        return f"{PROGRAM} {self.model.name}" if self.model else PROGRAM

    @property
    def parameters(self) -> dict[str, str] | None:
        """The model's identity."""
        if self.model is None:
            return None
        return {"model": self.model.name, "weights_sha256": self.model.sha256}


def require_highdicom() -> None:
    """Checks that the package is there that makes DICOM objects.

    Raises:
        DicomOutputError: if it is not.
    """
    if importlib.util.find_spec("highdicom") is None:
        raise DicomOutputError(
            "DICOM results need the package highdicom, which is not installed (pip install "
            "highdicom)."
        )


def new_object(
    source: Dataset, sop_class_uid: str, modality: str, series_number: int, maker: Maker
) -> Dataset:
    """An object of a new series in the source's study.

    Patient and study are the source's, so that an archive files it beside the images.
    """
    import highdicom as hd

    dataset = hd.base.SOPClass(
        **patient_and_study(source),
        **series(series_number, maker),
        sop_class_uid=sop_class_uid,
        modality=modality,
        transfer_syntax_uid=ExplicitVRLittleEndian,
    )
    dataset.copy_patient_and_study_information(source)
    dataset.ContentDescription = "Research use, not for clinical decisions"
    dataset.ContentCreatorName = f"{PROGRAM}^"  # a person's name, by family name
    return dataset


def patient_and_study(source: Dataset) -> dict[str, Any]:
    """Highdicom's arguments for the patient and the study of a source image."""
    return {
        "study_instance_uid": source.StudyInstanceUID,
        "patient_id": source.PatientID,
        "patient_name": source.PatientName,
        "patient_birth_date": source.PatientBirthDate,
        "patient_sex": source.PatientSex,
        "accession_number": source.AccessionNumber,
        "study_id": source.StudyID,
        "study_date": source.StudyDate,
        "study_time": source.StudyTime,
        "referring_physician_name": source.ReferringPhysicianName,
        "specific_character_set": source.get("SpecificCharacterSet"),
    }


@contextmanager
def quiet() -> Iterator[None]:
    """Without pydicom's and highdicom's remarks on what is copied from the source.

    They quote it: a patient's name would get into the log.
    """
    loggers = [logging.getLogger(name) for name in ("pydicom", "highdicom")]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def series(number: int, maker: Maker) -> dict[str, Any]:
    """Highdicom's arguments for the first instance of a new series and for the equipment."""
    serial = maker.model.sha256[:16] if maker.model else "none"
    return {
        "series_instance_uid": generate_uid(),
        "series_number": number,
        "sop_instance_uid": generate_uid(),
        "instance_number": 1,
        "series_description": RESEARCH_SERIES,
        "manufacturer": PROGRAM,
        "manufacturer_model_name": maker.algorithm[:64],
        "software_versions": maker.version,
        "device_serial_number": serial,
    }
