"""`models`: the bundled models with their cards."""

from __future__ import annotations

from CMRSegmentationLib.command_line.describe import Lines, describe_model
from CMRSegmentationLib.command_line.options import ModelsOptions
from CMRSegmentationLib.segmenting.model import bundled_models


def models(options: ModelsOptions) -> Lines:
    """Lists the bundled models with their cards.

    Raises:
        ModelError: if one is damaged.
    """
    del options
    bundles = bundled_models()
    if not bundles:
        yield "No model is bundled with this copy; name a model folder with --model."
    for bundle in bundles:
        yield from describe_model(bundle)
