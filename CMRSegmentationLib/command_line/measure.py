"""`measure`: the measures of an existing, perhaps edited, label map."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path

from CMRSegmentationLib.anatomy.view_content import SURE, content_of, likeness
from CMRSegmentationLib.command_line.describe import Lines, describe_report
from CMRSegmentationLib.command_line.export import (
    axes_beside,
    cine_on_grid,
    read_cines_and_labels,
    shapes_of,
)
from CMRSegmentationLib.command_line.options import MeasureOptions
from CMRSegmentationLib.errors import UsageError
from CMRSegmentationLib.image import CineStack, LabelMap, View
from CMRSegmentationLib.reading.files import input_name, read_frame_times, read_labels
from CMRSegmentationLib.reading.study import ReadError, Study
from CMRSegmentationLib.reporting.examination import TABLE_FILE
from CMRSegmentationLib.reporting.report import ClinicalReport, InputSummary, make_report
from CMRSegmentationLib.reporting.report_files import REPORT_FILE, read_report
from CMRSegmentationLib.reporting.results import LABELS_FILE, write_results

LOGGER = logging.getLogger(__name__)


def measure(options: MeasureOptions) -> Lines:
    """Measures an existing label map and writes its report; yields what to print.

    Raises:
        UsageError: if the report would replace that of a segmentation.
        ReadError, ReportError: if the label map, the report beside it or the cine cannot be read,
            or they do not fit together.
        ValueError: if a frame that the user chose does not exist.
        OSError: if the output folder cannot be written to.
    """
    folder = _folder_for(options)
    labels, stack, times_ms = _read(options)
    report = _measured(labels, stack, times_ms, options)
    if (folder / REPORT_FILE).exists():
        LOGGER.warning("The measures of an earlier run in %s are replaced.", folder)
    write_results(folder, labels, report, stack=stack, with_labels=False)
    yield f"{options.labels} -> {folder}"
    yield from describe_report(report)


def _folder_for(options: MeasureOptions) -> Path:
    """The folder for the results, called as the label file is, or as the folder that it lies in.

    All label files of `segment` have one name; their folders are those of the inputs, or of the
    cines of an input, whose folder then holds the table of the examination.

    Raises:
        UsageError: if it is the folder of a segmentation.
    """
    labels = Path(os.path.abspath(options.labels))  # of a link not its target
    name = Path(input_name(labels))
    if str(name) == input_name(Path(LABELS_FILE)):
        name = Path(input_name(labels.parent))
        study = labels.parent.parent
        if (study / TABLE_FILE).is_file():
            name = input_name(study) / name
    folder = options.out / name
    if (folder / LABELS_FILE).exists():
        raise UsageError(
            f"Expected a folder for measures alone, found {folder} with the labels and the report "
            "of a segmentation; choose another output folder with -o."
        )
    return folder


def _read(
    options: MeasureOptions,
) -> tuple[LabelMap, CineStack | None, tuple[float, ...] | None]:
    """The labels, the cine that they belong to if it is there, and the times of the frames."""
    path, like, axes = options.labels, options.like, options.knowledge.axes
    if like is None:
        axes = axes or axes_beside(path)
        return read_labels(path, axes), None, read_frame_times(path, axes)
    study, labels = read_cines_and_labels(like, path, axes)
    stack = cine_on_grid(study, labels, like, path) or _only_one_of_the_shape(study, labels, like)
    return labels, stack, stack.frame_times_ms


def _only_one_of_the_shape(study: Study, labels: LabelMap, like: Path) -> CineStack:
    """The cine with as many frames, slices, rows and columns as labels that lie elsewhere.

    Raises:
        ReadError: if there is none, or more than one.
    """
    shape_tzyx = labels.shape_tzyx
    cines = [cine for cine in study.cines if cine.stack.shape_tzyx == shape_tzyx]
    if not cines:
        raise ReadError(
            f"Expected a cine of {shape_tzyx} voxels like the labels, {like} has "
            f"{shapes_of(study)}."
        )
    if len(cines) > 1:
        names = ", ".join(cine.name for cine in cines)
        raise ReadError(
            f"Expected a cine on the grid of the labels, {like} has none there, but several of "
            f"their {shape_tzyx} voxels: {names}. Name the files of one of them alone with --like."
        )
    LOGGER.warning(
        "The labels do not lie on the grid of %s; it is taken as the only cine of their shape.",
        cines[0].name,
    )
    return cines[0].stack


def _measured(
    labels: LabelMap,
    stack: CineStack | None,
    times_ms: tuple[float, ...] | None,
    options: MeasureOptions,
) -> ClinicalReport:
    """The report of the frames that were segmented."""
    known = options.knowledge
    view = known.view or (stack.view if stack else None) or _drawn_view(labels)
    spacing_zyx_mm = labels.geometry.spacing_zyx_mm
    return make_report(
        labels,
        InputSummary(view, labels.shape_tzyx, spacing_zyx_mm, times_ms),
        frames=_segmented_frames(labels, options.labels),
        chosen=known.chosen,
        patient=known.patient,
        findings=stack.findings if stack else (),
    )


def _segmented_frames(labels: LabelMap, path: Path) -> Sequence[int] | None:
    """The 0-based frames that hold a label, and of labels of a run those that it segmented.

    Where the run found nothing the heart was lost; elsewhere nobody drew it. None stands for all.
    """
    frames = {t for t in range(labels.frames) if labels.array[t].any()}
    report = path.parent / REPORT_FILE
    if path.name == LABELS_FILE and report.is_file():
        frames |= {*read_report(report).segmented_frames} & {*range(labels.frames)}
    return sorted(frames) or None


def _drawn_view(labels: LabelMap) -> View | None:
    """The view that a label map of a single slice looks like, if it surely looks like one."""
    seen = likeness(content_of(labels))
    return seen.view if seen is not None and seen.confidence >= SURE else None
