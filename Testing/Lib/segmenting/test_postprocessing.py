import numpy as np
import pytest
from scipy import ndimage

from CMRSegmentationLib.image import Label, View
from CMRSegmentationLib.segmenting.postprocessing import (
    PostprocessingOptions,
    fill_holes,
    heart_mask,
    labels_of,
    near_cavity,
    one_group,
    one_piece,
    tidy,
    to_native_labels,
)
from CMRSegmentationLib.segmenting.preprocessing import Box, InPlaneGrid
from Testing.Lib.square_heart import heart

LV, MYO, RV = int(Label.LV), int(Label.MYO), int(Label.RV)
FLIPS = [(1,), (2,), (3,), (1, 2, 3)]


def with_arm(labels: np.ndarray) -> np.ndarray:
    """The same with an island of muscle of 4 × 10 × 24 voxels, twice the heart's 4 × 64 wall."""
    labels = labels.copy()
    labels[:, :, 20:30, 4:28] = MYO
    return labels


def as_probabilities(labels: np.ndarray, certainty: float = 0.9) -> np.ndarray:
    """(T, Z, 3, Y, X) probabilities whose most probable label is the given one."""
    one_hot = np.eye(4, dtype=np.float32)[labels][..., 1:]
    return np.moveaxis(one_hot * certainty + (1 - one_hot) * (1 - certainty) / 3, -1, 2)


class TestLabelsOf:
    @pytest.mark.parametrize(
        ("probabilities", "label"),
        [
            ((0.5, 0.1, 0.1), LV),
            ((0.2, 0.45, 0.1), MYO),
            ((0.0, 0.1, 0.6), RV),
            ((0.3, 0.2, 0.1), 0),  # background 0.4
            ((0.0, 0.0, 0.0), 0),
        ],
    )
    def test_the_most_probable_of_four_wins(self, probabilities, label):
        assert labels_of(np.array(probabilities, np.float32)[:, None, None]).item() == label

    def test_probabilities_of_labels_give_the_labels_back(self):
        labels = with_arm(heart())
        np.testing.assert_array_equal(labels_of(as_probabilities(labels)), labels)


class TestOneHeart:
    def test_a_heart_of_three_structures_wins_against_a_larger_island_of_one(self):
        labels = with_arm(heart())
        kept = labels * heart_mask(labels)
        np.testing.assert_array_equal(kept, heart())

    def test_a_rule_that_keeps_the_largest_piece_of_each_structure_would_keep_the_arm(self):
        labels = with_arm(heart(frames=1))
        assert one_piece(labels[0])[0, 25, 10] == MYO

    def test_an_island_in_one_phase_only_is_dropped(self):
        labels = heart(frames=10)
        labels[3, 1, 20:26, 20:26] = RV
        np.testing.assert_array_equal(labels * heart_mask(labels), heart(frames=10))

    def test_an_island_in_one_slice_is_dropped(self):
        labels = heart()
        labels[:, 2, 25, 25] = LV
        np.testing.assert_array_equal(labels * heart_mask(labels), heart())

    def test_what_touches_the_heart_in_its_own_phase_stays(self):
        labels = heart(frames=10)
        labels[7, :, 4:12, 16:20] = MYO  # a wall that moves out in one phase of ten
        np.testing.assert_array_equal(labels * heart_mask(labels), labels)

    def test_slices_of_a_heart_that_touch_only_through_the_stack_stay(self):
        labels = heart(slices=3)
        labels[:, 0] = 0
        labels[:, 0, 10:14, 14:18] = LV  # apical slice, displaced but overlapping the next one
        np.testing.assert_array_equal(labels * heart_mask(labels), labels)

    def test_an_empty_cine_and_an_empty_phase_stay_empty(self):
        empty = np.zeros((2, 3, 8, 8), np.uint8)
        assert not (empty * heart_mask(empty)).any()
        labels = heart()
        labels[2] = 0
        np.testing.assert_array_equal(labels * heart_mask(labels), labels)

    @pytest.mark.parametrize("flip", FLIPS, ids=str)
    def test_the_choice_does_not_depend_on_the_order_of_slices_rows_or_columns(self, flip):
        labels = with_arm(heart())
        np.testing.assert_array_equal(
            np.flip(heart_mask(np.flip(labels, flip)), flip), heart_mask(labels)
        )

    def test_the_choice_does_not_depend_on_transposition_or_the_order_of_phases(self):
        labels = with_arm(heart(frames=6))
        labels[2, 1, 1, 28] = RV
        mask = heart_mask(labels)
        np.testing.assert_array_equal(heart_mask(labels.swapaxes(2, 3)).swapaxes(2, 3), mask)
        np.testing.assert_array_equal(
            np.roll(heart_mask(np.roll(labels, 2, axis=0)), -2, axis=0), mask
        )


