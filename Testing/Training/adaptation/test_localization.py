from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from CMRSegmentationLib.segmenting.preprocessing import InPlaneGrid
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Training.adaptation.localization import heart_center_yx_px, localized_slices
from Training.samples.cache import read_cache


class Bright(nn.Module):
    """Takes what is brighter than a level for LV."""

    def __init__(self, level=1.2):
        super().__init__()
        self.level = nn.Parameter(torch.tensor(level))

    def forward(self, images):
        return [torch.cat((self.level - images, images - self.level), dim=1)]


@pytest.fixture(scope="module")
def examination(tmp_path_factory):
    return read_cache(write_cache(tmp_path_factory.mktemp("cache"), phantom_patient("P0")))[0]


def without_labels(examination):
    phases = tuple(
        replace(phase, labels=np.zeros_like(phase.labels)) for phase in examination.phases
    )
    return replace(examination, phases=phases, annotated=())


def test_the_center_is_that_of_what_the_network_found_whatever_the_labels(examination):
    with_labels, without = localized_slices(
        Bright(), [examination, without_labels(examination)], 2.0, 4
    )
    assert len(with_labels) == len(without) > 0
    for ours, theirs in zip(with_labels, without, strict=True):
        assert ours.heart_yx_px == theirs.heart_yx_px
    heart = examination.phases[0].labels > 0
    center = np.array([np.median(axis) for axis in np.nonzero(heart)[1:]])
    assert np.abs(np.array(with_labels[0].heart_yx_px) - center).max() < 8


def test_slices_in_which_no_heart_is_found_are_left_out(examination):
    (found,) = localized_slices(Bright(), [examination], 2.0, 4)
    assert len(found) < sum(len(phase.image) for phase in examination.phases)


def test_without_any_heart_all_slices_lie_about_the_middle(examination):
    (found,) = localized_slices(Bright(level=99.0), [examination], 2.0, 4)
    rows, columns = examination.phases[0].image.shape[1:]
    assert len(found) == sum(len(phase.image) for phase in examination.phases)
    assert {s.heart_yx_px for s in found} == {((rows - 1) / 2, (columns - 1) / 2)}


def test_a_network_pixel_becomes_the_native_pixel_at_its_place():
    """Pixels of 2 mm on a native grid of 1 and 4 mm: one is two native rows, half a column."""
    grid = InPlaneGrid.between((41, 21), (1.0, 4.0), 2.0)
    heart = np.zeros((1, *grid.network_yx), dtype=bool)
    middle = [(n - 1) // 2 for n in grid.network_yx]
    heart[0, middle[0] + 3, middle[1] - 4] = True
    off = [m - (n - 1) / 2 for m, n in zip(middle, grid.network_yx, strict=True)]
    expected = 20 + 2 * (3 + off[0]), 10 + 0.5 * (-4 + off[1])
    assert heart_center_yx_px(heart, grid) == pytest.approx(expected)
