"""Studies as scanners, archives and anonymizers leave them: the cine is that of the clean study."""

import os
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813
from pydicom.dataset import Dataset
from pydicom.uid import RLELossless

from CMRSegmentationLib.image import CineStack
from CMRSegmentationLib.reading.files import read_cine, read_input
from CMRSegmentationLib.reading.study import ReadError
from Testing.dicom_phantoms import LIKE_A_HEART, write_enhanced, write_series
from Testing.Lib.reading.dicom_studies import as_stored, only
from Testing.phantoms import HeartPhantom

PHANTOM = HeartPhantom(
    frames=12, slices=5, rows=40, columns=48, empty_slices=(0, 0), degrees_xyz=LIKE_A_HEART
)
Change = Callable[[Dataset, int, int], None]


@pytest.fixture(scope="module")
def cine() -> CineStack:
    return as_stored(PHANTOM.cine)


def changed(folder: Path, cine: CineStack, change: Change, **attributes: object) -> Path:
    """A study whose images were changed, given their slice and phase."""
    for index, path in enumerate(write_series(folder / "study", cine, **attributes)):
        dataset = pydicom.dcmread(path)
        change(dataset, index // cine.frames, index % cine.frames)
        dataset.save_as(path)
    return folder / "study"


def no_times(image: Dataset, z: int, t: int) -> None:
    del image.TriggerTime
    image.InstanceNumber, image.TemporalPositionIdentifier = 5 * t + z + 1, 1


def all_times_zero(image: Dataset, z: int, t: int) -> None:
    image.TriggerTime = 0


def three_times_zero(image: Dataset, z: int, t: int) -> None:
    if t in (3, 6, 9):
        image.TriggerTime = 0


def an_empty_functional_group(image: Dataset, z: int, t: int) -> None:
    image.PerFrameFunctionalGroupsSequence = [Dataset()]
    image.SharedFunctionalGroupsSequence = []


def a_world_of_each_series(image: Dataset, z: int, t: int) -> None:
    image.SeriesInstanceUID, image.SeriesNumber = f"1.2.9.{z}", 10 + z
    image.FrameOfReferenceUID = f"1.2.77.{z}"


def a_series_of_each_phase(image: Dataset, z: int, t: int) -> None:
    image.SeriesInstanceUID, image.SeriesNumber, image.InstanceNumber = f"1.2.9.{t}", 10 + t, z + 1


def a_study_of_each_slice(image: Dataset, z: int, t: int) -> None:
    image.StudyInstanceUID, image.SeriesInstanceUID = f"1.2.5.{z}", f"1.2.9.{z}"


def a_series_of_each_file_without_times(image: Dataset, z: int, t: int) -> None:
    image.SeriesInstanceUID = f"1.2.9.{z}.{t}"
    del image.TriggerTime


def no_modality(image: Dataset, z: int, t: int) -> None:
    image.Modality = ""


def microseconds(image: Dataset, z: int, t: int) -> None:
    image.TriggerTime = 1000.0 * float(image.TriggerTime)


def run_lengths(image: Dataset, z: int, t: int) -> None:
    image.compress(RLELossless)


def twelve_bits_with_rubbish(image: Dataset, z: int, t: int) -> None:
    pixels = image.pixel_array.astype(int) - 100
    image.BitsStored, image.HighBit, image.PixelRepresentation = 12, 11, 1
    image.RescaleIntercept, image.RescaleSlope = 100, 1
    image.PixelData = ((pixels & 0xFFF) | 0x5000).astype("<u2").tobytes()


def derived(image: Dataset, z: int, t: int) -> None:
    image.ImageType = ["DERIVED", "PRIMARY", "M", "RETRO", "MOCO"]


def lossy(image: Dataset, z: int, t: int) -> None:
    image.LossyImageCompression = "01"


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (no_times, ["time_not_trusted"]),
        (all_times_zero, ["time_not_trusted"]),
        (three_times_zero, ["time_not_trusted", "time_not_trusted"]),
        (an_empty_functional_group, []),
        (a_world_of_each_series, ["frames_of_reference_differ"]),
        (a_series_of_each_phase, []),
        (a_series_of_each_file_without_times, ["time_not_trusted"]),
        (no_modality, []),
        (microseconds, ["time_not_trusted"]),
        (run_lengths, []),
        (twelve_bits_with_rubbish, []),
        (derived, ["derived_images"]),
        (lossy, ["lossy_images"]),
    ],
)
def test_changed_headers_and_pixels_give_the_same_cine(
    tmp_path: Path, cine: CineStack, change: Change, codes: list[str]
) -> None:
    study = read_input(changed(tmp_path, cine, change))
    stack = only(study)
    assert np.array_equal(stack.array, cine.array)
    assert stack.geometry.matches(cine.geometry)
    assert [finding.code for finding in stack.findings] == codes
    assert study.findings == ()
    assert all(place.cines == ("sax",) and not place.reason for place in study.files)


