import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from CMRSegmentationLib.image import CineStack
from CMRSegmentationLib.reading.dicom_headers import Content, Frame, Refusal, read_frames
from CMRSegmentationLib.reading.dicom_pixels import read_intensities
from CMRSegmentationLib.reading.sources import Source
from Testing.dicom_phantoms import (
    LIKE_A_HEART,
    orientation_lps,
    position_lps,
    write_enhanced,
    write_series,
)
from Testing.phantoms import HeartPhantom

PHANTOM = HeartPhantom(
    frames=3, slices=2, rows=20, columns=24, empty_slices=(0, 0), degrees_xyz=LIKE_A_HEART
)


@pytest.fixture(scope="module")
def cine() -> CineStack:
    return replace(PHANTOM.cine, array=PHANTOM.cine.array.round().clip(0))


def content(path: Path) -> Content:
    found = read_frames(Source(path.name, path))
    assert found is not None
    return found


def only_frame(path: Path) -> Frame:
    (frame,) = content(path).frames
    return frame


def refusal(path: Path) -> Refusal:
    found = content(path)
    assert not found.frames
    return found.refusals[0]


def stored(frame: Frame) -> np.ndarray:
    ((_, image),) = read_intensities([frame.pixels])
    assert isinstance(image, np.ndarray)
    return image


def test_single_frame_header_gives_plane_phase_and_pixels(tmp_path: Path, cine: CineStack) -> None:
    path = write_series(tmp_path, cine, series_number=12, SliceThickness=6.0, NominalInterval=900)[
        4
    ]
    frame = only_frame(path)  # slice 1, phase 1
    assert frame.position_mm == pytest.approx(position_lps(cine, 1))
    assert frame.orientation.ravel() == pytest.approx(orientation_lps(cine))
    assert frame.spacing_yx_mm == pytest.approx((1.6, 1.4))
    assert frame.size_yx == (20, 24)
    assert (frame.series_number, frame.number, frame.trigger_ms) == (12, (5, 1), 300.0)
    assert (frame.thickness_mm, frame.heart_cycle_ms, frame.vendor, frame.refusal) == (
        6.0,
        900.0,
        "Phantom Works",
        "",
    )
    assert np.array_equal(stored(frame), cine.array[1, 1])


def test_enhanced_header_gives_one_frame_per_image_from_its_functional_groups(
    tmp_path: Path, cine: CineStack
) -> None:
    frames = content(write_enhanced(tmp_path / "a.dcm", cine)).frames
    assert [(f.frame_number, f.temporal_position, f.trigger_ms) for f in frames] == [
        (1, 3, 600.0),
        (2, 3, 600.0),
        (3, 2, 300.0),
        (4, 2, 300.0),
        (5, 1, 0.0),
        (6, 1, 0.0),
    ]
    assert frames[0].position_mm == pytest.approx(position_lps(cine, 1))
    assert frames[0].thickness_mm == 8.0
    assert np.array_equal(stored(frames[0]), cine.array[2, 1])
    assert np.array_equal(stored(frames[5]), cine.array[0, 0])


def test_implicit_and_big_endian_files_give_the_same_pixels(
    tmp_path: Path, cine: CineStack
) -> None:
    implicit = write_series(tmp_path / "i", cine, TransferSyntaxUID=ImplicitVRLittleEndian)[3]
    assert np.array_equal(stored(only_frame(implicit)), cine.array[0, 1])
    dataset = pydicom.dcmread(write_series(tmp_path / "b", cine)[3])
    dataset.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    dataset.PixelData = cine.array[0, 1].astype(">u2").tobytes()
    with warnings.catch_warnings():  # the standard retired this syntax
        warnings.simplefilter("ignore")
        save_big_endian(dataset, tmp_path / "big.dcm")
    assert np.array_equal(stored(only_frame(tmp_path / "big.dcm")), cine.array[0, 1])


def save_big_endian(dataset: pydicom.Dataset, path: Path) -> None:
    """Explicit VR, big endian, with pydicom 2 and 3."""
    if int(pydicom.__version_info__[0]) >= 3:
        pydicom.dcmwrite(path, dataset, implicit_vr=False, little_endian=False)
    else:
        dataset.is_little_endian, dataset.is_implicit_VR = False, False
        pydicom.dcmwrite(path, dataset)


def test_signed_pixels_are_read_as_such(tmp_path: Path, cine: CineStack) -> None:
    pixels = (cine.array[0, 0] - 100).astype("<i2")
    path = write_series(tmp_path, cine, PixelRepresentation=1, PixelData=pixels.tobytes())[0]
    assert np.array_equal(stored(only_frame(path)), pixels)


def test_file_that_is_not_dicom_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("short")
    (tmp_path / "b.txt").write_text("x" * 500)
    assert read_frames(Source("a.txt", tmp_path / "a.txt")) is None
    assert read_frames(Source("b.txt", tmp_path / "b.txt")) is None


def test_uid_that_breaks_the_standard_is_read_without_a_warning(
    tmp_path: Path, cine: CineStack
) -> None:
    dataset = pydicom.dcmread(write_series(tmp_path, cine)[0])
    wrong = "2.16.124.113543.6006.99.08975550791105350405"  # a component that starts with 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset.SOPInstanceUID = wrong
        dataset.file_meta.MediaStorageSOPInstanceUID = wrong
        dataset.save_as(tmp_path / "a.dcm")
    assert only_frame(tmp_path / "a.dcm").instance_uid == wrong


