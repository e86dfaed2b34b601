"""What a reader, a segmentation or a measure has to say about its own result, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding should worry the reader of a report."""

    INFO = "info"
    WARNING = "warning"
    SERIOUS = "serious"


@dataclass(frozen=True)
class Finding:
    """One observation about an input or a result; it never hides or changes the result.

    Attributes:
        code: a stable name such as `spacing_guessed`, for programs.
        severity: how much it matters.
        message: one sentence for people.
        frame: the 0-based frame it concerns, if it concerns one.
        slice: the 0-based slice (index along the array's slice axis) it concerns, if it concerns
            one.
    """

    code: str
    severity: Severity
    message: str
    frame: int | None = None
    slice: int | None = None