def test_studies_of_one_plane_each_are_one(tmp_path: Path, cine: CineStack) -> None:
    study = read_input(changed(tmp_path, cine, a_study_of_each_slice))
    assert np.array_equal(only(study).array, cine.array)
    assert [finding.code for finding in study.findings] == ["several_studies"]
    assert "5 studies of one plane each and were read as one" in study.findings[0].message


def phases_of(pixels: np.ndarray) -> np.ndarray:
    """A phase map: noise where there is no signal, values about the middle elsewhere."""
    rng = np.random.default_rng(0)
    noise = rng.uniform(0, 4095, pixels.shape)
    return np.where(pixels < 60, noise, rng.normal(2048, 40, pixels.shape)).astype("<u2")


@pytest.mark.parametrize("is_one_series", [False, True])
@pytest.mark.parametrize("comes_first", [False, True])
def test_phase_maps_that_only_their_pixels_show_stay_out(
    tmp_path: Path, cine: CineStack, is_one_series: bool, comes_first: bool
) -> None:
    write_series(tmp_path / "magnitudes", cine, first_instance=101)
    maps = {"series_number": 7 if is_one_series else 6 if comes_first else 8}
    first = 1 if comes_first else 201
    for path in write_series(tmp_path / "phases", cine, first_instance=first, **maps):
        dataset = pydicom.dcmread(path)
        dataset.PixelData = phases_of(dataset.pixel_array).tobytes()
        dataset.save_as(path)
    study = read_input(tmp_path)
    assert np.array_equal(only(study).array, cine.array)
    assert "phase-contrast images" in study.findings[0].message
    assert all(place.reason == "phase-contrast images" for place in study.files if not place.cines)
    with pytest.raises(ReadError, match="phase-contrast images"):
        read_input(tmp_path / "phases")


def test_pixels_are_found_where_the_header_names_the_wrong_way_of_writing_types(
    tmp_path: Path, cine: CineStack
) -> None:
    for path in write_series(tmp_path, cine):
        explicit, implicit = b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2\0\0\0"
        path.write_bytes(path.read_bytes().replace(explicit, implicit, 1))
    assert np.array_equal(only(read_input(tmp_path)).array, cine.array)


def test_header_that_was_cut_off_is_named_as_such(tmp_path: Path, cine: CineStack) -> None:
    path = write_series(tmp_path, cine)[-1]
    path.write_bytes(path.read_bytes()[:700])
    study = read_input(tmp_path)
    assert [finding.code for finding in only(study).findings] == ["images_interpolated"]
    (place,) = (place for place in study.files if not place.cines)
    assert "truncated" in place.reason


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1"])
def test_files_without_preamble_and_meta_group(
    tmp_path: Path, cine: CineStack, syntax: str
) -> None:
    for path in write_series(tmp_path, cine, TransferSyntaxUID=syntax):
        content = path.read_bytes()
        path.write_bytes(content[144 + int.from_bytes(content[140:144], "little") :])
    assert np.array_equal(only(read_input(tmp_path)).array, cine.array)


