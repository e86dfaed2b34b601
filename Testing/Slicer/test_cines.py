"""A cine is found from whatever the user chose and read in its own grid, or refused."""

import dataclasses

import numpy as np
import pytest
import slicer
import vtk
from CMRSegmentationMRML import cines, sequences

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import View
from Testing.phantoms import HeartPhantom

from .conftest import SMALL


def plain_volume(scene, name="Volume", class_name="vtkMRMLScalarVolumeNode"):
    """A volume of 2 slices, 4 rows, 5 columns, 8 × 1.5 × 1.25 mm, with the x axis reversed."""
    volume = scene.AddNewNodeByClass(class_name, name)
    slicer.util.updateVolumeFromArray(volume, np.arange(40, dtype=np.int16).reshape(2, 4, 5))
    volume.SetIJKToRASMatrix(slicer.util.vtkMatrixFromArray(np.diag([-1.25, 1.5, 8.0, 1.0])))
    return volume


def test_a_sequence_and_its_proxy_stand_for_the_same_cine(cine):
    for node in (cine.sequence, cine.volume):
        found = cines.find_cine(node)
        assert (found.sequence, found.browser, found.volume) == (
            cine.sequence,
            cine.browser,
            cine.volume,
        )
        assert found.frames == 4


def test_a_plain_volume_is_a_cine_of_one_frame(scene):
    volume = plain_volume(scene)
    found = cines.find_cine(volume)
    stack = cines.read_stack(found)
    assert found.frames == 1
    assert stack.shape_tzyx == (1, 2, 4, 5)
    assert stack.array[0, 1, 3, 4] == 39
    assert stack.geometry.ijk_to_ras[0, 0] == -1.25
    assert stack.frame_times_ms is None


def test_values_geometry_and_times_of_an_oblique_cine_come_back(cine, phantom):
    stack = cines.read_stack(cine)
    np.testing.assert_array_equal(stack.array, phantom.cine.array)
    np.testing.assert_allclose(stack.geometry.ijk_to_ras, phantom.geometry.ijk_to_ras, atol=1e-9)
    assert stack.frame_times_ms == phantom.frame_times_ms == (0.0, 225.0, 450.0, 675.0)
    assert (stack.view, stack.vendor) == (View.SAX, "Phantom")


@pytest.mark.parametrize(
    "change", [{"slices": 1, "empty_slices": (0, 0)}, {"frames": 1}, {"cycle_ms": None}]
)
def test_single_slice_single_frame_and_time_less_cines_come_back(scene, change):
    phantom = HeartPhantom(**SMALL | change)
    stack = cines.read_stack(sequences.add_cine(phantom.cine, "Heart"))
    np.testing.assert_array_equal(stack.array, phantom.cine.array)
    assert stack.geometry.matches(phantom.geometry, 1e-9)
    assert stack.frame_times_ms == (phantom.frame_times_ms if phantom.frames > 1 else None)


def test_what_the_reader_had_to_assume_stays_with_the_cine(scene, phantom):
    finding = Finding(
        FindingCode.SPACING_GUESSED,
        Severity.WARNING,
        "The file says 1 × 1 × 1 mm.",
        slice=2,
        origin=Origin.READER,
    )
    stack = dataclasses.replace(phantom.cine, findings=(finding,))
    assert cines.read_stack(sequences.add_cine(stack, "Heart")).findings == (finding,)


def test_a_parent_transform_is_left_out_of_the_grid(cine, phantom, scene):
    transform = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    matrix = vtk.vtkMatrix4x4()
    matrix.SetElement(0, 3, 123.0)
    transform.SetMatrixTransformToParent(matrix)
    cine.volume.SetAndObserveTransformNodeID(transform.GetID())
    assert cines.read_stack(cine).geometry.matches(phantom.geometry, 1e-9)


def test_candidates_name_each_cine_once_and_leave_label_maps_out(cine, scene):
    volume = plain_volume(scene)
    plain_volume(scene, "Labels", "vtkMRMLLabelMapVolumeNode")
    assert cines.candidate_nodes() == [cine.sequence, volume]


def test_two_cines_in_one_scene_keep_to_their_own_browsers(cine, phantom):
    other = sequences.add_cine(phantom.cine, "Heart")
    cine.browser.SetSelectedItemNumber(2)
    assert cines.find_cine(other.volume).browser is other.browser
    assert (cine.current_frame, other.current_frame) == (2, 0)


