"""The device is tried in a child, and told in one sentence."""

import pytest
import slicer
from CMRSegmentationMRML import child_process, device_check, torch_setup

from .conftest import MODULE_FOLDER, temporary_folders, wait_until


@pytest.fixture
def ui():
    top = slicer.util.loadUI(str(MODULE_FOLDER / "Resources/UI/CMRSegmentation.ui"))
    ui = slicer.util.childWidgetVariables(top)
    ui.top = top
    return ui


def play(tmp_path, monkeypatch, answer):
    """Lets the child import a library whose `choose_device` gives this answer."""
    package = tmp_path / "played" / "CMRSegmentationLib"
    (package / "segmenting").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "segmenting" / "inference.py").write_text(
        f"from types import SimpleNamespace\ndef choose_device(name):\n    {answer}\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(child_process, "library_folder", lambda: package.parent)


def told(ui):
    ui.deviceButton.click()
    assert not ui.deviceButton.enabled
    wait_until(lambda: ui.deviceButton.enabled)
    assert temporary_folders() == []
    return ui.deviceLabel.text


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            "return SimpleNamespace(type='cuda'), 'Quadro P400'",
            "The GPU will be used: Quadro P400.",
        ),
        (
            "return SimpleNamespace(type='cpu'), 'a trial convolution failed'",
            "The CPU will be used: a trial convolution failed.",
        ),
        (
            "print('CUDA: old driver'); return SimpleNamespace(type='cpu'), 'PyTorch sees no GPU'",
            "The CPU will be used: PyTorch sees no GPU.",
        ),
        ("raise OSError('DLL missing')", "The device could not be checked: OSError: DLL missing"),
    ],
)
def test_the_answer_of_the_child_is_told(ui, tmp_path, monkeypatch, answer, sentence):
    play(tmp_path, monkeypatch, answer)
    check = device_check.DeviceCheck(ui, lambda: None)
    assert told(ui) == sentence
    check.cancel()


def test_without_torch_the_reason_is_told_and_no_child_is_started(ui):
    def refuse():
        raise torch_setup.TorchUnavailableError("Install the extension PyTorch.")

    check = device_check.DeviceCheck(ui, refuse)
    ui.deviceButton.click()
    assert ui.deviceLabel.text == "The device could not be checked: Install the extension PyTorch."
    assert ui.deviceButton.enabled
    check.cancel()


def test_a_full_disk_is_a_sentence_and_the_button_can_be_pressed_again(ui, monkeypatch):
    def fill(_parent):
        raise OSError("No space left on device")

    monkeypatch.setattr(device_check, "TemporaryFolder", fill)
    check = device_check.DeviceCheck(ui, lambda: None)
    ui.deviceButton.click()
    assert ui.deviceLabel.text == "The device could not be checked: No space left on device"
    assert ui.deviceButton.enabled
    check.cancel()


def test_what_the_child_warns_of_goes_to_the_log(ui, tmp_path, monkeypatch):
    play(tmp_path, monkeypatch, "print('noise'); return SimpleNamespace(type='cpu'), 'no GPU'")
    log = []
    check = device_check.DeviceCheck(ui, lambda: None, log.append)
    told(ui)
    assert log == ["noise"]
    check.cancel()


def test_cancel_ends_the_child(ui, tmp_path, monkeypatch):
    play(tmp_path, monkeypatch, "import time; time.sleep(60)")
    check = device_check.DeviceCheck(ui, lambda: None)
    ui.deviceButton.click()
    check.cancel()
    assert temporary_folders() == []