def test_enhanced_files_of_one_frame_each(tmp_path: Path, cine: CineStack) -> None:
    for t in range(12):
        for z in range(5):
            matrix = np.array(cine.geometry.ijk_to_ras)
            matrix[:3, 3] += z * matrix[:3, 2]
            one = CineStack(
                cine.array[t : t + 1, z : z + 1], type(cine.geometry)((1, 40, 48), matrix)
            )
            write_enhanced(tmp_path / f"{z}_{t}.dcm", one, InstanceNumber=12 * z + t + 1)
    stack = only(read_input(tmp_path))
    assert np.array_equal(stack.array, cine.array)
    assert [finding.code for finding in stack.findings] == ["time_not_trusted"]


def test_enhanced_file_that_was_cut_off_keeps_its_whole_frames(
    tmp_path: Path, cine: CineStack
) -> None:
    path = write_enhanced(tmp_path / "study" / "one.dcm", cine)
    path.write_bytes(path.read_bytes()[: -int(2.5 * 2 * 40 * 48)])  # the last three of 60 frames
    study = read_input(path.parent)
    assert only(study).shape_tzyx == cine.shape_tzyx
    assert "3 images of 60 left out: truncated file: images cut off" in study.findings[0].message


def test_compressed_file_that_was_cut_off_keeps_its_whole_frames(
    tmp_path: Path, cine: CineStack
) -> None:
    path = write_enhanced(tmp_path / "study" / "one.dcm", cine)
    dataset = pydicom.dcmread(path)
    dataset.compress(RLELossless)
    dataset.save_as(path)
    frame = len(dataset.PixelData) // 60
    path.write_bytes(path.read_bytes()[: -frame * 5 // 2])
    study = read_input(path.parent)
    assert only(study).shape_tzyx == cine.shape_tzyx
    assert "3 images of 60 left out: truncated file: images cut off" in study.findings[0].message


@pytest.mark.parametrize("index", [0, 17, 35, 59])
@pytest.mark.parametrize("damage", ["header", "pixels", "empty"])
def test_one_damaged_file_costs_its_phase(
    tmp_path: Path, cine: CineStack, index: int, damage: str
) -> None:
    path = write_series(tmp_path, cine)[index]
    content = bytearray(path.read_bytes())
    if damage == "header":
        content[content.index(b"\x20\x00\x37\x00") + 4] = 0
    path.write_bytes({"pixels": content[:-100], "empty": b""}.get(damage, content))
    study = read_input(tmp_path)
    stack = only(study)
    z, t = divmod(index, 12)
    expected = (cine.array[t - 1, z] + cine.array[(t + 1) % 12, z]) / 2
    assert np.allclose(stack.array[t, z], expected)
    others = np.delete(stack.array.reshape(60, -1), t * 5 + z, axis=0)
    assert np.array_equal(others, np.delete(cine.array.reshape(60, -1), t * 5 + z, axis=0))
    assert [finding.code for finding in stack.findings] == ["images_interpolated"]
    (place,) = (place for place in study.files if not place.cines)
    assert place.name == path.name
    assert place.reason


def test_slices_cut_and_turned_lie_on_the_grid_of_the_others(
    tmp_path: Path, cine: CineStack
) -> None:
    def cut_or_turned(image: Dataset, z: int, t: int) -> None:
        way = np.array(image.ImageOrientationPatient).reshape(2, 3)
        corner = np.array(image.ImagePositionPatient)
        pixels = image.pixel_array
        if z == 1:  # three rows and five columns less on either side
            pixels, corner = pixels[3:-3, 5:-5], corner + 3 * 1.6 * way[1] + 5 * 1.4 * way[0]
        if z == 2:
            pixels, corner = np.rot90(pixels, 1), corner + 47 * 1.4 * way[0]
            way = np.stack([way[1], -way[0]])
            image.PixelSpacing = [1.4, 1.6]
        image.Rows, image.Columns = pixels.shape
        image.ImagePositionPatient = [f"{v:.8f}" for v in corner]
        image.ImageOrientationPatient = [f"{v:.8f}" for v in way.ravel()]
        image.PixelData = np.ascontiguousarray(pixels).tobytes()

    stack = only(read_input(changed(tmp_path, cine, cut_or_turned)))
    inner = np.s_[:, :, 3:-3, 5:-5]
    assert np.abs(stack.array[inner] - cine.array[inner]).max() < 0.5
    assert [finding.code for finding in stack.findings] == ["slices_resampled"]
    assert "Slices 2 and 3 were" in stack.findings[0].message


def with_a_shifted_copy(folder: Path, cine: CineStack, pitches: float) -> Path:
    """Two series of one stack, the second further along its normal."""
    matrix = np.array(cine.geometry.ijk_to_ras)
    matrix[:3, 3] += pitches * matrix[:3, 2]
    shifted = CineStack(cine.array, type(cine.geometry)((5, 40, 48), matrix), cine.frame_times_ms)
    write_series(folder, cine, series_number=7)
    write_series(folder, shifted, series_number=8)
    return folder


def test_parallel_stacks_that_stay_apart_name_each_other(tmp_path: Path, cine: CineStack) -> None:
    study = read_input(with_a_shifted_copy(tmp_path, cine, 2.3))
    for named, neighbor in zip(study.cines, ("sax_se08", "sax_se07"), strict=True):
        (finding,) = named.stack.findings
        assert (finding.code, finding.severity) == ("stack_split", "serious")
        assert f"in the cine {neighbor}" in finding.message


def test_whole_stacks_at_one_place_are_not_said_to_be_split(
    tmp_path: Path, cine: CineStack
) -> None:
    study = read_input(with_a_shifted_copy(tmp_path, cine, 0.3))
    assert [named.name for named in study.cines] == ["sax_se07", "sax_se08"]
    assert all(not named.stack.findings for named in study.cines)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_linked_series_is_followed(tmp_path: Path, cine: CineStack) -> None:
    write_series(tmp_path / "elsewhere", cine)
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "series").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "study" / "cycle").symlink_to(tmp_path / "study")
    assert np.array_equal(only(read_input(tmp_path / "study")).array, cine.array)


