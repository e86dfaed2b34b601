"""Labels become a segmentation sequence of the cine's browser, and edits come back as labels."""

import time

import numpy as np
import pytest
import slicer
import vtk
from CMRSegmentationMRML import cines, segmentations, sequences
from vtk.util.numpy_support import vtk_to_numpy

from CMRSegmentationLib.image import CineStack, Geometry, Label, LabelMap
from Testing.phantoms import HeartPhantom

from .conftest import SMALL, node_ids


@pytest.fixture
def sequence(cine, phantom):
    """Every phase of the small heart, segmented."""
    return segmentations.add_segmentation(cine, phantom.labels, range(4))


def proxy_of(cine, sequence):
    return cine.browser.GetProxyNode(sequence)


def paint(proxy, segment_id, cine, box, value=True):
    """Sets a box (k, j, i slices) of one segment, as the Segment Editor does."""
    mask = slicer.util.arrayFromSegmentBinaryLabelmap(proxy, segment_id, cine.volume)
    mask[box] = value
    slicer.util.updateSegmentBinaryLabelmapFromArray(mask, proxy, segment_id, cine.volume)


def flipped(phantom, axis):
    """The phantom with one array axis (z 0, y 1, x 2) reversed in memory, not in space."""
    matrix = phantom.geometry.ijk_to_ras.copy()
    column = 2 - axis
    matrix[:3, 3] += matrix[:3, column] * (phantom.geometry.shape_zyx[axis] - 1)
    matrix[:3, column] *= -1
    return LabelMap(
        np.flip(phantom.labels.array, axis + 1), Geometry(phantom.geometry.shape_zyx, matrix)
    )


def test_labels_come_back_from_every_phase(cine, sequence, phantom):
    again = segmentations.read_labels(sequence, cine)
    np.testing.assert_array_equal(again.array, phantom.labels.array)
    assert again.geometry.matches(phantom.geometry, 1e-9)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_labels_of_flipped_grids_come_back(scene, phantom, axis):
    labels = flipped(phantom, axis)
    stack = phantom.cine
    mirrored = type(stack)(np.flip(stack.array, axis + 1), labels.geometry, stack.frame_times_ms)
    cine = sequences.add_cine(mirrored, "Mirrored")
    sequence = segmentations.add_segmentation(cine, labels, range(4))
    np.testing.assert_array_equal(segmentations.read_labels(sequence, cine).array, labels.array)


@pytest.mark.parametrize(
    "change", [{"slices": 1, "empty_slices": (0, 0)}, {"frames": 1}, {"cycle_ms": None}]
)
def test_labels_of_single_slice_single_frame_and_time_less_cines_come_back(scene, change):
    phantom = HeartPhantom(**SMALL | change)
    cine = sequences.add_cine(phantom.cine, "Heart")
    sequence = segmentations.add_segmentation(cine, phantom.labels, range(phantom.frames))
    np.testing.assert_array_equal(
        segmentations.read_labels(sequence, cine).array, phantom.labels.array
    )


def test_labels_of_a_plain_volume_come_back(scene, cine, phantom):
    volume = slicer.modules.volumes.logic().CloneVolume(cine.volume, "Single")
    single = sequences.with_browser(cines.find_cine(volume))
    labels = LabelMap(phantom.labels.array[:1], phantom.geometry)
    sequence = segmentations.add_segmentation(single, labels, [0])
    np.testing.assert_array_equal(segmentations.read_labels(sequence, single).array, labels.array)


def test_every_frame_has_the_three_segments_with_fixed_ids_in_one_layer(sequence):
    for index in range(4):
        segmentation = sequence.GetNthDataNode(index).GetSegmentation()
        assert segmentation.GetSegmentIDs() == ("LV", "MYO", "RV")
        assert segmentation.GetNumberOfLayers() == 1
        assert [segmentation.GetNthSegment(n).GetLabelValue() for n in range(3)] == [1, 2, 3]


def test_a_structure_that_is_nowhere_still_has_its_segment(cine, phantom):
    without_rv = np.where(phantom.labels.array == Label.RV, 0, phantom.labels.array)
    sequence = segmentations.add_segmentation(
        cine, LabelMap(without_rv, phantom.geometry), range(4)
    )
    assert proxy_of(cine, sequence).GetSegmentation().GetSegmentIDs() == ("LV", "MYO", "RV")
    np.testing.assert_array_equal(segmentations.read_labels(sequence, cine).array, without_rv)


def test_segments_carry_names_colors_and_snomed_codes(cine, sequence):
    myocardium = proxy_of(cine, sequence).GetSegmentation().GetSegment("MYO")
    entry = vtk.reference("")
    assert myocardium.GetName() == "Left ventricle myocardium"
    assert myocardium.GetTag(myocardium.GetTerminologyEntryTagName(), entry)
    assert "SCT^74281007^Myocardium" in str(entry)