class TestNearCavity:
    def test_myocardium_35_mm_from_the_cavity_stays_and_farther_goes(self):
        labels = np.zeros((1, 2, 8, 60), np.uint8)
        labels[0, 0, 4, 0] = LV
        labels[0, :, 4, 1:] = MYO
        kept = near_cavity(labels, (2.0, 1.4))
        assert (kept[0, 1, 4, 1:26] == MYO).all()  # 25 pixels of 1.4 mm are 35 mm
        assert not kept[0, 1, 4, 26:].any()

    def test_the_cavity_counts_phase_by_phase_and_without_one_nothing_goes(self):
        labels = np.zeros((2, 1, 4, 60), np.uint8)
        labels[:, 0, 2, 40:] = MYO
        labels[0, 0, 2, 0] = LV
        kept = near_cavity(labels, (1.4, 1.4))
        assert not (kept[0] == MYO).any()
        np.testing.assert_array_equal(kept[1], labels[1])

    def test_other_structures_are_left_alone(self):
        labels = np.zeros((1, 1, 4, 60), np.uint8)
        labels[0, 0, 2, 0] = LV
        labels[0, 0, 2, 40:] = RV
        np.testing.assert_array_equal(near_cavity(labels, (1.4, 1.4)), labels)


class TestOnePiece:
    def test_the_largest_piece_of_each_structure_is_kept(self):
        labels = heart(frames=1)[0]
        labels[1, 20:22, 20:22] = RV
        labels[3, 0, 31] = LV
        np.testing.assert_array_equal(one_piece(labels), heart(frames=1)[0])

    def test_pieces_that_touch_at_a_corner_or_through_the_slices_are_one(self):
        labels = np.zeros((2, 6, 6), np.uint8)
        labels[0, 0:2, 0:2] = RV
        labels[0, 2, 2] = RV
        labels[1, 3, 3] = RV
        np.testing.assert_array_equal(one_piece(labels), labels)

    def with_jet(self, rows: slice, columns: slice) -> np.ndarray:
        """(1, Y, X) a pool at rows 4 to 14, columns 10 to 20, an RV and a piece of RV apart."""
        labels = np.zeros((1, 20, 40), np.uint8)
        labels[0, 4:14, 10:20] = LV
        labels[0, 4:14, 28:36] = RV
        labels[0, rows, columns] = RV
        return labels

    @pytest.mark.parametrize("rows", [slice(4, 7), slice(4, 14), slice(1, 4)])
    def test_a_piece_of_the_rv_is_pool_where_it_lies_mostly_beside_that(self, rows: slice):
        """A notch and a band across are: 9 and 20 neighbors are pool, 3 and 6 background.

        A lid is dropped: 3 and 9.
        """
        np.testing.assert_array_equal(
            one_piece(self.with_jet(rows, slice(13, 16))), self.with_jet(slice(0), slice(0))
        )

    def test_the_largest_piece_of_the_rv_stays_what_it_is(self):
        labels = self.with_jet(slice(4, 7), slice(13, 16))
        labels[0, :, 28:36] = 0
        np.testing.assert_array_equal(one_piece(labels), labels)

    def test_a_missing_structure_stays_missing(self):
        labels = heart(frames=1)[0]
        labels[labels == LV] = MYO
        np.testing.assert_array_equal(one_piece(labels), labels)


