"""Objects go into Slicer's DICOM database."""

import sys
import types

import pytest
import slicer
from CMRSegmentationMRML import dicom_database


def test_a_database_that_is_not_there_or_closed_is_not_used(monkeypatch):
    assert not dicom_database.is_open()
    monkeypatch.setattr(slicer, "dicomDatabase", types.SimpleNamespace(isOpen=False))
    assert not dicom_database.is_open()
    monkeypatch.setattr(slicer, "dicomDatabase", types.SimpleNamespace(isOpen=True))
    assert dicom_database.is_open()


@pytest.mark.parametrize("worked", [True, False])
def test_the_files_of_a_folder_are_copied_into_it(monkeypatch, tmp_path, worked):
    asked = []

    def take(*arguments, **options):
        asked.append((arguments, options))
        return worked  # Slicer's own logs what went wrong, and raises nothing

    utilities = types.ModuleType("DICOMLib.DICOMUtils")
    utilities.importDicom = take
    package = types.ModuleType("DICOMLib")
    package.DICOMUtils = utilities
    monkeypatch.setitem(sys.modules, "DICOMLib", package)
    assert dicom_database.add_to_database(tmp_path) is worked
    assert asked == [((str(tmp_path), slicer.dicomDatabase), {"copyFiles": True})]
