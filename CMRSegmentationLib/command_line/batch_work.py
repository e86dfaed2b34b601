"""One study of a batch, as a worker does it: the same in this process and on a cluster."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from CMRSegmentationLib import __version__
from CMRSegmentationLib.command_line.batch_list import BatchStudy
from CMRSegmentationLib.command_line.describe import failure_of
from CMRSegmentationLib.command_line.options import RunOptions
from CMRSegmentationLib.command_line.progress import Reporter
from CMRSegmentationLib.command_line.segment import segment_input, write_together
from CMRSegmentationLib.errors import one_sentence
from CMRSegmentationLib.reading.sources import sources_of
from CMRSegmentationLib.reading.study import Study
from CMRSegmentationLib.reporting.results import Outcome, summary_row
from CMRSegmentationLib.segmenting.model import CARD_FILE, ModelBundle, models_to_choose_from

if TYPE_CHECKING:
    from CMRSegmentationLib.segmenting.unet import UNet

BLOCK_BYTES = 1 << 20
DETACHED_HEADERS = (".nhdr", ".mhd")
"""Suffixes of headers that name the files with their data."""
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
"""The disk, or the share of it that the user may fill."""
MEASURES_COLUMNS = ("study", "cine", "key", "value", "unit")


@dataclass(frozen=True)
class StudyResult:
    """What became of a study, as cells of tables.

    Attributes:
        name: of the study.
        fingerprint: of its input, the models and the options.
        summary: one row for each cine.
        measures: one row for each measure of each cine.
        seconds: that it took, without waiting for another study.
        is_disk_full: whether it failed because nothing more could be written.
        is_unchanged: whether it had been done before and was left as it is.
    """

    name: str
    fingerprint: str
    summary: tuple[tuple[str, ...], ...] = ()
    measures: tuple[tuple[str, ...], ...] = ()
    seconds: float = 0.0
    is_disk_full: bool = False
    is_unchanged: bool = False

    @property
    def has_failed(self) -> bool:
        """Whether a cine of it could not be segmented."""
        return any(row[2] == "failed" for row in self.summary)


@dataclass(frozen=True)
class BatchTask:
    """A study and how it is segmented.

    Attributes:
        study: the study.
        run: model, device and the like.
        out: folder of the batch; the study's results go below.
        known: fingerprint of the study's earlier results that are complete, if there are any.
    """

    study: BatchStudy
    run: RunOptions
    out: Path
    known: str | None = None


@dataclass
class LoadedNetworks:
    """Networks by checksum: each is read from its file once in a process."""

    networks: dict[str, UNet] = field(default_factory=dict)

    def load(self, bundle: ModelBundle) -> UNet:
        """The network of a model.

        Raises:
            ModelError: if its weights cannot be read.
        """
        from CMRSegmentationLib.segmenting.inference import load_network

        if bundle.weights_sha256 not in self.networks:
            self.networks[bundle.weights_sha256] = load_network(bundle)
        return self.networks[bundle.weights_sha256]


NETWORKS = LoadedNetworks()
"""Those of this process."""


def do_task(task: BatchTask, read: Callable[[Path], Study] | None = None) -> StudyResult:
    """Segments a study and writes its results, unless they are there for the same input and model.

    Args:
        task: the study.
        read: gives the cines of its input; None reads them from its files.
    """
    start = time.perf_counter()
    try:
        fingerprint = fingerprint_of(task)
    except OSError as error:
        return failure(task, failure_of(task.study.path, error))
    if fingerprint == task.known:
        return StudyResult(task.study.name, fingerprint, is_unchanged=True)
    outcomes = list(_outcomes(task, read))
    return StudyResult(
        task.study.name,
        fingerprint,
        tuple(tuple(summary_row(outcome, task.out)) for outcome in outcomes),
        tuple(row for outcome in outcomes for row in measure_rows(task.study.name, outcome)),
        time.perf_counter() - start,
        is_disk_full=any(outcome.errno in DISK_FULL for outcome in outcomes),
    )


def _outcomes(task: BatchTask, read: Callable[[Path], Study] | None) -> Iterator[Outcome]:
    study, folder = task.study, task.out / task.study.name
    outcomes = []
    for outcome in segment_input(
        study.path, folder, study.knowledge, task.run, Reporter(), load=NETWORKS.load, read=read
    ):
        outcomes.append(outcome)
        yield outcome
    try:
        write_together(outcomes, folder)
    except RuntimeError as error:  # of the output folder
        cause = error.__cause__
        number = cause.errno if isinstance(cause, OSError) else None
        yield Outcome(str(study.path), "", "failed", one_sentence(error), errno=number)


def failure(task: BatchTask, message: str) -> StudyResult:
    """The result of a study whose worker could not finish it."""
    return _failed(task, "", Outcome(str(task.study.path), "", "failed", message))


def _failed(task: BatchTask, fingerprint: str, outcome: Outcome) -> StudyResult:
    return StudyResult(task.study.name, fingerprint, (tuple(summary_row(outcome, task.out)),))


def measure_rows(study: str, outcome: Outcome) -> Iterator[tuple[str, ...]]:
    """The cells of `MEASURES_COLUMNS`, a row for each measure of a cine."""
    if outcome.report is not None:
        for measure in outcome.report.measures:
            yield study, outcome.cine, measure.key, f"{measure.value:.6g}", measure.unit


def fingerprint_of(task: BatchTask) -> str:
    """SHA-256 of all that the results depend on: the input's files, models, options, version.

    Raises:
        OSError: if the input cannot be read.
    """
    digest = hashlib.sha256()
    options = replace(task.run, model=None, threads=None)
    digest.update(repr((__version__, options, task.study.knowledge)).encode())
    files = list(_files_of(task.study.path))
    for model in models_to_choose_from(task.run.model):
        files += [(name, file) for name, file in _files_of(model.folder) if name != CARD_FILE]
    for name, file in files:
        digest.update(os.fsencode(name))
        with file.open("rb") as stream:
            while block := stream.read(BLOCK_BYTES):
                digest.update(block)
    return digest.hexdigest()


def _files_of(path: Path) -> Iterator[tuple[str, Path]]:
    """The files that are read of a folder or a file, with their names in it."""
    if path.is_dir():
        with sources_of(path) as sources:
            files = sorted({source.path for source in sources.files})
        yield from ((file.relative_to(path).as_posix(), file) for file in files)
        return
    yield path.name, path
    if path.name.lower().endswith(DETACHED_HEADERS):
        yield from _named_in(path)


def _named_in(header: Path) -> Iterator[tuple[str, Path]]:
    """The files whose names are the value of a field of a header, or a line of it."""
    for line in header.read_text(encoding="utf-8", errors="replace").splitlines():
        name = re.split("[:=]", line, maxsplit=1)[-1].strip()
        if os.path.isfile(header.parent / name):
            yield name, header.parent / name