class TestOneGroup:
    def test_a_structure_that_is_apart_from_the_heart_in_its_phase_is_dropped(self):
        labels = heart(frames=1, slices=1)[0]
        labels[0, 4:12, 24:30] = RV
        labels[0, 4:12, 4:8] = 0  # the larger piece of RV is the one away from the septum
        assert set(np.unique(one_group(labels))) == {0, LV, MYO}

    def test_a_piece_that_touches_at_a_corner_alone_is_dropped(self):
        labels = heart(frames=1, slices=1)[0]
        labels[0, 12, 16] = MYO
        np.testing.assert_array_equal(one_group(labels), heart(frames=1, slices=1)[0])

    def test_slices_are_one_group_through_the_stack(self):
        labels = heart(frames=1, slices=3)[0]
        labels[2] = np.roll(labels[2], 8, axis=1)  # displaced, still over the slice above
        np.testing.assert_array_equal(one_group(labels), labels)

    def test_an_empty_phase_stays_empty(self):
        assert not one_group(np.zeros((1, 8, 8), np.uint8)).any()


class TestOneHeartInEveryFrame:
    """A single slice: what lies where the heart is in another phase is an island all the same."""

    def spoiled(self) -> np.ndarray:
        labels = heart(frames=6, slices=1)
        labels[2, 0, 4:12, 4:8] = 0
        labels[2, 0, 4:12, 4:6] = (
            RV  # away from the septum in one phase, at the place of the RV of the others
        )
        labels[3, 0, 7, 11] = MYO  # a papillary muscle that is cut off from the wall
        labels[4, 0, 4:12, 8] = 0  # a septum too thin, the RV loses its hold
        labels[4, 0, 4:12, 9] = 0
        return labels

    def test_every_phase_is_one_group_of_single_pieces_without_holes(self):
        result = tidy(self.spoiled(), PostprocessingOptions(), (1.4, 1.4), View.LAX_4C)
        for frame in result[:, 0]:
            assert ndimage.label(frame > 0)[1] == 1
            assert (
                max(ndimage.label(frame == label, np.ones((3, 3)))[1] for label in (LV, MYO, RV))
                == 1
            )
            assert ndimage.label(np.pad(frame, 1) == 0)[1] == 1

    def test_the_hole_that_a_dropped_piece_leaves_in_the_pool_becomes_pool(self):
        assert tidy(self.spoiled(), PostprocessingOptions(), (1.4, 1.4))[3, 0, 7, 11] == LV

    def test_without_the_rule_the_island_stays(self):
        options = PostprocessingOptions(one_group=False)
        assert (tidy(self.spoiled(), options, (1.4, 1.4), View.LAX_4C)[2] == RV).any()

    def test_tidying_twice_changes_nothing_more(self):
        once = tidy(self.spoiled(), PostprocessingOptions(), (1.4, 1.4), View.LAX_4C)
        np.testing.assert_array_equal(
            tidy(once, PostprocessingOptions(), (1.4, 1.4), View.LAX_4C), once
        )

    def test_random_speckle_becomes_one_heart(self):
        labels = np.random.default_rng(3).integers(0, 4, (4, 1, 40, 50)).astype(np.uint8)
        for frame in tidy(labels, PostprocessingOptions(), (1.3, 1.6), View.LAX_4C)[:, 0]:
            assert ndimage.label(frame > 0)[1] == 1
            assert max(ndimage.label(frame == label, np.ones((3, 3)))[1] for label in (LV, RV)) <= 1
            walls, count = ndimage.label(
                frame == MYO, np.ones((3, 3))
            )  # one on either side of the pool
            assert set(walls[ndimage.binary_dilation(frame == LV)]) >= set(range(1, count + 1))


class TestTricuspidValve:
    """A right ventricle of four slices, of the most basal of which a part is drawn."""

    def sound(self) -> np.ndarray:
        labels = heart(frames=1, slices=6)
        labels[0, 4:][labels[0, 4:] == RV] = 0
        return labels

    def spoiled(self) -> np.ndarray:
        labels = self.sound()
        labels[0, 0, 6:, :8] = 0
        return labels

    @pytest.mark.parametrize("view", [None, View.SAX])
    def test_a_part_of_the_right_ventricle_at_the_base_is_left_out(self, view):
        assert (self.spoiled()[0, 0] == RV).any()
        result = tidy(self.spoiled(), PostprocessingOptions(), (1.4, 1.4), view)
        assert not (result[0, 0] == RV).any()
        np.testing.assert_array_equal(result[0, 1:], self.sound()[0, 1:])

    def test_it_stays_without_the_rule_and_in_a_long_axis(self):
        off = PostprocessingOptions(basal_end=False)
        for options, view in ((off, View.SAX), (PostprocessingOptions(), View.LAX_3C)):
            assert (tidy(self.spoiled(), options, (1.4, 1.4), view)[0, 0] == RV).any()