def test_dicomdir_stands_for_the_files_around_it(tmp_path: Path, cine: CineStack) -> None:
    write_series(tmp_path / "DICOM", cine)
    (tmp_path / "DICOMDIR").write_bytes(bytes(128) + b"DICM")
    assert np.array_equal(only(read_input(tmp_path / "DICOMDIR")).array, cine.array)
    assert np.array_equal(only(read_input(tmp_path)).array, cine.array)


def zipped(folder: Path, path: Path) -> Path:
    shutil.make_archive(str(path.with_suffix("")), "zip", folder)
    return path


def test_archive_of_a_study_is_read_in_place(tmp_path: Path, cine: CineStack) -> None:
    write_series(tmp_path / "study", cine)
    study = read_input(zipped(tmp_path / "study", tmp_path / "all.zip"))
    assert np.array_equal(only(study).array, cine.array)
    assert len(study.files) == 60
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.zip", "study"]


def test_archive_of_image_files_is_one_cine_each(tmp_path: Path, cine: CineStack) -> None:
    from Testing.Lib.reading.test_files import write_cine, write_metaimage

    (tmp_path / "a").mkdir()
    write_cine(tmp_path / "a" / "one.nii.gz", cine)
    write_metaimage(tmp_path / "a" / "two.mha", cine, step=75.0)
    (tmp_path / "a" / "bad.nii").write_bytes(b"no")
    study = read_input(zipped(tmp_path / "a", tmp_path / "all.zip"))
    assert [named.name for named in study.cines] == ["one", "two"]
    assert all(np.array_equal(named.stack.array, cine.array) for named in study.cines)
    assert [finding.code for finding in study.findings] == ["file_left_out"]


