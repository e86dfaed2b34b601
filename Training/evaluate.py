"""Command line: scores a run or a model on patients of the cache.

Scores count on the native grid, and the product's own pipeline segments.

python -m Training.evaluate RUN_OR_MODEL [RUN ...] --cache DIR --out DIR [--group GROUP]
[--views VIEW ...] [--save] [--redrawn FILE]
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from CMRSegmentationLib.command_line.run import run_command
from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.image import CineStack, LabelArray, LabelMap, View
from CMRSegmentationLib.pipeline import segment_cine
from CMRSegmentationLib.segmenting.model import (
    DESCRIPTION_FILE,
    ModelBundle,
    load_bundle,
)
from CMRSegmentationLib.segmenting.postprocessing import PostprocessingOptions
from CMRSegmentationLib.trust.redrawing import redraw
from CMRSegmentationLib.trust.redrawing_network import RedrawingNetwork, load_redrawing
from CMRSegmentationLib.whole_files import write_whole
from Training.export import ExportError, export
from Training.learning.environment import ENVIRONMENT_FILE, learned_before, write_evaluation
from Training.learning.other_networks import RunNetwork, architecture_of
from Training.reporting.log import start_logging
from Training.reporting.tables import (
    METRICS,
    agreement_table,
    reference_table,
    split_tables,
    splits_of,
    summary_table,
)
from Training.samples.cache import CachedExamination, CachedPhase, read_cache, write_cached
from Training.scoring.results import (
    RESULTS_FILE,
    TABLES_FILE,
    ResultRow,
    score_phase,
    write_results,
)

LOGGER = logging.getLogger(__name__)

PREDICTIONS_FOLDER, REDRAWN_FOLDER = "predictions", "redrawn"
RULES = tuple(rule.name for rule in fields(PostprocessingOptions))

Keep = Callable[[CachedExamination], object]
"""What becomes of an examination with predicted labels."""


class EvaluationError(UserError, ValueError):
    """Something that cannot be evaluated."""


@contextmanager
def bundle_of(run_or_model: Path, checkpoint: str = "last") -> Iterator[ModelBundle]:
    """The model of a bundle folder, or a run's weights as a bundle for as long as it is used.

    Raises:
        EvaluationError: if the folder is neither.
        ModelError, CheckpointError: if it is damaged.
    """
    if (run_or_model / DESCRIPTION_FILE).is_file():
        yield load_bundle(run_or_model)
        return
    if not (run_or_model / ENVIRONMENT_FILE).is_file():
        raise EvaluationError(
            f"Expected a run folder or a model folder, found neither in {run_or_model}."
        )
    with tempfile.TemporaryDirectory() as folder:
        try:
            bundle = export(
                run_or_model,
                "run",
                checkpoint=checkpoint,
                results=None,
                title="",
                models=Path(folder),
            )
        except ExportError as error:
            raise EvaluationError(str(error)) from error
        yield bundle


def patients_of(run: Path, group: str) -> set[str]:
    """The patients of one of a run's groups, as its `run.json` lists them.

    "held_out" are those that the settings name.

    Where a vendor is left out, all its patients are in the group "test", those held out are the
    same in every run.

    Raises:
        EvaluationError: if the run does not say.
    """
    if not (run / ENVIRONMENT_FILE).is_file():
        raise EvaluationError(
            f"{run} is no run folder, so it does not say who was held out; name them with "
            "--patients."
        )
    if group == "held_out":
        return set(_environment(run)["config"]["data"]["held_out"])
    return {patient for _, patient in _group_of(run, group)}


def _environment(run: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((run / ENVIRONMENT_FILE).read_text(encoding="utf-8"))
    return values


def _group_of(run: Path, group: str) -> set[tuple[str, str]]:
    return {(row["dataset"], row["patient"]) for row in _environment(run)["examinations"][group]}


def warn_of_patients_trained_on(run: Path, examinations: list[CachedExamination]) -> None:
    """Warns where scores are no test because the run learned, or may have, from a patient."""
    if not (run / ENVIRONMENT_FILE).is_file():
        _warn_of_data_sets_of(run, examinations)
        return
    trained = _group_of(run, "train")
    seen = {(e.dataset, e.patient) for e in examinations} & trained
    if seen:
        LOGGER.warning(
            "%d of the patients were trained on, %s for one; this is no test.",
            len(seen),
            min(seen)[1],
        )
    before = {(e.dataset, e.patient) for e in examinations} & learned_before(_environment(run))
    if before - seen:
        LOGGER.warning(
            "%d of the patients were trained on by the models that the run went on from, %s for "
            "one; this is no test.",
            len(before - seen),
            min(before - seen)[1],
        )
    both = {name for name, _ in trained}, {e.dataset for e in examinations}
    if {"mnms", "mnms2"} in ({a, b} for a in both[0] for b in both[1]):
        LOGGER.warning(
            "M&Ms and M&Ms-2 share patients that are not known; one is no clean test of the other."
        )


def _warn_of_data_sets_of(model: Path, examinations: list[CachedExamination]) -> None:
    """A bundle names the data sets that it learned from, and not their patients."""
    learned = load_bundle(model).training_data
    shared = sorted({e.dataset for e in examinations if f" of {e.dataset} (" in learned})
    if shared:
        LOGGER.warning(
            "The model learned from patients of %s. On those of them, this is no test; its card "
            "names the patients that were held out.",
            ", ".join(shared),
        )


Segment = Callable[[CineStack, View], LabelArray]
"""Gives the (T, Z, Y, X) labels of a cine of a view."""


@contextmanager
def segmenter_of(
    run_or_model: Path | Sequence[Path],
    checkpoint: str = "last",
    *,
    device: str = "auto",
    mirror: bool = False,
    postprocessing: PostprocessingOptions | None = None,
) -> Iterator[tuple[Segment, tuple[View, ...]]]:
    """What segments with a model or a run, for as long as it is used, and the views that it serves.

    Several runs are averaged: each pixel has the mean of their probabilities.

    Raises:
        EvaluationError: if the folder is neither, or several are no runs.
        AveragingError: if several runs do not go together.
        ModelError, CheckpointError, ConfigError: if it is damaged.
    """
    folders = [run_or_model] if isinstance(run_or_model, Path) else list(run_or_model)
    are_runs = [(folder / ENVIRONMENT_FILE).is_file() for folder in folders]
    if len(folders) > 1 and not all(are_runs):
        raise EvaluationError(
            f"Only runs can be averaged, and {folders[are_runs.index(False)]} is none."
        )
    if len(folders) > 1 or (are_runs[0] and architecture_of(folders[0]) != "unet"):
        other = RunNetwork.ensemble(folders, checkpoint)

        def segment(stack: CineStack, view: View) -> LabelArray:
            return other.segment(stack, device=device, mirror=mirror, postprocessing=postprocessing)

        yield segment, other.config.views
        return
    with bundle_of(folders[0], checkpoint) as bundle:

        def segment_as_the_product(stack: CineStack, view: View) -> LabelArray:
            prediction = segment_cine(
                stack,
                bundle,
                view=view,
                device=device,
                average_variants=mirror,
                postprocessing=postprocessing,
            )
            return prediction.labels.array

        yield segment_as_the_product, bundle.views


def evaluate(
    segment: Segment, examinations: list[CachedExamination], keep: Sequence[Keep] = ()
) -> list[ResultRow]:
    """Segments every labeled phase by itself and scores it against the experts.

    Args:
        segment: gives the labels of a cine.
        examinations: the patients.
        keep: what becomes of the predictions, as examinations with the predicted labels.

    Raises:
        EvaluationError: if an examination is of no view.
    """
    rows = []
    for examination in tqdm(examinations, desc="evaluate", unit="patient", disable=None):
        predicted = predict(segment, examination)
        for phase, labels in zip(examination.phases, predicted, strict=True):
            rows += score_phase(examination, phase.name, labels, phase.labels, phase.geometry)
        for keep_one in keep:
            keep_one(with_labels(examination, predicted))
    return rows


def predict(segment: Segment, examination: CachedExamination) -> list[LabelArray]:
    """(Z, Y, X) labels of every phase, each segmented by itself.

    Raises:
        EvaluationError: if the examination is of no view.
    """
    view = view_of(examination)
    return [segment(stack_of(phase), view)[0] for phase in examination.phases]


def with_labels(examination: CachedExamination, labels: Sequence[LabelArray]) -> CachedExamination:
    """An examination with other labels, of all structures that its view shows."""
    phases = tuple(
        replace(phase, labels=array.astype(np.uint8))
        for phase, array in zip(examination.phases, labels, strict=True)
    )
    return replace(examination, phases=phases, annotated=view_of(examination).structures)


def view_of(examination: CachedExamination) -> View:
    """The view that an examination is segmented as.

    Raises:
        EvaluationError: if it has none.
    """
    if examination.view is None:
        raise EvaluationError(f"Expected a view to segment {examination.patient} as, found none.")
    return examination.view


def stack_of(phase: CachedPhase) -> CineStack:
    """A phase as a cine of one frame."""
    return CineStack(phase.image[None].astype(np.float32), phase.geometry)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    start_logging()
    parser = argparse.ArgumentParser(
        prog="python -m Training.evaluate", description="Score a run or a model."
    )
    parser.add_argument(
        "model", type=Path, nargs="+", metavar="RUN_OR_MODEL", help="several runs are averaged"
    )
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--group",
        choices=["test", "held_out", "validation", "train"],
        default="test",
        help="of the run",
    )
    parser.add_argument("--patients", nargs="*", help="identifiers, in place of a group of the run")
    parser.add_argument(
        "--views",
        nargs="*",
        choices=[*View],
        help="planes to score; all that it serves if not given",
    )
    parser.add_argument(
        "--save",
        action="store_true",
        help="keep the predictions in OUT/predictions, which is a cache of them",
    )
    parser.add_argument(
        "--redrawn",
        type=Path,
        metavar="FILE",
        help="auto-encoder of label maps; keep the predictions as it redraws them in OUT/redrawn, "
        "which is a cache of them",
    )
    parser.add_argument("--checkpoint", choices=["last", "best"], default="last")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    parser.add_argument("--mirror", action="store_true", help="average four mirrored predictions")
    parser.add_argument(
        "--without",
        nargs="*",
        default=[],
        choices=RULES,
        help="post-processing rules to switch off",
    )
    options = EvaluateOptions(**vars(parser.parse_args(arguments)))
    return run_command(lambda: run_evaluation(options))


def run_evaluation(options: EvaluateOptions) -> None:
    """Evaluates as the command line asks and publishes the results.

    Raises:
        EvaluationError: if there is nothing to evaluate.
        OSError: if the results cannot be written.
    """
    wanted = (
        set(options.patients) if options.patients else patients_of(options.model[0], options.group)
    )
    rules = PostprocessingOptions(**{rule: rule not in options.without for rule in RULES})
    source = segmenter_of(
        options.model,
        options.checkpoint,
        device=options.device,
        mirror=options.mirror,
        postprocessing=rules,
    )
    with source as (segment, views):
        asked = set(views) & set(options.views or views)
        if not asked:
            raise EvaluationError(
                f"Expected --views among those that the model serves, {', '.join(views)}, found "
                f"{', '.join(options.views or ())}."
            )
        examinations = [
            e for e in read_cache(options.cache) if e.patient in wanted and e.view in asked
        ]
        missing = sorted(wanted - {e.patient for e in examinations})
        if missing or not examinations:
            whom = f"patient {missing[0]}" if missing else f"patients in the group {options.group}"
            raise EvaluationError(f"Expected {whom} in {options.cache}, found none.")
        for model in options.model:
            warn_of_patients_trained_on(model, examinations)
        warn_of_unlabeled(examinations)
        rows = evaluate(segment, examinations, list(_keep(options)))
    publish(rows, options.out)


def warn_of_unlabeled(examinations: list[CachedExamination]) -> None:
    """Warns of patients who are segmented and cannot be scored.

    Raises:
        EvaluationError: if nobody can be scored.
    """
    labeled = {e.patient for e in examinations if e.annotated}
    unlabeled = sorted({e.patient for e in examinations} - labeled)
    if not labeled:
        raise EvaluationError(
            "Expected patients with labels of experts to score by, found none of "
            f"{', '.join(unlabeled[:8])}."
        )
    if unlabeled:
        LOGGER.warning(
            "%d of the patients have no labels of experts, %s for one; they are not scored.",
            len(unlabeled),
            unlabeled[0],
        )


@dataclass(frozen=True)
class EvaluateOptions:
    """What the command line asks for; its help says what each is."""

    model: list[Path]
    cache: Path
    out: Path
    group: str
    patients: list[str] | None
    views: list[View] | None
    save: bool
    redrawn: Path | None
    checkpoint: str
    device: str
    mirror: bool
    without: list[str]


def _keep(options: EvaluateOptions) -> Iterator[Keep]:
    """What becomes of the predictions.

    Raises:
        TrustError: if the auto-encoder is damaged.
    """
    if options.save:
        yield lambda examination: write_cached(examination, options.out / PREDICTIONS_FOLDER)
    if options.redrawn is not None:
        network = load_redrawing(options.redrawn)
        folder = options.out / REDRAWN_FOLDER
        yield lambda examination: write_cached(redrawn(examination, network), folder)


def redrawn(examination: CachedExamination, network: RedrawingNetwork) -> CachedExamination:
    """An examination with its labels as an auto-encoder redraws them."""
    labels = [
        redraw(LabelMap(phase.labels[None], phase.geometry), network).array[0]
        for phase in examination.phases
    ]
    return with_labels(examination, labels)


def publish(rows: list[ResultRow], out: Path) -> None:
    """Writes results.csv, tables.md and evaluation.json, and logs the tables by vendor."""
    out.mkdir(parents=True, exist_ok=True)
    write_results(rows, out / RESULTS_FILE)
    write_evaluation(out)
    tables = [table for by in splits_of(rows) for table in split_tables(rows, by)]
    tables += [summary_table(rows, metric) for metric in METRICS] + [agreement_table(rows)]
    write_whole(out / TABLES_FILE, "\n".join(table.to_markdown() for table in tables))
    LOGGER.info("%s\n%s", summary_table(rows).to_markdown(), reference_table(rows).to_markdown())


if __name__ == "__main__":
    sys.exit(main())
