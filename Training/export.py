"""Command line: a run's averaged weights → a model bundle.

python -m Training.export RUN --name NAME [--results results.csv] [--models DIR]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import logging
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import torch

from CMRSegmentationLib.image import FOREGROUND, View
from CMRSegmentationLib.segmenting.model import (
    CARD_FILE,
    DESCRIPTION_FILE,
    MODELS_FOLDER,
    WEIGHTS_FILE,
    ModelBundle,
    sha256_of,
)
from Training.learning.checkpoint import BEST, LAST, CheckpointError, load_checkpoint
from Training.reporting.card import accuracy_by_group, model_card

LOGGER = logging.getLogger(__name__)

LICENSE = "CC BY-NC-SA 4.0, non-commercial research"


class ExportError(ValueError):
    """A run that cannot become a model bundle."""


def half_precision(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Weights with floating-point numbers in half precision, contiguous.

    Counters stay as they are.
    """
    return {
        key: (value.half() if value.is_floating_point() else value).contiguous()
        for key, value in weights.items()
    }


def export(
    run: Path,
    name: str,
    *,
    checkpoint: str,
    results: Path | None,
    title: str,
    models: Path,
    caution: str = "",
) -> ModelBundle:
    """Writes weights, description and card of a run into a model folder.

    Args:
        run: folder of the run.
        name: of the model.
        checkpoint: "last" or "best".
        results: `results.csv` of an evaluation on patients that the run never saw, for the card.
        title: one line for people.
        models: folder of the models.
        caution: a sentence that every report made with the model shall carry.

    Raises:
        CheckpointError: if the run has no such checkpoint.
        ExportError: if its network is not the one that the library has.
        OSError: if the model folder cannot be written to.
    """
    saved = load_checkpoint(run / {"last": LAST, "best": BEST}[checkpoint])
    architecture = saved["config"].get("architecture", "unet")
    if architecture != "unet":
        raise ExportError(
            "Expected a run with the architecture unet, which alone Slicer can use, found "
            f"{architecture}."
        )
    environment: dict[str, Any] = json.loads((run / "run.json").read_text(encoding="utf-8"))
    config = saved["config"]
    folder = models / name
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(half_precision(saved["average"]), folder / WEIGHTS_FILE)
    bundle = ModelBundle(
        name=name,
        folder=folder,
        views=tuple(View(view) for view in (config["view"], *config.get("more_views", ()))),
        spacing_mm=float(config["sampling"]["spacing_mm"]),
        normalization="percentile_zscore",
        network=config["network"],
        weights_sha256=sha256_of(folder / WEIGHTS_FILE),
        title=title,
        license=LICENSE,
        date=dt.date.today().isoformat(),
        training_data=describe_training(environment),
        accuracy=accuracy_by_group(results) if results is not None else {},
        caution=caution,
    )
    (folder / DESCRIPTION_FILE).write_text(
        json.dumps(bundle.to_json(), indent=2) + "\n", encoding="utf-8"
    )
    (folder / CARD_FILE).write_text(model_card(bundle, environment, saved, run), encoding="utf-8")
    return bundle


def describe_training(environment: dict[str, Any]) -> str:
    """How many patients of which data sets a run learned from, with their structures.

    A structure counts if any view has it annotated.
    """
    structures: dict[tuple[str, str, str], set[str]] = {}
    for row in environment["examinations"]["train"]:
        structures.setdefault((row["dataset"], row["vendor"], row["patient"]), set()).update(
            row["annotated"]
        )
    known = [label.name for label in FOREGROUND]
    groups = Counter(
        f"{dataset} ({vendor}; {', '.join(name for name in known if name in found) or 'no label'})"
        for (dataset, vendor, _), found in structures.items()
    )
    return "; ".join(
        f"{n} patient{'s' if n > 1 else ''} of {key}" for key, n in sorted(groups.items())
    )


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(
        prog="python -m Training.export", description="A run → a model bundle."
    )
    parser.add_argument("run", type=Path)
    parser.add_argument("--name", required=True)
    parser.add_argument("--checkpoint", choices=["last", "best"], default="last")
    parser.add_argument("--results", type=Path, help="results.csv of an evaluation, for the card")
    parser.add_argument("--title", default="Ventricles in cardiac cine MRI")
    parser.add_argument(
        "--caution", default="", help="a sentence that every report made with the model shall carry"
    )
    parser.add_argument("--models", type=Path, default=MODELS_FOLDER)
    options = vars(parser.parse_args(arguments))
    run = options.pop("run")
    try:
        bundle = export(run, **options)
    except (CheckpointError, ExportError, OSError, KeyError) as error:
        LOGGER.error("%s cannot be exported: %s", run, error)
        return 1
    LOGGER.info("%s: %d bytes", bundle.folder, bundle.weights_path.stat().st_size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
