import numpy as np
import pytest

from CMRSegmentationLib.segmenting.localization import (
    MARGIN_MM,
    MARGIN_OF_A_PLANE_MM,
    frames_to_look_at,
    heart_box,
    touches_border,
)
from CMRSegmentationLib.segmenting.preprocessing import Box


def labels_with(y: slice, x: slice, shape_yx: tuple[int, int] = (160, 200)) -> np.ndarray:
    """(1, Z, Y, X) three slices with a rectangle of myocardium that holds LV in the middle one."""
    labels = np.zeros((1, 3, *shape_yx), np.uint8)
    labels[..., y, x] = 2
    labels[0, 1, y.start + 2 : y.stop - 2, x.start + 2 : x.stop - 2] = 1
    return labels


@pytest.mark.parametrize("spacing_mm", [1.25, 1.5, 2.0])
def test_at_least_25_mm_are_left_on_every_side_of_the_heart(spacing_mm):
    box = heart_box(labels_with(slice(70, 90), slice(90, 115)), spacing_mm, 16)
    margins_mm = [d * spacing_mm for d in (70 - box.y0, box.y1 - 90, 90 - box.x0, box.x1 - 115)]
    assert min(margins_mm) >= MARGIN_MM - spacing_mm / 2
    assert max(margins_mm) <= MARGIN_MM + (16 / 2 + 1) * spacing_mm


def test_a_single_slice_has_more_around_the_heart():
    plane = labels_with(slice(70, 90), slice(90, 115))[:, 1:2]
    box = heart_box(plane, 1.5, 16)
    margins_mm = [d * 1.5 for d in (70 - box.y0, box.y1 - 90, 90 - box.x0, box.x1 - 115)]
    assert min(margins_mm) >= MARGIN_OF_A_PLANE_MM - 0.75
    assert max(margins_mm) <= MARGIN_OF_A_PLANE_MM + 9 * 1.5


@pytest.mark.parametrize("multiple", [8, 16, 32])
def test_sides_are_multiples_of_what_the_network_needs(multiple):
    box = heart_box(labels_with(slice(70, 90), slice(90, 115)), 1.5, multiple)
    assert [n % multiple for n in box.shape_yx] == [0, 0]


def test_the_box_by_hand():
    # Heart of 20 x 24 pixels, margin 25 / 1.5 = 17 pixels: 54 x 58, widened to 64 x 64 about its
    # middle.
    assert heart_box(labels_with(slice(70, 90), slice(90, 114)), 1.5, 16) == Box(48, 112, 70, 134)


@pytest.mark.parametrize(
    ("y", "x", "inside"),
    [
        (slice(2, 22), slice(90, 115), lambda b: b.y0 == 0),
        (slice(139, 159), slice(90, 115), lambda b: b.y1 == 160),
        (slice(70, 90), slice(1, 26), lambda b: b.x0 == 0),
        (slice(70, 90), slice(174, 199), lambda b: b.x1 == 200),
    ],
    ids=["top", "bottom", "left", "right"],
)
def test_near_a_border_the_box_ends_with_the_image_and_stays_a_multiple(y, x, inside):
    box = heart_box(labels_with(y, x), 1.5, 16)
    assert inside(box)
    assert [n % 16 for n in box.shape_yx] == [0, 0]


def test_an_image_smaller_than_the_box_is_taken_whole():
    box = heart_box(labels_with(slice(10, 30), slice(12, 37), shape_yx=(41, 51)), 1.5, 16)
    assert box == Box.whole((41, 51))


def test_an_island_far_away_does_not_widen_the_box():
    labels = labels_with(slice(70, 90), slice(90, 115))
    without = heart_box(labels, 1.5, 16)
    labels[0, 0, 5:12, 5:12] = 2
    assert heart_box(labels, 1.5, 16) == without


def test_an_island_of_one_phase_larger_than_the_heart_does_not_move_the_box():
    labels = np.concatenate([labels_with(slice(70, 90), slice(90, 115))] * 4)
    without = heart_box(labels, 1.5, 16)
    labels[1, :, 5:45, 5:45] = 2
    assert heart_box(labels[1:2], 1.5, 16) != without
    assert heart_box(labels, 1.5, 16) == without


def test_the_box_holds_the_heart_of_every_frame_that_was_looked_at():
    both = np.concatenate(
        [labels_with(slice(70, 90), slice(90, 115)), labels_with(slice(60, 85), slice(85, 112))]
    )
    box = heart_box(both, 1.5, 16)
    assert box.y0 <= 60 - 17
    assert box.y1 >= 90 + 17
    assert (box.x0 <= 85 - 17, box.x1 >= 115 + 17) == (True, True)


