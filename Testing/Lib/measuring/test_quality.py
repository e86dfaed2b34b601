"""Each rule on a phantom that breaks it, on one that does not, and with the slices reversed."""

from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.typing import NDArray

from CMRSegmentationLib.findings import Severity
from CMRSegmentationLib.image import Geometry, Label, LabelMap, View
from CMRSegmentationLib.measuring.quality import check_quality
from CMRSegmentationLib.reading.files import read_labels
from Testing.Lib.long_axis_phantoms import ED, ES, Plane, drawn
from Testing.Lib.measuring.damaged_hearts import (
    PHANTOM,
    check,
    cut_wall,
    phantom_array,
    places,
    remove,
)
from Testing.phantoms import HeartPhantom, oblique_geometry
from Testing.real_data import data_folder


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
    assert "phase 7 of 10 and in 1 other phase" in findings[0].message


def test_a_structure_empty_at_end_systole_is_serious_and_named_before_an_earlier_frame():
    findings = check(lambda array: [remove(array, Label.MYO, frame) for frame in (2, 4)])  # type: ignore[func-returns-value]
    first = next(one for one in findings if one.code == "structure_empty")
    assert (first.frame, first.severity) == (4, Severity.SERIOUS)


def test_frames_that_were_not_segmented_are_not_empty():
    def keep_both_phases(array: NDArray[np.uint8]) -> None:
        array[[1, 2, 3, 5, 6, 7, 8, 9]] = 0

    assert check(keep_both_phases, frames=(0, 4)) == ()
    assert "structure_empty" in {one.code for one in check(keep_both_phases)}


def test_a_structure_that_is_drawn_at_end_diastole_alone_does_not_jump_there():
    found = check(lambda array: remove(array, Label.RV, slice(1, None)))
    assert [one.code for one in found if one.frame is not None] == ["structure_empty"]


def test_a_frame_with_twice_the_lv_is_a_jump():
    def grow(array: NDArray[np.uint8]) -> None:
        for slice_ in range(1, 10):
            array[6, slice_][array[6, slice_] == Label.MYO] = Label.LV

    jumps = [one for one in check(grow) if one.code == "volume_jump"]
    assert [one.frame for one in jumps] == [6]
    assert "LV cavity jumps in phase 7 of 10" in jumps[0].message


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
    assert "phase 2 of 2" in finding.message


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
    """Both phases of an ACDC patient, end-diastole first; ACDC numbers RV 1, MYO 2, LV 3."""
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
    assert f"phase {bare + 1} of 3" in finding.message
    percent = int(finding.message.split(" %")[0])
    assert 50 < percent < 75  # half of the wall, and the valve


def test_a_long_axis_phase_without_any_wall_is_not_told_a_second_time_that_it_is_bare():
    labels = drawn(ED, ES, ED)
    array = labels.array.copy()
    remove(array, Label.MYO, 1)
    findings = check_quality(
        LabelMap(array, labels.geometry), ed_frame=0, es_frame=1, view=View.LAX_4C
    )
    assert places(findings) == [("structure_empty", 1, None), ("long_axis_unknown", 1, None)]


def test_several_slices_of_a_long_axis_are_no_volume():
    labels = HeartPhantom(frames=3, slices=2, es_frame=1, empty_slices=(0, 0)).labels
    findings = check_quality(labels, ed_frame=0, es_frame=1, view=View.LAX_4C)
    assert places(findings)[0] == ("long_axis_stack", None, None)
    assert "2 parallel slices" in findings[0].message
