"""The files of a report: `report.json` has all of it, the CSV files what a spreadsheet needs.

Rounding happens here and nowhere before. Each file is written whole or not at all.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, NoReturn

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.findings import Finding
from CMRSegmentationLib.image import View
from CMRSegmentationLib.measuring.left_out import LeftOut
from CMRSegmentationLib.measuring.measures import Measure
from CMRSegmentationLib.measuring.regional import InsertionPoints, Regional
from CMRSegmentationLib.measuring.segments import Place, Segment
from CMRSegmentationLib.reading.axes import Axes
from CMRSegmentationLib.reporting.report import (
    RESEARCH_USE,
    SCHEMA,
    ClinicalReport,
    CurveByName,
    InputSummary,
    ModelSummary,
)
from CMRSegmentationLib.trust.trust import Mark, Trust, trust_as_json, trust_from_json
from CMRSegmentationLib.whole_files import write_whole

REPORT_FILE = "report.json"
QUALITY_FILE, SEGMENTS_FILE, STRAIN_FILE = "quality.csv", "segments.csv", "strain.csv"
LIST_OF_NUMBERS = re.compile(r"\[\n([^\[\]{}\"]*)\n *\]")
"""In indented JSON: a list over several lines that holds no text, list or object."""
DECIMALS = 6
"""Measures and curves are rounded to this many decimals, far below their accuracy."""
DECIMALS_OF_SECONDS = 3


class ReportError(UserError, ValueError):
    """A file that is not a report of this program."""


def report_as_json(report: ClinicalReport) -> str:
    """The text of `report.json`: strict JSON, the same text for equal reports."""
    content = rounded(asdict(report))
    content["trust"] = rounded(trust_as_json(report.trust))
    content["seconds"] = rounded(content["seconds"], DECIMALS_OF_SECONDS)
    ordered = {key: content.pop(key) for key in ("schema", "software")}
    ordered |= {"notice": RESEARCH_USE} | {
        key: content.pop(key) for key in ("input", "model", "device", "precision")
    }
    text = json.dumps(ordered | content, indent=2, ensure_ascii=False, allow_nan=False)
    return LIST_OF_NUMBERS.sub(lambda found: "[" + " ".join(found[1].split()) + "]", text) + "\n"


def rounded(content: Any, decimals: int = DECIMALS) -> Any:
    """The same content of JSON with every fraction rounded."""
    if isinstance(content, float):
        return round(content, decimals)
    if isinstance(content, dict):
        return {key: rounded(value, decimals) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [rounded(value, decimals) for value in content]
    return content


def measures_as_csv(report: ClinicalReport) -> str:
    """The text of `measures.csv`: one row per measure."""
    rows = [
        [row.key, row.name, _number(row.value), row.unit, row.definition] for row in report.measures
    ]
    return _csv(["key", "name", "value", "unit", "definition"], rows)


def segments_as_csv(report: ClinicalReport) -> str:
    """The text of `segments.csv`: one row per AHA segment; a cell of a single phase is empty."""
    header = [column.name for column in fields(Segment)]
    rows = [[_cell(getattr(row, name)) for name in header] for row in report.regional.segments]
    return _csv(header, rows)


def _cell(value: str | float | None) -> str:
    return _number(value) if value is None or isinstance(value, float) else str(value)


def curves_as_csv(report: ClinicalReport) -> str:
    """The text of `curves.csv`: one row per frame; an unknown time or value is an empty cell."""
    return _by_frame(report, report.curves)


def strains_as_csv(report: ClinicalReport) -> str:
    """The text of `strain.csv`: the strains in percent, one row per frame."""
    curves = {f"{name}_percent": curve for name, curve in report.regional.strains.items()}
    return _by_frame(report, curves)


def _by_frame(report: ClinicalReport, curves: CurveByName) -> str:
    times: Sequence[float | None] = report.input.frame_times_ms or (None,) * report.frames
    rows = [
        [str(t), _number(times[t]), *(_number(curve[t]) for curve in curves.values())]
        for t in range(report.frames)
    ]
    return _csv(["frame", "time_ms", *curves], rows)


def quality_as_csv(trust: Trust) -> str:
    """The text of `quality.csv`: a row per structure, frame and slice, and one for the whole.

    Slices count from 0; the row of the whole has none. Where a structure is not drawn there is no
    Dice, but the chance that it is missing.
    """
    header = ["structure", "frame", "slice", "estimated_dice", "chance_missing", "mark"]
    return _csv(header, [row for name in trust.structures for row in _quality_rows(trust, name)])


def _quality_rows(trust: Trust, name: str) -> Iterator[list[str]]:
    structure = trust.structures[name]
    for frame, slices in enumerate(structure.slices):
        whole = structure.volumes[frame]
        yield [name, str(frame), "", _number(whole), "", _word(structure.volume_mark(frame))]
        for z, (dice, missing) in enumerate(zip(slices, structure.missing[frame], strict=True)):
            mark = _word(structure.slice_mark(frame, z))
            yield [name, str(frame), str(z), _number(dice), _number(missing), mark]


def _word(mark: Mark | None) -> str:
    return "" if mark is None else mark.value


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _csv(header: list[str], rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def write_report(report: ClinicalReport, folder: Path) -> tuple[Path, ...]:
    """Write the report into `folder`, made if needed.

    `quality.csv` is written if trust was judged, `segments.csv` and `strain.csv` where there are
    segments and strains.

    Returns:
        The files.

    Raises:
        OSError: if the folder cannot be written to; files that were there before stay as they were.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        REPORT_FILE: report_as_json(report),
        "measures.csv": measures_as_csv(report),
        "curves.csv": curves_as_csv(report),
    }
    if report.trust is not None:
        texts[QUALITY_FILE] = quality_as_csv(report.trust)
    if report.regional.segments:
        texts[SEGMENTS_FILE] = segments_as_csv(report)
    if report.regional.strains:
        texts[STRAIN_FILE] = strains_as_csv(report)
    for name, text in texts.items():
        write_whole(folder / name, text)
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


