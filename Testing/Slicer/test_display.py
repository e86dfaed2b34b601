"""The views follow to a phase and a slice, in the world in which the cine lies."""

import numpy as np
import pytest
import slicer
import vtk
from CMRSegmentationMRML import display, plots, segmentations, sequences

from CMRSegmentationLib.reporting.report import InputSummary, make_report


def test_going_to_a_frame_steps_the_browser(cine):
    display.go_to(cine, frame=2)
    assert cine.browser.GetSelectedItemNumber() == 2


def test_the_center_of_a_slice_is_in_the_world(cine, phantom):
    center = display.slice_center_ras(cine, 1)
    expected = phantom.geometry.ijk_to_ras @ [23.5, 19.5, 1.0, 1.0]
    assert center == pytest.approx(tuple(expected[:3]))


def test_a_parent_transform_moves_the_center(cine, scene):
    before = display.slice_center_ras(cine, 2)
    transform = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    matrix = vtk.vtkMatrix4x4()
    matrix.SetElement(1, 3, 25.0)
    transform.SetMatrixTransformToParent(matrix)
    cine.volume.SetAndObserveTransformNodeID(transform.GetID())
    assert np.subtract(display.slice_center_ras(cine, 2), before) == pytest.approx((0, 25, 0))


def test_going_to_a_slice_moves_the_slice_views_to_its_plane(cine, scene):
    view = slicer.vtkMRMLSliceNode()
    view.SetLayoutName("Red")
    scene.AddNode(view)
    display.align_to_slices(view, cine)
    display.go_to(cine, slice_index=2)
    plane = slicer.util.arrayFromVTKMatrix(view.GetSliceToRAS())
    offset = np.subtract(display.slice_center_ras(cine, 2), plane[:3, 3]) @ plane[:3, 2]
    assert offset == pytest.approx(0.0, abs=1e-6)


def test_a_slice_view_shows_rows_from_left_to_right_and_the_first_one_on_top(cine, phantom):
    view = slicer.vtkMRMLSliceNode()
    display.align_to_slices(view, cine)
    plane = slicer.util.arrayFromVTKMatrix(view.GetSliceToRAS())[:3, :3]
    i, j, k = phantom.geometry.ijk_to_ras[:3, :3].T / np.array([[2.5], [3.0], [10.0]])
    np.testing.assert_allclose(plane[:, 0], i, atol=1e-9)
    np.testing.assert_allclose(plane[:, 1], -j, atol=1e-9)
    assert abs(plane[:, 2] @ k) == pytest.approx(1.0)
    assert np.linalg.det(plane) == pytest.approx(1.0)


def test_surfaces_are_shown_and_hidden(cine, phantom):
    sequence = segmentations.add_segmentation(cine, phantom.labels, range(4))
    shown = cine.browser.GetProxyNode(sequence).GetDisplayNode()
    display.show_surfaces(sequence, cine, True)
    assert shown.GetVisibility3D()
    assert sequence.GetNthDataNode(3).GetSegmentation().ContainsRepresentation("Closed surface")
    display.show_surfaces(sequence, cine, False)
    assert not shown.GetVisibility3D()


def test_surfaces_are_shown_where_the_display_node_was_removed(cine, phantom, scene):
    sequence = segmentations.add_segmentation(cine, phantom.labels, range(4))
    proxy = cine.browser.GetProxyNode(sequence)
    scene.RemoveNode(proxy.GetDisplayNode())
    display.show_surfaces(sequence, cine, True)
    assert proxy.GetDisplayNode().GetVisibility3D()


def test_the_chart_is_given_to_the_plot_layout(cine, phantom, monkeypatch):
    shown = []
    logic = type("Logic", (), {"ShowChartInLayout": lambda self, chart: shown.append(chart)})()
    monkeypatch.setattr(slicer.modules.plots, "logic", lambda: logic)
    plots.show_report(make_report(phantom.labels, InputSummary.of(phantom.cine)), cine.sequence)
    display.show_chart(cine.sequence)
    assert shown == [cine.sequence.GetNodeReference(plots.CHART_ROLE)]


def test_the_segment_editor_gets_the_phase_and_its_images(cine, phantom, monkeypatch):
    given = {}

    class Editor:
        def setSegmentationNode(self, node):
            given["segmentation"] = node

        def setSourceVolumeNode(self, node):
            given["volume"] = node

    monkeypatch.setattr(slicer.util, "selectModule", lambda name: given.update(module=name))
    widget = type("Widget", (), {"editor": Editor()})()
    monkeypatch.setattr(slicer.modules, "SegmentEditorWidget", widget, raising=False)
    sequence = segmentations.add_segmentation(cine, phantom.labels, range(4))
    display.open_segment_editor(sequence, cine)
    proxy = cine.browser.GetProxyNode(sequence)
    assert given == {"module": "SegmentEditor", "segmentation": proxy, "volume": cine.volume}


@pytest.fixture
def red(scene):
    """What the red view shows."""
    view = slicer.vtkMRMLSliceCompositeNode()
    view.SetLayoutName("Red")
    return scene.AddNode(view)


def test_a_place_in_a_cine_that_no_view_shows_is_shown_with_its_images(cine, phantom, red):
    long_axis = sequences.add_cine(phantom.cine, "Long axis")
    red.SetBackgroundVolumeID(cine.volume.GetID())
    display.go_to(long_axis, frame=2)
    assert red.GetBackgroundVolumeID() == long_axis.volume.GetID()
    assert long_axis.browser.GetSelectedItemNumber() == 2


@pytest.mark.parametrize("layer", ["Background", "Foreground"])
def test_views_that_show_the_cine_somewhere_are_left_as_the_user_arranged_them(
    cine, phantom, red, scene, layer
):
    other = sequences.add_cine(phantom.cine, "Long axis")
    yellow = slicer.vtkMRMLSliceCompositeNode()
    yellow.SetLayoutName("Yellow")
    getattr(scene.AddNode(yellow), f"Set{layer}VolumeID")(other.volume.GetID())
    red.SetBackgroundVolumeID(cine.volume.GetID())
    display.go_to(other, frame=1, slice_index=1)
    assert red.GetBackgroundVolumeID() == cine.volume.GetID()
