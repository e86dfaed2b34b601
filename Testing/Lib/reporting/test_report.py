"""From a segmented cine to its report."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import CineStack, Label, LabelMap, View
from CMRSegmentationLib.patient import ChosenPhases, Patient
from CMRSegmentationLib.reporting.report import InputSummary, first_report, make_report
from CMRSegmentationLib.reporting.report_files import (
    curves_as_csv,
    measures_as_csv,
    read_report,
    report_as_json,
    write_report,
)
from Testing.Lib.long_axis_phantoms import ED, ES, Plane, drawn
from Testing.phantoms import HeartPhantom, oblique_geometry

PHANTOM = HeartPhantom(frames=6, es_frame=2, rows=80, columns=96)


def test_a_phantom_is_found_measured_and_checked():
    early = Finding(
        FindingCode.SPACING_GUESSED,
        Severity.WARNING,
        "The spacing was guessed.",
        origin=Origin.READER,
    )
    report = make_report(
        PHANTOM.labels,
        InputSummary.of(PHANTOM.cine),
        findings=(early,),
        patient=Patient(height_cm=180, weight_kg=80),
    )
    assert (report.ed_frame, report.es_frame) == (0, 2)
    assert report.value("lv_edv") == report.volumes_ml["lv"][0]
    assert report.value("lv_esv") == report.volumes_ml["lv"][2]
    assert report.value("heart_rate") == pytest.approx(60_000 / 900)
    assert report.value("bsa") == pytest.approx(2.0)
    assert report.value("lv_area_ed") is None
    assert report.findings == (early,)
    assert report.areas_cm2 == {"lv": (), "myo": (), "rv": ()}
    assert report.input.spacing_zyx_mm == pytest.approx((10.0, 1.6, 1.4))


def test_a_first_report_has_the_phases_and_curves_of_the_later_one_and_no_measure():
    summary, frames, chosen = InputSummary.of(PHANTOM.cine), (0, 2, 3), ChosenPhases(es=3)
    first = first_report(PHANTOM.labels, summary, frames=frames, chosen=chosen)
    later = make_report(PHANTOM.labels, summary, frames=frames, chosen=chosen)
    assert (first.ed_frame, first.es_frame) == (later.ed_frame, later.es_frame) == (0, 3)
    assert first.volumes_ml == later.volumes_ml
    assert first.measures == ()


def test_the_users_phases_are_kept():
    report = make_report(PHANTOM.labels, InputSummary.of(PHANTOM.cine), chosen=ChosenPhases(5, 3))
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
    assert report_as_json(read_report(write_report(report, tmp_path)[0])) == report_as_json(report)


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


def test_an_empty_heart_gives_a_report_all_the_same(tmp_path: Path):
    labels = LabelMap(np.zeros_like(PHANTOM.labels.array), PHANTOM.geometry)
    report = make_report(labels, InputSummary.of(PHANTOM.cine))
    assert report.es_frame is None
    assert {finding.code for finding in report.findings} == {"heart_absent"}
    assert report_as_json(read_report(write_report(report, tmp_path)[0])) == report_as_json(report)


def test_phases_are_sought_on_volumes_that_are_not_rounded():
    """Two frames that differ by less than what the files keep."""
    geometry = oblique_geometry((4, 20, 20), (0.06, 0.06, 0.06))
    array = np.zeros((3, 4, 20, 20), np.uint8)
    array[:, :, 5:10, 5:10] = Label.LV
    array[2, 0, 10, 10] = Label.LV  # 2.2e-7 ml more
    report = make_report(
        LabelMap(array, geometry), InputSummary(View.SAX, (3, 4, 20, 20), geometry.spacing_zyx_mm)
    )
    assert (report.ed_frame, report.es_frame) == (2, 0)
