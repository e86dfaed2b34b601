"""Regional function of experts' masks by group, and of a model's against them."""

from __future__ import annotations

import csv
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from CMRSegmentationLib.image import Label, View
from CMRSegmentationLib.measuring.regional import Regional
from CMRSegmentationLib.measuring.segments import Segment
from CMRSegmentationLib.pipeline import Prediction
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from Testing.phantoms import HeartPhantom
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Training import regional
from Training.regional import (
    EXPERT,
    MODEL,
    PatientRegions,
    changes_table,
    comparison_table,
    group_table,
    insertion_error_degrees,
    insertion_table,
    main,
    segment_differences,
    two_phases,
    values_by_group,
)
from Training.samples.cache import read_cache

HEART = HeartPhantom(frames=2, slices=8, es_frame=1, rows=90, columns=96)


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    patients = [
        phantom_patient("001", dataset="acdc", phantom=HEART, pathology="NOR"),
        phantom_patient("010", dataset="acdc", phantom=HEART, pathology="HCM"),
        phantom_patient("011", dataset="pool", phantom=HEART, annotated=[Label.LV]),
    ]
    return write_cache(tmp_path_factory.mktemp("cache"), *patients)


def patient(name: str, source: str, ed_mm: float, thickening: float) -> PatientRegions:
    segment = Segment(3, "basal", "inferoseptal", ed_mm, ed_mm, 2 * ed_mm, None, thickening, 1.0)
    values = {"lv_wall_ed": ed_mm, "lv_thickening": thickening}
    return PatientRegions(name, "NOR", source, Regional((segment,), values=values))


def test_both_phases_of_an_examination_are_one_label_map(cache: Path):
    examination = read_cache(cache)[0]
    labels = two_phases(examination)
    assert labels is not None
    assert labels.frames == 2
    assert (labels.array == Label.LV).any()


def test_phases_of_which_other_slices_are_drawn_are_not_compared(cache: Path):
    examination = read_cache(cache)[0]
    ed, es = examination.phases
    fewer = replace(es, image=es.image[1:], labels=es.labels[1:])
    assert two_phases(replace(examination, phases=(ed, fewer))) is None
    assert two_phases(replace(examination, phases=(ed,))) is None


def test_the_figure_has_a_value_for_each_patient_that_has_one():
    found = values_by_group([patient("1", EXPERT, 8.0, 30.0), patient("2", EXPERT, 10.0, 50.0)])
    assert found["Wall at ED (mm)"] == {"NOR": [8.0, 10.0]}
    assert found["GCS, mid-wall (%)"] == {"NOR": []}


def test_a_group_has_its_mean_and_spread():
    table = group_table([patient("1", EXPERT, 8.0, 30.0), patient("2", EXPERT, 10.0, 50.0)])
    (row,) = table.rows
    assert row[:3] == ("NOR", "2", "9.0 ± 1.4")
    assert "40.0 ± 14.1" in row


def test_differences_are_model_less_expert_of_the_patients_that_have_both():
    patients = [
        patient("1", EXPERT, 8.0, 30.0),
        patient("1", MODEL, 8.5, 25.0),
        patient("2", EXPERT, 9.0, 30.0),
    ]
    assert segment_differences(patients, "ed_mean_mm") == {3: [0.5]}
    table = comparison_table(patients)
    assert table.rows == (
        ("3", "0.50 (+0.50)", "1.00 (+1.00)", "5.00 (-5.00)"),
        ("all", "0.50 (+0.50)", "1.00 (+1.00)", "5.00 (-5.00)"),
    )


def test_the_bias_of_a_segment_has_its_standard_error():
    """Differences of 0.5 and 1.5 mm: a mean of 1.0, √0.5 mm apart from it over √2 patients."""
    thickness_mm = {"1": (8.0, 8.5), "2": (9.0, 10.5)}
    patients = [
        patient(name, source, its[n], 30.0)
        for name, its in thickness_mm.items()
        for n, source in enumerate((EXPERT, MODEL))
    ]
    (segment, every) = comparison_table(patients, " on phantoms").rows
    assert segment[1] == "1.00 (+1.00 ± 0.50)"
    assert every[1] == "1.00 (+1.00)"
    assert "by segment on phantoms:" in comparison_table(patients, " on phantoms").title


def test_without_patients_no_change_is_invented():
    assert [row[1:] for row in changes_table([]).rows] == [("0", "–", "–")] * 4


def test_insertion_points_of_a_phantom_lie_where_its_right_ventricle_ends(cache: Path):
    labels = two_phases(read_cache(cache)[0])
    assert labels is not None
    errors = insertion_error_degrees(labels)
    assert errors
    assert max(errors) < 25.0
    assert insertion_table({"1": [2.0, 4.0], "2": []}).rows == (("1", "3.0", "3.0"),)


def test_the_command_writes_tables_and_rows(cache: Path, tmp_path: Path, monkeypatch):
    def perfect(cine, bundle, *, chosen, **_) -> Prediction:
        labels = two_phases(read_cache(cache)[1])
        report = make_report(labels, InputSummary.of(cine, View.SAX), chosen=chosen)
        return Prediction(labels, (0, 1), report)

    monkeypatch.setattr(regional, "bundle_of", nullcontext)
    monkeypatch.setattr(regional, "segment_cine", perfect)
    monkeypatch.setattr(regional, "warn_of_patients_trained_on", lambda *_: None)
    arguments = ["model", "--cache", str(cache), "--out", str(tmp_path), "--patients", "010"]
    assert main(arguments) == 0
    text = (tmp_path / "regional.md").read_text(encoding="utf-8")
    assert "| HCM | 1 |" in text
    assert "| all | 0.00 (+0.00) |" in text
    assert (tmp_path / "regional.png").read_bytes().startswith(b"\x89PNG")
    rows = list(csv.DictReader((tmp_path / "regional.csv").read_text().splitlines()))
    assert {row["source"] for row in rows} == {EXPERT, MODEL}
    assert {row["patient"] for row in rows} == {"001", "010"}  # 011 has no wall
    assert len(rows) == 3 * 16


def test_ready_segmentations_are_compared_without_a_model(cache: Path, tmp_path: Path):
    arguments = [str(cache), "--cache", str(cache), "--out", str(tmp_path), "--patients", "010"]
    assert main([*arguments, "--segmented"]) == 0
    text = (tmp_path / "regional.md").read_text(encoding="utf-8")
    assert text.count("| all | 0.00 (+0.00) |") == 2
    assert "| most basal slice erased | 2 |" in text


def test_a_patient_that_is_not_segmented_is_one_sentence(cache: Path, tmp_path: Path, capsys):
    folder = write_cache(tmp_path / "ready", phantom_patient("001", dataset="acdc", phantom=HEART))
    arguments = [str(folder), "--cache", str(cache), "--out", str(tmp_path), "--patients", "010"]
    assert main([*arguments, "--segmented"]) == 1
    assert f"Expected both phases of 010 in {folder}" in capsys.readouterr().err


def test_a_patient_that_is_not_there_is_one_sentence(cache: Path, tmp_path: Path, capsys):
    arguments = ["model", "--cache", str(cache), "--out", str(tmp_path), "--patients", "999"]
    assert main(arguments) == 1
    assert "999" in capsys.readouterr().err