def read_labels_axes(path: Path) -> Axes | None:
    """The order of the axes of the labels beside a `report.json`; None where it does not say.

    Raises:
        OSError: if the file cannot be read.
        ReportError: if it is not JSON, or names an order that there is not.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        order = content.get("labels_axes") if isinstance(content, dict) else None
        return None if order is None else Axes.parse(str(order))
    except ValueError as error:
        raise ReportError(
            f"{path} does not say in which order the axes of the labels are ({error}); name it "
            "with --axes."
        ) from error


def report_from_json(text: str) -> ClinicalReport:
    """The report that `report_as_json` wrote.

    Raises:
        ReportError: if the text is not a report of this program and layout.
    """
    try:
        content = json.loads(text, parse_constant=_refuse_constant)
        if content["schema"] != SCHEMA:
            raise ReportError(f"Expected a report of layout {SCHEMA}, found {content['schema']}.")
        return _report(content)
    except ReportError:
        raise
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise ReportError(
            f"This is not a report of this program: {error!r}. Segment or measure again."
        ) from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


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
        volumes_ml=_curves(content["volumes_ml"]),
        areas_cm2=_curves(content["areas_cm2"]),
        lengths_mm=_curves(content.get("lengths_mm", {})),
        regional=_regional(content.get("regional")),
        findings=tuple(Finding.from_row(row) for row in content["findings"]),
        trust=trust_from_json(content.get("trust")),
        model=None if model is None else ModelSummary(**model),
        device=content["device"],
        precision=content.get("precision"),
        seconds=content["seconds"],
        labels_axes=content.get("labels_axes"),
        software=content["software"],
    )


def _regional(content: dict[str, Any] | None) -> Regional:
    """What `dataclasses.asdict` made of a `Regional`; older reports have none."""
    if content is None:
        return Regional()
    thickest, points = content["thickest"], content["insertion_points"]
    return Regional(
        segments=tuple(Segment(**row) for row in content["segments"]),
        thickest=None if thickest is None else Place(**thickest),
        insertion_points=None if points is None else _points(points),
        strains=_curves(content["strains"]),
        values=content["values"],
        left_out=tuple(LeftOut(**row) for row in content["left_out"]),
    )


def _points(content: dict[str, Any]) -> InsertionPoints:
    anterior, inferior = (tuple(content[f"{name}_ras_mm"]) for name in ("anterior", "inferior"))
    return InsertionPoints(anterior, inferior, content["source"])


def _curves(rows: Mapping[str, Sequence[float | None]]) -> CurveByName:
    return {name: tuple(curve) for name, curve in rows.items()}
