"""The clinical report of one cine: what was measured, on what, with what, and what to doubt.

`report.json` holds all of it, `measures.csv` and `curves.csv` what a spreadsheet needs. Each file
is written under a temporary name and moved into place, so that none is ever half-written.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from CMRSegmentationLib import __version__
from CMRSegmentationLib.anatomy.long_axis import lv_length_mm
from CMRSegmentationLib.anatomy.sizes import Curves, areas_cm2, volumes_ml
from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.findings import Finding, Severity
from CMRSegmentationLib.image import FOREGROUND, CineStack, LabelMap, View
from CMRSegmentationLib.measuring.measures import Measure, measure
from CMRSegmentationLib.measuring.phases import find_phases
from CMRSegmentationLib.measuring.quality import check_quality
from CMRSegmentationLib.reading.files import write_whole

SCHEMA = "cmrsegmentation-report/1"
RESEARCH_USE = "Research use, not for clinical decisions."

LIST_OF_NUMBERS = re.compile(r"\[\n([^\[\]{}\"]*)\n *\]")
"""In indented JSON: a list over several lines that holds no text, list or object."""
DECIMALS = 6
"""Measures and curves are rounded to this many decimals, far below their accuracy."""

CurveByName = Mapping[str, tuple[float | None, ...]]
"""One number per frame of `lv`, `myo` and `rv`; None where a frame was not segmented or nothing was found."""


class ReportError(UserError, ValueError):
    """A file that is not a report of this program."""


@dataclass(frozen=True)
class InputSummary:
    """What was segmented.

    Attributes:
        view: the imaging plane, if known.
        shape_tzyx: frames, slices, rows, columns.
        spacing_zyx_mm: slice pitch, row and column spacing.
        frame_times_ms: time of each frame, if known and trusted.
        vendor: the scanner's manufacturer, if known.
    """

    view: View | None
    shape_tzyx: tuple[int, int, int, int]
    spacing_zyx_mm: tuple[float, float, float]
    frame_times_ms: tuple[float, ...] | None = None
    vendor: str | None = None

    @classmethod
    def of(cls, stack: CineStack, view: View | None = None) -> InputSummary:
        """Summary of a cine; `view` is the plane that was decided on, else the reader's."""
        z, y, x = (round(spacing, DECIMALS) for spacing in stack.geometry.spacing_zyx_mm)
        return cls(
            view or stack.view, stack.shape_tzyx, (z, y, x), stack.frame_times_ms, stack.vendor
        )


@dataclass(frozen=True)
class ModelSummary:
    """Which model segmented: the bundle's name and the SHA-256 of its weights."""

    name: str
    sha256: str


@dataclass(frozen=True)
class ClinicalReport:
    """All that is known about one segmented cine.

    Attributes:
        input: what was segmented.
        ed_frame: 0-based frame of end-diastole (of a single phase: that frame).
        es_frame: 0-based frame of end-systole, if there is one.
        measures: what could be computed.
        volumes_ml: volume of each structure by frame; empty tuples for a single slice.
        areas_cm2: area of each structure by frame for a single slice; else empty tuples. A
            structure that the view does not show has an empty tuple in either.
        lengths_mm: long-axis length of the LV by frame, under `lv`, for a long-axis plane; else
            nothing.
        findings: what to doubt, of the reader, the segmentation and the checks.
        model: what segmented; None for labels from elsewhere.
        device: what it ran on, such as `cpu`; None for labels from elsewhere.
        seconds: time spent by stage.
        software: version of this program.
        schema: name and version of this layout.
    """

    input: InputSummary
    ed_frame: int
    es_frame: int | None
    measures: tuple[Measure, ...]
    volumes_ml: CurveByName
    areas_cm2: CurveByName
    lengths_mm: CurveByName = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    model: ModelSummary | None = None
    device: str | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    software: str = __version__
    schema: str = SCHEMA

    @property
    def frames(self) -> int:
        """The number of cardiac phases."""
        return self.input.shape_tzyx[0]

    @property
    def is_single_slice(self) -> bool:
        """Whether the curves are areas."""
        return self.input.shape_tzyx[1] == 1

    @property
    def curves(self) -> dict[str, tuple[float | None, ...]]:
        """Every curve that the cine has, by name and unit, such as `lv_ml`, `rv_cm2` and `lv_length_mm`."""
        kinds = (
            ("{}_ml", self.volumes_ml),
            ("{}_cm2", self.areas_cm2),
            ("{}_length_mm", self.lengths_mm),
        )
        return {
            text.format(name): curve
            for text, curves in kinds
            for name, curve in curves.items()
            if curve
        }

    def value(self, key: str) -> float | None:
        """The value of a measure, or None if it could not be computed."""
        return next((one.value for one in self.measures if one.key == key), None)


