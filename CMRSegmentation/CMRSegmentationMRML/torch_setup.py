"""PyTorch in Slicer: whether it is there, and its installation with the user's consent.

Nothing here imports torch; only the child process does.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import re

import slicer
from slicer.i18n import tr as _

MINIMUM_VERSION = (2, 2)
"""The newest that there is for Slicer on macOS, whose Python is x86-64."""
REQUIREMENT = ">=" + ".".join(str(part) for part in MINIMUM_VERSION)
EXTENSION = "PyTorch"


class TorchUnavailableError(RuntimeError):
    """PyTorch is not there and did not come; the message tells the user what to do."""


class ExtensionMissingError(TorchUnavailableError):
    """The extension that installs PyTorch is not there."""


def installed_version() -> str | None:
    """The version of PyTorch in Slicer's Python, read without importing it."""
    importlib.invalidate_caches()
    try:
        return importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        return None


def is_supported(version: str) -> bool:
    """Whether a version such as `2.2.2+cu121` is new enough."""
    numbers = re.findall(r"\d+", version)[:2]
    return tuple(int(number) for number in numbers) >= MINIMUM_VERSION


def ensure_torch() -> None:
    """Returns when a usable PyTorch is installed, after asking the user to install it if it is not.

    Raises:
        ExtensionMissingError: if it is not installed and the PyTorch extension is not there to
            install it.
        TorchUnavailableError: if the installed version is too old, the user refused, or the
            installation failed.
    """
    version = installed_version()
    if version is None:
        _install()
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


def _install() -> None:
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
    try:
        utilities.PyTorchUtilsLogic().installTorch(
            askConfirmation=True, torchVersionRequirement=REQUIREMENT
        )
    except Exception as error:
        raise TorchUnavailableError(
            _("PyTorch could not be installed: {reason}").format(reason=error)
        ) from error


def install_extension() -> None:
    """Asks the Extensions Manager for the PyTorch extension and a restart of Slicer."""
    slicer.app.extensionsManagerModel().installExtensionFromServer(EXTENSION, True)
