import math
from dataclasses import dataclass, replace

import numpy as np
import pytest

from CMRSegmentationLib.image import FOREGROUND, Label, View
from Testing.phantoms import oblique_geometry
from Training.datasets.examination import UNKNOWN
from Training.scoring.results import (
    ResultRow,
    ResultsError,
    clinical_pairs,
    read_results,
    score_phase,
    slice_levels,
    write_results,
)


@dataclass(frozen=True)
class Patient:
    patient: str = "patient007"
    dataset: str = "mnms"
    vendor: str = "Philips"
    centre: str = "2"
    pathology: str = "HCM"
    view: View = View.SAX
    annotated: tuple[Label, ...] = FOREGROUND


ROW = ResultRow(
    patient="patient007",
    dataset="mnms",
    vendor="Philips",
    centre="2",
    pathology="HCM",
    view="sax",
    phase="ED",
    structure="LV",
    level="all",
    dice=0.9,
    jaccard=0.818182,
    precision=0.9,
    recall=0.9,
    f1=0.9,
    hd_mm=7.5,
    hd95_mm=3.0,
    assd_mm=1.25,
    one_empty=False,
    predicted_ml=120.0,
    true_ml=125.0,
)


def tapering_heart(slices, basal_slice):
    """(slices, 12, 12) labels: a square LV of 8, 7, … rows from the base on, with MYO and RV."""
    labels = np.zeros((slices, 12, 12), dtype=np.uint8)
    order = range(slices) if basal_slice == 0 else reversed(range(slices))
    for step, z in enumerate(order):
        size = 8 - step
        labels[z, 1 : 1 + size, 1 : 1 + size] = Label.LV
        labels[z, 10, :4] = Label.MYO
        labels[z, 11, :4] = Label.RV
    return labels


def test_the_levels_are_thirds_from_the_larger_end():
    levels = slice_levels(tapering_heart(6, basal_slice=0))
    assert {name: list(slices) for name, slices in levels.items()} == {
        "base": [0, 1],
        "mid": [2, 3],
        "apex": [4, 5],
    }


def test_a_stack_that_starts_at_the_apex_has_its_base_at_the_end():
    levels = slice_levels(tapering_heart(7, basal_slice=6))
    assert {name: list(slices) for name, slices in levels.items()} == {
        "apex": [0, 1, 2],
        "mid": [3, 4],
        "base": [5, 6],
    }


def test_slices_beyond_the_heart_belong_to_the_nearest_level():
    labels = np.zeros((9, 12, 12), dtype=np.uint8)
    labels[2:5] = tapering_heart(3, basal_slice=0)
    levels = slice_levels(labels)
    assert {name: list(slices) for name, slices in levels.items()} == {
        "base": [0, 1, 2],
        "mid": [3],
        "apex": [4, 5, 6, 7, 8],
    }


def test_two_slices_have_no_levels():
    assert slice_levels(tapering_heart(2, basal_slice=0)) == {}


def test_a_phase_gives_one_row_per_structure_and_level_and_the_levels_add_up_to_the_volume():
    truth = tapering_heart(6, basal_slice=0)
    predicted = np.where(truth == Label.RV, 0, truth).astype(np.uint8)
    geometry = oblique_geometry(truth.shape, (10.0, 1.6, 1.4))
    rows = score_phase(Patient(), "ES", predicted, truth, geometry)
    assert [(row.structure, row.level) for row in rows] == [
        (structure, level)
        for level in ("all", "base", "mid", "apex")
        for structure in ("LV", "MYO", "RV")
    ]
    volumes_ml = {row.level: row.true_ml for row in rows if row.structure == "LV"}
    # 64 + 49 + 36 + 25 + 16 + 9 voxels of 10 × 1.6 × 1.4 mm.
    assert volumes_ml["all"] == pytest.approx(199 * 0.0224)
    assert volumes_ml["base"] + volumes_ml["mid"] + volumes_ml["apex"] == pytest.approx(
        volumes_ml["all"]
    )
    rv = next(row for row in rows if (row.structure, row.level) == ("RV", "all"))
    assert (rv.phase, rv.vendor, rv.dice, rv.one_empty, rv.predicted_ml) == (
        "ES",
        "Philips",
        0,
        True,
        0,
    )
    assert math.isnan(rv.hd_mm)


