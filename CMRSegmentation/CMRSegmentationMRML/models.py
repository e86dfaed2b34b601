"""The bundled models as the panel lists them."""

from __future__ import annotations

import logging
from pathlib import Path

from CMRSegmentationLib.image import View
from CMRSegmentationLib.segmenting.model import ModelBundle, ModelError, bundled_models

LOGGER = logging.getLogger(__name__)


def usable_models(folder: Path) -> tuple[ModelBundle, ...]:
    """The models of a folder; none, and a line in the log, if one of them is damaged."""
    try:
        return bundled_models(folder)
    except ModelError as problem:
        LOGGER.error("%s", problem)
        return ()


def listed_models(folder: Path, view: View | None) -> list[tuple[str, str]]:
    """Name and title of each model.

    Those that serve the view (the short axis if it is not known) come first.
    """
    wanted = view or View.SAX
    models = sorted(usable_models(folder), key=lambda model: wanted not in model.views)
    return [(model.name, model.title) for model in models]


def chosen_model(folder: Path, name: str, view: View | None) -> ModelBundle | None:
    """The model of that name, or without one the model that the child takes.

    The first that serves the view.

    None if there is no such model.
    """
    wanted = view or View.SAX
    models = usable_models(folder)
    return next(
        (model for model in models if (model.name == name if name else wanted in model.views)), None
    )
