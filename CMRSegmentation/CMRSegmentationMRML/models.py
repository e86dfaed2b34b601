"""The models that the panel lists: the bundled ones, and those of a folder of the user's own."""

from __future__ import annotations

import logging
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.image import View
from CMRSegmentationLib.segmenting.model import (
    DESCRIPTION_FILE,
    DESCRIPTIONS,
    ModelBundle,
    ModelError,
    bundled_models,
    load_bundle,
)

from .library_words import in_language

OWN_FOLDER_KEY = "CMRSegmentation/ModelsFolder"
"""Where Slicer's settings keep the folder of the user's own models."""

LOGGER = logging.getLogger(__name__)


def usable_models(folder: Path) -> tuple[ModelBundle, ...]:
    """The models of a folder; none, and a line in the log, if one of them is damaged."""
    try:
        return bundled_models(folder)
    except ModelError as problem:
        LOGGER.error("%s", problem)
        return ()


def own_folder() -> Path | None:
    """The folder of the user's own models, as it was chosen last; None if there is none."""
    text = str(slicer.util.settingsValue(OWN_FOLDER_KEY, "") or "")
    return Path(text) if text else None


def keep_own_folder(path: str) -> None:
    """Keeps the folder of the user's own models in Slicer's settings; empty for none."""
    qt.QSettings().setValue(OWN_FOLDER_KEY, path)


def own_models(folder: Path | None) -> tuple[tuple[ModelBundle, ...], tuple[str, ...]]:
    """The models of a folder of model folders, or of one model folder.

    Returns:
        Those that can be used, and a sentence on each that cannot.
    """
    if folder is None:
        return (), ()
    try:
        return _models_in(folder)
    except OSError as problem:  # such as a network drive that wants a password
        message = _("{folder} cannot be read: {reason}.")
        reason = problem.strerror or problem
        return (), (message.format(folder=folder, reason=reason),)


def _models_in(folder: Path) -> tuple[tuple[ModelBundle, ...], tuple[str, ...]]:
    is_model = (folder / DESCRIPTION_FILE).is_file()
    found = [folder] if is_model else [p.parent for p in folder.glob(DESCRIPTIONS)]
    models, problems = [], []
    for path in sorted(found):
        try:
            models.append(load_bundle(path))
        except ModelError as problem:
            problems.append(str(problem))
    if not found:
        message = _("{folder} holds no model; a model is a folder with {file} and weights.")
        problems.append(message.format(folder=folder, file=DESCRIPTION_FILE))
    return tuple(models), tuple(problems)


def listed_models(folder: Path, view: View | None) -> list[tuple[str, str]]:
    """Name and title of each model, the folder in place of the name of one of the user's own.

    Those that serve the view (the short axis if it is not known) come first.
    """
    wanted = view or View.SAX
    own, _problems = own_models(own_folder())
    named = [(model, model.name, in_language(model.title)) for model in usable_models(folder)]
    own_title = _("{title} (own model)")
    named += [(model, str(model.folder), own_title.format(title=model.title)) for model in own]
    ordered = sorted(named, key=lambda entry: wanted not in entry[0].views)
    return [(name, title) for _model, name, title in ordered]


def servable_models(folder: Path, name: str | None) -> tuple[ModelBundle, ...]:
    """The models that a run may use: the chosen one of the user's own alone, else the bundled."""
    own = _own_model(name)
    return (own,) if own is not None else usable_models(folder)


def chosen_model(folder: Path, name: str, view: View | None) -> ModelBundle | None:
    """The model of that name or folder; without one the first bundled that serves the view.

    None if there is no such model.
    """
    wanted = view or View.SAX
    own = _own_model(name)
    fitting = (
        model
        for model in usable_models(folder)
        if (model.name == name if name else wanted in model.views)
    )
    return own or next(fitting, None)


def _own_model(name: str | None) -> ModelBundle | None:
    own, _problems = own_models(own_folder())
    return next((model for model in own if name and str(model.folder) == name), None)
