"""What DICOM says about a node, from the database or from what readers left in the scene."""

import pytest
import slicer
from CMRSegmentationMRML.dicom_tags import instance_value, modality


class Database:
    """Knows two instances."""

    def instanceValue(self, instance, tag):
        return {
            ("1.2.3", "0008,0060"): "CT",
            ("1.2.3", "0018,1060"): "25",
            ("1.2.4", "0008,0060"): "MR",
        }.get((instance, tag), "")


@pytest.fixture
def database(monkeypatch):
    monkeypatch.setattr(slicer, "dicomDatabase", Database())


def volume_of(scene, instances):
    volume = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
    volume.SetAttribute("DICOM.instanceUIDs", instances)
    return volume


def set_modality(scene, node, value):
    """As Slicer's DICOM readers do."""
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    item = hierarchy.CreateItem(hierarchy.GetSceneItemID(), node)
    hierarchy.SetItemAttribute(item, "DICOM.Modality", value)


def test_the_first_instance_is_asked_for_the_tag(scene, database):
    assert instance_value(volume_of(scene, "1.2.3 1.2.4"), "0018,1060") == "25"
    assert instance_value(volume_of(scene, "1.2.4"), "0018,1060") == ""


def test_without_instances_or_a_database_nothing_is_known(scene, monkeypatch):
    monkeypatch.setattr(slicer, "dicomDatabase", None)
    assert instance_value(volume_of(scene, "1.2.3"), "0018,1060") == ""
    monkeypatch.setattr(slicer, "dicomDatabase", Database())
    assert instance_value(scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode"), "0018,1060") == ""


def test_the_modality_of_the_subject_hierarchy_comes_before_that_of_the_database(scene, database):
    volume = volume_of(scene, "1.2.4")
    assert modality([volume]) == "MR"
    set_modality(scene, volume, "PT")
    assert modality([volume]) == "PT"


def test_the_first_node_that_has_a_modality_is_taken(scene, database):
    plain = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
    assert modality([plain, volume_of(scene, "1.2.3")]) == "CT"
    assert modality([plain]) == ""
