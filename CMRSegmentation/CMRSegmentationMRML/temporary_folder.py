"""The folder for the images of one run, and the removal of those that a crash left behind.

Its owner holds a lock on a file in it for as long as it lives. The system gives the lock up when
the owner ends, however it ends, so that a folder whose lock can be had belongs to nobody.
"""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

TEMPORARY_PREFIX = "CMRSeg-"
LOCK_FILE = "owner.lock"
YOUNGEST_STALE_S = 60.0
"""A folder that is younger may just be made by another Slicer, which has not locked it yet."""
UNLOCKED_STALE_S = 86400.0
"""A folder without a lock was made anew by a child that outlived its Slicer and the removal; no run
takes a day."""

REMOVAL_TRIES, REMOVAL_PAUSE_S = 10, 0.1
"""Windows keeps the files of a process that was just ended for a moment."""

LOGGER = logging.getLogger(__name__)


class TemporaryFolder:
    """A folder for the images of one run; its path is short, for the sake of Windows.

    Args:
        parent: Slicer's folder for temporary files; it is made if it is not there.

    Raises:
        OSError: if it cannot be made, as on a full disk.
    """

    def __init__(self, parent: str) -> None:
        Path(parent).mkdir(parents=True, exist_ok=True)
        self.path = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=parent))
        try:
            self._lock = (self.path / LOCK_FILE).open("wb")
        except OSError:
            _remove(self.path)
            raise
        if not _try_lock(self._lock):
            LOGGER.warning("%s cannot be locked; if Slicer crashes, remove it by hand.", self.path)

    def remove(self) -> None:
        """Removes the folder with the images in it; what cannot be removed is logged."""
        self._lock.close()
        _remove(self.path)


def remove_stale_folders(parent: str) -> list[Path]:
    """Removes the folders of this module that an ended Slicer left behind, and returns them."""
    stale = [path for path in sorted(Path(parent).glob(f"{TEMPORARY_PREFIX}*")) if _is_stale(path)]
    for path in stale:
        LOGGER.info("Removing temporary images that an earlier Slicer left behind: %s", path)
        _remove(path)
    return stale


def _is_stale(path: Path) -> bool:
    """Whether a folder is old enough to have an owner, and has none."""
    try:
        age_s = time.time() - path.stat().st_mtime
        if path.is_symlink() or not path.is_dir() or age_s < YOUNGEST_STALE_S:
            return False
        if not (path / LOCK_FILE).exists():
            return age_s > UNLOCKED_STALE_S
        with (path / LOCK_FILE).open("r+b") as lock:
            return _try_lock(lock)
    except OSError:
        LOGGER.debug(
            "%s is left alone; it is gone, or belongs to somebody else.", path, exc_info=True
        )
        return False


def _remove(path: Path) -> None:
    for _try in range(REMOVAL_TRIES):
        shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            return
        time.sleep(REMOVAL_PAUSE_S)
    LOGGER.error("Temporary images could not be removed: %s", path)


def _try_lock(file: BinaryIO) -> bool:
    """Locks an open file until it is closed.

    False if somebody else holds it, or it cannot be locked there.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
