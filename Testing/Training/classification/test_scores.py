import numpy as np
import pytest

from Training.classification.scores import (
    Predictions,
    brier,
    calibration,
    calibration_error,
    confusion,
    joined,
    roc_of,
)

THREE = Predictions(
    patients=("a", "b", "c", "d"),
    classes=("HCM", "NOR"),
    truth=np.array([0, 0, 1, 1]),
    probabilities=np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.3, 0.7]]),
)


def test_three_of_four_are_right():
    assert THREE.accuracy == 0.75
    assert confusion(THREE).tolist() == [[1, 1], [0, 2]]
    low, high = THREE.accuracy_interval()
    assert 0 <= low < 0.75 < high <= 1


def test_the_area_under_the_curve_counts_pairs_in_order():
    """Scores of HCM are 0.9 and 0.4, of the others 0.2 and 0.3: every pair is in order."""
    assert roc_of(THREE, 0)[2] == 1.0


def test_a_class_that_nobody_has_has_no_curve():
    alone = Predictions(("a",), ("A", "B"), np.array([0]), np.array([[0.6, 0.4]]))
    assert np.isnan(roc_of(alone, 0)[2])


def test_calibration_compares_confidence_with_accuracy():
    """0.9 right; 0.6 wrong; 0.8 right; 0.7 right, each in a bin of its own."""
    bins = calibration(THREE)
    assert [(round(c, 2), a, n) for c, a, n in bins] == [
        (0.6, 0.0, 1), (0.7, 1.0, 1), (0.8, 1.0, 1), (0.9, 1.0, 1)
    ]  # fmt: skip
    assert calibration_error(THREE) == pytest.approx((0.6 + 0.3 + 0.2 + 0.1) / 4)


def test_the_brier_score_of_one_sure_and_wrong_prediction_is_2():
    wrong = Predictions(("a",), ("A", "B"), np.array([0]), np.array([[0.0, 1.0]]))
    assert brier(wrong) == 2.0


def test_a_patient_in_two_folds_is_refused():
    assert joined([THREE]).patients == THREE.patients
    with pytest.raises(ValueError, match="without a common patient"):
        joined([THREE, THREE])
