"""Which pieces of myocardium are walls, where there are several."""

import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.segmenting.postprocessing import one_piece

LV, MYO = int(Label.LV), int(Label.MYO)


class TestWalls:
    def walls(self) -> np.ndarray:
        """(1, Y, X) a pool of 10 × 10 between walls of 10 × 3 (left) and 8 × 3 (right)."""
        labels = np.zeros((1, 20, 30), np.uint8)
        labels[0, 4:14, 10:20] = LV
        labels[0, 4:14, 7:10] = MYO
        labels[0, 4:12, 20:23] = MYO
        return labels

    def test_the_walls_on_either_side_of_the_pool_are_both_kept(self):
        np.testing.assert_array_equal(one_piece(self.walls()), self.walls())

    @pytest.mark.parametrize(
        ("rows", "columns"),
        [
            (slice(14, 15), slice(14, 18)),
            (slice(8, 11), slice(14, 17)),
            (slice(16, 19), slice(10, 20)),
        ],
        ids=["a speck on the valve's line", "a papillary muscle", "muscle elsewhere"],
    )
    def test_myocardium_that_is_no_wall_is_dropped(self, rows, columns):
        labels = self.walls()
        labels[0, rows, columns] = MYO
        assert (one_piece(labels)[0, rows, columns] == 0).all()

    def test_the_last_ring_of_an_apex_that_tapers_off_is_kept(self):
        labels = np.zeros((3, 40, 40), np.uint8)
        radius = np.hypot(*(np.indices((40, 40)) - 19.5))
        for plane, (outer, inner) in zip(labels, [(19, 14), (19, 14), (8, 4)], strict=True):
            plane[radius < outer] = MYO
            plane[radius < inner] = LV
        assert (labels[2] == MYO).sum() < 0.2 * (labels[:2] == MYO).sum()
        np.testing.assert_array_equal(one_piece(labels), labels)
