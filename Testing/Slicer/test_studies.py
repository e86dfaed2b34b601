"""Which study a cine belongs to, whoever loaded it."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import slicer
from CMRSegmentationMRML import loading, sequences, studies
from CMRSegmentationMRML.dicom_source import SOURCE_ATTRIBUTE
from CMRSegmentationMRML.dicom_tags import INSTANCES_ATTRIBUTE

from Testing.dicom_phantoms import LIKE_A_HEART, STUDY, write_series
from Testing.phantoms import HeartPhantom

from .conftest import SMALL

PREAMBLE_BYTES = 132


@pytest.fixture
def from_folder(scene, tmp_path):
    """A cine that the module has loaded from a folder."""
    phantom = HeartPhantom(**SMALL | {"degrees_xyz": LIKE_A_HEART})
    stack = replace(phantom.cine, array=phantom.cine.array.round().clip(0))
    write_series(tmp_path / "Visit 1", stack)
    (cine,), _findings = loading.load_cines(tmp_path / "Visit 1")
    return cine


def in_study(cine, uid, name="Study"):
    """Puts a cine into the subject hierarchy, as Slicer's DICOM readers do."""
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
    study = hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), name)
    hierarchy.SetItemUID(study, "DICOM", uid)
    hierarchy.CreateItem(study, cine.volume)


def test_the_same_study_has_one_key_whoever_loaded_it(from_folder, cine, phantom, monkeypatch):
    in_study(cine, STUDY)
    third = sequences.add_cine(phantom.cine, "Third")
    third.sequence.GetNthDataNode(0).SetAttribute(INSTANCES_ATTRIBUTE, "1.2.3")
    uids = {("1.2.3", "0020,000D"): STUDY}
    database = SimpleNamespace(instanceValue=lambda *asked: uids.get(asked, ""))
    monkeypatch.setattr(slicer, "dicomDatabase", database)
    cines = [from_folder, cine, third]
    assert len({studies.study_of(one) for one in cines}) == 1
    assert not studies.are_of_several_studies(cines)
    assert STUDY not in studies.study_of(cine)


def test_cines_of_two_studies_are_told_apart_and_unknown_ones_count_for_neither(cine, phantom):
    other, unknown = (sequences.add_cine(phantom.cine, name) for name in ("Other", "Unknown"))
    in_study(cine, "1.2.1")
    assert not studies.are_of_several_studies([cine, unknown])
    in_study(other, "1.2.2")
    assert studies.are_of_several_studies([cine, other])
    assert studies.study_of(unknown) == ""


def test_a_study_has_its_name_in_the_subject_hierarchy_else_that_of_its_folder(
    from_folder, cine, phantom
):
    in_study(cine, "1.2.1", "MR heart")
    assert studies.study_name(cine) == "MR heart"
    assert studies.study_name(from_folder) == "Visit 1"
    assert studies.study_name(sequences.add_cine(phantom.cine, "Other")) == ""


def test_a_file_without_a_dicom_preamble_tells_its_study_as_well(scene, from_folder):
    path = Path(from_folder.node.GetAttribute(SOURCE_ATTRIBUTE))
    file = next(file for file in path.rglob("*") if file.is_file())
    file.write_bytes(file.read_bytes()[PREAMBLE_BYTES:])
    node = scene.AddNewNodeByClass("vtkMRMLSequenceNode")
    studies.keep_study(node, SimpleNamespace(sources=((SimpleNamespace(path=file),),)))
    assert node.GetAttribute(studies.STUDY_ATTRIBUTE) == studies.study_of(from_folder)


def test_an_archive_does_not_tell_its_study(scene, phantom, tmp_path):
    (tmp_path / "study.zip").write_bytes(b"PK")
    source = SimpleNamespace(path=tmp_path / "study.zip")
    node = scene.AddNewNodeByClass("vtkMRMLSequenceNode")
    studies.keep_study(node, SimpleNamespace(sources=((source,),)))
    assert node.GetAttribute(studies.STUDY_ATTRIBUTE) is None
