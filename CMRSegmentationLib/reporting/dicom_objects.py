"""What every DICOM object of this program has: the source's patient and study, and who made it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

from CMRSegmentationLib import __version__
from CMRSegmentationLib.reporting.dicom_sources import IDENTIFIERS, REQUIRED, DicomOutputError
from CMRSegmentationLib.reporting.report import ModelSummary

if TYPE_CHECKING:
    import highdicom as hd

PROGRAM = "CMRSegmentation"
RESEARCH_SERIES = "CMRSegmentation (research use)"
"""Series Description of everything that is written."""
NOBODY: dict[str, Any] = dict.fromkeys(
    (
        "patient_id",
        "patient_name",
        "patient_birth_date",
        "patient_sex",
        "accession_number",
        "study_id",
        "study_date",
        "study_time",
        "referring_physician_name",
    ),
    "",
)
"""Highdicom's arguments for an object that `identify` gives its patient and study."""
OLDEST_HIGHDICOM = "0.27"
"""Earlier ones make no color of a segment from RGB; pyproject.toml asks for the same."""
LONGEST_NAME = 64
"""Characters of a long string (LO)."""


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
        """The algorithm's name, in letters that every object can hold."""
        return f"{PROGRAM} {_plain(self.model.name)}"[:LONGEST_NAME] if self.model else PROGRAM

    @property
    def parameters(self) -> dict[str, str] | None:
        """The model's identity."""
        if self.model is None:
            return None
        return {"model": _plain(self.model.name), "weights_sha256": self.model.sha256}


def _plain(text: str) -> str:
    """A text in ASCII, without the character that separates values."""
    return text.encode("ascii", "replace").decode("ascii").replace("\\", "?")


def require_packages(*, with_pictures: bool = False) -> None:
    """Checks that the packages are there that make DICOM objects, and those of pictures.

    Raises:
        DicomOutputError: if one is not, or too old.
    """
    for name in ("highdicom", "matplotlib") if with_pictures else ("highdicom",):
        if importlib.util.find_spec(name) is None:
            raise DicomOutputError(
                f"DICOM results need the package {name}, which is not installed (pip install "
                f"{name})."
            )
    found = importlib.metadata.version("highdicom")
    if _numbers(found) < _numbers(OLDEST_HIGHDICOM):
        raise DicomOutputError(
            f"DICOM results need highdicom {OLDEST_HIGHDICOM} or newer, found {found} (pip install "
            "--upgrade highdicom)."
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def new_object(
    source: Dataset, sop_class_uid: str, modality: str, series_number: int, maker: Maker
) -> Dataset:
    """An object of a new series in the source's study.

    Patient and study are the source's, so that an archive files it beside the images.
    """
    import highdicom as hd

    dataset = hd.base.SOPClass(
        **NOBODY,
        **series(series_number, maker),
        study_instance_uid=source.StudyInstanceUID,
        sop_class_uid=sop_class_uid,
        modality=modality,
        transfer_syntax_uid=ExplicitVRLittleEndian,
    )
    identify(dataset, source)
    dataset.ContentDescription = "Research use, not for clinical decisions"
    dataset.ContentCreatorName = f"{PROGRAM}^"  # a person's name, by family name
    return dataset


def identify(made: hd.base.SOPClass, source: Dataset) -> None:
    """Gives an object a source image's patient and study, and the character set of their texts.

    They are taken as they are. Highdicom, given them, refuses what scanners write: the character
    sets of Korean and Japanese names, which begin with an empty one, and names in a character set
    of another name, in which a byte of a letter looks like the separator of two values.
    """
    characters = source.get("SpecificCharacterSet")
    if characters:
        made.SpecificCharacterSet = characters
    like = source[:]
    like.add_new("SOPClassUID", "UI", MRImageStorage)  # a vendor's class has the same modules
    made.copy_patient_and_study_information(like)


def stand_in(image: Dataset) -> Dataset:
    """What highdicom needs of an image that is referred to, without its patient; see `identify`."""
    item = Dataset()
    for name in IDENTIFIERS:
        setattr(item, name, image[name].value)
    for name in REQUIRED:
        setattr(item, name, "")
    return item


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
        "manufacturer_model_name": maker.algorithm,
        "software_versions": maker.version,
        "device_serial_number": serial,
    }
