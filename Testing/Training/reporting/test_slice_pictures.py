import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from CMRSegmentationLib.image import CineStack, Label, LabelMap
from CMRSegmentationLib.palette import COLORS, rgb_of
from Testing.phantoms import oblique_geometry
from Training.reporting.slice_pictures import (
    intensity_window,
    mosaic,
    phases_of,
    render_slice,
    write_cine_gif,
)


@pytest.fixture
def axes():
    return Figure(figsize=(2, 2)).subplots()


def small_cine(frames=3, slices=2, times_ms=None):
    rng = np.random.default_rng(1)
    array = rng.uniform(0, 100, (frames, slices, 12, 10)).astype(np.float32)
    return CineStack(array, oblique_geometry((slices, 12, 10), (10.0, 1.6, 1.2)), times_ms)


def square_labels(cine):
    array = np.zeros(cine.array.shape, dtype=np.uint8)
    array[:, :, 3:8, 3:8] = Label.LV
    return LabelMap(array, cine.geometry)


def frames_of(path):
    with Image.open(path) as image:
        frames = []
        for number in range(image.n_frames):
            image.seek(number)
            frames.append((np.asarray(image.convert("RGB")).astype(int), image.info["duration"]))
    return frames


def test_a_mosaic_places_slices_row_by_row_and_leaves_the_rest_empty():
    volume = np.arange(5 * 2 * 3).reshape(5, 2, 3) + 1
    grid = mosaic(volume)
    assert grid.shape == (4, 9)
    np.testing.assert_array_equal(grid[:2, 3:6], volume[1])
    np.testing.assert_array_equal(grid[2:, :3], volume[3])
    assert not grid[2:, 6:].any()


def test_a_mosaic_of_one_slice_is_the_slice():
    volume = np.arange(6).reshape(1, 2, 3)
    np.testing.assert_array_equal(mosaic(volume), volume[0])


def test_the_outline_of_every_structure_has_its_color_and_the_blood_pool_is_on_top(axes):
    labels = np.zeros((12, 12), dtype=np.uint8)
    labels[2:6, 2:6] = Label.LV
    labels[7:9, 7:9] = Label.RV
    render_slice(axes, np.random.default_rng(0).random((12, 12)), labels, aspect=1.25)
    colors = [tuple(np.round(c.get_edgecolor()[0][:3] * 255).astype(int)) for c in axes.collections]
    expected = [rgb_of(COLORS[label]) for label in (Label.RV, Label.LV)]
    assert colors == expected
    assert axes.get_aspect() == 1.25


def test_labels_without_structures_draw_nothing(axes):
    render_slice(axes, np.eye(4, dtype=np.float32), np.zeros((4, 4), dtype=np.uint8))
    assert len(axes.collections) == 0


def test_the_window_of_a_constant_slice_is_not_empty():
    assert intensity_window(np.full((3, 3), 7.0, dtype=np.float32)) == (7.0, 8.0)


def test_a_gif_has_one_picture_per_frame_that_together_last_a_second(tmp_path):
    write_cine_gif(tmp_path / "cine.gif", small_cine(frames=4), largest_px=96)
    frames = frames_of(tmp_path / "cine.gif")
    assert [duration for _, duration in frames] == [250, 250, 250, 250]
    assert not np.array_equal(frames[0][0], frames[1][0])
    assert [path.name for path in tmp_path.iterdir()] == ["cine.gif"]


def test_the_frames_of_a_gif_last_as_long_as_their_times_say(tmp_path):
    write_cine_gif(tmp_path / "cine.gif", small_cine(times_ms=(0.0, 30.0, 90.0)), largest_px=96)
    # Steps of 30 and 60 ms, and their mean of 45 ms for the last frame; GIF counts in hundredths of
    # a second.
    assert [duration for _, duration in frames_of(tmp_path / "cine.gif")] == pytest.approx(
        [30, 60, 45], abs=10
    )


def test_pixels_are_as_high_as_their_spacing_says(tmp_path):
    write_cine_gif(tmp_path / "cine.gif", small_cine(frames=1, slices=1), largest_px=160)
    with Image.open(tmp_path / "cine.gif") as picture:
        # 12 rows of 1.6 mm by 10 columns of 1.2 mm: 19.2 by 12 mm, the larger side 160 pixels.
        assert picture.size == pytest.approx((100, 160), abs=1)


def test_contours_are_drawn_where_the_labels_are_and_only_if_given(tmp_path):
    cine = small_cine(frames=2, slices=1)
    write_cine_gif(tmp_path / "plain.gif", cine, largest_px=192)
    write_cine_gif(tmp_path / "contours.gif", cine, square_labels(cine), largest_px=192)
    (plain, _), (drawn, _) = (
        frames_of(tmp_path / "plain.gif")[0],
        frames_of(tmp_path / "contours.gif")[0],
    )
    red = drawn[..., 0] - drawn[..., 1] > 80
    assert red.any()
    assert not (plain[..., 0] - plain[..., 1] > 80).any()
    rows, columns = np.nonzero(red)
    # The square lies in rows 3 to 7 of 12 and columns 3 to 7 of 10; a pixel is 16 high and 12 wide.
    assert (rows.min(), rows.max()) == pytest.approx((3 * 16, 8 * 16), abs=10)
    assert (columns.min(), columns.max()) == pytest.approx((3 * 12, 8 * 12), abs=8)


def test_a_gif_stays_below_2_mb_by_being_smaller(tmp_path, monkeypatch):
    cine = small_cine(frames=4)
    write_cine_gif(tmp_path / "free.gif", cine, largest_px=320)
    size = (tmp_path / "free.gif").stat().st_size
    monkeypatch.setattr("Training.reporting.slice_pictures.MAXIMUM_GIF_BYTES", size // 2)
    write_cine_gif(tmp_path / "cine.gif", cine, largest_px=320)
    assert (tmp_path / "cine.gif").stat().st_size <= size // 2
    with Image.open(tmp_path / "cine.gif") as picture:
        assert 160 <= max(picture.size) < 320


def test_the_largest_and_the_smallest_pool_are_named():
    cine = small_cine(frames=3, slices=1)
    labels = np.zeros(cine.array.shape, np.uint8)
    labels[0, :, 2:5, 2:5], labels[1, :, 2:8, 2:8], labels[2, :, 2, 2] = 1, 1, 1
    assert phases_of(LabelMap(labels, cine.geometry)) == {1: "ED", 2: "ES"}
    assert phases_of(None) == {}


def test_a_long_axis_cine_is_one_panel(tmp_path):
    write_cine_gif(tmp_path / "lax.gif", small_cine(frames=2, slices=1), largest_px=96)
    assert len(frames_of(tmp_path / "lax.gif")) == 2


def test_labels_of_another_cine_are_refused(tmp_path):
    cine = small_cine(frames=3)
    with pytest.raises(ValueError, match="its labels are"):
        write_cine_gif(tmp_path / "cine.gif", cine, square_labels(small_cine(frames=2)))
