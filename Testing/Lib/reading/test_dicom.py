import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.uid import ImplicitVRLittleEndian

from CMRSegmentationLib.image import CineStack, Geometry, View
from CMRSegmentationLib.reading.dicom import read_study
from CMRSegmentationLib.reading.study import ReadError
from Testing.dicom_phantoms import PATIENT_ID, write_enhanced, write_series
from Testing.Lib.long_axis_phantoms import usual_plane
from Testing.Lib.reading.dicom_studies import PHANTOM, as_stored, codes, only, part
from Testing.phantoms import HeartPhantom


@pytest.fixture(scope="module")
def cine() -> CineStack:
    return as_stored(PHANTOM.cine)


def test_single_frame_series_comes_back_with_values_grid_times_view_and_vendor(
    tmp_path: Path, cine: CineStack
) -> None:
    write_series(tmp_path, cine)
    study = read_study(tmp_path)
    stack = only(study)
    assert np.array_equal(stack.array, cine.array)
    assert stack.geometry.matches(cine.geometry)
    assert stack.frame_times_ms == pytest.approx((0.0, 180.0, 360.0, 540.0, 720.0))
    assert (stack.view, stack.vendor, study.cines[0].name) == (View.SAX, "Phantom Works", "sax")
    assert study.findings == stack.findings == ()


def test_enhanced_multi_frame_file_gives_the_same_cine(tmp_path: Path, cine: CineStack) -> None:
    write_enhanced(tmp_path / "study" / "one.dcm", cine)
    stack = only(read_study(tmp_path / "study"))
    assert np.array_equal(stack.array, cine.array)
    assert stack.geometry.matches(cine.geometry)
    assert stack.frame_times_ms == pytest.approx(cine.frame_times_ms)


def test_enhanced_file_named_by_itself_is_read(tmp_path: Path, cine: CineStack) -> None:
    path = write_enhanced(tmp_path / "one.dcm", cine)
    assert only(read_study(path)).shape_tzyx == (5, 4, 40, 48)


def test_file_names_and_instance_numbers_do_not_decide_the_order(
    tmp_path: Path, cine: CineStack
) -> None:
    files = write_series(tmp_path, cine)
    for name, path in enumerate(np.random.default_rng(1).permutation(files)):
        dataset = pydicom.dcmread(path)
        dataset.InstanceNumber = name + 1
        dataset.save_as(tmp_path / f"{name:03d}")
        Path(path).unlink()
    assert np.array_equal(only(read_study(tmp_path)).array, cine.array)


def test_reversed_slice_positions_give_the_same_world(tmp_path: Path, cine: CineStack) -> None:
    matrix = np.array(cine.geometry.ijk_to_ras)
    matrix[:3, 3] += 3 * matrix[:3, 2]
    matrix[:3, 2] *= -1
    reversed_cine = CineStack(
        cine.array[:, ::-1], Geometry(cine.geometry.shape_zyx, matrix), cine.frame_times_ms
    )
    write_series(tmp_path, reversed_cine)
    stack = only(read_study(tmp_path))
    assert np.array_equal(stack.array, cine.array)
    assert stack.geometry.matches(cine.geometry)


def test_phases_are_ordered_within_each_slice_and_times_are_the_mean_over_slices(
    tmp_path: Path, cine: CineStack
) -> None:
    # Slice z is triggered 10 z ms later than slice 0, so the mean delay of four slices is 15 ms.
    trigger = np.array(cine.frame_times_ms)[:, None] + 10.0 * np.arange(4)
    write_series(tmp_path, cine, trigger_ms=trigger)
    stack = only(read_study(tmp_path))
    assert np.array_equal(stack.array, cine.array)
    assert stack.frame_times_ms == pytest.approx((15.0, 195.0, 375.0, 555.0, 735.0))


def test_without_trigger_times_the_instance_number_orders_and_the_heart_cycle_gives_times(
    tmp_path: Path, cine: CineStack
) -> None:
    write_series(tmp_path, replace(cine, frame_times_ms=None), NominalInterval=1000)
    stack = only(read_study(tmp_path))
    assert np.array_equal(stack.array, cine.array)
    assert stack.frame_times_ms == pytest.approx((0.0, 200.0, 400.0, 600.0, 800.0))
    assert [f.code for f in stack.findings] == ["time_guessed"]