class TestFillHoles:
    def test_a_hole_within_the_wall_that_does_not_touch_the_pool_becomes_wall(self):
        labels = np.zeros((1, 1, 12, 12), np.uint8)
        labels[0, 0, 1:11, 1:11] = MYO
        labels[0, 0, 7:9, 7:9] = LV
        labels[0, 0, 3:5, 3:5] = 0
        filled = fill_holes(labels)
        assert (filled[0, 0, 3:5, 3:5] == MYO).all()
        np.testing.assert_array_equal(one_piece(filled[0]), filled[0])

    @pytest.mark.parametrize(
        ("place", "label"),
        [((8, 12), LV), ((6, 10), LV), ((5, 12), LV), ((8, 6), RV)],
        ids=["within the LV", "between LV and wall", "within the wall", "within the RV"],
    )
    def test_a_hole_is_closed_with_the_ventricle_around_it(self, place, label):
        labels = heart()
        labels[1, 2, *place] = 0
        assert fill_holes(labels)[1, 2, *place] == label

    def test_nothing_but_the_hole_changes(self):
        labels = heart()
        labels[:, :, 7:9, 11:13] = 0
        np.testing.assert_array_equal(fill_holes(labels), heart())

    def test_a_bay_that_opens_to_the_outside_is_no_hole(self):
        labels = heart()
        labels[:, :, 4:8, 5] = 0
        np.testing.assert_array_equal(fill_holes(labels), labels)

    def test_a_ring_at_the_border_of_the_image_does_not_enclose_what_is_open_to_it(self):
        labels = np.zeros((1, 1, 8, 8), np.uint8)
        labels[0, 0, :4, 3] = MYO
        labels[0, 0, 3, :4] = MYO  # encloses the corner of the image only together with its border
        np.testing.assert_array_equal(fill_holes(labels), labels)

    def test_holes_are_closed_within_a_slice_never_through_the_stack(self):
        labels = heart(slices=3)
        labels[:, 1] = 0  # a slice that failed lies between two full ones
        np.testing.assert_array_equal(fill_holes(labels), labels)

    def test_the_rv_within_a_ring_of_myocardium_is_not_overwritten(self):
        labels = np.zeros((1, 1, 9, 9), np.uint8)
        labels[0, 0, 1:8, 1:8] = MYO
        labels[0, 0, 3:6, 3:6] = RV
        np.testing.assert_array_equal(fill_holes(labels), labels)

    @pytest.mark.parametrize("flip", FLIPS, ids=str)
    def test_holes_do_not_depend_on_the_direction_of_the_axes(self, flip):
        labels = heart()
        labels[:, :, 8, 12] = 0
        labels[:, :, 4:8, 5] = 0
        np.testing.assert_array_equal(
            np.flip(fill_holes(np.flip(labels, flip)), flip), fill_holes(labels)
        )


class TestOptions:
    def spoiled(self) -> np.ndarray:
        labels = with_arm(heart())
        labels[:, :, 8, 12] = 0
        labels[:, 3, 4:6, 20:22] = RV
        return labels

    def test_switched_off_nothing_is_done(self):
        np.testing.assert_array_equal(
            tidy(self.spoiled(), PostprocessingOptions.off(), (1.3, 1.6)), self.spoiled()
        )

    @pytest.mark.parametrize(
        ("options", "arm", "hole", "island"),
        [
            (PostprocessingOptions(), 0, LV, 0),
            (PostprocessingOptions(one_heart=False), 0, LV, 0),
            (PostprocessingOptions(one_heart=False, one_group=False), MYO, LV, 0),
            (PostprocessingOptions(one_piece=False, one_heart=False, one_group=False), MYO, LV, RV),
            (PostprocessingOptions(one_piece=False), 0, LV, 0),
            (PostprocessingOptions(fill_holes=False), 0, 0, 0),
            (PostprocessingOptions.off(), MYO, 0, RV),
        ],
        ids=str,
    )
    def test_each_rule_does_its_part_and_can_be_switched_off(self, options, arm, hole, island):
        grid = InPlaneGrid.between((32, 32), (1.4, 1.4), 1.4)
        whole = Box.whole((32, 32))
        result = to_native_labels(as_probabilities(self.spoiled()), grid, whole, options)
        assert (result[0, 3, 25, 10], result[0, 3, 8, 12], result[0, 3, 5, 21]) == (
            arm,
            hole,
            island,
        )


