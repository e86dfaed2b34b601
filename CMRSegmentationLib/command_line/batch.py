"""`batch`: many studies, on one or several processes or computers, with tables that grow."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace

from CMRSegmentationLib.command_line.batch_ledger import Ledger
from CMRSegmentationLib.command_line.batch_list import BatchStudy, studies_of
from CMRSegmentationLib.command_line.batch_progress import BatchProgress
from CMRSegmentationLib.command_line.batch_work import BatchTask, StudyResult
from CMRSegmentationLib.command_line.batch_workers import (
    existing_cluster,
    in_this_process,
    local_cluster,
    on_cluster,
)
from CMRSegmentationLib.command_line.describe import Lines
from CMRSegmentationLib.command_line.options import BatchOptions, Knowledge
from CMRSegmentationLib.command_line.progress import make_reporter
from CMRSegmentationLib.command_line.run import InputsFailedError
from CMRSegmentationLib.command_line.segment import OutputError, prepare
from CMRSegmentationLib.errors import UsageError, one_sentence
from CMRSegmentationLib.patient import Patient
from CMRSegmentationLib.reporting.results import SUMMARY_FILE

LOGGER = logging.getLogger(__name__)


def batch(options: BatchOptions) -> Lines:
    """Segments the studies of a list or a folder; yields what to print.

    Raises:
        UsageError: if the list cannot be understood, or options do not go together.
        ModelError, DeviceError: if the named model or device cannot be used.
        ClusterError: if the cluster cannot be used.
        OutputError: if the disk is full or the folder cannot be written to.
        InputsFailedError: at the end, if a study could not be segmented.
    """
    _check_threads(options)
    listed = studies_of(options.source, options.out)
    studies = [_completed(study, options.knowledge) for study in listed]
    prepare(options.run, check_device=options.scheduler is None)
    try:
        ledger, unchanged = _work(studies, options)
    except OSError as error:
        reason = one_sentence(error)
        raise OutputError(f"The output folder cannot be written to: {reason}.") from error
    failed = sum(ledger.results[study.name].has_failed for study in studies)
    reporter = make_reporter(options.progress)
    if options.progress != "json":
        yield (
            f"{len(studies) - failed} of {len(studies)} studies done ({unchanged} of them before) "
            f"-> {options.out / SUMMARY_FILE}"
        )
    if failed:
        message = f"{failed} of {len(studies)} studies could not be segmented."
        reporter.failed(message)
        raise InputsFailedError(message)
    reporter.finished(str(options.out))


def _check_threads(options: BatchOptions) -> None:
    threads, has_workers = options.run.threads, options.workers > 1 or options.scheduler is not None
    if has_workers and threads not in (None, 1):
        raise UsageError(
            f"Expected no --threads with --workers or --scheduler, found {threads}: a worker "
            "segments with one thread; leave --threads out."
        )


def _work(studies: Sequence[BatchStudy], options: BatchOptions) -> tuple[Ledger, int]:
    """Does what is left to do; gives the tables and how many studies had been done before."""
    names = [study.name for study in studies]
    ledger = Ledger.open(options.out, names, resume=options.resume)
    reporter = make_reporter(options.progress)
    progress = BatchProgress(len(studies), reporter)
    tasks = [
        BatchTask(study, options.run, options.out, ledger.known(study.name)) for study in studies
    ]
    for result in _results(tasks, options):
        if result.is_disk_full:
            raise OutputError(
                f"The disk is full; {progress.done} of {len(studies)} studies are done. Make room "
                "and go on with --resume."
            )
        ledger.add(result)
        progress.add(has_failed=result.has_failed, is_unchanged=result.is_unchanged)
        for row in result.summary:
            if row[2] == "failed":
                reporter.clear()
                LOGGER.error("%s", row[3])
    reporter.clear()
    ledger.finish(names)
    return ledger, progress.done - progress.worked


def _results(tasks: Sequence[BatchTask], options: BatchOptions) -> Iterator[StudyResult]:
    """The tasks' results as they finish, from wherever the work is done."""
    with ExitStack() as stack:
        if options.scheduler is not None:
            client = stack.enter_context(existing_cluster(options.scheduler))
        elif options.workers > 1:
            client = stack.enter_context(local_cluster(options.workers))
        else:
            yield from in_this_process(tasks)
            return
        yield from on_cluster(tasks, client)


def _completed(study: BatchStudy, common: Knowledge) -> BatchStudy:
    """A study with what was said of all of them, where the list does not say otherwise."""
    own = study.knowledge
    patient = Patient(
        own.patient.heart_rate_bpm or common.patient.heart_rate_bpm,
        own.patient.height_cm or common.patient.height_cm,
        own.patient.weight_kg or common.patient.weight_kg,
    )
    chosen = own.chosen if own.chosen.frames else common.chosen
    known = replace(common, view=own.view or common.view, chosen=chosen, patient=patient)
    return replace(study, knowledge=known)
