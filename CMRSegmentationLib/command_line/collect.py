"""`collect`: the results of many studies as one table and one page."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from pathlib import Path

from CMRSegmentationLib.command_line.batch_ledger import JOURNAL_FILE, read_journal
from CMRSegmentationLib.command_line.describe import Lines
from CMRSegmentationLib.command_line.options import CollectOptions
from CMRSegmentationLib.command_line.run import InputsFailedError
from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from CMRSegmentationLib.reporting.cohort import (
    Agreement,
    CohortRow,
    agreements,
    cohort_as_csv,
    find_outliers,
    read_cohort,
    read_reference,
)
from CMRSegmentationLib.reporting.cohort_page import cohort_page
from CMRSegmentationLib.reporting.page import count_of
from CMRSegmentationLib.reporting.report import decimals_of
from CMRSegmentationLib.whole_files import write_whole

TABLE_FILE = "cohort.csv"
PAGE_FILE = "cohort.html"
MAXIMUM_NAMES = 5

LOGGER = logging.getLogger(__name__)


def collect(options: CollectOptions) -> Lines:
    """Writes `cohort.csv` and `cohort.html` into a folder of results; yields what to print.

    Raises:
        CohortError: if there are no results, or the reference cannot be understood.
        InputsFailedError: at the end, if a report could not be read.
        OSError: if the reference cannot be read or a file not be written.
    """
    rows, unreadable = read_cohort(options.out)
    for sentence in unreadable:
        LOGGER.error("%s", sentence)
    earlier = _earlier_results(rows, options.out)
    _warn_of("Results of an earlier run, which the last batch did not write", earlier)
    outliers = find_outliers(rows)
    agreed = _agreed(rows, options.reference) if options.reference else []
    write_whole(options.out / TABLE_FILE, cohort_as_csv(rows))
    write_whole(options.out / PAGE_FILE, cohort_page(rows, outliers, agreed))
    counts = f"{count_of(len(rows), 'cine')}, {count_of(len(outliers), 'outlier')}"
    yield f"{counts} -> {options.out / PAGE_FILE}"
    for one in agreed:
        name, unit = DEFINITIONS[one.key].name, DEFINITIONS[one.key].unit
        bias, low, high = (f"{value:+.{decimals_of(unit)}f}" for value in (one.bias, *one.limits))
        yield (
            f"  {name:<38} bias {bias} ({low} to {high}) {unit}, ICC {one.icc:.3f}, "
            f"n {len(one.found)}"
        )
    if unreadable:
        count = len(unreadable)
        raise InputsFailedError(f"{count} of {count + len(rows)} reports could not be read.")


def _agreed(rows: Sequence[CohortRow], table: Path) -> list[Agreement]:
    """The agreement with a reference table, of which no study is passed over in silence."""
    reference = read_reference(table)
    missing = reference.keys() - {row.study for row in rows}
    _warn_of("Studies of the reference without a result", missing)
    return agreements(rows, reference)


def _earlier_results(rows: Sequence[CohortRow], out: Path) -> set[str]:
    """Results in the folders of a batch's studies whose last run failed or has no such cine."""
    results = {one.name: one for one in read_journal(out / JOURNAL_FILE)}
    done = {row[4] for one in results.values() for row in one.summary if row[2] == "done"}
    return {row.study for row in rows if row.study.split("/")[0] in results} - done


def _warn_of(what: str, studies: Collection[str]) -> None:
    if not studies:
        return
    names = sorted(studies)[:MAXIMUM_NAMES]
    names += ["and others"] if len(studies) > MAXIMUM_NAMES else []
    LOGGER.warning("%s (%d): %s.", what, len(studies), ", ".join(names))
