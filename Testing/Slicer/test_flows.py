"""What a user does with the panel from the first click to the last, where several parts meet."""

import json

import numpy as np
import pytest
import qt
import slicer
from CMRSegmentationMRML import examination, models, results, segmentations, sequences
from PySide6 import QtWidgets

from CMRSegmentationLib.image import CineStack
from CMRSegmentationLib.reading.files import write_labels
from CMRSegmentationLib.segmenting.model import WEIGHTS_FILE
from Testing.Slicer.host import core_host

from .conftest import add_model, node_ids, temporary_folders, wait_until
from .test_process_tree import is_running

SEVERAL = """
inputs = [Path(name) for name in arguments[1:arguments.index("-o")]]
(output / "x").parent.mkdir(parents=True, exist_ok=True)

def deliver_one(path):
    say(stage="read", done=0, total=1)
    say(stage="infer", done=1, total=4, frame=1)
    shutil.copytree(FINISHED, output / path.name.removesuffix(".seq.nrrd"))
"""
"""Lines of a played child that takes several cines."""


@pytest.fixture
def ui(widget):
    return widget.ui


@pytest.fixture
def hearts(widget, phantom):
    """Three cines in the scene, none of which is chosen."""
    found = [sequences.add_cine(phantom.cine, name) for name in ("Apex", "Middle", "Base")]
    wait_until(lambda: not widget.ui.allButton.isHidden())
    return found


@pytest.fixture
def several(scripted_child, finished_run):
    """Plays a child for several cines."""

    def use(lines):
        scripted_child(SEVERAL.replace("FINISHED", repr(str(finished_run))) + lines)

    return use


def done(widget):
    wait_until(lambda: not widget.run.running)


# Several cines


def test_segment_all_takes_every_cine_to_one_child_one_after_the_other(
    widget, ui, hearts, several, tmp_path
):
    several(f"""
with open({str(tmp_path / "calls")!r}, "a") as file:
    file.write("call\\n")
for path in inputs:
    deliver_one(path)
    time.sleep(0.1)
say(stage="finished", output=str(output))
""")
    seen = []
    ui.allButton.click()
    wait_until(lambda: seen.append(ui.statusLabel.text) or not widget.run.running)
    assert (tmp_path / "calls").read_text() == "call\n"
    for number, name in enumerate(("Apex", "Middle", "Base"), 1):
        assert f"{name} ({number} of 3): Segmenting, phase 2 of 4" in seen
        assert len(segmentations.segmentations_of(hearts[number - 1])) == 1
    assert ui.statusLabel.text == "Done: 3 cines."
    assert examination.study_table().GetNumberOfRows() > 30
    ui.inputSelector.setCurrentNode(hearts[1].sequence)
    assert widget.results.sequence is segmentations.segmentations_of(hearts[1])[0]
    assert not ui.studyButton.isHidden()


def test_a_cine_that_fails_leaves_the_others(widget, ui, hearts, several):
    several("""
import csv
for path in inputs[::2]:
    deliver_one(path)
with (output / "summary.csv").open("w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["input", "cine", "status", "message", "folder"])
    writer.writerow([str(inputs[1]), "cine_02", "failed", f"{inputs[1]}: No heart.", ""])
say(stage="failed", error="1 of 3 inputs could not be segmented.")
sys.exit(1)
""")
    ui.allButton.click()
    done(widget)
    assert [len(segmentations.segmentations_of(heart)) for heart in hearts] == [1, 0, 1]
    assert ui.statusLabel.text == "2 of 3 cines were segmented. Middle: No heart."
    assert "Middle: No heart." in ui.logText.toPlainText()


def test_a_child_that_dies_among_several_leaves_what_was_done(widget, ui, hearts, several):
    several("deliver_one(inputs[0]); os.kill(os.getpid(), signal.SIGKILL)")
    ui.allButton.click()
    done(widget)
    assert [len(segmentations.segmentations_of(heart)) for heart in hearts] == [1, 0, 0]
    assert "killed from outside" in ui.statusLabel.text


