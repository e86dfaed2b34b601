"""`collect`: the results of many studies as one table and one page."""

from __future__ import annotations

from CMRSegmentationLib.command_line.describe import Lines
from CMRSegmentationLib.command_line.options import CollectOptions
from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from CMRSegmentationLib.reporting.cohort import (
    agreements,
    cohort_as_csv,
    find_outliers,
    read_cohort,
    read_reference,
)
from CMRSegmentationLib.reporting.cohort_page import cohort_page
from CMRSegmentationLib.whole_files import write_whole

TABLE_FILE = "cohort.csv"
PAGE_FILE = "cohort.html"


def collect(options: CollectOptions) -> Lines:
    """Writes `cohort.csv` and `cohort.html` into a folder of results; yields what to print.

    Raises:
        CohortError: if there are no results, or the reference cannot be understood.
        ReportError: if a report cannot be read.
        OSError: if a file cannot be read or written.
    """
    rows = read_cohort(options.out)
    outliers = find_outliers(rows)
    agreed = agreements(rows, read_reference(options.reference)) if options.reference else []
    write_whole(options.out / TABLE_FILE, cohort_as_csv(rows))
    write_whole(options.out / PAGE_FILE, cohort_page(rows, outliers, agreed))
    yield f"{len(rows)} cines, {len(outliers)} outliers -> {options.out / PAGE_FILE}"
    for one in agreed:
        low, high = one.limits
        name, unit = DEFINITIONS[one.key].name, DEFINITIONS[one.key].unit
        yield (
            f"  {name:<34} bias {one.bias:+.1f} ({low:+.1f} to {high:+.1f}) {unit}, "
            f"ICC {one.icc:.3f}, n {len(one.found)}"
        )
