"""What the views show: a cine in the plane of its slices, a frame, the surfaces, the chart."""

from __future__ import annotations

import numpy as np
import slicer

from .cines import SceneCine, volume_geometry
from .plots import CHART_ROLE
from .segmentations import add_surfaces

SURFACE = "Closed surface"
RED_SLICE = "vtkMRMLSliceNodeRed"


def show_cine(cine: SceneCine) -> None:
    """Shows a cine in the slice views, the red one in the plane of the cine's slices."""
    if cine.volume is None:
        return
    slicer.util.setSliceViewerLayers(background=cine.volume, fit=True)
    red = slicer.mrmlScene.GetNodeByID(RED_SLICE)
    if red is not None:
        align_to_slices(red, cine)
    _move_to_slice(cine, volume_geometry(cine.volume).shape_zyx[0] // 2)


def go_to(cine: SceneCine, frame: int | None = None, slice_index: int | None = None) -> None:
    """Steps the browser to a 0-based frame and moves the slice views to a 0-based slice.

    Where every view shows other images, such as those of another plane, they show the cine first.
    """
    if not _is_seen(cine):
        show_cine(cine)
    if frame is not None:
        cine.show_frame(frame)
    if slice_index is not None and cine.volume is not None:
        _move_to_slice(cine, slice_index)


def _is_seen(cine: SceneCine) -> bool:
    """Whether a slice view shows the images of a cine; also where there is no slice view."""
    views = slicer.util.getNodesByClass("vtkMRMLSliceCompositeNode")
    if not views or cine.volume is None:
        return True
    shown = {view.GetBackgroundVolumeID() for view in views}
    return cine.volume.GetID() in shown | {view.GetForegroundVolumeID() for view in views}


def _move_to_slice(cine: SceneCine, slice_index: int) -> None:
    r, a, s = slice_center_ras(cine, slice_index)
    slicer.vtkMRMLSliceNode.JumpAllSlices(
        slicer.mrmlScene, r, a, s, slicer.vtkMRMLSliceNode.OffsetJumpSlice
    )


def align_to_slices(view: slicer.vtkMRMLSliceNode, cine: SceneCine) -> None:
    """Turns a slice view into the plane of the slices, first row on top, first column at the left.

    `vtkMRMLSliceNode.RotateToVolumePlane` takes the volume axis nearest to the view's orientation,
    which for a short axis is often not that of its slices.
    """
    origin, column, row = (
        np.array(_to_world(cine, ijk)) for ijk in ((0, 0, 0), (1, 0, 0), (0, 1, 0))
    )
    right = (column - origin) / np.linalg.norm(column - origin)
    up = -(row - origin) / np.linalg.norm(row - origin)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = right, up, np.cross(right, up)
    matrix[:3, 3] = slice_center_ras(cine, 0)
    view.GetSliceToRAS().DeepCopy(slicer.util.vtkMatrixFromArray(matrix))
    view.UpdateMatrices()


def slice_center_ras(cine: SceneCine, slice_index: int) -> tuple[float, float, float]:
    """The center of a slice in the world, parent transform included, in mm."""
    _, rows, columns = volume_geometry(cine.volume).shape_zyx
    return _to_world(cine, ((columns - 1) / 2, (rows - 1) / 2, slice_index))


def _to_world(cine: SceneCine, ijk: tuple[float, float, float]) -> tuple[float, float, float]:
    local = volume_geometry(cine.volume).ijk_to_ras @ np.array([*ijk, 1.0])
    world = [0.0, 0.0, 0.0]
    cine.volume.TransformPointToWorld([float(value) for value in local[:3]], world)
    return world[0], world[1], world[2]


def show_surfaces(sequence: slicer.vtkMRMLSequenceNode, cine: SceneCine, visible: bool) -> None:
    """Shows or hides the closed surfaces in 3-D; they are made for all frames at the first time."""
    proxy = cine.browser.GetProxyNode(sequence)
    if visible:
        add_surfaces(sequence, cine.browser)
    proxy.CreateDefaultDisplayNodes()  # where the user has removed it
    proxy.GetDisplayNode().SetVisibility3D(visible)
    if visible and slicer.app.layoutManager() is not None:
        slicer.util.resetThreeDViews()


def shows_surfaces(sequence: slicer.vtkMRMLSequenceNode, cine: SceneCine) -> bool:
    """Whether the closed surfaces of a segmentation are there and shown in 3-D."""
    proxy = cine.browser.GetProxyNode(sequence)
    display = proxy.GetDisplayNode() if proxy is not None else None
    if display is None or not display.GetVisibility() or not display.GetVisibility3D():
        return False
    return bool(proxy.GetSegmentation().ContainsRepresentation(SURFACE))


def show_table(table: slicer.vtkMRMLTableNode) -> None:
    """Shows a table in a layout that has a table view."""
    manager = slicer.app.layoutManager()
    if manager is not None:
        manager.setLayout(slicer.vtkMRMLLayoutNode.SlicerLayoutFourUpTableView)
    logic = slicer.app.applicationLogic()
    logic.GetSelectionNode().SetActiveTableID(table.GetID())
    logic.PropagateTableSelection()


def show_chart(sequence: slicer.vtkMRMLSequenceNode, role: str = CHART_ROLE) -> None:
    """Shows a chart of a segmentation sequence in a layout that has a plot view."""
    chart = sequence.GetNodeReference(role)
    if chart is not None:
        slicer.modules.plots.logic().ShowChartInLayout(chart)


def open_segment_editor(sequence: slicer.vtkMRMLSequenceNode, cine: SceneCine) -> None:
    """Opens the current phase in the Segment Editor, over the images it was made from."""
    slicer.util.selectModule("SegmentEditor")
    editor = slicer.modules.SegmentEditorWidget.editor
    editor.setSegmentationNode(cine.browser.GetProxyNode(sequence))
    editor.setSourceVolumeNode(cine.volume)