def test_structures_that_nobody_drew_are_not_scored():
    truth = tapering_heart(6, basal_slice=0)
    rows = score_phase(
        Patient(annotated=(Label.LV,)), "ED", truth, truth, oblique_geometry(truth.shape)
    )
    assert {row.structure for row in rows} == {"LV"}


def test_a_structure_that_the_view_does_not_cut_is_not_scored():
    """That two chambers have no right ventricle is known; to draw none there earns no Dice of 1."""
    truth = np.zeros((1, 8, 8), dtype=np.uint8)
    rows = score_phase(Patient(view=View.LAX_2C), "ED", truth, truth, oblique_geometry(truth.shape))
    assert [row.structure for row in rows] == ["LV", "MYO"]


def test_a_single_slice_has_scores_but_neither_volume_nor_levels():
    truth = tapering_heart(1, basal_slice=0)
    rows = score_phase(Patient(view=View.LAX_4C), "ED", truth, truth, oblique_geometry(truth.shape))
    assert [(row.view, row.level, row.dice) for row in rows] == [("lax_4c", "all", 1.0)] * 3
    assert all(math.isnan(row.true_ml) and math.isnan(row.predicted_ml) for row in rows)


def test_results_survive_writing_and_reading_with_missing_numbers(tmp_path):
    missed = replace(ROW, dice=0.0, hd_mm=math.nan, one_empty=True, centre="")
    write_results([ROW, missed], tmp_path / "results.csv")
    first, second = read_results(tmp_path / "results.csv")
    assert first == ROW
    assert math.isnan(second.hd_mm)
    assert replace(second, hd_mm=0.0) == replace(missed, hd_mm=0.0)
    assert [path.name for path in tmp_path.iterdir()] == ["results.csv"]


def test_a_missing_results_file_says_what_writes_it(tmp_path):
    with pytest.raises(ResultsError, match=r"Training\.evaluate"):
        read_results(tmp_path / "results.csv")


def test_a_missing_column_is_named(tmp_path):
    (tmp_path / "results.csv").write_text("patient,dice\np1,0.9\n")
    with pytest.raises(ResultsError, match="assd_mm"):
        read_results(tmp_path / "results.csv")


def test_a_cell_that_is_no_number_is_refused(tmp_path):
    write_results([ROW], tmp_path / "results.csv")
    text = (tmp_path / "results.csv").read_text().replace("7.5", "seven")
    (tmp_path / "results.csv").write_text(text)
    with pytest.raises(ResultsError, match="seven"):
        read_results(tmp_path / "results.csv")


def clinical_rows():
    """LV 125 → 50 ml by the expert and 120 → 60 ml predicted; muscle 100 and 110 ml."""
    return [
        ROW,
        replace(ROW, phase="ES", predicted_ml=60.0, true_ml=50.0),
        replace(ROW, structure="MYO", predicted_ml=110.0, true_ml=100.0),
        replace(ROW, level="base", predicted_ml=1.0, true_ml=1.0),
    ]


def test_volumes_ejection_fraction_and_mass_follow_from_the_rows():
    pairs = {
        key: (pair.predicted, pair.truth)
        for key, (pair,) in clinical_pairs(clinical_rows()).items()
    }
    assert pairs == {
        "lv_edv": (120.0, 125.0),
        "lv_esv": (60.0, 50.0),
        "lv_ef": (50.0, 60.0),
        "lv_mass": (pytest.approx(115.5), pytest.approx(105.0)),
    }


def test_a_patient_whose_ventricle_was_missed_has_no_ejection_fraction():
    rows = [replace(row, predicted_ml=0.0) for row in clinical_rows()]
    (pair,) = clinical_pairs(rows)["lv_ef"]
    assert math.isnan(pair.predicted)
    assert pair.truth == 60.0


def test_long_axis_rows_give_no_volumes():
    assert (
        clinical_pairs([replace(ROW, view="lax_4c", predicted_ml=math.nan, true_ml=math.nan)]) == {}
    )


def test_pixels_that_nobody_labeled_do_not_count():
    truth = np.zeros((1, 8, 8), dtype=np.uint8)
    truth[0, 2:6, 2:6] = Label.LV
    predicted = truth.copy()
    truth[0, :3], predicted[0, :3] = UNKNOWN, Label.LV
    lv, *_ = score_phase(
        Patient(view=View.LAX_4C), "ED", predicted, truth, oblique_geometry((1, 8, 8))
    )
    assert (lv.structure, lv.dice) == ("LV", 1.0)
