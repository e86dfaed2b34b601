"""Where the DICOM files of a cine are, which DICOM results refer to."""

from __future__ import annotations

import os
from pathlib import Path

import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.image import CineStack

from .cines import SceneCine
from .dicom_tags import INSTANCES_ATTRIBUTE

SOURCE_ATTRIBUTE = "CMR.DicomSource"


class SourceUnknownError(ValueError):
    """A cine without DICOM files; the message tells the user why."""


def keep_source(node: slicer.vtkMRMLNode, stack: CineStack, path: Path) -> None:
    """Remembers what a cine was read from, if that was DICOM."""
    if stack.sources is not None:
        node.SetAttribute(SOURCE_ATTRIBUTE, str(path.resolve()))


def source_of(cine: SceneCine) -> Path:
    """The file or folder that holds the DICOM files of a cine.

    Raises:
        SourceUnknownError: if it does not come from DICOM, or its files are not there any more.
    """
    kept = cine.node.GetAttribute(SOURCE_ATTRIBUTE)
    path = Path(kept) if kept else _in_database(cine)
    if path is None:
        raise SourceUnknownError(
            _(
                "DICOM results refer to the DICOM images of the cine, and this one was not loaded "
                "from DICOM; use 'Load DICOM folder…'."
            )
        )
    if not path.exists():
        raise SourceUnknownError(
            _("The DICOM files of the cine are not where they were; load its folder again.")
        )
    return path


def _in_database(cine: SceneCine) -> Path | None:
    """The folder of the files by which Slicer's database knows the images of a cine."""
    database = getattr(slicer, "dicomDatabase", None)
    volumes = [volume for volume in (*cine.frame_volumes(), cine.volume) if volume is not None]
    texts = [volume.GetAttribute(INSTANCES_ATTRIBUTE) or "" for volume in volumes]
    instances = {instance for text in texts for instance in text.split()}
    if database is None or not instances:
        return None
    files = [str(database.fileForInstance(instance) or "") for instance in sorted(instances)]
    if not all(files):
        return None
    return Path(os.path.commonpath([os.path.dirname(file) for file in files]))
