"""What the commands of the command line do."""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from CMRSegmentationLib.anatomy.view_content import SURE, content_of, likeness
from CMRSegmentationLib.command_line.arguments import view_of
from CMRSegmentationLib.command_line.progress import Reporter, make_reporter
from CMRSegmentationLib.errors import UsageError, UserError, one_sentence
from CMRSegmentationLib.findings import Finding
from CMRSegmentationLib.image import CineStack, LabelMap, View
from CMRSegmentationLib.measuring.measures import Measure
from CMRSegmentationLib.patient import ChosenPhases, Patient
from CMRSegmentationLib.reading.files import input_name, read_frame_times, read_input, read_labels
from CMRSegmentationLib.reading.study import NamedCine, ReadError
from CMRSegmentationLib.reporting.examination import (
    CineResult,
    combine,
    remove_examination,
    write_examination,
)
from CMRSegmentationLib.reporting.report import (
    RESEARCH_USE,
    ClinicalReport,
    InputSummary,
    make_report,
)
from CMRSegmentationLib.reporting.results import Outcome, write_results, write_summary
from CMRSegmentationLib.segmenting.model import ModelBundle, ModelError, bundled_models, find_model

LOGGER = logging.getLogger(__name__)


class InputsFailedError(UserError, RuntimeError):
    """Inputs that could not be done; the others are done and written, and each failure has been told."""


class OutputError(UserError, RuntimeError):
    """An output folder that cannot be written to."""


Lines = Iterator[str]
"""What a command has to say on standard output, line by line."""


def check_names(inputs: Sequence[Path]) -> None:
    """Refuses inputs whose results would be written into the same folder.

    Raises:
        UsageError: if two inputs have the same name without extensions.
    """
    seen: dict[str, Path] = {}
    for path in inputs:
        name = input_name(path.resolve()).casefold()
        if name in seen:
            raise UsageError(
                f"{seen[name]} and {path} would both be written to {input_name(path.resolve())}; "
                "segment them into different output folders."
            )
        seen[name] = path


def chosen_phases(options: argparse.Namespace) -> ChosenPhases:
    """The frames of `--ed` and `--es`.

    Raises:
        UsageError: if they are the same frame.
    """
    if options.ed is not None and options.ed == options.es:
        raise UsageError(
            f"Expected two different frames for --ed and --es, found {options.ed} for both."
        )
    return ChosenPhases(options.ed, options.es)


def patient_of(options: argparse.Namespace) -> Patient:
    """What the options say of the patient.

    Raises:
        ValueError: if a number is out of its range.
    """
    return Patient(options.heart_rate, options.height_cm, options.weight_kg)


def segment(options: argparse.Namespace) -> Lines:
    """Segments every input; yields what to print.

    Raises:
        UsageError: if results would overwrite each other.
        InputsFailedError: at the end, if an input could not be segmented.
        OutputError: if nothing can be written.
        ModelError, DeviceError: if the named model or device cannot be used.
    """
    check_names(options.inputs)
    chosen_phases(options)
    _prepare(options)
    reporter = make_reporter(options.progress)
    outcomes: list[Outcome] = []
    for path in options.inputs:
        first = len(outcomes)
        for outcome in segment_input(path, options, reporter):
            outcomes.append(outcome)
            write_summary(options.out, outcomes)
            reporter.clear()
            lines = list(describe_outcome(outcome))
            yield from lines if options.progress != "json" else ()
        lines = list(_combine(outcomes[first:], options.out / input_name(path.resolve())))
        yield from lines if options.progress != "json" else ()
    failures = [outcome for outcome in outcomes if outcome.status == "failed"]
    if failures:
        reporter.failed(failures[-1].message)
        count = len({outcome.input for outcome in failures})
        raise InputsFailedError(f"{count} of {len(options.inputs)} inputs could not be segmented.")
    reporter.finished(str(options.out))


def _combine(outcomes: Sequence[Outcome], folder: Path) -> Lines:
    """Writes what the segmented cines of one input give together, if there are several; yields what to print."""
    cines = [CineResult(one.cine, one.report) for one in outcomes if one.report is not None]
    examination = combine(cines)
    try:
        if len(cines) < 2:
            remove_examination(folder)
            return
        table, _ = write_examination(examination, folder)
    except OSError as error:
        raise OutputError(
            f"The table of the examination cannot be written: {one_sentence(error)}."
        ) from error
    yield f"{len(cines)} cines together -> {table}"
    yield from describe_measures(examination.measures, examination.findings)