@pytest.mark.parametrize("suffix", [".nhdr", ".mhd"])
@pytest.mark.parametrize(
    ("is_absolute", "reason"),
    [(True, "Expected a data file beside its header"), (False, "unpack the archive")],
)
def test_header_in_an_archive_reads_no_file_outside_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cine: CineStack,
    suffix: str,
    is_absolute: bool,
    reason: str,
) -> None:
    headers = tmp_path / "headers"
    headers.mkdir()
    image = sitk.GetImageFromArray(cine.array[0])
    image.SetSpacing(cine.geometry.spacing_zyx_mm[::-1])
    sitk.WriteImage(image, str(headers / f"one{suffix}"))
    (data,) = set(headers.iterdir()) - {headers / f"one{suffix}"}
    assert np.array_equal(read_cine(headers / f"one{suffix}").array[0], cine.array[0])
    outside = data.rename(tmp_path / data.name)
    monkeypatch.chdir(tmp_path)
    if is_absolute:
        header = (headers / f"one{suffix}").read_text()
        (headers / f"one{suffix}").write_text(header.replace(data.name, str(outside)))
    with pytest.raises(ReadError, match=rf"one\{suffix}: .*{reason}"):
        read_input(zipped(headers, tmp_path / "all.zip"))


def test_archive_without_images_says_so(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("notes.txt", "nothing here")
    with pytest.raises(ReadError, match="is no DICOM image and holds none"):
        read_input(tmp_path / "all.zip")


def test_series_that_is_partly_left_out_is_not_said_to_be_left_out_whole(
    tmp_path: Path, cine: CineStack
) -> None:
    def one_map(image: Dataset, z: int, t: int) -> None:
        if (z, t) == (2, 4):
            image.ImageType = ["DERIVED", "PRIMARY", "T1 MAP"]

    study = read_input(changed(tmp_path, cine, one_map))
    assert [finding.message for finding in study.findings] == [
        "Series 7: 1 image of 60 left out: a map of tissue properties."
    ]


def test_perfusion_over_40_beats_stays_out_by_its_times(tmp_path: Path, cine: CineStack) -> None:
    def beats(image: Dataset, z: int, t: int) -> None:
        image.TriggerTime = 850.0 * t

    with pytest.raises(ReadError, match="images of many heart beats, not a cine"):
        read_input(changed(tmp_path, cine, beats))


def a_series_of_each_slice(image: Dataset, z: int, t: int) -> None:
    image.SeriesInstanceUID, image.SeriesNumber = f"1.2.9.{z}", 10 + z


def test_later_images_of_a_contrast_agent_do_not_take_the_place_of_a_cine(
    tmp_path: Path, cine: CineStack
) -> None:
    changed(tmp_path, cine, a_series_of_each_slice)
    course = np.interp(np.arange(12), [0, 3, 6, 11], [0.5, 0.5, 1.5, 1.2])
    passing = as_stored(replace(cine, array=cine.array * course[:, None, None, None]))
    write_series(tmp_path / "first_pass", passing, slices=[1, 3], series_number=40)
    study = read_input(tmp_path)
    assert np.array_equal(only(study).array, cine.array)
    assert [finding.message for finding in study.findings] == [
        "Series 40 was left out: images of changing brightness, such as perfusion or mapping."
    ]


def test_series_that_share_a_uid_are_told_apart_by_their_numbers(
    tmp_path: Path, cine: CineStack
) -> None:
    write_series(tmp_path / "cine", cine, series_number=5, SeriesInstanceUID="1.2.3")
    still = CineStack(cine.array[:1], cine.geometry)
    other = {"EchoTime": 3.0, "InversionTime": 300, "SeriesInstanceUID": "1.2.3"}
    write_series(tmp_path / "enhanced", still, series_number=9, **other)
    study = read_input(tmp_path)
    assert np.array_equal(only(study).array, cine.array)
    assert [finding.message for finding in study.findings] == [
        "Series 9 was left out: one phase only, not a cine."
    ]
