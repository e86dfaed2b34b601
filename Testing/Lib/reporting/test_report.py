"""The report in JSON and CSV, written whole and read again."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from CMRSegmentationLib import __version__
from CMRSegmentationLib.findings import Finding, Severity
from CMRSegmentationLib.image import CineStack, Label, LabelMap, View
from CMRSegmentationLib.measuring.measures import Measure
from CMRSegmentationLib.reporting.report import (
    RESEARCH_USE,
    ClinicalReport,
    InputSummary,
    ModelSummary,
    ReportError,
    curves_as_csv,
    make_report,
    measures_as_csv,
    read_report,
    report_as_json,
    report_from_json,
    write_report,
)
from Testing.Lib.long_axis_phantoms import ED, ES, Plane, drawn
from Testing.phantoms import HeartPhantom, oblique_geometry

PHANTOM = HeartPhantom(frames=6, es_frame=2, rows=80, columns=96)


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
            Finding("structure_gap", Severity.WARNING, "The RV is missing.", frame=1, slice=3),
        ),
        model=ModelSummary("sax", "ab" * 32),
        device="cpu",
        seconds={"read": 0.5, "infer": 2.25},
    )
    return replace(report, **changes)


def test_the_json_holds_the_keys_of_the_contract():
    content = json.loads(report_as_json(small_report()))
    assert set(content) >= {
        "schema", "software", "input", "model", "device", "ed_frame", "es_frame", "measures", "volumes_ml",
        "findings", "seconds",
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
            "code": "structure_gap",
            "severity": "warning",
            "message": "The RV is missing.",
            "frame": 1,
            "slice": 3,
        }
    ]


def test_a_curve_is_one_line_of_json():
    assert '"lv": [120.25, 60.125],' in report_as_json(small_report())


def test_text_that_looks_like_a_list_stays_as_it_is():
    tricky = Finding("x", Severity.INFO, "[\n  1,\n  2\n]")
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


def test_a_phantom_is_found_measured_and_checked():
    early = Finding("spacing_guessed", Severity.WARNING, "The spacing was guessed.")
    report = make_report(
        PHANTOM.labels,
        InputSummary.of(PHANTOM.cine),
        findings=(early,),
        height_cm=180,
        weight_kg=80,
        device="cpu",
    )
    assert (report.ed_frame, report.es_frame) == (0, 2)
    assert report.value("lv_edv") == report.volumes_ml["lv"][0]
    assert report.value("lv_esv") == report.volumes_ml["lv"][2]
    assert report.value("heart_rate") == pytest.approx(60_000 / 900)
    assert report.value("bsa") == pytest.approx(2.0)
    assert report.value("lv_area_ed") is None
    assert report.findings == (early,)
    assert report.areas_cm2 == {"lv": (), "myo": (), "rv": ()}
    assert report.input.spacing_zyx_mm == (10.0, 1.6, 1.4)


def test_the_users_phases_are_kept():
    report = make_report(PHANTOM.labels, InputSummary.of(PHANTOM.cine), ed=5, es=3)
    assert (report.ed_frame, report.es_frame) == (5, 3)
    assert report.value("lv_esv") == report.volumes_ml["lv"][3]


def test_a_partial_run_has_no_volumes_for_the_other_frames_and_no_finding_about_them():
    array = PHANTOM.labels.array.copy()
    array[[1, 3, 4, 5]] = 0
    labels = LabelMap(array, PHANTOM.geometry)
    report = make_report(labels, InputSummary.of(PHANTOM.cine), frames=(0, 2))
    assert [value is None for value in report.volumes_ml["lv"]] == [
        False,
        True,
        False,
        True,
        True,
        True,
    ]
    assert (report.ed_frame, report.es_frame, report.findings) == (0, 2, ())


def test_a_single_slice_has_areas_and_no_volumes():
    geometry = oblique_geometry((1, 80, 96))
    labels = LabelMap(PHANTOM.labels.array[:, 4:5], geometry)
    stack = CineStack(PHANTOM.cine.array[:, 4:5], geometry, PHANTOM.frame_times_ms)
    report = make_report(labels, InputSummary.of(stack, View.SAX))
    assert report.input.view is View.SAX
    assert report.volumes_ml == {"lv": (), "myo": (), "rv": ()}
    assert report.lengths_mm == {}
    assert report.areas_cm2["lv"][0] == report.value("lv_area_ed")
    assert curves_as_csv(report).startswith("frame,time_ms,lv_cm2,myo_cm2,rv_cm2\n0,0.000,")


@pytest.mark.parametrize("drawn_nevertheless", [False, True])
def test_two_chambers_have_no_curve_of_a_right_ventricle_unless_somebody_drew_one(
    drawn_nevertheless: bool,
):
    heart = drawn(ED, ES, Plane(base_mm=7.0))
    array = np.where(heart.array == Label.RV, np.uint8(0), heart.array)
    array[0, 0, :2, :2] = Label.RV * drawn_nevertheless
    labels = LabelMap(array, heart.geometry)
    summary = InputSummary(
        View.LAX_2C, (3, *labels.geometry.shape_zyx), labels.geometry.spacing_zyx_mm
    )
    report = make_report(labels, summary, frames=(0, 1))
    assert bool(report.areas_cm2["rv"]) == drawn_nevertheless
    header = curves_as_csv(report).splitlines()[0]
    assert header == f"frame,time_ms,lv_cm2,myo_cm2,{'rv_cm2,' * drawn_nevertheless}lv_length_mm"
    assert all(report.areas_cm2[name] for name in ("lv", "myo"))


def test_a_long_axis_has_its_length_in_every_segmented_frame_and_the_measures_of_its_view(
    tmp_path: Path,
):
    labels = drawn(ED, ES, Plane(base_mm=7.0))
    summary = InputSummary(
        View.LAX_4C, (3, *labels.geometry.shape_zyx), labels.geometry.spacing_zyx_mm
    )
    report = make_report(labels, summary, frames=(0, 1))
    assert report.lengths_mm["lv"][:2] == (
        report.value("lv_length_ed"),
        report.value("lv_length_es"),
    )
    assert report.lengths_mm["lv"][2] is None
    header, first, _, third = curves_as_csv(report).splitlines()
    assert header == "frame,time_ms,lv_cm2,myo_cm2,rv_cm2,lv_length_mm"
    assert float(first.split(",")[-1]) == pytest.approx(80.0, abs=1.5)
    assert third == "2,,,,,"
    assert 'lv_ef_area_length,"LV EF, area–length"' in measures_as_csv(report)
    assert read_report(write_report(report, tmp_path)[0]) == report


def test_a_length_that_is_not_found_is_an_empty_cell():
    labels = drawn(ED, ES)
    array = labels.array.copy()
    array[1][array[1] == Label.MYO] = Label.BACKGROUND
    summary = InputSummary(
        View.LAX_2C, (2, *labels.geometry.shape_zyx), labels.geometry.spacing_zyx_mm
    )
    report = make_report(LabelMap(array, labels.geometry), summary)
    assert report.lengths_mm["lv"][1] is None
    assert curves_as_csv(report).splitlines()[2].endswith(",")


def test_a_report_of_before_the_lengths_can_still_be_read():
    content = json.loads(report_as_json(small_report()))
    del content["lengths_mm"]
    assert report_from_json(json.dumps(content)) == small_report()


def test_an_empty_heart_gives_a_report_all_the_same(tmp_path: Path):
    labels = LabelMap(np.zeros_like(PHANTOM.labels.array), PHANTOM.geometry)
    report = make_report(labels, InputSummary.of(PHANTOM.cine))
    assert report.es_frame is None
    assert {one.code for one in report.findings} == {"phases_unknown", "heart_absent"}
    assert read_report(write_report(report, tmp_path)[0]) == report
