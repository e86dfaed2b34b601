import json

import numpy as np
import pytest

from CMRSegmentationLib.trust.boosted import LEAF, BoostedTable, Tree, table_from_json
from CMRSegmentationLib.trust.errors import TrustError


def stump(column: int, threshold: float, below: float, above: float) -> Tree:
    return Tree(
        np.array([column, LEAF, LEAF]),
        np.array([threshold, 0.0, 0.0]),
        np.array([1, 1, 2]),
        np.array([2, 1, 2]),
        np.array([0.0, below, above]),
    )


TABLE = BoostedTable(
    ("area_cm2", "entropy"), 0.5, (stump(0, 2.0, -0.1, 0.2), stump(1, 0.3, 0.1, -0.6))
)


def test_the_leaves_of_all_trees_are_added_up():
    rows = np.array([[1.0, 0.1], [3.0, 0.1], [2.0, 0.3]])
    assert TABLE.predict(rows) == pytest.approx([0.5, 0.8, 0.5])


def test_an_estimate_stays_between_0_and_1():
    assert TABLE.predict(np.array([1.0, 0.9])) == 0.0


def test_rows_may_have_any_shape():
    assert TABLE.predict(np.zeros((4, 3, 2))).shape == (4, 3)


def test_a_table_comes_back_from_its_text():
    again = table_from_json(json.loads(json.dumps(TABLE.to_json())))
    rows = np.random.default_rng(0).uniform(0, 4, (50, 2))
    assert again.columns == TABLE.columns
    np.testing.assert_array_equal(again.predict(rows), TABLE.predict(rows))


@pytest.mark.parametrize(("name", "values"), [("left", [1, 1, 9]), ("value", [0.0])])
def test_a_tree_that_points_outside_or_is_cut_short_is_refused(name, values):
    content = TABLE.to_json()
    content["trees"][0][name] = values
    with pytest.raises(TrustError, match="install the model again"):
        table_from_json(content)
