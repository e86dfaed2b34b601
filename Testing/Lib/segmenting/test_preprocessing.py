import numpy as np
import pytest

from CMRSegmentationLib.segmenting.preprocessing import (
    Box,
    InPlaneGrid,
    normalize,
    pad_to_multiple,
    resampling_matrix,
)


def blob(
    rows: int, columns: int, spacing_yx_mm: tuple[float, float], sigma_mm: float = 12.0
) -> np.ndarray:
    """(1, Y, X) a Gaussian off the center of the image."""
    y = (np.arange(rows) - (rows - 1) / 2) * spacing_yx_mm[0] - 4.0
    x = (np.arange(columns) - (columns - 1) / 2) * spacing_yx_mm[1] + 7.0
    return np.exp(-(y[:, None] ** 2 + x[None, :] ** 2) / (2 * sigma_mm**2)).astype(np.float32)[None]


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(3).normal(100.0, 30.0, shape).astype(np.float32)


class TestResamplingMatrix:
    @pytest.mark.parametrize(
        ("n_in", "n_out", "step"), [(10, 20, 0.5), (96, 77, 1.25), (7, 3, 2.5), (5, 1, 4.0)]
    )
    def test_weights_of_every_new_pixel_sum_to_1(self, n_in, n_out, step):
        matrix = resampling_matrix(n_in, n_out, step)
        assert matrix.shape == (n_out, n_in)
        np.testing.assert_allclose(matrix.sum(axis=1), 1.0, atol=1e-6)
        assert matrix.min() >= 0.0

    def test_a_step_of_one_pixel_changes_nothing(self):
        np.testing.assert_array_equal(resampling_matrix(9, 9, 1.0), np.eye(9))

    def test_half_a_pixel_apart_interpolates_linearly(self):
        expected = [
            [1, 0, 0],
            [0.75, 0.25, 0],
            [0.25, 0.75, 0],
            [0, 0.75, 0.25],
            [0, 0.25, 0.75],
            [0, 0, 1],
        ]
        np.testing.assert_allclose(resampling_matrix(3, 6, 0.5), expected, atol=1e-6)

    def test_two_pixels_apart_average_with_weights_1_3_3_1(self):
        inner = resampling_matrix(8, 4, 2.0)[1]
        np.testing.assert_allclose(inner, np.array([0, 1, 3, 3, 1, 0, 0, 0]) / 8, atol=1e-6)

    @pytest.mark.parametrize("step", [0.31, 0.5, 0.8, 1.0, 2.0])
    def test_a_ramp_stays_a_ramp_in_the_interior(self, step):
        n_in, n_out = 40, round(40 / step)
        ramp = 3.0 * np.arange(n_in) + 5.0
        centers = (np.arange(n_out) - (n_out - 1) / 2) * step + (n_in - 1) / 2
        inside = (centers >= step) & (centers <= n_in - 1 - step)
        result = resampling_matrix(n_in, n_out, step) @ ramp
        np.testing.assert_allclose(result[inside], (3.0 * centers + 5.0)[inside], rtol=1e-5)

    @pytest.mark.parametrize("step", [1.07, 1.25, 1.6, 2.3])
    def test_a_coarser_grid_keeps_positions_to_a_tenth_of_a_pixel(self, step):
        n_in, n_out = 40, round(40 / step)
        centers = (np.arange(n_out) - (n_out - 1) / 2) * step + (n_in - 1) / 2
        inside = (centers >= step) & (centers <= n_in - 1 - step)
        result = resampling_matrix(n_in, n_out, step) @ np.arange(n_in)
        assert np.abs(result - centers)[inside].max() < 0.1

    def test_stripes_finer_than_the_new_pixel_become_gray_instead_of_a_moire(self):
        stripes = np.tile([0.0, 100.0], 40)
        result = resampling_matrix(80, 27, 3.0) @ stripes
        assert np.abs(result[1:-1] - 50.0).max() < 8.0

    def test_mirrored_input_gives_mirrored_output(self):
        matrix = resampling_matrix(31, 23, 31 / 23)
        np.testing.assert_allclose(matrix, matrix[::-1, ::-1], atol=1e-6)


