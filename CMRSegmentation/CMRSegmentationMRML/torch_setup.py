"""PyTorch in Slicer: whether it is there, and its installation with the user's consent.

It comes through the PyTorch extension. Nothing here imports torch; only the child process does.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass

import slicer
from slicer.i18n import tr as _

from . import python_packages
from .pip_output import advice, heard

MINIMUM_VERSION = (2, 2)
"""The newest that there is for Slicer on macOS, whose Python is x86-64."""
REQUIREMENT = ">=" + ".".join(str(part) for part in MINIMUM_VERSION)
EXTENSION = "PyTorch"


class TorchUnavailableError(RuntimeError):
    """PyTorch is not there and did not come; the message tells the user what to do."""


class ExtensionMissingError(TorchUnavailableError):
    """The extension that installs PyTorch is not there."""


@dataclass(frozen=True)
class Announcer:
    """Whom an installation tells what.

    Attributes:
        begin: called with one sentence when the installation starts.
        log: called with every line of pip.
        end: called when the installation has ended, in whatever way.
    """

    begin: Callable[[str], None] = lambda _sentence: None
    log: Callable[[str], None] = lambda _line: None
    end: Callable[[], None] = lambda: None


def installed_version() -> str | None:
    """The version of PyTorch in Slicer's Python, read without importing it."""
    return python_packages.installed_version("torch")


def is_supported(version: str) -> bool:
    """Whether a version such as `2.2.2+cu121` is new enough."""
    numbers = re.findall(r"\d+", version)[:2]
    return tuple(int(number) for number in numbers) >= MINIMUM_VERSION


def ensure_torch(announcer: Announcer | None = None) -> None:
    """Returns when a usable PyTorch is installed, after asking the user to install it if it is not.

    Raises:
        ExtensionMissingError: if it is not installed and the PyTorch extension is not there to
            install it.
        TorchUnavailableError: if the installed version is too old, the user refused, or the
            installation failed.
    """
    version = installed_version()
    if version is None:
        _install(announcer or Announcer())
        version = installed_version()
    if version is None:
        raise TorchUnavailableError(
            _("PyTorch was not installed; the segmentation needs it. Press Apply to try again.")
        )
    if not is_supported(version):
        raise TorchUnavailableError(
            _(
                "PyTorch {found} is installed, but {needed} or newer is needed: open the module "
                "PyTorch Utils, uninstall PyTorch, restart Slicer and press Apply again."
            ).format(found=version, needed=REQUIREMENT.removeprefix(">="))
        )


def _install(announcer: Announcer) -> None:
    try:
        utilities = importlib.import_module("PyTorchUtils")
    except ModuleNotFoundError as error:
        raise ExtensionMissingError(
            _(
                "The segmentation needs PyTorch: install the extension {extension} in the "
                "Extensions Manager, restart Slicer and press Apply again."
            ).format(extension=EXTENSION)
        ) from error
    if slicer.app.testingEnabled():
        raise TorchUnavailableError(
            _("PyTorch is not installed, and nothing is installed while Slicer runs its tests.")
        )
    announcer.begin(
        _(
            "PyTorch is being installed, once: a download of 0.2 GB, or 2.6 GB with support for "
            "NVIDIA GPUs. Slicer responds slowly until it is done."
        )
    )
    try:
        _run_installer(utilities, announcer.log)
    finally:
        announcer.end()


def _run_installer(utilities, log: Callable[[str], None]) -> None:
    lines: list[str] = []

    def keep(line: str) -> None:
        lines.append(line)
        log(line)

    try:
        with heard(keep):
            utilities.PyTorchUtilsLogic().installTorch(
                askConfirmation=True, torchVersionRequirement=REQUIREMENT
            )
    except Exception as error:
        text = "\n".join([*lines, str(error)])
        log(str(error))
        message = _("PyTorch could not be installed: {reason}").format(reason=error).rstrip(".")
        raise TorchUnavailableError(f"{message}. {advice(text)}".strip()) from error


def install_extension() -> None:
    """Asks the Extensions Manager for the PyTorch extension and a restart of Slicer."""
    slicer.app.extensionsManagerModel().installExtensionFromServer(EXTENSION, True)
