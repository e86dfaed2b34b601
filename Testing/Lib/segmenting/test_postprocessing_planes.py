"""Rules that look at a single plane: holes in its wall, and the end of the pool at the valve."""

import numpy as np
import pytest

from CMRSegmentationLib.image import Label, View
from CMRSegmentationLib.segmenting.postprocessing import PostprocessingOptions, tidy
from Testing.Lib.long_axis_phantoms import ED, SPACING_YX_MM, drawn
from Testing.Lib.square_heart import heart

LV, MYO, RV = int(Label.LV), int(Label.MYO), int(Label.RV)


class TestClosedWall:
    def holed(self) -> np.ndarray:
        labels = heart(frames=2, slices=1)
        labels[:, 0, 4:6, 11:13] = 0  # the valve, two pixels of the LV wide
        labels[:, 0, 10:12, 12] = 0  # a hole in the wall opposite
        return labels

    def test_a_thin_wall_that_runs_aslant_is_not_cut_in_two(self):
        labels = np.zeros((1, 1, 30, 30), np.uint8)
        rows, columns = np.indices((30, 30))
        depth = (
            rows + columns
        )  # the wall is one pixel wide and runs along a diagonal: its pixels meet at corners
        inside = (depth > 12) & (rows < 24) & (columns < 24)
        labels[0, 0][inside] = LV
        labels[0, 0][(depth == 12) & (rows < 24) & (columns < 24)] = MYO
        result = tidy(labels, PostprocessingOptions(), (1.4, 1.4), View.LAX_2C)
        assert (result[labels == MYO] == MYO).all()

    @pytest.mark.parametrize(
        ("view", "options", "label"),
        [
            (View.SAX, PostprocessingOptions(), MYO),
            (None, PostprocessingOptions(), MYO),
            (View.LAX_2C, PostprocessingOptions(), 0),
            (View.SAX, PostprocessingOptions(closed_wall=False), 0),
        ],
        ids=["short axis", "unknown", "long axis", "off"],
    )
    def test_the_only_hole_is_closed_in_a_short_axis_alone_below_the_basal_third(
        self, view, options, label
    ):
        labels = heart(frames=2, slices=4)
        labels[:, 0, 6:10, 9] = LV  # the base is the wider end
        labels[:, (0, 3), 10:12, 11:13] = 0
        result = tidy(labels, options, (1.4, 1.4), view)
        assert (result[:, 3, 10:12, 11:13] == label).all()
        assert (result[:, 0, 10:12, 11:13] == 0).all()

    def test_a_wall_at_the_rim_of_what_was_drawn_has_room_to_be_closed(self):
        labels = heart(frames=1, slices=4)
        labels[:, 3, :, 14:16] = 0
        labels[labels == RV] = 0
        labels[:, :3, :, 14:16] = 0
        result = tidy(labels, PostprocessingOptions(), (1.4, 1.4), View.SAX)
        assert (result[0, 3, 6:10, 14:16] == MYO).all()

    @pytest.mark.parametrize(
        ("view", "options", "label"),
        [
            (View.LAX_2C, PostprocessingOptions(), MYO),
            (View.SAX, PostprocessingOptions(), 0),
            (None, PostprocessingOptions(), 0),
            (View.LAX_2C, PostprocessingOptions(closed_wall=False), 0),
        ],
        ids=["long axis", "one slice", "unknown", "off"],
    )
    def test_a_hole_beside_a_valve_is_closed_in_a_long_axis_and_the_rule_can_be_switched_off(
        self, view, options, label
    ):
        result = tidy(self.holed(), options, (1.4, 1.4), view)
        assert (result[:, 0, 10, 12] == label).all()
        assert (result[:, 0, 4:6, 11:13] == 0).all()


class TestMitralPlane:
    def domed(self) -> np.ndarray:
        """A heart whose pool is open at its top and bulges over the end of its wall by two rows."""
        labels = heart(frames=2, slices=1)
        labels[:, 0, 4:6, 10:14] = LV
        labels[:, 0, 2:4, 10:14] = LV
        return labels

    @pytest.mark.parametrize(
        ("view", "options", "label"),
        [
            (View.LAX_2C, PostprocessingOptions(), 0),
            (View.LAX_4C, PostprocessingOptions(), 0),
            (View.LAX_3C, PostprocessingOptions(), LV),
            (View.SAX, PostprocessingOptions(), LV),
            (None, PostprocessingOptions(), LV),
            (View.LAX_2C, PostprocessingOptions(mitral_plane=False), LV),
        ],
        ids=["two", "four", "three chambers", "short axis", "unknown", "off"],
    )
    def test_the_pool_ends_at_the_mitral_plane_where_that_is_its_only_valve(
        self, view, options, label
    ):
        result = tidy(self.domed(), options, (1.4, 1.4), view)
        assert (result[:, 0, 2, 10:14] == label).all()
        np.testing.assert_array_equal(result[:, 0, 4:], self.domed()[:, 0, 4:])

    def test_a_piece_of_the_atrium_s_wall_is_no_end_of_the_ventricle_s(self):
        """The pool runs 12 mm into the atrium, with a piece of wall behind a lateral gap."""
        whole = drawn(ED, degrees=0.0).array
        labels = whole.copy()
        base = int(np.argwhere(whole[0, 0] == LV)[:, 0].min())
        columns = np.flatnonzero(whole[0, 0, base] == LV)
        labels[0, 0, base - 9 : base, columns[0] : columns[-1] + 1] = LV
        labels[0, 0, base - 9 : base - 4, columns[-1] + 1 : columns[-1] + 6] = MYO
        result = tidy(labels, PostprocessingOptions(), SPACING_YX_MM, View.LAX_4C)
        assert not (result[0, 0, : base - 2] == MYO).any()
        assert (result == LV).sum() == pytest.approx((whole == LV).sum(), rel=0.04)
