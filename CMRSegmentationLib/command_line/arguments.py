"""The command line's arguments, and the options that they mean."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from CMRSegmentationLib import __version__
from CMRSegmentationLib.command_line.options import (
    BatchOptions,
    CollectOptions,
    ExportOptions,
    InfoOptions,
    Knowledge,
    MeasureOptions,
    ModelsOptions,
    RunOptions,
    SegmentOptions,
)
from CMRSegmentationLib.errors import UsageError
from CMRSegmentationLib.image import View
from CMRSegmentationLib.patient import ChosenPhases, Patient
from CMRSegmentationLib.reading.axes import Axes
from CMRSegmentationLib.reporting.dicom_out import DicomRequest
from CMRSegmentationLib.reporting.report import RESEARCH_USE
from CMRSegmentationLib.segmenting.options import SegmentingOptions
from CMRSegmentationLib.segmenting.postprocessing import PostprocessingOptions

AUTOMATIC = "auto"
MAXIMUM_COUNT = 1024
"""Threads or processes; a system ends a program that asks for many more."""


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands; wrong usage ends with exit status 2 and a sentence."""
    parser = argparse.ArgumentParser(
        prog="python -m CMRSegmentationLib",
        description="Segments the ventricles in cardiac cine MRI and measures them. "
        + RESEARCH_USE,
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_segment(
        commands.add_parser("segment", help="segment cines: labels, measures, curves and a picture")
    )
    _add_batch(commands.add_parser("batch", help="segment many studies, on several processes"))
    _add_collect(commands.add_parser("collect", help="one table and one page of many results"))
    _add_measure(commands.add_parser("measure", help="measure an existing (edited) label map"))
    _add_export(commands.add_parser("export", help="write PDF or DICOM of a result that is there"))
    models = commands.add_parser("models", help="list the bundled models and their cards")
    models.add_argument("--debug", action="store_true", help="show the traceback of an error")
    info = commands.add_parser(
        "info", help="show what an input holds: cines, views, geometry, phase times"
    )
    info.add_argument("inputs", nargs="+", type=_path, metavar="INPUT")
    info.add_argument("--files", action="store_true", help="list where each file went, or why not")
    _add_axes(info)
    info.add_argument("--debug", action="store_true", help="show the traceback of an error")
    return parser


def _add_segment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "inputs",
        nargs="+",
        type=_path,
        metavar="INPUT",
        help="NIfTI, NRRD, MetaImage, DICOM or a folder",
    )
    parser.add_argument(
        "--labels-first",
        type=_path,
        metavar="FOLDER",
        help="write the labels, with phases and volumes, there as well as soon as they are there, "
        "before they are measured, judged and drawn",
    )
    _add_run(parser)
    _add_common(parser)


def _add_run(parser: argparse.ArgumentParser) -> None:
    """What holds for every input of a run."""
    parser.add_argument(
        "--model", help="name of a bundled model or a model folder (default: the first that fits)"
    )
    parser.add_argument("--device", choices=[AUTOMATIC, "cpu", "cuda"], default=AUTOMATIC)
    parser.add_argument(
        "--precision",
        choices=[AUTOMATIC, "float32", "bfloat16"],
        default=AUTOMATIC,
        help="of the network on a processor (default: bfloat16 below half resolution where the "
        "processor multiplies it; labels differ from those of float32 in less than 1 voxel of "
        "2,000)",
    )
    parser.add_argument(
        "--frames", type=_frames, default="all", help="all, ed-es, or 0-based frames such as 0,5,7"
    )
    parser.add_argument(
        "--mirror",
        action="store_true",
        help="average over mirrored and brightened images, as always in the long axis (four times "
        "slower)",
    )
    parser.add_argument(
        "--no-postprocessing", action="store_true", help="leave the network's labels as they are"
    )
    parser.add_argument("--progress", choices=[AUTOMATIC, "json", "none"], default=AUTOMATIC)
    parser.add_argument("--threads", type=_count, help="CPU threads (default: all cores)")
    parser.add_argument("--pdf", action="store_true", help="write report.pdf, one or two A4 pages")
    parser.add_argument(
        "--write-redrawn",
        action="store_true",
        help="write redrawn.nii.gz, the labels as the model's auto-encoder redraws them",
    )
    _add_dicom(parser)


