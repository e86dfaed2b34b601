"""The reports of many studies as one table: distributions, outliers, agreement with a reference."""

from __future__ import annotations

import csv
import io
import logging
import math
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.errors import UserError, one_sentence
from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from CMRSegmentationLib.reporting.report import ClinicalReport
from CMRSegmentationLib.reporting.report_files import REPORT_FILE, ReportError, read_report
from CMRSegmentationLib.reporting.results import as_csv

MINIMUM_FOR_OUTLIERS = 8
"""Fewer studies have no spread to stand out from."""
OUTLYING = 3.5
"""Modified z score from which a value is an outlier (Iglewicz and Hoaglin 1993)."""
NORMAL_MAD = 0.6745
"""Median absolute deviation of a normal distribution of standard deviation 1."""
LIMITS = 1.96
"""Standard deviations from the bias to the limits of agreement (Bland and Altman 1986)."""
MINIMUM_FOR_AGREEMENT = 3
STUDY = "study"
"""The column of a reference table that names the result's folder."""
DELIMITERS = (",", ";", "\t")
NO_VALUE = ("", "na", "nan")
"""What R and Python write where there is none."""

LOGGER = logging.getLogger(__name__)


class CohortError(UserError, ValueError):
    """A folder without results, or a reference table that cannot be understood."""


@dataclass(frozen=True)
class CohortRow:
    """One segmented cine of a cohort.

    Attributes:
        study: its folder, relative to the cohort's.
        view: the imaging plane, if known.
        values: measures by key.
        worst: the worst severity among its findings; empty if there are none.
    """

    study: str
    view: str
    values: Mapping[str, float]
    worst: str = ""


@dataclass(frozen=True)
class Outlier:
    """A measure of a cine that lies far from those of the others.

    Attributes:
        study: the cine's folder.
        key: of the measure.
        value: of the measure.
        score: modified z score, negative below the median.
    """

    study: str
    key: str
    value: float
    score: float


@dataclass(frozen=True, eq=False)
class Agreement:
    """How a measure agrees with a reference.

    Attributes:
        key: of the measure.
        found: (N,) values of the cohort.
        reference: (N,) values of the reference.
    """

    key: str
    found: NDArray[np.float64]
    reference: NDArray[np.float64]

    @property
    def differences(self) -> NDArray[np.float64]:
        """(N,) found less reference."""
        return self.found - self.reference

    @property
    def bias(self) -> float:
        """Mean difference."""
        return float(self.differences.mean())

    @property
    def limits(self) -> tuple[float, float]:
        """The 95 % limits of agreement (Bland and Altman 1986)."""
        reach = LIMITS * float(self.differences.std(ddof=1))
        return self.bias - reach, self.bias + reach

    @property
    def icc(self) -> float:
        """ICC(A,1): two-way, single measurement, absolute agreement.

        McGraw and Wong 1996, doi:10.1037/1082-989X.1.1.30.
        """
        data = np.stack([self.found, self.reference], axis=1)
        n, k = data.shape
        mean = data.mean()
        rows = k * float(((data.mean(axis=1) - mean) ** 2).sum()) / (n - 1)
        columns = n * float(((data.mean(axis=0) - mean) ** 2).sum()) / (k - 1)
        total = float(((data - mean) ** 2).sum())
        error = (total - rows * (n - 1) - columns * (k - 1)) / ((n - 1) * (k - 1))
        denominator = rows + (k - 1) * error + k * (columns - error) / n
        return (rows - error) / denominator if denominator else 1.0


def read_cohort(out: Path) -> tuple[list[CohortRow], list[str]]:
    """The rows of all results below a folder, by their folders; links are followed.

    Returns:
        The rows, and a sentence for each report that cannot be read.

    Raises:
        CohortError: if there is no row.
    """
    rows, unreadable = [], []
    for path in sorted(_reports_below(out)):
        try:
            rows.append(_row(read_report(path), path.parent.relative_to(out).as_posix()))
        except (ReportError, OSError) as error:
            unreadable.append(one_sentence(error))
    if not rows:
        found = f"{len(unreadable)} unreadable: {unreadable[0]}" if unreadable else "none."
        raise CohortError(f"Expected results of this program below {out}, found {found}")
    return rows, unreadable


def _reports_below(out: Path) -> Iterator[Path]:
    """The reports in folders that are not hidden, each once: under a link if in no other way."""
    seen: set[str] = set()
    waiting = deque([str(out)])
    while waiting:
        for folder, below, files in os.walk(waiting.popleft()):  # which enters no links
            real = os.path.realpath(folder)
            if real in seen:
                below.clear()
                continue
            seen.add(real)
            below[:] = [name for name in below if not name.startswith(".")]
            waiting.extend(filter(os.path.islink, (os.path.join(folder, name) for name in below)))
            if REPORT_FILE in files:
                yield Path(folder, REPORT_FILE)


def _row(report: ClinicalReport, study: str) -> CohortRow:
    severities = {str(finding.severity) for finding in report.findings}
    worst = next((s for s in ("serious", "warning", "info") if s in severities), "")
    values = {measure.key: measure.value for measure in report.measures}
    view = "" if report.input.view is None else str(report.input.view)
    return CohortRow(study, view, values, worst)


def keys_of(rows: Iterable[CohortRow]) -> list[str]:
    """The measures that some cine has, in the order of a report."""
    there = {key for row in rows for key in row.values}
    return [key for key in DEFINITIONS if key in there]


def cohort_as_csv(rows: Sequence[CohortRow]) -> str:
    """One row for each cine, one column for each measure."""
    keys = keys_of(rows)
    table = [["study", "view", "worst_finding", *keys]]
    for row in rows:
        cells = [f"{row.values[key]:.6g}" if key in row.values else "" for key in keys]
        table.append([row.study, row.view, row.worst, *cells])
    return as_csv(table)


