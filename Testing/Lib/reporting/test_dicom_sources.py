import warnings
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag
from pydicom.uid import JPEGBaseline8Bit

from CMRSegmentationLib.image import ImageSource
from CMRSegmentationLib.reporting.dicom_sources import (
    REQUIRED,
    DicomOutputError,
    SourceImages,
    add_references,
    cleaned,
    referenced_series,
    require_sources,
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


def test_a_damaged_file_beside_them_in_an_archive_is_passed_over(tmp_path):
    stack = from_series(tmp_path / "in", one_per_slice=False)
    archive = tmp_path / "study.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("other.dcm", b"some text")
        for path in (tmp_path / "in").iterdir():
            file.write(path, path.name)
    archive.write_bytes(archive.read_bytes().replace(b"some text", b"same text"))
    inside = tuple(tuple(replace(p, path=archive) for p in frame) for frame in stack.sources)
    assert len(SourceImages.of(replace(stack, sources=inside)).headers) == 24


def test_files_without_preamble_and_meta_group_are_read(tmp_path):
    stack = from_series(tmp_path, one_per_slice=False)
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        start = 144 + int.from_bytes(content[140:144], "little")
        path.write_bytes(content[start:])
    assert len(SourceImages.of(stack).headers) == 24


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


@pytest.mark.parametrize(
    ("keyword", "name"),
    [
        ("StudyInstanceUID", "Study Instance UID"),
        ("SeriesInstanceUID", "Series Instance UID"),
        ("SOPClassUID", "SOP Class UID"),
    ],
)
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_files_to_which_nothing_can_refer_are_refused_by_what_they_lack(
    keyword, name, how, tmp_path
):
    stack = from_series(tmp_path, one_per_slice=False)
    path = stack.sources[1][2].path
    dataset = pydicom.dcmread(path)
    if how == "missing":
        delattr(dataset, keyword)
    else:
        setattr(dataset, keyword, "")
    dataset.save_as(path)
    with pytest.raises(DicomOutputError, match=f"have no {name}; get the study"):
        SourceImages.of(stack)


def test_images_that_share_an_identifier_are_refused_before_they_are_read():
    places = tuple(
        tuple(ImageSource(Path(f"{t}_{z}"), "1.2.3") for z in range(6)) for t in range(4)
    )
    with pytest.raises(DicomOutputError, match="found images that share one"):
        require_sources(replace(HEART.cine, sources=places))
    inside = tuple(tuple(replace(p, path=Path("study.zip")) for p in frame) for frame in places)
    with pytest.raises(DicomOutputError, match="found images that share one"):
        require_sources(replace(HEART.cine, sources=inside))


def test_an_image_that_phases_are_interpolated_from_may_be_named_again(tmp_path):
    stack = from_series(tmp_path, one_per_slice=False)
    first, *others = stack.sources
    again = tuple(replace(place, is_exact=False) for place in first)
    stack = replace(stack, sources=(first, again, *others[1:]))
    assert require_sources(stack) == stack.sources


def test_images_of_another_study_are_listed_as_such(tmp_path):
    sources = SourceImages.of(from_series(tmp_path, one_per_slice=True))
    others = [sources.header(0, 4), sources.header(1, 4), sources.header(2, 5)]
    for header in others[:2]:
        header.StudyInstanceUID = "1.2.3"
    others[2].StudyInstanceUID = "1.2.4"
    made = Dataset()
    made.StudyInstanceUID = sources.first.StudyInstanceUID
    add_references(made, [sources.first, *others])
    (own,) = made.ReferencedSeriesSequence
    assert len(own.ReferencedInstanceSequence) == 1
    listed = {
        study.StudyInstanceUID: [
            len(series.ReferencedInstanceSequence) for series in study.ReferencedSeriesSequence
        ]
        for study in made.StudiesContainingOtherReferencedInstancesSequence
    }
    assert listed == {"1.2.3": [2], "1.2.4": [1]}


def test_the_thickness_is_that_of_the_slices_not_their_distance(tmp_path):
    assert SourceImages.of(from_enhanced(tmp_path)).thickness_mm == 8.0


@pytest.mark.parametrize(
    ("value", "expected"), [(b"8.5 ", 8.5), (b"8 mm", None), (b"8\\8 ", None), (b"0 ", None)]
)
def test_a_thickness_that_is_no_length_is_none(value, expected, tmp_path):
    stack = from_series(tmp_path, one_per_slice=False)
    path = stack.sources[0][0].path
    dataset = pydicom.dcmread(path)
    dataset[0x00180050] = RawDataElement(Tag(0x00180050), "DS", len(value), value, 0, False, True)
    dataset.save_as(path)
    assert SourceImages.of(stack).thickness_mm == expected


def test_loss_shows_in_the_header_or_in_the_way_of_compression(tmp_path):
    sources = SourceImages.of(from_series(tmp_path, one_per_slice=False))
    assert sources.lossy is None
    header = sources.header(1, 1)
    header.LossyImageCompression = "01"
    assert sources.lossy is header
    del header.LossyImageCompression
    header.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    assert sources.lossy is header


def test_of_the_patient_texts_are_kept_and_what_breaks_its_type_is_left_out():
    header = Dataset()
    values = {
        0x00101010: ("AS", b"63"),
        0x00101030: ("DS", b"unknown "),
        0x00101020: ("DS", b"1.8\\1.9 "),
        0x001021C0: ("US", b"\x01"),
        0x001021A0: ("CS", b"maybe "),
        0x00102180: ("SH", b"a\\b "),
        0x00101040: ("LO", b"x" * 80),
    }
    for number, (kind, value) in values.items():
        tag = Tag(number)
        header[tag] = RawDataElement(tag, kind, len(value), value, 0, False, True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        kept = {element.keyword for element in cleaned(header)}
    assert kept - set(REQUIRED) == {"Occupation", "PatientAddress"}


def test_a_sound_age_size_and_weight_are_kept():
    header = Dataset()
    header.PatientAge, header.PatientSize, header.PatientWeight = "063Y", "1.8", "80"
    cleaned(header)
    assert (header.PatientAge, header.PatientSize, header.PatientWeight) == ("063Y", 1.8, 80.0)


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
