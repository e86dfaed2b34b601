"""Command line: makes the estimate of how far a model's contours are to be believed.

python -m Training.trust MODEL experiments/NAME.toml --cache DIR --work DIR [--others RUN ...]

MODEL is a model folder, NAME.toml the experiment that made its weights. The auto-encoder is the one
that `Training.train_autoencoder` made of the same experiment (--redrawing FILE), else it is learned
here. Segmentations are collected of patients that a network did not learn from, as they are and
with failures: the model's of the experiment's validation patients, and those of other runs of the
patients that these left out. From them the estimate is fitted and written beside the weights, as
trust.json and redraw.pt. Patients that the experiment holds out are only reported on, in
WORK/tables.md and, the worst of them as pictures, in WORK/worst.png. What was collected stays in
WORK, so that a rerun goes on where it ended.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from CMRSegmentationLib.command_line.run import run_command
from CMRSegmentationLib.image import Geometry, Label
from CMRSegmentationLib.segmenting.inference import Predictor, load_network
from CMRSegmentationLib.segmenting.model import (
    WEIGHTS_FILE,
    ModelBundle,
    load_bundle,
    sha256_of,
)
from CMRSegmentationLib.trust.estimate import (
    ESTIMATE_FILE,
    REDRAWING_FILE,
    Estimate,
    estimate_as_json,
)
from CMRSegmentationLib.trust.redrawing_network import load_redrawing
from CMRSegmentationLib.whole_files import whole_file, whole_folder, write_whole
from Training.datasets.examination import UNKNOWN
from Training.evaluate import EvaluationError, bundle_of, patients_of
from Training.learning.config import TrainConfig, read_config
from Training.learning.trust_fit import fit_estimate, of_network
from Training.reporting.sheets import Comparison, comparison_sheet
from Training.reporting.trust_tables import Miss, trust_tables, worst_misses
from Training.samples.cache import WHOLE_FILES, CachedExamination, read_cache
from Training.scoring.judged import (
    JudgedPhase,
    PhaseRows,
    fences_of,
    judge_phases,
    rows_of,
    temperatures_of,
)
from Training.scoring.second_looks import (
    SecondLook,
    failures_of,
    look_name,
    read_look,
    second_looks,
    write_look,
)
from Training.train_autoencoder import ITERATIONS, make_redrawing

LOGGER = logging.getLogger(__name__)

FITTED, REPORTED = "fitted", "reported"
TABLES_FILE = "tables.md"
PICTURES_FILE = "worst.png"
PICTURES, PICTURE_DOTS_PER_INCH = 8, 150
CHECKPOINT_SUFFIX = ".pt"
WEIGHTS_NOTE = "weights_sha256"
"""Beside what was collected: with which weights."""


@dataclass(frozen=True)
class Network:
    """What segments: a model folder, a run folder or one of its checkpoints.

    Attributes:
        name: of what is collected with it.
        folder: that of the model or the run.
        checkpoint: of the run.
    """

    name: str
    folder: Path
    checkpoint: str

    @classmethod
    def of(cls, path: Path) -> Network:
        """The network of a path that the command line names."""
        if path.suffix == CHECKPOINT_SUFFIX:
            return cls(f"{path.parent.name}@{path.stem}", path.parent, path.stem)
        return cls(path.name, path, "last")

    @property
    def weights_file(self) -> Path:
        """Where its weights are.

        Raises:
            EvaluationError: if there are none.
        """
        model = self.folder / WEIGHTS_FILE
        path = self.folder / f"{self.checkpoint}{CHECKPOINT_SUFFIX}"
        found = next((one for one in (model, path) if one.is_file()), None)
        if found is None:
            raise EvaluationError(f"Expected a model or a run, found neither in {self.folder}.")
        return found


def collect(
    network: Network,
    examinations: list[CachedExamination],
    folder: Path,
    failures: int | None,
) -> None:
    """Segments the phases of examinations and keeps what was seen; what is kept is left.

    Args:
        network: what segments them.
        examinations: whose phases.
        folder: where what was seen is kept, below the network's name.
        failures: how many kinds of failure each phase suffers; None for all.

    Raises:
        EvaluationError, ModelError, CheckpointError, ConfigError: if the model cannot be used.
    """
    kept = folder / network.name
    kept.mkdir(parents=True, exist_ok=True)
    _forget_other_weights(kept, sha256_of(network.weights_file))
    known = {path.stem for path in kept.glob(WHOLE_FILES)}
    needed = [one for one in examinations if not _names(one, failures) <= known]
    if not needed:
        return
    with bundle_of(network.folder, network.checkpoint) as bundle:
        predictor = Predictor(load_network(bundle), torch.device("cpu"))
        for examination in tqdm(needed, desc=network.name, unit="patient", disable=None):
            for look in second_looks(
                predictor, bundle.spacing_mm, network.name, [examination], failures, known
            ):
                source = look.source
                write_look(look, kept / f"{look_name(source, source.phase, source.failure)}.npz")


def _forget_other_weights(kept: Path, sha256: str) -> None:
    """Deletes what was collected with other weights of the same name."""
    note = kept / WEIGHTS_NOTE
    if note.is_file() and note.read_text(encoding="utf-8") == sha256:
        return
    for path in kept.glob("*.npz"):
        path.unlink()
    write_whole(note, sha256)


def _names(examination: CachedExamination, failures: int | None) -> set[str]:
    """What there is to collect of an examination."""
    return {
        look_name(examination, phase.name, kind)
        for phase in examination.phases
        for kind in failures_of(examination, phase, failures)
    }


@dataclass(frozen=True)
class TrustOptions:
    """What the command line asks for; its help says what each is."""

    model: Path
    experiment: Path
    redrawing: Path | None
    cache: Path
    work: Path
    others: list[Path]
    failures: int | None
    failures_of_others: int
    failures_reported: int | None
    collect_only: bool


def collect_all(options: TrustOptions, config: TrainConfig) -> None:
    """Collects what is fitted on and what is reported on, each in folders of its own below WORK."""
    examinations = [e for e in read_cache(options.cache, config.data.datasets) if e.annotated]
    examinations = [e for e in examinations if e.view in config.views]
    held_out = set(config.data.held_out)
    validation = set(config.data.validation)
    groups = [
        (options.model, validation, FITTED, options.failures),
        (options.model, held_out, REPORTED, options.failures_reported),
    ]
    for other in options.others:
        left_out = patients_of(Network.of(other).folder, "test") - held_out
        groups.append((other, left_out, FITTED, options.failures_of_others))
        groups.append((other, held_out, REPORTED, 0))
    for model, patients, use, failures in groups:
        chosen = [e for e in examinations if e.patient in patients]
        collect(Network.of(model), chosen, options.work / use, failures)


def looks_of(options: TrustOptions, use: str) -> Iterator[SecondLook]:
    """What was collected for a use of the networks that are asked for."""
    for model in (options.model, *options.others):
        for path in sorted((options.work / use / Network.of(model).name).glob(WHOLE_FILES)):
            yield read_look(path)


def _redrawing(options: TrustOptions, config: TrainConfig) -> Path:
    """The auto-encoder that is named, else the one in WORK, which is learned if it is not there."""
    if options.redrawing is not None:
        return Path(options.redrawing)
    path = Path(options.work) / REDRAWING_FILE
    if not path.exists():
        make_redrawing(config, options.cache, path, ITERATIONS)
    return path


def _put_beside(bundle: ModelBundle, redrawing: Path, estimate: Estimate) -> None:
    """Puts the auto-encoder and the estimate into the model's folder, both or none."""
    with whole_folder(bundle.folder.resolve()) as partial:
        shutil.copyfile(redrawing, partial / REDRAWING_FILE)
        write_whole(partial / ESTIMATE_FILE, estimate_as_json(estimate))


