"""The buttons that write PDF and DICOM."""

from types import SimpleNamespace

import pytest
import qt
import slicer
from CMRSegmentationMRML import dicom_database, export_panel, highdicom_setup
from CMRSegmentationMRML.dicom_source import SOURCE_ATTRIBUTE

from .conftest import temporary_folders, wait_until
from .test_results_panel import Shown, segmented

WRITE = "output.mkdir(); (output / {name!r}).write_bytes(b'written'); say(stage='finished')"


@pytest.fixture
def shown(cine, phantom, monkeypatch, tmp_path):
    chosen = staticmethod(lambda *_: str(tmp_path / "chosen"))
    monkeypatch.setattr(qt.QFileDialog, "getExistingDirectory", chosen)
    shown = Shown(cine, segmented(cine, phantom))
    shown.panel.show(cine)
    return shown


@pytest.fixture
def from_dicom(shown, tmp_path, monkeypatch):
    """The panel over a cine that was loaded from DICOM, with highdicom."""
    shown.cine.node.SetAttribute(SOURCE_ATTRIBUTE, str(tmp_path))
    monkeypatch.setattr(highdicom_setup, "ensure_highdicom", lambda _log: None)
    shown.panel.show(shown.cine)
    return shown


def ended(shown):
    wait_until(lambda: not shown.panel.exports.running)
    slicer.app.processEvents()


def test_the_pdf_goes_into_the_chosen_folder(shown, scripted_child, tmp_path):
    scripted_child(WRITE.format(name="report.pdf"))
    shown.ui.pdfButton.click()
    assert not shown.ui.pdfButton.enabled
    assert shown.ui.exportLabel.text == "Writing…"
    ended(shown)
    assert (tmp_path / "chosen" / "report.pdf").read_bytes() == b"written"
    assert shown.ui.exportLabel.text == "Written: report.pdf."
    wait_until(lambda: shown.ui.pdfButton.enabled)
    assert temporary_folders() == []


def test_without_matplotlib_a_sentence_says_what_to_install(shown, monkeypatch):
    monkeypatch.setattr(export_panel, "installed_version", lambda _name: None)
    shown.ui.pdfButton.click()
    assert "slicer.util.pip_install('matplotlib')" in shown.problems[0]
    assert not shown.panel.exports.running


def test_a_cancelled_dialog_writes_nothing(shown, monkeypatch):
    monkeypatch.setattr(qt.QFileDialog, "getExistingDirectory", staticmethod(lambda *_: ""))
    shown.ui.pdfButton.click()
    assert not shown.panel.exports.running


def test_a_failure_is_told_and_can_be_tried_again(shown, scripted_child):
    scripted_child("say(stage='failed', error='No space left.'); sys.exit(1)")
    shown.ui.pdfButton.click()
    ended(shown)
    assert shown.problems == ["The results could not be exported: No space left."]
    assert shown.ui.exportLabel.text == "Nothing was exported."
    wait_until(lambda: shown.ui.pdfButton.enabled)


def test_a_cine_that_is_not_from_dicom_has_no_dicom_results_and_the_button_says_why(shown):
    assert not shown.ui.dicomButton.enabled
    assert "was not loaded from DICOM" in shown.ui.dicomButton.toolTip


@pytest.mark.parametrize("taken", [True, False])
def test_dicom_results_go_into_the_folder_and_the_database_which_is_told_if_it_took_them(
    from_dicom, scripted_child, tmp_path, monkeypatch, taken
):
    added = []

    def add(folder):
        added.extend(path.name for path in folder.iterdir())
        return taken

    monkeypatch.setattr(slicer, "dicomDatabase", SimpleNamespace(isOpen=True))
    monkeypatch.setattr(dicom_database, "add_to_database", add)
    assert from_dicom.ui.dicomButton.enabled
    assert "identifiers" in from_dicom.ui.dicomButton.toolTip
    scripted_child(WRITE.format(name="segmentation.dcm"))
    from_dicom.ui.dicomButton.click()
    ended(from_dicom)
    assert (tmp_path / "chosen" / "segmentation.dcm").exists()
    assert added == ["segmentation.dcm"]
    told = "Written: segmentation.dcm."
    if taken:
        told += " They are in Slicer's DICOM database, too."
    assert from_dicom.ui.exportLabel.text == told


def test_a_refused_installation_is_one_sentence(from_dicom, monkeypatch):
    def refuse(_log):
        raise highdicom_setup.HighdicomUnavailableError("highdicom was not installed.")

    monkeypatch.setattr(highdicom_setup, "ensure_highdicom", refuse)
    from_dicom.ui.dicomButton.click()
    assert from_dicom.problems == ["highdicom was not installed."]
    assert not from_dicom.panel.exports.running
