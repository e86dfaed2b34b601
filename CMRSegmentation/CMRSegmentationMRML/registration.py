"""What the module adds to Slicer when it starts.

Its sample to Sample Data, its codes to the terminologies.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import slicer
from slicer.i18n import tr as _
from slicer.i18n import translate

from CMRSegmentationLib.segmenting.model import MODELS_FOLDER

from .terminology import load_terminology

SAMPLE_NAME = "CMR cine (Sunnybrook)"
SAMPLE_FILE = "CMR-cine-Sunnybrook.nii.gz"
CINE_FILE_TYPE = "CMRCine"
"""By this name Slicer knows the module's reader of files."""
SAMPLE_FOLDER = MODELS_FOLDER.parent / "SampleData"

LOGGER = logging.getLogger(__name__)


def sample_path() -> Path:
    """The bundled public-domain cine.

    Raises:
        FileNotFoundError: if it was not installed.
    """
    path = SAMPLE_FOLDER / SAMPLE_FILE
    if not path.is_file():
        raise FileNotFoundError(
            _("There is no sample in {folder}; install the extension again.").format(
                folder=path.parent
            )
        )
    return path


def register_terminology(resources: str) -> None:
    """Loads the codes of the three structures, once."""
    path = Path(resources) / "Terminologies" / "CMRSegmentation.term.json"
    if not load_terminology(str(path)):
        LOGGER.error("The terminology %s could not be loaded.", path)


def register_sample(resources: str, load: Callable[[object], list[slicer.vtkMRMLNode]]) -> None:
    """Lists the bundled cine in the module Sample Data, once; nothing is downloaded.

    Args:
        resources: the module's resources, with the picture of the sample.
        load: loads the sample and returns its nodes.
    """
    import SampleData

    category = translate("qSlicerAbstractCoreModule", "Cardiac")
    known = getattr(slicer.modules, "sampleDataSources", {}).get(category, [])
    if any(source.sampleName == SAMPLE_NAME for source in known):
        return
    SampleData.SampleDataLogic.registerCustomSampleDataSource(
        category=category,
        sampleName=SAMPLE_NAME,
        thumbnailFileName=str(Path(resources) / "Icons" / "CMRCineSunnybrook.png"),
        uris=(SAMPLE_FOLDER / SAMPLE_FILE).as_uri(),
        fileNames=SAMPLE_FILE,
        nodeNames=SAMPLE_NAME,
        loadFileType=CINE_FILE_TYPE,
        customDownloader=load,
    )