def test_implausible_trigger_times_are_not_trusted(tmp_path: Path, cine: CineStack) -> None:
    write_series(tmp_path, replace(cine, frame_times_ms=(0.0, 1.0, 2.0, 3.0, 4.0)))
    stack = only(read_study(tmp_path))
    assert stack.frame_times_ms is None
    assert [f.code for f in stack.findings] == ["time_not_trusted"]


def test_one_series_per_slice_becomes_one_stack(tmp_path: Path, cine: CineStack) -> None:
    for z in (2, 0, 3, 1):
        write_series(tmp_path / f"Se{z}", cine, slices=[z], series_number=100 - z)
    study = read_study(tmp_path)
    assert np.array_equal(only(study).array, cine.array)
    assert study.findings == ()


def test_slice_location_and_thickness_are_not_trusted(tmp_path: Path, cine: CineStack) -> None:
    write_series(tmp_path, cine, SliceThickness=6.0, SpacingBetweenSlices=3.0, SliceLocation=12.5)
    assert only(read_study(tmp_path)).geometry.spacing_zyx_mm == pytest.approx((10.0, 1.6, 1.4))


def test_rescale_slope_and_intercept_are_applied(tmp_path: Path, cine: CineStack) -> None:
    write_series(tmp_path, cine, RescaleSlope=2.0, RescaleIntercept=-10.0)
    assert np.array_equal(only(read_study(tmp_path)).array, 2.0 * cine.array - 10.0)


def test_implicit_vr_and_a_file_without_preamble_are_read(tmp_path: Path, cine: CineStack) -> None:
    files = write_series(tmp_path, cine, TransferSyntaxUID=ImplicitVRLittleEndian)
    data = files[0].read_bytes()
    meta_length = int.from_bytes(data[140:144], "little")
    files[0].write_bytes(data[144 + meta_length :])
    assert np.array_equal(only(read_study(tmp_path)).array, cine.array)


@pytest.mark.parametrize("slices", [1, 3, 5])
def test_planes_of_another_orientation_are_a_cine_of_no_known_view(
    tmp_path: Path, cine: CineStack, slices: int
) -> None:
    other = replace(PHANTOM, slices=slices, degrees_xyz=(0.0, 0.0, 0.0))
    write_series(tmp_path, cine)
    write_series(tmp_path, as_stored(other.cine), series_number=9)
    cines = {c.name: c.stack for c in read_study(tmp_path).cines}
    assert {name: c.shape_tzyx[1] for name, c in cines.items()} == {"sax": 4, "cine_se09": slices}
    assert [f.code for f in cines["cine_se09"].findings] == ["view_unknown"]


def test_missing_image_is_interpolated_from_its_neighbors_in_time(
    tmp_path: Path, cine: CineStack
) -> None:
    files = write_series(tmp_path, cine)
    files[5 + 2].unlink()  # slice 1, phase 2
    stack = only(read_study(tmp_path))
    expected = cine.array.copy()
    expected[2, 1] = (cine.array[1, 1] + cine.array[3, 1]) / 2
    assert np.allclose(stack.array, expected)
    assert [(f.code, f.slice) for f in stack.findings] == [("images_interpolated", 1)]
    assert "Slice 2 lacks the images of 1 of 5 phases (3)" in stack.findings[0].message


def test_missing_last_image_is_interpolated_across_the_end_of_the_beat(
    tmp_path: Path, cine: CineStack
) -> None:
    write_series(tmp_path, cine)[-1].unlink()
    stack = only(read_study(tmp_path))
    assert np.allclose(stack.array[4, 3], (cine.array[3, 3] + cine.array[0, 3]) / 2)
    assert np.array_equal(stack.array[:4], cine.array[:4])


def test_slice_that_lacks_three_phases_in_a_row_is_named_and_left_out(
    tmp_path: Path, cine: CineStack
) -> None:
    files = write_series(tmp_path, cine)
    for path in files[-3:]:
        path.unlink()
    study = read_study(tmp_path)
    stack = only(study)
    assert np.array_equal(stack.array, cine.array[:, :3])
    assert [(f.code, f.severity) for f in stack.findings] == [("slice_lacks_phases", "serious")]
    assert "2 phases where the others have 5" in stack.findings[0].message
    reasons = {place.reason for place in study.files if not place.cines}
    assert reasons == {"a slice that lacks phases"}


