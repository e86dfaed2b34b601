"""`segment`: labels, measures, curves and a picture of every cine of every input."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from CMRSegmentationLib.command_line.describe import (
    Lines,
    describe_measures,
    describe_outcome,
    failure_of,
)
from CMRSegmentationLib.command_line.garbage import importing
from CMRSegmentationLib.command_line.options import Knowledge, RunOptions, SegmentOptions
from CMRSegmentationLib.command_line.progress import Reporter, make_reporter
from CMRSegmentationLib.command_line.reading_ahead import ReadingAhead
from CMRSegmentationLib.command_line.run import InputsFailedError
from CMRSegmentationLib.errors import UsageError, UserError, one_sentence
from CMRSegmentationLib.image import CineStack, LabelMap
from CMRSegmentationLib.reading.files import input_name, labels_axes, read_input
from CMRSegmentationLib.reading.study import Study
from CMRSegmentationLib.reporting.examination import (
    TABLE_FILE,
    CineResult,
    Examination,
    combine,
    remove_examination,
    write_examination,
)
from CMRSegmentationLib.reporting.page import load_ahead
from CMRSegmentationLib.reporting.report import ClinicalReport
from CMRSegmentationLib.reporting.results import (
    Outcome,
    write_first_look,
    write_results,
    write_summary,
)
from CMRSegmentationLib.segmenting.model import ModelBundle, ModelError, models_to_choose_from
from CMRSegmentationLib.stages import Stages

if TYPE_CHECKING:
    from CMRSegmentationLib.segmenting.recognition import Choice
    from CMRSegmentationLib.segmenting.unet import UNet

LOGGER = logging.getLogger(__name__)


class OutputError(UserError, RuntimeError):
    """An output folder that cannot be written to."""


def segment(options: SegmentOptions) -> Lines:
    """Segments every input; yields what to print.

    Raises:
        UsageError: if results would overwrite each other.
        InputsFailedError: at the end, if an input could not be segmented.
        OutputError: if nothing can be written.
        ModelError, DeviceError, PrecisionError: if the named model, device or precision cannot be
            used.
    """
    check_names(options.inputs)
    with ReadingAhead([(path, options.knowledge.axes) for path in options.inputs]) as inputs:
        prepare(options.run)  # imports PyTorch while the first input is read
        _start_summary(options.out)
        yield from _segment_all(options, inputs)


def _segment_all(options: SegmentOptions, inputs: ReadingAhead) -> Lines:
    reporter = make_reporter(options.progress)
    is_silent = options.progress == "json"
    outcomes: list[Outcome] = []
    for index, path in enumerate(options.inputs):
        folder = options.out / result_name(path)
        of_input: list[Outcome] = []
        first = options.labels_first and options.labels_first / folder.name
        for outcome in segment_input(
            path,
            folder,
            options.knowledge,
            options.run,
            reporter,
            read=inputs.take(index),
            first_look=first,
        ):
            of_input.append(outcome)
            reporter.clear()
            _write_summary_so_far(options.out, [*outcomes, *of_input])
            if outcome.status == "failed":
                LOGGER.error("%s", outcome.message)
            yield from () if is_silent else describe_outcome(outcome)
        outcomes += of_input
        lines = list(_describe_together(of_input, folder))
        yield from () if is_silent else lines
    _finish(outcomes, options, reporter)


def _write_summary_so_far(out: Path, outcomes: list[Outcome]) -> None:
    """Writes the table; that someone holds it open keeps no other input from being done."""
    try:
        write_summary(out, outcomes)
    except OSError as error:
        LOGGER.warning("The table of the run cannot be written yet: %s.", one_sentence(error))


def _finish(outcomes: list[Outcome], options: SegmentOptions, reporter: Reporter) -> None:
    try:
        write_summary(options.out, outcomes)
    except OSError as error:
        reason = one_sentence(error)
        raise OutputError(f"The table of the run cannot be written: {reason}.") from error
    failures = [outcome for outcome in outcomes if outcome.status == "failed"]
    if not failures:
        reporter.finished(str(options.out))
        return
    reporter.failed(failures[-1].message)
    count = len({outcome.input for outcome in failures})
    raise InputsFailedError(f"{count} of {len(options.inputs)} inputs could not be segmented.")


def result_name(path: Path) -> str:
    """The name of an input's result folder: its own, and of a link not that of its target."""
    return input_name(Path(os.path.abspath(path)))


