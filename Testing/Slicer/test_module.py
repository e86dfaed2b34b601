"""What Slicer sees of the module: start-up, reload, parameter node, file reader and its test."""

import gzip
import importlib
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import slicer
import vtk
from CMRSegmentationMRML import results, segmentations, sequences, torch_setup
from CMRSegmentationMRML.studies import STUDY_ATTRIBUTE

from CMRSegmentationLib.image import CineStack, LabelMap
from CMRSegmentationLib.reading import nifti
from CMRSegmentationLib.reading.files import write_labels
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from CMRSegmentationLib.reporting.report_files import write_report
from Testing.phantoms import HeartPhantom
from Testing.Slicer.host.file_readers import ReaderPlugin

from .conftest import MODULE_FOLDER, SMALL, wait_until


@pytest.fixture
def cine(widget, phantom):
    """The small heart, chosen in the panel."""
    cine = sequences.add_cine(phantom.cine, "Heart")
    wait_until(lambda: widget.cine is not None)
    return cine


@pytest.fixture
def ui(widget):
    return widget.ui


def test_the_sample_is_registered_once_and_with_its_loader(loaded):
    loaded.registerResources()
    (source,) = [
        s
        for s in slicer.modules.sampleDataSources["Cardiac"]
        if s.sampleName == "CMR cine (Sunnybrook)"
    ]
    assert callable(source.customDownloader)


def test_the_codes_are_known_after_start_up(loaded):
    assert slicer.modules.terminologies.logic().IsTerminologyContextLoaded("CMR ventricles")


def test_the_module_says_what_it_is(loaded):
    parent = slicer.modules.cmrsegmentation
    assert (parent.title, parent.categories) == ("CMR Segmentation", ["Cardiac"])
    assert "not for clinical decisions" in parent.helpText


@pytest.fixture
def dropped(tmp_path):
    """A 4-D NIfTI of 8 phases, as a user drops it onto Slicer."""
    phantom = HeartPhantom(**SMALL | {"frames": 8, "es_frame": 3})
    header = nifti.new_header(phantom.geometry, 8, 112.5)
    array = np.clip(np.rint(phantom.cine.array), 0, 255).astype(np.uint8)
    path = tmp_path / "dropped.nii.gz"
    path.write_bytes(gzip.compress(nifti.label_file(array, header), mtime=0))
    return path


@pytest.mark.parametrize("name", [str, os.fsencode], ids=["text", "bytes"])
def test_a_cine_that_is_dropped_onto_slicer_becomes_a_sequence(widget, loaded, dropped, name):
    """A name that is not UTF-8 comes as bytes from the file readers of newer versions of Slicer."""
    reader = loaded.CMRSegmentationFileReader(ReaderPlugin())
    assert reader.canLoadFileConfidence(name(dropped)) > 0.6
    assert reader.load({"fileName": name(dropped)})
    (node_id,) = reader.parent.loadedNodes
    assert slicer.mrmlScene.GetNodeByID(node_id).GetNumberOfDataNodes() == 8


def test_a_file_that_cannot_be_read_is_named_in_the_messages_of_the_reader(
    widget, loaded, tmp_path
):
    (tmp_path / "other.nii").write_text("text")
    reader = loaded.CMRSegmentationFileReader(ReaderPlugin())
    assert reader.canLoadFileConfidence(str(tmp_path / "other.nii")) == 0.0
    assert not reader.load({"fileName": str(tmp_path / "other.nii")})
    messages = reader.parent.userMessages()
    assert messages.GetNumberOfMessages() == 1
    assert "other.nii" in messages.GetNthMessageText(0)


def test_sample_data_gives_the_sample_to_scripts(widget, loaded):
    import SampleData

    sequence = SampleData.downloadSample("CMR cine (Sunnybrook)")
    assert sequence.GetNumberOfDataNodes() == 20


def test_the_parameter_node_keeps_the_choices(cine, widget, ui):
    ui.phasesComboBox.setCurrentIndex(2)
    ui.heartRateSpinBox.value = 64
    again = widget.logic.getParameterNode()
    assert again.phases.name == "CURRENT"
    assert again.heartRate == 64
    assert again.inputNode is cine.sequence


def test_leaving_and_entering_the_panel_keeps_the_cine(cine, widget, ui):
    widget.exit()
    widget.enter()
    assert ui.inputSelector.currentNode() is cine.sequence
    assert ui.applyButton.enabled


