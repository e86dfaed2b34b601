import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from Training.datasets.examination import UNKNOWN
from Training.samples.canvas import Canvas, base_is_below, noise, runs

ROW, SPACING_MM = 20, 1.4
BLOOD, MUSCLE, OUTSIDE = 200, 50, 100


def plane():
    """A pool between two walls in rows 20 to 39; nothing is known above."""
    labels = np.zeros((40, 40), dtype=np.uint8)
    labels[:ROW] = UNKNOWN
    labels[ROW:, 10:30] = Label.MYO
    labels[ROW:, 14:26] = Label.LV
    image = np.full(labels.shape, OUTSIDE, dtype=np.uint8)
    image[labels == Label.LV], image[labels == Label.MYO] = BLOOD, MUSCLE
    return image, labels


def canvas(seed=0, image=None):
    of_plane, labels = plane()
    return Canvas(
        of_plane if image is None else image, labels, ROW, SPACING_MM, np.random.default_rng(seed)
    )


def test_blood_and_muscle_are_as_bright_as_in_the_plane():
    assert (canvas().blood, canvas().muscle) == (BLOOD, MUSCLE)


def test_a_polygon_is_seen_above_the_row_and_nowhere_below():
    image, labels = plane()
    easel = canvas()
    easel.fill([(5, 5), (5, 34), (30, 34), (30, 5)], 180.0, Label.RV)
    painted, known = easel.result()
    assert (known[6:ROW, 6:34] == Label.RV).all()
    assert painted[8:17, 8:31] == pytest.approx(180.0, abs=1.0)
    np.testing.assert_array_equal(known[ROW:], labels[ROW:])
    np.testing.assert_array_equal(painted[ROW + 1 :], image[ROW + 1 :])


def test_what_is_not_painted_is_background_with_intensities_of_the_background():
    painted, known = canvas().result()
    assert not known[:ROW].any()
    assert painted[: ROW - 2] == pytest.approx(OUTSIDE, abs=1.0)


def test_a_line_is_dark_and_may_hang_into_the_stack():
    easel = canvas()
    easel.line((10.0, 20.0), (35.0, 20.0))
    painted, known = easel.result()
    assert painted[30, 15:26].min() < BLOOD - 10
    assert (known[ROW:] == plane()[1][ROW:]).all()


def test_a_line_that_leaves_the_plane_is_cut_off():
    easel = canvas()
    easel.line((5.0, 25.0), (5.0, 60.0))
    assert easel.result()[0][2:9, 30:].min(axis=0).max() < OUTSIDE - 10


def test_lengths_in_mm_become_pixels():
    lengths = [canvas(seed).mm(7.0, 14.0) for seed in range(50)]
    assert 5.0 <= min(lengths) < 6.0 < 9.0 < max(lengths) <= 10.0


def test_fat_is_among_the_brightest_of_the_surroundings():
    image, labels = plane()
    image[labels == Label.BACKGROUND] = np.linspace(0, 100, (labels == Label.BACKGROUND).sum())
    assert all(85 <= canvas(seed, image).fat() <= 99 for seed in range(20))


def test_a_level_lies_between_those_of_the_plane_and_of_the_end():
    image, labels = plane()
    image[ROW : ROW + 4][labels[ROW : ROW + 4] == Label.LV] = 120.0
    levels = [canvas(seed, image).level_near_the_end(Label.LV) for seed in range(30)]
    assert 120 <= min(levels) < 140 < 180 < max(levels) <= BLOOD


def test_noise_has_a_standard_deviation_of_1_and_is_as_smooth_as_asked_for():
    fine, coarse = (noise(np.random.default_rng(0), (200, 200), sigma) for sigma in (0.8, 6.0))
    assert (fine.std(), coarse.std()) == pytest.approx((1.0, 1.0))
    assert np.abs(np.diff(fine)).mean() > 4 * np.abs(np.diff(coarse)).mean()


@pytest.mark.parametrize(
    ("mask", "columns"),
    [("..", []), ("##", [[0, 1]]), (".##.#", [[1, 2], [4]]), ("#..#", [[0], [3]])],
)
def test_runs_are_the_unbroken_pieces(mask, columns):
    assert [list(run) for run in runs(np.array(list(mask)) == "#")] == columns


def test_the_base_is_where_the_heart_is_wider():
    labels = plane()[1]
    labels[ROW : ROW + 8, 30:38] = Label.RV
    assert not base_is_below(labels)
    assert base_is_below(labels[::-1])
