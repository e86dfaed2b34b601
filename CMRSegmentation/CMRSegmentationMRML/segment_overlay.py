"""Insertion points and segment borders over the images, as nodes of the scene.

The points are a markup that the user may move; the borders are models, one for each phase, in a
sequence that the cine's browser steps with the images.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import slicer
import vtk
from slicer.i18n import tr as _

from CMRSegmentationLib.image import LabelMap
from CMRSegmentationLib.measuring.regional import InsertionPoints
from CMRSegmentationLib.measuring.segment_borders import BorderLine, border_lines, marked_septum
from CMRSegmentationLib.reporting.report import ClinicalReport

from .cines import SceneCine
from .owned_nodes import owned, remove_owned
from .segmentations import remove_segmentation, segmented_frames

POINTS_ROLE, BORDERS_ROLE = "CMR.InsertionMarkup", "CMR.SegmentBorders"
BORDER_COLOR, POINT_COLOR = (1.0, 0.92, 0.35), (1.0, 0.55, 0.0)
BORDER_PIXELS = 2
POINT_PERCENT = 2.0
REACH = 0.49
"""A border reaches half way to the neighboring slices, so that each slice cuts its own."""


def show_overlay(
    sequence: slicer.vtkMRMLSequenceNode,
    cine: SceneCine,
    report: ClinicalReport,
    labels: LabelMap,
) -> slicer.vtkMRMLMarkupsFiducialNode:
    """Shows the points and borders of a report, in place of those that were shown before.

    Args:
        sequence: the segmentation sequence, which owns what is shown.
        cine: the cine it was made from.
        report: has segments and insertion points.
        labels: what the sequence holds.

    Returns:
        The markup with the two points.
    """
    points = report.regional.insertion_points
    _show_borders(sequence, cine, report, labels, points)
    return _show_points(sequence, cine, points)


def hide_overlay(sequence: slicer.vtkMRMLSequenceNode) -> None:
    """Removes what `show_overlay` made."""
    remove_owned(sequence, POINTS_ROLE)
    borders = sequence.GetNodeReference(BORDERS_ROLE)
    if borders is not None:
        remove_segmentation(borders)


def overlay_points(
    sequence: slicer.vtkMRMLSequenceNode,
) -> slicer.vtkMRMLMarkupsFiducialNode | None:
    """The markup with the two points; None where the overlay is not shown."""
    return sequence.GetNodeReference(POINTS_ROLE)


def points_of(markup: slicer.vtkMRMLMarkupsFiducialNode) -> InsertionPoints:
    """Where the points are now, in the coordinates of the cine."""
    anterior, inferior = (tuple(markup.GetNthControlPointPosition(index)) for index in range(2))
    return InsertionPoints(anterior, inferior)


def _show_points(
    sequence: slicer.vtkMRMLSequenceNode, cine: SceneCine, points: InsertionPoints
) -> slicer.vtkMRMLMarkupsFiducialNode:
    name = _("{name} insertion points").format(name=sequence.GetName())
    markup = owned(sequence, POINTS_ROLE, "vtkMRMLMarkupsFiducialNode", name)
    markup.SetAndObserveTransformNodeID(cine.volume.GetTransformNodeID())
    places = (points.anterior_ras_mm, points.inferior_ras_mm)
    if markup.GetNumberOfControlPoints() != len(places):
        _add_points(markup, places)
    for index, place in enumerate(places):
        markup.SetNthControlPointPosition(index, *place)
    return markup


def _add_points(
    markup: slicer.vtkMRMLMarkupsFiducialNode, places: Sequence[tuple[float, float, float]]
) -> None:
    """Makes the points anew; a saved scene may bring the markup back without them."""
    markup.SetFixedNumberOfControlPoints(False)
    markup.RemoveAllControlPoints()
    markup.CreateDefaultDisplayNodes()
    display = markup.GetDisplayNode()
    display.SetSelectedColor(*POINT_COLOR)
    display.SetGlyphScale(POINT_PERCENT)
    display.SetSliceProjection(True)  # seen, and moved, in any slice
    for place, label in zip(places, (_("RV anterior"), _("RV inferior")), strict=True):
        markup.AddControlPoint(vtk.vtkVector3d(*place), label)
    markup.SetFixedNumberOfControlPoints(True)


def _show_borders(
    sequence: slicer.vtkMRMLSequenceNode,
    cine: SceneCine,
    report: ClinicalReport,
    labels: LabelMap,
    points: InsertionPoints,
) -> None:
    septum = marked_septum(labels, report.ed_frame, points)
    frames = segmented_frames(sequence) if septum is not None else ()
    across = labels.geometry.ijk_to_ras[:3, 2] * REACH
    name = _("{name} segment borders").format(name=sequence.GetName())
    borders = owned(sequence, BORDERS_ROLE, "vtkMRMLSequenceNode", name)
    if borders.GetNumberOfDataNodes() == 0:
        borders.CopySequenceIndex(cine.sequence)
    for frame in range(labels.frames):
        lines = border_lines(labels, frame, report.ed_frame, septum) if frame in frames else ()
        model = slicer.vtkMRMLModelNode()
        model.SetName(name)
        model.SetAndObservePolyData(_ribbons(lines, across))
        borders.SetDataNodeAtValue(model, cine.sequence.GetNthIndexValue(frame))
    _join_browser(borders, cine)


def _ribbons(lines: Sequence[BorderLine], across_mm: np.ndarray) -> vtk.vtkPolyData:
    """A rectangle for each line, upright on its slice, which the slice cuts in the line."""
    points, rectangles = vtk.vtkPoints(), vtk.vtkCellArray()
    for line in lines:
        inner, outer = np.array(line.inner_ras_mm), np.array(line.outer_ras_mm)
        corners = (inner - across_mm, outer - across_mm, outer + across_mm, inner + across_mm)
        rectangles.InsertNextCell(len(corners))
        for corner in corners:
            rectangles.InsertCellPoint(points.InsertNextPoint(*corner))
    surface = vtk.vtkPolyData()
    surface.SetPoints(points)
    surface.SetPolys(rectangles)
    return surface


def _join_browser(borders: slicer.vtkMRMLSequenceNode, cine: SceneCine) -> None:
    browser = cine.browser
    is_new = not browser.IsSynchronizedSequenceNode(borders, True)
    if is_new:
        browser.AddSynchronizedSequenceNode(borders)
        browser.SetOverwriteProxyName(borders, False)
        browser.SetMissingItemMode(borders, browser.MissingItemSetToDefault)
    slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(browser)
    proxy = browser.GetProxyNode(borders)
    if is_new:
        _style(proxy, borders.GetName())
    proxy.SetAndObserveTransformNodeID(cine.volume.GetTransformNodeID())


def _style(proxy: slicer.vtkMRMLModelNode, name: str) -> None:
    proxy.SetName(name)
    proxy.CreateDefaultDisplayNodes()
    display = proxy.GetDisplayNode()
    display.SetColor(*BORDER_COLOR)
    display.SetVisibility2D(True)
    display.SetVisibility3D(False)
    display.SetSliceIntersectionThickness(BORDER_PIXELS)
