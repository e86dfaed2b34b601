"""Insertion points and segment borders as nodes."""

import numpy as np
import pytest
import slicer
import vtk
from CMRSegmentationMRML import cines, results, segment_overlay, segmentations
from vtk.util.numpy_support import vtk_to_numpy

from Testing.Slicer.host import core_host

from .conftest import node_ids
from .regional_hearts import add_heart, heart, report


@pytest.fixture
def shown(scene):
    cine, sequence = add_heart()
    before = node_ids(scene)
    markup = segment_overlay.show_overlay(sequence, cine, report(), heart().labels)
    return cine, sequence, markup, before


def borders_of(cine, sequence):
    return cine.browser.GetProxyNode(sequence.GetNodeReference(segment_overlay.BORDERS_ROLE))


def test_the_points_of_the_report_are_a_markup_that_keeps_its_two_points(shown):
    _cine, _sequence, markup, _ = shown
    points = report().regional.insertion_points
    found = segment_overlay.points_of(markup)
    np.testing.assert_allclose(found.anterior_ras_mm, points.anterior_ras_mm)
    np.testing.assert_allclose(found.inferior_ras_mm, points.inferior_ras_mm)
    assert found.source == "user"
    assert markup.GetFixedNumberOfControlPoints()
    assert markup.GetNthControlPointLabel(0) == "RV anterior"


def test_the_borders_follow_the_phase_that_is_shown(shown):
    cine, sequence, _markup, _ = shown
    corners = []
    for frame in (0, 2):
        cine.browser.SetSelectedItemNumber(frame)
        surface = borders_of(cine, sequence).GetPolyData()
        corners.append(vtk_to_numpy(surface.GetPoints().GetData()).copy())
        assert surface.GetNumberOfCells() == len(corners[-1]) / 4
    assert corners[0].shape != corners[1].shape or not np.allclose(*corners)


def test_each_slice_cuts_its_own_borders_alone(shown):
    cine, sequence, _markup, _ = shown
    geometry = heart().geometry
    normal = geometry.ijk_to_ras[:3, 2] / np.linalg.norm(geometry.ijk_to_ras[:3, 2])
    plane = vtk.vtkPlane()
    plane.SetOrigin((geometry.ijk_to_ras @ [0, 0, 3, 1])[:3])
    plane.SetNormal(normal)
    cutter = vtk.vtkCutter()
    cutter.SetCutFunction(plane)
    cutter.SetInputData(borders_of(cine, sequence).GetPolyData())
    cutter.Update()
    assert cutter.GetOutput().GetNumberOfLines() == 6


def test_showing_it_again_makes_nothing_new(shown, scene):
    cine, sequence, markup, _ = shown
    before = node_ids(scene)
    again = segment_overlay.show_overlay(sequence, cine, report(), heart().labels)
    assert again is markup
    assert node_ids(scene) == before


def test_hiding_it_leaves_the_scene_as_it_was(shown, scene):
    _cine, sequence, _markup, before = shown
    segment_overlay.hide_overlay(sequence)
    assert segment_overlay.overlay_points(sequence) is None
    assert node_ids(scene) == before


def test_it_goes_with_the_result(shown, scene):
    _cine, sequence, _markup, _ = shown
    results.remove_result(sequence)
    assert slicer.util.getNodesByClass("vtkMRMLModelNode") == []
    assert slicer.util.getNodesByClass("vtkMRMLMarkupsFiducialNode") == []


def test_it_lies_where_a_transformed_cine_lies(scene):
    cine, sequence = add_heart()
    transform = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "Moved")
    cine.volume.SetAndObserveTransformNodeID(transform.GetID())
    markup = segment_overlay.show_overlay(sequence, cine, report(), heart().labels)
    assert markup.GetTransformNodeID() == transform.GetID()
    assert borders_of(cine, sequence).GetTransformNodeID() == transform.GetID()


def test_it_is_saved_and_loaded_with_the_scene(shown, tmp_path):
    _cine, sequence, _markup, _ = shown
    name = sequence.GetName()
    slicer.mrmlScene.WriteToMRB(str(tmp_path / "scene.mrb"))
    core_host.clear_scene()
    slicer.mrmlScene.ReadFromMRB(str(tmp_path / "scene.mrb"), True)
    core_host.add_default_nodes()
    sequence = next(
        node
        for node in slicer.util.getNodesByClass("vtkMRMLSequenceNode")
        if node.GetName() == name and node.GetDataNodeClassName() == "vtkMRMLSegmentationNode"
    )
    kept = segment_overlay.overlay_points(sequence)
    cine = cines.find_cine(sequence.GetNodeReference(segmentations.CINE_ROLE))
    markup = segment_overlay.show_overlay(sequence, cine, report(), heart().labels)
    assert markup is kept
    points = report().regional.insertion_points
    found = segment_overlay.points_of(markup).anterior_ras_mm
    np.testing.assert_allclose(found, points.anterior_ras_mm)
    assert borders_of(cine, sequence).GetPolyData().GetNumberOfCells() > 0
    assert len(slicer.util.getNodesByClass("vtkMRMLModelNode")) == 1