def run(options: TrustOptions) -> None:
    """Collects, fits, writes the estimate and reports on the patients held out.

    Raises:
        FitError: if there is too little to fit on.
        EvaluationError, ModelError, CheckpointError, ConfigError: if a model cannot be used.
    """
    config = read_config(options.experiment)
    collect_all(options, config)
    if options.collect_only:
        return
    bundle = load_bundle(options.model)
    redrawing = _redrawing(options, config)
    network = load_redrawing(redrawing)
    temperatures = temperatures_of(looks_of(options, FITTED))
    own = temperatures.get(options.model.name, 1.0)
    fitted = rows_of(looks_of(options, FITTED), network, temperatures)
    estimate = replace(
        fit_estimate(fitted, options.model.name, own),
        weights_sha256=bundle.weights_sha256,
        redrawing_sha256=sha256_of(redrawing),
        fences=fences_of(_own_looks(options), network),
        made_of=_in_words(fitted),
    )
    _put_beside(bundle, redrawing, estimate)
    reported = rows_of(looks_of(options, REPORTED), network, temperatures)
    judged = judge_phases(reported, estimate)
    tables = trust_tables(judged, estimate, options.model.name)
    write_whole(options.work / TABLES_FILE, tables)
    LOGGER.info("%s", tables)
    _write_pictures(options, of_network(judged, options.model.name))


