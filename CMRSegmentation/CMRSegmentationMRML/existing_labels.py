"""Labels that are there already become a result of a cine, as if they had been made here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import slicer
import vtk
from numpy.typing import NDArray
from slicer.i18n import tr as _

from CMRSegmentationLib.image import Geometry, GeometryError, Label, LabelMap, View
from CMRSegmentationLib.patient import Patient
from CMRSegmentationLib.reading.files import read_labels as read_label_file
from CMRSegmentationLib.reporting.report import InputSummary, make_report

from .cines import CineError, SceneCine, find_cine, read_stack, volume_geometry
from .results import keep_report, measure_again
from .segmentations import (
    SEGMENTATION_CLASS,
    add_segmentation,
    labels_of_segmentation,
)
from .segmentations import read_labels as read_sequence
from .sequences import unchanged_on_failure, with_browser
from .shown_results import choose_result

GRID_TOLERANCE_MM = 0.01
"""NIfTI keeps matrices in single precision."""
VALUES = frozenset(int(label) for label in Label)
NODE_TYPES = (
    "vtkMRMLSequenceNode",
    SEGMENTATION_CLASS,
    "vtkMRMLLabelMapVolumeNode",
    "vtkMRMLScalarVolumeNode",
)


def result_from_file(
    path: Path, cine: SceneCine, view: View | None, patient: Patient
) -> slicer.vtkMRMLSequenceNode:
    """A result of a cine from a label file such as `labels.nii.gz`.

    Raises:
        ReadError: if the file cannot be read or holds other values than those of `Label`.
        CineError: if it does not lie on the grid of the cine, or holds nothing.
    """
    found = read_label_file(path)
    labels = _on_cine(found.array, found.geometry, cine, path.name)
    return _add(labels, cine, view, patient)


def result_from_node(
    node: slicer.vtkMRMLNode, cine: SceneCine, view: View | None, patient: Patient
) -> slicer.vtkMRMLSequenceNode:
    """A result of a cine from a segmentation, a sequence of them, or a label volume or sequence.

    A single segmentation or volume belongs to the phase that is shown.

    Raises:
        CineError: if it does not lie on the grid of the cine, holds other values than those of
            `Label`, no segment of them, or nothing.
    """
    if is_segmentation_sequence(node):
        labels = read_sequence(node, cine)
    elif node.IsA(SEGMENTATION_CLASS):
        geometry = volume_geometry(next(v for v in cine.frame_volumes() if v is not None))
        frame = labels_of_segmentation(node, _as_seen_by(node, geometry, cine))
        labels = _on_cine(frame[None], geometry, cine, node.GetName())
    else:
        labels = _labels_of_volumes(node, cine)
    return _add(labels, cine, view, patient)


def _as_seen_by(
    node: slicer.vtkMRMLSegmentationNode, geometry: Geometry, cine: SceneCine
) -> Geometry:
    """The grid of a cine in the coordinates of a segmentation, which may have another transform.

    Raises:
        CineError: if one is deformed relative to the other.
    """
    to_node = vtk.vtkMatrix4x4()
    of_cine = cine.volume.GetParentTransformNode() if cine.volume is not None else None
    is_linear = slicer.vtkMRMLTransformNode.GetMatrixTransformBetweenNodes(
        of_cine, node.GetParentTransformNode(), to_node
    )
    if not is_linear:
        message = _(
            "{name} is deformed relative to {cine} by a transform; harden the transform first."
        )
        raise CineError(message.format(name=node.GetName(), cine=cine.name))
    matrix = slicer.util.arrayFromVTKMatrix(to_node) @ geometry.ijk_to_ras
    return Geometry(geometry.shape_zyx, matrix)


def is_segmentation_sequence(node: slicer.vtkMRMLNode) -> bool:
    """Whether a node is a sequence of segmentations."""
    is_sequence = node.IsA("vtkMRMLSequenceNode")
    return bool(is_sequence and node.GetDataNodeClassName() == SEGMENTATION_CLASS)


def holds_labels(volume: slicer.vtkMRMLVolumeNode) -> bool:
    """Whether the voxels of a volume are whole numbers from 0 to 3, of which some are not 0."""
    image = volume.GetImageData()
    if image is None or image.GetNumberOfPoints() == 0:
        return False
    low, high = image.GetScalarRange()
    if low < 0 or not 0 < high <= max(VALUES):
        return False
    return set(np.unique(slicer.util.arrayFromVolume(volume))) <= VALUES


def _labels_of_volumes(node: slicer.vtkMRMLNode, cine: SceneCine) -> LabelMap:
    source = _volumes_of(node)
    volumes = [volume for volume in source.frame_volumes() if volume is not None]
    if not volumes or any(volume.GetImageData() is None for volume in volumes):
        raise CineError(_("{name} holds no images.").format(name=node.GetName()))
    arrays = [slicer.util.arrayFromVolume(volume) for volume in volumes]
    if not all(set(np.unique(array)) <= VALUES for array in arrays):
        message = _(
            "{name} holds other values than labels: 0 background, 1 left ventricle, 2 myocardium, "
            "3 right ventricle."
        )
        raise CineError(message.format(name=node.GetName()))
    stacked = np.stack(arrays).astype(np.uint8)
    return _on_cine(stacked, volume_geometry(volumes[0]), cine, node.GetName())


def _volumes_of(node: slicer.vtkMRMLNode) -> SceneCine:
    """Label volumes are not gray-scale images, so they are no cine to `find_cine`."""
    if node.IsA("vtkMRMLLabelMapVolumeNode"):
        for browser in slicer.util.getNodesByClass("vtkMRMLSequenceBrowserNode"):
            sequence = browser.GetSequenceNode(node)
            if sequence is not None:
                return SceneCine(sequence, browser, node)
        return SceneCine(None, None, node)
    if node.IsA("vtkMRMLSequenceNode"):
        return SceneCine(node, None, None)
    return find_cine(node)


def _on_cine(array_tzyx: NDArray[np.uint8], geometry, cine: SceneCine, name: str) -> LabelMap:
    """Labels for every frame of the cine; a single frame is that of the phase that is shown."""
    target = volume_geometry(next(v for v in cine.frame_volumes() if v is not None))
    if not geometry.matches(target, GRID_TOLERANCE_MM):
        message = _("{name} does not lie on the grid of {cine}; resample it to the cine first.")
        raise CineError(message.format(name=name, cine=cine.name))
    if len(array_tzyx) == cine.frames:
        return LabelMap(array_tzyx, target)
    if len(array_tzyx) != 1:
        message = _("{name} has {found} phases, {cine} has {expected}; they have to be the same.")
        raise CineError(
            message.format(name=name, found=len(array_tzyx), cine=cine.name, expected=cine.frames)
        )
    array = np.zeros((cine.frames, *target.shape_zyx), np.uint8)
    array[cine.current_frame] = array_tzyx[0]
    return LabelMap(array, target)


def _add(
    labels: LabelMap, cine: SceneCine, view: View | None, patient: Patient
) -> slicer.vtkMRMLSequenceNode:
    drawn = [frame for frame in range(labels.frames) if labels.array[frame].any()]
    if not drawn:
        raise CineError(_("There is nothing in these labels to measure."))
    try:
        stack = read_stack(cine)
        report = make_report(
            labels, InputSummary.of(stack, view), frames=drawn, findings=stack.findings
        )
    except (GeometryError, ValueError) as problem:
        message = _("The labels cannot be measured: {reason}")
        raise CineError(message.format(reason=problem)) from problem
    with unchanged_on_failure():
        shown = with_browser(find_cine(cine.node))
        sequence = add_segmentation(shown, labels, drawn)
        keep_report(sequence, report)
        measure_again(sequence, shown, patient, labels)
    choose_result(sequence)
    return sequence
