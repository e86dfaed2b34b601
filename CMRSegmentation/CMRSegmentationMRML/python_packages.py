"""What is installed in Slicer's Python, found out without importing it."""

from __future__ import annotations

import importlib
import importlib.metadata


def installed_version(package: str) -> str | None:
    """The version of a package; None if it is not installed."""
    importlib.invalidate_caches()
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
