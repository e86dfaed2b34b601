"""`info`: what inputs hold."""

from __future__ import annotations

import logging

from CMRSegmentationLib.command_line.describe import Lines, describe_study, failure_of
from CMRSegmentationLib.command_line.options import InfoOptions
from CMRSegmentationLib.command_line.run import InputsFailedError
from CMRSegmentationLib.reading.files import read_input

LOGGER = logging.getLogger(__name__)


def info(options: InfoOptions) -> Lines:
    """Describes what every input holds.

    Raises:
        InputsFailedError: at the end, if an input could not be read.
    """
    failures = 0
    for path in options.inputs:
        try:
            study = read_input(path, options.axes)
        except Exception as error:  # damage can break a reader anywhere; the other inputs go on
            LOGGER.debug("%s", path, exc_info=True)
            LOGGER.error("%s", failure_of(path, error))
            failures += 1
        else:
            yield from describe_study(path, study, with_files=options.with_files)
    if failures:
        raise InputsFailedError(f"{failures} of {len(options.inputs)} inputs could not be read.")
