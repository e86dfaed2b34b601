"""The buttons that write results into a folder."""

import json
from types import SimpleNamespace

import pytest
import qt
import slicer
from CMRSegmentationMRML import dicom_database, export_panel, highdicom_setup
from CMRSegmentationMRML.dicom_source import SOURCE_ATTRIBUTE

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.reading.files import read_labels

from .conftest import temporary_folders, wait_until
from .test_results import erase_lv
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


def test_report_and_labels_are_exported(shown, tmp_path):
    shown.ui.exportButton.click()
    shown.ui.exportPhasesButton.click()
    names = {path.name for path in (tmp_path / "chosen").iterdir()}
    assert {
        "report.json",
        "measures.csv",
        "curves.csv",
        "labels.nii.gz",
        "phase_04.seg.nrrd",
    } <= names


def test_a_folder_that_cannot_be_written_to_is_one_sentence(shown, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(
        qt.QFileDialog,
        "getExistingDirectory",
        staticmethod(lambda *_: str(tmp_path / "file" / "x")),
    )
    shown.ui.exportButton.click()
    assert shown.problems[0].startswith("The results could not be written")


def test_a_report_that_is_exported_is_of_the_labels_beside_it(shown, tmp_path, phantom):
    erase_lv(shown.cine, shown.sequence, 2)
    shown.ui.exportButton.click()
    report = json.loads((tmp_path / "chosen" / "report.json").read_text(encoding="utf-8"))
    labels = read_labels(tmp_path / "chosen" / "labels.nii.gz")
    voxels = (labels.array == Label.LV).sum(axis=(1, 2, 3))
    expected = voxels * phantom.geometry.voxel_volume_ml
    assert expected[2] == 0
    assert [value or 0.0 for value in report["volumes_ml"]["lv"]] == pytest.approx(expected)


@pytest.mark.parametrize("agreed", [True, False])
def test_files_of_another_result_are_replaced_only_if_the_user_agrees(
    shown, tmp_path, monkeypatch, agreed
):
    (tmp_path / "chosen").mkdir()
    (tmp_path / "chosen" / "report.json").write_text("of another cine")
    asked = []
    monkeypatch.setattr(
        slicer.util, "confirmOkCancelDisplay", lambda text: asked.append(text) or agreed
    )
    shown.ui.exportButton.click()
    assert "already: report.json. Replace them?" in asked[0]
    kept = (tmp_path / "chosen" / "report.json").read_text(encoding="utf-8") == "of another cine"
    assert kept is not agreed
    assert (tmp_path / "chosen" / "labels.nii.gz").exists() is agreed


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
