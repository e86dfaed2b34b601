"""End-diastole and end-systole of curves whose extremes are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.sizes import volumes_ml
from CMRSegmentationLib.findings import Severity
from CMRSegmentationLib.image import Label
from CMRSegmentationLib.measuring.phases import Phases, find_phases
from CMRSegmentationLib.patient import ChosenPhases
from Testing.phantoms import HeartPhantom

BEAT = np.array([116.0, 120, 115, 97, 74, 58, 50, 48, 52, 62, 76, 90, 102, 108, 111, 113])
"""ED is frame 1, ES frame 7; the last frame leads into the first."""


def cyclic_distance(a: int, b: int, frames: int) -> int:
    return min((a - b) % frames, (b - a) % frames)


def ventricle(
    frames: int, *, ed: int, es: int, edv_ml: float = 130.0, esv_ml: float = 50.0
) -> NDArray[np.float64]:
    """Fast ejection, early filling, diastasis and atrial kick: half cosines between their ends."""
    systole = (es - ed) % frames
    knots_at = np.array([0.0, systole, systole + 0.45 * (frames - systole), 0.85 * frames, frames])
    knots_ml = edv_ml - (edv_ml - esv_ml) * np.array([0.0, 1.0, 0.3, 0.25, 0.0])
    since_ed = (np.arange(frames) - ed) % frames
    piece = np.searchsorted(knots_at, since_ed, side="right") - 1
    part = (since_ed - knots_at[piece]) / (knots_at[piece + 1] - knots_at[piece])
    return (
        knots_ml[piece] + (knots_ml[piece + 1] - knots_ml[piece]) * (1 - np.cos(np.pi * part)) / 2
    )


def test_the_largest_volume_is_end_diastole_and_the_smallest_end_systole():
    assert find_phases(BEAT) == Phases(1, 7)


@pytest.mark.parametrize("shift", range(len(BEAT)))
def test_rotating_the_frames_rotates_the_phases(shift: int):
    phases = find_phases(np.roll(BEAT, shift))
    assert (phases.ed_frame, phases.es_frame) == ((1 + shift) % 16, (7 + shift) % 16)


@pytest.mark.parametrize("frames", [8, 12, 20, 25, 30, 50])
@pytest.mark.parametrize("ed", [0, 5])
def test_noise_of_2_percent_moves_the_phases_of_a_ventricle_by_less_than_a_tenth_of_the_beat(
    frames: int, ed: int
):
    es = (ed + round(0.36 * frames)) % frames
    truth = ventricle(frames, ed=ed, es=es)
    random = np.random.default_rng(frames)
    for _ in range(50):
        phases = find_phases(truth * random.normal(1.0, 0.02, frames))
        assert phases.es_frame is not None
        assert cyclic_distance(phases.es_frame, es, frames) <= max(1, round(0.1 * frames))
        assert truth[phases.ed_frame] >= 0.93 * truth[ed]


@pytest.mark.parametrize("frames", [10, 20, 25, 30, 40])
def test_without_noise_both_phases_are_within_one_frame(frames: int):
    es = round(0.36 * frames)
    phases = find_phases(ventricle(frames, ed=0, es=es))
    assert cyclic_distance(phases.ed_frame, 0, frames) <= 1
    assert phases.es_frame is not None
    assert cyclic_distance(phases.es_frame, es, frames) <= 1


@pytest.mark.parametrize("failed", range(len(BEAT)))
@pytest.mark.parametrize("value", [0.0, 250.0])
def test_a_failed_frame_is_never_a_phase_and_moves_the_others_by_one_frame_at_most(
    failed: int, value: float
):
    curve = BEAT.copy()
    curve[failed] = value
    phases = find_phases(curve)
    assert failed not in (phases.ed_frame, phases.es_frame)
    assert cyclic_distance(phases.ed_frame, 1, 16) <= 1
    assert cyclic_distance(phases.es_frame or 0, 7, 16) <= 1
    assert [(one.code, one.frame) for one in phases.findings] == [
        ("phase_candidate_ignored", failed)
    ]
    assert f"phase {failed + 1} of 16" in phases.findings[0].message.lower()


def test_a_failed_frame_beside_a_nearly_emptied_end_systole_is_not_end_systole():
    curve = ventricle(25, ed=0, es=9, edv_ml=110.0, esv_ml=12.0)
    curve[10] = 0.0
    assert find_phases(curve).es_frame in (8, 9)


def test_phases_without_lv_at_the_end_of_a_cine_are_not_end_systole():
    curve = ventricle(20, ed=0, es=8)
    curve[15:] = 0.0
    phases = find_phases(curve)
    assert (phases.ed_frame, phases.es_frame) == (0, 8)
    (finding,) = phases.findings
    assert finding.severity is Severity.SERIOUS  # the last of them comes before end-diastole
    assert "phases 16, 17, 18, 19 and 20 of 20" in finding.message


def lost_in(*frames: int) -> NDArray[np.float64]:
    """Volumes of a heart that empties almost entirely; in some frames the LV was not found."""
    curve = ventricle(20, ed=0, es=8, edv_ml=100.0, esv_ml=3.0)
    curve[list(frames)] = 0.0
    return curve


@pytest.mark.parametrize("frames", [(8,), (6, 7, 8, 9, 10), tuple(range(3, 13)), (9, 10), (1, 2)])
def test_an_lv_that_is_lost_beside_a_phase_is_serious(frames: tuple[int, ...]):
    (finding,) = find_phases(lost_in(*frames)).findings
    assert (finding.code, finding.severity) == ("phase_candidate_ignored", Severity.SERIOUS)
    assert finding.frame == frames[0]
    assert "perhaps at end-diastole or end-systole; measures may be wrong" in finding.message


def test_an_lv_that_is_lost_where_it_is_about_as_small_as_at_end_systole_is_serious():
    curve = lost_in(10, 11)
    curve[9] = curve[8] + 5.0
    phases = find_phases(curve)
    assert phases.es_frame == 8
    assert [one.severity for one in phases.findings] == [Severity.SERIOUS]


def test_an_lv_that_is_lost_far_from_both_phases_is_a_note():
    phases = find_phases(lost_in(12, 13, 14))
    assert (phases.ed_frame, phases.es_frame) == (0, 8)
    (finding,) = phases.findings
    assert finding.severity is Severity.INFO
    assert finding.message.startswith("Phases 13, 14 and 15 of 20 were not considered")


def test_an_lv_that_is_lost_beside_a_phase_of_the_users_choice_is_no_finding_of_the_phases():
    assert find_phases(lost_in(7), ChosenPhases(0, 8)).findings == ()
    assert find_phases(lost_in(7), ChosenPhases(es=8)).findings[0].severity is Severity.INFO
    assert find_phases(lost_in(8), ChosenPhases(es=8)).findings == ()


def test_an_lv_that_was_found_in_two_phases_alone_has_these_with_a_serious_finding():
    curve = np.zeros(20)
    curve[[3, 12]] = 120.0, 50.0
    phases = find_phases(curve)
    assert (phases.ed_frame, phases.es_frame) == (3, 12)
    assert [one.severity for one in phases.findings] == [Severity.SERIOUS]


def test_an_lv_that_was_found_in_one_phase_alone_has_it_as_end_diastole():
    curve = np.zeros(20)
    curve[3] = 120.0
    phases = find_phases(curve)
    assert (phases.ed_frame, phases.es_frame) == (3, None)
    (finding,) = phases.findings
    assert (finding.code, finding.severity) == ("phases_unknown", Severity.SERIOUS)
    assert "no two phases have LV volumes that differ" in finding.message
    assert find_phases(curve, ChosenPhases(es=3)).es_frame == 3


def test_of_two_phases_the_one_without_lv_stays_end_systole():
    assert find_phases(np.array([120.0, 0.0])) == Phases(0, 1)


@pytest.mark.parametrize(
    ("curve", "es"),
    [
        ([120, 98, 57, 51, 82, 102, 102, 104], 3),
        ([100, 60, 25, 6, 20, 60, 75, 80, 82, 88], 3),
    ],
)
def test_a_sharp_end_systole_of_few_phases_is_found(curve: list[float], es: int):
    assert find_phases(np.array(curve)) == Phases(0, es)


def test_a_weak_heart_has_its_phases_within_two_frames_in_spite_of_noise():
    """EF 25 %, contours that scatter by 1.5 % of the EDV: single frames stand out."""
    beat = 0.75 + 0.25 * np.interp(
        np.arange(20) / 20, [0, 0.36, 0.52, 0.8, 0.95, 1], [0.98, 0, 0.72, 0.8, 1, 0.98]
    )
    rng = np.random.default_rng(7)
    found = [find_phases(200 * (beat + 0.015 * rng.standard_normal(20))) for _ in range(300)]
    assert np.mean([cyclic_distance(phases.ed_frame, 19, 20) <= 2 for phases in found]) > 0.95
    assert np.mean([cyclic_distance(phases.es_frame or 0, 7, 20) <= 2 for phases in found]) > 0.95


def test_end_diastole_across_the_end_of_the_cine_is_found():
    phantom = HeartPhantom(frames=20, ed_frame=19, es_frame=7)
    phases = find_phases(volumes_ml(phantom.labels)[Label.LV])
    assert (phases.ed_frame, phases.es_frame) == (19, 7)


def test_frames_that_were_not_segmented_are_ignored():
    curve = np.full(25, np.nan)
    curve[[0, 9]] = 120.0, 50.0
    assert find_phases(curve) == Phases(0, 9)


def test_two_neighboring_frames_do_not_smooth_each_other_away():
    assert find_phases(np.array([40.0, 90.0])) == Phases(1, 0)


def test_one_frame_has_no_end_systole():
    assert find_phases(np.array([85.0])) == Phases(0, None)


def test_one_segmented_frame_of_many_has_no_end_systole():
    curve = np.full(10, np.nan)
    curve[4] = 85.0
    assert find_phases(curve) == Phases(4, None)


def test_a_heart_that_does_not_move_has_no_end_systole_and_a_serious_finding():
    phases = find_phases(np.full(12, 80.0))
    assert (phases.ed_frame, phases.es_frame) == (0, None)
    assert [(one.code, one.severity) for one in phases.findings] == [
        ("phases_unknown", Severity.SERIOUS)
    ]


def test_a_heart_without_lv_is_left_to_the_check_of_its_labels():
    assert find_phases(np.zeros(12)) == Phases(0, None)


def test_the_users_choice_is_used_as_it_is():
    assert find_phases(BEAT, ChosenPhases(ed=15, es=8)) == Phases(15, 8)
    assert find_phases(BEAT, ChosenPhases(es=9)) == Phases(1, 9)
    assert find_phases(BEAT, ChosenPhases(ed=3)) == Phases(3, 7)


def test_the_frame_that_the_user_took_is_not_chosen_again():
    assert find_phases(BEAT, ChosenPhases(ed=7)) == Phases(7, 6)
    assert find_phases(BEAT, ChosenPhases(es=1)).ed_frame == 0


@pytest.mark.parametrize(
    ("choice", "words"), [({"ed": 16}, "0 to 15.*found 16"), ({"es": -1}, "0 to 15.*found -1")]
)
def test_a_frame_that_does_not_exist_is_refused(choice: dict[str, int], words: str):
    with pytest.raises(ValueError, match=words):
        find_phases(BEAT, ChosenPhases(**choice))


def test_a_frame_that_was_not_segmented_cannot_be_chosen():
    with pytest.raises(ValueError, match=r"Phase 2 of 3 .* not segmented"):
        find_phases(np.array([80.0, np.nan, 50.0]), ChosenPhases(es=1))


def test_the_only_frame_cannot_be_end_systole_alone():
    with pytest.raises(ValueError, match="only segmented phase"):
        find_phases(np.array([80.0]), ChosenPhases(es=0))


@pytest.mark.parametrize(
    "curve",
    [
        np.array([]),
        np.array([np.nan]),
        np.ones((2, 2)),
        np.array([-1.0, 3.0]),
        np.array([np.inf, 2.0]),
    ],
)
def test_what_is_no_curve_is_refused(curve: NDArray[np.float64]):
    with pytest.raises(ValueError, match="Expected"):
        find_phases(curve)
