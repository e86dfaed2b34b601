from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from CMRSegmentationLib.reading.dicom_grouping import group_slices
from CMRSegmentationLib.reading.dicom_headers import Frame
from CMRSegmentationLib.reading.dicom_stacks import are_parallel_neighbors, group_stacks, is_even
from Testing.Lib.reading.dicom_frames import NORMAL, ORIENTATION, frames


def stacks_of(*members: list[Frame]) -> tuple[list[list[float]], list[str]]:
    """Positions of the slices of each stack, and the codes of what was left out."""
    grouping = group_slices([frame for slice_ in members for frame in slice_])
    stacks, _, findings = group_stacks(grouping.slices)
    positions = [[round(float(NORMAL @ s.first.position_mm), 3) for s in stack] for stack in stacks]
    return positions, [finding.code for finding in (*grouping.findings, *findings)]


def test_slices_of_one_series_are_ordered_along_the_normal() -> None:
    assert stacks_of(frames(20.0), frames(0.0), frames(10.0)) == ([[0.0, 10.0, 20.0]], [])


def test_series_one_slice_each_are_one_stack_where_they_are_evenly_spaced() -> None:
    members = [frames(10.0 * z, series=z + 1) for z in (4, 2, 0, 1, 3)]
    assert stacks_of(*members) == ([[0.0, 10.0, 20.0, 30.0, 40.0]], [])


def test_two_parallel_planes_of_two_series_are_not_a_stack() -> None:
    assert stacks_of(frames(0.0, series=1), frames(40.0, series=2)) == ([[0.0], [40.0]], [])


def test_series_that_continue_each_other_are_put_together() -> None:
    first = [frames(10.0 * z, series=1) for z in range(4)]
    second = [frames(10.0 * z, series=2) for z in range(4, 8)]
    assert stacks_of(*first, *second) == ([[10.0 * z for z in range(8)]], [])


def test_series_that_interleave_stay_apart() -> None:
    first = [frames(10.0 * z, series=1) for z in range(4)]
    second = [frames(10.0 * z + 3.0, series=2) for z in range(4)]
    assert stacks_of(*first, *second) == ([[0.0, 10.0, 20.0, 30.0], [3.0, 13.0, 23.0, 33.0]], [])


@pytest.mark.parametrize(
    "changes",
    [
        {"orientation": ORIENTATION[::-1]},
        {"spacing_yx_mm": (1.2, 1.2)},
        {"size_yx": (24, 20)},
        {"frame_of_reference": "another"},
        {"phases": 3},
    ],
)
def test_other_bookkeeping_does_not_tear_a_slice_out_of_its_stack(changes) -> None:
    members = [frames(10.0 * z, series=z) for z in (0, 1, 3)]
    assert stacks_of(*members, frames(20.0, series=9, **changes)) == ([[0.0, 10.0, 20.0, 30.0]], [])


@pytest.mark.parametrize(("degrees", "stacks"), [(2.9, 1), (3.1, 2)])
def test_tilt_of_up_to_three_degrees_does_not_tear_a_stack_apart(degrees, stacks) -> None:
    angle = np.deg2rad(degrees)
    down = np.cos(angle) * ORIENTATION[1] + np.sin(angle) * NORMAL
    members = [frames(10.0 * z, series=z) for z in (0, 1, 3)]
    tilted = frames(20.0, series=9, orientation=np.stack([ORIENTATION[0], down]))
    assert len(stacks_of(*members, tilted)[0]) == stacks


def tilted(degrees: float, position_mm: float, **changes) -> list[Frame]:
    """A slice turned about its rows, its center where that of a straight one would be."""
    angle = np.deg2rad(degrees)
    down = np.cos(angle) * ORIENTATION[1] + np.sin(angle) * NORMAL
    half = 1.6 * 19 / 2
    position = position_mm * NORMAL + half * (ORIENTATION[1] - down)
    orientation = np.stack([ORIENTATION[0], down])
    straight = frames(position_mm, **changes)
    return [replace(f, orientation=orientation, position_mm=position) for f in straight]


def test_slices_within_three_degrees_of_the_middle_one_are_one_stack() -> None:
    members = [tilted(d, 10.0 * z, series=z) for z, d in enumerate((2.4, -2.4, 2.0, 0.0, -2.0))]
    assert [len(stack) for stack in stacks_of(*members)[0]] == [5]


@pytest.mark.parametrize(("degrees", "are_neighbors"), [(4.0, True), (9.0, True), (15.0, False)])
def test_halves_of_a_heart_that_are_tilted_against_each_other_are_neighbors(
    degrees: float, are_neighbors: bool
) -> None:
    assert neighbors(range(4), range(4, 8), degrees) is are_neighbors


