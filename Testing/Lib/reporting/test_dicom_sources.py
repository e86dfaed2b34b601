import warnings
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from pydicom.dataset import Dataset

from CMRSegmentationLib.reporting.dicom_sources import (
    DicomOutputError,
    SourceImages,
    cleaned,
    referenced_series,
)
from Testing.dicom_phantoms import position_lps
from Testing.Lib.dicom_results import HEART, from_enhanced, from_series


def test_each_image_is_referred_to_by_its_own_identifier(tmp_path):
    stack = from_series(tmp_path, one_per_slice=False)
    sources = SourceImages.of(stack)
    item = sources.reference(2, 3)
    assert item.ReferencedSOPInstanceUID == stack.sources[2][3].instance_uid
    assert "ReferencedFrameNumber" not in item
    np.testing.assert_allclose(sources.position_lps_mm(2, 3), position_lps(stack, 3), atol=1e-4)


def test_an_image_of_a_multi_frame_file_by_its_frame_too(tmp_path):
    stack = from_enhanced(tmp_path)
    sources = SourceImages.of(stack)
    assert sources.reference(2, 3).ReferencedFrameNumber == 24 - (2 * 6 + 3)
    np.testing.assert_allclose(sources.position_lps_mm(2, 3), position_lps(stack, 3), atol=1e-4)
    assert len(sources.in_frames((0, 2))) == 1


def test_images_inside_an_archive_are_found_among_other_files(tmp_path):
    stack = from_series(tmp_path / "in", one_per_slice=False)
    archive = tmp_path / "study.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("notes.txt", "no image")
        for path in (tmp_path / "in").iterdir():
            file.write(path, path.name)
    inside = tuple(tuple(replace(p, path=archive) for p in frame) for frame in stack.sources)
    assert len(SourceImages.of(replace(stack, sources=inside)).headers) == 24


def test_every_instance_is_listed_once_below_its_series(tmp_path):
    sources = SourceImages.of(from_series(tmp_path, one_per_slice=True))
    series = referenced_series(sources.headers.values())
    assert [len(item.ReferencedInstanceSequence) for item in series] == [4] * 6


def test_an_input_that_is_not_dicom_is_refused():
    with pytest.raises(DicomOutputError, match="this input is not DICOM"):
        SourceImages.of(HEART.cine)


def test_files_without_an_identifier_are_refused(tmp_path):
    stack = from_series(tmp_path, one_per_slice=False)
    nameless = tuple(tuple(replace(p, instance_uid="") for p in f) for f in stack.sources)
    with pytest.raises(DicomOutputError, match="have no SOP Instance UID"):
        SourceImages.of(replace(stack, sources=nameless))


def test_what_anonymization_left_that_is_no_date_time_or_sex_is_emptied():
    header = Dataset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        header.StudyDate, header.PatientBirthDate = "00000000", "19810405"
        header.StudyTime, header.PatientSex = "999999", "X"
    found = cleaned(header)
    assert (found.StudyDate, found.StudyTime, found.PatientSex) == ("", "", "")
    assert found.PatientBirthDate == "19810405"
    assert found.AccessionNumber == ""


def test_a_time_keeps_its_seconds():
    header = Dataset()
    header.StudyTime = "081530.25"
    assert cleaned(header).StudyTime == "081530"