class TestFramesToLookAt:
    brightness = np.array([3.0, 9.0, 1.0, 7.0, 5.0, 2.0, 8.0])

    def test_of_a_stack_the_brightest_and_then_the_darkest(self):
        assert frames_to_look_at(self.brightness, 10) == [(1,), (2,)]

    def test_of_a_plane_the_brightest_the_middle_and_the_darkest_together(self):
        """By brightness the frames are 1, 6, 3, 4, 0, 5, 2; of these the ranks 0, 3 and 6."""
        assert frames_to_look_at(self.brightness, 1) == [(1, 4, 2)]

    @pytest.mark.parametrize("slices", [1, 10])
    def test_which_frame_comes_first_does_not_matter(self, slices):
        turned = frames_to_look_at(np.roll(self.brightness, 3), slices)
        assert [tuple((t - 3) % 7 for t in group) for group in turned] == frames_to_look_at(
            self.brightness, slices
        )

    @pytest.mark.parametrize("slices", [1, 10])
    def test_a_single_frame_is_looked_at_once(self, slices):
        assert frames_to_look_at(np.array([4.0]), slices) == [(0,)]

    def test_two_frames_of_a_plane_are_both_looked_at(self):
        assert frames_to_look_at(np.array([4.0, 6.0]), 1) == [(1, 0)]


def test_a_speck_smaller_than_400_mm2_is_no_heart():
    labels = np.zeros((1, 3, 160, 200), np.uint8)
    assert heart_box(labels, 2.0, 16) is None
    labels[0, 1, 80:89, 100:111] = 1  # 99 pixels of 4 mm²
    assert heart_box(labels, 2.0, 16) is None
    labels[0, 2, 89, 111] = 1
    assert heart_box(labels, 2.0, 16) is not None


@pytest.mark.parametrize("flip", [(0,), (1,), (2,), (0, 1, 2)], ids=str)
def test_a_mirrored_or_reversed_stack_has_the_mirrored_box_to_a_pixel(flip):
    labels = labels_with(slice(70, 90), slice(90, 115))
    box = heart_box(labels, 1.5, 16)
    mirrored = heart_box(np.flip(labels, [axis + 1 for axis in flip]), 1.5, 16)
    y0, y1 = (160 - box.y1, 160 - box.y0) if 1 in flip else (box.y0, box.y1)
    x0, x1 = (200 - box.x1, 200 - box.x0) if 2 in flip else (box.x0, box.x1)
    assert max(abs(mirrored.y0 - y0), abs(mirrored.y1 - y1)) <= 1
    assert max(abs(mirrored.x0 - x0), abs(mirrored.x1 - x1)) <= 1


class TestTouchesBorder:
    inner = Box(10, 42, 20, 68)

    def crop(self, y: int, x: int) -> np.ndarray:
        labels = np.zeros((4, 3, 32, 48), np.uint8)
        labels[:, :, 10:20, 10:20] = 1
        labels[2, 1, y, x] = 2
        return labels

    @pytest.mark.parametrize(
        ("y", "x"), [(0, 25), (31, 25), (15, 0), (15, 47)], ids=["top", "bottom", "left", "right"]
    )
    def test_a_single_voxel_of_one_phase_at_a_side_is_seen(self, y, x):
        assert touches_border(self.crop(y, x), self.inner, (64, 96))

    def test_a_heart_within_touches_nothing(self):
        assert not touches_border(self.crop(1, 1), self.inner, (64, 96))
        assert not touches_border(self.crop(30, 46), self.inner, (64, 96))

    @pytest.mark.parametrize(
        ("y", "x", "box"),
        [
            (0, 25, Box(0, 32, 20, 68)),
            (31, 25, Box(32, 64, 20, 68)),
            (15, 0, Box(10, 42, 0, 48)),
            (15, 47, Box(10, 42, 48, 96)),
        ],
        ids=["top", "bottom", "left", "right"],
    )
    def test_a_side_that_is_the_images_own_does_not_count(self, y, x, box):
        assert not touches_border(self.crop(y, x), box, (64, 96))

    def test_an_empty_crop_touches_nothing(self):
        assert not touches_border(np.zeros((2, 3, 32, 48), np.uint8), self.inner, (64, 96))
