from dataclasses import replace

import numpy as np
import pytest

from CMRSegmentationLib.reading.dicom_phases import Slice
from CMRSegmentationLib.reading.resampling import (
    grid_of,
    in_phase,
    in_plane_residual_mm,
    onto_grid,
    positions_mm,
)
from Testing.Lib.reading.dicom_frames import NORMAL, ORIENTATION, frames

SIZE_YX, SPACING_YX_MM = (20, 24), (1.6, 1.4)


def plane(along_mm: float, **changes) -> Slice:
    return Slice(tuple(frames(along_mm, phases=1, **changes)))


def world_image(of: Slice) -> np.ndarray:
    """A smooth function of the place in the plane, sampled at the pixels of a slice."""
    first = of.first
    rows, columns = np.indices(first.size_yx)
    world = (
        first.position_mm
        + columns[..., None] * first.orientation[0] * first.spacing_yx_mm[1]
        + rows[..., None] * first.orientation[1] * first.spacing_yx_mm[0]
    )
    return np.asarray(3.0 * world @ ORIENTATION[0] + 2.0 * world @ ORIENTATION[1] + 200, np.float32)


def turned() -> Slice:
    """The plane at 10 mm turned by 90 degrees, with the pixels at the same places."""
    rows, _ = SIZE_YX
    corner = 10.0 * NORMAL + (rows - 1) * SPACING_YX_MM[0] * ORIENTATION[1]
    way = np.stack([-ORIENTATION[1], ORIENTATION[0]])
    (frame,) = plane(10.0).frames
    return Slice(
        (
            replace(
                frame,
                position_mm=corner,
                orientation=way,
                size_yx=SIZE_YX[::-1],
                spacing_yx_mm=SPACING_YX_MM[::-1],
            ),
        )
    )


def test_slices_on_one_grid_are_taken_as_they_are() -> None:
    stack = [plane(10.0 * z, in_plane_mm=2.0 * z) for z in range(4)]  # sheared
    grid = grid_of(stack)
    assert grid.on_grid == (True,) * 4
    assert grid.ijk_to_lps[:3, 2] == pytest.approx(10.0 * NORMAL + 2.0 * ORIENTATION[0])
    image = world_image(stack[1])
    assert onto_grid(image, stack[1], grid, 1) is image


def test_turned_slice_comes_back_pixel_by_pixel() -> None:
    stack = [plane(0.0), turned(), plane(20.0)]
    grid = grid_of(stack)
    assert grid.on_grid == (True, False, True)
    assert onto_grid(world_image(stack[1]), stack[1], grid, 1) == pytest.approx(
        world_image(plane(10.0)), abs=1e-3
    )


def test_other_pixels_and_a_shift_in_plane_are_resampled_to_where_they_lie() -> None:
    other = plane(10.0, in_plane_mm=-7.0, size_yx=(40, 60), spacing_yx_mm=(1.0, 1.0))
    stack = [plane(0.0), other, plane(20.0)]
    result = onto_grid(world_image(other), other, grid_of(stack), 1)
    assert result == pytest.approx(world_image(plane(10.0)), abs=1e-3)


def test_where_a_slice_does_not_reach_it_is_as_dark_as_its_darkest_pixel() -> None:
    small = plane(10.0, size_yx=(10, 12))
    stack = [plane(0.0), small, plane(20.0)]
    image = world_image(small)
    result = onto_grid(image, small, grid_of(stack), 1)
    assert (result[12:] == image.min()).all()
    assert result[:9, :11] == pytest.approx(image[:9, :11], abs=1e-3)


def test_tilted_slice_is_resampled_along_its_normal() -> None:
    angle = np.deg2rad(2.5)
    down = np.cos(angle) * ORIENTATION[1] + np.sin(angle) * NORMAL
    tilted = plane(10.0, orientation=np.stack([ORIENTATION[0], down]))
    stack = [plane(0.0), tilted, plane(20.0)]
    grid = grid_of(stack)
    assert grid.on_grid == (True, False, True)
    result = onto_grid(world_image(tilted), tilted, grid, 1)
    expected = world_image(plane(10.0))
    assert np.abs(result - expected)[1:-1, 1:-1].max() < 0.2  # (1 - cos 2.5°) of 30 mm × 2


def test_slice_shifted_off_the_line_of_the_others_is_resampled() -> None:
    stack = [plane(10.0 * z, in_plane_mm=5.6 if z == 1 else 0.0) for z in range(4)]
    assert in_plane_residual_mm(stack) > 1.0
    assert grid_of(stack).on_grid == (True, False, True, True)


def test_grid_follows_the_most_slices_even_if_the_first_is_another() -> None:
    stack = [turned(), *(plane(10.0 * z) for z in (2, 3, 4))]
    grid = grid_of(stack)
    assert grid.size_yx == SIZE_YX
    assert grid.ijk_to_lps[:3, 3] == pytest.approx(10.0 * NORMAL)
    assert grid.ijk_to_lps[:3, 2] == pytest.approx(10.0 * NORMAL)
    assert positions_mm(stack) == pytest.approx(np.array([0.0, 10.0, 20.0, 30.0]) + 10.0)


def test_single_slice_takes_its_thickness_along_the_normal() -> None:
    assert grid_of([plane(0.0)]).ijk_to_lps[:3, 2] == pytest.approx(8.0 * NORMAL)


def test_images_are_mixed_by_their_weights() -> None:
    images = [np.full((2, 2), value, np.float32) for value in (10.0, 20.0)]
    one, mixed = in_phase(images, (((1, 1.0),), ((0, 0.75), (1, 0.25))))
    assert one is images[1]
    assert mixed == pytest.approx(np.full((2, 2), 12.5))