class TestToNativeLabels:
    def test_on_the_same_grid_labels_stay_as_they_are(self):
        grid = InPlaneGrid.between((32, 32), (1.4, 1.4), 1.4)
        result = to_native_labels(
            as_probabilities(heart()), grid, Box.whole((32, 32)), PostprocessingOptions()
        )
        np.testing.assert_array_equal(result, heart())

    def test_a_crop_lands_in_its_place_and_the_rest_is_background(self):
        grid = InPlaneGrid.between((40, 36), (1.4, 1.4), 1.4)
        box = Box(5, 37, 3, 35)
        result = to_native_labels(as_probabilities(heart()), grid, box, PostprocessingOptions())
        expected = np.zeros((5, 4, 40, 36), np.uint8)
        expected[:, :, 5:37, 3:35] = heart()
        np.testing.assert_array_equal(result, expected)

    @pytest.mark.parametrize("spacing_yx_mm", [(1.4, 1.4), (0.8, 3.1), (4.2, 1.1)])
    def test_labels_are_those_of_all_probabilities_brought_to_the_native_grid(self, spacing_yx_mm):
        grid = InPlaneGrid.between((40, 36), spacing_yx_mm, 1.4)
        box = Box.whole(grid.network_yx)
        labels = np.zeros((1, 2, *box.shape_yx), np.uint8)
        labels[:, :, 14:20, 9:17] = LV
        speckle = np.random.default_rng(5).uniform(0.0, 0.3, labels.shape).astype(np.float32)
        probabilities = as_probabilities(labels, 0.6) * (1.0 - speckle[:, :, None])
        whole = grid.to_native(probabilities, box, grid.native_box(box))
        result = to_native_labels(probabilities, grid, box, PostprocessingOptions.off())
        np.testing.assert_array_equal(result, labels_of(whole))
        assert result.any()

    def test_without_a_heart_nothing_is_labelled(self):
        grid = InPlaneGrid.between((40, 36), (1.6, 1.2), 1.4)
        nothing = np.zeros((2, 3, 3, *grid.network_yx), np.float32)
        whole = Box.whole(grid.network_yx)
        result = to_native_labels(nothing, grid, whole, PostprocessingOptions())
        np.testing.assert_array_equal(result, np.zeros((2, 3, 40, 36), np.uint8))

    def test_a_square_of_24_mm_keeps_its_area_on_a_finer_grid_that_is_not_square(self):
        labels = np.zeros((1, 2, 32, 32), np.uint8)
        labels[:, :, 10:22, 8:20] = LV  # 12 pixels of 2 mm
        grid = InPlaneGrid.between((80, 40), (0.8, 1.6), 2.0)
        result = to_native_labels(
            as_probabilities(labels), grid, Box.whole((32, 32)), PostprocessingOptions()
        )
        area_mm2 = (result == LV).sum(axis=(2, 3)) * 0.8 * 1.6
        np.testing.assert_allclose(area_mm2, 24.0**2, rtol=0.08)

    def test_probabilities_are_interpolated_not_labels(self):
        probabilities = np.zeros((1, 1, 3, 16, 16), np.float32)
        probabilities[0, 0, 0, :, :8] = 1.0  # LV certain in the left half,
        probabilities[0, 0, 1, :, 8:] = 0.6  # myocardium less so in the right
        grid = InPlaneGrid.between((160, 160), (0.2, 0.2), 2.0)
        result = to_native_labels(
            probabilities, grid, Box.whole((16, 16)), PostprocessingOptions.off()
        )
        # 1 - s = 0.6 s at s = 0.625 of the way from one pixel center to the next, 7.5 + 0.625
        # pixels from the left.
        assert (result[0, 0, 80] == LV).sum() == pytest.approx(10 * (7.5 + 0.625), abs=1)