@pytest.mark.parametrize(
    ("others", "are_neighbors"),
    [((7, 8, 9, 10), True), ((2, 4, 6), False), (range(6), False), ((8,), False)],
)
def test_tilted_slices_beside_those_of_a_stack_complete_nothing(
    others: Iterable[int], are_neighbors: bool
) -> None:
    assert neighbors(range(8), others, degrees=6.0) is are_neighbors


def neighbors(some: Iterable[int], others: Iterable[int], degrees: float) -> bool:
    """Whether straight slices at so many cm and tilted ones are neighbors."""
    straight = [frame for z in some for frame in tilted(0.0, 10.0 * z, series=1)]
    leaning = [frame for z in others for frame in tilted(degrees, 10.0 * z, series=2)]
    first, second = group_stacks(group_slices([*straight, *leaning]).slices)[0]
    return are_parallel_neighbors(first, second)


def test_each_series_in_a_world_of_its_own_is_one_stack() -> None:
    members = [frames(10.0 * z, series=z, frame_of_reference=str(z)) for z in range(5)]
    assert stacks_of(*members) == ([[0.0, 10.0, 20.0, 30.0, 40.0]], [])


def test_two_whole_stacks_at_one_place_in_two_worlds_stay_apart() -> None:
    first = [frames(10.0 * z, series=1) for z in range(4)]
    second = [frames(10.0 * z, series=2, frame_of_reference="another") for z in range(4)]
    assert stacks_of(*first, *second) == ([[0.0, 10.0, 20.0, 30.0]] * 2, [])


def test_repeat_of_a_whole_stack_on_another_grid_stays_apart() -> None:
    first = [frames(10.0 * z, series=1) for z in range(4)]
    second = [frames(10.0 * z, series=2, spacing_yx_mm=(2.0, 2.0)) for z in range(4)]
    assert stacks_of(*first, *second) == ([[0.0, 10.0, 20.0, 30.0]] * 2, [])


def test_loose_slices_planned_twice_are_two_stacks() -> None:
    first = [frames(10.0 * z, series=z) for z in range(4)]
    second = [frames(10.0 * z + 1.0, series=10 + z) for z in range(4)]
    assert stacks_of(*first, *second)[0] == [[0.0, 10.0, 20.0, 30.0], [1.0, 11.0, 21.0, 31.0]]


def test_loose_slice_nearer_than_half_the_usual_distance_is_not_another_of_the_stack() -> None:
    members = [frames(10.0 * z, series=z) for z in range(6)]
    again = frames(24.0, series=9)
    assert stacks_of(*members, again)[0] == [[10.0 * z for z in range(6)], [24.0]]


def test_loose_slice_planned_amiss_and_then_again_does_not_tear_the_stack_apart() -> None:
    places = (0.0, 10.0, 24.0, 20.0, 30.0, 40.0, 50.0)
    members = [frames(place, series=number) for number, place in enumerate(places)]
    assert stacks_of(*members)[0] == [[10.0 * z for z in range(6)], [24.0]]


def test_loose_slices_with_one_narrow_gap_stay_one_stack() -> None:
    places = [0.0, 10.0, 20.0, 30.0, 34.5, 44.5, 54.5]
    members = [frames(place, series=number) for number, place in enumerate(places)]
    assert stacks_of(*members)[0] == [places]


def test_single_slice_between_two_of_a_stack_is_a_cine_of_its_own() -> None:
    stack = [frames(10.0 * z, series=1) for z in range(5)]
    assert stacks_of(*stack, frames(14.0, series=2))[0] == [[0.0, 10.0, 20.0, 30.0, 40.0], [14.0]]


def test_slices_of_another_study_are_never_joined() -> None:
    stack = [frames(10.0 * z, series=1) for z in range(3)]
    assert stacks_of(*stack, frames(30.0, series=2, study_uid="2"))[0] == [
        [0.0, 10.0, 20.0],
        [30.0],
    ]


def test_parallel_neighbors_are_stacks_no_further_apart_than_their_slices() -> None:
    def stack(*positions: float):
        members = [frame for z in positions for frame in frames(z)]
        return group_stacks(group_slices(members).slices)[0][0]

    assert are_parallel_neighbors(stack(0.0, 10.0, 20.0), stack(30.0))
    assert are_parallel_neighbors(stack(0.0, 10.0, 20.0), stack(5.0, 15.0, 25.0))
    assert not are_parallel_neighbors(stack(0.0, 10.0, 20.0), stack(60.0))
    assert are_parallel_neighbors(stack(0.0, 10.0, 20.0), stack(2.0, 12.0))
    assert are_parallel_neighbors(stack(0.0, 20.0, 40.0), stack(10.0, 30.0, 50.0))
    assert not are_parallel_neighbors(stack(0.0, 10.0, 20.0), stack(-3.0, 5.0, 14.0, 23.0))


