"""The module's panel on the Qt host.

The real .ui, a real scene, and children that play a script.
"""

import gzip
import itertools
import json
import re
import subprocess
import sys
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import ctk
import numpy as np
import pytest
import qt
import slicer
from CMRSegmentationMRML import segmentations, sequences, torch_setup

from CMRSegmentationLib.reading import nifti
from Testing.Slicer.host import core_host

from .conftest import MODULE_FOLDER, node_ids, temporary_folders, volume_node, wait_until

UI_FILE = MODULE_FOLDER / "Resources/UI/CMRSegmentation.ui"


@pytest.fixture
def cine(widget, phantom):
    """The small heart, chosen in the panel."""
    cine = sequences.add_cine(phantom.cine, "Heart")
    wait_until(lambda: widget.cine is not None)
    return cine


def rows(table):
    return [
        [table.item(row, column).text() for column in range(3)] for row in range(table.rowCount)
    ]


def segment(widget, cine):
    """A run to its end; returns the segmentation sequence."""
    widget.ui.applyButton.click()
    wait_until(lambda: not widget.run.running and widget.results.sequence is not None)
    return segmentations.segmentations_of(cine)[-1]


# The .ui file and the imports


def test_every_widget_of_the_ui_file_can_be_reached(ui):
    names = {element.get("name") for element in ET.parse(UI_FILE).iter("widget")}
    assert names <= {*vars(ui), "CMRSegmentation"}


def test_every_parameter_of_the_ui_file_is_one_of_the_parameter_node(widget):
    text = UI_FILE.read_text(encoding="utf-8")
    named = re.findall(r'name="SlicerParameterName"[^>]*>\s*<string[^>]*>(\w+)<', text)
    assert len(named) == 9
    assert set(named) <= set(widget._parameterNode.allParameters)