def make_report(
    labels: LabelMap,
    summary: InputSummary,
    *,
    frames: Sequence[int] | None = None,
    ed: int | None = None,
    es: int | None = None,
    heart_rate_bpm: float | None = None,
    height_cm: float | None = None,
    weight_kg: float | None = None,
    findings: Sequence[Finding] = (),
    model: ModelSummary | None = None,
    device: str | None = None,
    seconds: Mapping[str, float] | None = None,
) -> ClinicalReport:
    """Find the phases, measure and check a segmented cine.

    Args:
        labels: the structures of all frames.
        summary: what was segmented.
        frames: the 0-based frames that were segmented; None for all.
        ed, es: frames of end-diastole and end-systole by the user's choice; None to find them.
        heart_rate_bpm: beats a minute; None to take it from trusted frame times.
        height_cm, weight_kg: body size, for the indices.
        findings: those of earlier stages, kept in front.
        model, device, seconds: what segmented, what it ran on, and the time spent by stage.

    Raises:
        ValueError: for an impossible frame, height, weight or heart rate; see `find_phases` and
            `measure`.
    """
    single = labels.geometry.is_single_slice
    curves = areas_cm2(labels) if single else volumes_ml(labels)
    by_name = _by_name(_with_a_place(curves, summary.view), labels.frames, frames)
    phases = find_phases(np.array(by_name["lv"], dtype=np.float64), ed=ed, es=es)
    quality = check_quality(
        labels, ed_frame=phases.ed_frame, es_frame=phases.es_frame, view=summary.view, frames=frames
    )
    measures = measure(
        labels,
        ed_frame=phases.ed_frame,
        es_frame=phases.es_frame,
        view=summary.view,
        frame_times_ms=summary.frame_times_ms,
        heart_rate_bpm=heart_rate_bpm,
        height_cm=height_cm,
        weight_kg=weight_kg,
    )
    return ClinicalReport(
        input=summary,
        ed_frame=phases.ed_frame,
        es_frame=phases.es_frame,
        measures=tuple(replace(one, value=round(one.value, DECIMALS)) for one in measures),
        volumes_ml=_none_by_name() if single else by_name,
        areas_cm2=by_name if single else _none_by_name(),
        lengths_mm=_lengths_by_name(labels, summary.view, frames),
        findings=(*findings, *phases.findings, *quality),
        model=model,
        device=device,
        seconds=dict(seconds or {}),
    )


def _with_a_place(curves: Curves, view: View | None) -> Curves:
    """The curves of the structures that the view shows, and of others that somebody drew nevertheless."""
    shown = FOREGROUND if view is None else view.structures
    return {label: curve for label, curve in curves.items() if label in shown or curve.any()}


def _by_name(curves: Curves, total: int, frames: Sequence[int] | None) -> CurveByName:
    segmented = set(range(total) if frames is None else frames)
    drawn = {
        label.name.lower(): tuple(
            round(float(value), DECIMALS) if t in segmented else None
            for t, value in enumerate(curve)
        )
        for label, curve in curves.items()
    }
    return {**_none_by_name(), **drawn}


def _lengths_by_name(
    labels: LabelMap, view: View | None, frames: Sequence[int] | None
) -> CurveByName:
    """The LV's length in a long-axis plane; where it was not found there is nothing."""
    if view is None or not view.is_long_axis or not labels.geometry.is_single_slice:
        return {}
    segmented = set(range(labels.frames) if frames is None else frames)
    lengths = [lv_length_mm(labels, t) if t in segmented else None for t in range(labels.frames)]
    return {"lv": tuple(None if length is None else round(length, DECIMALS) for length in lengths)}