@pytest.fixture
def stepped_by_another(cine, scene):
    """A cine of 8 phases that a browser steps together with the heart of 4 phases."""
    phantom = HeartPhantom(**SMALL | {"frames": 8, "es_frame": 4})
    other = sequences.add_cine(phantom.cine, "Other")
    cine.browser.AddSynchronizedSequenceNode(other.sequence)
    slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(cine.browser)
    return other


def test_a_cine_that_another_one_steps_counts_its_own_phases(cine, stepped_by_another, scene):
    scene.RemoveNode(stepped_by_another.browser)
    found = cines.find_cine(stepped_by_another.sequence)
    assert found.browser is cine.browser
    for item, frame in enumerate((0, 2, 4, 6)):
        cine.browser.SetSelectedItemNumber(item)
        assert found.current_frame == frame
    found.show_frame(4)
    assert cine.browser.GetSelectedItemNumber() == 2
    shown = slicer.util.arrayFromVolume(found.volume)
    fourth = slicer.util.arrayFromVolume(found.sequence.GetNthDataNode(4))
    np.testing.assert_array_equal(shown, fourth)


def test_the_browser_that_counts_the_phases_of_a_cine_goes_before_an_older_one(stepped_by_another):
    found = cines.find_cine(stepped_by_another.sequence)
    assert found.browser is stepped_by_another.browser
    found.show_frame(7)
    assert found.current_frame == 7


def test_nothing_chosen_says_what_to_choose(scene):
    with pytest.raises(cines.CineError, match="Choose a cine"):
        cines.find_cine(None)


def test_a_sequence_of_transforms_is_refused_by_name(scene):
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "Moves")
    sequence.SetDataNodeAtValue(slicer.vtkMRMLLinearTransformNode(), "0")
    with pytest.raises(
        cines.CineError, match="Moves is a sequence, but not one of gray-scale images"
    ):
        cines.find_cine(sequence)


def test_a_label_map_is_refused_by_name(scene):
    labels = plain_volume(scene, "Labels", "vtkMRMLLabelMapVolumeNode")
    with pytest.raises(cines.CineError, match="Labels is not a gray-scale image"):
        cines.find_cine(labels)


def test_a_frame_without_an_image_is_named_by_its_number(cine):
    cine.sequence.GetNthDataNode(2).SetAndObserveImageData(None)
    with pytest.raises(cines.CineError, match="Phase 3 of Heart has no image"):
        cines.read_stack(cine)


def test_frames_at_different_positions_are_refused_with_the_way_out(cine):
    matrix = vtk.vtkMatrix4x4()
    frame = cine.sequence.GetNthDataNode(1)
    frame.GetIJKToRASMatrix(matrix)
    matrix.SetElement(2, 3, matrix.GetElement(2, 3) + 10.0)
    frame.SetIJKToRASMatrix(matrix)
    with pytest.raises(cines.CineError, match=r"phase 2 differs.*Load DICOM folder"):
        cines.read_stack(cine)


def test_an_image_of_one_value_is_refused(scene):
    volume = plain_volume(scene)
    slicer.util.updateVolumeFromArray(volume, np.full((2, 4, 5), 7, dtype=np.int16))
    with pytest.raises(cines.CineError, match="same value"):
        cines.read_stack(cines.find_cine(volume))


def test_an_empty_sequence_is_refused(scene):
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "Empty")
    with pytest.raises(cines.CineError, match="Empty"):
        cines.find_cine(sequence)


def test_a_cine_is_described_in_one_line(cine):
    text = cines.describe(cines.read_stack(cine))
    shown = text.replace(cines.NO_BREAK, " ")
    assert shown == "Short axis · 4 phases × 3 slices of 48 × 40 · 2.5 × 3 × 10 mm · 0–675 ms"
    parts = ["Short axis ·", "4 phases × 3 slices of 48 × 40 ·", "2.5 × 3 × 10 mm ·", "0–675 ms"]
    assert [part.replace(cines.NO_BREAK, " ") for part in text.split(" ")] == parts


def test_a_cine_knows_when_it_was_removed(cine, scene):
    scene.RemoveNode(cine.sequence)
    assert not cine.exists