def values_of(rows: Iterable[CohortRow], key: str) -> NDArray[np.float64]:
    """(N,) a measure of the cines that have it."""
    return np.array([row.values[key] for row in rows if key in row.values], dtype=np.float64)


def find_outliers(rows: Sequence[CohortRow]) -> list[Outlier]:
    """Measures far from the median of their view, in units of the median absolute deviation."""
    found = []
    for view in dict.fromkeys(row.view for row in rows):
        of_view = [row for row in rows if row.view == view]
        for key in keys_of(of_view):
            found += _outliers_of(of_view, key)
    return sorted(found, key=lambda outlier: -abs(outlier.score))


def _outliers_of(rows: Sequence[CohortRow], key: str) -> list[Outlier]:
    values = values_of(rows, key)
    if len(values) < MINIMUM_FOR_OUTLIERS:
        return []
    median = float(np.median(values))
    deviation = float(np.median(np.abs(values - median)))
    if deviation == 0.0:
        return []
    scored = (
        Outlier(
            row.study, key, row.values[key], NORMAL_MAD * (row.values[key] - median) / deviation
        )
        for row in rows
        if key in row.values
    )
    return [outlier for outlier in scored if abs(outlier.score) > OUTLYING]


def read_reference(path: Path) -> dict[str, dict[str, float]]:
    """Reference values by study and key, from a table with a column `study` and some of the keys.

    Cells are separated by commas, semicolons or tabs, decimals by a point or a comma. An empty
    cell, NA or NaN is no value. What other columns there are is logged.

    Raises:
        CohortError: if a column is missing or there twice, a row has no study, that of an earlier
            row or more cells than the header, or a cell is no number.
        OSError: if the file cannot be read.
    """
    delimiter, rows = _rows_of(_text_of(path))
    columns = [cell.lower() for cell in rows[0][1]] if rows else []
    _check_columns(columns, path)
    reference: dict[str, dict[str, float]] = {}
    for line, cells in rows[1:]:
        place = f"{path.name}, line {line}"
        if any(cells[len(columns) :]):
            raise CohortError(
                f"Expected {len(columns)} cells in {place}, found {len(cells)}; put a number with "
                f"a {delimiter!r} in it into quotes."
            )
        row = dict(zip(columns, cells, strict=False))
        study = row.get(STUDY, "")
        if not study or study in reference:
            what = f"one row of {study}, found a second" if study else "a study, found none"
            raise CohortError(f"Expected {what} in {place}.")
        reference[study] = _values(row, place, delimiter)
    return reference


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CohortError(
            f"Expected a table as CSV in UTF-8, found {path.name} in another encoding; save it as "
            "CSV UTF-8."
        ) from error


def _rows_of(text: str) -> tuple[str, list[tuple[int, list[str]]]]:
    """What separates cells, and those of each row that has any, with the number of its line."""
    for delimiter in DELIMITERS:
        lines = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
        stripped = [(lines.line_num, [cell.strip() for cell in row]) for row in lines]
        rows = [row for row in stripped if any(row[1])]
        if rows and STUDY in map(str.lower, rows[0][1]):
            break
    return delimiter, rows


def _check_columns(columns: Sequence[str], path: Path) -> None:
    """Refuses a table that lacks what is needed; logs what else it has."""
    keys = [name for name in columns if name in DEFINITIONS]
    if STUDY not in columns or not keys:
        raise CohortError(
            f"Expected the column {STUDY} and columns such as lv_edv in {path.name}, found "
            f"{', '.join(columns) or 'no row'}."
        )
    twice = next((name for name in (STUDY, *keys) if columns.count(name) > 1), None)
    if twice is not None:
        raise CohortError(f"Expected one column {twice} in {path.name}, found several.")
    others = [name for name in columns if name and name not in (STUDY, *keys)]
    if others:
        LOGGER.warning("No measures, left out of %s: %s.", path.name, ", ".join(others))


def _values(row: Mapping[str, str], place: str, delimiter: str) -> dict[str, float]:
    """The measures of a row; what is no value has no entry."""
    return {
        key: _number(text, place, delimiter)
        for key, text in row.items()
        if key in DEFINITIONS and text.lower() not in NO_VALUE
    }


def _number(text: str, place: str, delimiter: str) -> float:
    """A number with a decimal point or comma.

    In a table with commas between cells "1,250" is refused: a flow of 1250 ml/s, or 1.25.
    """
    may_be_thousands = delimiter == "," and re.fullmatch(r"[+-]?\d{1,3},\d{3}", text)
    try:
        value = math.nan if may_be_thousands else float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise CohortError(f"Expected a number such as 1250.5 in {place}, found {text!r}.")
    return value


def agreements(
    rows: Sequence[CohortRow], reference: Mapping[str, Mapping[str, float]]
) -> list[Agreement]:
    """The agreement of every measure that enough studies have in both.

    Raises:
        CohortError: if there is none.
    """
    found = []
    for key in keys_of(rows):
        pairs = [
            (row.values[key], reference[row.study][key])
            for row in rows
            if key in row.values and key in reference.get(row.study, {})
        ]
        if len(pairs) >= MINIMUM_FOR_AGREEMENT:
            values = np.array(pairs, dtype=np.float64)
            found.append(Agreement(key, values[:, 0], values[:, 1]))
    if not found:
        raise CohortError(
            f"Expected a measure of at least {MINIMUM_FOR_AGREEMENT} studies in results and "
            "reference, found none; studies are named by their folders."
        )
    return found
