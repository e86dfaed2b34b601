import numpy as np
import pydicom
from matplotlib.image import imsave

from CMRSegmentationLib.reporting.dicom_objects import Maker
from CMRSegmentationLib.reporting.dicom_sc import make_secondary_capture
from CMRSegmentationLib.reporting.dicom_sources import SourceImages
from Testing.Lib.dicom_results import MODEL, errors_of, from_enhanced


def test_the_picture_comes_back_pixel_by_pixel_in_the_sources_study(tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (37, 50, 3), dtype=np.uint8)
    imsave(tmp_path / "overview.png", picture)
    sources = SourceImages.of(from_enhanced(tmp_path))
    capture = make_secondary_capture(tmp_path / "overview.png", sources, Maker(MODEL))
    capture.save_as(tmp_path / "capture.dcm", enforce_file_format=True)
    back = pydicom.dcmread(tmp_path / "capture.dcm")
    np.testing.assert_array_equal(back.pixel_array, picture)
    assert back.StudyInstanceUID == sources.first.StudyInstanceUID
    assert back.PatientID == sources.first.PatientID
    assert "research use" in back.SeriesDescription
    assert errors_of(tmp_path / "capture.dcm") == []
