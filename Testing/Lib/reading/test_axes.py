import numpy as np
import pytest

from CMRSegmentationLib.reading.axes import Axes, recognize, shows_one_place
from CMRSegmentationLib.reading.study import ReadError
from Testing.phantoms import HeartPhantom


def anatomy(slices: int = 8, frames: int = 20) -> np.ndarray:
    """(T, Z, Y, X) slices that differ like anatomy, in which a disc beats."""
    rng = np.random.default_rng(0)
    coarse = rng.normal(100.0, 40.0, (slices, 12, 12))
    still = np.kron(coarse, np.ones((1, 5, 5)))
    y, x = np.indices((60, 60)) - 29.5
    radius = 12.0 - 4.0 * np.cos(2 * np.pi * np.arange(frames) / frames)
    edge = np.clip(radius[:, None, None] - np.hypot(y, x) + 0.5, 0.0, 1.0)
    return (still + 120.0 * edge[:, None]).astype(np.float32)


CINE = anatomy()


def recognized(stored: np.ndarray) -> tuple[str, list[str]]:
    axes, findings = recognize(stored)
    return str(axes), [finding.code for finding in findings]


def test_usual_order_is_kept_without_a_word() -> None:
    assert recognized(CINE) == ("xyzt", [])


def test_time_before_slices_is_recognized() -> None:
    assert recognized(CINE.swapaxes(0, 1)) == ("xytz", ["axes_recognized"])


def test_one_slice_over_time_is_recognized_and_a_stack_is_not_taken_for_it() -> None:
    assert recognized(CINE[None, :, 3]) == ("xyt", ["axes_recognized"])
    assert recognized(CINE[:1]) == ("xyzt", [])


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        (CINE.reshape(1, -1, 60, 60), "xyzt:8"),
        (CINE.swapaxes(0, 1).reshape(1, -1, 60, 60), "xytz:8"),
    ],
)
def test_slices_and_phases_along_one_axis_are_recognized(stored: np.ndarray, name: str) -> None:
    axes, findings = recognize(stored)
    assert str(axes) == name
    assert "8 slices over 20 phases" in findings[0].message
    assert np.array_equal(axes.to_tzyx(stored), CINE)


@pytest.mark.parametrize(
    ("order", "spacing_mm"), [("xzyt", (1.4, 9.0, 1.4)), ("zxyt", (9.0, 1.4, 1.4))]
)
def test_slices_along_another_axis_are_recognized_by_their_distance(
    order: str, spacing_mm: tuple[float, float, float]
) -> None:
    stored = Axes(order).to_stored(CINE)
    axes, findings = recognize(stored, spacing_mm)
    assert (str(axes), [finding.code for finding in findings]) == (order, ["axes_recognized"])
    assert f"slices along an axis other than the third ({order})" in findings[0].message
    assert np.array_equal(axes.to_tzyx(stored), CINE)
    assert [spacing_mm[axis] for axis in axes.xyz] == [1.4, 1.4, 9.0]


@pytest.mark.parametrize(
    ("stored", "spacing_mm"),
    [
        (CINE, (1.4, 1.4, 9.0)),
        (CINE, (3.0, 1.4, 9.0)),
        (CINE, (9.0, 1.4, 1.4)),
        (Axes("xzyt").to_stored(CINE), (1.4, 3.0, 1.4)),
    ],
)
def test_the_third_axis_holds_the_slices_where_no_other_does(
    stored: np.ndarray, spacing_mm: tuple[float, float, float]
) -> None:
    assert str(recognize(stored, spacing_mm)[0]) == "xyzt"


def test_frames_that_differ_like_slices_are_doubted_where_there_are_too_few_to_judge() -> None:
    short = anatomy(slices=9, frames=5).swapaxes(0, 1)
    assert recognized(short) == ("xyzt", ["axes_doubted"])


def test_noise_stillness_and_phantoms_are_not_judged() -> None:
    noise = np.random.default_rng(0).normal(100, 20, (20, 10, 40, 40)).astype(np.float32)
    assert recognized(noise) == ("xyzt", [])
    assert recognized(np.ones((20, 10, 40, 40), np.float32)) == ("xyzt", [])
    assert recognized(HeartPhantom().cine.array) == ("xyzt", [])
    assert recognized(HeartPhantom(frames=1).cine.array) == ("xyzt", [])


def test_thin_slices_of_a_volume_are_not_taken_for_phases() -> None:
    ramp = np.cumsum(np.ones((1, 30, 1, 1)), axis=1) * 5 + anatomy(1, 1)
    assert recognized(ramp.astype(np.float32)) == ("xyzt", [])


def test_images_of_one_place_are_alike_however_bright_and_slices_are_not() -> None:
    bolus = 1.0 + 1.5 / (1.0 + np.exp(12.0 - np.arange(40.0)))
    noise = np.random.default_rng(0).normal(0.0, 5.0, (40, 60, 60))
    assert shows_one_place(bolus[:, None, None] * CINE[:1, 3] + noise)
    assert not shows_one_place(np.random.default_rng(1).normal(100.0, 40.0, (12, 60, 60)))
    assert not shows_one_place(HeartPhantom(frames=1, slices=12).cine.array[0])
    assert not shows_one_place(np.ones((12, 60, 60)))


@pytest.mark.parametrize(
    "text", ["xyzt", "xytz", "xyz", "xyt", "xzyt", "zxyt", "xyzt:12", "xytz:3"]
)
def test_axes_are_parsed_and_undone(text: str) -> None:
    axes = Axes.parse(text)
    assert str(axes) == text
    stored = np.arange(2.0 * 12 * 2 * 3).reshape(2, 12, 2, 3)
    if len(text) != 4:
        stored = stored[:1]
    assert np.array_equal(axes.to_stored(axes.to_tzyx(stored)), stored)


@pytest.mark.parametrize("text", ["", "tzyx", "xyzt:0", "xyz:3", "xyzt:", "abc"])
def test_other_axes_are_refused_with_what_is_expected(text: str) -> None:
    with pytest.raises(ValueError, match="Expected axes xyzt, xytz, xyz or xyt"):
        Axes.parse(text)


@pytest.mark.parametrize("text", ["xyt", "xyz", "xyzt:3"])
def test_axes_that_do_not_fit_the_file_are_refused(text: str) -> None:
    with pytest.raises(ReadError, match="axes"):
        Axes.parse(text).to_tzyx(np.zeros((2, 4, 5, 6)))
