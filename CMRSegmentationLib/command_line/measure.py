"""`measure`: the measures of an existing, perhaps edited, label map."""

from __future__ import annotations

from pathlib import Path

from CMRSegmentationLib.anatomy.view_content import SURE, content_of, likeness
from CMRSegmentationLib.command_line.describe import Lines, describe_report
from CMRSegmentationLib.command_line.options import MeasureOptions
from CMRSegmentationLib.image import CineStack, LabelMap, View
from CMRSegmentationLib.reading.axes import Axes
from CMRSegmentationLib.reading.files import input_name, read_frame_times, read_input, read_labels
from CMRSegmentationLib.reading.study import ReadError
from CMRSegmentationLib.reporting.report import ClinicalReport, InputSummary, make_report
from CMRSegmentationLib.reporting.results import write_results


def measure(options: MeasureOptions) -> Lines:
    """Measures an existing label map and writes its report; yields what to print.

    Raises:
        ReadError: if the label map or the cine cannot be read, or they do not fit together.
        ValueError: if a frame that the user chose does not exist.
        OSError: if the output folder cannot be written to.
    """
    labels = read_labels(options.labels, options.knowledge.axes)
    stack = _cine_like(options.like, labels, options.knowledge.axes) if options.like else None
    report = _measured(labels, stack, options)
    folder = options.out / input_name(options.labels.resolve())
    write_results(folder, labels, report, stack=stack, with_labels=False)
    yield f"{options.labels} -> {folder}"
    yield from describe_report(report)


def _measured(labels: LabelMap, stack: CineStack | None, options: MeasureOptions) -> ClinicalReport:
    """The report of the frames that hold a label."""
    known = options.knowledge
    view = known.view or (stack.view if stack else None) or _drawn_view(labels)
    times_ms = stack.frame_times_ms if stack else read_frame_times(options.labels)
    z, y, x = labels.geometry.spacing_zyx_mm
    shape_tzyx = (labels.frames, *labels.geometry.shape_zyx)
    return make_report(
        labels,
        InputSummary(view, shape_tzyx, (z, y, x), times_ms),
        frames=[t for t in range(labels.frames) if labels.array[t].any()] or None,
        chosen=known.chosen,
        patient=known.patient,
        findings=stack.findings if stack else (),
    )


def _drawn_view(labels: LabelMap) -> View | None:
    """The view that a label map of a single slice looks like, if it surely looks like one."""
    seen = likeness(content_of(labels))
    return seen.view if seen is not None and seen.confidence >= SURE else None


def _cine_like(path: Path, labels: LabelMap, axes: Axes | None) -> CineStack:
    """The cine of an input that has as many frames, slices, rows and columns as the labels."""
    shape_tzyx = (labels.frames, *labels.geometry.shape_zyx)
    stacks = [cine.stack for cine in read_input(path, axes).cines]
    for stack in stacks:
        if stack.shape_tzyx == shape_tzyx:
            return stack
    found = ", ".join(str(stack.shape_tzyx) for stack in stacks)
    raise ReadError(f"Expected a cine of {shape_tzyx} voxels like the labels, {path} has {found}.")
