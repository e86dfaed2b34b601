"""Every bad input and every bad end at the panel.

One sentence, the rest in the log, the scene as it was.
"""

import os
import shutil
import signal
import textwrap
from pathlib import Path

import numpy as np
import pytest
import slicer
import vtk
from CMRSegmentationMRML import (
    child_process,
    cine_job,
    cines,
    segmentations,
    sequences,
    torch_setup,
)

from CMRSegmentationLib.image import Label, LabelMap
from CMRSegmentationLib.reading.files import write_labels
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from CMRSegmentationLib.reporting.report_files import write_report

from .conftest import MODULE_FOLDER, node_ids, volume_node, wait_until
from .test_dicom_tags import set_modality
from .test_suitability import chest_ct


@pytest.fixture
def cine(widget, phantom):
    """The small heart, chosen in the panel."""
    cine = sequences.add_cine(phantom.cine, "Heart")
    wait_until(lambda: widget.cine is not None)
    return cine


# Before a run: Apply stays disabled and says why


def refused_choice(widget, node):
    """Chooses a node that cannot be segmented.

    Returns what the panel says instead of segmenting it.
    """
    ui = widget.ui
    before = node_ids(slicer.mrmlScene)
    ui.inputSelector.setCurrentNode(node)
    widget.onInputSelected(node)
    ui.applyButton.click()
    assert not ui.applyButton.enabled
    assert not widget.run.running
    assert node_ids(slicer.mrmlScene) == before
    assert ui.inputSummaryLabel.text == ui.applyButton.toolTip
    assert "\n" not in ui.applyButton.toolTip
    return ui.applyButton.toolTip


def test_no_cine(widget):
    assert refused_choice(widget, None) == "Choose a cine: a volume sequence, or a volume."


def test_a_ct_by_its_modality(widget, cine):
    set_modality(slicer.mrmlScene, cine.volume, "CT")
    assert (
        refused_choice(widget, cine.sequence)
        == "Heart is an image of modality CT; choose a cardiac cine MRI."
    )


def test_a_ct_by_its_intensities(widget):
    assert refused_choice(widget, chest_ct(slicer.mrmlScene)).startswith("Chest looks like a CT")


def test_a_whole_body_isotropic_volume(widget):
    volume = volume_node(slicer.mrmlScene, "Body", np.zeros((300, 20, 30)), (3.0, 3.0, 3.0))
    assert refused_choice(widget, volume).startswith(
        "Body cannot be a cardiac cine: Expected a stack of at most 40"
    )


def test_a_color_volume(widget):
    colors = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLVectorVolumeNode", "Photo")
    slicer.util.updateVolumeFromArray(colors, np.zeros((3, 32, 32, 3), np.uint8))
    assert "Photo is not a gray-scale image" in refused_choice(widget, colors)


def test_a_sequence_of_differing_geometries(widget, cine):
    matrix = vtk.vtkMatrix4x4()
    frame = cine.sequence.GetNthDataNode(2)
    frame.GetIJKToRASMatrix(matrix)
    matrix.SetElement(0, 3, matrix.GetElement(0, 3) + 4.0)
    frame.SetIJKToRASMatrix(matrix)
    assert "phase 3 differs from the first" in refused_choice(widget, cine.sequence)


def test_a_sequence_with_a_missing_frame(widget, cine):
    cine.sequence.GetNthDataNode(1).SetAndObserveImageData(None)
    assert "Phase 2 of Heart has no image" in refused_choice(widget, cine.sequence)


# The PyTorch extension


def test_the_pytorch_extension_is_absent(widget, cine, monkeypatch):
    monkeypatch.setattr(widget.logic, "ensureTorch", torch_setup.ensure_torch)
    monkeypatch.setattr(torch_setup, "installed_version", lambda: None)
    before = node_ids(slicer.mrmlScene)
    widget.ui.applyButton.click()
    assert widget.ui.statusLabel.text.startswith(
        "The segmentation needs PyTorch: install the extension PyTorch"
    )
    assert not widget.run.running
    assert node_ids(slicer.mrmlScene) == before


