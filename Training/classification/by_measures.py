"""Classes from measures: random forest, logistic regression, and what they use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

Method = Literal["forest", "logistic"]
METHODS: tuple[Method, ...] = ("forest", "logistic")
REPEATS = 5
"""How often each measure is shuffled."""
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

    All shuffled tables are predicted at once, unlike in scikit-learn, because a forest of many
    trees takes about as long for one small table as for a hundred.

    Args:
        model: has learned from other patients.
        table: (patients, measures).
        classes: of the patients.
        names: of the measures.
        seed: of the shuffling.
    """
    rng = np.random.default_rng(seed)
    patients, measures = table.shape
    shuffled = np.tile(table, (measures, REPEATS, 1, 1))
    for measure in range(measures):
        for repeat in range(REPEATS):
            shuffled[measure, repeat, :, measure] = rng.permutation(table[:, measure])
    predicted = model.predict(shuffled.reshape(-1, measures)).reshape(measures, REPEATS, patients)
    loss = np.mean(model.predict(table) == classes) - (predicted == classes).mean(axis=(1, 2))
    values = dict(zip(names, map(float, loss), strict=True))
    return dict(sorted(values.items(), key=lambda item: -item[1]))
