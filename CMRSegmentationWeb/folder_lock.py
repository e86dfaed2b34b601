"""A folder for one server alone, as long as it is there: the system unlocks it at its end."""

from __future__ import annotations

import errno
import logging
import os
import sys
from pathlib import Path

from CMRSegmentationLib.errors import UsageError

LOGGER = logging.getLogger(__name__)


def lock(mark: Path) -> int:
    """Locks the file that marks a folder for this process; gives the descriptor that unlocks it.

    Raises:
        UsageError: if another server has locked it.
        OSError: if it cannot be written. A file system without locks is told in the log.
    """
    descriptor = os.open(mark, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EAGAIN):
            LOGGER.warning("The folder cannot be locked: %s.", error.strerror)
            return descriptor
        os.close(descriptor)
        raise UsageError(
            f"Another server is at work in {mark.parent}; end it, or name another --port or "
            "--folder."
        ) from error
    return descriptor
