"""What the log says beside the child's own lines, and the log as a bug report may carry it."""

from __future__ import annotations

import importlib.metadata
import platform
import re
from collections.abc import Iterable

import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib import __version__
from CMRSegmentationLib.reporting.report import ClinicalReport

PACKAGES = ("torch", "numpy", "scipy", "SimpleITK", "pydicom")
KEPT_FOLDERS = ("CMRSegmentationLib", "CMRSegmentationMRML", "site-packages")
"""A path is kept from one of these on: it says where the program was, and nothing of the user."""
PATH = re.compile(
    r"(?<=[\"'])(?:[A-Za-z]:)?[\\/][^\"'\n]*[\\/][^\"'\n]*(?=[\"'])"
    r"|(?<![\w./\\])(?:[A-Za-z]:)?[\\/](?:[^\s\"'<>|:*?\\/]+[\\/])+[^\s\"'<>|:*?,;]*"
)
"""In quotes with all the blanks in it; without quotes up to the first blank."""
UID = re.compile(r"\b\d+(?:\.\d+){5,}\b")


def versions() -> str:
    """One line with the versions of what takes part."""
    programs = [
        f"CMRSegmentation {__version__}",
        f"Slicer {slicer.app.applicationVersion}",
        f"Python {platform.python_version()}",
        platform.platform(),
    ]
    return ", ".join([*programs, *(f"{name} {_version(name)}" for name in PACKAGES)])


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return _("not installed")


def describe_run(name: str, report: ClinicalReport) -> list[str]:
    """Device, model and seconds of each stage."""
    model = report.model.name if report.model is not None else _("none")
    lines = [
        _("{name}: device {device}, model {model}").format(
            name=name, device=report.device or _("not known"), model=model
        )
    ]
    if report.seconds:
        stages = ", ".join(f"{stage} {value:.1f} s" for stage, value in report.seconds.items())
        total = sum(report.seconds.values())
        lines.append(_("{stages}; {total} s in all").format(stages=stages, total=f"{total:.1f}"))
    return lines


def without_names(text: str, names: Iterable[str]) -> str:
    """A log without what could name a person: names of nodes, paths, and DICOM identifiers.

    Args:
        text: the log.
        names: of the cines and other nodes in the scene.
    """
    text = PATH.sub(lambda found: _shortened(found[0]), text)
    text = UID.sub("<UID>", text)
    for name in sorted({name for name in names if len(name) > 1}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "<cine>", text)
    return text


def _shortened(path: str) -> str:
    parts = re.split(r"[\\/]", path)
    kept = [index for index, part in enumerate(parts) if part in KEPT_FOLDERS]
    return "/".join(["…", *parts[kept[-1] :]]) if kept else "<path>"
