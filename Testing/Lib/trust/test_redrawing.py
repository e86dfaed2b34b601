import numpy as np
import pytest
import torch

from CMRSegmentationLib.image import Geometry, LabelMap
from CMRSegmentationLib.trust.canvas import Canvas
from CMRSegmentationLib.trust.redrawing import redraw
from CMRSegmentationLib.trust.redrawing_network import RedrawingConfig, RedrawingNetwork

SPACING_MM = (8.0, 1.25, 1.25)


class Copying(RedrawingNetwork):
    """Redraws every canvas as it is, but the RV as myocardium."""

    def redraw(self, canvases):
        return np.where(canvases == 3, 2, canvases).astype(np.uint8)


def copying():
    torch.manual_seed(1)
    return Copying(RedrawingConfig()).eval()


def heart():
    labels = np.zeros((2, 3, 96, 120), np.uint8)
    labels[:, 0, 30:60, 40:72] = 2
    labels[:, 0, 38:52, 48:64] = 1
    labels[:, 1, 30:60, 72:90] = 3
    affine = np.diag([*SPACING_MM[::-1], 1.0])
    return LabelMap(labels, Geometry(labels.shape[1:], affine))


def test_what_is_redrawn_alike_comes_back_to_its_place():
    labels = heart()
    redrawn = redraw(labels, copying())
    assert redrawn.geometry is labels.geometry
    differing = np.count_nonzero(redrawn.array[:, 0] != labels.array[:, 0])
    assert differing / np.count_nonzero(labels.array[:, 0]) < 0.12  # canvases are twice as coarse


def test_only_what_the_network_changes_is_changed():
    redrawn = redraw(heart(), copying())
    assert not (redrawn.array == 3).any()
    assert np.count_nonzero(redrawn.array[:, 1] == 2) == pytest.approx(2 * 30 * 18, rel=0.15)


def test_an_empty_slice_stays_empty():
    assert not redraw(heart(), copying()).array[:, 2].any()


@pytest.mark.parametrize("shift", [0, 7, -11])
def test_what_is_placed_on_a_canvas_of_the_same_spacing_is_taken_back_exactly(shift):
    planes = np.roll(heart().array[0], shift, axis=2)
    canvas = Canvas(64, 1.25)
    placed = canvas.place(planes, SPACING_MM[1:])
    np.testing.assert_array_equal(canvas.take_back(placed, planes, SPACING_MM[1:]), planes)
