"""What the child process says.

Lines out of bytes, progress out of lines, one sentence out of its end.
"""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass

from slicer.i18n import tr as _

SIGKILL = 9
SIGNAL_BASE = 128
"""A launcher or shell whose child was ended by a signal exits with this plus the number of the
signal."""


NUMBERS, TEXTS = ("done", "total", "frame"), ("error", "device", "reason")


@dataclass(frozen=True)
class Message:
    """One JSON object of the child's standard output.

    Attributes:
        stage: what it does, such as `segment`; `finished` and `failed` end a run.
        done, total: how far the stage is; total is 0 where it is not known.
        frame: the 0-based frame it works on, if it works on one.
        error: what went wrong, where the stage is `failed`.
        device, reason: what a check of the device found, and why.
        cine: which of several cines it is about; added by the run.
    """

    stage: str
    done: int = 0
    total: int = 0
    frame: int | None = None
    error: str = ""
    device: str = ""
    reason: str = ""
    cine: str = ""


def parse_message(line: str) -> Message | None:
    """The message of a line; None for a line that is none, which belongs in the log."""
    try:
        values = json.loads(line)
    except ValueError:
        return None
    if not isinstance(values, dict) or not isinstance(values.get("stage"), str):
        return None
    numbers = {key: values[key] for key in NUMBERS if type(values.get(key)) is int}
    texts = {key: str(values[key]) for key in TEXTS if key in values}
    return Message(values["stage"], **numbers, **texts)


class LineReader:
    """Whole lines out of bytes that arrive in pieces, cut anywhere, even within a character."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def feed(self, data: bytes, *, final: bool = False) -> list[str]:
        """The lines that `data` completes; with `final` the rest as well.

        Blank lines are left out.
        """
        text = self._rest + self._decoder.decode(data, final)
        *lines, self._rest = text.replace("\r", "\n").split("\n")
        if final:
            lines.append(self._rest)
            self._rest = ""
        return [line for line in lines if line.strip()]


def describe_end(exit_code: int, crashed: bool, failure: str, last_error_line: str) -> str:
    """One sentence on why a child did not finish, from the best evidence that it left.

    Args:
        exit_code: of the process, or the signal that ended it; above 128 a signal that ended a
            child of the process.
        crashed: whether it was ended by a signal.
        failure: the error of its `failed` message, if it sent one.
        last_error_line: the last line on its standard error.
    """
    if failure:
        return failure
    signal_number = exit_code if crashed else exit_code - SIGNAL_BASE
    if signal_number == SIGKILL:
        return _(
            "The segmentation process was killed from outside, which also happens when the memory "
            "runs out."
        )
    if crashed or signal_number > 0:
        message = _(
            "The segmentation process crashed (signal {number}); the log holds what it last wrote."
        )
        return message.format(number=signal_number)
    if last_error_line:
        return last_error_line.removeprefix("error: ")
    return _("The segmentation process ended without a result (exit status {number}).").format(
        number=exit_code
    )


def describe_progress(message: Message) -> str:
    """A message as one phrase for the user, such as `Segmenting, phase 7 of 25`."""
    phrase = stage_names().get(message.stage, message.stage)
    if message.total > 1:
        number = min(message.done + 1, message.total)
        phrase = _("{stage}, phase {number} of {total}").format(
            stage=phrase, number=number, total=message.total
        )
    else:
        phrase = f"{phrase}…"
    return f"{message.cine}: {phrase}" if message.cine else phrase


def stage_names() -> dict[str, str]:
    """What the stages of the library's pipeline are called in the panel."""
    return {
        "read": _("Reading the cine"),
        "model": _("Loading the model"),
        "preprocess": _("Preparing the images"),
        "localize": _("Finding the heart"),
        "infer": _("Segmenting"),
        "postprocess": _("Cleaning up"),
        "judge": _("Judging the contours"),
        "measure": _("Measuring"),
        "write": _("Writing the result"),
        "finished": _("Reading the result"),
        "failed": _("Failed"),
    }
