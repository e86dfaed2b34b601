"""Command line: classes of patients, from measures of their segmentations or from images.

python -m Training.classify pathology --cache DIR --out DIR [--by measures images] [--folds 5]
python -m Training.classify vendor --cache DIR --out DIR --by images
python -m Training.classify probe RUN --cache DIR --out DIR     the vendor in a network

Every patient is classified once, by what learned from the other folds. Segmentations are the
labels of the cache; a folder that `evaluate --save` wrote is a cache too, of predicted ones.
Measures are taken of the patients whose structures are all labeled, images of those with a label.
Research only: nothing here diagnoses a patient.
"""

from __future__ import annotations

import argparse
import csv
import logging
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from CMRSegmentationLib.command_line.run import run_command
from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.image import FOREGROUND, View
from CMRSegmentationLib.segmenting.unet import UNet
from CMRSegmentationLib.whole_files import whole_file
from Training.adaptation.domain_batches import plain_crops
from Training.adaptation.localization import localized_slices
from Training.adaptation.probe import ProbeConfig, ProbePlace, probe_accuracy
from Training.classification import by_images, by_measures
from Training.classification.by_images import ImageConfig, of_common_structures
from Training.classification.measures import measures_table
from Training.classification.scores import Predictions, joined
from Training.evaluate import patients_of
from Training.learning.config import DataConfig
from Training.learning.other_networks import RunNetwork
from Training.learning.splits import fold_patients
from Training.reporting.classification import (
    accuracy_table,
    class_table,
    classification_figure,
    importance_table,
)
from Training.reporting.document import Block, Heading, Paragraph, Picture, write_document
from Training.reporting.domains import write_probe
from Training.reporting.log import start_logging
from Training.reporting.tables import Table
from Training.samples.cache import CachedExamination, read_cache
from Training.samples.slices import Crop
from Training.train import device_of

LOGGER = logging.getLogger(__name__)

PREDICTIONS_FILE = "predictions.csv"
PLACES: tuple[ProbePlace, ...] = ("image", "bottleneck", "decoder", "probabilities")
NOTICE = (
    "Research only: nothing here diagnoses a patient. Each patient was classified by a model that "
    "did not learn from them."
)


class ClassificationError(UserError, ValueError):
    """Patients that cannot be classified."""


@dataclass(frozen=True, eq=False)
class Task:
    """Patients with their classes, and how they are divided."""

    examinations: list[CachedExamination]
    classes: tuple[str, ...]
    truth: NDArray[np.int64]
    folds: int

    def parts(self) -> Iterator[NDArray[np.bool_]]:
        """(patients,) whether each is tested on, for every fold."""
        for fold in range(self.folds):
            config = DataConfig(folds=self.folds, fold=fold)
            tested, _ = fold_patients(self.examinations, config)
            yield np.array([e.patient in tested for e in self.examinations])

    def predictions(self, tested: NDArray[np.bool_], found: NDArray[np.float64]) -> Predictions:
        """The probabilities of the tested patients of a fold."""
        patients = tuple(
            f"{e.dataset}/{e.patient}"
            for e, here in zip(self.examinations, tested, strict=True)
            if here
        )
        return Predictions(patients, self.classes, self.truth[tested], found)


def make_task(examinations: Sequence[CachedExamination], target: str, folds: int) -> Task:
    """The short-axis examinations of a class of each patient.

    Args:
        examinations: of a cache.
        target: "pathology" or "vendor".
        folds: how many parts the patients are divided into.

    Raises:
        ClassificationError: if there are fewer than two folds or classes, fewer patients in a class
            than folds, or data sets that share patients.
    """
    if folds < 2:
        raise ClassificationError(f"Expected --folds of 2 or more, found {folds}.")
    if {"mnms", "mnms2"} <= {e.dataset for e in examinations}:
        raise ClassificationError(
            "M&Ms and M&Ms-2 share examinations and which ones is not public, so that a patient "
            "could be learned from and tested on. Name one of them in --datasets."
        )
    known = [e for e in examinations if e.view is View.SAX and getattr(e, target)]
    known = [e for e in known if {"ED", "ES"} <= {phase.name for phase in e.phases}]
    names = [str(getattr(e, target)) for e in known]
    classes = tuple(sorted(set(names)))
    if len(classes) < 2:
        raise ClassificationError(
            f"Expected patients of two classes of {target} at least, found "
            f"{', '.join(classes) or 'none'}."
        )
    rare = min(classes, key=names.count)
    if names.count(rare) < folds:
        raise ClassificationError(
            f"{folds} folds need as many patients of each {target}, found {names.count(rare)} of "
            f"{rare}. Use --folds, or --datasets to leave some out."
        )
    return Task(known, classes, np.array([classes.index(name) for name in names]), folds)