def _prepare(options: argparse.Namespace) -> None:
    """Fails before any work on what would fail for every input: threads, device, model, output folder."""
    import torch

    from CMRSegmentationLib.segmenting.inference import choose_device

    if options.threads is not None:
        torch.set_num_threads(options.threads)
    choose_device(options.device)
    if options.model is not None:
        find_model(options.model, View.SAX)
    try:
        write_summary(options.out, [])
    except OSError as error:
        raise OutputError(
            f"The output folder cannot be written to: {one_sentence(error)}."
        ) from error


def segment_input(path: Path, options: argparse.Namespace, reporter: Reporter) -> Iterator[Outcome]:
    """Segments the cines of one input; every failure becomes an outcome.

    A cine of a study for whose view there is no model is skipped if another one of the study can be
    segmented.
    """
    start = time.perf_counter()
    reporter("read", 0, 1)
    try:
        study = read_input(path)
    except Exception as error:  # a damaged file can break a reader anywhere; the other inputs go on
        LOGGER.debug("%s", path, exc_info=True)
        yield Outcome(str(path), "", "failed", _sentence(path, error))
        return
    reporter("read", 1, 1)
    seconds = time.perf_counter() - start
    folder = options.out / input_name(path.resolve())
    several = len(study.cines) > 1
    outcomes = []
    for cine in study.cines:
        target = folder / cine.name if several else folder
        outcome = _segment_cine(path, cine, study.findings, target, options, reporter, seconds)
        outcomes.append(outcome)
        if outcome.status != "skipped":
            yield outcome
    any_done = any(outcome.status == "done" for outcome in outcomes)
    for outcome in outcomes:
        if outcome.status == "skipped":
            yield outcome if any_done else replace(outcome, status="failed")


def _segment_cine(
    path: Path,
    cine: NamedCine,
    study_findings: tuple[Finding, ...],
    folder: Path,
    options: argparse.Namespace,
    reporter: Reporter,
    seconds_to_read: float,
) -> Outcome:
    from CMRSegmentationLib.pipeline import segment_cine
    from CMRSegmentationLib.segmenting.postprocessing import PostprocessingOptions
    from CMRSegmentationLib.segmenting.recognition import ViewError, decide_view

    stack = replace(cine.stack, findings=(*study_findings, *cine.stack.findings))
    try:
        view, doubts = decide_view(
            stack, view_of(options.view), _models_to_ask(options.model), options.device
        )
        bundle = find_model(options.model, view)
        bundle.require(view)
    except (ModelError, ViewError) as error:
        return Outcome(str(path), cine.name, "skipped", _sentence(path, error, cine.name))
    try:
        prediction = segment_cine(
            replace(stack, view=view, findings=(*stack.findings, *doubts)),
            bundle,
            device=options.device,
            frames=options.frames,
            chosen=chosen_phases(options),
            patient=patient_of(options),
            average_variants=options.mirror,
            postprocessing=PostprocessingOptions.off() if options.no_postprocessing else None,
            progress=reporter,
        )
        start = time.perf_counter()
        reporter("write", 0, 1)
        report = replace(
            prediction.report,
            seconds={"read": seconds_to_read, **prediction.report.seconds},
        )
        write_results(folder, prediction.labels, report, like=path, stack=stack)
        reporter("write", 1, 1)
        LOGGER.debug("written in %.2f s", time.perf_counter() - start)
    except Exception as error:  # whatever it is, the other inputs go on
        LOGGER.debug("%s", path, exc_info=True)
        return Outcome(str(path), cine.name, "failed", _sentence(path, error, cine.name))
    return Outcome(str(path), cine.name, "done", folder=folder, report=report)


def _models_to_ask(name: str | None) -> tuple[ModelBundle, ...]:
    """The models that may tell a view: the named one alone, else all."""
    return bundled_models() if name is None else (find_model(name, View.SAX),)


def _sentence(path: Path, error: Exception, cine: str = "") -> str:
    """One line that names the input and the reason."""
    text = one_sentence(error)
    where = f"{path} [{cine}]" if cine and cine != input_name(path) else str(path)
    return text if str(path) in text else f"{where}: {text}"


def describe_outcome(outcome: Outcome) -> Lines:
    """What the user reads about one cine."""
    if outcome.report is None:
        if outcome.status == "skipped":
            yield f"skipped {outcome.message}"
        else:
            LOGGER.error("%s", outcome.message)
        return
    yield f"{outcome.input} [{outcome.cine}] -> {outcome.folder}"
    yield from describe_report(outcome.report)


def describe_report(report: ClinicalReport) -> Lines:
    """Phases, measures and findings of a report."""
    es = "none" if report.es_frame is None else report.es_frame
    yield f"  end-diastole frame {report.ed_frame}, end-systole frame {es} (counted from 0)"
    yield from describe_measures(report.measures, report.findings)
    yield f"  {RESEARCH_USE}"


