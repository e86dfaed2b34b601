import numpy as np
import pytest

from CMRSegmentationLib.segmenting.preprocessing import Box, InPlaneGrid
from CMRSegmentationLib.trust.looking import frames_to_look_at_again, on_network_grid


def test_end_diastole_end_systole_and_a_frame_far_from_both_are_looked_at_again():
    assert frames_to_look_at_again(tuple(range(20)), 0, 8) == (0, 8, 14)


def test_a_cine_of_few_frames_is_looked_at_whole():
    assert frames_to_look_at_again((0, 1), 0, 1) == (0, 1)
    assert frames_to_look_at_again((0,), 0, None) == (0,)


def test_positions_are_among_the_frames_that_were_segmented():
    assert frames_to_look_at_again((3, 9), 3, 9) == (0, 1)


@pytest.mark.parametrize("mirror", [False, True])
def test_labels_are_seen_on_the_networks_grid_without_a_shift(mirror):
    labels = np.zeros((1, 40, 60), np.uint8)
    labels[0, 10:20, 12:36] = 1
    labels = labels[:, ::-1, ::-1] if mirror else labels
    grid = InPlaneGrid.between((40, 60), (1.0, 1.5), 2.0)
    seen = on_network_grid(labels, grid, Box.whole(grid.network_yx))
    assert seen.shape == (1, *grid.network_yx)
    area = seen.sum() * 4.0
    assert area == pytest.approx(240 * 1.5, rel=0.15)
    straight = seen[0, ::-1, ::-1] if mirror else seen[0]
    ys, xs = np.nonzero(straight)
    assert ys.mean() * 2.0 == pytest.approx(14.5, abs=1.0)
    assert xs.mean() * 2.0 == pytest.approx(23.5 * 1.5, abs=1.0)