def test_nothing_heavy_is_imported_with_the_module():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from Testing.Slicer.host import qt_host; qt_host.start()\n"
        "sys.path.insert(0, sys.argv[2]); before = set(sys.modules); import CMRSegmentation\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "heavy = {'numpy', 'scipy', 'SimpleITK', 'pydicom', 'torch', 'CMRSegmentationLib'}\n"
        "print(sorted(new & heavy))"
    )
    command = [sys.executable, "-c", code, str(MODULE_FOLDER.parent), str(MODULE_FOLDER)]
    assert (
        subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


# The cine


def test_without_a_cine_apply_is_disabled_and_says_what_is_missing(ui):
    assert not ui.applyButton.enabled
    assert ui.applyButton.toolTip == "Choose a cine: a volume sequence, or a volume."
    assert ui.resultsCollapsibleButton.isHidden()


def test_the_only_cine_is_chosen_and_described(cine, ui):
    assert ui.inputSelector.currentNode() is cine.sequence
    shown = ui.inputSummaryLabel.text.replace("\N{NO-BREAK SPACE}", " ")
    assert shown.startswith("Short axis · 4 phases × 3 slices of 48 × 40")
    assert ui.applyButton.enabled


def test_of_two_cines_none_is_chosen(widget, phantom):
    for name in ("One", "Two"):
        sequences.add_cine(phantom.cine, name)
    slicer.app.processEvents()
    assert widget.ui.inputSelector.currentNode() is None


def test_the_only_cine_beside_a_head_scan_is_chosen(widget, phantom):
    volume_node(slicer.mrmlScene, "Head", np.zeros((130, 64, 64)), (1.3, 1.0, 1.0))
    cine = sequences.add_cine(phantom.cine, "Heart")
    wait_until(lambda: widget.cine is not None)
    assert widget.ui.inputSelector.currentNode() is cine.sequence


def test_the_proxy_of_a_sequence_stands_for_its_cine(cine, ui, widget):
    widget.onInputSelected(cine.volume)
    assert widget.cine.sequence is cine.sequence
    assert ui.applyButton.enabled


def test_a_node_that_cannot_be_segmented_says_why(cine, ui):
    cine.sequence.GetNthDataNode(1).SetAndObserveImageData(None)
    ui.inputSelector.setCurrentNode(None)
    ui.inputSelector.setCurrentNode(cine.sequence)
    assert not ui.applyButton.enabled
    assert "Phase 2 of Heart has no image" in ui.applyButton.toolTip


def test_removing_the_cine_disables_apply(cine, ui):
    for node in (cine.browser, cine.sequence, cine.volume):
        slicer.mrmlScene.RemoveNode(node)
    slicer.app.processEvents()
    assert not ui.applyButton.enabled


def test_no_other_cine_is_chosen_when_the_chosen_one_is_removed(widget, ui, phantom):
    one, two, three = (sequences.add_cine(phantom.cine, name) for name in ("1", "2", "3"))
    for leaving in (two, three):
        ui.inputSelector.setCurrentNode(leaving.sequence)
        assert ui.applyButton.enabled
        slicer.mrmlScene.RemoveNode(leaving.sequence)
        slicer.app.processEvents()
        assert ui.inputSelector.currentNode() is None
        assert (widget._parameterNode.inputNode, widget.cine) == (None, None)
        assert not ui.applyButton.enabled
    assert slicer.mrmlScene.IsNodePresent(one.sequence)


def test_a_cine_stays_chosen_when_another_one_is_removed(widget, ui, phantom):
    one, two, three = (sequences.add_cine(phantom.cine, name) for name in ("1", "2", "3"))
    ui.inputSelector.setCurrentNode(two.sequence)
    for leaving in (one, three):
        slicer.mrmlScene.RemoveNode(leaving.sequence)
        slicer.app.processEvents()
    assert widget.cine.sequence is two.sequence


def test_without_a_model_apply_says_so(widget, phantom, tmp_path):
    widget.logic.modelsFolder = tmp_path / "nothing"
    sequences.add_cine(phantom.cine, "Heart")
    wait_until(lambda: widget.ui.inputSelector.currentNode() is not None)
    assert not widget.ui.applyButton.enabled
    assert widget.ui.applyButton.toolTip == "No model is there; install the extension again."


def test_models_that_fit_the_view_come_first(cine, ui):
    combo = ui.modelComboBox
    assert [combo.itemText(n) for n in range(combo.count)] == [
        "Automatic",
        "The sax model",
        "The apical model",
    ]


def test_a_cine_file_is_loaded_and_chosen(widget, phantom, tmp_path, monkeypatch):
    header = nifti.new_header(phantom.geometry, 4, 225.0)
    array = np.clip(np.rint(phantom.cine.array), 0, 255).astype(np.uint8)
    path = tmp_path / "my cine.nii.gz"
    path.write_bytes(gzip.compress(nifti.label_file(array, header), mtime=0))
    monkeypatch.setattr(qt.QFileDialog, "getOpenFileName", staticmethod(lambda *_: str(path)))
    widget.ui.loadFileButton.click()
    assert widget.cine.name == "my_cine"
    shown = widget.ui.inputSummaryLabel.text.replace("\N{NO-BREAK SPACE}", " ")
    assert shown.startswith("4 phases × 3 slices")


def test_a_folder_without_images_is_one_sentence_and_nothing_else(widget, tmp_path, monkeypatch):
    before = node_ids(slicer.mrmlScene)
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(
        qt.QFileDialog, "getExistingDirectory", staticmethod(lambda *_: str(tmp_path / "empty"))
    )
    widget.ui.loadFolderButton.click()
    assert widget.ui.statusLabel.text
    assert node_ids(slicer.mrmlScene) == before


def test_a_dialog_that_is_canceled_does_nothing(widget, monkeypatch):
    monkeypatch.setattr(qt.QFileDialog, "getExistingDirectory", staticmethod(lambda *_: ""))
    text = widget.ui.statusLabel.text
    widget.ui.loadFolderButton.click()
    assert widget.ui.statusLabel.text == text


# Apply and Cancel


def test_apply_turns_into_cancel_and_back(cine, widget, ui, scripted_child):
    scripted_child("say(stage='infer', done=1, total=4, frame=1); time.sleep(60)")
    before = node_ids(slicer.mrmlScene)
    ui.applyButton.click()
    assert (ui.applyButton.text, ui.inputSelector.enabled) == ("Cancel", False)
    wait_until(lambda: ui.statusLabel.text == "Segmenting, phase 2 of 4")
    assert (ui.progressBar.value, ui.progressBar.maximum) == (1, 4)
    ui.applyButton.click()
    assert (ui.applyButton.text, ui.inputSelector.enabled) == ("Apply", True)
    assert ui.statusLabel.text == "Canceled; the scene is as it was."
    assert node_ids(slicer.mrmlScene) == before
    scripted_child("deliver()")
    assert segment(widget, cine) is widget.results.sequence
    assert (ui.applyButton.text, ui.statusLabel.text) == ("Apply", "Done.")


def test_the_choices_of_the_panel_reach_the_child(cine, widget, ui, scripted_child, tmp_path):
    scripted_child(f"Path({str(tmp_path / 'seen')!r}).write_text(json.dumps(arguments)); deliver()")
    ui.modelComboBox.setCurrentIndex(1)
    ui.deviceComboBox.setCurrentIndex(2)
    ui.phasesComboBox.setCurrentIndex(1)
    ui.viewComboBox.setCurrentIndex(1)
    ui.mirrorCheckBox.checked = True
    ui.postprocessingCheckBox.checked = False
    segment(widget, cine)
    arguments = json.loads((tmp_path / "seen").read_text())
    pairs = dict(itertools.pairwise(arguments))
    assert [pairs[name] for name in ("--model", "--device", "--frames", "--view")] == [
        "sax",
        "cpu",
        "ed-es",
        "sax",
    ]
    assert "--mirror" in arguments
    assert "--no-postprocessing" in arguments


def test_a_failure_is_one_sentence_and_the_log_holds_the_rest(cine, widget, ui, scripted_child):
    scripted_child("print('about to fail'); raise MemoryError('too large')")
    ui.applyButton.click()
    wait_until(lambda: not widget.run.running)
    assert ui.statusLabel.text == "MemoryError: too large"
    log = ui.logText.toPlainText()
    assert "about to fail" in log
    assert "Traceback" in log
    assert ui.applyButton.text == "Apply"
    assert segmentations.segmentations_of(cine) == []


def test_the_log_is_shown_on_demand(ui):
    assert ui.logText.hidden if hasattr(ui.logText, "hidden") else not ui.logText.isVisible()
    ui.logButton.checked = True
    assert not ui.logText.isHidden()
    ui.logButton.checked = False


def test_refused_torch_is_one_sentence_and_no_child(cine, widget, ui, monkeypatch):
    def refuse(_announcer):
        raise torch_setup.TorchUnavailableError("PyTorch was not installed.")

    monkeypatch.setattr(widget.logic, "ensureTorch", refuse)
    ui.applyButton.click()
    assert not widget.run.running
    assert ui.statusLabel.text == "PyTorch was not installed."
    assert ui.applyButton.text == "Apply"


@pytest.mark.parametrize("agreed", [True, False])
def test_the_pytorch_extension_is_offered_where_it_is_missing(
    cine, widget, ui, monkeypatch, agreed
):
    def miss(_announcer):
        raise torch_setup.ExtensionMissingError("Install the extension PyTorch.")

    asked = []
    monkeypatch.setattr(widget.logic, "ensureTorch", miss)
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda *_: agreed)
    model = SimpleNamespace(installExtensionFromServer=lambda *arguments: asked.append(arguments))
    monkeypatch.setattr(slicer.app, "extensionsManagerModel", lambda: model, raising=False)
    ui.applyButton.click()
    assert asked == ([("PyTorch", True)] if agreed else [])


