"""What reading a path gives: named cines, or one error for people."""

from __future__ import annotations

import re
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

    Raises:
        ValueError: if the name cannot name a folder on every system.
    """

    name: str
    stack: CineStack

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\w[\w.\-]*", self.name) or self.name.endswith("."):
            raise ValueError(f"Expected a name of letters, digits, '.', '-' and '_', found {self.name!r}.")


@dataclass(frozen=True, eq=False)
class Study:
    """The cines of one file or folder.

    Attributes:
        cines: at least one.
        findings: what was left out and why.

    Raises:
        ValueError: if there is no cine, or two have the same name.
    """

    cines: tuple[NamedCine, ...]
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        names = [cine.name for cine in self.cines]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"Expected at least one cine and names that differ, found {names}.")
