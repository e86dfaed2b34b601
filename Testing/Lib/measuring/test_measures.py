"""Measures of small label maps, worked out by hand, and of a phantom with known volumes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from CMRSegmentationLib.image import Label, LabelMap, View
from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from CMRSegmentationLib.measuring.measures import Measure, measure
from CMRSegmentationLib.patient import Patient
from Testing.Lib.small_labels import block
from Testing.phantoms import HeartPhantom, oblique_geometry


def values(labels: LabelMap, **settings: Any) -> dict[str, float]:
    return {
        one.key: one.value for one in measure(labels, **({"ed_frame": 0, "es_frame": 1} | settings))
    }


GRID = oblique_geometry((4, 50, 40), (10.0, 2.5, 2.0))
"""Voxels of 2 × 2.5 × 10 mm = 0.05 ml."""
ED = {Label.LV: 2000, Label.RV: 1800, Label.MYO: 1600}
ES = {Label.LV: 800, Label.RV: 900, Label.MYO: 1640}


@pytest.fixture
def two_phases() -> LabelMap:
    """LV 100 → 40 ml, RV 90 → 45 ml, MYO 80 → 82 ml."""
    return block([ED, ES], GRID)


@pytest.fixture
def three_phases() -> LabelMap:
    """The same, and full again."""
    return block([ED, ES, ED], GRID)


def test_volumes_stroke_volume_ejection_fraction_and_mass_are_those_worked_out_by_hand(
    two_phases: LabelMap,
):
    assert values(two_phases) == pytest.approx(
        {
            "lv_edv": 100, "lv_esv": 40, "lv_sv": 60, "lv_ef": 60, "lv_mass": 80 * 1.05,
            "rv_edv": 90, "rv_esv": 45, "rv_sv": 45, "rv_ef": 50,
        }
    )  # fmt: skip


def test_a_measure_carries_the_unit_the_name_and_the_definition_of_the_table(two_phases: LabelMap):
    ef = next(one for one in measure(two_phases, ed_frame=0, es_frame=1) if one.key == "lv_ef")
    assert (ef.unit, ef.name, ef.definition) == (
        "%",
        "LV ejection fraction",
        DEFINITIONS["lv_ef"].text,
    )
    assert Measure("unheard_of", 1.0, "ml", "?").name == "unheard_of"


def test_measures_come_in_the_order_of_the_table(two_phases: LabelMap):
    keys = list(values(two_phases, patient=Patient(heart_rate_bpm=60, height_cm=180, weight_kg=80)))
    assert keys == [key for key in DEFINITIONS if key in keys]


def test_the_measures_of_a_phantom_agree_with_its_formulas_within_2_percent():
    phantom = HeartPhantom()
    found = values(phantom.labels, ed_frame=0, es_frame=8)
    edv, esv = (phantom.volume_ml(Label.LV, frame) for frame in (0, 8))
    assert found["lv_edv"] == pytest.approx(edv, rel=0.02)
    assert found["lv_esv"] == pytest.approx(esv, rel=0.02)
    assert found["lv_ef"] == pytest.approx(100 * (edv - esv) / edv, abs=1.0)
    assert found["lv_mass"] == pytest.approx(1.05 * phantom.volume_ml(Label.MYO, 0), rel=0.02)
    assert found["rv_edv"] == pytest.approx(phantom.volume_ml(Label.RV, 0), rel=0.02)


@pytest.mark.parametrize("order", [np.s_[:, ::-1], np.s_[:, :, ::-1], np.s_[:, :, :, ::-1]])
def test_a_reversed_axis_changes_no_measure(order: Any):
    labels = HeartPhantom(frames=4, es_frame=2).labels
    mirrored = LabelMap(labels.array[order], labels.geometry)
    assert values(mirrored, es_frame=2) == values(labels, es_frame=2)


def test_a_given_heart_rate_of_75_makes_4_5_litres_a_minute_of_a_stroke_of_60_ml(
    two_phases: LabelMap,
):
    found = values(two_phases, patient=Patient(heart_rate_bpm=75))
    assert (found["lv_co"], found["rv_co"], found["heart_rate"]) == pytest.approx(
        (4.5, 45 * 0.075, 75)
    )


def test_frame_times_give_the_heart_rate_with_the_last_frame_lasting_as_long_as_the_others(
    three_phases: LabelMap,
):
    # Three frames over 600 ms: the beat lasts 600 · 3 / 2 = 900 ms, 66.7 a minute.
    found = values(three_phases, frame_times_ms=(20.0, 320.0, 620.0))
    assert found["heart_rate"] == pytest.approx(60_000 / 900)


def test_the_times_of_end_diastole_and_end_systole_alone_give_no_heart_rate(two_phases: LabelMap):
    assert "heart_rate" not in values(two_phases, frame_times_ms=(20.0, 340.0))


def test_a_given_heart_rate_comes_before_that_of_the_times(three_phases: LabelMap):
    given = Patient(heart_rate_bpm=50)
    found = values(three_phases, frame_times_ms=(20.0, 320.0, 620.0), patient=given)
    assert found["heart_rate"] == 50


def test_times_that_are_no_heart_beat_give_no_output(three_phases: LabelMap):
    assert "lv_co" not in values(three_phases, frame_times_ms=(0.0, 2.0, 4.0))


def test_no_times_and_no_heart_rate_give_no_output(two_phases: LabelMap):
    assert not {"lv_co", "heart_rate"} & set(values(two_phases))


def test_180_cm_and_80_kg_are_2_square_metres_and_halve_the_indices(two_phases: LabelMap):
    found = values(two_phases, patient=Patient(height_cm=180, weight_kg=80, heart_rate_bpm=75))
    assert found["bsa"] == pytest.approx(2.0)
    indices = {key: value for key, value in found.items() if key.endswith("_index")}
    assert indices == pytest.approx(
        {
            "lv_edv_index": 50, "lv_esv_index": 20, "lv_sv_index": 30, "lv_co_index": 2.25,
            "lv_mass_index": 42,
            "rv_edv_index": 45, "rv_esv_index": 22.5, "rv_sv_index": 22.5, "rv_co_index": 1.6875,
        }
    )  # fmt: skip


def test_a_single_phase_has_volumes_of_that_phase_and_no_ejection_fraction():
    labels = block(
        [{Label.LV: 1000, Label.MYO: 600, Label.RV: 800}],
        oblique_geometry((4, 40, 40), (8.0, 2.5, 2.0)),
    )
    found = values(labels, es_frame=None, patient=Patient(heart_rate_bpm=60))
    assert found == pytest.approx(
        {"lv_volume": 40, "lv_mass": 24 * 1.05, "myo_volume": 24, "rv_volume": 32, "heart_rate": 60}
    )


def test_a_single_slice_has_areas_and_never_volumes():
    geometry = oblique_geometry((1, 30, 40), (8.0, 1.5, 2.0))
    labels = block([{Label.LV: 600, Label.MYO: 200}, {Label.LV: 300, Label.MYO: 210}], geometry)
    # A pixel has 1.5 × 2 = 3 mm².
    assert values(labels, patient=Patient(height_cm=180, weight_kg=80)) == pytest.approx(
        {"lv_area_ed": 18, "lv_area_es": 9, "myo_area_ed": 6, "myo_area_es": 6.3, "bsa": 2}
    )
    assert values(labels, es_frame=None) == pytest.approx({"lv_area": 18, "myo_area": 6})


def test_a_structure_that_is_nowhere_has_no_measures(two_phases: LabelMap):
    lv_only = replace(two_phases, array=np.where(two_phases.array == Label.LV, Label.LV, 0))
    assert set(values(lv_only)) == {"lv_edv", "lv_esv", "lv_sv", "lv_ef"}
    assert values(replace(two_phases, array=np.zeros_like(two_phases.array))) == {}


@pytest.mark.parametrize(
    ("phase", "left"), [(0, {"lv_esv": 40.0}), (1, {"lv_edv": 100.0})], ids=["ED", "ES"]
)
def test_a_ventricle_that_was_not_found_in_a_phase_has_the_other_volume_alone(
    two_phases: LabelMap, phase, left
):
    array = two_phases.array.copy()
    array[phase][array[phase] == Label.LV] = 0
    found = values(replace(two_phases, array=array))
    assert {
        key: value for key, value in found.items() if key.startswith("lv_") and key != "lv_mass"
    } == pytest.approx(left)
    assert "rv_ef" in found


@pytest.mark.parametrize("missing", [Label.LV, Label.MYO, Label.RV])
def test_a_structure_that_was_not_found_at_end_diastole_has_no_size_of_0(
    two_phases: LabelMap, missing: Label
):
    array = two_phases.array.copy()
    array[0][array[0] == missing] = 0
    labels = replace(two_phases, array=array)
    assert 0.0 not in values(labels).values()
    single = {"lv_volume", "myo_volume", "lv_mass", "rv_volume"}
    lost = {"lv_mass", "myo_volume"} if missing is Label.MYO else {f"{missing.name.lower()}_volume"}
    assert set(values(labels, es_frame=None)) == single - lost


def test_every_value_is_finite(two_phases: LabelMap):
    everything = values(two_phases, patient=Patient(heart_rate_bpm=60, height_cm=180, weight_kg=80))
    assert all(math.isfinite(value) for value in everything.values())


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"ed_frame": 2}, "end-diastole frame must be 0 to 1.*found 2"),
        ({"es_frame": -1}, "end-systole frame must be 0 to 1.*found -1"),
        ({"frame_times_ms": (0.0, 30.0, 60.0)}, "each of the 2 frames, found 3"),
    ],
)
def test_impossible_settings_are_refused_by_name(
    two_phases: LabelMap, settings: dict[str, Any], words: str
):
    with pytest.raises(ValueError, match=words):
        values(two_phases, **settings)


def test_several_slices_of_a_long_axis_have_neither_volumes_nor_lengths():
    labels = HeartPhantom(frames=3, slices=2, es_frame=1, empty_slices=(0, 0)).labels
    assert measure(labels, ed_frame=0, es_frame=1, view=View.LAX_4C) == ()
    assert measure(labels, ed_frame=0, es_frame=1)