def test_missing_middle_slice_is_a_serious_gap(tmp_path: Path, cine: CineStack) -> None:
    write_series(tmp_path, cine, slices=[0, 1, 3])
    stack = only(read_study(tmp_path))
    assert stack.geometry.spacing_zyx_mm[0] == pytest.approx(15.0)  # 30 mm over two steps
    assert [(f.code, f.severity) for f in stack.findings] == [("irregular_gaps", "serious")]


def test_distant_parallel_slice_is_not_part_of_the_stack(tmp_path: Path) -> None:
    write_series(tmp_path, as_stored(replace(PHANTOM, slices=8).cine), slices=[0, 1, 2, 7])
    study = read_study(tmp_path)
    assert [c.stack.shape_tzyx[1] for c in study.cines] == [3, 1]


def test_copies_of_the_same_files_are_named_and_left_out(tmp_path: Path, cine: CineStack) -> None:
    write_series(tmp_path / "a", cine)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    study = read_study(tmp_path)
    assert np.array_equal(only(study).array, cine.array)
    assert set(codes(study)) == {"duplicate_images"}


def test_of_two_series_of_one_slice_the_later_is_used_and_the_other_named(
    tmp_path: Path, cine: CineStack
) -> None:
    write_series(tmp_path, cine, slices=[0, 1, 2, 3])
    again = replace(cine, array=cine.array + 100.0)
    write_series(tmp_path, again, series_number=8)
    study = read_study(tmp_path)
    assert np.array_equal(only(study).array, again.array)
    assert set(codes(study)) == {"duplicate_images"}
    assert "series 7" in study.findings[0].message.lower()
    assert "series 8 was used" in study.findings[0].message


def test_second_stack_between_the_slices_of_the_first_is_not_mixed_in(
    tmp_path: Path, cine: CineStack
) -> None:
    matrix = np.array(cine.geometry.ijk_to_ras)
    matrix[:3, 3] += 0.3 * matrix[:3, 2]
    shifted = CineStack(cine.array, Geometry(cine.geometry.shape_zyx, matrix), cine.frame_times_ms)
    write_series(tmp_path, cine, series_number=7)
    write_series(tmp_path, shifted, series_number=8)
    study = read_study(tmp_path)
    assert [c.name for c in study.cines] == ["sax_se07", "sax_se08"]
    assert all(c.stack.geometry.spacing_zyx_mm[0] == pytest.approx(10.0) for c in study.cines)


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, "localizer"),
        ({"ImageType": ["DERIVED", "SECONDARY", "MPR"]}, "derived images"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "P"]}, "phase-contrast"),
        ({"SequenceName": "*fl2d1_v150in"}, "phase-contrast"),
        ({"Modality": "CT"}, "expected MR images, found CT"),
        ({"PhotometricInterpretation": "RGB", "SamplesPerPixel": 3}, "expected gray values"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, "a secondary capture"),
        ({"SeriesDescription": "MOLLI native T1 map"}, "a map of tissue properties"),
        ({"SeriesDescription": "stress first pass"}, "perfusion images"),
        ({"SeriesDescription": "SAX LGE PSIR"}, "late-enhancement images"),
        ({"SeriesDescription": "cine_tagging_sax"}, "tagged images"),
        ({"ImageOrientationPatient": None}, "no orientation"),
        ({"ImagePositionPatient": None}, "no position"),
        ({"PixelSpacing": [0.0, 1.4]}, "expected a positive pixel spacing"),
        ({"PixelSpacing": [-1.6, 1.4]}, "expected a positive pixel spacing"),
        ({"PixelSpacing": [500.0, 500.0]}, "Expected a voxel spacing"),
    ],
)
def test_what_is_no_cine_is_named_beside_a_cine_and_refused_alone(
    tmp_path: Path, cine: CineStack, attributes: dict[str, object], reason: str
) -> None:
    write_series(tmp_path / "other", part(cine, slice(0, 1)), series_number=3, **attributes)
    with pytest.raises(ReadError, match=reason):
        read_study(tmp_path / "other")
    write_series(tmp_path / "cine", cine)
    study = read_study(tmp_path)
    assert np.array_equal(only(study).array, cine.array)
    assert codes(study) == ["series_left_out"]
    assert "Series 3" in study.findings[0].message
    assert reason in study.findings[0].message


