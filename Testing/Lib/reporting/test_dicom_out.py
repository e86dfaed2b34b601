from dataclasses import replace

import numpy as np
import pydicom
import pytest
from matplotlib.image import imsave

from CMRSegmentationLib.image import LabelMap
from CMRSegmentationLib.reading.dicom_file import lenient
from CMRSegmentationLib.reporting.dicom_out import NO_DICOM, DicomRequest, write_dicom
from CMRSegmentationLib.reporting.dicom_sources import DicomOutputError, EmptyObjectError
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


NAMES = {
    "Korean": (["", "ISO 2022 IR 149"], b"Hong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7"),
    "Japanese": (["ISO_IR 13", "ISO 2022 IR 87"], b"Yamada=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J"),
    "a set of no standard": (["ISO-IR 100"], b"M\xfcller^J\xfcrgen"),
    "Shift JIS called something else": (["ISO_IR 13"], b"\x83\x5c^\x91\xbe\x98Y"),
}
"""Character sets and names as their bytes; the last one's first letter ends with a backslash."""


@pytest.mark.parametrize("kind", NAMES)
def test_a_name_in_any_character_set_is_in_every_object_byte_by_byte(kind, tmp_path):
    characters, name = NAMES[kind]
    stack = from_series(tmp_path / "series", one_per_slice=False)
    with lenient():
        for path in (tmp_path / "series").iterdir():
            give_name(path, characters, name)
        assert len(write(stack, tmp_path, DicomRequest("all", report=True, capture=True))) == 3
        source = pydicom.dcmread(stack.sources[0][0].path)
        for path in tmp_path.glob("*.dcm"):
            made = pydicom.dcmread(path)
            assert made.get_item("PatientName").value.strip() == name
            assert made.SpecificCharacterSet == source.SpecificCharacterSet


def give_name(path, characters, name):
    """Puts the bytes of a name into a file."""
    padded = name + b" " * (len(name) % 2)
    dataset = pydicom.dcmread(path)
    dataset.SpecificCharacterSet, dataset.PatientName = characters, "Q" * len(padded)
    dataset.save_as(path)
    path.write_bytes(path.read_bytes().replace(b"Q" * len(padded), padded))


def test_a_report_of_a_segmentation_that_is_replaced_is_removed(stack, tmp_path):
    assert write(stack, tmp_path, DicomRequest(report=True)) == ["report.dcm", "segmentation.dcm"]
    assert write(stack, tmp_path, DicomRequest("all")) == ["segmentation.dcm"]


def test_an_object_is_written_whole_or_not_at_all(stack, tmp_path, monkeypatch):
    names = write(stack, tmp_path, DicomRequest(report=True))
    before = (tmp_path / "segmentation.dcm").read_bytes()

    def full(self, path, **_):
        path.write_bytes(before[:1000])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pydicom.Dataset, "save_as", full)
    with pytest.raises(OSError, match="No space left"):
        write(stack, tmp_path, DicomRequest("all"))
    assert (tmp_path / "segmentation.dcm").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["overview.png", *names]


def test_what_would_hold_nothing_may_be_left_out_with_a_warning(stack, tmp_path, caplog):
    report = replace(report_of(stack), measures=())
    request = DicomRequest(report=True)
    with pytest.raises(EmptyObjectError, match="needs a measure"):
        write_dicom(tmp_path, request, stack, HEART.labels, report)
    files = write_dicom(tmp_path, request, stack, HEART.labels, report, result=tmp_path)
    assert files == (tmp_path / "segmentation.dcm",)
    (message,) = caplog.messages
    assert message.startswith(f"{tmp_path}: A DICOM report needs a measure")
    assert message.endswith("there is none. Left out: report.dcm.")


def test_without_any_structure_there_is_neither_segmentation_nor_report(stack, tmp_path, caplog):
    empty = LabelMap(HEART.labels.array * 0, HEART.geometry)
    request = DicomRequest(report=True)
    assert write_dicom(tmp_path, request, stack, empty, report_of(stack), result=tmp_path) == ()
    assert "the labels hold none. Left out: segmentation.dcm, report.dcm." in caplog.text
