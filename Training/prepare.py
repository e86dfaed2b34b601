"""Command line: raw data set → training cache.

python -m Training.prepare {acdc,acdc_lax,bivme,mnms,mnms2,sunnybrook} --raw DIR --cache DIR
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable
from pathlib import Path

from tqdm import tqdm

from CMRSegmentationLib.command_line.run import run_command
from Training.datasets import acdc, acdc_lax, bivme, mnms, mnms2, sunnybrook
from Training.datasets.examination import DataSetError, Examination
from Training.reporting.log import start_logging
from Training.samples.cache import write_examination

LOGGER = logging.getLogger(__name__)

READERS: dict[str, Callable[[Path], list[Examination]]] = {
    "acdc": acdc.read,
    "acdc_lax": acdc_lax.read,
    "bivme": bivme.read,
    "mnms": mnms.read,
    "mnms2": mnms2.read,
    "sunnybrook": sunnybrook.read,
}


def prepare(name: str, raw: Path, cache: Path, *, skip_damaged: bool = False) -> int:
    """Writes every examination of a raw data set into the cache and returns how many there are.

    Raises:
        DataSetError: if the folder is not that data set, or an image is damaged and `skip_damaged`
            is off.
    """
    skipped = 0
    examinations = READERS[name](raw)
    for examination in tqdm(examinations, desc=f"prepare {name}", unit="patient", disable=None):
        try:
            write_examination(examination, cache)
        except DataSetError as error:
            if not skip_damaged:
                raise
            skipped += 1
            LOGGER.warning("left out %s: %s", examination.patient, error)
    if skipped:
        LOGGER.warning("%d of %d examinations were left out as damaged", skipped, len(examinations))
    return len(examinations) - skipped


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    start_logging()
    parser = argparse.ArgumentParser(
        prog="python -m Training.prepare", description="Raw data set → training cache."
    )
    parser.add_argument("dataset", choices=sorted(READERS))
    parser.add_argument(
        "--raw", type=Path, required=True, help="folder of the data set as it was downloaded"
    )
    parser.add_argument(
        "--cache", type=Path, required=True, help="folder of the cache, made if it is not there"
    )
    parser.add_argument(
        "--skip-damaged",
        action="store_true",
        help="name and leave out examinations that cannot be read",
    )
    options = parser.parse_args(arguments)

    def work() -> None:
        count = prepare(
            options.dataset, options.raw, options.cache, skip_damaged=options.skip_damaged
        )
        LOGGER.info("%d examinations of %s in %s", count, options.dataset, options.cache)

    return run_command(work)


if __name__ == "__main__":
    sys.exit(main())