@pytest.mark.parametrize("how", ["cancel", "close", "quit"])
def test_a_run_of_several_that_is_ended_leaves_scene_and_disk_as_they_were(
    widget, ui, hearts, several, tmp_path, how
):
    process = tmp_path / "process"
    works = "deliver_one(inputs[0]); say(stage='read', done=0, total=1); time.sleep(60)"
    several(f"Path({str(process)!r}).write_text(str(os.getpid())); {works}")
    before = node_ids(slicer.mrmlScene)
    ui.allButton.click()
    wait_until(lambda: "(2 of 3)" in ui.statusLabel.text)
    if how == "cancel":
        ui.applyButton.click()
        assert ui.statusLabel.text == "Canceled; the scene is as it was."
    elif how == "close":
        slicer.mrmlScene.Clear(0)
        core_host.add_default_nodes()
    else:
        slicer.app.aboutToQuit.emit()
        widget.observeScene()
        widget.initializeParameterNode()
    assert not widget.run.running
    wait_until(lambda: not is_running(int(process.read_text())))
    assert temporary_folders() == []
    if how != "close":
        assert node_ids(slicer.mrmlScene) == before


def test_a_cine_that_cannot_be_read_does_not_keep_the_others_back(widget, ui, hearts, several):
    several("[deliver_one(path) for path in inputs]; say(stage='finished', output='')")
    hearts[0].sequence.GetNthDataNode(1).SetAndObserveImageData(None)
    ui.allButton.click()
    done(widget)
    assert [len(segmentations.segmentations_of(heart)) for heart in hearts] == [0, 1, 1]
    assert "Phase 2 of Apex has no image" in ui.statusLabel.text


def test_the_current_phase_of_several_cines_is_refused_in_one_sentence(widget, ui, hearts):
    ui.phasesComboBox.setCurrentIndex(2)
    ui.allButton.click()
    assert not widget.run.running
    assert "no current phase in common" in ui.statusLabel.text


def test_each_cine_keeps_the_view_of_its_reader(widget, ui, hearts, several, tmp_path):
    add_model(widget.logic.modelsFolder, "two", ["lax_2c"])
    hearts[2].sequence.SetAttribute("CMR.View", "lax_2c")
    several(f"""
header = [path.read_bytes().split(b"CMR.View:=")[1].split(b"\\n")[0].decode() for path in inputs]
Path({str(tmp_path / "seen")!r}).write_text(json.dumps([arguments, header]))
sys.exit(1)
""")
    ui.allButton.click()
    done(widget)
    arguments, header = json.loads((tmp_path / "seen").read_text())
    assert arguments[arguments.index("--view") + 1] == "auto"
    assert header == ["sax", "sax", "lax_2c"]


# One cine


@pytest.fixture
def cine(widget, phantom):
    cine = sequences.add_cine(phantom.cine, "Heart")
    wait_until(lambda: widget.cine is not None)
    return cine


def test_results_are_hidden_until_there_is_one_and_show_every_row(widget, ui, cine, scripted_child):
    assert ui.resultsCollapsibleButton.isHidden()
    scripted_child("deliver()")
    ui.applyButton.click()
    done(widget)
    assert not ui.resultsCollapsibleButton.isHidden()
    table = ui.measuresTable
    rows = table.rowCount
    assert rows > 5
    below = table.rowViewportPosition(rows - 1) + table.rowHeight(rows - 1)
    assert below <= table.height - table.horizontalHeader().height


def test_the_log_stays_after_success_and_can_be_copied(widget, ui, cine, scripted_child):
    scripted_child("print('loading'); deliver()")
    ui.applyButton.click()
    done(widget)
    log = ui.logText.toPlainText().splitlines()
    assert log[0].startswith("CMRSegmentation ")
    assert "loading" in log
    assert "Heart segmentation: device cpu (test), model none" in log
    ui.copyLogButton.click()
    assert "Heart" not in slicer.app.clipboard().text()


def test_a_new_result_is_shown_in_3d_by_itself_if_the_last_one_was(
    widget, ui, cine, scripted_child
):
    scripted_child("deliver()")
    ui.applyButton.click()
    done(widget)
    assert not ui.show3DButton.checked
    ui.show3DButton.click()
    assert shown_in_3d(widget)
    ui.applyButton.click()
    done(widget)
    assert (ui.show3DButton.checked, shown_in_3d(widget)) == (True, True)
    ui.show3DButton.click()
    ui.applyButton.click()
    done(widget)
    assert (ui.show3DButton.checked, shown_in_3d(widget)) == (False, False)


def shown_in_3d(widget):
    proxy = widget.cine.browser.GetProxyNode(widget.results.sequence)
    has_surface = proxy.GetSegmentation().ContainsRepresentation("Closed surface")
    return bool(has_surface and proxy.GetDisplayNode().GetVisibility3D())