@pytest.fixture
def installer(widget, monkeypatch):
    """An installation of PyTorch that the user refuses; what it saw of the panel."""
    seen = []

    class PyTorchUtilsLogic:
        def installTorch(self, **_arguments):
            ui = widget.ui
            widget.run.announcer.log("Downloading torch")
            buttons = (ui.applyButton, ui.deviceButton, ui.inputSelector)
            seen.append(([button.enabled for button in buttons], ui.statusLabel.text))

    utilities = SimpleNamespace(PyTorchUtilsLogic=PyTorchUtilsLogic)
    monkeypatch.setitem(sys.modules, "PyTorchUtils", utilities)
    monkeypatch.setattr(widget.logic, "ensureTorch", torch_setup.ensure_torch)
    monkeypatch.setattr(torch_setup, "installed_version", lambda: None)
    monkeypatch.setattr(slicer.app, "testingEnabled", lambda: False)
    return seen


@pytest.mark.parametrize("pressed", ["applyButton", "deviceButton"])
def test_the_panel_is_usable_again_after_pytorch_was_refused(cine, ui, installer, pressed):
    status = ui.statusLabel.text
    getattr(ui, pressed).click()
    ((enabled, said),) = installer
    assert (enabled, said[:26]) == ([False] * 3, "PyTorch is being installed")
    assert all(b.enabled for b in (ui.applyButton, ui.deviceButton, ui.inputSelector))
    assert ui.progressBar.isHidden()
    if pressed == "deviceButton":
        assert ui.statusLabel.text == status
        assert "PyTorch was not installed" in ui.deviceLabel.text


def test_the_device_is_not_checked_while_a_cine_is_segmented(cine, widget, ui, scripted_child):
    scripted_child("time.sleep(60)")
    ui.applyButton.click()
    assert not ui.deviceButton.enabled
    ui.applyButton.click()
    assert ui.deviceButton.enabled