def describe_measures(measures: Sequence[Measure], findings: Sequence[Finding]) -> Lines:
    """A line for each measure and finding."""
    for one in measures:
        yield f"  {one.name:<34}{one.value:8.1f} {one.unit}"
    for finding in findings:
        yield f"  {finding.severity}: {finding.message}"


def measure(options: argparse.Namespace) -> Lines:
    """Measures an existing label map and writes its report; yields what to print.

    Raises:
        UsageError: if one frame is given for both phases.
        ReadError: if the label map or the cine cannot be read, or they do not fit together.
        ValueError: if a frame or a number of the patient is impossible.
        OSError: if the output folder cannot be written to.
    """
    chosen = chosen_phases(options)
    labels = read_labels(options.labels)
    stack = (
        _cine_like(options.like, labels.geometry.shape_zyx, labels.frames) if options.like else None
    )
    times_ms = stack.frame_times_ms if stack is not None else read_frame_times(options.labels)
    z, y, x = labels.geometry.spacing_zyx_mm
    view = (
        view_of(options.view) or (stack.view if stack is not None else None) or _drawn_view(labels)
    )
    summary = InputSummary(view, (labels.frames, *labels.geometry.shape_zyx), (z, y, x), times_ms)
    segmented = [t for t in range(labels.frames) if labels.array[t].any()] or None
    report = make_report(
        labels,
        summary,
        frames=segmented,
        chosen=chosen,
        patient=patient_of(options),
        findings=stack.findings if stack is not None else (),
    )
    folder = options.out / input_name(options.labels.resolve())
    write_results(folder, labels, report, stack=stack, with_labels=False)
    yield f"{options.labels} -> {folder}"
    yield from describe_report(report)


def _drawn_view(labels: LabelMap) -> View | None:
    """The view that a label map of a single slice looks like, if it surely looks like one."""
    seen = likeness(content_of(labels))
    return seen.view if seen is not None and seen.confidence >= SURE else None


def _cine_like(path: Path, shape_zyx: tuple[int, int, int], frames: int) -> CineStack:
    """The cine of an input that has as many frames, slices, rows and columns as the labels."""
    stacks = [cine.stack for cine in read_input(path).cines]
    for stack in stacks:
        if stack.shape_tzyx == (frames, *shape_zyx):
            return stack
    found = ", ".join(str(stack.shape_tzyx) for stack in stacks)
    raise ReadError(
        f"Expected a cine of {(frames, *shape_zyx)} voxels like the labels, {path} has {found}."
    )


def models(options: argparse.Namespace) -> Lines:
    """Lists the bundled models with their cards.

    Raises:
        ModelError: if one is damaged.
    """
    del options
    bundles = bundled_models()
    if not bundles:
        yield "No model is bundled with this copy; name a model folder with --model."
    for bundle in bundles:
        yield f"{bundle.name}: {bundle.title}"
        yield f"  views {', '.join(bundle.views)}; {bundle.spacing_mm:g} mm; {bundle.date}; license {bundle.license}"
        yield f"  trained on {bundle.training_data}"
        if bundle.caution:
            yield f"  {bundle.caution}"
        yield f"  card {bundle.folder / 'README.md'}"


def info(options: argparse.Namespace) -> Lines:
    """Tells what every input holds.

    Raises:
        InputsFailedError: at the end, if an input could not be read.
    """
    failures = 0
    for path in options.inputs:
        try:
            study = read_input(path)
        except (
            Exception
        ) as error:  # a damaged file can break a reader anywhere; the other inputs go on
            LOGGER.debug("%s", path, exc_info=True)
            failures += 1
            LOGGER.error("%s", _sentence(path, error))
            continue
        yield f"{path}: {len(study.cines)} {'cine' if len(study.cines) == 1 else 'cines'}"
        for cine in study.cines:
            yield from _describe_cine(cine)
        for finding in study.findings:
            yield f"  {finding.severity}: {finding.message}"
    if failures:
        raise InputsFailedError(f"{failures} of {len(options.inputs)} inputs could not be read.")


def _describe_cine(cine: NamedCine) -> Lines:
    stack = cine.stack
    frames, slices, rows, columns = stack.shape_tzyx
    z, y, x = stack.geometry.spacing_zyx_mm
    view = stack.view or "not known"
    yield f"  {cine.name}: view {view}, vendor {stack.vendor or 'not known'}"
    yield f"    {frames} frames × {slices} slices × {rows} rows × {columns} columns"
    yield f"    spacing {z:.3g} × {y:.4g} × {x:.4g} mm (slices, rows, columns)"
    if stack.frame_times_ms is None:
        yield "    frame times not known"
    else:
        yield f"    frame times {stack.frame_times_ms[0]:.0f} to {stack.frame_times_ms[-1]:.0f} ms"
    for finding in stack.findings:
        yield f"    {finding.severity}: {finding.message}"