def test_localizer_of_three_orientations_is_refused_without_its_name(
    tmp_path: Path, cine: CineStack
) -> None:
    for turn in ((0.0, 0.0, 0.0), (90.0, 0.0, 0.0), (0.0, 90.0, 0.0)):
        plane = replace(PHANTOM, frames=1, slices=1, degrees_xyz=turn)
        write_series(tmp_path / str(turn), as_stored(plane.cine), series_number=1)
    with pytest.raises(ReadError, match="one phase only, a localizer"):
        read_study(tmp_path)


def test_single_phase_short_axis_stack_alone_is_read_but_not_beside_a_cine(
    tmp_path: Path, cine: CineStack
) -> None:
    write_series(tmp_path / "still", part(cine, frames=slice(0, 1)), series_number=3)
    stack = only(read_study(tmp_path / "still"))
    assert stack.shape_tzyx == (1, 4, 40, 48)
    assert codes(read_study(tmp_path / "still")) == ["single_phase"]
    write_series(tmp_path / "cine", cine)
    study = read_study(tmp_path)
    assert only(study).frames == 5
    assert codes(study) == ["series_left_out"]


def test_single_phase_axial_stack_alone_is_refused(tmp_path: Path) -> None:
    axial = replace(PHANTOM, frames=1, degrees_xyz=(0.0, 0.0, 0.0))
    write_series(tmp_path, as_stored(axial.cine))
    with pytest.raises(ReadError, match="one phase only"):
        read_study(tmp_path)


def test_thin_slices_of_a_volume_scan_are_refused(tmp_path: Path) -> None:
    volume = HeartPhantom(frames=2, slices=22, rows=16, columns=18, spacing_zyx_mm=(1.5, 1.6, 1.4))
    write_series(tmp_path, as_stored(volume.cine))
    with pytest.raises(ReadError, match="not a stack of slices"):
        read_study(tmp_path)


def test_a_volume_takes_no_place_of_a_cine(tmp_path: Path, cine: CineStack) -> None:
    geometry = Geometry((22, 40, 48), cine.geometry.ijk_to_ras * [1.0, 1.0, 0.2, 1.0])
    array = np.repeat(cine.array, 6, axis=1)[:, :22]
    write_series(tmp_path, cine, series_number=7)
    write_series(tmp_path, replace(cine, array=array, geometry=geometry), series_number=8)
    study = read_study(tmp_path)
    assert np.array_equal(only(study).array, cine.array)
    assert codes(study) == ["series_left_out"]


def test_one_file_named_by_itself_is_one_slice_of_one_phase(
    tmp_path: Path, cine: CineStack
) -> None:
    files = write_series(tmp_path, cine, SliceThickness=6.0)
    stack = only(read_study(files[7]))
    assert np.array_equal(stack.array, cine.array[2:3, 1:2])
    assert stack.geometry.spacing_zyx_mm == pytest.approx((6.0, 1.6, 1.4))


@pytest.mark.parametrize("kept", [0.5, 0.99])
def test_truncated_file_costs_its_phase_and_not_its_slice(
    tmp_path: Path, cine: CineStack, kept: float
) -> None:
    files = write_series(tmp_path, cine)
    data = files[0].read_bytes()
    files[0].write_bytes(data[: int(len(data) * kept)])
    study = read_study(tmp_path)
    stack = only(study)
    assert np.array_equal(stack.array[1:], cine.array[1:])
    assert np.array_equal(stack.array[0, 1:], cine.array[0, 1:])
    assert np.allclose(stack.array[0, 0], (cine.array[4, 0] + cine.array[1, 0]) / 2)
    assert codes(study) == ["series_left_out"]
    assert "Series 7: 1 image of 20 left out: truncated" in study.findings[0].message
    assert [f.code for f in stack.findings] == ["images_interpolated"]
    with pytest.raises(ReadError, match="truncated"):
        read_study(files[0])


def test_all_zero_images_are_refused(tmp_path: Path, cine: CineStack) -> None:
    write_series(tmp_path, cine, PixelData=bytes(2 * 40 * 48))
    with pytest.raises(ReadError, match="the same value"):
        read_study(tmp_path)


