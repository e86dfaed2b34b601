from dataclasses import replace

import numpy as np
import pydicom
import pytest
from matplotlib.image import imsave

from CMRSegmentationLib.reporting.dicom_out import NO_DICOM, DicomRequest, write_dicom
from CMRSegmentationLib.reporting.dicom_sources import DicomOutputError
from Testing.Lib.dicom_results import HEART, from_series, report_of


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    return from_series(tmp_path_factory.mktemp("series"), one_per_slice=False)


def write(stack, folder, request):
    imsave(folder / "overview.png", np.zeros((30, 40, 3), np.uint8))
    report = report_of(stack)
    write_dicom(folder, request, stack, HEART.labels, report, folder / "overview.png")
    return sorted(path.name for path in folder.glob("*.dcm"))


def test_nothing_is_asked_for_unless_it_is():
    assert not NO_DICOM
    assert all(map(bool, (DicomRequest("ed-es"), DicomRequest(report=True))))


@pytest.mark.parametrize(
    ("request_", "names"),
    [
        (DicomRequest("all"), ["segmentation.dcm"]),
        (DicomRequest(report=True), ["report.dcm", "segmentation.dcm"]),
        (DicomRequest(capture=True), ["overview.dcm"]),
    ],
    ids=["segmentation", "report", "capture"],
)
def test_what_is_asked_for_is_written(request_, names, stack, tmp_path):
    assert write(stack, tmp_path, request_) == names


def test_the_second_page_of_the_overview_is_captured_too(stack, tmp_path):
    imsave(tmp_path / "overview_2.png", np.zeros((30, 40, 3), np.uint8))
    assert write(stack, tmp_path, DicomRequest(capture=True)) == ["overview.dcm", "overview_2.dcm"]


def test_end_diastole_and_end_systole_are_two_phases(stack, tmp_path):
    write(stack, tmp_path, DicomRequest("ed-es"))
    segmentation = pydicom.dcmread(tmp_path / "segmentation.dcm")
    frames = segmentation.PerFrameFunctionalGroupsSequence
    phases = {frame.FrameContentSequence[0].TemporalPositionIndex for frame in frames}
    assert phases == {1, 2}


def test_without_a_picture_there_is_no_capture(stack, tmp_path):
    with pytest.raises(DicomOutputError, match="needs the overview picture"):
        write_dicom(
            tmp_path, DicomRequest(capture=True), stack, HEART.labels, report_of(stack), None
        )


def test_an_input_that_is_not_dicom_is_refused(stack, tmp_path):
    with pytest.raises(DicomOutputError, match="not DICOM"):
        write(replace(stack, sources=None), tmp_path, DicomRequest("all"))


def test_a_patients_name_of_an_unusual_form_gets_into_no_warning_and_no_log(tmp_path, caplog):
    folder = tmp_path / "series"
    stack = from_series(folder, one_per_slice=False)
    for path in folder.iterdir():
        dataset = pydicom.dcmread(path)
        dataset.PatientName = "JustOneWord"
        dataset.save_as(path)
    write(stack, tmp_path, DicomRequest("all", report=True, capture=True))
    assert "JustOneWord" not in caplog.text
    assert pydicom.dcmread(tmp_path / "report.dcm").PatientName == "JustOneWord"
