"""The bundled models as the panel lists them."""

from __future__ import annotations

import logging
from pathlib import Path

from CMRSegmentationLib.image import View
from CMRSegmentationLib.model import ModelBundle, ModelError, bundled_models

LOGGER = logging.getLogger(__name__)


def usable_models(folder: Path) -> tuple[ModelBundle, ...]:
    """The models of a folder; none, and a line in the log, if one of them is damaged."""
    try:
        return bundled_models(folder)
    except ModelError as problem:
        LOGGER.error("%s", problem)
        return ()


def listed_models(folder: Path, view: View | None) -> list[tuple[str, str]]:
    """Name and title of each model; those that serve the view (the short axis if it is not known) come first."""
    wanted = view or View.SAX
    models = sorted(usable_models(folder), key=lambda model: wanted not in model.views)
    return [(model.name, model.title) for model in models]
