"""The buttons of the panel that load a cine: from a file, a DICOM folder, or the sample."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from .cines import SceneCine
from .loading import file_filter
from .log_panel import LogPanel

Load = Callable[[Path], tuple[SceneCine, list[str]]]
"""Loads a path, and returns the cine to show with what there is to say about others."""


class LoadPanel:
    """Loads cines and chooses the one that is shown.

    Args:
        ui: the widgets of the panel by name.
        load: loads a file or folder.
        sample_path: gives the bundled cine.
        log: takes what there is to say about other cines of the folder, and names to hide.
        report_problem: takes one sentence for the user.
    """

    def __init__(
        self,
        ui,
        load: Load,
        sample_path: Callable[[], Path],
        log: LogPanel,
        report_problem: Callable[[str], None],
    ) -> None:
        self.ui = ui
        self._load, self._sample_path = load, sample_path
        self._log, self._report_problem = log, report_problem
        for button, slot in (
            (ui.loadFileButton, self.load_file),
            (ui.loadFolderButton, self.load_folder),
            (ui.sampleButton, self.load_sample),
        ):
            button.connect("clicked()", slot)

    def load_file(self) -> None:
        """Asks for a file."""
        path = qt.QFileDialog.getOpenFileName(
            slicer.util.mainWindow(), _("Load cine"), "", file_filter()
        )
        self._load_unless_canceled(path)

    def load_folder(self) -> None:
        """Asks for the folder of a DICOM study."""
        path = qt.QFileDialog.getExistingDirectory(
            slicer.util.mainWindow(), _("Load DICOM folder"), ""
        )
        self._load_unless_canceled(path)

    def _load_unless_canceled(self, path: str) -> None:
        if path:
            self._show(lambda: Path(path))

    def load_sample(self) -> None:
        """Loads the bundled cine."""
        self._show(self._sample_path)

    def _show(self, path: Callable[[], Path]) -> None:
        try:
            with slicer.util.WaitCursor():
                chosen = path()
                self._log.hide(chosen.name)
                cine, sentences = self._load(chosen)
        except (OSError, ValueError) as problem:
            self._report_problem(str(problem))
            return
        for sentence in sentences:
            self._log.add(sentence)
        self.ui.inputSelector.setCurrentNode(cine.node)
