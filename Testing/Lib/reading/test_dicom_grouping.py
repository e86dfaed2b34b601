import pytest

from CMRSegmentationLib.reading.dicom_grouping import group_slices
from Testing.Lib.reading.dicom_frames import frames


def reasons(*members):
    """Why images are part of no slice."""
    grouping = group_slices([frame for slice_ in members for frame in slice_])
    return {reason for _, reason in grouping.left_out}


def test_repeated_acquisition_within_a_series_leaves_the_last_whole_one() -> None:
    early = frames(phases=4, acquisition_number=1)
    late = frames(phases=4, first=50, acquisition_number=2)
    grouping = group_slices([*late, *early])
    assert [frame.instance_number for frame in grouping.slices[0].frames] == [50, 51, 52, 53]
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
    assert [f.instance_number for f in group_slices(temporal).slices[0].frames] == [3, 2, 1, 0]
    plain = [frames(phases=1, first=t, trigger_ms=0.0)[0] for t in (3, 1, 0, 2)]
    assert [f.instance_number for f in group_slices(plain).slices[0].frames] == [0, 1, 2, 3]


@pytest.mark.parametrize(("trigger_step_ms", "slices"), [(1.0, 0), (100.0, 1)])
def test_images_seconds_apart_are_no_cine_unless_their_trigger_times_are_those_of_a_cycle(
    trigger_step_ms: float, slices: int
) -> None:
    members = [
        frames(phases=1, first=t, trigger_ms=400.0 + trigger_step_ms * t, acquired_s=36000.0 + t)[0]
        for t in range(8)
    ]
    assert len(group_slices(members).slices) == slices
