import numpy as np
import pytest

from CMRSegmentationLib.trust.evidence import NAMES
from CMRSegmentationLib.trust.volume_evidence import (
    SLICE_NAMES,
    VOLUME_NAMES,
    dice_of_slices,
    slice_rows,
    volume_rows,
)


@pytest.fixture
def rows():
    """Slices of an LV of 1 and 3 cm², of which the network is less and more sure, and none."""
    rows = np.zeros((1, 3, 3, len(NAMES)))
    rows[0, :, 0, NAMES.index("area_cm2")] = (1.0, 3.0, 0.0)
    rows[0, :, 0, NAMES.index("expected_dice")] = (0.6, 0.9, 0.0)
    rows[0, :, 0, NAMES.index("entropy")] = (0.8, 0.2, 0.0)
    rows[0, :, 0, NAMES.index("hidden_cm2")] = (0.4, 0.2, 0.2)
    rows[0, :, 0, NAMES.index("variant_cm2")] = (1.0, 3.0, 1.0)
    return rows


def value(rows, name, structure=0):
    return volume_rows(rows)[0, structure, VOLUME_NAMES.index(name)]


def test_slices_are_weighed_by_their_areas(rows):
    assert value(rows, "mean_expected_dice") == pytest.approx((0.6 + 3 * 0.9) / 4)


def test_the_worst_slice_has_its_own_number(rows):
    assert value(rows, "lowest_expected_dice") == pytest.approx(0.6)
    assert value(rows, "highest_entropy") == pytest.approx(0.8)


def test_shares_are_of_what_is_drawn(rows):
    assert value(rows, "hidden_share") == pytest.approx(0.8 / 4)
    assert value(rows, "absent_share") == pytest.approx(1.0 / 4)
    assert value(rows, "slices") == 2.0


def test_a_structure_that_is_nowhere_has_finite_numbers(rows):
    assert np.isfinite(volume_rows(rows)).all()
    assert value(rows, "slices", structure=2) == 0.0


def test_a_slice_knows_of_the_whole_structure(rows):
    found = slice_rows(rows)
    assert found.shape == (1, 3, 3, len(SLICE_NAMES))
    np.testing.assert_array_equal(found[..., : len(NAMES)], rows)
    slices = found[0, :, 0, SLICE_NAMES.index("slices")]
    assert slices.tolist() == [2.0, 2.0, 2.0]


def test_slices_add_up_by_their_areas(rows):
    dice = np.broadcast_to(np.array([0.5, 0.9, 1.0])[None, :, None], (1, 3, 3))
    found = dice_of_slices(rows, dice)
    assert found[0, 0] == pytest.approx((0.5 * 1 + 0.9 * 3) / 4)
    assert found[0, 2] == 0.0


def test_what_is_likely_missed_lowers_the_whole(rows):
    dice = np.ones((1, 3, 3))
    dice[0, 2] = 0.0
    # 1 cm² that the network draws otherwise is surely missed
    assert dice_of_slices(rows, dice)[0, 0] == pytest.approx(8 / 9)
