"""Command line: pictures and statistics of data, preprocessing, augmentation and predictions.

python -m Training.visualize statistics --cache DIR --out DIR
python -m Training.visualize cine INPUT [--labels LABELS] --out FILE.gif
python -m Training.visualize preprocessing --cache DIR --out DIR [--experiment TOML]
    [--patients ID …]
python -m Training.visualize augmentation experiments/NAME.toml --cache DIR --out FILE.png
    [--count N]
python -m Training.visualize transformations experiments/NAME.toml --cache DIR --out FILE.png
python -m Training.visualize predictions RUN_OR_MODEL --results results.csv --cache DIR --out DIR
    [--count N] [--saved DIR]
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from CMRSegmentationLib.command_line.run import run_command
from CMRSegmentationLib.image import LabelArray
from CMRSegmentationLib.reading.files import read_cine, read_labels
from CMRSegmentationLib.whole_files import write_whole
from Training.datasets.examination import UNKNOWN
from Training.evaluate import EvaluationError, segmenter_of, stack_of, view_of
from Training.evaluate import Segment as CineSegmenter
from Training.learning.config import TrainConfig, add_overrides, read_config
from Training.learning.splits import read_examinations, split_examinations
from Training.reporting.dataset_statistics import (
    composition_table,
    dimensions_table,
    distribution_figure,
    labels_table,
    statistics_figure,
)
from Training.reporting.document import Heading, Picture, png_bytes, write_document
from Training.reporting.log import start_logging
from Training.reporting.sheets import (
    Comparison,
    augmentation_sheet,
    comparison_sheet,
    mean_dice,
    preprocessing_sheet,
    vendor_sheet,
)
from Training.reporting.slice_pictures import write_cine_gif
from Training.reporting.transformations import transformations_sheet
from Training.samples.cache import (
    OTHER_PLANES,
    CachedExamination,
    CachedPhase,
    read_cache,
)
from Training.samples.slices import BatchStream, Crop, training_slice
from Training.scoring.results import WHOLE, ResultRow, read_results

LOGGER = logging.getLogger(__name__)

Case = tuple[str, str, str, str]
"""Data set, patient, view and phase."""

Segment = Callable[[CachedExamination, CachedPhase], LabelArray]


def write_statistics(examinations: Sequence[CachedExamination], out: Path) -> Path:
    """Writes statistics.md, statistics.html and their figure; returns the HTML file."""
    tables = [
        dimensions_table(examinations),
        composition_table(examinations),
        labels_table(examinations),
    ]
    picture = Picture(
        "statistics",
        statistics_figure(examinations),
        "Pixel size, slice pitch and diagnoses by vendor",
    )
    pictures = [
        picture,
        Picture(
            "distributions",
            distribution_figure(examinations),
            "Examinations by hospital, vendor, pathology, field strength and scanner",
        ),
        Picture("vendors", vendor_sheet(examinations), "One patient of each vendor, as stored"),
    ]
    return write_document([Heading("The data", level=1), *tables, *pictures], out, "statistics")[1]


def write_cine(source: Path, labels: Path | None, out: Path) -> Path:
    """Writes the cine of an image file as a GIF, with the outlines of a label file if there is one.

    Raises:
        ReadError: if a file cannot be read.
        ImageError: if the labels do not fit the cine.
    """
    write_cine_gif(out, read_cine(source), read_labels(labels) if labels else None)
    return out


def write_preprocessing(
    examinations: Sequence[CachedExamination],
    config: TrainConfig,
    patients: Sequence[str],
    out: Path,
) -> list[Path]:
    """Writes a sheet before / after preprocessing for named patients, or one per vendor.

    Raises:
        EvaluationError: if a named patient is not there.
    """
    absent = sorted(set(patients) - {e.patient for e in examinations})
    if absent:
        raise EvaluationError(f"Expected patient {absent[0]} in the cache, found none.")
    first = {e.vendor: e.patient for e in reversed(examinations)}
    chosen = [e for e in examinations if e.patient in (patients or first.values())]
    paths = []
    for e in chosen:
        ends = [p for p in e.phases if p.name in ("ED", "ES")] or list(e.phases[:1])
        sheet = preprocessing_sheet(ends, config.sampling.spacing_mm)
        paths.append(
            _write_png(
                out / f"{e.dataset}_{e.patient}_{e.view or OTHER_PLANES}.png", png_bytes(sheet)
            )
        )
    return paths


def write_augmentation(
    examinations: Sequence[CachedExamination], config: TrainConfig, count: int, out: Path
) -> Path:
    """Writes the first `count` batches of a run, of patients that it trains on, as a sheet."""
    labeled = [e for e in split_examinations(examinations, config.data).train if e.annotated]
    stream = BatchStream(
        labeled, config.sampling, config.augmentation, seed=config.seed, length=count
    )
    return _write_png(
        out, png_bytes(augmentation_sheet([stream[number] for number in range(count)]))
    )


def write_transformations(
    examinations: Sequence[CachedExamination], config: TrainConfig, out: Path
) -> Path:
    """Writes a training slice after each change of the augmentation, next to the original."""
    labeled = [e for e in split_examinations(examinations, config.data).train if e.annotated]
    source = labeled[0]
    other = next((e for e in labeled if e.vendor != source.vendor), labeled[-1])
    slices = [training_slice(e, e.phases[0], len(e.phases[0].image) // 2) for e in (source, other)]
    crop = Crop(config.sampling.crops[0][0], config.sampling.spacing_mm)
    sheet = transformations_sheet(slices[0], slices[1], config.augmentation, crop)
    return _write_png(out, png_bytes(sheet))


def worst_cases(rows: Sequence[ResultRow], count: int) -> dict[tuple[str, str], list[Case]]:
    """(view, phase) → the `count` cases with the lowest mean Dice, worst first."""
    scores: dict[Case, list[float]] = {}
    for row in rows:
        if row.level == WHOLE:
            scores.setdefault((row.dataset, row.patient, row.view, row.phase), []).append(row.dice)
    sheets: dict[tuple[str, str], list[Case]] = {}
    for case in sorted(scores, key=lambda case: (float(np.mean(scores[case])), case)):
        sheet = sheets.setdefault((case[2], case[3]), [])
        if len(sheet) < count:
            sheet.append(case)
    return sheets


def write_predictions(
    segment: Segment,
    rows: Sequence[ResultRow],
    examinations: Sequence[CachedExamination],
    count: int,
    out: Path,
) -> list[Path]:
    """Segments the worst cases once more and writes a sheet for each view and phase, worst first.

    Args:
        segment: the model, as a function from a phase to its (Z, Y, X) labels.
        rows: results of the same model.
        examinations: the patients of the results, and maybe others.
        count: cases for each view and phase.
        out: folder of the sheets.

    Raises:
        EvaluationError: if a case of the results is not in the cache.
    """
    phases = {
        (e.dataset, e.patient, str(e.view), phase.name): (e, phase)
        for e in examinations
        for phase in e.phases
    }
    sheets = worst_cases(rows, count)
    missing = [case for cases in sheets.values() for case in cases if case not in phases]
    if missing:
        raise EvaluationError(
            f"Expected {'/'.join(missing[0])} of the results in the cache, found none."
        )
    paths = []
    for (view, phase_name), cases in sheets.items():
        compared = [
            _compare(segment, *phases[case])
            for case in tqdm(cases, desc=f"{view} {phase_name}", disable=None)
        ]
        paths.append(
            _write_png(out / f"{view}_{phase_name}.png", png_bytes(comparison_sheet(compared)))
        )
    return paths


def _compare(segment: Segment, examination: CachedExamination, phase: CachedPhase) -> Comparison:
    unknown = phase.labels == UNKNOWN
    predicted, truth = (
        np.where(unknown, 0, labels) for labels in (segment(examination, phase), phase.labels)
    )
    return Comparison(
        title=f"{examination.dataset}/{examination.patient}, {examination.vendor}, {phase.name}",
        dice=mean_dice(predicted, truth, examination.annotated),
        image=phase.image.astype(np.float32),
        predicted=predicted,
        truth=truth,
        geometry=phase.geometry,
        annotated=examination.annotated,
    )


def _saved_phases(examinations: Sequence[CachedExamination]) -> dict[Case, LabelArray]:
    return {
        (e.dataset, e.patient, str(e.view), phase.name): phase.labels
        for e in examinations
        for phase in e.phases
    }


def _saved_labels(
    saved: dict[Case, LabelArray], examination: CachedExamination, phase: CachedPhase
) -> LabelArray:
    """The stored prediction of a phase.

    Raises:
        EvaluationError: if there is none.
    """
    case = (examination.dataset, examination.patient, str(examination.view), phase.name)
    if case not in saved:
        raise EvaluationError(f"Expected a stored prediction of {'/'.join(case)}, found none.")
    return saved[case]


def _segment_with(
    model: CineSegmenter, examination: CachedExamination, phase: CachedPhase
) -> LabelArray:
    labels: LabelArray = model(stack_of(phase), view_of(examination))[0]
    return labels


def _write_png(path: Path, image: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, image)
    return path


def _count(text: str) -> int:
    """A number of 1 or more from the command line."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number of 1 or more, found {text!r}")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m Training.visualize", description="Pictures and statistics."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    statistics = commands.add_parser("statistics", help="what a cache holds, as tables and figures")
    cine = commands.add_parser("cine", help="an image file as a GIF, with or without contours")
    cine.add_argument("input", type=Path)
    cine.add_argument("--labels", type=Path, help="label file on the same grid")
    preprocessing = commands.add_parser(
        "preprocessing", help="slices before and after preprocessing"
    )
    preprocessing.add_argument("--experiment", type=Path, help="TOML file that sets the resolution")
    preprocessing.add_argument(
        "--patients", nargs="*", default=[], help="the first of each vendor if not given"
    )
    augmentation = commands.add_parser(
        "augmentation", help="the first batches of a run as a contact sheet"
    )
    augmentation.add_argument("experiment", type=Path)
    transformations = commands.add_parser(
        "transformations", help="each change of the augmentation next to the original"
    )
    transformations.add_argument("experiment", type=Path)
    for command in (preprocessing, augmentation, transformations):
        add_overrides(command)
    augmentation.add_argument("--count", type=_count, default=3, help="batches")
    predictions = commands.add_parser(
        "predictions", help="prediction against expert, worst cases first"
    )
    predictions.add_argument("model", type=Path, metavar="RUN_OR_MODEL")
    predictions.add_argument(
        "--results", type=Path, required=True, help="results.csv of an evaluation of it"
    )
    predictions.add_argument(
        "--saved", type=Path, help="predictions that `evaluate --save` stored, instead of the model"
    )
    predictions.add_argument("--checkpoint", choices=["last", "best"], default="last")
    predictions.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    predictions.add_argument(
        "--count", type=_count, default=8, help="cases for each view and phase"
    )
    for command in (statistics, preprocessing, augmentation, transformations, predictions):
        command.add_argument("--cache", type=Path, required=True)
    for command in commands.choices.values():
        command.add_argument("--out", type=Path, required=True)
    return parser


