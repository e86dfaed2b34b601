import numpy as np
import pydicom
from matplotlib.image import imsave

from CMRSegmentationLib.reporting.dicom_objects import Maker
from CMRSegmentationLib.reporting.dicom_sc import make_secondary_captures
from CMRSegmentationLib.reporting.dicom_sources import SourceImages
from Testing.Lib.dicom_results import MODEL, errors_of, from_enhanced


def test_the_pages_come_back_pixel_by_pixel_as_a_series_of_the_sources_study(tmp_path):
    pages = np.random.default_rng(0).integers(0, 256, (2, 37, 50, 3), dtype=np.uint8)
    paths = [tmp_path / "overview.png", tmp_path / "overview_2.png"]
    for path, page in zip(paths, pages, strict=True):
        imsave(path, page)
    sources = SourceImages.of(from_enhanced(tmp_path))
    back = []
    for capture in make_secondary_captures(paths, sources, Maker(MODEL)):
        capture.save_as(tmp_path / "capture.dcm", enforce_file_format=True)
        assert errors_of(tmp_path / "capture.dcm") == []
        back.append(pydicom.dcmread(tmp_path / "capture.dcm"))
    for capture, page in zip(back, pages, strict=True):
        np.testing.assert_array_equal(capture.pixel_array, page)
        assert capture.StudyInstanceUID == sources.first.StudyInstanceUID
        assert capture.PatientID == sources.first.PatientID
        assert "research use" in capture.SeriesDescription
    assert [capture.InstanceNumber for capture in back] == [1, 2]
    assert len({capture.SeriesInstanceUID for capture in back}) == 1
    assert len({capture.SOPInstanceUID for capture in back}) == 2