def _none_by_name() -> CurveByName:
    return {label.name.lower(): () for label in FOREGROUND}


def report_as_json(report: ClinicalReport) -> str:
    """The text of `report.json`: strict JSON, the same text for equal reports."""
    content = asdict(report)
    ordered = {key: content.pop(key) for key in ("schema", "software")}
    ordered |= {"notice": RESEARCH_USE} | {
        key: content.pop(key) for key in ("input", "model", "device")
    }
    text = json.dumps(ordered | content, indent=2, ensure_ascii=False, allow_nan=False)
    return LIST_OF_NUMBERS.sub(lambda found: "[" + " ".join(found[1].split()) + "]", text) + "\n"


def measures_as_csv(report: ClinicalReport) -> str:
    """The text of `measures.csv`: one row per measure."""
    rows = [
        [one.key, one.name, _number(one.value), one.unit, one.definition] for one in report.measures
    ]
    return _csv(["key", "name", "value", "unit", "definition"], rows)


def curves_as_csv(report: ClinicalReport) -> str:
    """The text of `curves.csv`: one row per frame; a cell is empty where the time or the value is not known."""
    curves = report.curves
    times: Sequence[float | None] = report.input.frame_times_ms or (None,) * report.frames
    rows = [
        [str(t), _number(times[t]), *(_number(curve[t]) for curve in curves.values())]
        for t in range(report.frames)
    ]
    return _csv(["frame", "time_ms", *curves], rows)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _csv(header: list[str], rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def write_report(report: ClinicalReport, folder: Path) -> tuple[Path, ...]:
    """Write `report.json`, `measures.csv` and `curves.csv` into `folder`, which is made if it is not there.

    Returns:
        The files.

    Raises:
        OSError: if the folder cannot be written to; files that were there before stay as they were.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "report.json": report_as_json(report),
        "measures.csv": measures_as_csv(report),
        "curves.csv": curves_as_csv(report),
    }
    for name, text in texts.items():
        write_whole(folder / name, text.encode("utf-8"))
    return tuple(folder / name for name in texts)


def read_report(path: Path) -> ClinicalReport:
    """Read a `report.json` again.

    Raises:
        OSError: if the file cannot be read.
        ReportError: if it is not a report of this program and layout.
    """
    try:
        return report_from_json(Path(path).read_text(encoding="utf-8"))
    except (ReportError, UnicodeDecodeError) as error:
        raise ReportError(f"{path}: {error}") from error


def report_from_json(text: str) -> ClinicalReport:
    """The report that `report_as_json` wrote.

    Raises:
        ReportError: if the text is not a report of this program and layout.
    """
    try:
        content = json.loads(text)
        if content["schema"] != SCHEMA:
            raise ReportError(f"Expected a report of layout {SCHEMA}, found {content['schema']}.")
        return _report(content)
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ReportError(
            f"This is not a report of this program: {error!r}. Segment or measure again."
        ) from error


def _report(content: dict[str, Any]) -> ClinicalReport:
    source, model = content["input"], content["model"]
    times = source["frame_times_ms"]
    return ClinicalReport(
        input=InputSummary(
            view=None if source["view"] is None else View(source["view"]),
            shape_tzyx=tuple(source["shape_tzyx"]),
            spacing_zyx_mm=tuple(source["spacing_zyx_mm"]),
            frame_times_ms=None if times is None else tuple(times),
            vendor=source["vendor"],
        ),
        ed_frame=content["ed_frame"],
        es_frame=content["es_frame"],
        measures=tuple(Measure(**row) for row in content["measures"]),
        volumes_ml={name: tuple(curve) for name, curve in content["volumes_ml"].items()},
        areas_cm2={name: tuple(curve) for name, curve in content["areas_cm2"].items()},
        lengths_mm={name: tuple(curve) for name, curve in content.get("lengths_mm", {}).items()},
        findings=tuple(
            Finding(**row | {"severity": Severity(row["severity"])}) for row in content["findings"]
        ),
        model=None if model is None else ModelSummary(**model),
        device=content["device"],
        seconds=content["seconds"],
        software=content["software"],
    )
