"""What the command line prints about results, inputs and models, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from CMRSegmentationLib.errors import one_sentence
from CMRSegmentationLib.findings import Finding
from CMRSegmentationLib.measuring.measures import Measure
from CMRSegmentationLib.reading.files import input_name
from CMRSegmentationLib.reading.study import NamedCine, Study
from CMRSegmentationLib.reporting.report import RESEARCH_USE, ClinicalReport, decimals_of
from CMRSegmentationLib.reporting.results import Outcome
from CMRSegmentationLib.segmenting.model import ModelBundle

Lines = Iterator[str]
"""What a command prints on standard output, line by line."""


def describe_outcome(outcome: Outcome) -> Lines:
    """What became of one cine; a failure, which goes to standard error, gives no line."""
    if outcome.report is not None:
        yield f"{outcome.input} [{outcome.cine}] -> {outcome.folder}"
        yield from describe_report(outcome.report)
    elif outcome.status == "skipped":
        yield f"skipped {outcome.message}"


def describe_report(report: ClinicalReport) -> Lines:
    """Phases, measures and findings of a report."""
    es = "no end-systole"
    if report.es_frame is not None:
        es = f"end-systole in phase {report.es_frame + 1}"
    yield f"  end-diastole in phase {report.ed_frame + 1}, {es}"
    yield from describe_measures(report.measures, report.findings)
    yield f"  {RESEARCH_USE}"


def describe_measures(measures: Sequence[Measure], findings: Sequence[Finding]) -> Lines:
    """A line for each measure and finding."""
    for measure in measures:
        value = f"{measure.value:z.{decimals_of(measure.unit)}f}"
        yield f"  {measure.name:<38} {value:>7} {measure.unit}"
    for finding in findings:
        yield f"  {describe_finding(finding)}"


def describe_finding(finding: Finding) -> str:
    """One line."""
    return f"{finding.severity}: {finding.message}"


def describe_study(path: Path, study: Study, *, with_files: bool = False) -> Lines:
    """What an input holds, and if asked where each of its files went, or why it did not."""
    yield f"{path}: {len(study.cines)} {'cine' if len(study.cines) == 1 else 'cines'}"
    for cine in study.cines:
        yield from describe_cine(cine)
    for finding in study.findings:
        yield f"  {describe_finding(finding)}"
    for file in study.files if with_files else ():
        parts = [", ".join(file.cines), f"left out: {file.reason}" if file.reason else ""]
        yield f"    {file.name} -> {'; '.join(part for part in parts if part)}"


def describe_cine(cine: NamedCine) -> Lines:
    """View, size, spacing, times and findings of a cine."""
    stack = cine.stack
    frames, slices, rows, columns = stack.shape_tzyx
    z, y, x = stack.geometry.spacing_zyx_mm
    yield f"  {cine.name}: view {stack.view or 'not known'}, vendor {stack.vendor or 'not known'}"
    yield f"    {frames} phases × {slices} slices × {rows} rows × {columns} columns"
    yield f"    spacing {z:.3g} × {y:.4g} × {x:.4g} mm (slices, rows, columns)"
    if stack.frame_times_ms is None:
        yield "    phase times not known"
    else:
        yield f"    phase times {stack.frame_times_ms[0]:.0f} to {stack.frame_times_ms[-1]:.0f} ms"
    for finding in stack.findings:
        yield f"    {describe_finding(finding)}"


def describe_model(bundle: ModelBundle) -> Lines:
    """A model's title, terms and card."""
    views = ", ".join(bundle.views)
    yield f"{bundle.name}: {bundle.title}"
    yield f"  views {views}; {bundle.spacing_mm:g} mm; {bundle.date}; license {bundle.license}"
    yield f"  trained on {bundle.training_data}"
    if bundle.caution:
        yield f"  {bundle.caution}"
    yield f"  card {bundle.folder / 'README.md'}"


def failure_of(path: Path, error: Exception, cine: str = "") -> str:
    """One line that names the input and the reason of a failure."""
    text = one_sentence(error)
    where = f"{path} [{cine}]" if cine and cine != input_name(path) else str(path)
    return text if str(path) in text else f"{where}: {text}"
