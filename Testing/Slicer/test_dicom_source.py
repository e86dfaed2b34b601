"""Where the DICOM files of a cine are."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import slicer
from CMRSegmentationMRML.dicom_source import (
    SourceUnknownError,
    keep_source,
    name_in_source,
    sources_of,
)
from CMRSegmentationMRML.dicom_tags import INSTANCES_ATTRIBUTE

from CMRSegmentationLib.image import ImageSource


def from_dicom(stack, folder):
    frames, slices = stack.shape_tzyx[:2]
    source = ImageSource(folder / "one.dcm", "1.2.3")
    return replace(stack, sources=((source,) * slices,) * frames)


def test_the_folder_that_a_cine_was_loaded_from_is_remembered(cine, phantom, tmp_path):
    keep_source(cine.node, from_dicom(phantom.cine, tmp_path), tmp_path, "sax")
    assert sources_of(cine) == (tmp_path,)
    assert name_in_source(cine) == "sax"


def test_a_cine_of_another_format_has_none_and_says_so(cine, phantom, tmp_path):
    keep_source(cine.node, phantom.cine, tmp_path, "sax")
    with pytest.raises(SourceUnknownError, match="was not loaded from DICOM"):
        sources_of(cine)


def test_a_folder_that_is_gone_is_told(cine, phantom, tmp_path):
    keep_source(cine.node, from_dicom(phantom.cine, tmp_path), tmp_path / "gone", "sax")
    with pytest.raises(SourceUnknownError, match="not where they were"):
        sources_of(cine)


def test_a_cine_of_slicers_database_has_its_files_and_no_others(cine, tmp_path, monkeypatch):
    files = {}
    for number in range(cine.frames):
        path = tmp_path / f"{number}.dcm"
        path.write_bytes(b"DICM")
        files[f"1.2.{number}"] = str(path)
        cine.sequence.GetNthDataNode(number).SetAttribute(INSTANCES_ATTRIBUTE, f"1.2.{number}")
    (tmp_path / "acquired again.dcm").write_bytes(b"DICM")
    database = SimpleNamespace(fileForInstance=files.get)
    monkeypatch.setattr(slicer, "dicomDatabase", database)
    assert [path.name for path in sources_of(cine)] == ["0.dcm", "1.dcm", "2.dcm", "3.dcm"]
    assert name_in_source(cine) is None
    del files["1.2.1"]
    with pytest.raises(SourceUnknownError):
        sources_of(cine)
