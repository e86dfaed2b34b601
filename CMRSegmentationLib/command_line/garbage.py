"""When Python looks for garbage: not while large packages are imported, nor as a command ends.

What an import makes, a quarter of a million objects with PyTorch, stays to the end. Looking through
all of it again and again while it grows, and once more as Python ends, took 0.6 s of a command of
8 s.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing(package: str) -> Iterator[None]:
    """Objects made within, where a package is imported for the first time, are taken to stay."""
    if package in sys.modules:
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def leave_to_the_end_of_the_process() -> None:
    """Nothing more is looked for: what there is ends with the process."""
    gc.disable()
    gc.freeze()
