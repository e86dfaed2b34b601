"""highdicom in Slicer, which makes DICOM objects: installed with the user's consent.

Nothing here imports it; only the child process does. What Slicer brings stays as it is: pip is told
the versions that are there, and fails rather than replace one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import slicer
from slicer.i18n import tr as _

from .pip_output import heard
from .python_packages import installed_version

PACKAGE, OLDEST = "highdicom", "0.27"
"""The first version that makes the colors of segments from RGB."""
PYDICOM = "3.0.1"
"""The oldest that these versions of highdicom take."""
KEPT = ("numpy", "pydicom", "SimpleITK", "scipy")
"""Packages of Slicer's own that nothing may replace."""


class HighdicomUnavailableError(RuntimeError):
    """highdicom is not there and did not come; the message tells the user what to do."""


def ensure_highdicom(log: Callable[[str], None] = lambda _line: None) -> None:
    """Returns when highdicom is installed, after asking the user to install or renew it.

    Args:
        log: takes every line of pip.

    Raises:
        HighdicomUnavailableError: if Slicer's pydicom is too old for it, the user refused, or the
            installation failed.
    """
    _check_pydicom()
    if _is_installed():
        return
    if slicer.app.testingEnabled():
        raise HighdicomUnavailableError(
            _("highdicom is not installed, and nothing is installed while Slicer runs its tests.")
        )
    question = _(
        "DICOM results need the Python package highdicom, a download of a few MB. Install it now?"
    )
    if not slicer.util.confirmOkCancelDisplay(question):
        raise HighdicomUnavailableError(
            _("highdicom was not installed; without it there are no DICOM results.")
        )
    _install(log)
    if not _is_installed():
        raise HighdicomUnavailableError(_("highdicom was not installed; see the log."))


def _is_installed() -> bool:
    found = installed_version(PACKAGE)
    return found is not None and _numbers(found) >= _numbers(OLDEST)


def _check_pydicom() -> None:
    found = installed_version("pydicom")
    if found is not None and _numbers(found) < _numbers(PYDICOM):
        message = _(
            "DICOM results need pydicom {expected} or newer, but this Slicer comes with {found}, "
            "which must not be replaced. Use a newer Slicer, or the command line outside of Slicer."
        )
        raise HighdicomUnavailableError(message.format(expected=PYDICOM, found=found))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _install(log: Callable[[str], None]) -> None:
    try:
        with slicer.util.WaitCursor(), heard(log):
            slicer.util.pip_install(requirements())
    except Exception as error:
        log(str(error))
        message = _("highdicom could not be installed: {reason}. The log holds what pip said.")
        raise HighdicomUnavailableError(message.format(reason=str(error).rstrip("."))) from error


def requirements() -> list[str]:
    """highdicom, and what has to stay as it is."""
    found = ((package, installed_version(package)) for package in KEPT)
    kept = [f"{package}=={version}" for package, version in found if version]
    return [f"{PACKAGE}>={OLDEST}", *kept]
