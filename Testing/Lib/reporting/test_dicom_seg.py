"""The Segmentation is what was drawn, where it was drawn, and refers to what it was drawn on."""

from dataclasses import replace

import highdicom as hd
import numpy as np
import pytest

from CMRSegmentationLib.image import Geometry, Label, LabelMap
from CMRSegmentationLib.reporting.dicom_objects import Maker
from CMRSegmentationLib.reporting.dicom_seg import make_segmentation, segment_numbers
from CMRSegmentationLib.reporting.dicom_sources import DicomOutputError, SourceImages
from Testing.Lib.dicom_results import HEART, MODEL, errors_of, from_enhanced, from_series

MAKER = Maker(MODEL)
ALL = range(4)


@pytest.fixture(scope="module")
def stacks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    return {
        "one series": from_series(folder / "one", one_per_slice=False),
        "a series for each slice": from_series(folder / "many", one_per_slice=True),
        "multi-frame": from_enhanced(folder / "enhanced"),
    }


@pytest.fixture(params=["one series", "a series for each slice", "multi-frame"])
def stack(request, stacks):
    return stacks[request.param]


def written(stack, path, labels=HEART.labels, frames=ALL) -> hd.seg.Segmentation:
    dataset = make_segmentation(labels, SourceImages.of(stack), frames, MAKER)
    dataset.save_as(path, enforce_file_format=True)
    return hd.seg.segread(path)


def voxels(segmentation: hd.seg.Segmentation) -> np.ndarray:
    """(T, Z, Y, X) labels, put together from the frames' own indices."""
    result = np.zeros_like(HEART.labels.array)
    for frame, groups in zip(
        segmentation.pixel_array, segmentation.PerFrameFunctionalGroupsSequence, strict=True
    ):
        number, phase, position = groups.FrameContentSequence[0].DimensionIndexValues
        assert groups.FrameContentSequence[0].TemporalPositionIndex == phase
        result[phase - 1, position - 1][frame > 0] = number
    return result


def test_voxels_come_back_as_they_were(stack, tmp_path):
    np.testing.assert_array_equal(voxels(written(stack, tmp_path / "s.dcm")), HEART.labels.array)


def test_it_is_valid(stack, tmp_path):
    written(stack, tmp_path / "s.dcm")
    assert errors_of(tmp_path / "s.dcm") == []


def test_every_frame_refers_to_the_image_that_it_was_drawn_on(stack, tmp_path):
    segmentation = written(stack, tmp_path / "s.dcm")
    for groups in segmentation.PerFrameFunctionalGroupsSequence:
        _, phase, position = groups.FrameContentSequence[0].DimensionIndexValues
        place = stack.sources[phase - 1][position - 1]
        image = groups.DerivationImageSequence[0].SourceImageSequence[0]
        assert image.ReferencedSOPInstanceUID == place.instance_uid
        assert int(image.get("ReferencedFrameNumber", 1)) == place.frame_number
        assert image.SpatialLocationsPreserved == "YES"


def test_frames_lie_where_the_slices_lie(stack, tmp_path):
    segmentation = written(stack, tmp_path / "s.dcm")
    shared = segmentation.SharedFunctionalGroupsSequence[0]
    assert shared.PixelMeasuresSequence[0].PixelSpacing == pytest.approx([1.6, 1.4])
    assert shared.PixelMeasuresSequence[0].SpacingBetweenSlices == pytest.approx(10.0)
    to_ras = HEART.geometry.ijk_to_ras
    cosines = np.array(shared.PlaneOrientationSequence[0].ImageOrientationPatient).reshape(2, 3)
    expected = (to_ras[:3, :2] / [1.4, 1.6]).T * [-1, -1, 1]
    np.testing.assert_allclose(cosines, expected, atol=1e-6)
    for groups in segmentation.PerFrameFunctionalGroupsSequence:
        z = groups.FrameContentSequence[0].DimensionIndexValues[2] - 1
        position_mm = groups.PlanePositionSequence[0].ImagePositionPatient
        expected_mm = (to_ras @ [0, 0, z, 1])[:3] * [-1, -1, 1]
        np.testing.assert_allclose(np.array(position_mm, float), expected_mm, atol=1e-3)


def test_patient_study_and_frame_of_reference_are_the_sources(stack, tmp_path):
    segmentation, source = written(stack, tmp_path / "s.dcm"), SourceImages.of(stack).first
    for name in ("PatientName", "PatientID", "StudyInstanceUID", "FrameOfReferenceUID"):
        assert segmentation[name].value == source[name].value
    assert segmentation.SeriesDescription == "CMRSegmentation (research use)"
    assert segmentation.SeriesInstanceUID != source.SeriesInstanceUID