def test_stepping_the_browser_changes_the_segmentation_too(cine, sequence, phantom):
    for frame in (2, 0, 3):
        cine.browser.SetSelectedItemNumber(frame)
        mask = slicer.util.arrayFromSegmentBinaryLabelmap(
            proxy_of(cine, sequence), "LV", cine.volume
        )
        np.testing.assert_array_equal(mask > 0, phantom.labels.array[frame] == Label.LV)


def test_an_edit_of_the_proxy_is_kept_in_its_phase_alone(cine, sequence, phantom):
    cine.browser.SetSelectedItemNumber(1)
    paint(proxy_of(cine, sequence), "RV", cine, np.s_[2, 0:3, 0:4])
    cine.browser.SetSelectedItemNumber(3)
    expected = phantom.labels.array.copy()
    expected[1, 2, 0:3, 0:4] = Label.RV
    np.testing.assert_array_equal(segmentations.read_labels(sequence, cine).array, expected)


def grid_of_the_segment_editor(proxy):
    """Shape and matrix of the image that Slicer's Segment Editor lets the user paint into."""
    editor, image = slicer.vtkSlicerSegmentEditorLogic, slicer.vtkOrientedImageData()
    text = editor.GetReferenceImageGeometryStringFromSegmentation(proxy.GetSegmentation())
    slicer.vtkSegmentationConverter.DeserializeImageGeometry(text, image, False)
    matrix = vtk.vtkMatrix4x4()
    image.GetImageToWorldMatrix(matrix)
    return tuple(reversed(image.GetDimensions())), slicer.util.arrayFromVTKMatrix(matrix)


@pytest.mark.parametrize("frames", [range(4), [2], []], ids=["all", "one", "none"])
def test_every_phase_can_be_painted_on_the_whole_grid_of_the_images(cine, phantom, frames):
    sequence = segmentations.add_segmentation(cine, phantom.labels, frames)
    for frame in (0, 1, 2, 3, 1):
        cine.browser.SetSelectedItemNumber(frame)
        shape, matrix = grid_of_the_segment_editor(proxy_of(cine, sequence))
        assert shape == phantom.geometry.shape_zyx
        np.testing.assert_allclose(matrix, phantom.geometry.ijk_to_ras, atol=1e-6)


def test_a_phase_that_was_saved_and_loaded_can_still_be_painted_on_the_whole_grid(
    sequence, phantom, tmp_path
):
    """Slicer saves no more of a labelmap than the box around its labels."""
    storage, loaded = slicer.vtkMRMLSegmentationStorageNode(), slicer.vtkMRMLSegmentationNode()
    storage.SetFileName(str(tmp_path / "phase.seg.nrrd"))
    assert storage.WriteData(sequence.GetNthDataNode(1))
    assert storage.ReadData(slicer.mrmlScene.AddNode(loaded))
    assert grid_of_the_segment_editor(loaded)[0] == phantom.geometry.shape_zyx


def test_where_edited_segments_overlap_the_blood_pool_wins(cine, sequence):
    for segment_id in ("LV", "MYO", "RV"):
        paint(proxy_of(cine, sequence), segment_id, cine, np.s_[1, 0:2, 0:2])
    assert (segmentations.read_labels(sequence, cine).array[0, 1, 0:2, 0:2] == Label.LV).all()


def test_a_segment_deleted_in_one_phase_has_no_voxels_there(cine, sequence, phantom):
    cine.browser.SetSelectedItemNumber(2)
    proxy_of(cine, sequence).GetSegmentation().RemoveSegment("MYO")
    labels = segmentations.read_labels(sequence, cine).array
    assert not (labels[2] == Label.MYO).any()
    np.testing.assert_array_equal(labels[1], phantom.labels.array[1])


def test_a_partial_run_leaves_the_other_phases_empty_when_they_are_visited(cine, phantom):
    sequence = segmentations.add_segmentation(cine, phantom.labels, [0, 2])
    for frame in (1, 3, 0, 1):
        cine.browser.SetSelectedItemNumber(frame)
    expected = phantom.labels.array.copy()
    expected[[1, 3]] = 0
    np.testing.assert_array_equal(segmentations.read_labels(sequence, cine).array, expected)
    assert segmentations.segmented_frames(sequence) == (0, 2)
    assert proxy_of(cine, sequence).GetSegmentation().GetSegmentIDs() == ("LV", "MYO", "RV")


def test_an_empty_phase_can_be_drawn_into(cine, phantom):
    sequence = segmentations.add_segmentation(cine, phantom.labels, [0])
    cine.browser.SetSelectedItemNumber(3)
    paint(proxy_of(cine, sequence), "LV", cine, np.s_[1, 10:14, 20:26])
    cine.browser.SetSelectedItemNumber(0)
    labels = segmentations.read_labels(sequence, cine).array
    assert (labels[3, 1, 10:14, 20:26] == Label.LV).all()
    assert np.count_nonzero(labels[3]) == 4 * 6


