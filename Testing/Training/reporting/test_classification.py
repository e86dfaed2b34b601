import numpy as np

from Training.classification.scores import Predictions
from Training.reporting.classification import (
    accuracy_table,
    class_table,
    classification_figure,
    importance_table,
)

FOUND = Predictions(
    tuple("abcd"),
    ("HCM", "NOR"),
    np.array([0, 0, 1, 1]),
    np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.3, 0.7]]),
)


def test_the_accuracy_stands_with_patients_and_interval():
    (line,) = accuracy_table({"forest": FOUND}).rows
    assert line[:3] == ("forest", "4", "0.750")


def test_each_class_has_its_sensitivity_and_precision():
    """HCM: 1 of 2 found, 1 of 1 right. NOR: 2 of 2 found, 2 of 3 right."""
    rows = class_table("forest", FOUND).rows
    assert [row[:4] for row in rows] == [
        ("HCM", "2", "0.500", "1.000"),
        ("NOR", "2", "1.000", "0.667"),
    ]


def test_the_most_important_measures_come_first():
    table = importance_table({"forest": {"a": 0.1, "b": 0.3}, "logistic": {"a": 0.4, "b": 0.0}})
    assert [row[0] for row in table.rows] == ["a", "b"]
    assert table.rows[0][1:] == ("+0.100", "+0.400")


def test_the_figure_shows_every_count_of_patients():
    figure = classification_figure("forest", FOUND)
    matrix, curves, reliability = figure.axes
    assert sorted(t.get_text() for t in matrix.texts) == ["0", "1", "1", "2"]
    assert len(curves.lines) == 3
    assert sum(int(t.get_text()) for t in reliability.texts) == 4