# During a run


def failed_run(widget, meanwhile=lambda: None):
    """Presses Apply, does something meanwhile; returns the sentence and the log of the failure."""
    ui = widget.ui
    before = node_ids(slicer.mrmlScene)
    ui.applyButton.click()
    assert widget.run.running
    meanwhile()
    wait_until(lambda: not widget.run.running, 60)
    assert node_ids(slicer.mrmlScene) == before
    assert (ui.applyButton.text, ui.progressBar.isHidden()) == ("Apply", True)
    sentence = ui.statusLabel.text
    assert sentence
    assert "\n" not in sentence
    assert "CMRSeg-" not in sentence
    return sentence, ui.logText.toPlainText()


BAD_ENDS = {
    "out of memory": ("raise MemoryError('250 GB')", "MemoryError: 250 GB", "Traceback"),
    "ended by the system for its memory": (
        "os.kill(os.getpid(), signal.SIGKILL)",
        "memory runs out",
        "loading",
    ),
    "no disk space": (
        "raise OSError(28, 'No space left on device')",
        "No space left on device",
        "Traceback",
    ),
    "garbage": (
        "sys.stdout.buffer.write(bytes(range(256)) * 40 + b'\\n{\"stage\": 5}\\n')",
        "without a result",
        '{"stage": 5}',
    ),
    "device lost": (
        "raise RuntimeError('CUDA error: device lost')",
        "CUDA error: device lost",
        "Traceback",
    ),
    "a crash": ("os.kill(os.getpid(), signal.SIGSEGV)", "crashed (signal 11)", "loading"),
}


@pytest.mark.parametrize("name", BAD_ENDS)
def test_a_bad_end_of_the_child(widget, cine, scripted_child, name):
    lines, expected, in_log = BAD_ENDS[name]
    scripted_child(f"print('loading', flush=True)\n{lines}")
    sentence, log = failed_run(widget)
    assert expected in sentence
    assert in_log in log
    assert sentence in log


def test_a_child_killed_from_outside(widget, cine, scripted_child):
    scripted_child("print(os.getpid(), flush=True); time.sleep(60)")

    def kill():
        wait_until(lambda: widget.ui.logText.toPlainText().count("\n") > 0)
        os.kill(int(widget.ui.logText.toPlainText().splitlines()[-1]), signal.SIGKILL)

    assert "killed from outside" in failed_run(widget, kill)[0]


@pytest.mark.parametrize("found", [[], [Label.RV], [Label.LV], [Label.MYO, Label.RV]], ids=str)
def test_images_without_a_heart(widget, cine, phantom, scripted_child, finished_run, found):
    """Nothing, or specks of one structure, as in a head or a bottle of water."""
    array = np.where(np.isin(phantom.labels.array, found), phantom.labels.array, 0)
    specks = LabelMap(array, phantom.geometry)
    write_labels(finished_run / "labels.nii.gz", specks)
    write_report(make_report(specks, InputSummary.of(phantom.cine)), finished_run)
    scripted_child("deliver()")
    sentence, _ = failed_run(widget)
    assert (
        sentence == "No heart was found in Heart, so nothing was added; choose a cardiac cine MRI."
    )


def test_a_cine_deleted_during_the_run(widget, cine, scripted_child):
    scripted_child("time.sleep(0.3); deliver()")
    widget.ui.applyButton.click()
    for node in (cine.browser, cine.sequence, cine.volume):
        slicer.mrmlScene.RemoveNode(node)
    before = node_ids(slicer.mrmlScene)
    wait_until(lambda: not widget.run.running)
    assert "was removed from the scene" in widget.ui.statusLabel.text
    assert node_ids(slicer.mrmlScene) == before
    assert not widget.ui.applyButton.enabled


def test_a_cine_renamed_during_the_run_gets_its_result(widget, cine, scripted_child):
    scripted_child("time.sleep(0.3); deliver()")
    widget.ui.applyButton.click()
    cine.sequence.SetName("Renamed")
    wait_until(lambda: not widget.run.running)
    assert widget.ui.statusLabel.text == "Done."
    assert widget.results.sequence.GetName() == "Renamed segmentation"