def _write_pictures(options: TrustOptions, judged: list[JudgedPhase]) -> None:
    """The worst misses, with the outlines of the experts and of the model."""
    folder = options.work / REPORTED / Network.of(options.model).name
    comparisons = []
    for miss in worst_misses(judged, PICTURES):
        source = miss.judged.rows.source
        look = read_look(folder / f"{look_name(source, source.phase, source.failure)}.npz")
        comparisons.append(_comparison(look, miss))
    figure = comparison_sheet(comparisons)
    with whole_file(options.work / PICTURES_FILE) as partial:
        figure.savefig(partial, format="png", dpi=PICTURE_DOTS_PER_INCH)


def _comparison(look: SecondLook, miss: Miss) -> Comparison:
    source, truth = look.source, look.truth
    spacing_mm = look.seen.spacing_mm
    affine = np.diag([spacing_mm, spacing_mm, 1.0, 1.0])
    return Comparison(
        title=f"{source.patient} {source.phase}, {source.failure}\n"
        f"{miss.label.name} estimated {miss.estimate:.2f}",
        dice=miss.dice,
        image=look.seen.images[0],
        predicted=look.seen.labels[0],
        truth=np.where(truth == UNKNOWN, Label.BACKGROUND, truth).astype(np.uint8),
        geometry=Geometry(truth.shape, affine),
        annotated=(miss.label,),
    )


def _own_looks(options: TrustOptions) -> Iterator[SecondLook]:
    """Those of the validation patients, whose masks the auto-encoder did not learn from."""
    name = options.model.name
    return (look for look in looks_of(options, FITTED) if look.source.network == name)


def _in_words(rows: list[PhaseRows]) -> str:
    patients = {(one.source.dataset, one.source.patient) for one in rows}
    counts = Counter(dataset for dataset, _ in sorted(patients))
    listed = ", ".join(f"{count} patients of {dataset}" for dataset, count in counts.items())
    networks = len({one.source.network for one in rows})
    return f"{len(rows)} segmentations of {listed} by {networks} networks that never saw them"


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(
        prog="python -m Training.trust", description="Make the estimate that belongs to a model."
    )
    parser.add_argument("model", type=Path, metavar="MODEL", help="model folder")
    parser.add_argument("experiment", type=Path, help="TOML file that made the model's weights")
    parser.add_argument(
        "--redrawing", type=Path, help="auto-encoder of label maps; learned if none is named"
    )
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="folder for what is collected")
    parser.add_argument(
        "--others",
        type=Path,
        nargs="*",
        default=[],
        help="runs that left patients out, or checkpoints of such",
    )
    parser.add_argument(
        "--failures", type=int, help="kinds a phase is shown with; all if not given"
    )
    parser.add_argument("--failures-of-others", type=int, default=1, help="the same, other runs")
    parser.add_argument(
        "--failures-reported", type=int, help="the same, held out; all if not given"
    )
    parser.add_argument("--collect-only", action="store_true", help="fit later")
    options = TrustOptions(**vars(parser.parse_args(arguments)))
    return run_command(lambda: run(options))


if __name__ == "__main__":
    sys.exit(main())
