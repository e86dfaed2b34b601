import numpy as np

from CMRSegmentationLib.trust.canvas import Canvas


def test_the_middle_of_what_is_drawn_comes_to_the_middle_of_the_canvas():
    plane = np.zeros((1, 40, 60), np.uint8)
    plane[0, 10:14, 30:36] = 2  # middle at row 11.5, column 32.5
    canvas = Canvas(size_px=16, spacing_mm=1.5).place(plane, (1.5, 1.5))
    ys, xs = np.nonzero(canvas[0])
    assert (ys.mean(), xs.mean()) == (7.5, 7.5)
    assert (canvas == 2).sum() == 24


def test_pixels_that_are_not_square_are_made_so():
    plane = np.zeros((1, 30, 30), np.uint8)
    plane[0, 10:20, 5:25] = 1  # 10 × 2.0 mm by 20 × 1.0 mm
    canvas = Canvas(size_px=32, spacing_mm=1.0).place(plane, (2.0, 1.0))
    assert canvas[0].any(axis=1).sum() == canvas[0].any(axis=0).sum() == 20


def test_what_lies_outside_the_image_is_background():
    plane = np.full((1, 4, 4), 3, np.uint8)
    canvas = Canvas(size_px=8, spacing_mm=1.4).place(plane, (1.4, 1.4))
    assert (canvas == 3).sum() == 16


def test_a_plane_without_labels_stays_empty():
    assert not Canvas(size_px=8, spacing_mm=1.4).place(np.zeros((2, 5, 6), np.uint8), (1, 2)).any()