@pytest.mark.parametrize("removed", [["browser"], ["volume"], ["browser", "volume"]])
def test_a_browser_or_its_volume_deleted_during_the_run_is_made_anew(
    widget, cine, phantom, scripted_child, removed
):
    scripted_child("time.sleep(0.3); deliver()")
    widget.ui.applyButton.click()
    for name in removed:
        slicer.mrmlScene.RemoveNode(getattr(cine, name))
    wait_until(lambda: not widget.run.running)
    assert widget.ui.statusLabel.text == "Done."
    (sequence,) = segmentations.segmentations_of(cine)
    np.testing.assert_array_equal(
        segmentations.read_labels(sequence, widget.cine).array, phantom.labels.array
    )
    assert widget.cine.browser.GetProxyNode(sequence) is not None
    assert widget.cine.browser.GetProxyNode(cine.sequence) is widget.cine.volume is not None


# The real child, whose models are taken away before it can read them


WAITING = """
    import runpy, time
    from CMRSegmentationLib.segmenting.model import MODELS_FOLDER
    print("started", flush=True)
    while MODELS_FOLDER.exists():
        time.sleep(0.01)
    runpy.run_module("CMRSegmentationLib.command", run_name="__main__")
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A copy of the library and its model, whose command waits until the models are gone."""
    folder, source = tmp_path / "installed", MODULE_FOLDER.parent
    shutil.copytree(
        source / "CMRSegmentationLib",
        folder / "CMRSegmentationLib",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copytree(
        source / "Resources" / "Models" / "sax", folder / "Resources" / "Models" / "sax"
    )
    command = folder / "CMRSegmentationLib" / "__main__.py"
    command.rename(command.with_name("command.py"))
    command.write_text(textwrap.dedent(WAITING))
    monkeypatch.setattr(child_process, "library_folder", lambda: folder)
    return folder / "Resources" / "Models"


@pytest.mark.parametrize("named", [False, True])
def test_the_model_folder_removed_during_the_run(widget, cine, installed: Path, monkeypatch, named):
    monkeypatch.setattr(widget.logic, "modelsFolder", installed)
    widget.showInput()
    widget.ui.modelComboBox.setCurrentIndex(int(named))

    def remove():
        wait_until(lambda: "started" in widget.ui.logText.toPlainText())
        shutil.rmtree(installed)

    sentence, log = failed_run(widget, remove)
    assert sentence == "There is no model any more that can be used; install the extension again."
    assert ("Unknown model 'sax'" if named else "No bundled model serves the view sax") in log
    assert not widget.ui.applyButton.enabled
    assert widget.ui.applyButton.toolTip == "No model is there; install the extension again."


def no_room(*_arguments):
    raise MemoryError("Unable to allocate 1.95 GiB")


def test_a_cine_that_finds_no_room_in_memory(widget, cine, monkeypatch):
    monkeypatch.setattr(cines.np, "empty", no_room)
    widget.ui.applyButton.click()
    assert widget.ui.statusLabel.text.startswith("There is not enough memory for Heart;")
    assert widget.ui.applyButton.text == "Apply"
    widget.showInput()
    assert "not enough memory" in widget.ui.inputSummaryLabel.text


def test_a_result_that_finds_no_room_in_memory(widget, cine, scripted_child, monkeypatch):
    monkeypatch.setattr(cine_job, "read_label_file", no_room)
    scripted_child("deliver()")
    sentence, _ = failed_run(widget)
    assert sentence.startswith("There is not enough memory for Heart;")


def test_a_defect_of_the_module_at_the_result(widget, cine, scripted_child, monkeypatch, caplog):
    """The panel would wait for the end of the run for ever."""
    monkeypatch.setattr(cine_job, "read_label_file", lambda _path: {}["none"])
    scripted_child("deliver()")
    sentence, _ = failed_run(widget)
    assert "because of an error in this module (KeyError: 'none');" in sentence
    assert "The result could not be taken." in caplog.text
    assert widget.ui.applyButton.text == "Apply"