@dataclass(frozen=True, eq=False)
class Probed:
    """What fresh probes for the vendor found: the accuracy for each place that they read."""

    accuracies: dict[ProbePlace, float]
    slices: int
    vendors: int

    def table(self) -> Table:
        """One line for each place."""
        title = (
            "Vendor of slices of held-out patients by a fresh probe "
            f"(guessing: {1 / self.vendors:.2f})"
        )
        lines = [(place, str(self.slices), f"{a:.3f}") for place, a in self.accuracies.items()]
        return Table(title, ("what the probe sees", "slices", "accuracy"), tuple(lines))


def classify_by_measures(
    task: Task, seed: int
) -> tuple[dict[str, Predictions], dict[str, dict[str, float]]]:
    """The predictions of each method, and the mean importance of each measure over the folds."""
    names, table = measures_table(task.examinations)
    results: dict[str, Predictions] = {}
    importances: dict[str, dict[str, float]] = {}
    for method in by_measures.METHODS:
        parts, values = [], []
        for tested in task.parts():
            model = by_measures.fitted(method, table[~tested], task.truth[~tested], seed)
            found = by_measures.probabilities(model, table[tested], len(task.classes))
            parts.append(task.predictions(tested, found))
            values.append(
                by_measures.importance(model, table[tested], task.truth[tested], names, seed)
            )
        results[f"measures, {method}"] = joined(parts)
        importances[method] = {n: float(np.mean([v[n] for v in values])) for n in names}
    return results, importances


def classify_by_images(task: Task, config: ImageConfig, device: torch.device) -> Predictions:
    """The predictions of a network that sees images."""
    parts = []
    for fold, tested in enumerate(task.parts()):
        LOGGER.info("%s, fold %d of %d", config.network, fold + 1, task.folds)
        taught = [e for e, here in zip(task.examinations, tested, strict=True) if not here]
        others = [e for e, here in zip(task.examinations, tested, strict=True) if here]
        network = by_images.learned(taught, task.truth[~tested], len(task.classes), config, device)
        found = by_images.probabilities(network, others, config, device)
        parts.append(task.predictions(tested, found))
    return joined(parts)


def probe_run(run: Path, examinations: Sequence[CachedExamination], config: ProbeConfig) -> Probed:
    """Accuracy of fresh probes for the vendor on the patients that the run's settings hold out.

    Raises:
        ClassificationError: if one of the groups lacks a vendor.
    """
    loaded = RunNetwork.load(run, "last")
    network, sampling, data = loaded.network, loaded.config.sampling, loaded.config.data
    if not isinstance(network, UNet):
        raise ClassificationError(f"Expected a run of the library's U-Net in {run}.")
    known = [e for e in examinations if e.view in loaded.config.views]
    tested_patients = patients_of(run, "held_out") or patients_of(run, "test")
    crop = Crop(sampling.crops[0][0], sampling.spacing_mm)
    groups = []
    for held_out in (False, True):
        chosen = [
            e
            for e in known
            if e.patient not in data.validation and (e.patient in tested_patients) is held_out
        ]
        if not chosen:
            raise ClassificationError(
                f"Expected patients that {run} {'holds out' if held_out else 'may learn from'} in "
                "the cache, found none."
            )
        slices = localized_slices(
            network, chosen, sampling.spacing_mm, loaded.config.network.size_multiple
        )
        groups.append(plain_crops(slices, crop))
    taught, tested = groups
    if set(taught.domains) != set(tested.domains) or len(set(taught.domains)) < 2:
        raise ClassificationError(
            "Expected images of the same two vendors at least to learn from and to test on, found "
            f"{sorted(set(taught.domains))} and {sorted(set(tested.domains))}."
        )
    accuracies = {place: probe_accuracy(network, place, taught, tested, config) for place in PLACES}
    return Probed(accuracies, len(tested.domains), len(set(tested.domains)))


