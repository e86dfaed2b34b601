"""The reports of many studies as one table: distributions, outliers, agreement with a reference."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from CMRSegmentationLib.reporting.report_files import read_report
from CMRSegmentationLib.reporting.results import as_csv

REPORT_FILE = "report.json"
MINIMUM_FOR_OUTLIERS = 8
"""Fewer studies have no spread to stand out from."""
OUTLYING = 3.5
"""Modified z score from which a value is an outlier (Iglewicz and Hoaglin 1993)."""
NORMAL_MAD = 0.6745
"""Median absolute deviation of a normal distribution of standard deviation 1."""
LIMITS = 1.96
"""Standard deviations from the bias to the limits of agreement (Bland and Altman 1986)."""
MINIMUM_FOR_AGREEMENT = 3


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


def read_cohort(out: Path) -> list[CohortRow]:
    """The rows of all results below a folder, by their folders.

    Raises:
        CohortError: if there is none.
        ReportError: if a report cannot be read.
    """
    rows = []
    for path in sorted(out.rglob(REPORT_FILE)):
        folder = path.parent.relative_to(out)
        if any(part.startswith(".") for part in folder.parts):
            continue
        report = read_report(path)
        severities = {str(finding.severity) for finding in report.findings}
        worst = next((s for s in ("serious", "warning", "info") if s in severities), "")
        values = {measure.key: measure.value for measure in report.measures}
        view = "" if report.input.view is None else str(report.input.view)
        rows.append(CohortRow(folder.as_posix(), view, values, worst))
    if not rows:
        raise CohortError(f"Expected results of this program below {out}, found none.")
    return rows


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

    Raises:
        CohortError: if a column is missing or unknown, or a cell is no number.
        OSError: if the file cannot be read.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    columns = list(rows[0]) if rows else []
    keys = [name for name in columns if name in DEFINITIONS]
    if "study" not in columns or not keys:
        raise CohortError(
            f"Expected the column study and columns such as lv_edv in {path.name}, found "
            f"{', '.join(columns) or 'no row'}."
        )
    reference: dict[str, dict[str, float]] = {}
    for number, row in enumerate(rows, start=2):
        try:
            reference[row["study"]] = {key: float(row[key]) for key in keys if row[key]}
        except ValueError as error:
            raise CohortError(f"{path.name}, line {number}: {error}.") from error
    return reference


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
