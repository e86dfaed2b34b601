from pathlib import Path
from typing import Any

import numpy as np
import pytest

from CMRSegmentationLib.reading.dicom_grouping import group_slices, group_stacks, is_even
from CMRSegmentationLib.reading.dicom_headers import Frame, PixelPlace

ORIENTATION = np.array([[0.8, 0.6, 0.0], [0.0, 0.0, 1.0]])
NORMAL = np.array([0.6, -0.8, 0.0])


def frames(
    position_mm: float = 0.0,
    phases: int = 4,
    *,
    series: int = 1,
    first: int = 1,
    in_plane_mm: float = 0.0,
    **changes: Any,
) -> list[Frame]:
    """The frames of one slice, its place along the normal and its first pixel's along a row."""
    return [
        Frame(
            **{
                "instance_uid": f"{series}.{position_mm}.{first + t}",
                "study_uid": "1",
                "series_uid": str(series),
                "series_number": series,
                "number": first + t,
                "frame_of_reference": "world",
                "size_yx": (20, 24),
                "spacing_yx_mm": (1.6, 1.4),
                "orientation": ORIENTATION,
                "position_mm": position_mm * NORMAL + in_plane_mm * ORIENTATION[0],
                "thickness_mm": 8.0,
                "trigger_ms": 100.0 * t,
                "heart_cycle_ms": None,
                "temporal_position": None,
                "acquired_s": None,
                "acquisition_number": None,
                "contrast": (1.5, None),
                "refusal": "",
                "vendor": None,
                "pixels": PixelPlace(Path("none"), 0, np.dtype("<u2"), 1.0, 0.0),
                **changes,
            }
        )
        for t in range(phases)
    ]


def stacks_of(*members: list[Frame]) -> tuple[list[list[float]], list[str]]:
    """Positions of the slices of each stack, and the codes of what was left out."""
    grouping = group_slices([frame for slice_ in members for frame in slice_])
    stacks, findings = group_stacks(grouping.slices)
    positions = [[round(float(NORMAL @ s.first.position_mm), 3) for s in stack] for stack in stacks]
    return positions, [finding.code for finding in (*grouping.findings, *findings)]


def test_slices_of_one_series_are_ordered_along_the_normal() -> None:
    assert stacks_of(frames(20.0), frames(0.0), frames(10.0)) == ([[0.0, 10.0, 20.0]], [])


def test_repeated_acquisition_within_a_series_leaves_the_last_whole_one() -> None:
    early = frames(phases=4, acquisition_number=1)
    late = frames(phases=4, first=50, acquisition_number=2)
    grouping = group_slices([*late, *early])
    assert [frame.number for frame in grouping.slices[0].frames] == [50, 51, 52, 53]
    assert [finding.code for finding in grouping.findings] == ["duplicate_images"]


def test_acquisition_numbers_that_count_phases_are_not_repetitions() -> None:
    members = [
        frames(phases=1, first=t, trigger_ms=100.0 * t, acquisition_number=t)[0] for t in range(4)
    ]
    assert len(group_slices(members).slices[0].frames) == 4


def test_equal_trigger_times_fall_back_to_temporal_position_then_number() -> None:
    temporal = [
        frames(phases=1, first=t, trigger_ms=0.0, temporal_position=9 - t)[0] for t in range(4)
    ]
    assert [f.number for f in group_slices(temporal).slices[0].frames] == [3, 2, 1, 0]
    plain = [frames(phases=1, first=t, trigger_ms=0.0)[0] for t in (3, 1, 0, 2)]
    assert [f.number for f in group_slices(plain).slices[0].frames] == [0, 1, 2, 3]


@pytest.mark.parametrize(("trigger_step_ms", "slices"), [(1.0, 0), (100.0, 1)])
def test_images_seconds_apart_are_no_cine_unless_their_trigger_times_are_those_of_a_cycle(
    trigger_step_ms: float, slices: int
) -> None:
    members = [
        frames(phases=1, first=t, trigger_ms=400.0 + trigger_step_ms * t, acquired_s=36000.0 + t)[0]
        for t in range(8)
    ]
    assert len(group_slices(members).slices) == slices


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


def test_other_pixel_size_orientation_or_world_is_another_stack() -> None:
    base = [frames(10.0 * z, series=1) for z in range(3)]
    turned = [frames(30.0, series=2, orientation=ORIENTATION[::-1])]
    finer = [frames(30.0, series=3, spacing_yx_mm=(1.2, 1.2))]
    elsewhere = [frames(30.0, series=4, frame_of_reference="another")]
    positions, _ = stacks_of(*base, *turned, *finer, *elsewhere)
    assert [len(stack) for stack in positions] == [3, 1, 1, 1]


def test_single_slice_with_fewer_phases_is_left_out_of_a_stack() -> None:
    members = [frames(10.0 * z, series=z) for z in range(4)]
    assert stacks_of(*members, frames(40.0, phases=3, series=9)) == (
        [[0.0, 10.0, 20.0, 30.0]],
        ["slice_lacks_phases"],
    )


def test_two_whole_stacks_of_different_phases_are_two_cines() -> None:
    short = [frames(10.0 * z + 5.0, phases=3, series=1) for z in range(3)]
    long = [frames(10.0 * z, phases=4, series=2) for z in range(3)]
    assert stacks_of(*short, *long) == ([[5.0, 15.0, 25.0], [0.0, 10.0, 20.0]], [])


def test_aborted_slice_gives_way_to_its_whole_repetition() -> None:
    members = [frames(10.0 * z, series=z) for z in range(4)]
    aborted = frames(20.0, phases=2, series=99)
    assert stacks_of(*members, aborted) == ([[0.0, 10.0, 20.0, 30.0]], ["duplicate_images"])


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
