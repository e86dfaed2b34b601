from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from CMRSegmentationLib.image import CineStack, Geometry
from CMRSegmentationLib.reading.dicom_grouping import (
    Grouping,
    group_slices,
    with_patients_apart,
    with_scans_apart,
    without_phase_maps,
)
from CMRSegmentationLib.reading.dicom_headers import Frame, read_frames
from CMRSegmentationLib.reading.sources import Source
from Testing.dicom_phantoms import write_series
from Testing.Lib.reading.dicom_frames import frames
from Testing.Lib.reading.dicom_studies import PHANTOM, as_stored


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
    assert reasons(members) == (set() if slices else {"images of many heart beats, not a cine"})


def grouping_of(files: list[Path]) -> Grouping:
    return group_slices(frames_of(files))


def frames_of(files: list[Path]) -> list[Frame]:
    contents = [read_frames(Source(path.name, path)) for path in files]
    return [frame for content in contents if content for frame in content.frames]


@pytest.mark.parametrize("acquisitions", [(None, None), (1, 2)])
@pytest.mark.parametrize("has_times", [True, False])
def test_copies_under_other_uids_are_left_out_and_counted(
    tmp_path: Path, acquisitions: tuple[int | None, int | None], has_times: bool
) -> None:
    cine = as_stored(PHANTOM.cine)
    sent = cine if has_times else CineStack(cine.array, cine.geometry)
    files: list[Path] = []
    for folder, number in zip("ab", acquisitions, strict=True):
        attributes = {} if number is None else {"AcquisitionNumber": number}
        files += write_series(tmp_path / folder, sent, **attributes)
    grouping = grouping_of(files)
    numbers = [[frame.instance_number for frame in plane.frames] for plane in grouping.slices]
    assert numbers == np.arange(1, 21).reshape(4, 5).tolist()
    assert [finding.message for finding in grouping.findings] == [
        "Series 7: 20 repeated images of 4 slices left out."
    ]


def test_images_of_one_number_are_no_copies_where_their_pixels_differ(tmp_path: Path) -> None:
    cine = as_stored(PHANTOM.cine)
    again = replace(cine, array=cine.array + 100.0)
    files = write_series(tmp_path / "a", cine, slices=[1], InstanceNumber=1)
    files += write_series(tmp_path / "b", again, slices=[1], InstanceNumber=1)
    grouping = grouping_of(files)
    used = {frame.pixels.source.path.parent.name for frame in grouping.slices[0].frames}
    assert used == {"b"}
    assert [finding.message for finding in grouping.findings] == [
        "Series 7: 5 repeated images of one slice left out."
    ]


def test_scans_that_were_merged_into_one_series_are_told_apart_by_their_contrast() -> None:
    members = [frame for z in (0.0, 10.0) for frame in frames(z, phases=12)]
    enhanced = frames(10.0, phases=1, first=90, contrast=(1.5, 280.0))
    apart = with_scans_apart([*members, *enhanced])
    assert [len(plane.frames) for plane in group_slices(apart).slices] == [12, 12]
    assert {frame.instance_number for frame, _ in group_slices(apart).left_out} == {90}
    assert reasons(apart) == {"one phase only, not a cine"}


@pytest.mark.parametrize(
    ("patients", "studies"), [("aab", 2), ("aa", 1), ("a-", 1), ("--", 1), ("ab-", 3)]
)
def test_patients_to_whom_an_anonymizer_gave_one_study_are_read_apart(
    patients: str, studies: int
) -> None:
    members = [frames(patient=patient.strip("-"))[0] for patient in patients]
    apart = with_patients_apart(members)
    assert len({frame.study_uid for frame in apart}) == studies
    assert [frame.series for frame in apart] == [frame.series for frame in members]


@pytest.mark.parametrize("phases", [2, 12])
def test_echoes_that_were_read_one_after_the_other_are_no_scans(phases: int) -> None:
    echoes = [f for te in (2.0, 4.0, 6.0) for f in frames(phases=phases, contrast=(te, None))]
    assert reasons(with_scans_apart(echoes)) == {
        "images that differ in echo or inversion time, not a cine"
    }


def test_images_of_eight_inversion_times_are_no_scans() -> None:
    mapping = [frames(phases=1, first=t, contrast=(1.5, 100.0 * t))[0] for t in range(8)]
    assert reasons(with_scans_apart(mapping)) == {
        "images that differ in echo or inversion time, not a cine"
    }


def test_a_slice_of_another_echo_time_stays_in_its_series() -> None:
    members = [*frames(0.0, phases=12), *frames(10.0, phases=12, contrast=(1.6, None))]
    assert len({frame.series for frame in with_scans_apart(members)}) == 1


@pytest.mark.parametrize(
    ("period_mm", "reason"), [(None, "phase-contrast images"), (4.2, "tagged images")]
)
def test_narrow_tags_are_not_called_phases(
    tmp_path: Path, period_mm: float | None, reason: str
) -> None:
    x_mm = 1.4 * np.arange(96)
    noise = np.random.default_rng(0).uniform(0.0, 1.0, (5, 2, 80, 96))
    lines = noise if period_mm is None else 0.5 + 0.5 * np.cos(2 * np.pi * x_mm / period_mm)
    heart = np.indices((80, 96)).sum(axis=0) % 96 < 60
    array = np.where(heart, 200.0 + 10.0 * noise, 20.0 + 400.0 * lines)
    cine = CineStack(array.astype(np.float32), Geometry((2, 80, 96), np.diag([1.4, 1.6, 9.0, 1.0])))
    found = without_phase_maps(frames_of(write_series(tmp_path, cine)))
    assert {frame.refusal for frame in found} == {reason}
