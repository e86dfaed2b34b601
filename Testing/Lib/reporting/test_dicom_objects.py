import importlib.metadata
import sys
from pathlib import Path

import pytest
from pydicom.uid import SegmentationStorage

from CMRSegmentationLib import __version__
from CMRSegmentationLib.reporting.dicom_objects import (
    OLDEST_HIGHDICOM,
    Maker,
    new_object,
    require_packages,
)
from CMRSegmentationLib.reporting.dicom_sources import DicomOutputError, SourceImages
from CMRSegmentationLib.reporting.report import ModelSummary
from Testing.Lib.dicom_results import MODEL, from_enhanced


def test_an_object_names_program_version_and_model(tmp_path):
    source = SourceImages.of(from_enhanced(tmp_path)).first
    made = new_object(source, SegmentationStorage, "SEG", 9301, Maker(MODEL))
    assert made.Manufacturer == "CMRSegmentation"
    assert made.ManufacturerModelName == "CMRSegmentation sax"
    assert made.SoftwareVersions == __version__
    assert made.PatientID == source.PatientID
    assert "Research use" in made.ContentDescription


def test_each_object_is_a_series_of_its_own(tmp_path):
    source = SourceImages.of(from_enhanced(tmp_path)).first
    one, other = (
        new_object(source, SegmentationStorage, "SEG", 9301, Maker(None)) for _ in range(2)
    )
    assert one.SeriesInstanceUID != other.SeriesInstanceUID
    assert one.SOPInstanceUID != other.SOPInstanceUID


def test_labels_from_elsewhere_name_no_model():
    assert Maker(None).algorithm == "CMRSegmentation"
    assert Maker(None).parameters is None


def test_a_model_of_any_name_has_one_that_every_object_can_hold():
    maker = Maker(ModelSummary("심장\\" + "n" * 80, "ab"))
    assert maker.algorithm == "CMRSegmentation ???" + "n" * 45
    assert maker.parameters == {"model": "???" + "n" * 80, "weights_sha256": "ab"}


def test_an_image_of_a_vendors_own_class_gives_its_patient_and_keeps_its_class(tmp_path):
    source = SourceImages.of(from_enhanced(tmp_path)).first
    source.SOPClassUID = "1.3.46.670589.11.0.0.12.1"
    source.AdmissionID = "visit 7"
    made = new_object(source, SegmentationStorage, "SEG", 9301, Maker(MODEL))
    assert (made.PatientID, made.AdmissionID) == (source.PatientID, "visit 7")
    assert source.SOPClassUID == "1.3.46.670589.11.0.0.12.1"


@pytest.mark.parametrize(
    ("package", "with_pictures"), [("highdicom", False), ("highdicom", True), ("matplotlib", True)]
)
def test_a_package_that_is_missing_is_named(package, with_pictures, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(DicomOutputError, match=f"pip install {package}"):
        require_packages(with_pictures=with_pictures)


@pytest.mark.parametrize("version", ["0.26.1", "0.9"])
def test_a_highdicom_that_is_too_old_is_refused(version, monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda _name: version)
    with pytest.raises(DicomOutputError, match=rf"highdicom 0\.27 or newer, found {version}"):
        require_packages()


@pytest.mark.parametrize("version", ["0.27.0", "0.28", "1.0.0rc1"])
def test_a_highdicom_that_is_new_enough_is_taken(version, monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda _name: version)
    require_packages()


def test_pip_installs_no_older_highdicom():
    project = Path(__file__).parents[3] / "pyproject.toml"
    assert f'dicom = ["highdicom>={OLDEST_HIGHDICOM}"]' in project.read_text(encoding="utf-8")


def test_objects_without_pictures_do_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    require_packages()
