"""The part of the panel that takes existing labels as a result of the chosen cine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.image import View
from CMRSegmentationLib.patient import Patient

from . import existing_labels
from .cines import SceneCine
from .loading import file_filter

Known = tuple[SceneCine, View | None, Patient]
"""The chosen cine, its view, and what the user entered of the patient."""


class LabelsPanel:
    """Takes labels from the scene or from a file.

    Args:
        ui: the widgets of the panel by name.
        known: gives the cine that is chosen and what is known of it.
        done: takes the new segmentation sequence.
        report_problem: takes one sentence for the user.
        hide: takes the name of a file, which the log is copied without.
    """

    def __init__(
        self,
        ui,
        known: Callable[[], Known],
        done: Callable[[slicer.vtkMRMLSequenceNode], None],
        report_problem: Callable[[str], None],
        hide: Callable[[str], None],
    ) -> None:
        self.ui, self._hide = ui, hide
        self._known, self._done, self._report_problem = known, done, report_problem
        ui.useLabelsButton.connect("clicked()", self.use_node)
        ui.labelsFileButton.connect("clicked()", self.use_file)

    def use_node(self) -> None:
        """Takes what is chosen in the list."""
        node = self.ui.labelsSelector.currentNode()
        if node is None:
            self._report_problem(_("Choose a segmentation or a label volume."))
            return
        self._take(existing_labels.result_from_node, node)

    def use_file(self) -> None:
        """Asks for a file, such as `labels.nii.gz`."""
        path = qt.QFileDialog.getOpenFileName(
            slicer.util.mainWindow(), _("Load labels"), "", file_filter()
        )
        if path:
            self._hide(Path(path).name)
            self._take(existing_labels.result_from_file, Path(path))

    def _take(self, make: Callable[..., slicer.vtkMRMLSequenceNode], source: object) -> None:
        try:
            with slicer.util.WaitCursor():
                sequence = make(source, *self._known())
        except (OSError, ValueError) as problem:
            self._report_problem(str(problem))
            return
        self._done(sequence)
