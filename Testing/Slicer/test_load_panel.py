"""The buttons that load a cine, and what is said of those that were left out."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import qt
import slicer
from CMRSegmentationMRML.load_panel import LoadPanel

from .conftest import MODULE_FOLDER


@pytest.fixture
def loading(cine, tmp_path, monkeypatch):
    """A panel that loads the small heart, whatever it is told to load."""
    top = slicer.util.loadUI(str(MODULE_FOLDER / "Resources/UI/CMRSegmentation.ui"))
    state = SimpleNamespace(
        top=top,
        ui=slicer.util.childWidgetVariables(top),
        asked=[], log=[], hidden=[], problems=[], problem=None, answer=str(tmp_path / "study"),
    )  # fmt: skip
    top.setMRMLScene(slicer.mrmlScene)

    def load(path):
        state.asked.append(path)
        if state.problem is not None:
            raise state.problem
        return cine, ["A series was left out."]

    log = SimpleNamespace(add=state.log.append, hide=state.hidden.append)
    state.panel = LoadPanel(
        state.ui, load, lambda: Path("sample.nii.gz"), log, state.problems.append
    )
    for dialog in ("getOpenFileName", "getExistingDirectory"):
        monkeypatch.setattr(qt.QFileDialog, dialog, staticmethod(lambda *_: state.answer))
    return state


@pytest.mark.parametrize("button", ["loadFileButton", "loadFolderButton"])
def test_what_the_user_chose_is_loaded_and_chosen(loading, cine, button):
    getattr(loading.ui, button).click()
    assert loading.asked == [Path(loading.answer)]
    assert loading.log == ["A series was left out."]
    assert loading.ui.inputSelector.currentNode() is cine.sequence


@pytest.mark.parametrize("button", ["loadFileButton", "loadFolderButton"])
def test_a_dialog_that_was_canceled_loads_nothing(loading, button):
    loading.answer = ""
    getattr(loading.ui, button).click()
    assert loading.asked == []


def test_the_sample_is_loaded_without_a_dialog(loading):
    loading.answer = None
    loading.ui.sampleButton.click()
    assert loading.asked == [Path("sample.nii.gz")]


def test_a_failure_is_one_sentence(loading):
    loading.problem = ValueError("There is no image in it.")
    loading.ui.loadFolderButton.click()
    assert loading.problems == ["There is no image in it."]
    assert loading.hidden == ["study"]
    assert loading.ui.inputSelector.currentNode() is None
