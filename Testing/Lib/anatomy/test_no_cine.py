import numpy as np
import pytest

from CMRSegmentationLib.anatomy.no_cine import (
    brightening,
    drift,
    shows_phase,
    tag_strength,
    why_not_a_cine,
)
from Testing.phantoms import HeartPhantom

PHANTOM = HeartPhantom(frames=8, slices=4, rows=128, columns=128, empty_slices=(0, 0))
SPACING_YX_MM = PHANTOM.spacing_zyx_mm[1:]


def tags(period_mm: float, depth: float, degrees: float) -> np.ndarray:
    """(Y, X) lines that darken an image by up to `depth`."""
    rows, columns = np.indices((128, 128))
    y, x = rows * SPACING_YX_MM[0], columns * SPACING_YX_MM[1]
    along = x * np.cos(np.deg2rad(degrees)) + y * np.sin(np.deg2rad(degrees))
    return np.asarray(1.0 - depth * (0.5 + 0.5 * np.cos(2 * np.pi * along / period_mm)))


def test_phantom_of_a_cine_may_be_a_cine() -> None:
    assert tag_strength(PHANTOM.cine.array[0], SPACING_YX_MM) < 7
    assert brightening(PHANTOM.cine.array) < 0.2
    assert why_not_a_cine(PHANTOM.cine.array, SPACING_YX_MM, has_times=False) == ""


@pytest.mark.parametrize("degrees", [0.0, 45.0])
@pytest.mark.parametrize("period_mm", [5.0, 7.0, 10.0])
@pytest.mark.parametrize("is_grid", [False, True])
def test_tags_are_recognized(degrees: float, period_mm: float, is_grid: bool) -> None:
    pattern = tags(period_mm, 0.8, degrees)
    if is_grid:
        pattern = pattern * tags(period_mm, 0.8, degrees + 90.0)
    array = (PHANTOM.cine.array * pattern).astype(np.float32)
    assert why_not_a_cine(array, SPACING_YX_MM, has_times=True) == "tagged images"


def test_small_images_are_not_judged_for_tags() -> None:
    assert tag_strength(PHANTOM.cine.array[0, :, :40, :40], SPACING_YX_MM) == 0.0


def test_passing_contrast_agent_is_recognized() -> None:
    course = np.array([1.0, 1.0, 1.2, 1.8, 2.2, 1.9, 1.7, 1.6])
    array = (PHANTOM.cine.array * course[:, None, None, None]).astype(np.float32)
    assert "changing brightness" in why_not_a_cine(array, SPACING_YX_MM, has_times=True)


@pytest.mark.parametrize(("frames", "reason"), [(8, ""), (5, "changing brightness")])
def test_one_bright_frame_of_a_beat_is_no_contrast_agent(frames: int, reason: str) -> None:
    array = PHANTOM.cine.array[:frames].copy()
    array[0] *= 1.6
    found = why_not_a_cine(array, SPACING_YX_MM, has_times=True)
    assert reason in found
    assert bool(reason) is bool(found)


def test_frames_of_40_beats_without_motion_are_recognized_unless_times_speak_for_a_cine() -> None:
    rng = np.random.default_rng(0)
    array = (PHANTOM.cine.array[:1] + rng.normal(0, 5, (40, 4, 128, 128))).astype(np.float32)
    assert drift(array) == pytest.approx(1.0, abs=0.01)
    assert "many heart beats" in why_not_a_cine(array, SPACING_YX_MM, has_times=False)
    assert why_not_a_cine(array, SPACING_YX_MM, has_times=True) == ""


@pytest.mark.parametrize("is_masked", [False, True])
def test_phase_maps_are_recognized_by_what_they_show_where_there_is_no_signal(
    is_masked: bool,
) -> None:
    magnitude = PHANTOM.cine.array[0]
    rng = np.random.default_rng(0)
    air = magnitude < 40
    still = rng.normal(2048, 40, magnitude.shape)
    flow = np.where(magnitude > 200, 900.0 * np.sign(np.arange(128) - 64), 0.0)
    nothing = 2048.0 if is_masked else rng.uniform(0, 4095, magnitude.shape)
    phases = np.where(air, nothing, still + flow).round().astype(np.float32)
    assert shows_phase(phases)
    assert why_not_a_cine(phases[None], SPACING_YX_MM, has_times=True) == "phase-contrast images"
    assert not shows_phase(magnitude)
    assert not shows_phase(np.where(air, 0.0, magnitude).astype(np.float32))
    assert not shows_phase(np.ones((1, 40, 40), np.float32))