class TestInPlaneGrid:
    grid = InPlaneGrid.between((90, 112), (1.6, 1.25), 1.5)

    def test_covers_the_native_field_of_view(self):
        assert self.grid.network_yx == (96, 93)
        assert self.grid.step_yx == pytest.approx((0.9375, 1.2))

    def test_a_constant_image_stays_constant(self):
        np.testing.assert_allclose(
            self.grid.to_network(np.full((2, 90, 112), 7.5, np.float32)), 7.5, rtol=1e-6
        )

    def test_the_mean_of_a_blob_is_kept(self):
        image = blob(90, 112, (1.6, 1.25))
        area = 1.6 * 1.25
        assert self.grid.to_network(image).sum() * 1.5**2 == pytest.approx(
            image.sum() * area, rel=2e-3
        )

    def test_mirrored_slices_give_mirrored_results(self):
        image = noise(2, 90, 112)
        expected = self.grid.to_network(image)[:, ::-1, ::-1]
        np.testing.assert_allclose(
            self.grid.to_network(np.ascontiguousarray(image[:, ::-1, ::-1])), expected, rtol=1e-5
        )

    def test_transposed_slices_give_transposed_results(self):
        image = noise(2, 90, 112)
        transposed = InPlaneGrid.between((112, 90), (1.25, 1.6), 1.5)
        result = transposed.to_network(np.ascontiguousarray(image.transpose(0, 2, 1)))
        np.testing.assert_allclose(
            result, self.grid.to_network(image).transpose(0, 2, 1), rtol=1e-5
        )

    @pytest.mark.parametrize(
        "box", [Box(0, 16, 0, 32), Box(20, 68, 24, 72), Box(80, 96, 61, 93)], ids=str
    )
    def test_a_part_of_the_network_grid_is_cut_from_the_whole(self, box):
        image = noise(2, 90, 112)
        expected = self.grid.to_network(image)[:, box.rows, box.columns]
        np.testing.assert_allclose(self.grid.to_network(image, box), expected, rtol=1e-5)

    @pytest.mark.parametrize(
        ("shape_yx", "spacing_yx_mm"),
        [((90, 112), (1.6, 1.25)), ((97, 61), (0.8, 1.9)), ((128, 128), (2.3, 2.3))],
    )
    def test_there_and_back_a_smooth_blob_is_kept(self, shape_yx, spacing_yx_mm):
        image = blob(*shape_yx, spacing_yx_mm)
        grid = InPlaneGrid.between(shape_yx, spacing_yx_mm, 1.5)
        whole = Box.whole(grid.network_yx)
        back = grid.to_native(grid.to_network(image), whole, Box.whole(shape_yx))
        assert np.abs(back - image).max() < 0.02

    def test_a_crop_comes_back_to_the_place_where_the_whole_has_it(self):
        image = blob(90, 112, (1.6, 1.25))
        box = Box(20, 68, 24, 72)
        native_box = self.grid.native_box(box)
        network = self.grid.to_network(image)
        cropped = self.grid.to_native(network[:, box.rows, box.columns], box, native_box)
        whole = self.grid.to_native(network, Box.whole(self.grid.network_yx), Box.whole((90, 112)))
        inner = (slice(None), slice(2, -2), slice(2, -2))
        expected = whole[:, native_box.rows, native_box.columns]
        np.testing.assert_allclose(cropped[inner], expected[inner], atol=1e-5)

    def test_a_native_box_holds_the_pixels_whose_centers_lie_in_the_box(self):
        # 10 native pixels of 3 mm, centers -13.5 … 13.5 mm; 20 network pixels of 1.5 mm, edges -15
        # … 15 mm.
        grid = InPlaneGrid.between((10, 20), (3.0, 1.5), 1.5)
        # Rows 4 to 12 of the network reach from -9 to +3 mm: centers -7.5, -4.5, -1.5, 1.5 are rows
        # 2 to 6.
        assert grid.native_box(Box(4, 12, 3, 17)) == Box(2, 6, 3, 17)

    def test_a_native_box_on_an_odd_number_of_finer_pixels(self):
        # 21 native pixels of 1 mm, centers -10 … 10 mm; 10 network pixels of 2 mm, edges -10 … 10
        # mm.
        grid = InPlaneGrid.between((21, 20), (1.0, 2.0), 2.0)
        assert grid.network_yx == (10, 20)
        # Rows 3 to 6 reach from -4 to +2 mm: centers -4 … 2 are rows 6 to 13.
        assert grid.native_box(Box(3, 6, 0, 20)) == Box(6, 13, 0, 20)

    @pytest.mark.parametrize(
        ("spacing_yx_mm", "reach"), [((1.4, 1.4), 2), ((0.5, 1.0), 2), ((1.4, 3.5), 5)]
    )
    def test_no_native_pixel_takes_of_pixels_that_are_the_reach_apart(self, spacing_yx_mm, reach):
        grid = InPlaneGrid.between((40, 44), spacing_yx_mm, 1.4)
        assert grid.reach == reach
        for axis, step in enumerate(grid.step_yx):
            taken = resampling_matrix(grid.network_yx[axis], grid.native_yx[axis], 1 / step) > 0
            assert not (taken[:, :-reach] & taken[:, reach:]).any()

    @pytest.mark.parametrize("columns", [111, 112])
    def test_the_whole_of_the_network_grid_is_the_whole_image(self, columns):
        grid = InPlaneGrid.between((90, columns), (1.6, 1.25), 1.5)
        assert grid.native_box(Box.whole(grid.network_yx)) == Box.whole((90, columns))


