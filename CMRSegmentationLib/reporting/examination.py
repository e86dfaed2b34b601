"""The cines of one examination: every view's measures in one table, and what several views give.

Two- and four-chamber views give the biplane volumes of the left ventricle, and with a short-axis
stack it can be checked whether long and short axis agree. `study.csv` is the table, `study.json`
has the same with the findings.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from CMRSegmentationLib import __version__
from CMRSegmentationLib.anatomy.long_axis import biplane_area_length_ml
from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import View
from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from CMRSegmentationLib.measuring.long_axis_measures import area_length_pump
from CMRSegmentationLib.measuring.measures import Measure, as_measure
from CMRSegmentationLib.reporting.report import RESEARCH_USE, ClinicalReport
from CMRSegmentationLib.reporting.report_files import rounded
from CMRSegmentationLib.sentences import Values
from CMRSegmentationLib.whole_files import write_whole

STUDY_SCHEMA = "cmrsegmentation-study/1"
TABLE_FILE, JSON_FILE = "study.csv", "study.json"
COMBINED = "combined"
"""Stands for the cine's name in the rows of what several views give together."""

LIMITS = {"edv": math.sqrt(2.0) * 28.4, "esv": math.sqrt(2.0) * 21.5, "ef": math.sqrt(2.0) * 7.5}
"""How far long and short axis may be apart, in ml and percentage points.

√2 times the largest variability between the experts of seven core laboratories, for the difference
of two of them (Suinesiaputra et al. 2015, doi:10.1186/s12968-015-0170-9: EDV 15.2 to 28.4 ml, ESV
14.0 to 21.5 ml, EF 4.6 to 7.5 %).
"""


@dataclass(frozen=True)
class CineResult:
    """One segmented cine of an examination.

    Attributes:
        name: of the cine, under which its results are written.
        report: what was measured.
    """

    name: str
    report: ClinicalReport

    @property
    def view(self) -> View | None:
        """The imaging plane."""
        return self.report.input.view


@dataclass(frozen=True)
class Examination:
    """What the cines of one examination give together.

    Attributes:
        cines: the segmented cines.
        measures: biplane volumes, and the difference of long and short axis.
        findings: what does not agree, or could not be combined.
    """

    cines: tuple[CineResult, ...]
    measures: tuple[Measure, ...]
    findings: tuple[Finding, ...]


def combine(cines: Sequence[CineResult]) -> Examination:
    """Puts the cines of one examination together.

    Cines of several examinations in one folder are not combined, and one that does not look like
    its view is left out; a finding says so. Of several cines of a view the one with the most of
    what is needed counts, the first of equals.
    """
    if any(_has(cine, FindingCode.SEVERAL_STUDIES) for cine in cines):
        return Examination(tuple(cines), (), (_not_combined({"phrase": "not_combined.studies"}),))
    trusted = [cine for cine in cines if not _has(cine, FindingCode.VIEW_DOUBTED, Severity.SERIOUS)]
    values = _biplane(trusted)
    differences = _differences(trusted, values)
    measures = tuple(
        as_measure(key, value)
        for key, value in {
            **values,
            **{key: lax - sax for key, (lax, sax) in differences.items()},
        }.items()
    )
    findings = (*_left_out(cines, trusted), *_disagreements(differences))
    return Examination(tuple(cines), measures, findings)


def _has(cine: CineResult, code: FindingCode, *severities: Severity) -> bool:
    """Whether a cine has a finding, of one of the severities if any are given."""
    severities = severities or tuple(Severity)
    return any(
        finding.code is code and finding.severity in severities for finding in cine.report.findings
    )


def _left_out(cines: Sequence[CineResult], trusted: Sequence[CineResult]) -> Iterator[Finding]:
    names = ", ".join(cine.name for cine in cines if cine not in trusted)
    if names:
        yield _not_combined({"cines": names})


def _not_combined(values: Values) -> Finding:
    return Finding.of(FindingCode.NOT_COMBINED, Severity.WARNING, Origin.CHECK, values)


def _of_view(cines: Sequence[CineResult], view: View, keys: Sequence[str]) -> dict[str, float]:
    """The measures of one cine of a view: the one that has the most, the first of equals.

    Measures of different cines are never mixed: an area and a length belong to one heart beat.
    """
    found: list[dict[str, float]] = [{}]
    for cine in cines:
        if cine.view is view:
            values = {key: cine.report.value(key) for key in keys}
            found.append({key: value for key, value in values.items() if value is not None})
    return max(found, key=len)