@dataclass(frozen=True)
class VisualizeOptions:
    """What the command line asks for; its help says what each is, and each command needs a few."""

    command: str
    out: Path
    cache: Path = Path()
    input: Path = Path()
    labels: Path | None = None
    experiment: Path | None = None
    set: Sequence[str] = ()
    patients: Sequence[str] = ()
    count: int = 0
    model: Path = Path()
    results: Path = Path()
    saved: Path | None = None
    checkpoint: str = "last"
    device: str = "auto"

    @property
    def config(self) -> TrainConfig:
        """The settings of the experiment, or the defaults without one."""
        return TrainConfig() if self.experiment is None else read_config(self.experiment, self.set)


def run(options: VisualizeOptions) -> list[Path]:
    """Does what the command line asks for and returns the files it wrote."""
    if options.command == "cine":
        return [write_cine(options.input, options.labels, options.out)]
    if options.command in ("augmentation", "transformations"):
        config = options.config
        examinations = read_examinations(options.cache, config)
        if options.command == "transformations":
            return [write_transformations(examinations, config, options.out)]
        return [write_augmentation(examinations, config, options.count, options.out)]
    examinations = read_cache(options.cache)
    if options.command == "statistics":
        return [write_statistics(examinations, options.out)]
    if options.command == "predictions" and options.saved:
        segment_saved = partial(_saved_labels, _saved_phases(read_cache(options.saved)))
        rows = read_results(options.results)
        return write_predictions(segment_saved, rows, examinations, options.count, options.out)
    if options.command == "predictions":
        with segmenter_of(options.model, options.checkpoint, device=options.device) as (model, _):
            segment = partial(_segment_with, model)
            return write_predictions(
                segment, read_results(options.results), examinations, options.count, options.out
            )
    return write_preprocessing(examinations, options.config, options.patients, options.out)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    start_logging()
    options = VisualizeOptions(**vars(_parser().parse_args(arguments)))

    def work() -> None:
        for path in run(options):
            LOGGER.info("%s", path)

    return run_command(work)


if __name__ == "__main__":
    sys.exit(main())