def test_empty_folder_and_folder_without_images_say_so(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="is empty"):
        read_study(tmp_path)
    (tmp_path / "notes.txt").write_text("nothing here")
    with pytest.raises(ReadError, match=r"no DICOM images \(files found: 1\)"):
        read_study(tmp_path)


def test_damaged_file_beside_a_cine_is_named(tmp_path: Path, cine: CineStack) -> None:
    write_series(tmp_path, cine)
    (tmp_path / "broken.dcm").write_bytes(bytes(128) + b"DICM" + b"\x02\x00garbage")
    study = read_study(tmp_path)
    assert only(study).shape_tzyx[1] == 4
    assert len(study.findings) == 1


def test_file_that_may_not_be_read_is_named(
    tmp_path: Path, cine: CineStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = write_series(tmp_path, cine)[0]
    opened = Path.open

    def open_others(self: Path, *args: Any, **kwargs: Any) -> Any:
        if self == locked:
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", open_others)
    study = read_study(tmp_path)
    assert only(study).shape_tzyx == (5, 4, 40, 48)
    assert "1 file left out: unreadable file (Permission denied)." in [
        f.message for f in study.findings
    ]


def test_two_studies_in_one_folder_are_not_mixed(tmp_path: Path, cine: CineStack) -> None:
    write_series(tmp_path, cine)
    other = {"StudyInstanceUID": "1.2.3", "FrameOfReferenceUID": "1.2.4"}
    write_series(tmp_path, cine, series_number=8, **other)
    study = read_study(tmp_path)
    assert [c.name for c in study.cines] == ["sax_se07", "sax_se08"]
    assert codes(study) == ["several_studies"]


def test_nothing_that_identifies_the_patient_is_said(
    tmp_path: Path, cine: CineStack, caplog: pytest.LogCaptureFixture
) -> None:
    files = write_series(tmp_path, cine)
    files[-1].unlink()
    write_series(tmp_path, part(cine, slice(0, 1), slice(0, 1)), series_number=3)
    study = read_study(tmp_path)
    said = (
        repr([(c.name, c.stack.findings) for c in study.cines]) + repr(study.findings) + caplog.text
    )
    assert "Mustermann" not in said
    assert PATIENT_ID not in said


def four_chambers() -> CineStack:
    matrix = usual_plane(10.0).ijk_to_ras
    plane = replace(PHANTOM, slices=1).cine
    return as_stored(replace(plane, geometry=Geometry((1, 40, 48), matrix)))


def test_a_long_axis_is_compared_with_the_short_axis_of_its_own_patient(
    tmp_path: Path, cine: CineStack
) -> None:
    other = replace(PHANTOM, slices=5, degrees_xyz=(90.0, -20.0, -150.0))
    write_series(tmp_path, as_stored(other.cine), series_number=8, PatientID="another")
    write_series(tmp_path, cine)
    write_series(tmp_path, four_chambers(), series_number=9)
    study = read_study(tmp_path)
    assert codes(study) == ["several_studies"]
    assert [c.name for c in study.cines] == ["sax_se08", "sax_se07", "lax_4c"]


def test_slices_near_the_short_axis_stack_are_one_too(tmp_path: Path) -> None:
    for number, turn in enumerate((90.0, 70.0)):
        stack = replace(PHANTOM, slices=5 - number, degrees_xyz=(turn, -20.0, -150.0)).cine
        write_series(tmp_path, as_stored(stack), series_number=number)
    assert [c.name for c in read_study(tmp_path).cines] == ["sax_se00", "sax_se01"]


def test_a_long_axis_without_a_short_axis_beside_it_is_told_by_its_direction(
    tmp_path: Path,
) -> None:
    write_series(tmp_path, four_chambers())
    (named,) = read_study(tmp_path).cines
    assert (named.name, named.stack.view) == ("lax_4c", View.LAX_4C)
    assert "view_from_direction" in {finding.code for finding in named.stack.findings}


def test_a_plane_that_lies_like_no_view_keeps_its_view_open(tmp_path: Path) -> None:
    write_series(tmp_path, as_stored(replace(PHANTOM, slices=1, degrees_xyz=(0.0, 0.0, 0.0)).cine))
    (named,) = read_study(tmp_path).cines
    assert named.stack.view is None
    assert "view_unknown" not in {finding.code for finding in named.stack.findings}