def write_predictions(results: dict[str, Predictions], path: Path) -> None:
    """One row per method and patient: true class, predicted class, probability of each class."""
    with whole_file(path) as partial, partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        classes = next(iter(results.values())).classes
        writer.writerow(["method", "patient", "true", "predicted", *classes])
        for method, found in results.items():
            for i, patient in enumerate(found.patients):
                names = (classes[found.truth[i]], classes[found.predicted[i]])
                values = [f"{p:.4f}" for p in found.probabilities[i]]
                writer.writerow([method, patient, *names, *values])


@dataclass(frozen=True)
class ClassifyOptions:
    """What the command line asks for; its help says what each is."""

    target: str
    cache: Path
    datasets: list[str]
    out: Path
    by: Sequence[str] = ("measures",)
    folds: int = 5
    networks: Sequence[str] = ("resnet18",)
    epochs: int = ImageConfig.epochs
    seed: int = 1
    device: str = "auto"
    run: Path = Path()
    steps: int = ProbeConfig.steps


def classify(options: ClassifyOptions) -> None:
    """Classifies as the command line asks and writes the report."""
    examinations = read_cache(options.cache, options.datasets)
    blocks: list[Block] = [Heading(f"Classification: {options.target}", 1), Paragraph(NOTICE)]
    if options.target == "probe":
        probed = probe_run(options.run, examinations, ProbeConfig(options.steps))
        LOGGER.info("%s", probed.table().to_markdown())
        write_probe(
            {str(place): a for place, a in probed.accuracies.items()}, probed.slices, options.out
        )
        write_document([blocks[0], probed.table()], options.out, "probe")
        return
    results: dict[str, Predictions] = {}
    importances: dict[str, dict[str, float]] = {}
    if "measures" in options.by:
        complete = [e for e in examinations if set(FOREGROUND) <= set(e.annotated)]
        task = make_task(complete, options.target, options.folds)
        results, importances = classify_by_measures(task, options.seed)
    if "images" in options.by:
        labeled = [e for e in examinations if e.annotated]
        task = make_task(labeled, options.target, options.folds)
        task = replace(task, examinations=of_common_structures(task.examinations))
        device = device_of(options.device)
        config = replace(ImageConfig(), epochs=options.epochs, seed=options.seed)
        for name in options.networks:
            chosen = replace(config, network=name)
            results[f"images, {name}"] = classify_by_images(task, chosen, device)
    options.out.mkdir(parents=True, exist_ok=True)
    write_predictions(results, options.out / PREDICTIONS_FILE)
    blocks.append(accuracy_table(results))
    if importances:
        blocks.append(importance_table(importances))
    for name, found in results.items():
        figure = classification_figure(name, found)
        blocks += [class_table(name, found), Picture(name, figure, f"{name}: {options.target}")]
    LOGGER.info("%s", accuracy_table(results).to_markdown())
    write_document(blocks, options.out, "classification")


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    start_logging()
    parser = argparse.ArgumentParser(
        prog="python -m Training.classify", description="Classes of patients. Research only."
    )
    commands = parser.add_subparsers(dest="target", required=True)
    for target in ("pathology", "vendor"):
        command = commands.add_parser(target, help=f"the {target} of each patient, by folds")
        command.add_argument(
            "--by", nargs="+", choices=["measures", "images"], default=["measures"]
        )
        command.add_argument("--folds", type=int, default=5)
        command.add_argument(
            "--networks",
            nargs="+",
            choices=["resnet18", "densenet121", "inception"],
            default=["resnet18"],
        )
        command.add_argument("--epochs", type=int, default=ImageConfig.epochs)
        command.add_argument("--seed", type=int, default=1)
        command.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    probe = commands.add_parser("probe", help="how much of the vendor a run's network shows")
    probe.add_argument("run", type=Path)
    probe.add_argument("--steps", type=int, default=ProbeConfig.steps, help="of each probe")
    for command in commands.choices.values():
        command.add_argument("--cache", type=Path, required=True)
        command.add_argument(
            "--datasets", nargs="*", default=[], help="all of the cache if not given"
        )
        command.add_argument("--out", type=Path, required=True)
    options = ClassifyOptions(**vars(parser.parse_args(arguments)))
    return run_command(lambda: classify(options))


if __name__ == "__main__":
    sys.exit(main())
