"""Label maps as segmentation sequences beside a cine, and edited ones back as label maps."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import slicer
import vtk
from numpy.typing import NDArray
from slicer.i18n import tr as _
from vtk.util.numpy_support import vtk_to_numpy

from CMRSegmentationLib.image import Geometry, LabelMap

from .cines import SceneCine, volume_geometry
from .terminology import STRUCTURES, Structure

SEGMENTATION_CLASS = "vtkMRMLSegmentationNode"
LABELMAP = "Binary labelmap"
CINE_ROLE, SHOWN_ROLE = "CMR.Cine", "CMR.Shown"
FRAMES_ATTRIBUTE = "CMR.Frames"
OUTLINE_MM = 2


def add_segmentation(
    cine: SceneCine, labels: LabelMap, frames: Collection[int]
) -> slicer.vtkMRMLSequenceNode:
    """A segmentation sequence in the cine's browser, whose proxy keeps what the user edits.

    Every frame gets the three segments; they are empty in the frames that were not segmented.

    Args:
        cine: a cine with a browser.
        labels: one label map for each frame of the cine.
        frames: the frames that were segmented.

    Returns:
        The sequence; `cine.browser.GetProxyNode` of it is the segmentation that the views show.
    """
    name = slicer.mrmlScene.GenerateUniqueName(_("{name} segmentation").format(name=cine.name))
    sequence = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSequenceNode", name)
    sequence.CopySequenceIndex(cine.sequence)
    for index, array in enumerate(labels.array):
        image = _label_image(array, labels.geometry) if index in frames else None
        value = cine.sequence.GetNthIndexValue(index)
        node = _segmentation_node(image, labels.geometry, name)
        sequence.SetDataNodeAtValue(node, value)
    sequence.SetAttribute(FRAMES_ATTRIBUTE, ",".join(str(frame) for frame in sorted(frames)))
    sequence.SetNodeReferenceID(CINE_ROLE, cine.sequence.GetID())
    join_browser(sequence, cine)
    return sequence


def segmented_frames(sequence: slicer.vtkMRMLSequenceNode) -> tuple[int, ...]:
    """The frames that the run segmented."""
    text = sequence.GetAttribute(FRAMES_ATTRIBUTE)
    return tuple(int(frame) for frame in text.split(",")) if text else ()


def segmentations_of(cine: SceneCine) -> list[slicer.vtkMRMLSequenceNode]:
    """The segmentation sequences that were made from a cine, oldest first."""
    if cine.sequence is None:
        return []
    sequences = slicer.util.getNodesByClass("vtkMRMLSequenceNode")
    return [s for s in sequences if s.GetNodeReferenceID(CINE_ROLE) == cine.sequence.GetID()]


def choose_segmentation(sequence: slicer.vtkMRMLSequenceNode) -> None:
    """Makes a segmentation sequence the one that is shown of its cine."""
    cine = sequence.GetNodeReference(CINE_ROLE)
    cine.SetNodeReferenceID(SHOWN_ROLE, sequence.GetID())


def shown_segmentation(cine: SceneCine) -> slicer.vtkMRMLSequenceNode | None:
    """The segmentation sequence of a cine that was chosen, else the newest."""
    found = segmentations_of(cine)
    if not found:
        return None
    chosen = cine.sequence.GetNodeReference(SHOWN_ROLE)
    return chosen if chosen in found else found[-1]


def cine_name(sequence: slicer.vtkMRMLSequenceNode) -> str:
    """The name of the cine that a segmentation sequence was made from."""
    cine = sequence.GetNodeReference(CINE_ROLE)
    return str((cine or sequence).GetName())


def proxies_of(sequence: slicer.vtkMRMLSequenceNode) -> list[slicer.vtkMRMLDisplayableNode]:
    """The nodes that show a sequence, one for each browser that steps it."""
    return [
        browser.GetProxyNode(sequence)
        for browser in _browsers_of(sequence)
        if browser.GetProxyNode(sequence) is not None
    ]


def _browsers_of(
    sequence: slicer.vtkMRMLSequenceNode,
) -> list[slicer.vtkMRMLSequenceBrowserNode]:
    browsers = slicer.util.getNodesByClass("vtkMRMLSequenceBrowserNode")
    return [one for one in browsers if one.IsSynchronizedSequenceNode(sequence, True)]


def remove_segmentation(sequence: slicer.vtkMRMLSequenceNode) -> None:
    """Removes a segmentation sequence and its proxy, with their display and storage nodes."""
    proxies = proxies_of(sequence)
    for browser in _browsers_of(sequence):
        browser.RemoveSynchronizedSequenceNode(sequence.GetID())
    for proxy in proxies:
        _remove_with_storage(proxy, proxy.GetDisplayNode())
    _remove_with_storage(sequence, None)


def _remove_with_storage(
    node: slicer.vtkMRMLStorableNode, display: slicer.vtkMRMLDisplayNode | None
) -> None:
    for removed in (display, node.GetStorageNode(), node):
        if removed is not None and slicer.mrmlScene.IsNodePresent(removed):
            slicer.mrmlScene.RemoveNode(removed)


def join_browser(sequence: slicer.vtkMRMLSequenceNode, cine: SceneCine) -> None:
    """Lets the browser of a cine step a segmentation sequence, unless it does so already.

    One whose browser was removed comes into that which took its place.
    """
    browser = cine.browser
    if browser.IsSynchronizedSequenceNode(sequence, True):
        return
    browser.AddSynchronizedSequenceNode(sequence)
    browser.SetSaveChanges(sequence, True)
    browser.SetOverwriteProxyName(sequence, False)
    browser.SetMissingItemMode(sequence, browser.MissingItemSetToDefault)
    slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(browser)
    proxy = browser.GetProxyNode(sequence)
    proxy.SetName(sequence.GetName())
    proxy.CreateDefaultDisplayNodes()
    proxy.GetDisplayNode().SetSliceIntersectionThickness(OUTLINE_MM)
    proxy.GetDisplayNode().SetOpacity2DFill(0.25)
    proxy.SetReferenceImageGeometryParameterFromVolumeNode(cine.volume)
    proxy.SetAndObserveTransformNodeID(cine.volume.GetTransformNodeID())
    _place_in_study(proxy, cine.volume)


def _place_in_study(
    proxy: slicer.vtkMRMLSegmentationNode, volume: slicer.vtkMRMLScalarVolumeNode
) -> None:
    """Puts the segmentation beside the images in the subject hierarchy, if they are in it."""
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
    volume_item = hierarchy.GetItemByDataNode(volume)
    if volume_item:
        hierarchy.CreateItem(hierarchy.GetItemParent(volume_item), proxy)


def _label_image(array_zyx: NDArray[np.uint8], geometry: Geometry) -> slicer.vtkOrientedImageData:
    image = _grid(geometry)
    image.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 1)
    vtk_to_numpy(image.GetPointData().GetScalars())[:] = array_zyx.ravel()
    return image


def _grid(geometry: Geometry) -> slicer.vtkOrientedImageData:
    """An image without voxels."""
    image = slicer.vtkOrientedImageData()
    image.SetDimensions(*reversed(geometry.shape_zyx))
    image.SetGeometryFromImageToWorldMatrix(slicer.util.vtkMatrixFromArray(geometry.ijk_to_ras))
    return image


def _segmentation_node(
    image: slicer.vtkOrientedImageData | None, geometry: Geometry, name: str
) -> slicer.vtkMRMLSegmentationNode:
    """A segmentation outside of the scene, whose three segments share one label map.

    Each names the grid of the images: the Segment Editor paints nowhere else, and without it no
    farther than the labels that are there.
    """
    node = slicer.vtkMRMLSegmentationNode()
    node.SetName(name)
    segmentation = node.GetSegmentation()
    segmentation.SetSourceRepresentationName(LABELMAP)
    converter = slicer.vtkSegmentationConverter
    segmentation.SetConversionParameter(
        converter.GetReferenceImageGeometryParameterName(),
        converter.SerializeImageGeometry(_grid(geometry)),
    )
    if image is None:
        image = slicer.vtkOrientedImageData()
    for structure in STRUCTURES:
        segment = slicer.vtkSegment()
        segment.SetName(structure.name)
        segment.SetColor(*structure.color)
        segment.SetLabelValue(int(structure.label))
        segment.SetTag(segment.GetTerminologyEntryTagName(), structure.terminology_entry)
        segment.AddRepresentation(LABELMAP, image)
        segmentation.AddSegment(segment, structure.segment_id)
    return node


def read_labels(sequence: slicer.vtkMRMLSequenceNode, cine: SceneCine) -> LabelMap:
    """What a segmentation sequence holds now, edits included, on the grid of the cine.

    Where segments overlap, LV goes before MYO and MYO before RV. A frame without a segmentation, or
    without one of the segments, has no voxels of it.
    """
    geometry = volume_geometry(next(v for v in cine.frame_volumes() if v is not None))
    array = np.zeros((cine.frames, *geometry.shape_zyx), np.uint8)
    for index in range(cine.frames):
        node = sequence.GetDataNodeAtValue(cine.sequence.GetNthIndexValue(index), True)
        if node is not None:
            _paint_frame(array[index], node.GetSegmentation(), geometry)
    return LabelMap(array, geometry)


def labels_of_segmentation(
    node: slicer.vtkMRMLSegmentationNode, geometry: Geometry
) -> NDArray[np.uint8]:
    """(Z, Y, X) labels of a single segmentation on a grid."""
    frame = np.zeros(geometry.shape_zyx, np.uint8)
    _paint_frame(frame, node.GetSegmentation(), geometry)
    return frame


def _paint_frame(
    frame: NDArray[np.uint8], segmentation: slicer.vtkSegmentation, geometry: Geometry
) -> None:
    reference = None
    for structure in reversed(STRUCTURES):
        segment = find_segment(segmentation, structure)
        if segment is None:
            continue
        if segment.GetRepresentation(LABELMAP) is None:
            segmentation.CreateRepresentation(LABELMAP)
        image = segment.GetRepresentation(LABELMAP)
        if image is None or image.IsEmpty():
            continue
        reference = reference or _label_image(frame, geometry)
        resampled = slicer.vtkOrientedImageData()
        slicer.vtkOrientedImageDataResample.ResampleOrientedImageToReferenceOrientedImage(
            image, reference, resampled
        )
        values = vtk_to_numpy(resampled.GetPointData().GetScalars()).reshape(frame.shape)
        frame[values == segment.GetLabelValue()] = structure.label


def find_segment(
    segmentation: slicer.vtkSegmentation, structure: Structure
) -> slicer.vtkSegment | None:
    """The segment of a structure: by its ID, else by its code, else by its name."""
    segment = segmentation.GetSegment(structure.segment_id)
    if segment is not None:
        return segment
    count = segmentation.GetNumberOfSegments()
    segments = [segmentation.GetNthSegment(index) for index in range(count)]
    code = _scheme_and_value(structure.code)
    by_code = (segment for segment in segments if _code_of(segment) == code)
    names = {structure.segment_id.lower(), structure.name.lower()}
    by_name = (segment for segment in segments if segment.GetName().strip().lower() in names)
    return next(by_code, None) or next(by_name, None)


def _code_of(segment: slicer.vtkSegment) -> tuple[str, ...]:
    """Coding scheme and code value of the type in a segment's terminology entry."""
    entry = vtk.reference("")
    segment.GetTag(segment.GetTerminologyEntryTagName(), entry)
    parts = str(entry).split("~")
    return _scheme_and_value(parts[2]) if len(parts) > 2 else ()


def _scheme_and_value(code: str) -> tuple[str, ...]:
    return tuple(code.split("^")[:2])


def add_surfaces(
    sequence: slicer.vtkMRMLSequenceNode, browser: slicer.vtkMRMLSequenceBrowserNode
) -> None:
    """Closed surfaces in every frame, so that stepping the browser keeps the 3-D view."""
    for index in range(sequence.GetNumberOfDataNodes()):
        sequence.GetNthDataNode(index).CreateClosedSurfaceRepresentation()
    slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(browser)