def check_names(inputs: Sequence[Path]) -> None:
    """Refuses inputs whose results would be written into the same folder.

    Raises:
        UsageError: if two inputs have the same name without extensions.
    """
    seen: dict[str, Path] = {}
    for path in inputs:
        name = result_name(path)
        other = seen.setdefault(name.casefold(), path)
        if other is not path:
            raise UsageError(
                f"{other} and {path} would both be written to {name}; segment them into different "
                "output folders."
            )


def prepare(run: RunOptions, *, check_device: bool = True) -> None:
    """Fails before any work on what would fail for every input.

    Raises:
        ModelError, DeviceError, PrecisionError: if the named model, device or precision cannot be
            used.
        DicomOutputError: if DICOM objects are asked for and what makes them is not installed.
    """
    with importing("torch"):
        import torch

        from CMRSegmentationLib.segmenting.inference import choose_device
        from CMRSegmentationLib.segmenting.precision import choose_precision

    if run.threads is not None:
        torch.set_num_threads(run.threads)
    if check_device:
        device, _ = choose_device(run.segmenting.device)
        choose_precision(run.segmenting.precision, device)
    if run.model is not None:
        models_to_choose_from(run.model)
    if run.dicom:
        from CMRSegmentationLib.reporting.dicom_objects import require_packages

        require_packages(with_pictures=run.dicom.capture)


def _start_summary(out: Path) -> None:
    """Writes an empty table, so that a folder that cannot be written to fails before any work."""
    try:
        write_summary(out, [])
    except OSError as error:
        reason = one_sentence(error)
        raise OutputError(f"The output folder cannot be written to: {reason}.") from error


@dataclass(frozen=True, eq=False)
class CineJob:
    """One cine to segment.

    Attributes:
        path: the input.
        name: of the cine within the input.
        stack: the cine, with the findings of its study.
        folder: for its results.
        seconds_to_read: of the input.
        first_look: folder for its labels as soon as they are there, if that is wanted.
    """

    path: Path
    name: str
    stack: CineStack
    folder: Path
    seconds_to_read: float
    first_look: Path | None = None

    @property
    def labels_axes(self) -> str:
        """Order of the axes of the label file."""
        return labels_axes(self.path, self.stack.axes)


def segment_input(
    path: Path,
    folder: Path,
    knowledge: Knowledge,
    run: RunOptions,
    reporter: Reporter,
    *,
    load: Callable[[ModelBundle], UNet] | None = None,
    read: Callable[[Path], Study] | None = None,
    first_look: Path | None = None,
) -> Iterator[Outcome]:
    """Segments the cines of one input; every failure becomes an outcome.

    A cine of a study for whose view there is no model is skipped if another one of the study can be
    segmented.

    Args:
        path: the input.
        folder: for the results; with several cines, each has a folder below.
        knowledge: what the user knows of the input.
        run: model, device and the like.
        reporter: of the progress.
        load: gives the network of a model; None reads it from its file each time.
        read: gives the cines of the input; None reads them from its files.
        first_look: folder for labels as soon as they are there, laid out like `folder`.
    """
    start = time.perf_counter()
    reporter("read", 0, 1)
    try:
        study = read(path) if read is not None else read_input(path, knowledge.axes)
    except Exception as error:  # damage can break a reader anywhere; the other inputs go on
        LOGGER.debug("%s", path, exc_info=True)
        yield Outcome(str(path), "", "failed", failure_of(path, error))
        return
    reporter("read", 1, 1)
    skipped, any_done = [], False
    seconds = time.perf_counter() - start
    for job in _jobs(path, study, seconds, folder, first_look):
        outcome = _segment(job, knowledge, run, reporter, load)
        any_done |= outcome.status == "done"
        if outcome.status == "skipped":
            skipped.append(outcome)
        else:
            yield outcome
    for outcome in skipped:
        yield outcome if any_done else replace(outcome, status="failed")


def _jobs(
    path: Path, study: Study, seconds: float, folder: Path, first_look: Path | None
) -> Iterator[CineJob]:
    for cine in study.cines:
        stack = replace(cine.stack, findings=(*study.findings, *cine.stack.findings))
        below = cine.name if len(study.cines) > 1 else "."
        first = first_look and first_look / below
        yield CineJob(path, cine.name, stack, folder / below, seconds, first)


