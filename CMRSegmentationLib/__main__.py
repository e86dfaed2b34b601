"""The command line: `python -m CMRSegmentationLib COMMAND …`.

The commands are segment, batch, collect, measure, export, models and info.

Exit status 0: done; 1: an input could not be segmented, the others are done; 2: wrong usage.

numpy's matrix products run on one thread here. Those of a slice take a fraction of a millisecond,
and threads of OpenBLAS that share them wait for each other: beside programs that use all CPUs,
resampling a hundred slices took 20 to 40 s on two threads and 1 s on one.
"""

from __future__ import annotations

import errno
import io
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported

from CMRSegmentationLib.command_line.arguments import Options, make_parser, options_of
from CMRSegmentationLib.command_line.batch import batch
from CMRSegmentationLib.command_line.collect import collect
from CMRSegmentationLib.command_line.describe import Lines
from CMRSegmentationLib.command_line.export import export
from CMRSegmentationLib.command_line.garbage import leave_to_the_end_of_the_process
from CMRSegmentationLib.command_line.info import info
from CMRSegmentationLib.command_line.measure import measure
from CMRSegmentationLib.command_line.models import models
from CMRSegmentationLib.command_line.options import (
    BatchOptions,
    CollectOptions,
    ExportOptions,
    InfoOptions,
    MeasureOptions,
    SegmentOptions,
)
from CMRSegmentationLib.command_line.progress import JsonReporter
from CMRSegmentationLib.command_line.run import InputsFailedError, run_command
from CMRSegmentationLib.command_line.segment import segment

NO_READER = (errno.EPIPE, errno.EINVAL)
"""What writing fails with when nobody reads on; the second one on Windows."""


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; returns the exit status."""
    namespace = make_parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", force=True)
    logging.getLogger(__package__).setLevel(logging.DEBUG if namespace.debug else logging.NOTSET)
    as_json = getattr(namespace, "progress", None) == "json"
    _let_any_text_be_written()

    def work() -> None:
        for line in lines_of(options_of(namespace)):
            _say(line)

    def report_failure(error: BaseException, sentence: str) -> None:
        if as_json and not isinstance(error, InputsFailedError):  # which was reported before
            with _silence_if_nobody_reads():
                JsonReporter().failed(sentence)

    return run_command(work, debug=namespace.debug, on_failure=report_failure)


def _let_any_text_be_written() -> None:
    """What the encoding of standard output lacks is written by its number, as on standard error.

    Such as × where a pipe takes ASCII alone, or a byte of a file's name that is none of UTF-8.
    """
    if sys.stdout is None:  # it was closed, or there is no console
        sys.stdout = io.StringIO()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _say(line: str) -> None:
    """Writes a line; if nobody reads on, as behind `| head`, the work goes on in silence."""
    with _silence_if_nobody_reads():
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


@contextmanager
def _silence_if_nobody_reads() -> Iterator[None]:
    """What is written to standard output from then on goes nowhere."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_READER:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def lines_of(options: Options) -> Lines:
    """Does what the options say; yields what to print."""
    match options:
        case SegmentOptions():
            return segment(options)
        case BatchOptions():
            return batch(options)
        case CollectOptions():
            return collect(options)
        case MeasureOptions():
            return measure(options)
        case ExportOptions():
            return export(options)
        case InfoOptions():
            return info(options)
        case _:
            return models(options)


def run() -> int:
    """Runs the command that the process is for, the last that it does; returns the exit status."""
    status = main()
    leave_to_the_end_of_the_process()
    return status


if __name__ == "__main__":
    sys.exit(run())
