"""The command line: `python -m CMRSegmentationLib {segment,measure,models,info} …`.

Exit status 0: done; 1: an input could not be segmented, the others are done; 2: wrong usage.
"""

from __future__ import annotations

import logging
import sys

from CMRSegmentationLib.command_line import commands
from CMRSegmentationLib.command_line.arguments import make_parser
from CMRSegmentationLib.command_line.commands import InputsFailedError
from CMRSegmentationLib.command_line.progress import JsonReporter
from CMRSegmentationLib.command_line.run import run_command

COMMANDS = {
    "segment": commands.segment,
    "measure": commands.measure,
    "models": commands.models,
    "info": commands.info,
}


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; returns the exit status."""
    options = make_parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", force=True)
    logging.getLogger(__package__).setLevel(logging.DEBUG if options.debug else logging.NOTSET)
    as_json = getattr(options, "progress", None) == "json"

    def work() -> None:
        for line in COMMANDS[options.command](options):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    def report_failure(error: BaseException, sentence: str) -> None:
        if as_json and not isinstance(error, InputsFailedError):  # which was reported before
            JsonReporter().failed(sentence)

    return run_command(work, debug=options.debug, on_failure=report_failure)


if __name__ == "__main__":
    sys.exit(main())