def test_segments_have_the_panels_codes_and_name_the_model(stacks, tmp_path):
    segmentation = written(stacks["multi-frame"], tmp_path / "s.dcm")
    codes = [s.SegmentedPropertyTypeCodeSequence[0].CodeValue for s in segmentation.SegmentSequence]
    assert codes == ["87878005", "74281007", "53085002"]
    algorithm = segmentation.SegmentSequence[0].SegmentationAlgorithmIdentificationSequence[0]
    assert algorithm.AlgorithmName == "CMRSegmentation sax"
    assert f"weights_sha256={MODEL.sha256}" in algorithm.AlgorithmParameters


def test_labels_from_elsewhere_are_no_work_of_this_program(stacks, tmp_path):
    sources = SourceImages.of(stacks["one series"])
    dataset = make_segmentation(HEART.labels, sources, ALL, Maker(None))
    dataset.save_as(tmp_path / "s.dcm", enforce_file_format=True)
    assert errors_of(tmp_path / "s.dcm") == []
    assert {s.SegmentAlgorithmType for s in dataset.SegmentSequence} == {"MANUAL"}
    assert not any("SegmentAlgorithmName" in s for s in dataset.SegmentSequence)


def test_slices_are_as_thick_as_those_of_the_multi_frame_file(stacks, tmp_path):
    segmentation = written(stacks["multi-frame"], tmp_path / "s.dcm")
    measures = segmentation.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    assert (measures.SliceThickness, measures.SpacingBetweenSlices) == (8.0, pytest.approx(10.0))


def test_planes_of_an_odd_number_of_pixels_come_back(stacks, tmp_path):
    labels = LabelMap(HEART.labels.array[:, :, :-1, :-1], odd_grid())
    segmentation = written(stacks["one series"], tmp_path / "s.dcm", labels=labels)
    assert labels.array[0, 0].size % 2 == 1
    for frame, groups in zip(
        segmentation.pixel_array, segmentation.PerFrameFunctionalGroupsSequence, strict=True
    ):
        number, phase, position = groups.FrameContentSequence[0].DimensionIndexValues
        np.testing.assert_array_equal(frame > 0, labels.array[phase - 1, position - 1] == number)


def odd_grid() -> Geometry:
    slices, rows, columns = HEART.geometry.shape_zyx
    return replace(HEART.geometry, shape_zyx=(slices, rows - 1, columns - 1))


def test_the_indices_of_frames_are_unique(stacks, tmp_path):
    segmentation = written(stacks["one series"], tmp_path / "s.dcm")
    indices = [
        tuple(groups.FrameContentSequence[0].DimensionIndexValues)
        for groups in segmentation.PerFrameFunctionalGroupsSequence
    ]
    assert len(set(indices)) == len(indices)


def test_two_phases_are_the_first_and_the_second(stacks, tmp_path):
    segmentation = written(stacks["one series"], tmp_path / "s.dcm", frames=(0, 2))
    back = voxels(segmentation)
    np.testing.assert_array_equal(back[[0, 1]], HEART.labels.array[[0, 2]])
    assert not back[2:].any()


def test_a_structure_that_is_missing_leaves_no_gap_in_the_numbers(stacks, tmp_path):
    array = np.where(HEART.labels.array == Label.MYO, 0, HEART.labels.array).astype(np.uint8)
    labels = LabelMap(array, HEART.geometry)
    assert segment_numbers(labels, ALL) == {Label.LV: 1, Label.RV: 2}
    segmentation = written(stacks["one series"], tmp_path / "s.dcm", labels=labels)
    assert [s.SegmentNumber for s in segmentation.SegmentSequence] == [1, 2]
    assert errors_of(tmp_path / "s.dcm") == []


def test_no_heart_at_all_is_refused(stacks):
    empty = LabelMap(HEART.labels.array * 0, HEART.geometry)
    with pytest.raises(DicomOutputError, match="the labels hold none"):
        make_segmentation(empty, SourceImages.of(stacks["one series"]), ALL, MAKER)


def test_a_slice_that_was_resampled_says_so_and_lies_on_the_grid(stacks, tmp_path):
    stack = stacks["one series"]
    sources = tuple(
        tuple(replace(place, is_exact=False) for place in frame) for frame in stack.sources
    )
    segmentation = written(replace(stack, sources=sources), tmp_path / "s.dcm")
    groups = segmentation.PerFrameFunctionalGroupsSequence[0]
    image = groups.DerivationImageSequence[0].SourceImageSequence[0]
    assert image.SpatialLocationsPreserved == "NO"
    z = groups.FrameContentSequence[0].DimensionIndexValues[2] - 1
    expected_mm = (HEART.geometry.ijk_to_ras @ [0, 0, z, 1])[:3] * [-1, -1, 1]
    position_mm = np.array(groups.PlanePositionSequence[0].ImagePositionPatient, float)
    np.testing.assert_allclose(position_mm, expected_mm, atol=1e-6)