def test_slicer_stays_usable_while_a_cine_is_segmented(cine, widget, ui, scripted_child):
    scripted_child("time.sleep(0.5); deliver()")
    ui.applyButton.click()
    ui.seekWidget.setSelectedItemNumber(2)
    cine.browser.SetSelectedItemNumber(3)
    assert widget.run.running
    wait_until(lambda: widget.results.sequence is not None)
    assert cine.browser.GetSelectedItemNumber() == 3


def test_a_run_goes_on_while_the_user_is_in_another_module(cine, widget, ui, scripted_child):
    scripted_child("time.sleep(0.3); deliver()")
    ui.applyButton.click()
    widget.exit()
    wait_until(lambda: not widget.run.running)
    widget.enter()
    assert widget.results.sequence is segmentations.segmentations_of(cine)[0]
    assert ui.measuresTable.rowCount > 0


def test_removing_the_segmentation_empties_the_results(cine, widget, ui, scripted_child):
    scripted_child("deliver()")
    sequence = segment(widget, cine)
    segmentations.remove_segmentation(sequence)
    assert ui.resultsCollapsibleButton.isHidden()
    slicer.app.processEvents()
    assert (widget.results.sequence, ui.measuresTable.rowCount) == (None, 0)
    assert ui.applyButton.enabled


def test_removing_one_of_two_segmentations_shows_the_other(cine, widget, ui, scripted_child):
    scripted_child("deliver()")
    first = segment(widget, cine)
    ui.earlierComboBox.setCurrentIndex(1)
    ui.applyButton.click()
    wait_until(lambda: not widget.run.running)
    second = widget.results.sequence
    assert second is not first
    slicer.mrmlScene.RemoveNode(second)
    slicer.app.processEvents()
    assert widget.results.sequence is first


def test_the_older_of_two_results_is_still_chosen_after_another_module(
    cine, widget, ui, scripted_child
):
    scripted_child("deliver()")
    first = segment(widget, cine)
    ui.earlierComboBox.setCurrentIndex(1)
    ui.applyButton.click()
    wait_until(lambda: not widget.run.running)
    ui.resultComboBox.setCurrentIndex(0)
    widget.exit()
    widget.enter()
    assert widget.results.sequence is first
    ui.applyButton.click()
    widget.exit()
    wait_until(lambda: not widget.run.running)
    widget.enter()
    assert widget.results.sequence is segmentations.segmentations_of(cine)[2]


def test_closing_the_scene_ends_the_child(cine, widget, ui, scripted_child):
    scripted_child("time.sleep(60)")
    ui.applyButton.click()
    slicer.mrmlScene.Clear(0)
    assert not widget.run.running
    assert temporary_folders() == []
    assert not ui.applyButton.enabled
    assert widget.ui.inputSelector.currentNode() is None


def test_a_second_scene_can_be_segmented_after_the_first_was_closed(
    cine, widget, phantom, scripted_child
):
    slicer.mrmlScene.Clear(0)
    core_host.add_default_nodes()
    again = sequences.add_cine(phantom.cine, "Second")
    wait_until(lambda: widget.cine is not None)
    scripted_child("deliver()")
    assert segment(widget, again).GetName() == "Second segmentation"


def test_a_long_name_that_is_there_before_the_panel_does_not_widen_it(scene, phantom):
    sequences.add_cine(phantom.cine, "CINE_segmented_SAX_b7_retro_iPAT_2_breath-hold_" * 2)
    top = slicer.util.loadUI(str(UI_FILE))
    top.setMRMLScene(scene)
    top.show()
    slicer.app.processEvents()
    assert top.minimumSizeHint.width() <= 430
    top.setMRMLScene(None)
    top.hide()


@pytest.mark.parametrize("width", [430, 700])
def test_no_sentence_of_the_panel_is_cut_off(width):
    top = slicer.util.loadUI(str(UI_FILE))
    for section in top.findChildren(ctk.ctkCollapsibleButton):
        section.visible, section.collapsed = True, False
    labels = [label for label in top.findChildren(qt.QLabel) if label.wordWrap]
    for label in labels:
        label.visible, label.text = True, "This is a sentence that takes several lines. " * 9
    top.resize(width, 3000)
    top.show()
    for _ in range(3):
        slicer.app.processEvents()
    cut = [label.objectName for label in labels if label.height < label.heightForWidth(label.width)]
    assert (len(labels) > 8, cut) == (True, [])
    top.hide()
