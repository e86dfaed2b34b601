"""Command line: a model between the one that a training began at and the one that it ended with.

python -m Training.interpolate FIRST LAST --share 0.6 --name NAME [--models DIR]
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from CMRSegmentationLib.command_line.run import run_command
from CMRSegmentationLib.segmenting.model import (
    MODELS_FOLDER,
    WEIGHTS_FILE,
    ModelBundle,
    load_bundle,
    sha256_of,
)
from CMRSegmentationLib.whole_files import whole_folder
from Training.export import (
    joined_licenses,
    model_folder,
    write_description,
    write_weights,
)
from Training.learning.averaging import between
from Training.reporting.log import start_logging

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class InterpolateOptions:
    """What the command line asks for; its help says what each is."""

    first: Path
    last: Path
    share: float
    name: str
    title: str
    models: Path
    replace: bool


def interpolate(options: InterpolateOptions) -> ModelBundle:
    """Writes weights and description of the model; its card is written by hand.

    Raises:
        ModelError: if a model is damaged.
        AveragingError: if the second did not begin at the weights of the first.
        ExportError: if there is a model of that name.
    """
    first, last = load_bundle(options.first), load_bundle(options.last)
    weights = between(_weights(first), _weights(last), options.share)
    folder = model_folder(options.models / options.name, replace=options.replace)
    with whole_folder(folder.resolve()) as partial:
        write_weights(weights, partial / WEIGHTS_FILE)
        bundle = replace(
            last,
            name=options.name,
            folder=folder,
            title=options.title or last.title,
            weights_sha256=sha256_of(partial / WEIGHTS_FILE),
            license=joined_licenses([first.license, last.license]),
            date=dt.date.today().isoformat(),
            accuracy={},
        )
        write_description(bundle, partial)
    return bundle


def _weights(bundle: ModelBundle) -> dict[str, torch.Tensor]:
    weights: dict[str, torch.Tensor] = torch.load(
        bundle.weights_path, map_location="cpu", weights_only=True
    )
    return weights


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    start_logging()
    parser = argparse.ArgumentParser(
        prog="python -m Training.interpolate",
        description="A model between two, of which one goes on from the other.",
    )
    parser.add_argument("first", type=Path, help="model that the training began at")
    parser.add_argument("last", type=Path, help="model that it ended with")
    parser.add_argument("--share", type=float, required=True, help="of the second, 0 to 1")
    parser.add_argument("--name", required=True)
    parser.add_argument("--title", default="", help="that of the second if not given")
    parser.add_argument("--replace", action="store_true", help="replace a model of that name")
    parser.add_argument("--models", type=Path, default=MODELS_FOLDER)
    options = InterpolateOptions(**vars(parser.parse_args(arguments)))

    def work() -> None:
        bundle = interpolate(options)
        LOGGER.info("%s: %d bytes", bundle.folder, bundle.weights_path.stat().st_size)

    return run_command(work)


if __name__ == "__main__":
    sys.exit(main())
