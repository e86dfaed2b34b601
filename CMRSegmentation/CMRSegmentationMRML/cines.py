"""Cines in the MRML scene.

What the user may choose, and the frames, grid and times that it holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import slicer
import vtk
from slicer.i18n import tr as _

from CMRSegmentationLib.image import CineStack, Geometry, GeometryError, ImageError, View

from .choices import CineView
from .frame_times import frame_times_ms
from .kept_findings import kept_findings

VIEW_ATTRIBUTE = "CMR.View"
VENDOR_ATTRIBUTE = "CMR.Vendor"
FINDINGS_ATTRIBUTE = "CMR.ReaderFindings"
VOLUME_CLASS = "vtkMRMLScalarVolumeNode"
NO_BREAK = "\N{NO-BREAK SPACE}"


class CineError(ValueError):
    """A node that cannot be read as a cine; the message is one sentence for the user."""


@dataclass(frozen=True, eq=False)
class SceneCine:
    """A cine of the scene.

    Attributes:
        sequence: the volume sequence; None for a plain volume, which is a cine of one frame.
        browser: the browser that steps the sequence; None if there is none.
        volume: the proxy that shows the current frame, or the plain volume; None without a browser.
    """

    sequence: slicer.vtkMRMLSequenceNode | None
    browser: slicer.vtkMRMLSequenceBrowserNode | None
    volume: slicer.vtkMRMLScalarVolumeNode | None

    @property
    def node(self) -> slicer.vtkMRMLNode:
        """What identifies the cine in the scene: its sequence, or the plain volume."""
        return self.sequence or self.volume

    @property
    def name(self) -> str:
        """The name under which the user knows it."""
        return str(self.node.GetName())

    @property
    def frames(self) -> int:
        """The number of cardiac phases."""
        return int(self.sequence.GetNumberOfDataNodes()) if self.sequence else 1

    @property
    def current_frame(self) -> int:
        """The frame that the browser shows."""
        if self.browser is None or self.sequence is None:
            return 0
        return self._frame_at(int(self.browser.GetSelectedItemNumber()))

    def show_frame(self, frame: int) -> None:
        """Steps the browser to a frame, or to the item that shows the nearest one."""
        if self.browser is not None and self.sequence is not None:
            items = range(int(self.browser.GetNumberOfItems()))
            nearest = min(items, key=lambda item: abs(self._frame_at(item) - frame), default=frame)
            self.browser.SetSelectedItemNumber(nearest)

    def _frame_at(self, item: int) -> int:
        """The frame at an item of the browser, which counts those of its master sequence."""
        master = self.browser.GetMasterSequenceNode()
        if master is None or master is self.sequence:
            return max(0, item)
        value = master.GetNthIndexValue(max(0, item))
        return max(0, int(self.sequence.GetItemNumberFromIndexValue(value, False)))

    @property
    def exists(self) -> bool:
        """Whether the cine is still in the scene."""
        return slicer.mrmlScene.IsNodePresent(self.node) != 0

    def frame_volumes(self) -> Iterator[slicer.vtkMRMLScalarVolumeNode | None]:
        """The volume of each frame in order."""
        if self.sequence is None:
            yield self.volume
            return
        for index in range(self.frames):
            yield self.sequence.GetNthDataNode(index)


def find_cine(node: slicer.vtkMRMLNode | None) -> SceneCine:
    """The cine that a volume sequence, the proxy of one, or a plain volume stands for.

    Raises:
        CineError: if the node is none of them.
    """
    if node is None:
        raise CineError(_("Choose a cine: a volume sequence, or a volume."))
    if node.IsA("vtkMRMLSequenceNode"):
        if not holds_volumes(node):
            message = _(
                "{name} is a sequence, but not one of gray-scale images; choose a volume sequence."
            )
            raise CineError(message.format(name=node.GetName()))
        return _cine_of_sequence(node)
    if node.GetClassName() != VOLUME_CLASS:
        message = _(
            "{name} is not a gray-scale image; choose a volume sequence or a scalar volume."
        )
        raise CineError(message.format(name=node.GetName()))
    for browser in slicer.util.getNodesByClass("vtkMRMLSequenceBrowserNode"):
        sequence = browser.GetSequenceNode(node)
        if sequence is not None:
            return SceneCine(sequence, browser, node)
    return SceneCine(None, None, node)


def listed_node(node: slicer.vtkMRMLNode | None) -> slicer.vtkMRMLNode | None:
    """The node by which a cine is listed: its sequence where a volume only shows one."""
    try:
        return find_cine(node).node
    except CineError:
        return node


def holds_volumes(sequence: slicer.vtkMRMLSequenceNode) -> bool:
    """Whether a sequence is one of gray-scale volumes."""
    return str(sequence.GetDataNodeClassName()) == VOLUME_CLASS


def candidate_nodes() -> list[slicer.vtkMRMLNode]:
    """Volume sequences and plain volumes of the scene.

    The proxies of the sequences are left out.
    """
    sequences = [s for s in slicer.util.getNodesByClass("vtkMRMLSequenceNode") if holds_volumes(s)]
    browsers = slicer.util.getNodesByClass("vtkMRMLSequenceBrowserNode")
    volumes = [
        v for v in slicer.util.getNodesByClass(VOLUME_CLASS) if v.GetClassName() == VOLUME_CLASS
    ]
    return sequences + [v for v in volumes if all(b.GetSequenceNode(v) is None for b in browsers)]


def _cine_of_sequence(sequence: slicer.vtkMRMLSequenceNode) -> SceneCine:
    """The browser that steps the sequence by its own items goes before those of other sequences."""
    browsers = [
        browser
        for browser in slicer.util.getNodesByClass("vtkMRMLSequenceBrowserNode")
        if browser.IsSynchronizedSequenceNode(sequence, True)
    ]
    own = [browser for browser in browsers if browser.GetMasterSequenceNode() is sequence]
    browser = next(iter([*own, *browsers]), None)
    return SceneCine(sequence, browser, browser and browser.GetProxyNode(sequence))


def read_stack(cine: SceneCine) -> CineStack:
    """The images of a cine in its own grid; a parent transform is not applied.

    Raises:
        CineError: if a frame is missing, the frames differ in their grid, the voxels are no image,
            or there is not enough memory.
    """
    geometry = grid_of(cine)
    times, findings = frame_times_ms(cine.sequence)
    try:
        array = np.empty((cine.frames, *geometry.shape_zyx), np.float32)
        for frame, volume in zip(array, cine.frame_volumes(), strict=True):
            frame[...] = slicer.util.arrayFromVolume(volume)
        vendor = cine.node.GetAttribute(VENDOR_ATTRIBUTE)
        read = kept_findings(cine.node, FINDINGS_ATTRIBUTE)
        findings = (*read, *(finding for finding in findings if finding not in read))
        return CineStack(array, geometry, times, view_of(cine), vendor, findings)
    except ImageError as error:
        raise CineError(
            _("{name} cannot be segmented: {reason}").format(name=cine.name, reason=error)
        ) from error
    except MemoryError as error:
        raise CineError(out_of_memory(cine.name)) from error


def out_of_memory(name: str) -> str:
    """What the user reads where the images of a cine, or what came of them, find no room."""
    message = _("There is not enough memory for {name}; close other programs or other cines.")
    return message.format(name=name)


def grid_of(cine: SceneCine) -> Geometry:
    """The grid that all frames share, without a look at their voxels.

    Raises:
        CineError: if a frame is missing, or the frames differ in their grid.
    """
    volumes = list(cine.frame_volumes())
    if not volumes:
        raise CineError(_("{name} holds no phases.").format(name=cine.name))
    return _checked_geometry(volumes, cine.name)


def view_of(cine: SceneCine) -> View | None:
    """The imaging plane, where the reader could tell it."""
    view = cine.node.GetAttribute(VIEW_ATTRIBUTE)
    return View(view) if view in set(View) else None


def _checked_geometry(volumes: list[slicer.vtkMRMLScalarVolumeNode | None], name: str) -> Geometry:
    """The grid that all frames share."""
    for index, volume in enumerate(volumes):
        if (
            volume is None
            or volume.GetImageData() is None
            or volume.GetImageData().GetNumberOfPoints() == 0
        ):
            message = _("Phase {number} of {name} has no image; load the cine again.")
            raise CineError(message.format(number=index + 1, name=name))
        if volume.GetImageData().GetNumberOfScalarComponents() != 1:
            raise CineError(
                _("{name} is a color image; a gray-scale cine is needed.").format(name=name)
            )
    try:
        grids = [volume_geometry(volume) for volume in volumes]
    except GeometryError as error:
        raise CineError(
            _("{name} cannot be segmented: {reason}").format(name=name, reason=error)
        ) from error
    others = [index for index, grid in enumerate(grids) if not grid.matches(grids[0])]
    if others:
        message = _(
            "The phases of {name} do not lie on one grid (phase {number} differs from the first); "
            "load the DICOM folder with 'Load DICOM folder…', which sorts slices and phases."
        )
        raise CineError(message.format(name=name, number=others[0] + 1))
    return grids[0]


def volume_geometry(volume: slicer.vtkMRMLScalarVolumeNode) -> Geometry:
    """The grid of a volume node, without its parent transform."""
    matrix = vtk.vtkMatrix4x4()
    volume.GetIJKToRASMatrix(matrix)
    columns, rows, slices = volume.GetImageData().GetDimensions()
    return Geometry((slices, rows, columns), slicer.util.arrayFromVTKMatrix(matrix))


def describe(stack: CineStack) -> str:
    """The cine in one line, which a narrow panel breaks between its parts alone.

    For example `Short axis · 20 phases × 10 slices of 256 × 256 · 1.4 × 1.4 × 8 mm · 0–855 ms`.
    """
    frames, slices, rows, columns = stack.shape_tzyx
    z, y, x = stack.geometry.spacing_zyx_mm
    phases = _("1 phase") if frames == 1 else _("{number} phases").format(number=frames)
    planes = _("1 slice") if slices == 1 else _("{number} slices").format(number=slices)
    parts = [CineView(stack.view.value).label()] if stack.view else []
    parts.append(
        _("{phases} × {slices} of {columns} × {rows}").format(
            phases=phases, slices=planes, columns=columns, rows=rows
        )
    )
    parts.append(_("{x} × {y} × {z} mm").format(x=f"{x:.3g}", y=f"{y:.3g}", z=f"{z:.3g}"))
    if stack.frame_times_ms:
        first, last = (
            f"{time:.0f}" for time in (stack.frame_times_ms[0], stack.frame_times_ms[-1])
        )
        parts.append(_("{first}–{last} ms").format(first=first, last=last))
    elif frames > 1:
        parts.append(_("no phase times"))
    return f"{NO_BREAK}· ".join(part.replace(" ", NO_BREAK) for part in parts)