def test_leaving_and_entering_the_panel_keeps_every_choice(cine, widget, ui):
    for combo in (ui.viewComboBox, ui.phasesComboBox, ui.deviceComboBox, ui.earlierComboBox):
        combo.setCurrentIndex(1)
    ui.mirrorCheckBox.checked = True
    ui.heightSpinBox.value = 181
    before = {
        name: widget._parameterNode.getValue(name) for name in widget._parameterNode.allParameters
    }
    for _ in range(2):
        widget.exit()
        widget.enter()
    assert {
        name: widget._parameterNode.getValue(name) for name in widget._parameterNode.allParameters
    } == before
    assert [
        ui.phasesComboBox.currentIndex,
        ui.deviceComboBox.currentIndex,
        ui.heightSpinBox.value,
    ] == [1, 1, 181]


def test_what_changed_while_the_panel_was_left_is_shown_when_the_user_is_back(cine, widget, ui):
    widget.exit()
    parameters = widget.logic.getParameterNode()
    parameters.mirrorAveraging, parameters.heartRate = True, 64
    widget.enter()
    assert (ui.mirrorCheckBox.checked, ui.heartRateSpinBox.value) == (True, 64)


def next_tag(node):
    """The number of the next observer of a node, which grows with each."""
    tag = node.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: None)
    node.RemoveObserver(tag)
    return tag


def test_visits_to_the_panel_leave_no_observers_at_the_parameter_node(cine, widget):
    node = widget._parameterNode.parameterNode
    before = next_tag(node)
    for _ in range(3):
        widget.exit()
        widget.enter()
    assert next_tag(node) == before + 1


def test_a_closed_scene_takes_the_choices_along(cine, widget, ui):
    ui.heartRateSpinBox.value = 64
    ui.phasesComboBox.setCurrentIndex(2)
    slicer.mrmlScene.Clear(0)
    parameters = widget.logic.getParameterNode()
    assert (parameters.heartRate, parameters.phases.name) == (0, "ALL")
    assert (ui.heartRateSpinBox.value, ui.phasesComboBox.currentIndex) == (0, 0)
    ui.heartRateSpinBox.value = 72
    assert parameters.heartRate == 72


def test_when_slicer_quits_the_panel_lets_go_of_the_scene(cine, widget, ui):
    """Slicer takes scene and widgets apart afterwards, and what still listened would fail."""
    parameters = widget._parameterNode
    slicer.app.aboutToQuit.emit()
    assert widget._parameterNode is None
    parameters.mirrorAveraging = True
    assert not ui.mirrorCheckBox.checked
    widget.observeScene()
    widget.initializeParameterNode()


def test_slicers_own_test_of_the_module_runs(widget, loaded, monkeypatch):
    monkeypatch.setattr(torch_setup, "installed_version", lambda: None)
    test = loaded.CMRSegmentationTest()
    test.setUp()
    test.test_labelsComeBackFromASegmentationSequence()
    with pytest.raises(Exception, match="PyTorch is not installed"):
        test.test_sampleIsSegmented()


def test_slicers_test_button_shows_what_is_skipped_and_does_not_fail(widget, loaded, monkeypatch):
    monkeypatch.setattr(torch_setup, "installed_version", lambda: None)
    test, shown = loaded.CMRSegmentationTest(), []
    test.delayDisplay = shown.append
    test.runTest()
    assert shown == [
        "Labels came back from the segmentation sequence",
        "Skipped: PyTorch is not installed",
    ]


def test_a_reload_ends_the_child_and_makes_a_new_panel(cine, widget, scripted_child):
    """Last, because the names that the tests imported belong to the code before the reload."""
    old = widget
    scripted_child("time.sleep(60)")
    old.ui.applyButton.click()
    kept = {
        name: sys.modules[name]
        for name in list(sys.modules)
        if name.split(".")[0].startswith("CMRSegmentation")
    }
    try:
        old.onReload()
        new = slicer.modules.CMRSegmentationWidget
        assert new is not old
        assert not old.run.running
        assert sys.modules["CMRSegmentationMRML.cines"] is not kept["CMRSegmentationMRML.cines"]
        assert new.ui.applyButton is not old.ui.applyButton
        assert new.ui.inputSelector.currentNode() is cine.sequence
    finally:
        sys.modules.update(kept)
        importlib.invalidate_caches()


def test_the_sample_and_the_models_are_looked_for_beside_the_library(loaded):
    logic = loaded.CMRSegmentationLogic()
    assert logic.modelsFolder == Path(MODULE_FOLDER).parent / "Resources" / "Models"