def _add_dicom(parser: argparse.ArgumentParser) -> None:
    """DICOM objects; they need the package highdicom."""
    group = parser.add_argument_group(
        "DICOM results",
        "Objects in the study of a DICOM input. Unlike all other results they carry the patient's "
        "name and identifiers, as DICOM demands.",
    )
    group.add_argument(
        "--dicom-seg",
        nargs="?",
        const="all",
        choices=["all", "ed-es"],
        help="write a DICOM Segmentation of all segmented phases, or of ED and ES alone",
    )
    group.add_argument(
        "--dicom-sr",
        action="store_true",
        help="write a DICOM Structured Report of the measures, and the Segmentation with it",
    )
    group.add_argument(
        "--dicom-sc",
        action="store_true",
        help="write the overview picture as a DICOM Secondary Capture",
    )


def _add_batch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        type=_path,
        metavar="LIST|FOLDER|-",
        help="a text with a path in each line; a CSV table with a column path and, if known, name, "
        "view, ed, es, heart_rate_bpm, height_cm and weight_kg; a folder of studies; or - for such "
        "a list on standard input",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--workers",
        type=_count,
        default=1,
        metavar="N",
        help="processes of one thread each; as many as there are cores is fastest (needs the "
        "package distributed)",
    )
    where.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="a Dask scheduler, such as tcp://node01:8786, whose workers see the same files",
    )
    parser.add_argument(
        "--resume", action="store_true", help="leave what is done and unchanged as it is"
    )
    _add_run(parser)
    _add_common(parser)


def _add_collect(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "out", type=_path, metavar="OUT", help="folder of results, such as a batch's"
    )
    parser.add_argument(
        "--reference",
        type=_path,
        metavar="TABLE",
        help="CSV with a column study (the result's folder) and columns such as lv_edv, to compare "
        "with",
    )
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")


def _add_measure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "labels", type=_path, metavar="LABELS", help="label map: 1 LV, 2 myocardium, 3 RV"
    )
    parser.add_argument(
        "--like",
        type=_path,
        metavar="INPUT",
        help="the cine, for its view and times and for the picture; of several that on the grid of "
        "the labels",
    )
    _add_common(parser)


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "result", type=_path, metavar="RESULT", help="folder with labels.nii.gz and report.json"
    )
    parser.add_argument(
        "--like", type=_path, metavar="INPUT", required=True, help="the cine that was segmented"
    )
    parser.add_argument(
        "-o", "--out", type=_path, metavar="OUT", help="folder to write to (default: RESULT)"
    )
    parser.add_argument("--pdf", action="store_true", help="write report.pdf, one or two A4 pages")
    parser.add_argument("--progress", choices=[AUTOMATIC, "json", "none"], default=AUTOMATIC)
    _add_axes(parser)
    _add_dicom(parser)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")


def _add_axes(parser: argparse.ArgumentParser) -> None:
    axes_help = (
        "order of an image file's axes: xyzt, xytz, xyz or xyt, fastest first; xzyt or zxyt if the "
        "slices lie along its second or first axis; xyzt:N or xytz:N if N slices share one axis "
        "with time (default: inferred from the images)"
    )
    parser.add_argument("--axes", type=_axes, metavar="ORDER", help=axes_help)


def _path(text: str) -> Path:
    """A path; an empty text, such as of a variable that is not set, is not the present folder."""
    if not text:
        raise argparse.ArgumentTypeError("expected a path, found an empty text")
    return Path(text)