class TestBox:
    def test_leaves_a_margin_around_a_mask(self):
        mask = np.zeros((30, 40), bool)
        mask[10:12, 20] = True
        assert Box.around(mask, margin=3) == Box(7, 15, 17, 24)

    def test_stays_within_the_image(self):
        mask = np.zeros((30, 40), bool)
        mask[1, 39] = True
        assert Box.around(mask, margin=5) == Box(0, 7, 34, 40)

    def test_an_empty_mask_is_refused(self):
        with pytest.raises(ValueError, match="at least one pixel"):
            Box.around(np.zeros((4, 5), bool), margin=1)

    def test_a_part_is_counted_from_the_corner(self):
        assert Box(10, 30, 20, 60).part(Box(0, 5, 3, 7)) == Box(10, 15, 23, 27)

    def test_indexes_rows_and_columns(self):
        box = Box(2, 5, 1, 8)
        image = np.arange(100).reshape(10, 10)[box.rows, box.columns]
        assert image.shape == box.shape_yx == (3, 7)
        assert image[0, 0] == 21


class TestNormalization:
    def test_mean_is_0_and_standard_deviation_1(self):
        result = normalize(noise(3, 40, 50))
        assert result.mean() == pytest.approx(0.0, abs=1e-4)
        assert result.std() == pytest.approx(1.0, abs=1e-4)

    @pytest.mark.parametrize(("gain", "offset"), [(0.01, 0.0), (17.0, -300.0), (1.0, 1000.0)])
    def test_gain_and_offset_of_the_scanner_do_not_matter(self, gain, offset):
        image = noise(3, 40, 50)
        np.testing.assert_allclose(normalize(image * gain + offset), normalize(image), atol=2e-3)

    @pytest.mark.parametrize("slices", [1, 4])
    def test_zeros_around_the_field_of_view_do_not_matter(self, slices):
        image = noise(slices, 40, 50)
        padded = np.pad(image, ((0, 0), (9, 4), (0, 17)))
        np.testing.assert_allclose(normalize(padded)[:, 9:49, :50], normalize(image), atol=1e-5)

    def test_one_bright_artifact_does_not_set_the_scale(self):
        image = noise(3, 40, 50)
        bright = image.copy()
        bright[1, 5, 5:8] = 1e5
        difference = np.abs(normalize(bright) - normalize(image))
        difference[1, 5, 5:8] = 0
        assert difference.max() < 0.02

    def test_large_cines_are_measured_on_every_second_pixel_alike(self):
        image = noise(2, 10, 300, 300)
        np.testing.assert_allclose(normalize(image)[:1, :1], normalize(image[:1, :1]), atol=0.02)

    def test_a_constant_image_becomes_zero(self):
        np.testing.assert_array_equal(normalize(np.full((2, 20, 20), 5.0, np.float32)), 0.0)


def test_padding_repeats_the_last_pixels_up_to_the_multiple():
    padded = pad_to_multiple(noise(2, 17, 32), 16)
    assert padded.shape == (2, 32, 32)
    np.testing.assert_array_equal(padded[:, 17:], np.repeat(padded[:, 16:17], 15, axis=1))


def test_a_fitting_size_is_not_padded():
    image = noise(1, 16, 48)
    np.testing.assert_array_equal(pad_to_multiple(image, 16), image)
