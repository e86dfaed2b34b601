"""The log of the panel: what the last run said, kept after it, and copied without names."""

from __future__ import annotations

import logging

import slicer
from slicer.i18n import tr as _

from .run_log import versions, without_names

NAMED_CLASSES = (
    "vtkMRMLSequenceNode",
    "vtkMRMLSequenceBrowserNode",
    "vtkMRMLVolumeNode",
    "vtkMRMLSegmentationNode",
)

LOGGER = logging.getLogger(__name__)


class LogPanel:
    """A text that is shown on demand.

    Args:
        ui: the widgets of the panel by name.
    """

    def __init__(self, ui) -> None:
        self.ui = ui
        self._names: set[str] = set()
        ui.logButton.connect("toggled(bool)", ui.logFrame.setVisible)
        ui.copyLogButton.connect("clicked()", self.copy)

    def begin(self) -> None:
        """Starts the log of a new run with the versions of what takes part."""
        self.ui.logText.clear()
        self._names.clear()
        self.add(versions())

    def add(self, line: str) -> None:
        """Adds a line; what it may name has other names, or is gone, when the log is copied."""
        self._names.update(_names_in_scene())
        LOGGER.debug("%s", line)
        self.ui.logText.appendPlainText(line)

    def hide(self, name: str) -> None:
        """Keeps a name that is not in the scene, such as that of a file, out of what is copied."""
        self._names.add(name)

    def copy(self) -> None:
        """Copies the log, without paths, identifiers, and names of files and of the scene."""
        text = without_names(self.ui.logText.toPlainText(), self._names.union(_names_in_scene()))
        slicer.app.clipboard().setText(text)
        slicer.util.showStatusMessage(_("The log was copied, without names and paths."), 5000)


def _names_in_scene() -> list[str]:
    nodes = [node for kind in NAMED_CLASSES for node in slicer.util.getNodesByClass(kind)]
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
    items: list[int] = []
    hierarchy.GetItemChildren(hierarchy.GetSceneItemID(), items, True)
    return [node.GetName() for node in nodes] + [hierarchy.GetItemName(item) for item in items]
