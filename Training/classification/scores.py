"""How well classes were predicted: accuracy, confusion, ROC and calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score, roc_curve

from Training.scoring.agreement import bootstrap_mean_interval

CALIBRATION_BINS = 10


@dataclass(frozen=True, eq=False)
class Predictions:
    """Probabilities of classes for patients that the classifier did not learn from.

    Attributes:
        patients: identifiers.
        classes: names of the classes, in the order of the columns.
        truth: (N,) index of the true class.
        probabilities: (N, classes), rows sum to 1.
    """

    patients: tuple[str, ...]
    classes: tuple[str, ...]
    truth: NDArray[np.int64]
    probabilities: NDArray[np.float64]

    @property
    def predicted(self) -> NDArray[np.int64]:
        """(N,) index of the most probable class."""
        return np.asarray(self.probabilities.argmax(axis=1))

    @property
    def right(self) -> NDArray[np.bool_]:
        """(N,) whether the most probable class is the true one."""
        return np.asarray(self.predicted == self.truth)

    @property
    def accuracy(self) -> float:
        """Share of patients whose class was predicted."""
        return float(self.right.mean())

    def accuracy_interval(self) -> tuple[float, float]:
        """95 % bootstrap interval of the accuracy over patients."""
        return bootstrap_mean_interval(self.right.astype(float), self.patients)


def joined(folds: Sequence[Predictions]) -> Predictions:
    """The predictions of all folds; each patient is in one of them.

    Raises:
        ValueError: if a patient is in two folds, or the folds have other classes.
    """
    patients = tuple(p for fold in folds for p in fold.patients)
    if len(set(patients)) < len(patients) or len({fold.classes for fold in folds}) > 1:
        raise ValueError("Expected folds of the same classes without a common patient.")
    return Predictions(
        patients,
        folds[0].classes,
        np.concatenate([fold.truth for fold in folds]),
        np.concatenate([fold.probabilities for fold in folds]),
    )


def confusion(predictions: Predictions) -> NDArray[np.int64]:
    """(true class, predicted class) counts of patients."""
    count = len(predictions.classes)
    pairs = predictions.truth * count + predictions.predicted
    return np.bincount(pairs, minlength=count * count).reshape(count, count)


def roc_of(
    predictions: Predictions, index: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """False positive rate, true positive rate and area under the curve of a class against the rest.

    The area is NaN where only one of the two occurs.
    """
    positive, score = predictions.truth == index, predictions.probabilities[:, index]
    if positive.all() or not positive.any():
        return np.array([0.0, 1.0]), np.array([0.0, 1.0]), float("nan")
    false_rate, true_rate, _ = roc_curve(positive, score)
    return false_rate, true_rate, float(roc_auc_score(positive, score))


def calibration(predictions: Predictions) -> list[tuple[float, float, int]]:
    """Mean confidence, accuracy and patients of each bin of confidence that holds any."""
    confidence = predictions.probabilities.max(axis=1)
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    return [
        (float(confidence[bins == b].mean()), float(predictions.right[bins == b].mean()), int(n))
        for b, n in enumerate(np.bincount(bins, minlength=CALIBRATION_BINS))
        if n
    ]


def calibration_error(predictions: Predictions) -> float:
    """Expected calibration error (Guo et al. 2017, arXiv:1706.04599)."""
    bins = calibration(predictions)
    total = sum(n for _, _, n in bins)
    return sum(abs(confidence - accuracy) * n for confidence, accuracy, n in bins) / total


def brier(predictions: Predictions) -> float:
    """Mean squared error of the probabilities, summed over classes (Brier 1950)."""
    truth = np.eye(len(predictions.classes))[predictions.truth]
    return float(((predictions.probabilities - truth) ** 2).sum(axis=1).mean())
