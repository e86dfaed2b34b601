from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from CMRSegmentationLib.image import CineStack, ImageSource
from CMRSegmentationLib.reading.dicom import read_study
from CMRSegmentationLib.reading.dicom_cine import Losses, read_cine
from CMRSegmentationLib.reading.dicom_grouping import group_slices
from CMRSegmentationLib.reading.dicom_headers import read_frames
from CMRSegmentationLib.reading.dicom_stacks import Stack, group_stacks
from CMRSegmentationLib.reading.sources import Source
from CMRSegmentationLib.reading.study import ReadError
from Testing.dicom_phantoms import write_enhanced, write_series
from Testing.Lib.reading.dicom_studies import PHANTOM, as_stored


@pytest.fixture(scope="module")
def cine() -> CineStack:
    return as_stored(PHANTOM.cine)


def stack_of(files: list[Path]) -> Stack:
    contents = [read_frames(Source(path.name, path)) for path in files]
    frames = [frame for content in contents if content is not None for frame in content.frames]
    (stack,) = group_stacks(group_slices(frames).slices)[0]
    return stack


def test_each_phase_of_each_slice_knows_its_file_instance_and_frame(
    tmp_path: Path, cine: CineStack
) -> None:
    files = write_series(tmp_path, cine)
    stack = stack_of(files)
    read = read_cine(stack, Losses())
    assert read.sources is not None
    expected = ImageSource(files[5 * 2 + 3], stack[2].frames[3].instance_uid)
    assert read.sources[3][2] == expected  # slice 2, phase 3
    enhanced = write_enhanced(tmp_path / "one.dcm", cine)
    read = read_cine(stack_of([enhanced]), Losses())
    assert read.sources is not None
    assert {source.path for frame in read.sources for source in frame} == {enhanced}
    # The frames of the file are written phase by phase and slice by slice, backward.
    assert read.sources[4][3].frame_number == 1
    assert read.sources[0][0].frame_number == 20


def test_interpolated_phase_names_its_nearest_image_and_is_not_exact(
    tmp_path: Path, cine: CineStack
) -> None:
    files = write_series(tmp_path, cine)
    missing = files.pop(7)
    read = read_cine(stack_of(files), Losses())
    assert read.sources is not None
    assert [source.is_exact for source in read.sources[2]] == [True, False, True, True]
    assert read.sources[2][1].path in (files[6], files[7])
    assert missing not in {source.path for frame in read.sources for source in frame}


def test_file_that_is_cut_off_after_its_header_was_read_is_lost_alone(
    tmp_path: Path, cine: CineStack
) -> None:
    files = write_series(tmp_path, cine)
    stack = stack_of(files)
    files[3].write_bytes(files[3].read_bytes()[:-10])
    losses = Losses()
    read = read_cine(stack, losses)
    assert read.shape_tzyx == cine.shape_tzyx
    assert [(f.pixels.source.path, reason) for f, reason in losses.frames] == [
        (files[3], "a file became shorter while it was read")
    ]


def test_stack_of_which_nothing_can_be_read_is_refused(tmp_path: Path, cine: CineStack) -> None:
    files = write_series(tmp_path, cine)
    stack = stack_of(files)
    for path in files:
        path.unlink()
    with pytest.raises(ReadError, match="unreadable file"):
        read_cine(stack, Losses())


def test_slices_of_other_phases_give_one_cine_at_the_shares_of_the_beat(
    tmp_path: Path, cine: CineStack
) -> None:
    long = as_stored(replace(PHANTOM, frames=10).cine)
    files = write_series(tmp_path, cine, slices=[1], series_number=8)
    files += write_series(tmp_path, long, slices=[0, 2, 3], series_number=7)
    read = read_cine(stack_of(files), Losses())
    assert read.shape_tzyx == (10, 4, 40, 48)
    assert np.array_equal(read.array[4, 1], cine.array[2, 1])
    assert np.allclose(read.array[3, 1], (cine.array[1, 1] + cine.array[2, 1]) / 2)
    assert [finding.code for finding in read.findings] == ["phases_aligned"]
    assert "5 and 10 phases; all were read at 10" in read.findings[0].message


