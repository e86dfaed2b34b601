from pathlib import Path

import pytest

from CMRSegmentationLib.image import View
from CMRSegmentationLib.segmenting.model import ModelBundle
from Training.reporting.card import accuracy_by_group, accuracy_table, limits_of, model_card
from Training.scoring.results import ResultRow, write_results


def row(patient, vendor, structure, phase, dice, level="all", view="sax"):
    scores = (dice, 0.5, 0.5, 0.5, dice, 3.0, 2.0, 1.0, False, 100.0, 110.0)
    return ResultRow(
        patient, "acdc", vendor, "Dijon", "DCM", view, phase, structure, level, *scores
    )


@pytest.fixture
def results(tmp_path):
    rows = [
        row("P1", "Siemens", "LV", "ED", 0.9),
        row("P2", "Siemens", "LV", "ED", 0.8),
        row("P2", "Siemens", "RV", "ES", 0.75),
        row("P3", "GE", "LV", "ED", 0.6),
        row("P1", "Siemens", "LV", "ED", 0.1, level="apex"),
    ]
    write_results(rows, tmp_path / "results.csv")
    return tmp_path / "results.csv"


def test_accuracy_is_the_mean_over_patients_of_whole_stacks(results):
    assert accuracy_by_group(results) == {
        "acdc (Siemens)": {"patients": 2, "mean_dice": {"LV ED": 0.85, "RV ES": 0.75}},
        "acdc (GE)": {"patients": 1, "mean_dice": {"LV ED": 0.6}},
    }


def test_every_labeled_phase_of_a_long_axis_plane_counts(tmp_path):
    planes = [
        ("lax_4c", "ED", 0.9),
        ("lax_4c", "frame_03", 0.8),
        ("lax_4c", "frame_04", 0.6),
        ("lax_2c", "ES", 0.5),
    ]
    write_results(
        [row("P1", "Siemens", "LV", p, d, view=v) for v, p, d in planes], tmp_path / "results.csv"
    )
    assert accuracy_by_group(tmp_path / "results.csv") == {
        "acdc (Siemens) lax_4c": {
            "patients": 1,
            "mean_dice": {"LV ED": 0.9, "LV all phases": 0.766667},
        },
        "acdc (Siemens) lax_2c": {"patients": 1, "mean_dice": {"LV ES": 0.5, "LV all phases": 0.5}},
    }


def test_the_table_has_a_line_for_each_group_structure_and_phase(results):
    lines = accuracy_table(accuracy_by_group(results)).splitlines()
    assert lines[2:] == [
        "| acdc (Siemens) | 2 | LV ED | 0.850 |",
        "| acdc (Siemens) | 2 | RV ES | 0.750 |",
        "| acdc (GE) | 1 | LV ED | 0.600 |",
    ]


def test_the_card_says_what_the_model_is_learned_from_and_cannot_do(results):
    network = {"channels": [4, 8], "deep_supervision": 0}
    bundle = ModelBundle(
        "sax", Path("sax"), (View.SAX,), 1.4, "percentile_zscore", network, "ab" * 32, "Ventricles", "CC0", "2025-01-02",  # noqa: E501
        "3 patients of acdc", accuracy_by_group(results),
    )  # fmt: skip
    examinations = {
        "test": [{"patient": "patient010"}],
        "train": [
            {"dataset": "sunnybrook", "vendor": "GE", "annotated": ["LV"]},
            {"dataset": "own", "vendor": "Siemens", "annotated": ["LV", "MYO"]},
        ],
    }
    environment = {
        "gpu": None,
        "processors": 2,
        "config": {"seed": 5},
        "examinations": examinations,
    }
    text = model_card(bundle, environment, {"iteration": 14000, "seconds": 5400.0})
    assert "hospitals" not in text
    for expected in (
        "Learned from images of GE and Siemens; on any other scanner",
        "MYO was learned from images of Siemens alone",
        "3 patients of acdc",
        "14,000, 1.5 hours on 2 CPU cores",
        "Held out: patient010",
        "0.850",
    ):
        assert expected in text
    assert "not for clinical decisions" in text
    assert "Data: own; the Sunnybrook Cardiac Data (Radau et al." in text
    assert "`" + "ab" * 32 + "`" in text


def rows_of(dataset, pathology="NOR"):
    row = {"dataset": dataset, "vendor": "GE", "annotated": ["LV"], "pathology": pathology}
    return {"examinations": {"train": [row]}}


def test_the_limits_are_those_of_the_data_learned_from():
    """M&Ms-2 has congenital defects and the long axis of hundreds of people."""
    assert "Congenital defects, implants" in limits_of(rows_of("acdc"), is_long_axis=False)
    assert "Congenital" not in limits_of(rows_of("mnms2", "FALL"), is_long_axis=False)
    assert "of few people" in limits_of(rows_of("bivme"), is_long_axis=True)
    own = limits_of(rows_of("mnms2"), is_long_axis=True)
    assert "of few people" not in own
    assert "Learned from images of GE" in own
    assert not any("{" in limits_of(rows_of("mnms"), is_long_axis=axis) for axis in (True, False))
