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
from collections.abc import Iterator, Sequence
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
from CMRSegmentationLib.whole_files import whole_file, whole_folder, write_whole
from Training.learning.averaging import AveragingError, soup
from Training.learning.checkpoint import load_checkpoint
from Training.learning.environment import (
    BUNDLE_BEFORE,
    ENVIRONMENT_FILE,
    LEARNED_BEFORE,
    learned_before,
)
from Training.reporting.card import accuracy_by_group, model_card
from Training.reporting.log import start_logging
from Training.samples.cache import PSEUDO_SUFFIX

LOGGER = logging.getLogger(__name__)

LICENSES = {
    "acdc": "CC BY-NC-SA 4.0",
    "acdc_lax": "CC BY-NC-SA 4.0",
    "bivme": "Apache-2.0",
    "sunnybrook": "CC0",
}
"""Data set → its license, where it says what may be done with what is learned from it."""
NON_COMMERCIAL = "BY-NC"
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
        run, models, name: the folders of the run and of the models, and the name of this one.
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
    environment = together([_environment_of(run), *_environments_of(more_runs)])
    folder = model_folder(models / name, replace=replace)
    weights = soup([saved["average"], *(_weights(one, checkpoint, config) for one in more_runs)])
    with whole_folder(folder.resolve()) as partial:
        write_weights(weights, partial / WEIGHTS_FILE)
        bundle = ModelBundle(
            name=name,
            folder=folder,
            weights_sha256=sha256_of(partial / WEIGHTS_FILE),
            title=title,
            license=license_text or license_of(environment),
            date=dt.date.today().isoformat(),
            training_data=describe_training(environment),
            accuracy=accuracy_by_group(results) if results else {},
            caution=caution,
            **_what_inference_needs(config),
        )
        write_description(bundle, partial)
        write_whole(partial / CARD_FILE, model_card(bundle, environment, saved))
    return bundle


def write_description(bundle: ModelBundle, folder: Path) -> None:
    """Writes what inference needs to know of a model."""
    write_whole(folder / DESCRIPTION_FILE, json.dumps(bundle.to_json(), indent=2) + "\n")


def _environment_of(run: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((run / ENVIRONMENT_FILE).read_text(encoding="utf-8"))
    return values


def _environments_of(runs: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Those of further runs, as far as they say what they were made with."""
    return (_environment_of(run) for run in runs if (run / ENVIRONMENT_FILE).is_file())


def together(environments: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What `run.json` says of runs that are averaged, as if one had learned from all patients.

    Who is tested on by the first and was learned from by another is held out no more.
    """
    first = environments[0]
    if len(environments) == 1:
        return first
    groups = [environment["examinations"] for environment in environments]
    train = [row for group in groups for row in group["train"]]
    learned = {row["patient"] for row in train}
    test = [row for row in groups[0]["test"] if row["patient"] not in learned]
    before = [row for environment in environments for row in environment.get(LEARNED_BEFORE, ())]
    return (
        first
        | {"examinations": groups[0] | {"train": train, "test": test}}
        | {LEARNED_BEFORE: before}
    )


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
    """The folder of a model to be written.

    Raises:
        ExportError: if it holds one that is not to be replaced.
    """
    if (folder / DESCRIPTION_FILE).is_file() and not replace:
        raise ExportError(
            f"{folder} holds a model already. Choose another --name, or use --replace."
        )
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
    """What the data sets that a run learned from demand of its weights, the strictest first.

    Those that the models before it learned from count as well, and the license of a model bundle
    that it goes back to.
    """
    rows = [*environment["examinations"]["train"], *environment.get(LEARNED_BEFORE, ())]
    datasets = sorted({row["dataset"].removesuffix(PSEUDO_SUFFIX) for row in rows})
    texts = [_terms_of(name) for name in datasets]
    return joined_licenses([*texts, environment.get(BUNDLE_BEFORE, {}).get("license", "")])


def _terms_of(dataset: str) -> str:
    if dataset not in LICENSES:
        return OWN_TERMS.format(dataset)
    text = LICENSES[dataset]
    return f"{text}, non-commercial research" if NON_COMMERCIAL in text else text


def joined_licenses(licenses: Sequence[str]) -> str:
    """The terms of weights of several licenses; those of free data give way to stricter ones."""
    terms = dict.fromkeys(term for text in licenses for term in text.split("; ") if term)
    strict = [term for term in terms if NON_COMMERCIAL in term]
    free = [term for term in terms if term in LICENSES.values()]
    others = [term for term in terms if term not in (*strict, *free)]
    return "; ".join([*(strict or free), *others])


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
        [*(_patients_of(key, n) for key, n in sorted(groups.items())), *_earlier(environment)]
    )


def _patients_of(group: str, count: int) -> str:
    return f"{count} patient{'s' if count > 1 else ''} of {group}"


def _earlier(environment: dict[str, Any]) -> Iterator[str]:
    """What the models learned from that a run goes on from, and it did not itself."""
    trained = {(row["dataset"], row["patient"]) for row in environment["examinations"]["train"]}
    datasets = (dataset for dataset, _ in learned_before(environment) - trained)
    for dataset, count in sorted(Counter(datasets).items()):
        yield f"{_patients_of(dataset, count)} (in an earlier training)"
    bundle = environment.get(BUNDLE_BEFORE, {}).get("training_data")
    if bundle:
        yield f"in an earlier training: {bundle}"


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
