"""Command line: labels unlabeled cines with a model, for self-training (Lee 2013; Bai et al. 2017).

python -m Training.pseudo_label RUN_OR_MODEL [RUN ...] --cache DIR --out CACHE [--confidence 0.9]
python -m Training.pseudo_label RUN_OR_MODEL [RUN ...] --images CINE [CINE ...] --out CACHE
python -m Training.pseudo_label RUN_OR_MODEL [RUN ...] --cache DIR --out CACHE --complete

What is written is a cache, data set `<name>_pseudo`, which an experiment names in data.datasets and
weighs in sampling.domain_weights; it is trained on, never tested on. The confidence of a phase is
the mean Dice of two segmentations of it, as it is and averaged over mirrored and brightened
variants: where these disagree, the label is left out. `pseudo_labels.csv` says which were kept.

With --complete, examinations of which experts drew some structures get the others
(`Training/adaptation/completion.py`); what the experts drew stays.
"""

from __future__ import annotations

import argparse
import csv
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from CMRSegmentationLib.command_line.run import run_command
from CMRSegmentationLib.command_line.segment import check_names, result_name
from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.findings import FindingCode
from CMRSegmentationLib.image import CineStack, LabelArray, View
from CMRSegmentationLib.reading.files import read_input
from CMRSegmentationLib.whole_files import whole_file
from Training.adaptation.completion import complete_labels
from Training.datasets.examination import DataSetError
from Training.datasets.vendors import vendor_name
from Training.evaluate import Segment, predict, segmenter_of, view_of, with_labels
from Training.reporting.log import start_logging
from Training.samples.cache import (
    PSEUDO_SUFFIX,
    CachedExamination,
    CachedPhase,
    quantize,
    read_cache,
    write_cached,
)
from Training.scoring.metrics import dice

LOGGER = logging.getLogger(__name__)

TABLE_FILE = "pseudo_labels.csv"
UNKNOWN_VENDOR = "unknown"


class PseudoLabelError(UserError, ValueError):
    """Nothing that could be labeled."""


@dataclass(frozen=True)
class PhaseConfidence:
    """How sure the label of a phase is, and whether it was kept."""

    dataset: str
    patient: str
    phase: str
    confidence: float
    kept: bool


def confidence_of(plain: LabelArray, averaged: LabelArray, view: View) -> float:
    """Mean Dice of a view's structures between two segmentations; 0 if both are empty."""
    if not plain.any() and not averaged.any():
        return 0.0
    return float(np.mean([dice(plain == s, averaged == s) for s in view.structures]))


def pseudo_label(
    plain: Segment, averaged: Segment, examination: CachedExamination, needed: float
) -> tuple[CachedExamination | None, list[PhaseConfidence]]:
    """An examination with predicted labels in its sure phases, or None if there is none.

    Args:
        plain: segments a cine as it is.
        averaged: segments it by the mean over variants; this is the label.
        examination: whose labels, if any, are not looked at.
        needed: confidence from which on a phase is kept.
    """
    view = view_of(examination)
    labels = predict(averaged, examination)
    sure = [
        confidence_of(a, b, view) for a, b in zip(predict(plain, examination), labels, strict=True)
    ]
    rows = [
        PhaseConfidence(examination.dataset, examination.patient, phase.name, c, c >= needed)
        for phase, c in zip(examination.phases, sure, strict=True)
    ]
    labeled = with_labels(examination, labels)
    phases = tuple(p for p, row in zip(labeled.phases, rows, strict=True) if row.kept)
    if not phases:
        return None, rows
    name = f"{examination.dataset}{PSEUDO_SUFFIX}"
    return replace(labeled, dataset=name, phases=phases, split="train"), rows


def complete(
    plain: Segment, averaged: Segment, examination: CachedExamination, needed: float
) -> tuple[CachedExamination | None, list[PhaseConfidence]]:
    """An examination of which experts drew some structures, with the others where they are sure.

    Args:
        plain: segments a cine as it is.
        averaged: segments it by the mean over variants.
        examination: whose experts' labels stay.
        needed: Dice with the experts from which on a slice is completed; the confidence of a phase
            is the share of its slices that were.
    """
    phases, rows = [], []
    segmented = zip(predict(plain, examination), predict(averaged, examination), strict=True)
    for phase, (a, b) in zip(examination.phases, segmented, strict=True):
        labels, slices = complete_labels(phase.labels, a, b, examination.annotated, needed)
        share = float(slices.mean())
        kept = share > 0
        rows.append(
            PhaseConfidence(examination.dataset, examination.patient, phase.name, share, kept)
        )
        if kept:
            phases.append(replace(phase, labels=labels))
    if not phases:
        return None, rows
    name = f"{examination.dataset}{PSEUDO_SUFFIX}"
    whole = view_of(examination).structures
    return replace(
        examination, dataset=name, annotated=whole, phases=tuple(phases), split="train"
    ), rows


def partly_labeled(cache: Path, datasets: Sequence[str], view: View) -> list[CachedExamination]:
    """The examinations of a view of which experts drew some structures, but not all.

    Raises:
        PseudoLabelError: if there is none.
    """
    everything = set(view.structures)
    found = [
        e
        for e in read_cache(cache, datasets)
        if e.view == view and set(e.annotated) & everything and everything - set(e.annotated)
    ]
    if not found:
        raise PseudoLabelError(
            f"Expected examinations of the view {view} in {cache} of which experts drew some "
            "structures and not all, found none."
        )
    return found


