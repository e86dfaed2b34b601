"""The command line: `python -m CMRSegmentationLib {segment,measure,models,info} …`.

Exit status 0: done; 1: an input could not be segmented, the others are done; 2: wrong usage.
"""

from __future__ import annotations

import logging
import signal
import sys
from types import FrameType

from CMRSegmentationLib.command_line import commands
from CMRSegmentationLib.command_line.arguments import make_parser
from CMRSegmentationLib.command_line.commands import InputsFailedError, UsageError
from CMRSegmentationLib.command_line.progress import JsonReporter
from CMRSegmentationLib.segmenting.model import UnknownModelError

DONE, FAILED, USAGE = 0, 1, 2
INTERRUPTED = 130

COMMANDS = {
    "segment": commands.segment,
    "measure": commands.measure,
    "models": commands.models,
    "info": commands.info,
}


def _end(signal_number: int, frame: FrameType | None) -> None:
    """Turns a request to end into an exception, so that temporary files are removed on the way out."""
    raise KeyboardInterrupt


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; returns the exit status."""
    options = make_parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", force=True)
    logging.getLogger(__package__).setLevel(logging.DEBUG if options.debug else logging.NOTSET)
    signal.signal(signal.SIGTERM, _end)
    try:
        for line in COMMANDS[options.command](options):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    except KeyboardInterrupt:
        return _fail("Interrupted; nothing half-written was left.", options, INTERRUPTED)
    except (UsageError, UnknownModelError) as error:
        return _fail(str(error), options, USAGE)
    except InputsFailedError as error:
        return _report_failure(str(error), FAILED)
    except Exception as error:
        if options.debug:
            raise
        return _fail(commands.reason(error), options, FAILED)
    return DONE


def _fail(message: str, options: object, status: int) -> int:
    if getattr(options, "progress", None) == "json":
        JsonReporter().failed(message)
    return _report_failure(message, status)


def _report_failure(message: str, status: int) -> int:
    sys.stderr.write(f"error: {message}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