def _segment(
    job: CineJob,
    knowledge: Knowledge,
    run: RunOptions,
    reporter: Reporter,
    load: Callable[[ModelBundle], UNet] | None,
) -> Outcome:
    """Segments one cine and writes its results."""
    from CMRSegmentationLib.segmenting.recognition import ViewError, choose

    try:
        bundles = models_to_choose_from(run.model)
        choice = choose(job.stack, knowledge.view, bundles, run.segmenting.device)
    except (ModelError, ViewError) as error:
        return _outcome(job, "skipped", error)
    try:
        return _segment_as(choice, job, knowledge, run, reporter, load)
    except Exception as error:  # whatever it is, the other inputs go on
        LOGGER.debug("%s", job.path, exc_info=True)
        return _outcome(job, "failed", error)


def _outcome(job: CineJob, status: str, error: Exception) -> Outcome:
    message = failure_of(job.path, error, job.name)
    number = error.errno if isinstance(error, OSError) else None
    return Outcome(str(job.path), job.name, status, message, errno=number)


def _segment_as(
    choice: Choice,
    job: CineJob,
    knowledge: Knowledge,
    run: RunOptions,
    reporter: Reporter,
    load: Callable[[ModelBundle], UNet] | None,
) -> Outcome:
    from CMRSegmentationLib.pipeline import segment_chosen

    if run.dicom:
        from CMRSegmentationLib.reporting.dicom_sources import require_sources

        require_sources(job.stack)
    prediction = segment_chosen(
        job.stack,
        choice,
        run.segmenting,
        chosen=knowledge.chosen,
        patient=knowledge.patient,
        stages=Stages(reporter),
        load=load,
        on_labels=partial(_look_ahead, job, reporter),
    )
    seconds = {"read": job.seconds_to_read, **prediction.report.seconds}
    report = replace(prediction.report, seconds=seconds, labels_axes=job.labels_axes)
    reporter("write", 0, 1)
    redrawn = _redrawn(prediction.labels, choice.bundle) if run.with_redrawn else None
    with _writing():
        write_results(
            job.folder,
            prediction.labels,
            report,
            like=job.path,
            stack=job.stack,
            redrawn=redrawn,
            with_pdf=run.with_pdf,
            dicom=run.dicom,
        )
    reporter("write", 1, 1)
    return Outcome(str(job.path), job.name, "done", folder=job.folder, report=report)


@contextmanager
def _writing() -> Iterator[None]:
    """Says of an error of the operating system that it is not the input that has it."""
    try:
        yield
    except OSError as error:
        message = f"The results cannot be written: {one_sentence(error)}."
        raise OSError(error.errno, message) from error


def _look_ahead(job: CineJob, reporter: Reporter, labels: LabelMap, report: ClinicalReport) -> None:
    """Writes the labels ahead of everything else, if that is wanted, and prepares the pictures."""
    load_ahead()
    if job.first_look is not None:
        report = replace(report, labels_axes=job.labels_axes)
        with _writing():
            write_first_look(job.first_look, labels, report, like=job.path)
        reporter("labels", 1, 1)


def _redrawn(labels: LabelMap, bundle: ModelBundle) -> LabelMap:
    """The labels as the model's auto-encoder redraws them.

    Raises:
        TrustError: if the model has none, or it is damaged.
    """
    from CMRSegmentationLib.trust.redrawing import redraw, redrawing_of

    return redraw(labels, redrawing_of(bundle))


def write_together(outcomes: Sequence[Outcome], folder: Path) -> Examination | None:
    """Writes what the segmented cines of one input give together; None unless there are several.

    Raises:
        OutputError: if it cannot be written.
    """
    results = [CineResult(one.cine, one.report) for one in outcomes if one.report is not None]
    try:
        if len(results) < 2:
            remove_examination(folder)
            return None
        examination = combine(results)
        write_examination(examination, folder)
    except OSError as error:
        reason = one_sentence(error)
        raise OutputError(f"The table of the examination cannot be written: {reason}.") from error
    return examination


def _describe_together(outcomes: Sequence[Outcome], folder: Path) -> Lines:
    examination = write_together(outcomes, folder)
    if examination is not None:
        yield f"{len(examination.cines)} cines together -> {folder / TABLE_FILE}"
        yield from describe_measures(examination.measures, examination.findings)
