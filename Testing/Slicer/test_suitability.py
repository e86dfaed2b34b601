"""What cannot be a cardiac cine MRI is refused in one sentence; what can be is read."""

import numpy as np
import pytest
import slicer
import vtk
from CMRSegmentationMRML import cines, suitability
from CMRSegmentationMRML.cines import CineError
from CMRSegmentationMRML.suitability import read_suitable_stack, suitable_nodes

from Testing.phantoms import HeartPhantom

from .conftest import node_ids, volume_node
from .test_dicom_tags import set_modality


def chest_ct(scene, slices=20):
    """A thorax in Hounsfield units: air around it, soft tissue with two lungs, 5 × 1.5 × 1.5 mm."""
    array = np.full((slices, 64, 80), -1000, np.int16)
    array[:, 8:56, 8:72] = 40
    array[:, 16:48, 14:32] = array[:, 16:48, 48:66] = -860
    return volume_node(scene, "Chest", array, (5.0, 1.5, 1.5))


def refusal(node):
    """The one sentence with which a node is refused; the scene is as it was."""
    before = node_ids(slicer.mrmlScene)
    with pytest.raises(CineError) as refused:
        read_suitable_stack(cines.find_cine(node))
    assert node_ids(slicer.mrmlScene) == before
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_cine_is_read_as_it_is(cine, phantom):
    np.testing.assert_array_equal(read_suitable_stack(cine).array, phantom.cine.array)


def test_a_volume_that_dicom_calls_a_ct_is_refused_by_its_modality(scene):
    volume = volume_node(scene, "Chest", np.arange(8 * 32 * 32).reshape(8, 32, 32), (5.0, 1.5, 1.5))
    set_modality(scene, volume, "CT")
    assert refusal(volume) == "Chest is an image of modality CT; choose a cardiac cine MRI."


def test_a_cine_that_dicom_calls_mr_is_read(cine, scene):
    set_modality(scene, cine.volume, "MR")
    assert read_suitable_stack(cine).frames == 4


def test_a_modality_is_found_at_the_volume_that_shows_a_sequence(cine, scene):
    set_modality(scene, cine.volume, "US")
    assert "modality US" in refusal(cine.sequence)


def test_a_ct_without_dicom_is_told_by_the_values_of_air(scene):
    """Air is everything but the 48 × 64 body, of which two lungs of 32 × 18 count.

    3200 of 5120 pixels, 62 %.
    """
    assert refusal(chest_ct(scene)) == (
        "Chest looks like a CT: 62 % of its voxels have the values of air there; choose a cardiac "
        "cine MRI."
    )


def test_a_ct_and_a_head_scan_are_no_candidates_beside_a_cine(cine, scene):
    set_modality(scene, volume_node(scene, "Chest", np.zeros((8, 32, 32)), (5.0, 1.5, 1.5)), "CT")
    volume_node(scene, "Head", np.zeros((130, 64, 64)), (1.3, 1.0, 1.0))
    late = volume_node(scene, "Late enhancement", np.zeros((8, 32, 32)), (8.0, 1.5, 1.5))
    assert suitable_nodes() == [cine.sequence, late]


@pytest.mark.parametrize(("count", "is_ct"), [(102, False), (103, True)])
def test_two_percent_of_5120_pixels_are_the_limit(scene, count, is_ct):
    array = np.tile(np.arange(64 * 80, dtype=np.int16).reshape(1, 64, 80), (3, 1, 1))
    array.reshape(3, -1)[:, :count] = -900
    cine = cines.find_cine(volume_node(scene, "Filtered", array, (8.0, 1.5, 1.5)))
    if is_ct:
        with pytest.raises(CineError, match="looks like a CT"):
            read_suitable_stack(cine)
    else:
        assert read_suitable_stack(cine).frames == 1


@pytest.mark.parametrize(
    ("shape_zyx", "spacing_zyx_mm"),
    [
        ((300, 32, 32), (3.0, 12.0, 12.0)),
        ((130, 64, 64), (1.3, 1.0, 1.0)),
        ((24, 64, 64), (1.0, 1.0, 1.0)),
    ],
    ids=["whole body", "head", "small isotropic"],
)
def test_a_volume_scan_is_refused_with_its_size_before_its_voxels_are_read(
    scene, shape_zyx, spacing_zyx_mm, monkeypatch
):
    def fail(_cine):
        raise AssertionError("the voxels were read")

    monkeypatch.setattr(suitability, "read_stack", fail)
    volume = volume_node(scene, "Scan", np.zeros(shape_zyx, np.int16), spacing_zyx_mm)
    sentence = refusal(volume)
    assert sentence.startswith(
        "Scan cannot be a cardiac cine: Expected a stack of at most 40 slices"
    )
    assert f"× {shape_zyx[0]} voxels" in sentence


def test_a_strip_of_a_few_pixels_is_refused(scene):
    volume = volume_node(scene, "Strip", np.arange(3 * 4 * 90).reshape(3, 4, 90), (8.0, 1.5, 1.5))
    assert "at least 16 × 16 pixels" in refusal(volume)


def test_an_absurd_spacing_is_refused(scene):
    volume = volume_node(
        scene, "Huge", np.arange(3 * 32 * 32).reshape(3, 32, 32), (8.0, 500.0, 500.0)
    )
    assert refusal(volume).startswith("Huge cannot be a cardiac cine: Expected a voxel spacing")


def test_a_color_volume_is_refused(scene):
    colors = scene.AddNewNodeByClass("vtkMRMLVectorVolumeNode", "Photo")
    slicer.util.updateVolumeFromArray(colors, np.zeros((3, 32, 32, 3), np.uint8))
    assert (
        refusal(colors)
        == "Photo is not a gray-scale image; choose a volume sequence or a scalar volume."
    )


def test_a_gray_scale_node_that_holds_colors_is_refused(scene):
    image = vtk.vtkImageData()
    image.SetDimensions(32, 32, 3)
    image.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 3)
    colors = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Photo")
    colors.SetAndObserveImageData(image)
    colors.SetSpacing(1.5, 1.5, 8.0)
    assert refusal(colors) == "Photo is a color image; a gray-scale cine is needed."


def test_a_sequence_of_color_volumes_is_refused(scene):
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "Film")
    sequence.SetDataNodeAtValue(slicer.vtkMRMLVectorVolumeNode(), "0")
    assert "Film is a sequence, but not one of gray-scale images" in refusal(sequence)


def test_a_frame_without_an_image_is_named_by_its_number(cine):
    cine.sequence.GetNthDataNode(0).SetAndObserveImageData(None)
    assert "Phase 1 of Heart has no image" in refusal(cine.sequence)


def test_an_empty_sequence_of_volumes_is_refused(cine, scene):
    cine.sequence.RemoveAllDataNodes()
    with pytest.raises(CineError, match="Heart"):
        read_suitable_stack(cine)


def test_a_single_slice_and_a_thin_stack_of_twenty_slices_are_read(scene):
    for change in (
        {"slices": 1, "empty_slices": (0, 0)},
        {"slices": 20, "spacing_zyx_mm": (2.0, 3.0, 2.5)},
    ):
        phantom = HeartPhantom(**{"frames": 1, "rows": 40, "columns": 48, **change})
        volume = volume_node(scene, "Slice", phantom.cine.array[0], phantom.geometry.spacing_zyx_mm)
        assert (
            read_suitable_stack(cines.find_cine(volume)).geometry.shape_zyx[0] == change["slices"]
        )
