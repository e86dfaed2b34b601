"""A cine of the library as a volume sequence with its browser; a volume as a one-frame cine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import slicer
import vtk
from numpy.typing import NDArray
from slicer.i18n import tr as _
from vtk.util.numpy_support import vtk_to_numpy

from CMRSegmentationLib.image import CineStack, Geometry

from .cines import FINDINGS_ATTRIBUTE, VENDOR_ATTRIBUTE, VIEW_ATTRIBUTE, SceneCine
from .kept_findings import keep_findings

PLAYBACK_FPS = 15.0
CONTRAST_PERCENTILES = (1.0, 98.5)


@contextmanager
def unchanged_on_failure() -> Iterator[None]:
    """Removes the nodes that were added within, if what is done within raises."""
    before = _node_ids()
    try:
        yield
    except BaseException:
        added = [
            slicer.mrmlScene.GetNodeByID(node_id)
            for node_id in _node_ids()
            if node_id not in before
        ]
        _leave_browsers([node for node in added if node.IsA("vtkMRMLSequenceNode")])
        for node in reversed(added):
            slicer.mrmlScene.RemoveNode(node)
        raise


def _leave_browsers(sequences: list[slicer.vtkMRMLSequenceNode]) -> None:
    """Takes sequences out of their browsers, which would replace proxies that are removed."""
    for browser in slicer.util.getNodesByClass("vtkMRMLSequenceBrowserNode"):
        for sequence in sequences:
            if browser.IsSynchronizedSequenceNode(sequence, True):
                browser.RemoveSynchronizedSequenceNode(sequence.GetID())


def _node_ids() -> list[str]:
    scene = slicer.mrmlScene
    return [scene.GetNthNode(index).GetID() for index in range(scene.GetNumberOfNodes())]


def add_cine(stack: CineStack, name: str) -> SceneCine:
    """A new volume sequence with its browser, indexed by the frame time in ms where it is known."""
    with unchanged_on_failure():
        sequence = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSequenceNode", name)
        _set_index(sequence, stack.frame_times_ms)
        for frame, value in zip(stack.array, index_values(stack), strict=True):
            sequence.SetDataNodeAtValue(_volume_node(frame, stack.geometry, name), value)
        for attribute, value in ((VIEW_ATTRIBUTE, stack.view), (VENDOR_ATTRIBUTE, stack.vendor)):
            if value:
                sequence.SetAttribute(attribute, str(value))
        keep_findings(sequence, FINDINGS_ATTRIBUTE, stack.findings)
        browser = _add_browser(sequence, name)
        browser.AddSynchronizedSequenceNode(sequence)
        slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(browser)
        volume = browser.GetProxyNode(sequence)
        volume.CreateDefaultDisplayNodes()
        _set_contrast(volume, stack)
        return SceneCine(sequence, browser, volume)


def _set_contrast(volume: slicer.vtkMRMLScalarVolumeNode, stack: CineStack) -> None:
    """Spreads the gray scale over the tissue; fat near the coil would leave the heart dark."""
    low, high = np.percentile(stack.array[0, :, ::2, ::2], CONTRAST_PERCENTILES)
    display = volume.GetScalarVolumeDisplayNode()
    display.AutoWindowLevelOff()
    display.SetWindowLevelMinMax(float(low), float(high) if high > low else float(low) + 1.0)


def with_browser(cine: SceneCine) -> SceneCine:
    """The cine with a browser that steps it.

    A plain volume becomes the proxy of a sequence of one item.
    """
    if cine.browser is not None:
        return cine
    sequence = cine.sequence or _sequence_of_volume(cine.volume)
    browser = _add_browser(sequence, cine.name, cine.volume)
    slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(browser)
    return SceneCine(sequence, browser, browser.GetProxyNode(sequence))


def index_values(stack: CineStack) -> list[str]:
    """The index value of each frame: its time in ms, or its number."""
    if stack.frame_times_ms is None:
        return [str(frame) for frame in range(stack.frames)]
    return [f"{time:.3f}".rstrip("0").rstrip(".") for time in stack.frame_times_ms]


def _set_index(sequence: slicer.vtkMRMLSequenceNode, times_ms: tuple[float, ...] | None) -> None:
    sequence.SetIndexType(slicer.vtkMRMLSequenceNode.NumericIndex)
    sequence.SetIndexName("frame" if times_ms is None else "time")
    sequence.SetIndexUnit("" if times_ms is None else "ms")


def _add_browser(
    sequence: slicer.vtkMRMLSequenceNode,
    name: str,
    volume: slicer.vtkMRMLScalarVolumeNode | None = None,
) -> slicer.vtkMRMLSequenceBrowserNode:
    """A browser that shows a sequence by a volume that is there; without one it makes its own."""
    browser = slicer.mrmlScene.AddNewNodeByClass(
        "vtkMRMLSequenceBrowserNode", _("{name} browser").format(name=name)
    )
    if volume is not None:
        browser.AddProxyNode(volume, sequence, False)
    browser.SetAndObserveMasterSequenceNodeID(sequence.GetID())
    browser.SetSelectedItemNumber(0)
    browser.SetPlaybackRateFps(PLAYBACK_FPS)
    return browser


def _sequence_of_volume(volume: slicer.vtkMRMLScalarVolumeNode) -> slicer.vtkMRMLSequenceNode:
    sequence = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSequenceNode", volume.GetName())
    _set_index(sequence, None)
    sequence.SetDataNodeAtValue(volume, "0")
    return sequence


def _volume_node(
    frame: NDArray[np.float32], geometry: Geometry, name: str
) -> slicer.vtkMRMLScalarVolumeNode:
    """A volume outside of the scene; whole numbers are kept as 16 bit, which halves the scene."""
    node = slicer.vtkMRMLScalarVolumeNode()
    node.SetName(name)
    node.SetIJKToRASMatrix(slicer.util.vtkMatrixFromArray(geometry.ijk_to_ras))
    node.SetAndObserveImageData(_image_data(_compact(frame)))
    return node


def _compact(frame: NDArray[np.float32]) -> NDArray[np.generic]:
    limits = np.iinfo(np.int16)
    if (
        frame.min() >= limits.min
        and frame.max() <= limits.max
        and np.array_equal(frame, np.rint(frame))
    ):
        return frame.astype(np.int16)
    return frame


def _image_data(array_zyx: NDArray[np.generic]) -> vtk.vtkImageData:
    image = vtk.vtkImageData()
    image.SetDimensions(*reversed(array_zyx.shape))
    image.AllocateScalars(vtk.util.numpy_support.get_vtk_array_type(array_zyx.dtype), 1)
    vtk_to_numpy(image.GetPointData().GetScalars())[:] = array_zyx.ravel()
    return image
