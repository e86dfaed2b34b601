"""The buttons that take existing labels."""

from types import SimpleNamespace

import pytest
import qt
import slicer
from CMRSegmentationMRML import node_lists, segmentations
from CMRSegmentationMRML.labels_panel import LabelsPanel

from CMRSegmentationLib.image import View
from CMRSegmentationLib.patient import Patient
from CMRSegmentationLib.reading.files import write_labels

from .conftest import MODULE_FOLDER, node_ids


@pytest.fixture
def taking(cine):
    top = slicer.util.loadUI(str(MODULE_FOLDER / "Resources/UI/CMRSegmentation.ui"))
    state = SimpleNamespace(top=top, ui=slicer.util.childWidgetVariables(top))
    state.done, state.problems, state.hidden = [], [], []
    top.setMRMLScene(slicer.mrmlScene)
    for button in (state.ui.useLabelsButton, state.ui.labelsFileButton):
        button.enabled = True
    state.panel = LabelsPanel(
        state.ui,
        lambda: (cine, View.SAX, Patient()),
        state.done.append,
        state.problems.append,
        state.hidden.append,
    )
    return state


def test_the_chosen_segmentation_becomes_a_result(taking, cine, phantom):
    drawn = segmentations.add_segmentation(cine, phantom.labels, range(4))
    node_lists.hide_all_but_labels(taking.ui.labelsSelector)
    taking.ui.labelsSelector.setCurrentNode(drawn)
    taking.ui.useLabelsButton.click()
    (sequence,) = taking.done
    assert segmentations.segmented_frames(sequence) == (0, 1, 2, 3)


def test_without_a_choice_the_user_is_asked_for_one(taking):
    taking.ui.useLabelsButton.click()
    assert taking.problems == ["Choose a segmentation or a label volume."]


def test_a_file_becomes_a_result(taking, phantom, tmp_path, monkeypatch):
    path = tmp_path / "labels.nii.gz"
    write_labels(path, phantom.labels)
    monkeypatch.setattr(qt.QFileDialog, "getOpenFileName", staticmethod(lambda *_: str(path)))
    taking.ui.labelsFileButton.click()
    assert len(taking.done) == 1
    assert taking.hidden == ["labels.nii.gz"]


def test_a_file_that_cannot_be_used_is_one_sentence(taking, tmp_path, monkeypatch, scene):
    path = tmp_path / "labels.nii.gz"
    path.write_text("no image")
    before = node_ids(scene)
    monkeypatch.setattr(qt.QFileDialog, "getOpenFileName", staticmethod(lambda *_: str(path)))
    taking.ui.labelsFileButton.click()
    assert len(taking.problems) == 1
    assert "labels.nii.gz" in taking.problems[0]
    assert (taking.done, node_ids(scene)) == ([], before)


def test_a_dialog_that_was_canceled_does_nothing(taking, monkeypatch):
    monkeypatch.setattr(qt.QFileDialog, "getOpenFileName", staticmethod(lambda *_: ""))
    taking.ui.labelsFileButton.click()
    assert (taking.done, taking.problems) == ([], [])