def _biplane(cines: Sequence[CineResult]) -> dict[str, float]:
    """Biplane area–length volumes and EF, as far as both planes have area and length."""
    keys = {phase: (f"lv_area_{phase}", f"lv_length_{phase}") for phase in ("ed", "es")}
    planes = [
        _of_view(cines, view, (*keys["ed"], *keys["es"])) for view in (View.LAX_2C, View.LAX_4C)
    ]
    volumes: dict[str, float | None] = {}
    for phase, names in keys.items():
        sizes = [
            size
            for plane in planes
            for size in map(plane.get, names)
            if size is not None and size > 0
        ]
        volumes[phase] = (
            biplane_area_length_ml(sizes[0], sizes[1], sizes[2], sizes[3])
            if len(sizes) == 4
            else None
        )
    values = area_length_pump(volumes["ed"], volumes["es"], "biplane")
    return {key: value for key, value in values.items() if value is not None}


def _differences(
    cines: Sequence[CineResult], biplane: dict[str, float]
) -> dict[str, tuple[float, float]]:
    """Long-axis and short-axis value, by the key of their difference, where both are known."""
    sax = _of_view(cines, View.SAX, [f"lv_{part}" for part in LIMITS])
    two, four = (
        _of_view(cines, view, [f"lv_{part}_area_length" for part in LIMITS])
        for view in (View.LAX_2C, View.LAX_4C)
    )
    differences = {}
    for part in LIMITS:
        key, single = f"lv_{part}", f"lv_{part}_area_length"
        lax = biplane.get(f"{key}_biplane", four.get(single, two.get(single)))
        if lax is not None and key in sax:
            differences[f"{key}_lax_minus_sax"] = (lax, sax[key])
    return differences


def _disagreements(differences: dict[str, tuple[float, float]]) -> Iterator[Finding]:
    for key, (lax, sax) in differences.items():
        part, unit = key.split("_")[1], DEFINITIONS[key].unit
        if abs(lax - sax) > LIMITS[part]:
            values = {
                "quantity": f"quantity.{part}",
                "long_axis": lax,
                "short_axis": sax,
                "unit": unit,
                "difference": abs(lax - sax),
                "apart": "unit.percentage_points" if unit == "%" else unit,
                "limit": LIMITS[part],
            }
            yield Finding.of(FindingCode.SAX_LAX_DISAGREE, Severity.WARNING, Origin.CHECK, values)


def examination_as_csv(examination: Examination) -> str:
    """The text of `study.csv`: a row for each measure of each cine, then those of several views."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["cine", "view", "key", "name", "value", "unit", "definition"])
    for cine, view, measures in [
        *((cine.name, cine.view or "", cine.report.measures) for cine in examination.cines),
        (COMBINED, "", examination.measures),
    ]:
        writer.writerows(
            [cine, view, m.key, m.name, f"{m.value:.3f}", m.unit, m.definition] for m in measures
        )
    return text.getvalue()


def examination_as_json(examination: Examination) -> str:
    """The text of `study.json`: strict JSON, the same text for equal examinations."""
    content = {
        "schema": STUDY_SCHEMA,
        "software": __version__,
        "notice": RESEARCH_USE,
        "cines": [
            {
                "name": cine.name,
                "view": cine.view,
                "ed_frame": cine.report.ed_frame,
                "es_frame": cine.report.es_frame,
                "model": None if cine.report.model is None else cine.report.model.name,
                "measures": [asdict(measure) for measure in cine.report.measures],
                "findings": [asdict(finding) for finding in cine.report.findings],
            }
            for cine in examination.cines
        ],
        "measures": [asdict(measure) for measure in examination.measures],
        "findings": [asdict(finding) for finding in examination.findings],
    }
    return json.dumps(rounded(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_examination(examination: Examination, folder: Path) -> tuple[Path, ...]:
    """Writes `study.csv` and `study.json` into a folder, each whole or not at all.

    Raises:
        OSError: if the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        TABLE_FILE: examination_as_csv(examination),
        JSON_FILE: examination_as_json(examination),
    }
    for name, text in texts.items():
        write_whole(folder / name, text)
    return tuple(folder / name for name in texts)


def remove_examination(folder: Path) -> None:
    """Removes the tables of an earlier run from a folder, which do not fit this run's cines.

    Raises:
        OSError: if the folder cannot be written to.
    """
    for name in (TABLE_FILE, JSON_FILE):
        (folder / name).unlink(missing_ok=True)
