"""Asks where files go, and before files that are there already are replaced."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

NAMED = 4
"""Of the files that would be replaced; a sequence has one for each phase."""


def chosen_folder(title: str, names: Sequence[str]) -> Path | None:
    """The folder that the user chooses; None if they cancel, or do not want files replaced.

    Args:
        title: of the dialog.
        names: of the files that would be written.
    """
    chosen = qt.QFileDialog.getExistingDirectory(slicer.util.mainWindow(), title, "")
    if not chosen:
        return None
    there = [name for name in names if os.path.exists(os.path.join(chosen, name))]
    named = ", ".join([*there[:NAMED], *(["…"] if len(there) > NAMED else [])])
    question = _("The folder holds files of these names already: {names}. Replace them?")
    if there and not slicer.util.confirmOkCancelDisplay(question.format(names=named)):
        return None
    return Path(chosen)
