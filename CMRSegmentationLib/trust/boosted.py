"""A sum of small regression trees as plain numbers, evaluated with NumPy alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.trust.errors import TrustError

Values = NDArray[np.float64]

LEAF = -1


@dataclass(frozen=True, eq=False)
class Tree:
    """One regression tree; node 0 is its root.

    Attributes:
        column: (N,) which column a node asks about, `LEAF` where it asks none.
        threshold: (N,) values up to it go left, others right.
        left, right: (N,) numbers of the nodes below; a leaf's are its own.
        value: (N,) what a leaf adds.
    """

    column: NDArray[np.intp]
    threshold: Values
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    value: Values

    def predict(self, rows: Values) -> Values:
        """(R,) values of the leaves that (R, columns) rows end in."""
        node = np.zeros(len(rows), dtype=np.intp)
        everyone = np.arange(len(rows))
        for _ in range(len(self.column)):
            asked = self.column[node]
            if (asked == LEAF).all():
                break
            goes_left = rows[everyone, np.maximum(asked, 0)] <= self.threshold[node]
            node = np.where(goes_left, self.left[node], self.right[node])
        return self.value[node]


@dataclass(frozen=True, eq=False)
class BoostedTable:
    """start + the sum of the trees, between 0 and 1.

    Attributes:
        columns: names of what it asks about, in the order of the trees' column numbers.
        start: value without any tree.
        trees: what is added.
    """

    columns: tuple[str, ...]
    start: float
    trees: tuple[Tree, ...]

    def predict(self, rows: Values) -> Values:
        """(...) estimates for (..., columns) rows."""
        flat = rows.reshape(-1, len(self.columns))
        total = self.start + sum((tree.predict(flat) for tree in self.trees), np.zeros(len(flat)))
        return np.asarray(np.clip(total, 0.0, 1.0).reshape(rows.shape[:-1]))

    def to_json(self) -> dict[str, Any]:
        """Plain lists and numbers; thresholds and values are rounded to seven digits."""
        return {
            "columns": list(self.columns),
            "start": round(self.start, 6),
            "trees": [
                {
                    "column": tree.column.tolist(),
                    "threshold": [float(f"{value:.7g}") for value in tree.threshold],
                    "left": tree.left.tolist(),
                    "right": tree.right.tolist(),
                    "value": [float(f"{value:.7g}") for value in tree.value],
                }
                for tree in self.trees
            ],
        }


def table_from_json(content: dict[str, Any]) -> BoostedTable:
    """The table that `to_json` wrote.

    Raises:
        TrustError: if a tree's lists differ in length or point outside.
    """
    columns = tuple(str(name) for name in content["columns"])
    trees = tuple(_tree(values, len(columns)) for values in content["trees"])
    return BoostedTable(columns, float(content["start"]), trees)


def _tree(values: dict[str, Any], columns: int) -> Tree:
    column, left, right = (
        np.array(values[name], dtype=np.intp) for name in ("column", "left", "right")
    )
    threshold, value = (np.array(values[name], dtype=np.float64) for name in ("threshold", "value"))
    count = len(column)
    lengths = {len(threshold), len(left), len(right), len(value)}
    inside = all(((nodes >= 0) & (nodes < count)).all() for nodes in (left, right))
    if lengths != {count} or not count or not inside or column.max() >= columns:
        raise TrustError("The estimate next to the model is damaged; install the model again.")
    return Tree(column, threshold, left, right, value)
