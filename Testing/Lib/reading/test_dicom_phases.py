import numpy as np
import pytest

from CMRSegmentationLib.reading.dicom_phases import Slice, align, order_phases, usual_phases
from Testing.Lib.reading.dicom_frames import frames


def with_times(times, **changes):
    """Frames numbered in the order of their phases, with these trigger times."""
    return [
        frames(phases=1, first=t + 1, trigger_ms=time, **changes)[0] for t, time in enumerate(times)
    ]


def numbers(plane):
    return [frame.instance_number for frame in plane.frames]


RISING = [37.5 * t for t in range(20)]


def test_trigger_times_order_the_phases_whatever_the_numbers_say() -> None:
    shuffled = np.random.default_rng(0).permutation(RISING).tolist()
    plane = order_phases(with_times(shuffled))
    assert [frame.trigger_ms for frame in plane.frames] == RISING
    assert not plane.doubts_times


@pytest.mark.parametrize("start", [0.0, 18.75])
@pytest.mark.parametrize("wrong", [(5, 12, 17), (19,), (1, 2), (7, 8, 9)])
def test_a_few_times_of_zero_do_not_change_the_order(start, wrong) -> None:
    times = [0.0 if t in wrong else start + time for t, time in enumerate(RISING)]
    plane = order_phases(with_times(times)[::-1])
    assert numbers(plane) == list(range(1, 21))
    assert plane.doubts_times


def test_one_time_far_beyond_the_beat_does_not_change_the_order() -> None:
    plane = order_phases(with_times([*RISING[:8], 99999.0, *RISING[9:]]))
    assert numbers(plane) == list(range(1, 21))
    assert plane.doubts_times


def test_times_missing_in_a_few_images_leave_the_order_to_the_numbers() -> None:
    plane = order_phases(with_times([*RISING[:3], None, *RISING[4:]])[::-1])
    assert numbers(plane) == list(range(1, 21))
    assert plane.doubts_times


def test_numbers_that_start_within_the_beat_follow_the_times() -> None:
    plane = order_phases(with_times([*RISING[15:], *RISING[:15]]))
    assert [frame.trigger_ms for frame in plane.frames] == RISING


def test_times_with_gaps_order_images_whose_numbers_run_backward() -> None:
    plane = order_phases(with_times([*RISING[:7], *RISING[9:]][::-1]))
    assert [frame.trigger_ms for frame in plane.frames] == [*RISING[:7], *RISING[9:]]
    assert not plane.doubts_times


def test_times_at_random_leave_the_order_to_the_numbers_and_are_doubted() -> None:
    plane = order_phases(with_times([float(7919 * t % 1000) for t in range(20)]))
    assert numbers(plane) == list(range(1, 21))
    assert plane.doubts_times


def test_of_two_acquisitions_in_one_series_the_last_is_taken() -> None:
    plane = order_phases(with_times([*RISING, *(1.04 * time + 2.0 for time in RISING)]))
    assert numbers(plane) == list(range(21, 41))
    assert not plane.doubts_times


@pytest.mark.parametrize(("repeated", "first_used"), [(20, 21), (7, 1)])
def test_of_acquisitions_of_equal_times_the_last_whole_one_is_taken(repeated, first_used) -> None:
    plane = order_phases(with_times([*RISING, *RISING[:repeated]])[::-1])
    assert numbers(plane) == list(range(first_used, first_used + 20))
    assert not plane.doubts_times


def test_file_names_give_an_order_that_is_a_guess_in_the_order_of_their_numbers() -> None:
    members = [
        frames(phases=1, first=number, step_ms=None, instance_number=None)[0]
        for number in (10, 2, 1)
    ]
    plane = order_phases(members)
    assert [frame.pixels.source.name for frame in plane.frames] == ["1/1", "1/2", "1/10"]
    assert plane.guesses_order
    assert not order_phases(with_times(RISING)).guesses_order


def test_without_times_the_temporal_index_comes_before_the_instance_number() -> None:
    members = [
        frames(phases=1, first=t, step_ms=None, temporal_position=9 - t)[0] for t in range(4)
    ]
    assert numbers(order_phases(members)) == [3, 2, 1, 0]
    alike = [frames(phases=1, first=t, step_ms=None, temporal_position=1)[0] for t in (2, 0, 1)]
    assert numbers(order_phases(alike)) == [0, 1, 2]