def unlabeled(cache: Path, datasets: Sequence[str], view: View) -> list[CachedExamination]:
    """The examinations of a view that nobody labeled.

    Raises:
        PseudoLabelError: if there is none.
    """
    found = [e for e in read_cache(cache, datasets) if not e.annotated and e.view == view]
    if not found:
        raise PseudoLabelError(
            f"Expected unlabeled examinations of the view {view} in {cache}, found none. "
            "Use --images for image files."
        )
    return found


def examinations_of_images(
    paths: Sequence[Path], view: View, frames: int
) -> Iterator[CachedExamination]:
    """Cines of image files or DICOM folders, each with some of its frames, evenly spread.

    Cines of a study that are of another view, or of none, are left out.

    Raises:
        UsageError: if two inputs have the same name without extensions.
        ReadError: if one cannot be read.
    """
    check_names(paths)
    for path in paths:
        for number, named in enumerate(read_input(path).cines):
            if shows_another(named.stack, view):
                LOGGER.info("left out %s of %s: it is not of the view %s", named.name, path, view)
                continue
            yield _examination_of(f"{result_name(path)}_{number}", named.stack, view, frames)


def shows_another(stack: CineStack, view: View) -> bool:
    """Whether the reader of a cine found that it is of another view, or of none."""
    of_none = any(finding.code is FindingCode.VIEW_UNKNOWN for finding in stack.findings)
    return of_none or stack.view not in (None, view)


def _examination_of(patient: str, stack: CineStack, view: View, frames: int) -> CachedExamination:
    chosen = np.unique(np.linspace(0, stack.frames, frames, endpoint=False).astype(int))
    phases = tuple(
        CachedPhase(
            f"frame_{t:02d}",
            int(t),
            quantize(stack.array[t]),
            np.zeros(stack.array.shape[1:], dtype=np.uint8),
            stack.geometry,
        )
        for t in chosen
    )
    return CachedExamination(
        patient=patient,
        dataset="images",
        vendor=_vendor_of(stack, patient),
        view=view,
        centre="",
        scanner="",
        field_t=None,
        pathology="",
        split="train",
        annotated=(),
        phases=phases,
    )


def _vendor_of(stack: CineStack, patient: str) -> str:
    """The manufacturer as data sets spell it, or as the file does where it is of no known one."""
    try:
        return vendor_name(stack.vendor or "", patient)
    except DataSetError:
        return stack.vendor or UNKNOWN_VENDOR


def write_table(rows: Sequence[PhaseConfidence], path: Path) -> None:
    """Which phases were kept, with their confidence."""
    with whole_file(path) as partial, partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["dataset", "patient", "phase", "confidence", "kept"])
        for row in rows:
            kept = int(row.kept)
            writer.writerow([row.dataset, row.patient, row.phase, f"{row.confidence:.4f}", kept])


@dataclass(frozen=True)
class LabelOptions:
    """What the command line asks for; its help says what each is."""

    model: list[Path]
    cache: Path | None
    images: list[Path] | None
    out: Path
    datasets: list[str]
    view: View | None
    frames: int
    confidence: float
    complete: bool
    device: str


def run_labeling(options: LabelOptions) -> None:
    """Labels what the command line names.

    Raises:
        PseudoLabelError: if nothing that it names can be labeled.
    """
    rows: list[PhaseConfidence] = []
    with ExitStack() as stack:
        (plain, views), (averaged, _) = (
            stack.enter_context(segmenter_of(options.model, device=options.device, mirror=mirror))
            for mirror in (False, True)
        )
        view = View(options.view) if options.view else views[0]
        found: list[CachedExamination] = []
        if options.images:
            found = list(examinations_of_images(options.images, view, options.frames))
            if not found:
                raise PseudoLabelError(
                    f"Expected a cine of the view {view} among --images, found none; --view names "
                    "another one."
                )
        elif options.cache is not None:
            find = partly_labeled if options.complete else unlabeled
            found = find(options.cache, options.datasets, view)
        label = complete if options.complete else pseudo_label
        for examination in tqdm(found, desc="label", unit="patient", disable=None):
            labeled, made = label(plain, averaged, examination, options.confidence)
            rows += made
            if labeled is not None:
                write_cached(labeled, options.out)
    options.out.mkdir(parents=True, exist_ok=True)
    write_table(rows, options.out / TABLE_FILE)
    kept = sum(row.kept for row in rows)
    LOGGER.info("%d of %d phases were labeled, the others are too unsure.", kept, len(rows))


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    start_logging()
    parser = argparse.ArgumentParser(
        prog="python -m Training.pseudo_label", description="Label unlabeled cines with a model."
    )
    parser.add_argument("model", type=Path, nargs="+", metavar="RUN_OR_MODEL")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--cache", type=Path, help="label its examinations without labels")
    source.add_argument("--images", type=Path, nargs="+", help="label image files or DICOM folders")
    parser.add_argument("--out", type=Path, required=True, help="cache to write into")
    parser.add_argument("--datasets", nargs="*", default=[], help="all of the cache if not given")
    parser.add_argument("--view", choices=[*View], help="the model's first view if not given")
    parser.add_argument("--frames", type=int, default=2, help="of each cine of --images")
    parser.add_argument("--confidence", type=float, default=0.9)
    parser.add_argument(
        "--complete", action="store_true", help="add the structures that the experts did not draw"
    )
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    options = LabelOptions(**vars(parser.parse_args(arguments)))
    if options.complete and options.images:
        parser.error("--complete needs --cache: images have no labels of experts.")
    if options.frames < 1:
        parser.error(f"expected --frames of 1 or more, found {options.frames}.")
    return run_command(lambda: run_labeling(options))


if __name__ == "__main__":
    sys.exit(main())
