"""Names of uploaded files: kept where they are harmless, changed or refused where they are not."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePosixPath

from CMRSegmentationWeb.refusals import RefusedError

LONGEST_PART = 100
MARK_DIGITS = 8
HARMLESS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")
SUFFIX = re.compile(r"(?<!^)(\.[A-Za-z][A-Za-z0-9]{0,7}){0,2}\Z")
"""What tells the kind of a file, such as `.dcm` or `.nii.gz`; it stays at the end of a name."""
DEEPEST = 12
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
"""File names that Windows takes for devices."""


def safe_path(name: str) -> PurePosixPath:
    """A relative path of letters, digits, `.`, `-` and `_` for the name a browser gave.

    Different names have different paths: a part that is changed gets a mark made from what it was.

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
    if len(part) <= LONGEST_PART and HARMLESS.fullmatch(part) and not RESERVED.match(part):
        return part
    suffix = SUFFIX.search(part)
    assert suffix is not None  # it may be empty
    mark = hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()[:MARK_DIGITS]
    end = f"-{mark}{suffix[0]}"
    plain = re.sub(r"[^\w.\-]+", "_", part[: suffix.start()], flags=re.ASCII)
    name = (plain[len(end) + 1 - LONGEST_PART :].lstrip(".-") or "_") + end
    return f"_{name}" if RESERVED.match(name) else name


def is_of_macos(name: str) -> bool:
    """Whether a file is what macOS keeps beside files of people, called as they are."""
    parts = re.split(r"[/\\]", name)
    return "__MACOSX" in parts or parts[-1].startswith("._") or parts[-1] == ".DS_Store"


def make_folders(top: Path, inner: PurePosixPath) -> Path:
    """Makes the folders of a relative path below `top`, which is not there if a job was removed.

    Raises:
        FileNotFoundError: if `top` is not there.
        FileExistsError, NotADirectoryError: if one of them is a file.
    """
    for part in inner.parts:
        top /= part
        top.mkdir(exist_ok=True)
    return top


def shown_name(name: object) -> str:
    """A job's name for people: one short line of printable characters."""
    if not isinstance(name, str):
        raise RefusedError("Expected a name for the job.")
    printable = "".join(one if one.isprintable() else " " for one in name)
    return " ".join(printable.split())[:LONGEST_PART] or "Cine"
