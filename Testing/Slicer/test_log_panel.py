"""The log is kept, shown on demand, and copied without names."""

import pytest
import slicer
from CMRSegmentationMRML.log_panel import LogPanel

from .conftest import MODULE_FOLDER


@pytest.fixture
def log(cine):
    top = slicer.util.loadUI(str(MODULE_FOLDER / "Resources/UI/CMRSegmentation.ui"))
    log = LogPanel(slicer.util.childWidgetVariables(top))
    log.top = top
    return log


def test_it_begins_anew_with_the_versions(log):
    log.add("old")
    log.begin()
    log.add("new")
    first, second = log.ui.logText.toPlainText().splitlines()
    assert first.startswith("CMRSegmentation ")
    assert second == "new"


def test_it_is_shown_with_its_button_on_demand(log):
    assert log.ui.logFrame.isHidden()
    log.ui.logButton.click()
    assert not log.ui.logFrame.isHidden()
    log.ui.logButton.click()
    assert log.ui.logFrame.isHidden()


def test_it_is_copied_without_the_names_of_cines_patients_and_paths(log, cine):
    cine.sequence.SetName("Jane Miller")
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
    hierarchy.CreateSubjectItem(hierarchy.GetSceneItemID(), "J. Doe (1234567)")
    log.add("Jane Miller: device cpu")
    log.add("J. Doe (1234567) in /media/jane/study")
    log.ui.copyLogButton.click()
    assert slicer.app.clipboard().text() == "<cine>: device cpu\n<cine> in <path>"
    assert "Jane Miller" in log.ui.logText.toPlainText()


def test_it_is_copied_without_names_that_have_left_the_scene_since(log, cine):
    cine.sequence.SetName("Jane Miller")
    log.begin()
    cine.sequence.SetName("J. M.")
    log.add("Jane Miller: device cpu")
    slicer.mrmlScene.RemoveNode(cine.sequence)
    log.add("J. M. was removed")
    log.ui.copyLogButton.click()
    lines = slicer.app.clipboard().text().splitlines()
    assert lines[1:] == ["<cine>: device cpu", "<cine> was removed"]


def test_it_is_copied_without_the_name_of_a_file_that_could_not_be_loaded(log):
    log.hide("Jane Miller.nii.gz")
    log.add("Jane Miller.nii.gz: The file is not a NIfTI image.")
    log.ui.copyLogButton.click()
    assert slicer.app.clipboard().text() == "<cine>: The file is not a NIfTI image."
