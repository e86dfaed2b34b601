"""The report in JSON and CSV, written whole and read again."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from CMRSegmentationLib import __version__
from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import View
from CMRSegmentationLib.measuring.measures import Measure
from CMRSegmentationLib.reading.axes import Axes
from CMRSegmentationLib.reporting.report import (
    RESEARCH_USE,
    ClinicalReport,
    InputSummary,
    ModelSummary,
)
from CMRSegmentationLib.reporting.report_files import (
    ReportError,
    curves_as_csv,
    measures_as_csv,
    read_labels_axes,
    read_report,
    report_as_json,
    report_from_json,
    rounded,
    write_report,
)


def small_report(**changes: Any) -> ClinicalReport:
    """Two frames whose numbers can be followed by eye."""
    report = ClinicalReport(
        input=InputSummary(View.SAX, (2, 5, 40, 50), (10.0, 1.6, 1.4), (12.5, 412.5), "Médical"),
        ed_frame=0,
        es_frame=1,
        measures=(
            Measure("lv_edv", 120.25, "ml", "Volume; of the LV, at ED"),
            Measure("lv_ef", 50.0, "%", "…"),
        ),
        volumes_ml={"lv": (120.25, 60.125), "myo": (100.0, None), "rv": (130.0, 70.0)},
        areas_cm2={"lv": (), "myo": (), "rv": ()},
        findings=(
            Finding.of(
                FindingCode.STRUCTURE_ABSENT,
                Severity.WARNING,
                Origin.CHECK,
                {"structure": "structure.rv"},
                frame=1,
                slice_=3,
            ),
        ),
        model=ModelSummary("sax", "ab" * 32),
        device="cpu",
        precision="float32",
        seconds={"read": 0.5, "infer": 2.25},
        labels_axes="xyzt",
    )
    return replace(report, **changes)


def test_the_json_holds_the_keys_of_the_contract():
    content = json.loads(report_as_json(small_report()))
    assert set(content) >= {
        "schema", "software", "input", "model", "device", "precision", "ed_frame", "es_frame",
        "measures", "volumes_ml", "findings", "seconds",
        "labels_axes",
    }  # fmt: skip
    assert content["software"] == __version__
    assert content["notice"] == RESEARCH_USE
    assert content["input"] == {
        "view": "sax",
        "shape_tzyx": [2, 5, 40, 50],
        "spacing_zyx_mm": [10.0, 1.6, 1.4],
        "frame_times_ms": [12.5, 412.5],
        "vendor": "Médical",
    }
    assert content["measures"][0] == {
        "key": "lv_edv",
        "value": 120.25,
        "unit": "ml",
        "definition": "Volume; of the LV, at ED",
    }
    assert content["volumes_ml"] == {
        "lv": [120.25, 60.125],
        "myo": [100.0, None],
        "rv": [130.0, 70.0],
    }
    assert content["findings"] == [
        {
            "code": "structure_absent",
            "origin": "check",
            "severity": "warning",
            "message": "The RV cavity was not found in any phase.",
            "frame": 1,
            "slice": 3,
            "values": {"structure": "structure.rv"},
        }
    ]


def test_a_curve_is_one_line_of_json():
    assert '"lv": [120.25, 60.125],' in report_as_json(small_report())


def test_text_that_looks_like_a_list_stays_as_it_is():
    tricky = Finding(
        FindingCode.SINGLE_SLICE, Severity.INFO, "[\n  1,\n  2\n]", origin=Origin.CHECK
    )
    report = small_report(findings=(tricky,))
    assert json.loads(report_as_json(report))["findings"][0]["message"] == tricky.message


def test_nan_is_refused_and_never_written():
    with pytest.raises(ValueError, match="JSON"):
        report_as_json(small_report(seconds={"infer": math.nan}))


def test_measures_csv_has_a_row_for_each_measure():
    rows = list(csv.DictReader(measures_as_csv(small_report()).splitlines()))
    assert rows[0] == {
        "key": "lv_edv",
        "name": "LV end-diastolic volume",
        "value": "120.250",
        "unit": "ml",
        "definition": "Volume; of the LV, at ED",
    }
    assert [row["key"] for row in rows] == ["lv_edv", "lv_ef"]


def test_curves_csv_leaves_a_frame_that_was_not_segmented_empty():
    assert curves_as_csv(small_report()).splitlines() == [
        "frame,time_ms,lv_ml,myo_ml,rv_ml",
        "0,12.500,120.250,100.000,130.000",
        "1,412.500,60.125,,70.000",
    ]


def test_curves_csv_leaves_unknown_times_empty():
    report = small_report()
    report = replace(report, input=replace(report.input, frame_times_ms=None))
    assert curves_as_csv(report).splitlines()[1] == "0,,120.250,100.000,130.000"


def test_a_written_report_reads_back_the_same(tmp_path: Path):
    report = small_report()
    files = write_report(report, tmp_path / "new" / "Mañana 1")
    assert [file.name for file in files] == ["report.json", "measures.csv", "curves.csv"]
    assert read_report(files[0]) == report


def test_a_report_without_model_view_times_and_end_systole_reads_back_the_same(tmp_path: Path):
    bare = InputSummary(None, (1, 5, 40, 50), (10.0, 1.6, 1.4))
    report = small_report(
        input=bare, es_frame=None, model=None, device=None, findings=(), seconds={}, measures=()
    )
    report = replace(report, volumes_ml={"lv": (120.25,), "myo": (100.0,), "rv": (130.0,)})
    assert read_report(write_report(report, tmp_path)[0]) == report


def test_the_same_report_gives_the_same_bytes_and_leaves_no_other_file(tmp_path: Path):
    first = [file.read_bytes() for file in write_report(small_report(), tmp_path)]
    assert [file.read_bytes() for file in write_report(small_report(), tmp_path)] == first
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "curves.csv",
        "measures.csv",
        "report.json",
    ]


def test_a_folder_that_cannot_be_made_is_an_os_error(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        write_report(small_report(), tmp_path / "file")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"schema": "other/9"}',
        '{"schema": "cmrsegmentation-report/1"}',
        "\x00\x01",
    ],
)
def test_what_is_no_report_is_refused_by_name(tmp_path: Path, text: str):
    path = tmp_path / "report.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=r"report\.json"):
        read_report(path)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("volumes_ml",), []),
        (("areas_cm2",), None),
        (("regional", "strains"), "x"),
        (("trust",), {"judged": True, "lv": []}),
        (("measures", 0, "value"), math.nan),
        (("volumes_ml", "lv"), [math.inf, 60.0]),
    ],
)
def test_a_report_that_another_program_changed_is_refused(path: tuple[Any, ...], value: Any):
    content = json.loads(report_as_json(small_report()))
    place = content
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(ReportError, match="not a report of this program"):
        report_from_json(json.dumps(content))


def test_a_report_of_before_the_precision_can_still_be_read():
    content = json.loads(report_as_json(small_report()))
    del content["precision"]
    assert report_from_json(json.dumps(content)) == small_report(precision=None)


def test_a_report_of_before_the_axes_can_still_be_read(tmp_path: Path):
    content = json.loads(report_as_json(small_report()))
    del content["labels_axes"]
    assert report_from_json(json.dumps(content)) == small_report(labels_axes=None)
    (tmp_path / "report.json").write_text(json.dumps(content), encoding="utf-8")
    assert read_labels_axes(tmp_path / "report.json") is None


@pytest.mark.parametrize("axes", [None, "xytz", "xyzt:8"])
def test_the_axes_of_the_labels_are_read_from_the_report(axes: str | None, tmp_path: Path):
    path = write_report(small_report(labels_axes=axes), tmp_path)[0]
    assert read_labels_axes(path) == (None if axes is None else Axes.parse(axes))


@pytest.mark.parametrize("text", ["{", '{"labels_axes": "zyx"}', '{"labels_axes": 3}'])
def test_axes_that_cannot_be_understood_are_refused_with_what_to_do(text: str, tmp_path: Path):
    (tmp_path / "report.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=r"report\.json does not say .* --axes"):
        read_labels_axes(tmp_path / "report.json")


def test_a_report_of_before_the_lengths_can_still_be_read():
    content = json.loads(report_as_json(small_report()))
    del content["lengths_mm"]
    assert report_from_json(json.dumps(content)) == small_report()


def test_a_report_of_before_the_origins_reads_as_one_of_checks():
    content = json.loads(report_as_json(small_report()))
    del content["findings"][0]["origin"]
    assert report_from_json(json.dumps(content)) == small_report()


def test_a_finding_of_an_unknown_code_is_refused():
    content = json.loads(report_as_json(small_report()))
    content["findings"][0]["code"] = "structure_gaps"
    with pytest.raises(ReportError, match="structure_gaps"):
        report_from_json(json.dumps(content))


def test_numbers_are_rounded_when_they_are_written_and_not_before():
    report = small_report(
        volumes_ml={"lv": (1 / 3, None), "myo": (), "rv": ()}, seconds={"read": 1 / 3}
    )
    content = json.loads(report_as_json(report))
    assert content["volumes_ml"]["lv"] == [0.333333, None]
    assert content["seconds"] == {"read": 0.333}
    assert report.volumes_ml["lv"][0] == 1 / 3


def test_only_fractions_are_rounded():
    assert rounded({"a": [1, True, None, "1.23456", (2.3456,)]}, 2) == {
        "a": [1, True, None, "1.23456", [2.35]]
    }
