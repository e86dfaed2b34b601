"""What reading a path gives: named cines, or one error for people."""

from __future__ import annotations

from dataclasses import dataclass

from CMRSegmentationLib.findings import Finding
from CMRSegmentationLib.image import CineStack


class ReadError(ValueError):
    """An input that cannot be read as a cardiac cine; the message says what was found and what was expected."""


@dataclass(frozen=True, eq=False)
class NamedCine:
    """A cine and the name that its results are written under.

    Attributes:
        name: unique within the study, made of letters, digits, `.`, `-` and `_`; never from the patient's data.
        stack: the cine.
    """

    name: str
    stack: CineStack


@dataclass(frozen=True, eq=False)
class Study:
    """The cines of one file or folder.

    Attributes:
        cines: at least one.
        findings: what was left out and why.
    """

    cines: tuple[NamedCine, ...]
    findings: tuple[Finding, ...] = ()
