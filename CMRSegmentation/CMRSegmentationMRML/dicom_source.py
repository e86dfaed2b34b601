"""Where the DICOM files of a cine are, which DICOM results refer to."""

from __future__ import annotations

from pathlib import Path

import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.image import CineStack

from .cines import SceneCine
from .dicom_tags import INSTANCES_ATTRIBUTE

SOURCE_ATTRIBUTE, NAME_ATTRIBUTE = "CMR.DicomSource", "CMR.DicomCine"


class SourceUnknownError(ValueError):
    """A cine without DICOM files; the message tells the user why."""


def keep_source(node: slicer.vtkMRMLNode, stack: CineStack, path: Path, name: str) -> None:
    """Remembers what a cine was read from and its name there, if that was DICOM."""
    if stack.sources is not None:
        node.SetAttribute(SOURCE_ATTRIBUTE, str(path.resolve()))
        node.SetAttribute(NAME_ATTRIBUTE, name)


def sources_of(cine: SceneCine) -> tuple[Path, ...]:
    """What holds the DICOM images of a cine: the folder or file that was read, or its files.

    A folder of Slicer's database may hold more than the images of the cine, such as those of the
    same planes, acquired again.

    Raises:
        SourceUnknownError: if it does not come from DICOM, or its files are not there any more.
    """
    kept = cine.node.GetAttribute(SOURCE_ATTRIBUTE)
    paths = (Path(kept),) if kept else _in_database(cine)
    if not paths:
        raise SourceUnknownError(
            _(
                "DICOM results refer to the DICOM images of the cine, and this one was not loaded "
                "from DICOM; use 'Load DICOM folder…'."
            )
        )
    if not all(path.exists() for path in paths):
        raise SourceUnknownError(
            _("The DICOM files of the cine are not where they were; load its folder again.")
        )
    return paths


def name_in_source(cine: SceneCine) -> str | None:
    """The name that the reader of its folder gave a cine; None where there is none."""
    return cine.node.GetAttribute(NAME_ATTRIBUTE) or None


def _in_database(cine: SceneCine) -> tuple[Path, ...]:
    """The files by which Slicer's database knows the images of a cine; none if one is missing."""
    database = getattr(slicer, "dicomDatabase", None)
    volumes = [volume for volume in (*cine.frame_volumes(), cine.volume) if volume is not None]
    texts = [volume.GetAttribute(INSTANCES_ATTRIBUTE) or "" for volume in volumes]
    instances = {instance for text in texts for instance in text.split()}
    if database is None:
        return ()
    files = {str(database.fileForInstance(instance) or "") for instance in sorted(instances)}
    return tuple(map(Path, sorted(files))) if all(files) else ()
