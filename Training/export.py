"""Command line: a run's averaged weights → a model bundle.

python -m Training.export RUN [RUN ...] --name NAME [--results results.csv] [--models DIR]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import logging
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from CMRSegmentationLib.command_line.run import run_command
from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.image import FOREGROUND, View
from CMRSegmentationLib.segmenting.model import (
    CARD_FILE,
    DESCRIPTION_FILE,
    MODELS_FOLDER,
    WEIGHTS_FILE,
    ModelBundle,
    sha256_of,
)
from CMRSegmentationLib.whole_files import whole_file, write_whole
from Training.learning.averaging import AveragingError, soup
from Training.learning.checkpoint import load_checkpoint
from Training.learning.environment import ENVIRONMENT_FILE
from Training.reporting.card import accuracy_by_group, model_card
from Training.reporting.log import start_logging

LOGGER = logging.getLogger(__name__)

LICENSES = {
    "acdc": "CC BY-NC-SA 4.0",
    "acdc_lax": "CC BY-NC-SA 4.0",
    "bivme": "Apache-2.0",
    "sunnybrook": "CC0",
}
"""Data set → its license, where it says what may be done with what is learned from it."""
OWN_TERMS = "the terms of {}, which the maker of the model has to check"


class ExportError(UserError, ValueError):
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
    license_text: str = "",
    replace: bool = False,
    more_runs: Sequence[Path] = (),
) -> ModelBundle:
    """Writes weights, description and card of a run into the folder `name` of the models.

    Args:
        run: its folder.
        models, name: the folder of the models, and the name of this one.
        checkpoint: name of its file, such as "last" or "best".
        results: `results.csv` of an evaluation on patients that the run never saw, or None.
        title, caution: a line for people, and a sentence for every report made with the model.
        license_text: of the weights; what the data sets demand if empty.
        replace: whether a model of that name may be replaced.
        more_runs: runs from the same first weights, to be averaged with.

    Raises:
        CheckpointError: if the run has no such checkpoint.
        ExportError: if its network is not the one that the library has, or there is such a model.
    """
    saved = _exportable(run, checkpoint)
    config = saved["config"]
    environment = json.loads((run / ENVIRONMENT_FILE).read_text(encoding="utf-8"))
    folder = model_folder(models / name, replace=replace)
    others = (_weights(other, checkpoint, config) for other in more_runs)
    write_weights(soup([saved["average"], *others]), folder / WEIGHTS_FILE)
    bundle = ModelBundle(
        name=name,
        folder=folder,
        weights_sha256=sha256_of(folder / WEIGHTS_FILE),
        title=title,
        license=license_text or license_of(environment),
        date=dt.date.today().isoformat(),
        training_data=describe_training(environment),
        accuracy=accuracy_by_group(results) if results else {},
        caution=caution,
        **_what_inference_needs(config),
    )
    write_whole(folder / DESCRIPTION_FILE, json.dumps(bundle.to_json(), indent=2) + "\n")
    write_whole(folder / CARD_FILE, model_card(bundle, environment, saved))
    return bundle


def write_weights(weights: dict[str, torch.Tensor], path: Path) -> None:
    """Writes weights in half precision."""
    with whole_file(path) as partial:
        torch.save(half_precision(weights), partial)


def _what_inference_needs(config: dict[str, Any]) -> dict[str, Any]:
    """The part of a bundle that the settings of its run decide."""
    return {
        "views": tuple(View(view) for view in (config["view"], *config.get("more_views", ()))),
        "spacing_mm": float(config["sampling"]["spacing_mm"]),
        "normalization": "percentile_zscore",
        "network": config["network"],
    }


def _exportable(run: Path, checkpoint: str) -> dict[str, Any]:
    """A checkpoint of a network that the library has.

    Raises:
        CheckpointError: if the run has no such checkpoint.
        ExportError: if it is of another network.
    """
    saved = load_checkpoint(run / f"{checkpoint}.pt")
    architecture = saved["config"].get("architecture", "unet")
    if architecture != "unet":
        raise ExportError(
            "Expected a run with the architecture unet, which alone Slicer can use, found "
            f"{architecture}."
        )
    return saved


def model_folder(folder: Path, *, replace: bool) -> Path:
    """An existing folder for a model.

    Raises:
        ExportError: if it holds one that is not to be replaced.
    """
    if (folder / DESCRIPTION_FILE).is_file() and not replace:
        raise ExportError(
            f"{folder} holds a model already. Choose another --name, or use --replace."
        )
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _weights(run: Path, checkpoint: str, config: dict[str, Any]) -> dict[str, torch.Tensor]:
    """The weights of a further run of the same network, planes and first weights.

    Raises:
        AveragingError: if it is of another network, or began elsewhere.
    """
    saved = load_checkpoint(run / f"{checkpoint}.pt")
    found, expected = _must_agree(saved["config"]), _must_agree(config)
    different = [name for name in expected if found.get(name) != expected[name]]
    if different:
        name = different[0]
        where = " where they start from random weights" if name == "seed" else ""
        raise AveragingError(
            f"Weights can be averaged of runs with the same {name}{where}; {run} has "
            f"{found.get(name)!r}, the first run {expected[name]!r}."
        )
    weights: dict[str, torch.Tensor] = saved["average"]
    return weights


def _must_agree(config: dict[str, Any]) -> dict[str, Any]:
    """The settings that have to be the same where weights are averaged, by their names."""
    shared = {
        "network": config["network"],
        "view": config["view"],
        "more_views": list(config.get("more_views", ())),
        "sampling.spacing_mm": config["sampling"]["spacing_mm"],
        "initial_model": config.get("initial_model", ""),
    }
    return shared if shared["initial_model"] else shared | {"seed": config["seed"]}


def license_of(environment: dict[str, Any]) -> str:
    """What the data sets that a run learned from demand of its weights, the strictest first."""
    datasets = sorted({row["dataset"] for row in environment["examinations"]["train"]})
    known = {LICENSES[name] for name in datasets if name in LICENSES}
    others = [name for name in datasets if name not in LICENSES]
    terms = [f"{text}, non-commercial research" for text in sorted(known) if "NC" in text]
    if not terms:
        terms = sorted(known)
    return "; ".join([*terms, *(OWN_TERMS.format(name) for name in others)])


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
    start_logging()
    parser = argparse.ArgumentParser(
        prog="python -m Training.export", description="A run → a model bundle."
    )
    parser.add_argument(
        "run", type=Path, nargs="+", help="several runs from the same first weights are averaged"
    )
    parser.add_argument("--name", required=True)
    parser.add_argument("--checkpoint", choices=["last", "best"], default="last")
    parser.add_argument("--results", type=Path, help="results.csv of an evaluation, for the card")
    parser.add_argument("--title", default="Ventricles in cardiac cine MRI")
    parser.add_argument(
        "--caution", default="", help="a sentence that every report made with the model shall carry"
    )
    parser.add_argument(
        "--license",
        dest="license_text",
        default="",
        help="of the weights; what the data sets demand if not given",
    )
    parser.add_argument("--replace", action="store_true", help="replace a model of that name")
    parser.add_argument("--models", type=Path, default=MODELS_FOLDER)
    options = vars(parser.parse_args(arguments))
    run, *more_runs = options.pop("run")

    def work() -> None:
        bundle = export(run, more_runs=more_runs, **options)
        LOGGER.info("%s: %d bytes", bundle.folder, bundle.weights_path.stat().st_size)

    return run_command(work)


if __name__ == "__main__":
    sys.exit(main())
