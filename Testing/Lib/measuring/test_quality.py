"""Each rule on a phantom that breaks it, on one that does not, and with the slices reversed."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from CMRSegmentationLib.findings import Finding, Severity
from CMRSegmentationLib.image import Geometry, Label, LabelMap, View
from CMRSegmentationLib.measuring.quality import check_quality
from CMRSegmentationLib.reading.files import read_labels
from Testing.Lib.long_axis_phantoms import ED, ES, Plane, drawn
from Testing.phantoms import HeartPhantom, oblique_geometry
from Testing.real_data import data_folder

PHANTOM = HeartPhantom(frames=10, es_frame=4, slices=11, empty_slices=(1, 1))
"""Nine slices of heart, 1 to 9 from base to apex."""
Damage = Callable[[NDArray[np.uint8]], None]


@cache
def phantom_array() -> NDArray[np.uint8]:
    return PHANTOM.labels.array


def check(damage: Damage | None = None, **settings: object) -> tuple[Finding, ...]:
    """The findings of the phantom after damage; with its slices reversed they must be the same, mirrored."""
    array = phantom_array().copy()
    if damage is not None:
        damage(array)
    phases = {"ed_frame": 0, "es_frame": 4} | settings
    found = check_quality(LabelMap(array, PHANTOM.geometry), **phases)  # type: ignore[arg-type]
    mirrored = check_quality(LabelMap(array[:, ::-1], PHANTOM.geometry), **phases)  # type: ignore[arg-type]
    last = array.shape[1] - 1
    assert [(one.code, one.severity, one.frame, one.slice) for one in found] == [
        (one.code, one.severity, one.frame, None if one.slice is None else last - one.slice)
        for one in mirrored
    ]
    return found


def places(findings: tuple[Finding, ...]) -> list[tuple[str, int | None, int | None]]:
    return [(one.code, one.frame, one.slice) for one in findings]


def remove(array: NDArray[np.uint8], label: Label, *where: object) -> None:
    part = array[where]  # a view: all indices here are integers and slices
    part[part == label] = Label.BACKGROUND


def test_a_plausible_heart_has_no_findings():
    assert check() == ()


def test_an_empty_label_map_has_one_serious_finding():
    findings = check(lambda array: array.fill(0))
    assert [(one.code, one.severity) for one in findings] == [("heart_absent", Severity.SERIOUS)]


def test_a_structure_that_is_nowhere_is_serious():
    findings = check(lambda array: remove(array, Label.RV))
    assert [(one.code, one.severity) for one in findings] == [
        ("structure_absent", Severity.SERIOUS)
    ]
    assert "RV cavity" in findings[0].message


def test_missing_myocardium_is_one_finding_and_not_also_an_open_wall():
    assert [one.code for one in check(lambda array: remove(array, Label.MYO))] == [
        "structure_absent"
    ]


def test_a_structure_empty_in_two_frames_is_one_finding_that_names_the_first():
    findings = check(lambda array: [remove(array, Label.RV, frame) for frame in (6, 8)])  # type: ignore[func-returns-value]
    assert places(findings) == [("structure_empty", 6, None)]
    assert findings[0].severity is Severity.WARNING
    assert "frame 7 of 10 and in 1 other frame" in findings[0].message


def test_a_structure_empty_at_end_systole_is_serious_and_named_before_an_earlier_frame():
    findings = check(lambda array: [remove(array, Label.MYO, frame) for frame in (2, 4)])  # type: ignore[func-returns-value]
    first = next(one for one in findings if one.code == "structure_empty")
    assert (first.frame, first.severity) == (4, Severity.SERIOUS)


def test_frames_that_were_not_segmented_are_not_empty():
    def keep_both_phases(array: NDArray[np.uint8]) -> None:
        array[[1, 2, 3, 5, 6, 7, 8, 9]] = 0

    assert check(keep_both_phases, frames=(0, 4)) == ()
    assert "structure_empty" in {one.code for one in check(keep_both_phases)}


@pytest.mark.parametrize("label", [Label.LV, Label.MYO, Label.RV])
def test_a_structure_missing_between_slices_is_a_gap(label: Label):
    findings = check(lambda array: remove(array, label, 0, 3))
    gap = next(one for one in findings if one.code == "structure_gap")
    assert (gap.frame, gap.slice, gap.severity) == (0, 3, Severity.WARNING)


def test_a_gap_in_every_frame_is_one_finding_that_counts_them():
    findings = check(lambda array: remove(array, Label.RV, slice(None), 4))
    gap = next(one for one in findings if one.code == "structure_gap")
    assert "slice 5 of 11 in frame 1 of 10 and in 9 other places" in gap.message


def test_a_gap_away_from_both_phases_is_for_information():
    gap = next(
        one
        for one in check(lambda array: remove(array, Label.RV, 7, 3))
        if one.code == "structure_gap"
    )
    assert gap.severity is Severity.INFO


def test_a_slice_that_loses_the_rv_for_one_frame_at_its_end_is_a_dropout():
    findings = check(lambda array: remove(array, Label.RV, 7, 1))
    assert places(findings) == [("structure_dropout", 7, 1)]


def test_the_first_frame_follows_the_last_when_a_slice_loses_the_lv():
    findings = check(lambda array: remove(array, Label.LV, 0, 1))
    assert ("structure_dropout", 0, 1) in places(findings)


def test_a_base_that_leaves_the_slice_in_systole_is_no_dropout():
    def descend(array: NDArray[np.uint8]) -> None:
        array[3:7, 1] = 0

    assert check(descend) == ()


def test_five_neighboring_lv_slices_are_too_few():
    def shorten(array: NDArray[np.uint8]) -> None:
        array[:, 6:] = 0

    findings = check(shorten)
    assert ("few_lv_slices", 0, None) in places(findings)
    assert "Only 5 neighboring slices" in next(
        one.message for one in findings if one.code == "few_lv_slices"
    )


def test_six_neighboring_lv_slices_are_enough():
    def shorten(array: NDArray[np.uint8]) -> None:
        array[:, 7:] = 0

    assert "few_lv_slices" not in {one.code for one in check(shorten)}


def cut_wall(array: NDArray[np.uint8], slice_: int) -> None:
    """Open the right third of the wall at end-diastole; the RV lies on the left."""
    rows, columns = np.nonzero(array[0, slice_] == Label.LV)
    wall = array[0, slice_, :, columns.max() - 6 :]
    wall[wall == Label.MYO] = 0
    assert rows.size


def test_a_wall_that_is_open_at_mid_level_is_found():
    assert places(check(lambda array: cut_wall(array, 5))) == [("lv_not_enclosed", 0, 5)]


@pytest.mark.parametrize("slice_", [1, 2, 3])
def test_a_wall_that_is_open_in_the_basal_third_is_the_outflow_tract(slice_: int):
    assert check(lambda array: cut_wall(array, slice_)) == ()


def test_an_rv_that_ends_above_mid_level_is_found():
    def shorten_rv(array: NDArray[np.uint8]) -> None:
        remove(array, Label.RV, slice(None), slice(4, None))

    assert ("rv_missing_mid", 0, 5) in places(check(shorten_rv))


def test_a_stack_that_starts_below_the_base_is_found():
    array = phantom_array()[:, 1:]  # the widest slice is now the outermost
    labels = LabelMap(array, oblique_geometry(array.shape[1:]))
    assert ("base_not_covered", 0, 0) in places(check_quality(labels, ed_frame=0, es_frame=4))


def test_a_base_that_empties_in_systole_is_covered():
    array = phantom_array()[:, 1:].copy()
    array[4, 0] = 0
    labels = LabelMap(array, oblique_geometry(array.shape[1:]))
    assert "base_not_covered" not in {
        one.code for one in check_quality(labels, ed_frame=0, es_frame=4)
    }


def test_a_stack_that_ends_above_the_apex_is_found():
    array = phantom_array()[:, :8]
    labels = LabelMap(array, oblique_geometry(array.shape[1:]))
    found = check_quality(labels, ed_frame=0, es_frame=4)
    assert places(found) == [("apex_not_covered", 0, 7)]
    # Slice 7 is the seventh of nine: 1 - (6 / 9)² = 56 % by the formula, 55 % in pixels.
    assert "slice there (8 of 8) still holds 55 %" in found[0].message


def pump(edv: tuple[int, int], esv: tuple[int, int]) -> tuple[Finding, ...]:
    """Findings about the pump of (LV, RV) volumes in voxels of 0.1 ml."""
    array = np.zeros((2, 2, 40, 50), np.uint8)
    for frame, volumes in enumerate((edv, esv)):
        for label, voxels in zip((Label.LV, Label.RV), volumes, strict=True):
            array[frame, label // 2].flat[:voxels] = label
    labels = LabelMap(array, oblique_geometry((2, 40, 50), (10.0, 4.0, 2.5)))
    found = check_quality(labels, ed_frame=0, es_frame=1)
    return tuple(one for one in found if one.code in ("stroke_volumes_differ", "ef_out_of_range"))


def test_stroke_volumes_of_60_and_44_ml_differ_too_much_and_of_60_and_46_ml_do_not():
    found = pump((1000, 1000), (400, 560))  # 27 % of the larger
    assert [(one.code, one.severity) for one in found] == [("stroke_volumes_differ", Severity.INFO)]
    assert "LV (60 ml) and RV (44 ml) differ by 27 %" in found[0].message
    assert pump((1000, 1000), (400, 540)) == ()  # 23 %


def test_stroke_volumes_of_60_and_20_ml_are_a_warning():
    assert [one.severity for one in pump((1000, 1000), (400, 800))] == [Severity.WARNING]


@pytest.mark.parametrize(("es", "finds"), [(960, True), (940, False), (110, False), (90, True)])
def test_an_ejection_fraction_below_5_or_above_90_percent_is_found(es: int, finds: bool):
    assert [one.code for one in pump((1000, 1000), (es, es))] == ["ef_out_of_range"] * 2 * finds


def test_a_ventricle_that_is_empty_at_end_diastole_has_no_ejection_fraction_to_judge():
    assert pump((0, 1000), (100, 500)) == ()


def test_a_frame_with_twice_the_lv_is_a_jump():
    def grow(array: NDArray[np.uint8]) -> None:
        for slice_ in range(1, 10):
            array[6, slice_][array[6, slice_] == Label.MYO] = Label.LV

    jumps = [one for one in check(grow) if one.code == "volume_jump"]
    assert [one.frame for one in jumps] == [6]
    assert "LV cavity jumps in frame 7 of 10" in jumps[0].message


def test_one_frame_has_neither_pump_nor_jump():
    labels = LabelMap(phantom_array()[:1], PHANTOM.geometry)
    assert places(check_quality(labels, ed_frame=0, es_frame=None)) == [("single_phase", 0, None)]


def test_one_slice_is_not_judged_as_a_stack():
    labels = LabelMap(
        phantom_array()[:, 5:6], oblique_geometry((1, *PHANTOM.geometry.shape_zyx[1:]))
    )
    assert places(check_quality(labels, ed_frame=0, es_frame=4)) == [("single_slice", None, 0)]
    assert check_quality(drawn(ED, ES), ed_frame=0, es_frame=1, view=View.LAX_4C) == ()


def test_a_two_chamber_view_needs_no_rv_and_a_four_chamber_view_does():
    labels = drawn(Plane(has_rv=False), Plane(base_mm=14.0, radius_mm=17.0, has_rv=False))
    assert check_quality(labels, ed_frame=0, es_frame=1, view=View.LAX_2C) == ()
    four_chamber = check_quality(labels, ed_frame=0, es_frame=1, view=View.LAX_4C)
    assert [one.code for one in four_chamber] == ["structure_absent", "view_doubted"]


def test_a_long_axis_that_does_not_eject_is_told():
    findings = check_quality(
        drawn(ED, Plane(base_mm=1.3)), ed_frame=0, es_frame=1, view=View.LAX_4C
    )
    assert places(findings) == [("ef_out_of_range", 1, None)]


def test_a_ring_is_no_long_axis_and_has_none():
    labels = LabelMap(
        phantom_array()[:, 5:6], oblique_geometry((1, *PHANTOM.geometry.shape_zyx[1:]))
    )
    findings = check_quality(labels, ed_frame=0, es_frame=4, view=View.LAX_4C)
    assert places(findings) == [("view_doubted", None, None), ("long_axis_unknown", 0, None)]


def test_a_long_axis_that_is_not_found_at_end_systole_is_named_there():
    labels = drawn(ED, ES)
    array = labels.array.copy()
    array[1][array[1] == Label.MYO] = Label.BACKGROUND
    findings = check_quality(
        LabelMap(array, labels.geometry), ed_frame=0, es_frame=1, view=View.LAX_4C
    )
    assert ("long_axis_unknown", 1, None) in places(findings)
    (finding,) = (one for one in findings if one.code == "long_axis_unknown")
    assert "frame 2 of 2" in finding.message


def test_the_gravest_finding_comes_first():
    findings = check(lambda array: [remove(array, Label.RV), cut_wall(array, 5)])  # type: ignore[func-returns-value]
    assert [one.severity for one in findings] == [Severity.SERIOUS, Severity.WARNING]


def test_transposing_the_slices_changes_no_finding():
    array = phantom_array().copy()
    cut_wall(array, 5)
    remove(array, Label.RV, 7, 1)
    turned = LabelMap(
        array.transpose(0, 1, 3, 2), oblique_geometry((11, 112, 96), (10.0, 1.4, 1.6))
    )
    labels = LabelMap(array, PHANTOM.geometry)
    assert check_quality(turned, ed_frame=0, es_frame=4) == check_quality(
        labels, ed_frame=0, es_frame=4
    )


def test_a_cine_of_25_by_13_by_256_by_256_is_checked_in_half_a_second():
    array = np.zeros((25, 13, 256, 256), np.uint8)
    array[:, 1:12, 80:176, 72:184] = phantom_array()[np.arange(25) % 10, :11]
    labels = LabelMap(array, Geometry.from_spacing((13, 256, 256), (10.0, 1.6, 1.4)))
    start = time.perf_counter()
    check_quality(labels, ed_frame=0, es_frame=4)
    assert time.perf_counter() - start < 0.5


def expert_contours(patient: str) -> LabelMap:
    """Both contoured phases of an ACDC patient, end-diastole first; ACDC numbers RV 1, MYO 2, LV 3."""
    folder = data_folder(f"acdc/training/{patient}") / "acdc/training" / patient
    phases = [read_labels(path) for path in sorted(folder.glob("*_gt.nii.gz"))]
    swapped = np.array([0, 3, 2, 1], np.uint8)
    return LabelMap(np.concatenate([swapped[one.array] for one in phases]), phases[0].geometry)


@pytest.mark.parametrize("patient", [f"patient{number:03d}" for number in range(10, 101, 10)])
def test_experts_contours_are_whole_enclosed_and_without_gaps(patient: str):
    findings = check_quality(expert_contours(patient), ed_frame=0, es_frame=1)
    true_of_the_patient = {
        "stroke_volumes_differ",
        "ef_out_of_range",
        "base_not_covered",
        "apex_not_covered",
    }
    assert {one.code for one in findings} <= true_of_the_patient


@pytest.mark.parametrize(
    ("bare", "severity"), [(0, Severity.SERIOUS), (1, Severity.SERIOUS), (2, Severity.WARNING)]
)
def test_a_long_axis_without_half_of_its_wall_is_told_with_the_share_that_is_bare(
    bare: int, severity: Severity
):
    labels = drawn(ED, ES, ED, degrees=0.0)
    array = labels.array.copy()
    across = np.arange(array.shape[-1])
    array[bare, 0][(array[bare, 0] == Label.MYO) & (across > 85 + 18 / 0.9)] = (
        Label.BACKGROUND
    )  # beyond the axis
    findings = check_quality(
        LabelMap(array, labels.geometry), ed_frame=0, es_frame=1, view=View.LAX_4C
    )
    (finding,) = (one for one in findings if one.code == "lv_not_enclosed")
    assert finding.severity is severity
    assert finding.frame == bare
    assert f"frame {bare + 1} of 3" in finding.message
    percent = int(finding.message.split(" %")[0])
    assert 50 < percent < 75  # half of the wall, and the valve


def test_several_slices_of_a_long_axis_are_no_volume():
    labels = HeartPhantom(frames=3, slices=2, es_frame=1, empty_slices=(0, 0)).labels
    findings = check_quality(labels, ed_frame=0, es_frame=1, view=View.LAX_4C)
    assert places(findings)[0] == ("long_axis_stack", None, None)
    assert "2 parallel slices" in findings[0].message
