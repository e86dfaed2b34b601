import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.trust.certainty import certainty_of


def probabilities(inside: float, outside: float) -> tuple[np.ndarray, np.ndarray]:
    """An LV of 4 × 4 pixels, as likely inside and outside as said, and its label."""
    labels = np.zeros((1, 8, 8), np.uint8)
    labels[0, 2:6, 2:6] = Label.LV
    chances = np.zeros((1, 3, 8, 8), np.float32)
    chances[0, 0] = np.where(labels[0] == Label.LV, inside, outside)
    return chances, labels


def test_a_network_without_doubt_expects_a_dice_of_1_and_has_no_entropy():
    found = certainty_of(*probabilities(1.0, 0.0), temperature=1.0)
    assert found.expected_dice[0, 0] == 1.0
    assert found.entropy[0, 0] == found.hidden_px[0, 0] == 0.0


def test_the_expected_dice_is_that_of_the_probabilities():
    found = certainty_of(*probabilities(0.75, 0.25), temperature=1.0)
    # 16 × 0.75 = 12 inside, 48 × 0.25 = 12 outside: 2 × 12 / (24 + 16)
    assert found.expected_dice[0, 0] == pytest.approx(0.6)
    assert found.hidden_px[0, 0] == pytest.approx(12.0)
    quarter = -(0.75 * np.log2(0.75) + 0.25 * np.log2(0.25))
    assert found.entropy[0, 0] == pytest.approx(quarter, rel=1e-3)


def test_a_higher_temperature_takes_sureness_away():
    sure, less = (
        certainty_of(*probabilities(0.9, 0.1), temperature=t).expected_dice[0, 0] for t in (1, 2)
    )
    assert less < sure


def test_what_is_not_drawn_has_no_expected_dice_but_may_be_hidden():
    chances, labels = probabilities(0.4, 0.0)
    found = certainty_of(chances, np.zeros_like(labels), temperature=1.0)
    assert found.expected_dice[0, 0] == 0.0
    assert found.hidden_px[0, 0] == pytest.approx(16 * 0.4, rel=1e-3)
