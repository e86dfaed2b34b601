"""Where the DICOM files of a cine are."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import slicer
from CMRSegmentationMRML.dicom_source import SourceUnknownError, keep_source, source_of
from CMRSegmentationMRML.dicom_tags import INSTANCES_ATTRIBUTE

from CMRSegmentationLib.image import ImageSource


def from_dicom(stack, folder):
    frames, slices = stack.shape_tzyx[:2]
    source = ImageSource(folder / "one.dcm", "1.2.3")
    return replace(stack, sources=((source,) * slices,) * frames)


def test_the_folder_that_a_cine_was_loaded_from_is_remembered(cine, phantom, tmp_path):
    keep_source(cine.node, from_dicom(phantom.cine, tmp_path), tmp_path)
    assert source_of(cine) == tmp_path


def test_a_cine_of_another_format_has_none_and_says_so(cine, phantom, tmp_path):
    keep_source(cine.node, phantom.cine, tmp_path)
    with pytest.raises(SourceUnknownError, match="was not loaded from DICOM"):
        source_of(cine)


def test_a_folder_that_is_gone_is_told(cine, phantom, tmp_path):
    keep_source(cine.node, from_dicom(phantom.cine, tmp_path), tmp_path / "gone")
    with pytest.raises(SourceUnknownError, match="not where they were"):
        source_of(cine)


def test_a_cine_of_slicers_database_lies_where_its_files_lie(cine, tmp_path, monkeypatch):
    files = {}
    for number in range(cine.frames):
        folder = tmp_path / "study" / f"series{number % 2}"
        folder.mkdir(parents=True, exist_ok=True)
        files[f"1.2.{number}"] = str(folder / f"{number}.dcm")
        cine.sequence.GetNthDataNode(number).SetAttribute(INSTANCES_ATTRIBUTE, f"1.2.{number}")
    database = SimpleNamespace(fileForInstance=files.get)
    monkeypatch.setattr(slicer, "dicomDatabase", database)
    assert source_of(cine) == tmp_path / "study"
    del files["1.2.1"]
    with pytest.raises(SourceUnknownError):
        source_of(cine)
