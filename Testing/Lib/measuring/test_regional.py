"""Regional function of whole hearts, and what is left out by name."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import ndimage

from CMRSegmentationLib.image import Label, LabelMap, View
from CMRSegmentationLib.measuring.definitions import DEFINITIONS, REGIONAL_MEASURES
from CMRSegmentationLib.measuring.regional import (
    Beat,
    InsertionPoints,
    Regional,
    measure_regions,
    slices_from_base,
)
from Testing.Lib.long_axis_phantoms import ED as LAX_ED
from Testing.Lib.long_axis_phantoms import ES as LAX_ES
from Testing.Lib.long_axis_phantoms import WALL_MM, drawn
from Testing.Lib.measuring.wall_phantoms import (
    Heart,
    circle,
    drawn_hearts,
    shell_geometry,
)

ED, ES = Heart(circle(24.0), circle(34.0)), Heart(circle(16.0), circle(30.0))
LABELS = drawn_hearts(ED, ES)
BEAT = Beat(0, 1, (0, 1))
LONG_AXIS_PARTS = "longitudinal strain and segment 17"


def left_out(found: Regional) -> dict[str, str]:
    return {row.what: row.why for row in found.left_out}


def test_the_measures_of_a_stack_are_those_of_its_radii():
    values = measure_regions(LABELS, BEAT).values
    assert values["lv_wall_ed"] == pytest.approx(10.0, abs=0.2)
    assert values["lv_wall_es"] == pytest.approx(14.0, abs=0.2)
    assert values["lv_thickening"] == pytest.approx(40.0, abs=1.5)
    assert values["lv_excursion"] == pytest.approx(8.0, abs=0.2)
    assert values["lv_gcs_endo"] == pytest.approx(-100 / 3, abs=1.0)
    assert values["lv_grs"] == pytest.approx(40.0, abs=3.0)
    assert set(values) <= set(REGIONAL_MEASURES) <= set(DEFINITIONS)


def test_frame_times_add_the_time_to_peak():
    values = measure_regions(LABELS, Beat(0, 1, (0, 1), (0.0, 400.0))).values
    assert values["lv_gcs_endo_time"] == pytest.approx(400.0)
    assert "lv_gcs_endo_rate_systolic" not in values  # two frames have no rate


def test_a_peak_beside_a_phase_that_was_not_measured_has_no_time():
    labels, times_ms = drawn_hearts(ED, ED, ES, ED), (0.0, 200.0, 400.0, 600.0)
    whole = measure_regions(labels, Beat(0, 2, (0, 1, 2, 3), times_ms)).values
    of_two = measure_regions(labels, Beat(0, 2, (0, 2), times_ms)).values
    assert whole["lv_gcs_endo_time"] == pytest.approx(400.0)
    assert of_two["lv_gcs_endo"] == pytest.approx(whole["lv_gcs_endo"])
    assert not any(key.endswith("_time") for key in of_two)


def test_a_long_axis_has_longitudinal_strain_and_no_segments():
    labels = drawn(LAX_ED, LAX_ES)
    found = measure_regions(labels, BEAT, view=View.LAX_4C)
    assert found.segments == ()
    assert set(found.strains) == {"gls", "rv_free_wall"}
    assert -30.0 < found.values["lv_gls"] < -15.0
    ed_mm, es_mm = (found.values[f"lv_apex_wall_{phase}"] for phase in ("ed", "es"))
    assert ed_mm == pytest.approx(WALL_MM, abs=0.5)
    assert found.values["lv_apex_thickening"] == pytest.approx(100.0 * (es_mm / ed_mm - 1.0))
    assert (
        "short-axis stack" in left_out(found)["segments 1 to 16, circumferential and radial strain"]
    )
    assert "long-axis cine" in left_out(measure_regions(LABELS, BEAT))[LONG_AXIS_PARTS]


def test_corrected_insertion_points_turn_the_segments():
    points = measure_regions(LABELS, BEAT).insertion_points
    assert points is not None
    swapped = InsertionPoints(points.inferior_ras_mm, points.anterior_ras_mm)
    eccentric = drawn_hearts(Heart(circle(22.0, offset_mm=-3.0), circle(32.0)), ES)
    before = measure_regions(eccentric, BEAT)
    after = measure_regions(eccentric, BEAT, insertion_points=swapped)
    assert after.insertion_points == swapped
    means = [[row.ed_mean_mm for row in found.segments[:6]] for found in (before, after)]
    mirrored = [means[1][n] for n in (3, 2, 1, 0, 5, 4)]  # 1 ↔ 4, 2 ↔ 3, 5 ↔ 6
    np.testing.assert_allclose(mirrored, means[0], atol=0.4)


def test_corrected_insertion_points_stay_where_walls_are_closed_at_the_apex_alone():
    points = measure_regions(LABELS, BEAT).insertion_points
    assert points is not None
    array = LABELS.array.copy()
    for frame, z in np.ndindex(2, 8):  # slices 1 to 9 have a heart
        columns = np.flatnonzero((array[frame, z] == Label.LV).any(axis=0))
        side = array[frame, z, :, columns[-3] if columns.size else 0 :]
        side[side == Label.MYO] = Label.BACKGROUND
    found = measure_regions(LabelMap(array, LABELS.geometry), BEAT, insertion_points=points)
    assert "fewer than 3 slices" in left_out(found)["segments"]
    assert found.insertion_points == points


def test_without_a_right_ventricle_it_is_said_how_the_segments_lie():
    bare = drawn_hearts(
        Heart(circle(24.0), circle(34.0), has_rv=False),
        Heart(circle(16.0), circle(30.0), has_rv=False),
    )
    found = measure_regions(bare, BEAT)
    assert len(found.segments) == 16
    assert found.insertion_points is not None
    assert found.insertion_points.source == "direction"
    assert "patient's directions" in left_out(found)["RV insertion points"]


def test_a_right_ventricle_that_does_not_touch_the_wall_is_not_said_to_be_missing():
    array = LABELS.array.copy()
    shell = ndimage.binary_dilation(array == Label.MYO, iterations=2)
    array[shell & (array == Label.RV)] = Label.BACKGROUND
    assert (array == Label.RV).any()
    found = measure_regions(LabelMap(array, LABELS.geometry), BEAT)
    assert left_out(found)["RV insertion points"].startswith("no septum was found beside an RV")


def without(labels: LabelMap, *, frame: int | None = None, label: Label = Label.MYO) -> LabelMap:
    array = labels.array.copy()
    part = array if frame is None else array[frame]
    part[part == label] = Label.BACKGROUND
    return LabelMap(array, labels.geometry)


def test_a_missing_wall_leaves_everything_out():
    found = measure_regions(without(LABELS), BEAT)
    assert (found.segments, found.strains, found.values) == ((), {}, {})
    assert "no slice has a closed wall" in left_out(found)["segments and strain"]


def test_a_wall_missing_at_end_systole_leaves_segments_and_strain_out():
    found = measure_regions(without(LABELS, frame=1), BEAT)
    assert found.segments == ()
    assert set(left_out(found)) == {"segments", "strain", LONG_AXIS_PARTS}


def test_an_open_wall_at_the_base_takes_those_slices_out_and_no_others():
    array = LABELS.array.copy()
    for z in (1, 2):
        for frame in (0, 1):
            rows = array[frame, z, : array.shape[2] // 2]
            rows[rows == Label.MYO] = Label.BACKGROUND
    found = measure_regions(LabelMap(array, LABELS.geometry), BEAT)
    assert len(found.segments) == 16
    assert found.segments[0].ed_mean_mm == pytest.approx(10.0, abs=0.4)


def test_a_single_slice_has_circumferential_strain_and_no_segments():
    one = LabelMap(LABELS.array[:, 5:6], shell_geometry(slices=1))
    found = measure_regions(one, BEAT, view=View.SAX)
    assert found.values["lv_gcs_endo"] == pytest.approx(-100 / 3, abs=1.0)
    assert "single slice" in left_out(found)["segments"]


def test_a_single_phase_has_thickness_alone():
    one = LabelMap(LABELS.array[:1], LABELS.geometry)
    found = measure_regions(one, Beat(0, None, (0,)))
    assert set(found.values) == {"lv_wall_ed", "lv_wall_max"}
    assert left_out(found)["thickening and strain"] == "one phase was analyzed"


def test_several_phases_without_end_systole_are_not_said_to_be_one():
    found = measure_regions(LABELS, Beat(0, None, (0, 1)))
    assert left_out(found)["thickening and strain"] == "end-systole was not found"


def test_without_frame_times_rates_are_left_out_by_name():
    found = measure_regions(LABELS, BEAT, lv_curve=(100.0, 50.0))
    assert "trusted" in left_out(found)["ejection and filling rates"]


TIMES_MS = tuple(40.0 * t for t in range(20))
CURVE_ML = tuple(float(v) for v in 100.0 + 40.0 * np.cos(np.pi * np.arange(20) / 10.0))


def rates_of(lv_curve: tuple[float | None, ...], view: View | None = None) -> Regional:
    """Of a beat of 20 frames and 800 ms, in which nothing but the volume is known."""
    empty = LabelMap(np.zeros((20, *LABELS.array.shape[1:]), np.uint8), LABELS.geometry)
    beat = Beat(0, 10, tuple(range(20)), TIMES_MS)
    return measure_regions(empty, beat, view=view, lv_curve=lv_curve)


def test_a_cosine_of_40_ml_in_800_ms_has_its_steepest_slope_as_both_rates():
    found = rates_of(CURVE_ML)
    # 40 ml · 2 π / 0.8 s
    assert found.values["lv_per"] == pytest.approx(314.2, rel=0.01)
    assert found.values["lv_pfr"] == pytest.approx(314.2, rel=0.01)
    assert "ejection and filling rates" not in left_out(found)


@pytest.mark.parametrize("failed", [0.0, 2.0, 250.0, None])
def test_a_phase_whose_volume_failed_leaves_the_rates_out_and_is_the_reason(failed: float | None):
    found = rates_of((*CURVE_ML[:4], failed, *CURVE_ML[5:]))
    assert not [key for key in found.values if key.startswith(("lv_per", "lv_pfr"))]
    assert "fits the neighboring phases" in left_out(found)["ejection and filling rates"]


def test_slices_of_a_long_axis_have_no_rates_and_no_note_on_them():
    found = rates_of(CURVE_ML, View.LAX_4C)
    assert found.values == {}
    assert "ejection and filling rates" not in left_out(found)


def test_a_stack_of_a_long_axis_and_an_empty_heart_have_nothing():
    several = measure_regions(LABELS, BEAT, view=View.LAX_4C)
    assert (several.segments, several.strains, several.values) == ((), {}, {})
    assert "single slice" in left_out(several)[LONG_AXIS_PARTS]
    empty = LabelMap(np.zeros_like(LABELS.array), LABELS.geometry)
    assert measure_regions(empty, BEAT).segments == ()


def test_base_and_apex_cut_off_still_give_thirds_of_what_is_there():
    part = LabelMap(LABELS.array[:, 3:8], shell_geometry(slices=5))
    found = measure_regions(part, BEAT)
    assert len(found.segments) == 16
    assert slices_from_base(LABELS, 0) == tuple(range(11))


def test_25_frames_of_12_slices_take_less_than_2_seconds_of_one_core():
    frames = [Heart(circle(24.0 - n / 3), circle(34.0 - n / 6)) for n in range(25)]
    labels = drawn_hearts(*frames, geometry=shell_geometry(slices=14))
    beat = Beat(0, 24, tuple(range(25)), tuple(35.0 * n for n in range(25)))
    start = time.process_time()
    measure_regions(labels, beat, lv_curve=tuple(150.0 - n for n in range(25)))
    assert time.process_time() - start < 2.0


def test_a_frame_whose_wall_is_open_leaves_a_gap_in_the_curves_and_is_named():
    open_wall = without(drawn_hearts(ED, ES, *[ED] * 4), frame=2)
    found = measure_regions(open_wall, Beat(0, 1, tuple(range(6))))
    assert found.strains["gcs_endo"][2] is None
    assert found.values["lv_gcs_endo"] == pytest.approx(-100 / 3, abs=1.0)
    assert any(what.endswith("in phase 3") for what in left_out(found))


def test_a_long_axis_without_a_ventricle_says_so():
    labels = drawn(LAX_ED, LAX_ES)
    empty = LabelMap(np.zeros_like(labels.array), labels.geometry)
    found = measure_regions(empty, BEAT, view=View.LAX_2C)
    assert (found.strains, found.values) == ({}, {})
    assert "not found" in left_out(found)["longitudinal strain"]
    assert "segment 17" in left_out(found)


def test_a_single_phase_of_a_long_axis_has_its_apical_cap_alone():
    found = measure_regions(drawn(LAX_ED), Beat(0, None, (0,)), view=View.LAX_2C)
    assert list(found.values) == ["lv_apex_wall_ed"]