def test_the_3d_button_follows_a_result_that_was_chosen_from_the_list(
    widget, ui, cine, scripted_child
):
    scripted_child("deliver()")
    ui.earlierComboBox.setCurrentIndex(1)
    for _ in range(2):
        ui.applyButton.click()
        done(widget)
    ui.show3DButton.click()
    ui.resultComboBox.setCurrentIndex(0)
    assert not ui.show3DButton.checked
    ui.resultComboBox.setCurrentIndex(1)
    assert ui.show3DButton.checked


def test_each_cine_is_listed_once(widget, ui, cine):
    selector = ui.inputSelector
    wait_until(lambda: selector.nodeCount() == 1)
    assert selector.nodeFromIndex(0) is cine.sequence


def test_a_saved_choice_of_the_volume_that_shows_a_cine_is_its_sequence(widget, ui, cine):
    parameters = widget._parameterNode
    widget.exit()
    parameters.inputNode = cine.volume
    widget.enter()
    assert ui.inputSelector.currentNode() is cine.sequence
    assert widget.cine.sequence is cine.sequence


def test_labels_of_a_file_become_a_result_of_the_panel(
    widget, ui, cine, phantom, tmp_path, monkeypatch
):
    path = tmp_path / "labels.nii.gz"
    write_labels(path, phantom.labels)
    monkeypatch.setattr(qt.QFileDialog, "getOpenFileName", staticmethod(lambda *_: str(path)))
    ui.labelsFileButton.click()
    assert widget.results.sequence is segmentations.segmentations_of(cine)[0]
    assert ui.measuresTable.rowCount > 5
    assert results.stored_report(widget.results.sequence).model is None


def test_a_loaded_sequence_of_labels_is_listed_and_becomes_a_result(widget, ui, cine, phantom):
    stack = CineStack(phantom.labels.array.astype(np.float32), phantom.geometry)
    labels = sequences.add_cine(stack, "labels").sequence
    wait_until(lambda: ui.labelsSelector.nodeCount() == 1)
    ui.labelsSelector.setCurrentNode(labels)
    ui.useLabelsButton.click()
    found = segmentations.read_labels(widget.results.sequence, widget.cine)
    np.testing.assert_array_equal(found.array, phantom.labels.array)


# The user's own models


@pytest.fixture
def own(tmp_path, ui):
    """A folder with one model that can be used, and one whose weights were exchanged."""
    folder = tmp_path / "own models"
    add_model(folder, "mine", ["sax"])
    add_model(folder, "broken", ["sax"])
    (folder / "broken" / WEIGHTS_FILE).write_bytes(b"exchanged")
    yield folder
    ui.ownModelsPathEdit.currentPath = ""


def test_own_models_are_listed_beside_the_bundled_ones_and_damaged_ones_are_named(
    widget, ui, cine, own, scripted_child, tmp_path
):
    ui.ownModelsPathEdit.currentPath = str(own)
    combo = ui.modelComboBox
    titles = [combo.itemText(index) for index in range(combo.count)]
    assert "The mine model (own model)" in titles
    assert "The sax model" in titles
    assert not any("broken" in title for title in titles)
    assert "damaged or were exchanged" in ui.ownModelsProblemLabel.text
    assert models.own_folder() == own
    combo.setCurrentIndex(titles.index("The mine model (own model)"))
    scripted_child(f"Path({str(tmp_path / 'seen')!r}).write_text(json.dumps(arguments)); deliver()")
    ui.applyButton.click()
    done(widget)
    arguments = json.loads((tmp_path / "seen").read_text())
    assert arguments[arguments.index("--model") + 1] == str(own / "mine")


def test_the_folder_of_own_models_is_there_in_the_next_slicer(widget, ui, own):
    ui.ownModelsPathEdit.currentPath = str(own / "mine")
    assert qt.QSettings().value(models.OWN_FOLDER_KEY) == str(own / "mine")
    ((name, title),) = models.listed_models(own / "none", None)
    assert (name, title) == (str(own / "mine"), "The mine model (own model)")


def test_a_folder_without_models_says_so(widget, ui, own, tmp_path):
    (tmp_path / "empty").mkdir()
    ui.ownModelsPathEdit.currentPath = str(tmp_path / "empty")
    assert "holds no model" in ui.ownModelsProblemLabel.text
    ui.ownModelsPathEdit.currentPath = ""
    assert ui.ownModelsProblemLabel.isHidden()


# The panel's shape, and its use without a mouse

CONTROLS = (
    QtWidgets.QAbstractButton,
    QtWidgets.QComboBox,
    QtWidgets.QAbstractSpinBox,
    QtWidgets.QAbstractItemView,
    QtWidgets.QPlainTextEdit,
    slicer.qMRMLNodeComboBox,
)