@pytest.mark.parametrize("kept", [140, 300])
def test_file_cut_within_its_header_is_refused(tmp_path: Path, cine: CineStack, kept: int) -> None:
    path = write_series(tmp_path, cine)[0]
    path.write_bytes(path.read_bytes()[:kept])
    assert "no image" in refusal(path).reason or "damaged" in refusal(path).reason


def test_file_cut_within_its_pixels_is_refused_with_the_sizes(
    tmp_path: Path, cine: CineStack
) -> None:
    path = write_series(tmp_path, cine)[0]
    path.write_bytes(path.read_bytes()[:-100])
    assert refusal(path) == Refusal(7, "truncated file: 960 bytes of pixels expected, 860 found")


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"BitsAllocated": 64}, "expected 8, 16 or 32 bits a pixel, found 64"),
        ({"NumberOfFrames": 2}, "several frames|truncated"),
        ({"Rows": None}, "ends before the image"),
        ({"ImageOrientationPatient": [1, 0, 0, 1, 0, 0]}, "not that of a plane"),
        ({"ImageOrientationPatient": [0, 0, 0, 0, 0, 0]}, "not that of a plane"),
    ],
)
def test_header_without_a_usable_image_is_refused(
    tmp_path: Path, cine: CineStack, attributes: dict[str, object], reason: str
) -> None:
    found = refusal(write_series(tmp_path, cine, **attributes)[0])
    assert found.series_number == 7
    assert any(part in found.reason for part in reason.split("|"))


def test_enhanced_file_of_velocity_images_is_refused_as_a_cine(
    tmp_path: Path, cine: CineStack
) -> None:
    path = write_enhanced(tmp_path / "a.dcm", cine, ImageType=["ORIGINAL", "PRIMARY", "VELOCITY"])
    assert {frame.refusal for frame in content(path).frames} == {"phase-contrast images"}


@pytest.mark.parametrize(
    ("vendor", "protocol", "description", "reason"),
    [
        ("GE MEDICAL SYSTEMS", "CARDIAC VIABILITY", "SAX", ""),
        ("GE MEDICAL SYSTEMS", "HEART 4D FLOW", None, ""),
        ("GE MEDICAL SYSTEMS", "CARDIAC", "2D flow aorta", "phase-contrast images"),
        ("Philips", "Cardiac Function + Flow", "SAX cine", ""),
        ("SIEMENS", "SAX_PSIR_LGE", None, "late-enhancement images"),
        ("SIEMENS", "SAX_PSIR_LGE", " ", "late-enhancement images"),
    ],
)
def test_name_of_the_protocol_speaks_for_a_series_without_its_own_where_it_is_not_the_exams(
    tmp_path: Path,
    cine: CineStack,
    vendor: str,
    protocol: str,
    description: str | None,
    reason: str,
) -> None:
    names = {"ProtocolName": protocol, "SeriesDescription": description}
    path = write_series(tmp_path, cine, Manufacturer=vendor, **names)[0]
    assert only_frame(path).refusal == reason


@pytest.mark.parametrize(
    ("component", "reason"),
    [
        ("MAGNITUDE", ""),
        ("PHASE", "phase-contrast images"),
        ("REAL", "real or imaginary parts of images"),
    ],
)
def test_component_of_a_complex_image_tells_phases_and_magnitudes_in_one_file_apart(
    tmp_path: Path, cine: CineStack, component: str, reason: str
) -> None:
    path = write_enhanced(tmp_path / "a.dcm", cine)
    dataset = pydicom.dcmread(path)
    for index, groups in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        kind = pydicom.Dataset()
        kind.ComplexImageComponent = component if index % 2 else "MAGNITUDE"
        groups.MRImageFrameTypeSequence = [kind]
    dataset.save_as(path)
    assert [frame.refusal for frame in content(path).frames] == ["", reason] * 3


def test_actual_trigger_delay_stands_for_a_nominal_one_that_is_missing(
    tmp_path: Path, cine: CineStack
) -> None:
    path = write_enhanced(tmp_path / "a.dcm", cine)
    dataset = pydicom.dcmread(path)
    for index, groups in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        heart = groups.CardiacSynchronizationSequence[0]
        heart.ActualCardiacTriggerDelayTime = 40.0 * index
        if index:
            del heart.NominalCardiacTriggerDelayTime
    dataset.save_as(path)
    times = [frame.trigger_ms for frame in content(path).frames]
    assert times == [600.0, 40.0, 80.0, 120.0, 160.0, 200.0]


def test_patients_are_told_apart_without_their_numbers(tmp_path: Path, cine: CineStack) -> None:
    numbers = {"a": "ID-4711", "b": "ID-4712", "c": "ID-4711 ", "d": "", "e": None}
    patients = {
        name: only_frame(write_series(tmp_path / name, cine, PatientID=number)[0]).patient
        for name, number in numbers.items()
    }
    assert patients["a"] == patients["c"] != patients["b"]
    assert (patients["d"], patients["e"]) == ("", "")
    assert not any("ID-471" in patient for patient in patients.values())