@pytest.mark.parametrize(("cycle_ms", "has_times"), [(400, True), (447, True), (450, False)])
def test_phases_that_end_before_the_next_beat_give_no_heart_rate(
    tmp_path: Path, cine: CineStack, cycle_ms: int, has_times: bool
) -> None:
    times = np.repeat(80.0 * np.arange(5)[:, None], 4, axis=1)  # 5 phases over 400 ms
    read = read_cine(
        stack_of(write_series(tmp_path, cine, trigger_ms=times, NominalInterval=cycle_ms)), Losses()
    )
    assert (read.frame_times_ms is not None) is has_times
    expected = (
        "The phases show 400 ms of a heart cycle of 450 ms, as prospective gating does, so times "
        "are not used; give the heart rate (133 beats/min by the header) for the cardiac output."
    )
    messages = [finding.message for finding in read.findings]
    assert messages == ([] if has_times else [expected])


def test_a_phase_that_was_lost_within_the_beat_does_not_shorten_it(
    tmp_path: Path, cine: CineStack
) -> None:
    times = np.repeat(np.array([0.0, 80.0, 160.0, 320.0, 400.0])[:, None], 4, axis=1)  # not 240
    files = write_series(tmp_path, cine, trigger_ms=times, NominalInterval=480)
    assert read_cine(stack_of(files), Losses()).frame_times_ms == (0.0, 80.0, 160.0, 320.0, 400.0)


@pytest.mark.parametrize(
    ("start_ms", "is_odd"), [(0, False), (200, False), (300, True), (500, False)]
)
def test_a_slice_that_starts_at_another_moment_of_the_beat_is_named(
    tmp_path: Path, cine: CineStack, start_ms: float, is_odd: bool
) -> None:
    times = np.repeat(120.0 * np.arange(5)[:, None], 4, axis=1)
    times[:, 2] += start_ms
    read = read_cine(stack_of(write_series(tmp_path, cine, trigger_ms=times)), Losses())
    assert np.array_equal(read.array, cine.array)
    found = [finding.message for finding in read.findings if "some slices (3)" in finding.message]
    assert len(found) == len(read.findings) == is_odd


@pytest.mark.parametrize(("without", "codes"), [(1, ["time_guessed"]), (2, ["time_not_trusted"])])
def test_a_slice_without_times_has_those_of_the_others(
    tmp_path: Path, cine: CineStack, without: int, codes: list[str]
) -> None:
    files = write_series(tmp_path / "a", cine, slices=range(without, 4))
    bare = CineStack(cine.array, cine.geometry)
    files += write_series(tmp_path / "b", bare, slices=range(without), first_instance=90)
    read = read_cine(stack_of(files), Losses())
    assert np.array_equal(read.array, cine.array)
    assert [finding.code for finding in read.findings] == codes
    assert read.frame_times_ms == (cine.frame_times_ms if without == 1 else None)


def test_one_phase_of_many_is_not_said_to_lack_the_others(tmp_path: Path, cine: CineStack) -> None:
    files = write_series(tmp_path, cine, slices=[1], CardiacNumberOfImages=20)[:1]
    assert read_study(files[0]).cines[0].stack.findings == ()


def test_phases_of_several_beats_give_no_heart_rate(tmp_path: Path, cine: CineStack) -> None:
    times = np.repeat(400.0 * np.arange(5)[:, None], 4, axis=1)  # 5 phases over 2 s
    read = read_cine(
        stack_of(write_series(tmp_path, cine, trigger_ms=times, NominalInterval=800)), Losses()
    )
    assert read.frame_times_ms is None
    (finding,) = read.findings
    assert finding.message == (
        "The phases show 2000 ms, several heart cycles of 800 ms, so times are not used; give the "
        "heart rate (75 beats/min by the header) for the cardiac output."
    )


@pytest.mark.parametrize(
    ("counted", "cycle_ms", "is_whole"),
    [
        (5, None, True),
        (7, None, True),
        (8, None, False),
        (8, 900, True),
        (8, 2400, False),
        (0, None, True),
        (240, None, True),
        (10, None, True),
        (10, 900, True),
        (10, 1800, False),
    ],
)
def test_a_study_of_fewer_phases_than_the_scanner_counted_was_not_sent_whole(
    tmp_path: Path, cine: CineStack, counted: int, cycle_ms: int | None, is_whole: bool
) -> None:
    attributes = {} if cycle_ms is None else {"NominalInterval": cycle_ms}
    files = write_series(tmp_path, cine, CardiacNumberOfImages=counted, **attributes)
    read = read_cine(stack_of(files), Losses())
    expected = (
        f"The scanner made {counted} phases, but 5 were found: images seem to be missing, perhaps "
        "those of end-systole, so times are not used; send the study again."
    )
    assert (read.frame_times_ms is not None) is is_whole
    assert [finding.message for finding in read.findings] == ([] if is_whole else [expected])