def test_the_patient_of_one_study_is_not_carried_to_the_next(widget, ui, phantom, scripted_child):
    """The result of the first patient keeps its measures, and brings them back."""
    one, two = (sequences.add_cine(phantom.cine, name) for name in ("One", "Two"))
    for cine in (one, two):
        cine.node.SetAttribute(STUDY_ATTRIBUTE, cine.name)
    ui.inputSelector.setCurrentNode(one.sequence)
    ui.heightSpinBox.value, ui.weightSpinBox.value = 180.0, 80.0
    scripted_child("deliver()")
    ui.applyButton.click()
    wait_until(lambda: widget.results.sequence is not None)
    first = widget.results.sequence
    before = first.GetAttribute(results.REPORT_ATTRIBUTE)
    ui.inputSelector.setCurrentNode(two.sequence)
    assert (ui.heightSpinBox.value, ui.weightSpinBox.value) == (0.0, 0.0)
    assert "this cine is of another study" in ui.statusLabel.text
    ui.applyButton.click()
    wait_until(lambda: widget.results.sequence is not None)
    assert results.stored_report(widget.results.sequence).value("bsa") is None
    ui.inputSelector.setCurrentNode(one.sequence)
    assert (ui.heightSpinBox.value, ui.weightSpinBox.value) == (180.0, 80.0)
    assert first.GetAttribute(results.REPORT_ATTRIBUTE) == before


def test_what_a_scene_without_its_study_was_entered_for_is_not_carried_to_another_one(
    widget, ui, phantom
):
    """Such as one that an older version has saved."""
    one, two = (sequences.add_cine(phantom.cine, name) for name in ("One", "Two"))
    for cine in (one, two):
        cine.node.SetAttribute(STUDY_ATTRIBUTE, cine.name)
    ui.inputSelector.setCurrentNode(one.sequence)
    ui.heightSpinBox.value = 180.0
    widget.exit()
    widget.logic.getParameterNode().patientStudy = ""
    widget.enter()
    assert ui.heightSpinBox.value == 180.0
    ui.inputSelector.setCurrentNode(two.sequence)
    assert ui.heightSpinBox.value == 0.0


def test_a_result_is_not_measured_for_the_patient_of_a_scene_that_is_being_added(
    widget, ui, cine, scripted_child
):
    scripted_child("deliver()")
    ui.applyButton.click()
    wait_until(lambda: widget.results.sequence is not None)
    sequence, scene = widget.results.sequence, slicer.mrmlScene
    before = sequence.GetAttribute(results.PATIENT_ATTRIBUTE)
    scene.StartState(scene.ImportState)
    widget.logic.getParameterNode().height = 150.0
    assert sequence.GetAttribute(results.PATIENT_ATTRIBUTE) == before
    scene.EndState(scene.ImportState)


def test_without_its_browser_a_result_is_shown_no_more(widget, ui, cine, scripted_child):
    scripted_child("deliver()")
    ui.applyButton.click()
    wait_until(lambda: widget.results.sequence is not None)
    slicer.mrmlScene.RemoveNode(cine.browser)
    assert ui.resultsCollapsibleButton.isHidden()
    slicer.app.processEvents()
    ui.applyButton.click()
    wait_until(lambda: not widget.run.running)
    assert not ui.resultsCollapsibleButton.isHidden()


def test_a_kept_result_comes_into_the_browser_that_took_the_place_of_its_own(
    widget, ui, cine, scripted_child
):
    scripted_child("deliver()")
    ui.earlierComboBox.setCurrentIndex(1)
    ui.applyButton.click()
    wait_until(lambda: widget.results.sequence is not None)
    first = widget.results.sequence
    slicer.mrmlScene.RemoveNode(cine.browser)
    slicer.app.processEvents()
    ui.applyButton.click()
    wait_until(lambda: not widget.run.running)
    ui.resultComboBox.setCurrentIndex(0)
    assert widget.results.sequence is first
    ui.show3DButton.click()
    assert widget.cine.browser.GetProxyNode(first).GetDisplayNode().GetVisibility3D()


def test_what_was_said_of_one_cine_is_not_said_of_the_next(
    widget, ui, cine, phantom, scripted_child
):
    scripted_child("deliver()")
    ui.applyButton.click()
    wait_until(lambda: not widget.run.running)
    widget.exit()
    widget.enter()
    assert ui.statusLabel.text == "Done."
    ui.inputSelector.setCurrentNode(sequences.add_cine(phantom.cine, "Next").sequence)
    assert ui.statusLabel.text == ""