def _axes(text: str) -> Axes:
    try:
        return Axes.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _add_common(parser: argparse.ArgumentParser) -> None:
    _add_axes(parser)
    parser.add_argument(
        "-o", "--out", type=_path, required=True, help="folder for the results, made if needed"
    )
    parser.add_argument("--view", choices=[AUTOMATIC, *map(str, View)], default=AUTOMATIC)
    parser.add_argument(
        "--ed", type=_frame, metavar="N", help="0-based end-diastolic frame (default: found)"
    )
    parser.add_argument(
        "--es", type=_frame, metavar="N", help="0-based end-systolic frame (default: found)"
    )
    parser.add_argument(
        "--heart-rate", type=_number, metavar="BPM", help="beats a minute, for the cardiac output"
    )
    parser.add_argument("--height-cm", type=_number, metavar="H")
    parser.add_argument("--weight-kg", type=_number, metavar="W")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")


def _frames(text: str) -> str | tuple[int, ...]:
    return text if text in ("all", "ed-es") else tuple(_frame(part) for part in text.split(","))


def _frame(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = -1
    if value < 0:
        raise argparse.ArgumentTypeError(f"expected a frame number from 0 on, found {text!r}")
    return value


def _count(text: str) -> int:
    value = _frame(text)
    if not 1 <= value <= MAXIMUM_COUNT:
        raise argparse.ArgumentTypeError(f"expected 1 to {MAXIMUM_COUNT}, found {value}")
    return value


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"expected a number above 0, found {text!r}")
    return value


Options = (
    SegmentOptions
    | BatchOptions
    | CollectOptions
    | MeasureOptions
    | ExportOptions
    | InfoOptions
    | ModelsOptions
)


def options_of(namespace: argparse.Namespace) -> Options:
    """The checked options of a parsed command line.

    Raises:
        UsageError: if arguments do not go together, or a number cannot be that of a patient.
    """
    match namespace.command:
        case "segment":
            return SegmentOptions(
                tuple(namespace.inputs),
                namespace.out,
                _knowledge(namespace),
                _run_options(namespace),
                namespace.progress,
                namespace.labels_first,
            )
        case "batch":
            return BatchOptions(
                namespace.source,
                namespace.out.resolve(),
                _knowledge(namespace),
                _run_options(namespace),
                namespace.progress,
                namespace.workers,
                namespace.scheduler,
                namespace.resume,
            )
        case "collect":
            return CollectOptions(namespace.out, namespace.reference)
        case "measure":
            return MeasureOptions(
                namespace.labels, namespace.out, _knowledge(namespace), namespace.like
            )
        case "export":
            return ExportOptions(
                namespace.result,
                namespace.like,
                namespace.out or namespace.result,
                _dicom(namespace),
                namespace.pdf,
                namespace.axes,
                namespace.progress,
            )
        case "info":
            return InfoOptions(tuple(namespace.inputs), namespace.axes, namespace.files)
        case _:
            return ModelsOptions()


def _knowledge(namespace: argparse.Namespace) -> Knowledge:
    if namespace.ed is not None and namespace.ed == namespace.es:
        raise UsageError(
            f"Expected two different frames for --ed and --es, found {namespace.ed} for both."
        )
    try:
        patient = Patient(namespace.heart_rate, namespace.height_cm, namespace.weight_kg)
    except ValueError as error:
        raise UsageError(str(error)) from error
    view = None if namespace.view == AUTOMATIC else View(namespace.view)
    return Knowledge(view, ChosenPhases(namespace.ed, namespace.es), patient, namespace.axes)


def _run_options(namespace: argparse.Namespace) -> RunOptions:
    rules = PostprocessingOptions.off() if namespace.no_postprocessing else PostprocessingOptions()
    segmenting = SegmentingOptions(
        namespace.device, namespace.frames, namespace.mirror, rules, namespace.precision
    )
    return RunOptions(
        namespace.model,
        segmenting,
        namespace.threads,
        _dicom(namespace),
        namespace.pdf,
        namespace.write_redrawn,
    )


def _dicom(namespace: argparse.Namespace) -> DicomRequest:
    return DicomRequest(namespace.dicom_seg, namespace.dicom_sr, namespace.dicom_sc)
