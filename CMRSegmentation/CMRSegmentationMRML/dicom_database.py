"""Slicer's DICOM database takes the objects that were made here."""

from __future__ import annotations

from pathlib import Path

import slicer


def is_open() -> bool:
    """Whether the user has a DICOM database."""
    database = getattr(slicer, "dicomDatabase", None)
    return database is not None and bool(database.isOpen)


def add_to_database(folder: Path) -> bool:
    """Copies the DICOM files of a folder into the database, beside the images of their study.

    Returns:
        Whether that worked; where it did not, Slicer's log says why.
    """
    from DICOMLib import DICOMUtils

    return bool(DICOMUtils.importDicom(str(folder), slicer.dicomDatabase, copyFiles=True))