def test_a_plain_volume_that_becomes_a_cine_keeps_what_was_said_of_it(
    widget, ui, phantom, scripted_child, finished_run
):
    labels = LabelMap(phantom.labels.array[:1], phantom.geometry)
    write_labels(finished_run / "labels.nii.gz", labels)
    first = CineStack(phantom.cine.array[:1], phantom.geometry)
    write_report(make_report(labels, InputSummary.of(first)), finished_run)
    volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "One phase")
    slicer.util.updateVolumeFromArray(volume, first.array[0])
    volume.SetIJKToRASMatrix(slicer.util.vtkMatrixFromArray(phantom.geometry.ijk_to_ras))
    ui.inputSelector.setCurrentNode(volume)
    scripted_child("deliver()")
    ui.applyButton.click()
    wait_until(lambda: not widget.run.running)
    slicer.app.processEvents()
    assert ui.inputSelector.currentNode() is widget.cine.sequence
    assert ui.statusLabel.text == "Done."


def test_a_run_that_goes_on_is_told_of_while_another_cine_is_looked_at(
    widget, ui, cine, phantom, scripted_child
):
    scripted_child("say(stage='infer', done=1, total=4); time.sleep(60)")
    ui.applyButton.click()
    wait_until(lambda: "Segmenting" in ui.statusLabel.text)
    ui.inputSelector.setCurrentNode(sequences.add_cine(phantom.cine, "Next").sequence)
    assert ui.statusLabel.text == "Segmenting, phase 2 of 4"
    slicer.mrmlScene.Clear(0)
    assert ui.statusLabel.text == ""


def test_a_study_of_many_cines_is_listed_once(widget, ui, phantom, monkeypatch):
    listed, list_nodes = [], widget.listNodes
    monkeypatch.setattr(widget, "listNodes", lambda: listed.append(list_nodes()))
    for number in range(6):
        sequences.add_cine(phantom.cine, f"Plane {number}")
    slicer.app.processEvents()
    assert len(listed) == 1
    assert ui.inputSelector.nodeCount() == 6
    assert ui.allButton.text == "Segment all (6)"


def test_the_contours_of_one_patient_are_not_seen_over_the_images_of_the_next(
    widget, ui, phantom, scripted_child
):
    one, two = (sequences.add_cine(phantom.cine, name) for name in ("One", "Two"))
    for cine in (one, two):
        cine.node.SetAttribute(STUDY_ATTRIBUTE, cine.name)
    ui.inputSelector.setCurrentNode(one.sequence)
    scripted_child("deliver()")
    ui.applyButton.click()
    wait_until(lambda: widget.results.sequence is not None)
    shown = one.browser.GetProxyNode(widget.results.sequence).GetDisplayNode()
    ui.inputSelector.setCurrentNode(two.sequence)
    assert not shown.GetVisibility()
    ui.inputSelector.setCurrentNode(one.sequence)
    assert shown.GetVisibility()


def test_several_studies_that_are_segmented_together_are_seen_one_at_a_time(
    widget, ui, phantom, scripted_child, finished_run
):
    one, two = (sequences.add_cine(phantom.cine, name) for name in ("One", "Two"))
    for cine in (one, two):
        cine.node.SetAttribute(STUDY_ATTRIBUTE, cine.name)
    ui.inputSelector.setCurrentNode(one.sequence)
    slicer.app.processEvents()
    scripted_child(f"""
for path in (Path(name) for name in arguments[1:arguments.index("-o")]):
    shutil.copytree({str(finished_run)!r}, output / path.name.removesuffix(".seq.nrrd"))
say(stage="finished", output=str(output))
""")
    ui.allButton.click()
    wait_until(lambda: not widget.run.running)
    seen = []
    for cine in (one, two):
        (result,) = segmentations.segmentations_of(cine)
        seen.append(bool(cine.browser.GetProxyNode(result).GetDisplayNode().GetVisibility()))
    assert seen == [True, False]


def test_the_view_that_was_chosen_for_one_cine_is_not_taken_for_the_next(widget, ui, phantom):
    """As of long axes in files that do not tell their view; the reader's is there again."""
    stack = replace(phantom.cine, view=None)
    two_chambers, four_chambers = (sequences.add_cine(stack, name) for name in ("2CH", "4CH"))
    ui.viewComboBox.setCurrentIndex(2)
    ui.inputSelector.setCurrentNode(two_chambers.sequence)
    assert widget.orders([widget.cine])[0][1].view == "lax_2c"
    widget.exit()
    widget.enter()
    assert widget.orders([widget.cine])[0][1].view == "lax_2c"
    ui.inputSelector.setCurrentNode(four_chambers.sequence)
    assert widget.orders([widget.cine])[0][1].view == "auto"
    assert ui.viewComboBox.currentIndex == 0
