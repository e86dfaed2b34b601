import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.trust.neighbors import MAXIMUM_SLICES_AWAY, neighbor_rows


@pytest.fixture
def rows():
    """An LV of 8, 8 and 2 pixels in slices 1 to 3 of six, base first."""
    labels = np.zeros((1, 6, 6, 6), np.uint8)
    labels[0, 1:3, 1:3, 1:5] = Label.LV
    labels[0, 3, 1, 1:3] = Label.LV
    areas = np.stack([np.count_nonzero(labels == s, axis=(2, 3)) for s in (1, 2, 3)], -1) * 0.5
    return {name: value[0, :, 0] for name, value in neighbor_rows(labels, areas).items()}


def test_the_better_of_both_neighbors_counts(rows):
    assert rows["neighbor_dice"] == pytest.approx([0, 1, 1, 0.4, 0, 0])


def test_positions_count_from_both_ends_of_the_structure(rows):
    assert rows["slices_from_base"].tolist() == [-1, 0, 1, 2, 3, 4]
    assert rows["slices_from_apex"].tolist() == [3, 2, 1, 0, -1, -2]


def test_places_count_within_the_stack_and_the_heart(rows):
    assert rows["place"] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert rows["heart_from_base"].tolist() == [-1, 0, 1, 2, 3, 4]
    assert rows["heart_from_apex"].tolist() == [3, 2, 1, 0, -1, -2]
    assert rows["heart_share"] == pytest.approx([0.5] * 6)


def test_where_it_is_missing_the_nearest_slice_that_has_it_counts(rows):
    assert rows["slices_away"].tolist() == [1, 0, 0, 0, 1, 2]
    assert rows["neighbor_cm2"].tolist() == [4, 4, 4, 4, 1, 0]


def test_an_area_that_lies_between_its_neighbors_fits(rows):
    # 8 between 8 and 2 (5), 2 beside 8 alone, 8 beside 8 alone
    assert rows["neighbor_misfit"] == pytest.approx(
        [0, 0, np.log(8 / 5), np.log(4), 0, 0], abs=1e-9
    )


def test_a_structure_that_is_nowhere_is_as_far_as_can_be():
    nothing = np.zeros((1, 3, 4, 4), np.uint8)
    rows = neighbor_rows(nothing, np.zeros((1, 3, 3)))
    assert (rows["slices_away"] == MAXIMUM_SLICES_AWAY).all()