def test_the_stack_has_the_largest_number_of_phases_that_a_quarter_of_the_slices_have() -> None:
    def stack(*counts):
        return [Slice(tuple(frames(phases=count))) for count in counts]

    assert usual_phases(stack(20, 20, 20, 25)) == 25
    assert usual_phases(stack(20, 20, 20, 20, 25)) == 20
    assert usual_phases(stack(20, 19, 19, 19)) == 20


def whole(count=20, **changes):
    return Slice(tuple(frames(phases=count, **{"step_ms": 700.0 / count, **changes})))


def lacking(*missing, count=20, **changes):
    every = frames(phases=count, **{"step_ms": 700.0 / count, **changes})
    return Slice(tuple(frame for t, frame in enumerate(every) if t not in missing))


def test_whole_slices_are_taken_as_they_are() -> None:
    (weights,) = align([whole()], 20)
    assert weights == tuple(((t, 1.0),) for t in range(20))


@pytest.mark.parametrize("changes", [{}, {"step_ms": None}])
def test_missing_phases_are_filled_from_both_sides(changes) -> None:
    plane = lacking(7, 8, **changes)
    _, weights = align([whole(**changes), plane], 20)
    assert weights[6] == ((6, 1.0),)
    assert [index for index, _ in weights[7]] == [6, 7]
    assert [weight for _, weight in weights[7]] == pytest.approx([2 / 3, 1 / 3])
    assert weights[9] == ((7, 1.0),)


@pytest.mark.parametrize("missing", [(0,), (0, 1), (19,), (18, 19), (0, 19)])
def test_missing_first_and_last_phases_are_filled_across_the_end_of_the_beat(missing) -> None:
    plane = lacking(*missing)
    _, weights = align([whole(), plane], 20)
    kept = [t for t in range(20) if t not in missing]
    assert [weights[t] for t in kept] == [((index, 1.0),) for index in range(len(kept))]
    assert all(len(weights[t]) == 2 for t in missing)
    assert {index for t in missing for index, _ in weights[t]} == {0, len(kept) - 1}


@pytest.mark.parametrize("missing", [(5,), (3, 11), (8, 9), (0,), (19,)])
def test_missing_phases_are_found_in_a_slice_of_a_longer_beat(missing) -> None:
    plane = lacking(*missing, step_ms=37.5)  # against 35 ms, which is a phase more after 14
    _, weights = align([whole(), plane], 20)
    kept = [t for t in range(20) if t not in missing]
    assert [weights[t] for t in kept] == [((index, 1.0),) for index in range(len(kept))]


def test_missing_first_image_is_found_by_the_numbers_where_there_are_no_times() -> None:
    slices = [whole(first=1), whole(first=21), lacking(0, first=41)]
    slices = [Slice(tuple(without_time(frame) for frame in plane.frames)) for plane in slices]
    weights = align(slices, 20)[2]
    assert weights[1] == ((0, 1.0),)
    assert weights[19] == ((18, 1.0),)


def without_time(frame):
    return type(frame)(**{**frame.__dict__, "trigger_ms": None})


@pytest.mark.parametrize("missing", [(4, 5, 6), (18, 19, 0), tuple(range(8, 20))])
def test_slice_that_lacks_three_phases_in_a_row_cannot_be_used(missing) -> None:
    assert align([whole(), lacking(*missing)], 20)[1] is None


@pytest.mark.parametrize("changes", [{}, {"step_ms": None}])
def test_other_numbers_of_phases_are_read_at_the_same_shares_of_the_beat(changes) -> None:
    def plane(count):
        return Slice(tuple(frames(phases=count, **{"step_ms": 750.0 / count, **changes})))

    twenty, twenty_five, _ = align([plane(20), plane(25), plane(30)], 30)
    assert twenty[3] == ((2, 1.0),)  # 3 of 30 is 2 of 20
    assert [weight for _, weight in twenty[1]] == pytest.approx([1 / 3, 2 / 3])
    assert [index for index, _ in twenty[29]] == [19, 0]  # between the last phase and the first
    assert twenty_five[6] == ((5, 1.0),)


def test_slice_of_half_a_beat_is_not_stretched_over_all_of_it() -> None:
    half = Slice(tuple(frames(phases=12, step_ms=30.0)))  # 360 of 700 ms
    assert align([whole(), half], 20)[1] is None
