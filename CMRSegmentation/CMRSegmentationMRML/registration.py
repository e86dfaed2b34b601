"""What the module adds to Slicer when it starts.

Its sample to Sample Data, its codes to the terminologies.
"""

from __future__ import annotations

import logging
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


def register_sample(resources: str) -> None:
    """Lists the bundled cine in the module Sample Data, once; nothing is downloaded.

    Args:
        resources: the module's resources, with the picture of the sample.
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
        customDownloader=_load_sample,
    )


def _load_sample(_source: object) -> list[slicer.vtkMRMLNode]:
    """What the button in Sample Data does; the readers are imported then, and not at start-up."""
    from .loading import load_and_show

    cine, _sentences = load_and_show(sample_path())
    return [cine.volume]