def test_two_whole_stacks_of_different_phases_are_two_cines() -> None:
    short = [frames(10.0 * z + 5.0, phases=3, series=1) for z in range(3)]
    long = [frames(10.0 * z, phases=4, series=2) for z in range(3)]
    assert stacks_of(*short, *long) == ([[5.0, 15.0, 25.0], [0.0, 10.0, 20.0]], [])


def test_aborted_slice_gives_way_to_its_whole_repetition() -> None:
    members = [frames(10.0 * z, series=z) for z in range(4)]
    aborted = frames(20.0, phases=2, series=99)
    assert stacks_of(*members, aborted) == ([[0.0, 10.0, 20.0, 30.0]], ["duplicate_images"])


@pytest.mark.parametrize(
    "changes",
    [
        {"contrast": (1.5, 100.0)},
        {"phases": 30, "spacing_yx_mm": (2.0, 2.0)},
        {"phases": 30, "size_yx": (16, 16)},
    ],
)
def test_other_scan_at_the_places_of_loose_slices_stays_apart(changes) -> None:
    members = [frames(10.0 * z, 12, series=z) for z in range(9)]
    others = [frames(10.0 * z, **{"phases": 12, "series": 40, **changes}) for z in (2, 4, 6)]
    assert stacks_of(*members, *others) == ([[10.0 * z for z in range(9)], [20.0, 40.0, 60.0]], [])


def test_a_pair_of_images_at_each_place_of_a_cine_is_not_another() -> None:
    members = [frames(10.0 * z, 12, series=z) for z in range(9)]
    pairs = [frames(10.0 * z, 2, series=40, contrast=(1.5, 300.0)) for z in range(9)]
    stacks, codes = stacks_of(*members, *pairs)
    assert stacks == [[10.0 * z for z in range(9)]]
    assert set(codes) == {"duplicate_images"}


def test_other_loose_scan_of_the_same_grid_stays_apart() -> None:
    members = [frames(10.0 * z, 12, series=z) for z in range(9)]
    others = [frames(10.0 * z, 12, series=5, contrast=(1.5, 100.0)) for z in (2, 4, 6)]
    others = [replaced(f, series=f"5.{f[0].position_mm}") for f in others]
    assert stacks_of(*members, *others) == ([[10.0 * z for z in range(9)], [20.0, 40.0, 60.0]], [])


def replaced(members: list[Frame], **changes: object) -> list[Frame]:
    return [replace(frame, **changes) for frame in members]


def test_slices_at_one_place_have_no_say_in_what_is_usual() -> None:
    members = [frames(10.0 * z, series=z) for z in range(9)]
    others = [frames(10.0 * z, phases=5, series=40 + z) for z in (2, 4, 6)]
    grouping = group_slices([frame for slice_ in (*members, *others) for frame in slice_])
    (stack,), left_out, _ = group_stacks(grouping.slices)
    assert {plane.phases for plane in stack} == {4}
    assert sorted(plane.series_number for plane, _ in left_out) == [42, 44, 46]


def test_first_pixels_on_a_slanted_line_are_one_sheared_stack() -> None:
    members = [frames(10.0 * z, in_plane_mm=4.0 * z) for z in range(4)]
    assert stacks_of(*members) == ([[0.0, 10.0, 20.0, 30.0]], [])


def test_slice_shifted_within_its_plane_is_not_stacked() -> None:
    members = [frames(10.0 * z, in_plane_mm=20.0 if z == 1 else 0.0) for z in range(5)]
    positions, _ = stacks_of(*members)
    assert positions == [[0.0, 20.0, 30.0, 40.0], [10.0]]


def test_slices_far_apart_are_two_stacks() -> None:
    members = [frames(z) for z in (0.0, 10.0, 20.0, 80.0, 90.0, 100.0)]
    assert stacks_of(*members) == ([[0.0, 10.0, 20.0], [80.0, 90.0, 100.0]], [])


@pytest.mark.parametrize(
    ("positions", "even"),
    [
        ([0, 10, 20, 30], True),
        ([30, 0, 20, 10], True),
        ([0, 10.4, 20, 30], True),
        ([0, 10, 30], False),
        ([0, 8, 20, 30], False),
    ],
)
def test_even_means_within_ten_percent_of_the_usual_gap(positions: list[float], even: bool) -> None:
    assert is_even(np.array(positions, dtype=float)) is even
