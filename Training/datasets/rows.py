"""Tables of data sets: CSV files with columns that have to be there."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path

from Training.datasets.examination import DataSetError


def read_rows(path: Path, columns: Sequence[str], delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a CSV file, of which a cell that is missing is empty; cells are stripped.

    Args:
        path: the file, in UTF-8 with or without a mark of it at the start.
        columns: those that have to be there.
        delimiter: between cells.

    Raises:
        DataSetError: if the file is no text in UTF-8 or lacks a column.
        OSError: if it cannot be opened.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, restval="", delimiter=delimiter)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise DataSetError(
                    f"Expected the columns {', '.join(columns)} in {path}, found no "
                    f"{', '.join(missing)}."
                )
            return [{name: row[name].strip() for name in columns} for row in reader]
    except UnicodeDecodeError as error:
        raise DataSetError(
            f"Expected {path} in UTF-8, found other bytes ({error}); save it as CSV UTF-8."
        ) from error


def number_in(row: dict[str, str], column: str, unit: str = "") -> float:
    """The number in a cell, which may end in its unit.

    Raises:
        DataSetError: if there is none; the row is shown.
    """
    try:
        number = float(row[column].upper().removesuffix(unit))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise DataSetError(
            f"Expected a number as {column}, found {row[column]!r} in the row of the table "
            f"{', '.join(row.values())}."
        )
    return number
