from pathlib import Path

import pytest

from CMRSegmentationLib.command_line.describe import (
    describe_cine,
    describe_finding,
    describe_measures,
    describe_outcome,
    describe_report,
    failure_of,
)
from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.measuring.measures import as_measure
from CMRSegmentationLib.reading.study import NamedCine
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from CMRSegmentationLib.reporting.results import Outcome
from Training.datasets.phantom import HeartPhantom


@pytest.fixture(scope="module")
def report(phantom):
    return make_report(phantom.labels, InputSummary.of(phantom.cine))


def test_frames_count_from_1(report):
    assert (report.ed_frame, report.es_frame) == (1, 4)
    first = next(describe_report(report))
    assert first == "  end-diastole in phase 2, end-systole in phase 5"


def test_every_measure_has_a_line_with_its_unit(report):
    lines = list(describe_report(report))
    volume = next(line for line in lines if "LV end-diastolic volume" in line)
    assert volume.split()[-2:] == [f"{report.value('lv_edv'):.1f}", "ml"]
    assert lines[-1] == "  Research use, not for clinical decisions."


def test_units_stand_below_each_other_and_rates_and_surfaces_have_two_decimals():
    keys = {"lv_gcs_endo_rate_diastolic": 0.646, "bsa": 1.846, "lv_per": 1252.94}
    lines = describe_measures([as_measure(key, value) for key, value in keys.items()], [])
    assert list(lines) == [
        "  GCS, endocardial, early diastolic rate    0.65 1/s",
        "  Body surface area                         1.85 m²",
        "  Peak ejection rate                      1252.9 ml/s",
    ]


def test_what_rounds_to_nothing_has_no_sign():
    (line,) = describe_measures([as_measure("lv_gcs_endo_rate_diastolic", -0.004)], [])
    assert line.split()[-2:] == ["0.00", "1/s"]


def test_a_single_phase_has_no_end_systole():
    heart = HeartPhantom(frames=1, slices=8)
    report = make_report(heart.labels, InputSummary.of(heart.cine))
    assert next(describe_report(report)).endswith("in phase 1, no end-systole")


def test_an_outcome_is_its_folder_and_report_or_why_it_was_skipped(report):
    done = Outcome("a.nii", "a", "done", folder=Path("out/a"), report=report)
    assert next(describe_outcome(done)) == f"a.nii [a] -> {Path('out/a')}"
    assert list(describe_outcome(Outcome("a", "x", "skipped", "why"))) == ["skipped why"]
    assert list(describe_outcome(Outcome("a", "x", "failed", "why"))) == []


def test_a_cine_has_its_size_and_spacing_in_words(phantom):
    text = "\n".join(describe_cine(NamedCine("sax", phantom.cine)))
    assert "6 phases × 6 slices × 96 rows × 112 columns" in text
    assert "spacing 10 × 1.6 × 1.4 mm (slices, rows, columns)" in text


def test_a_finding_is_a_line():
    finding = Finding(
        FindingCode.VIEW_ASSUMED, Severity.WARNING, "Short axis.", origin=Origin.SEGMENTATION
    )
    assert describe_finding(finding) == "warning: Short axis."


def test_a_failure_names_the_input_once_and_the_cine_where_there_are_several():
    path = Path("in/heart.nii")
    assert failure_of(path, ValueError("broken")) == f"{path}: broken"
    assert failure_of(path, ValueError(f"{path} is broken")) == f"{path} is broken"
    assert failure_of(path, ValueError("broken"), "heart") == f"{path}: broken"
    assert failure_of(path, ValueError("broken"), "lax_4c") == f"{path} [lax_4c]: broken"
