import numpy as np
import pytest

from Training.classification.by_measures import METHODS, fitted, importance, probabilities


def patients(count, seed):
    """Class 1 has a larger second measure; the first is noise."""
    rng = np.random.default_rng(seed)
    classes = np.arange(count) % 2
    table = rng.normal(size=(count, 2))
    table[:, 1] += 4 * classes
    return table, classes


@pytest.mark.parametrize("method", METHODS)
def test_it_learns_the_class_and_names_the_measure_that_tells_it(method):
    table, classes = patients(60, 0)
    tested, truth = patients(40, 1)
    model = fitted(method, table, classes, 0)
    found = probabilities(model, tested, 3)
    assert (found.argmax(axis=1) == truth).mean() > 0.9
    assert found.sum(axis=1) == pytest.approx(np.ones(40))
    assert (found[:, 2] == 0).all()
    used = importance(model, tested, truth, ["noise", "size"], 0)
    assert list(used) == ["size", "noise"]
    assert used["size"] > 0.2 > abs(used["noise"])
