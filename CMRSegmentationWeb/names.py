"""Names of uploaded files: kept where they are harmless, changed or refused where they are not."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from CMRSegmentationWeb.refusals import RefusedError

LONGEST_PART = 100
DEEPEST = 12
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
"""File names that Windows takes for devices."""


def safe_path(name: str) -> PurePosixPath:
    """A relative path of letters, digits, `.`, `-` and `_` for the name a browser gave.

    Raises:
        RefusedError: if the name is empty or leads out of its folder.
    """
    parts = re.split(r"[/\\]", name)
    if not name or "\0" in name or parts[0] == "" or ".." in parts or re.match(r"[A-Za-z]:", name):
        raise RefusedError(
            "Expected a file name within the upload, found one that leads out of it."
        )
    kept = [_safe_part(part) for part in parts if part not in ("", ".")]
    if not kept or len(kept) > DEEPEST:
        raise RefusedError(f"Expected 1 to {DEEPEST} folders deep, found {len(kept)}.")
    return PurePosixPath(*kept)


def _safe_part(part: str) -> str:
    plain = re.sub(r"[^\w.\-]+", "_", part, flags=re.ASCII).lstrip(".-") or "_"
    plain = f"_{plain}" if RESERVED.match(plain) else plain
    return plain if len(plain) <= LONGEST_PART else plain[-LONGEST_PART:].lstrip(".-")


def shown_name(name: object) -> str:
    """A job's name for people: one short line of printable characters."""
    if not isinstance(name, str):
        raise RefusedError("Expected a name for the job.")
    printable = "".join(one if one.isprintable() else " " for one in name)
    return " ".join(printable.split())[:LONGEST_PART] or "Cine"
