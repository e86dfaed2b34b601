from pydicom.uid import SegmentationStorage

from CMRSegmentationLib import __version__
from CMRSegmentationLib.reporting.dicom_objects import Maker, new_object
from CMRSegmentationLib.reporting.dicom_sources import SourceImages
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
