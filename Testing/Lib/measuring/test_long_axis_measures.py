"""Which measures each view gives, of the shapes of `long_axis_phantoms.py`."""

from __future__ import annotations

import numpy as np
import pytest

from CMRSegmentationLib.image import Label, LabelMap, View
from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from CMRSegmentationLib.measuring.long_axis_measures import area_length_pump, long_axis_values
from Testing.Lib.long_axis_phantoms import ED, ES, PIXEL_MM, Plane, drawn

LENGTHS = {"lv_length_ed", "lv_length_es"}
VOLUMES = {f"lv_{part}_area_length" for part in ("edv", "esv", "sv", "ef")}
RIGHT = {"rv_fac", "rv_tapse"}


@pytest.mark.parametrize(
    ("view", "keys"),
    [
        (View.LAX_4C, LENGTHS | VOLUMES | {"lv_mapse"} | RIGHT),
        (View.LAX_2C, LENGTHS | VOLUMES | {"lv_mapse"}),
        (View.LAX_3C, LENGTHS),
        (View.SAX, set()),
        (None, set()),
    ],
)
def test_each_view_gives_what_it_shows(view: View | None, keys: set[str]):
    assert set(long_axis_values(drawn(ED, ES), view, 0, 1)) == keys
    assert keys <= set(DEFINITIONS)


def test_the_values_are_those_of_the_half_ellipsoids():
    found = long_axis_values(drawn(ED, ES, degrees=160.0, mirrored=True), View.LAX_4C, 0, 1)
    # Half ellipsoids of 80 and 66 mm length and 25 and 17 mm radius: 2/3 π L r².
    assert found["lv_length_ed"] == pytest.approx(80.0, abs=PIXEL_MM)
    assert found["lv_length_es"] == pytest.approx(66.0, abs=PIXEL_MM)
    assert found["lv_edv_area_length"] == pytest.approx(104.72, rel=0.03)
    assert found["lv_esv_area_length"] == pytest.approx(39.95, rel=0.03)
    assert found["lv_sv_area_length"] == found["lv_edv_area_length"] - found["lv_esv_area_length"]
    assert found["lv_ef_area_length"] == pytest.approx(61.8, abs=1.5)
    assert found["lv_mapse"] == pytest.approx(14.0, abs=PIXEL_MM)


def test_a_single_phase_has_a_length_and_a_volume_and_no_motion():
    found = long_axis_values(drawn(ED), View.LAX_4C, 0, None)
    assert found == pytest.approx({"lv_length": 80.0, "lv_volume_area_length": 104.72}, rel=0.03)


def test_what_is_not_found_is_left_out():
    labels = drawn(ED, ES)
    lost = labels.array.copy()
    lost[1][lost[1] == Label.MYO] = Label.BACKGROUND  # no wall, so no valve, at end-systole
    found = long_axis_values(LabelMap(lost, labels.geometry), View.LAX_4C, 0, 1)
    assert set(found) == {"lv_length_ed", "lv_edv_area_length", "rv_fac"}
    nothing = LabelMap(np.zeros_like(labels.array), labels.geometry)
    assert long_axis_values(nothing, View.LAX_4C, 0, 1) == {}


def test_a_four_chamber_view_without_rv_has_no_measure_of_it():
    labels = drawn(Plane(has_rv=False), Plane(base_mm=10.0, has_rv=False))
    assert not RIGHT & set(long_axis_values(labels, View.LAX_4C, 0, 1))


def test_100_and_40_ml_are_a_stroke_of_60_ml_and_60_percent():
    assert area_length_pump(100.0, 40.0, "biplane") == {
        "lv_edv_biplane": 100.0,
        "lv_esv_biplane": 40.0,
        "lv_sv_biplane": 60.0,
        "lv_ef_biplane": 60.0,
    }
    assert area_length_pump(None, 40.0, "biplane") == {
        "lv_edv_biplane": None,
        "lv_esv_biplane": 40.0,
    }
