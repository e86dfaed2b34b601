"""Classes from measures: random forest, logistic regression, and what they use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

Method = Literal["forest", "logistic"]
METHODS: tuple[Method, ...] = ("forest", "logistic")
Table = NDArray[np.float64]


def make_classifier(method: Method, seed: int) -> Pipeline:
    """A classifier that standardizes its measures first."""
    if method == "forest":
        model = RandomForestClassifier(300, min_samples_leaf=2, random_state=seed)
    else:
        model = LogisticRegression(C=0.5, max_iter=5000)
    return make_pipeline(StandardScaler(), model)


def fitted(method: Method, table: Table, classes: NDArray[np.int64], seed: int) -> Pipeline:
    """A classifier that has learned from (patients, measures) and their classes."""
    return make_classifier(method, seed).fit(table, classes)


def probabilities(model: Pipeline, table: Table, count: int) -> Table:
    """(patients, `count`) probabilities; 0 for a class that was not among those learned from."""
    result = np.zeros((len(table), count))
    result[:, model.classes_] = model.predict_proba(table)
    return result


def importance(
    model: Pipeline, table: Table, classes: NDArray[np.int64], names: Sequence[str], seed: int
) -> dict[str, float]:
    """Measure → mean loss of accuracy when it is shuffled (Breiman 2001), the largest first.

    The table is of patients that the model did not learn from.
    """
    found = permutation_importance(model, table, classes, n_repeats=5, random_state=seed)
    values = dict(zip(names, map(float, found.importances_mean), strict=True))
    return dict(sorted(values.items(), key=lambda item: -item[1]))
