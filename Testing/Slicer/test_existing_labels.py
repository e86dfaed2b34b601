"""Labels that were made elsewhere become a result: measured, with curves, and to be edited."""

import numpy as np
import pytest
import slicer
import vtk
from CMRSegmentationMRML import existing_labels, plots, results, segmentations, sequences
from CMRSegmentationMRML.cines import CineError, find_cine
from CMRSegmentationMRML.existing_labels import holds_labels, result_from_file, result_from_node

from CMRSegmentationLib.image import CineStack, Geometry, LabelMap, View
from CMRSegmentationLib.patient import Patient
from CMRSegmentationLib.reading.files import write_labels
from CMRSegmentationLib.reading.study import ReadError
from Testing.phantoms import HeartPhantom

from .conftest import SMALL, node_ids

NOBODY = Patient()


def label_volume(phantom, array_zyx, name="Drawn", class_name="vtkMRMLLabelMapVolumeNode"):
    """A label volume on the grid of the small heart."""
    volume = slicer.mrmlScene.AddNewNodeByClass(class_name, name)
    slicer.util.updateVolumeFromArray(volume, np.ascontiguousarray(array_zyx))
    volume.SetIJKToRASMatrix(slicer.util.vtkMatrixFromArray(phantom.geometry.ijk_to_ras))
    return volume


def labels_of(sequence, cine):
    return segmentations.read_labels(sequence, find_cine(cine.node)).array


def test_a_label_file_becomes_a_result_with_measures_table_and_chart(cine, phantom, tmp_path):
    write_labels(tmp_path / "labels.nii.gz", phantom.labels)
    sequence = result_from_file(tmp_path / "labels.nii.gz", cine, View.SAX, Patient(60.0))
    np.testing.assert_array_equal(labels_of(sequence, cine), phantom.labels.array)
    report = results.stored_report(sequence)
    assert (report.ed_frame, report.es_frame, report.model) == (0, 2, None)
    voxel_ml = phantom.geometry.voxel_volume_ml
    assert report.value("lv_edv") == pytest.approx((phantom.labels.array[0] == 1).sum() * voxel_ml)
    assert report.value("lv_co") is not None
    assert sequence.GetNodeReference(plots.CHART_ROLE) is not None
    assert segmentations.segmentations_of(cine) == [sequence]


def test_a_segmentation_sequence_becomes_a_result(cine, phantom):
    drawn = segmentations.add_segmentation(cine, phantom.labels, range(4))
    drawn.RemoveNodeReferenceIDs(segmentations.CINE_ROLE)
    sequence = result_from_node(drawn, cine, None, NOBODY)
    assert sequence is not drawn
    np.testing.assert_array_equal(labels_of(sequence, cine), phantom.labels.array)


def test_a_volume_sequence_of_labels_becomes_a_result(cine, phantom):
    stack = CineStack(phantom.labels.array.astype(np.float32), phantom.geometry)
    loaded = sequences.add_cine(stack, "labels")
    sequence = result_from_node(loaded.sequence, cine, None, NOBODY)
    np.testing.assert_array_equal(labels_of(sequence, cine), phantom.labels.array)


@pytest.mark.parametrize("kind", ["vtkMRMLLabelMapVolumeNode", "vtkMRMLScalarVolumeNode"])
def test_a_label_volume_belongs_to_the_phase_that_is_shown(cine, phantom, kind):
    cine.browser.SetSelectedItemNumber(2)
    volume = label_volume(phantom, phantom.labels.array[2], class_name=kind)
    sequence = result_from_node(volume, cine, None, NOBODY)
    found = labels_of(sequence, cine)
    np.testing.assert_array_equal(found[2], phantom.labels.array[2])
    assert not found[[0, 1, 3]].any()
    assert results.stored_report(sequence).ed_frame == 2


@pytest.mark.parametrize("by", ["code", "name"])
def test_segments_of_a_single_segmentation_are_known_by_code_or_name(cine, phantom, by):
    """As the Segment Editor or another extension makes them, with IDs of its own."""
    drawn = segmentations.add_segmentation(cine, phantom.labels, [0])
    source = cine.browser.GetProxyNode(drawn).GetSegmentation()
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "By hand")
    for number, segment_id in enumerate(("LV", "MYO", "RV")):
        segment = slicer.vtkSegment()
        segment.DeepCopy(source.GetSegment(segment_id))
        segment.SetName("unnamed" if by == "code" else segment_id.lower())
        if by == "name":
            segment.RemoveTag(segment.GetTerminologyEntryTagName())
        node.GetSegmentation().AddSegment(segment, f"Segment_{number}")
    segmentations.remove_segmentation(drawn)
    sequence = result_from_node(node, cine, None, NOBODY)
    np.testing.assert_array_equal(labels_of(sequence, cine)[0], phantom.labels.array[0])