def controls(ui):
    named = {name: widget for name, widget in vars(ui).items() if not name.startswith("qt_")}
    return {name: widget for name, widget in named.items() if isinstance(widget, CONTROLS)}


def test_every_control_has_a_tooltip_and_an_accessible_name(ui):
    found = controls(ui)
    assert len(found) > 35
    assert [name for name, control in found.items() if not control.toolTip] == []
    assert [name for name, control in found.items() if not control.accessibleName] == []


def test_every_label_before_a_control_leads_to_it(ui):
    labels = [w for w in vars(ui).values() if type(w) is QtWidgets.QLabel and w.text.endswith(":")]
    assert len(labels) >= 13
    assert [label.objectName for label in labels if label.buddy() is None] == []


def test_the_tab_key_goes_through_the_controls_from_top_to_bottom(widget, ui):
    order, current = [], ui.inputSelector
    for _ in range(400):
        order.append(current.objectName)
        current = current.nextInFocusChain()
    wanted = ["inputSelector", "modelComboBox", "viewComboBox", "applyButton", "edSpinBox"]
    places = [order.index(name) for name in [*wanted, "heartRateSpinBox", "exportButton"]]
    assert places == sorted(places)


def test_phases_are_played_and_stepped_with_keys(widget, ui, cine, scripted_child):
    wanted = ["Alt+P", "Alt+,", "Alt+."]
    keys = [
        ui.playWidget.PlayPauseShortcut,
        ui.playWidget.PreviousFrameShortcut,
        ui.playWidget.NextFrameShortcut,
    ]
    assert keys == wanted
    shortcuts = {key.key.toString(): key for key in ui.playWidget.findChildren(qt.QShortcut)}
    scripted_child("deliver()")
    ui.applyButton.click()
    done(widget)
    cine.browser.SetSelectedItemNumber(1)
    shortcuts["Alt+."].activated.emit()
    assert cine.browser.GetSelectedItemNumber() == 2


@pytest.fixture
def panel(widget):
    """The panel in a scroll area of Slicer's width, shown."""
    panel = slicer.modules.cmrsegmentation.widgetRepresentation()
    panel.resize(430, 900)
    panel.show()
    yield panel
    panel.hide()


def test_the_panel_is_no_wider_than_430_pixels_in_any_state(
    panel, widget, ui, several, phantom, tmp_path
):
    add_model(widget.logic.modelsFolder, "wordy", ["sax"], "Experimental: learned from one person.")
    description = widget.logic.modelsFolder / "wordy" / "model.json"
    values = json.loads(description.read_text()) | {"title": "A model with a long title " * 4}
    description.write_text(json.dumps(values))
    widths = {"empty": width(panel)}
    name = "A study with a very long description, cine short axis 10 slices breath-hold"
    for number in range(2):
        sequences.add_cine(phantom.cine, f"{name} {number}")
    wait_until(lambda: not ui.allButton.isHidden())
    ui.inputSelector.setCurrentNodeIndex(0)
    ui.ownModelsPathEdit.currentPath = str(tmp_path / "a folder with a long name" / "and another")
    for section in (ui.advancedCollapsibleButton, ui.labelsCollapsibleButton):
        section.collapsed = False
    widths["Advanced open"] = width(panel)
    several("[deliver_one(path) for path in inputs]; say(stage='infer', total=4); time.sleep(60)")
    ui.allButton.click()
    wait_until(lambda: "Segmenting" in ui.statusLabel.text)
    widths["running"] = width(panel)
    ui.applyButton.click()
    several("[deliver_one(path) for path in inputs]; say(stage='finished', output='')")
    ui.allButton.click()
    done(widget)
    ui.logButton.click()
    for section in (ui.regionalCollapsibleButton, ui.trustCollapsibleButton):
        section.collapsed = False
    widths["done"] = width(panel)
    several("say(stage='failed', error='No heart was found. ' * 8); sys.exit(1)")
    ui.applyButton.click()
    done(widget)
    widths["failed"] = width(panel)
    ui.logButton.click()
    ui.ownModelsPathEdit.currentPath = ""
    for section in (
        ui.advancedCollapsibleButton,
        ui.labelsCollapsibleButton,
        ui.regionalCollapsibleButton,
        ui.trustCollapsibleButton,
    ):
        section.collapsed = True
    assert {state: wide for state, wide in widths.items() if wide > 430} == {}


def width(panel):
    for _ in range(3):
        slicer.app.processEvents()
    return max(panel.minimumSizeHint.width(), panel.layout().minimumSize().width())