def test_the_segmentation_moves_with_the_parent_transform_of_the_images(cine, phantom, scene):
    transform = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    cine.volume.SetAndObserveTransformNodeID(transform.GetID())
    sequence = segmentations.add_segmentation(cine, phantom.labels, range(4))
    assert proxy_of(cine, sequence).GetTransformNodeID() == transform.GetID()
    np.testing.assert_array_equal(
        segmentations.read_labels(sequence, cine).array, phantom.labels.array
    )


def test_the_reference_geometry_is_that_of_the_images(cine, sequence):
    reference = slicer.vtkMRMLSegmentationNode.GetReferenceImageGeometryReferenceRole()
    assert proxy_of(cine, sequence).GetNodeReferenceID(reference) == cine.volume.GetID()


def test_the_segmentation_lies_in_the_study_of_the_images(cine, phantom, scene):
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    patient = hierarchy.CreateSubjectItem(hierarchy.GetSceneItemID(), "Patient")
    study = hierarchy.CreateStudyItem(patient, "Study")
    hierarchy.CreateItem(study, cine.volume)
    sequence = segmentations.add_segmentation(cine, phantom.labels, range(4))
    item = hierarchy.GetItemByDataNode(proxy_of(cine, sequence))
    assert hierarchy.GetItemParent(item) == study


def test_two_segmentations_of_one_cine_have_their_own_names(cine, sequence, phantom):
    second = segmentations.add_segmentation(cine, phantom.labels, [0])
    assert segmentations.segmentations_of(cine) == [sequence, second]
    assert sequence.GetName() != second.GetName()


def test_two_cines_in_one_scene_have_their_own_segmentations(cine, sequence, phantom):
    other = sequences.add_cine(phantom.cine, "Other")
    assert segmentations.segmentations_of(other) == []
    others = segmentations.add_segmentation(other, phantom.labels, range(4))
    assert segmentations.segmentations_of(cine) == [sequence]
    assert other.browser.GetProxyNode(others) is not None
    assert cine.browser.GetProxyNode(others) is None


def test_removing_a_segmentation_leaves_nothing_of_it(cine, phantom, scene):
    before = node_ids(scene)
    segmentations.remove_segmentation(
        segmentations.add_segmentation(cine, phantom.labels, range(4))
    )
    assert node_ids(scene) == before


def test_surfaces_of_all_phases_stay_when_the_browser_is_stepped(cine, sequence, phantom):
    segmentations.add_surfaces(sequence, cine.browser)
    for frame in (3, 1):
        cine.browser.SetSelectedItemNumber(frame)
        surface = vtk.vtkPolyData()
        assert proxy_of(cine, sequence).GetClosedSurfaceRepresentation("LV", surface)
        assert surface.GetNumberOfPoints() > 0


def test_25_phases_of_12_slices_of_256_by_256_take_less_than_one_and_a_half_seconds(scene):
    phantom = HeartPhantom(frames=1, slices=12, rows=256, columns=256)
    array = np.stack([np.roll(phantom.labels.array[0], frame, axis=2) for frame in range(25)])
    labels = LabelMap(array, phantom.geometry)
    cine = sequences.add_cine(CineStack(array.astype(np.float32), phantom.geometry), "Large")
    start = time.perf_counter()
    sequence = segmentations.add_segmentation(cine, labels, range(25))
    seconds = time.perf_counter() - start
    shared = (
        sequence.GetNthDataNode(24)
        .GetSegmentation()
        .GetSegment("LV")
        .GetRepresentation("Binary labelmap")
    )
    np.testing.assert_array_equal(
        vtk_to_numpy(shared.GetPointData().GetScalars()), labels.array[24].ravel()
    )
    assert seconds < 1.5


def test_the_one_that_was_chosen_is_shown_while_it_is_there_else_the_newest(cine, phantom):
    assert segmentations.shown_segmentation(cine) is None
    first, second, third = (
        segmentations.add_segmentation(cine, phantom.labels, range(4)) for _ in range(3)
    )
    assert segmentations.shown_segmentation(cine) is third
    segmentations.choose_segmentation(first)
    assert segmentations.shown_segmentation(cine) is first
    segmentations.remove_segmentation(first)
    assert segmentations.shown_segmentation(cine) is third
    segmentations.remove_segmentation(third)
    assert segmentations.shown_segmentation(cine) is second


def test_a_result_whose_browser_was_removed_joins_the_one_that_took_its_place(cine, phantom, scene):
    sequence = segmentations.add_segmentation(cine, phantom.labels, range(4))
    scene.RemoveNode(cine.browser)
    again = sequences.with_browser(cines.find_cine(cine.sequence))
    assert again.browser.GetProxyNode(sequence) is None
    for _ in range(2):
        segmentations.join_browser(sequence, again)
    assert again.browser.GetProxyNode(sequence) in segmentations.proxies_of(sequence)
    assert again.browser.GetNumberOfSynchronizedSequenceNodes(True) == 2