def drawn_in_the_world(phantom, matrix):
    """A segmentation of the first phase that was drawn over images moved by a matrix."""
    moved = Geometry(phantom.geometry.shape_zyx, matrix @ phantom.geometry.ijk_to_ras)
    over = sequences.add_cine(CineStack(phantom.cine.array[:1], moved), "Moved")
    drawn = segmentations.add_segmentation(over, LabelMap(phantom.labels.array[:1], moved), [0])
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "By hand")
    node.GetSegmentation().DeepCopy(over.browser.GetProxyNode(drawn).GetSegmentation())
    return node


def test_a_segmentation_over_transformed_images_is_taken_as_it_is_seen(cine, phantom, scene):
    matrix = np.array([[0.0, -1, 0, 50], [1, 0, 0, -60], [0, 0, 1, 20], [0, 0, 0, 1]])
    transform = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    transform.SetMatrixTransformToParent(slicer.util.vtkMatrixFromArray(matrix))
    node = drawn_in_the_world(phantom, matrix)
    cine.volume.SetAndObserveTransformNodeID(transform.GetID())
    sequence = result_from_node(node, cine, None, NOBODY)
    np.testing.assert_array_equal(labels_of(sequence, cine)[0], phantom.labels.array[0])
    node.SetAndObserveTransformNodeID(transform.GetID())
    with pytest.raises(CineError, match="nothing in these labels"):
        result_from_node(node, cine, None, NOBODY)


def test_a_segmentation_that_is_bent_against_the_images_is_refused(cine, phantom, scene):
    node = drawn_in_the_world(phantom, np.eye(4))
    bend = scene.AddNewNodeByClass("vtkMRMLTransformNode")
    spline = vtk.vtkThinPlateSplineTransform()
    bend.SetAndObserveTransformToParent(spline)
    node.SetAndObserveTransformNodeID(bend.GetID())
    with pytest.raises(CineError, match="By hand is deformed relative to Heart by a transform"):
        result_from_node(node, cine, None, NOBODY)


def wrong_labels(phantom, case):
    array = phantom.labels.array
    if case == "another grid":
        moved = Geometry(phantom.geometry.shape_zyx, phantom.geometry.ijk_to_ras + np.eye(4))
        return sequences.add_cine(CineStack(array.astype(np.float32), moved), "Moved").sequence
    if case == "another number of phases":
        stack = CineStack(array[:3].astype(np.float32), phantom.geometry)
        return sequences.add_cine(stack, "Three").sequence
    if case == "other values":
        return label_volume(phantom, array[0] * 100)
    return label_volume(phantom, array[0] * 0)


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("another grid", "Moved does not lie on the grid of Heart"),
        ("another number of phases", "Three has 3 phases, Heart has 4"),
        ("other values", "Drawn holds other values than labels"),
        ("nothing", "There is nothing in these labels"),
    ],
)
def test_what_cannot_be_labels_of_the_cine_is_one_sentence(cine, phantom, scene, case, sentence):
    node = wrong_labels(phantom, case)
    before = node_ids(scene)
    with pytest.raises(CineError, match=sentence):
        result_from_node(node, cine, None, NOBODY)
    assert node_ids(scene) == before


def test_a_file_of_another_grid_is_refused(cine, tmp_path):
    other = HeartPhantom(**SMALL | {"rows": 44})
    write_labels(tmp_path / "labels.nii.gz", other.labels)
    with pytest.raises(CineError, match=r"labels\.nii\.gz does not lie on the grid of Heart"):
        result_from_file(tmp_path / "labels.nii.gz", cine, None, NOBODY)


def test_a_file_that_is_no_label_file_is_refused(cine, tmp_path):
    (tmp_path / "labels.nii.gz").write_text("no image")
    with pytest.raises(ReadError):
        result_from_file(tmp_path / "labels.nii.gz", cine, None, NOBODY)


def test_images_are_told_apart_from_labels(cine, phantom):
    assert holds_labels(label_volume(phantom, phantom.labels.array[0]))
    assert not holds_labels(cine.volume)
    assert not holds_labels(label_volume(phantom, phantom.labels.array[0] * 0))
    assert not holds_labels(slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode"))
    assert {0, 1, 2, 3} == existing_labels.VALUES
