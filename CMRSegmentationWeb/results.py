"""The cines of a job that were segmented: their reports, files and images."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from CMRSegmentationLib.image import CineStack, LabelMap
from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from CMRSegmentationLib.palette import COLORS, RADIAL_COLOR
from CMRSegmentationLib.reading.axes import Axes
from CMRSegmentationLib.reading.files import input_name, labels_axes, read_input, read_labels
from CMRSegmentationLib.reading.study import Study
from CMRSegmentationLib.reporting.bullseye import SCALES
from CMRSegmentationLib.reporting.results import SUMMARY_FILE
from CMRSegmentationWeb.jobs import Job
from CMRSegmentationWeb.refusals import RefusedError, not_found
from CMRSegmentationWeb.uploads import inputs_of

REPORT_FILE, LABELS_FILE = "report.json", "labels.nii.gz"


@dataclass(frozen=True)
class SegmentedCine:
    """One cine of a job.

    Attributes:
        name: of its result folder.
        key: the same with that of its input, if several share one; unlike any other of the job.
        folder: with the files that the command line wrote.
        input: the file or folder that it was read from.
        is_one_of_several: whether the input holds further cines; its name tells which it is.
    """

    name: str
    key: str
    folder: Path
    input: Path
    is_one_of_several: bool

    def as_json(self) -> dict[str, Any]:
        """Name, files, report and colors for the page, which shows measures by their names."""
        report = json.loads((self.folder / REPORT_FILE).read_text("utf-8"))
        for measure in report["measures"]:
            measure["name"] = DEFINITIONS[measure["key"]].name
        return {
            "name": self.name,
            "key": self.key,
            "files": self.files(),
            "report": report,
            "colors": {label.name.lower(): color for label, color in COLORS.items()}
            | {"radial": RADIAL_COLOR},
            "scales": {name: asdict(scale) for name, scale in SCALES.items()},
        }

    def files(self) -> list[str]:
        """The names of the files that can be taken away."""
        entries = (path for path in self.folder.iterdir() if path.is_file())
        return sorted(path.name for path in entries if not path.name.startswith("."))

    def file(self, name: str) -> Path:
        """One of these files.

        Raises:
            RefusedError: if there is none of that name.
        """
        if name not in self.files():
            raise not_found("file")
        return self.folder / name

    def labels(self) -> LabelMap:
        """The structures of every frame, from a file with the axes of its input."""
        axes = Axes.parse(labels_axes(self.input, self.stack().axes))
        return read_labels(self.folder / LABELS_FILE, axes)

    def stack(self) -> CineStack:
        """The images, read again.

        Raises:
            RefusedError: if the input does not hold the cine.
        """
        for cine in _last_read(self.input).cines:
            if not self.is_one_of_several or cine.name == self.name:
                return cine.stack
        raise RefusedError("The cine is not in its input any more.", HTTPStatus.GONE)


@lru_cache(maxsize=1)
def _last_read(path: Path) -> Study:
    """The cines of an input, kept because images and labels of one are asked for together."""
    return read_input(path)


def cines_of(job: Job) -> tuple[SegmentedCine, ...]:
    """The cines of a job that have results, in the order of their names; none before its end."""
    return _cines_below(job.results_folder, job)


def first_looks_of(job: Job) -> tuple[SegmentedCine, ...]:
    """The cines of a job of which there are labels ahead of the rest, the earliest first."""
    cines = _cines_below(job.first_folder, job)
    return tuple(sorted(cines, key=lambda cine: (cine.folder / REPORT_FILE).stat().st_mtime_ns))


def _cines_below(root: Path, job: Job) -> tuple[SegmentedCine, ...]:
    if not root.is_dir():
        return ()
    found: list[SegmentedCine] = []
    for path in inputs_of(job.upload_folder):
        folder = root / input_name(path)
        if (folder / REPORT_FILE).is_file():
            found.append(SegmentedCine(folder.name, folder.name, folder, path, False))
            continue
        for one in sorted(folder.glob(f"*/{REPORT_FILE}")):
            key = one.parent.relative_to(root).as_posix()
            found.append(SegmentedCine(one.parent.name, key, one.parent, path, True))
    return tuple(found)


def left_out_of(job: Job) -> tuple[str, ...]:
    """A sentence for each input or cine of a job that was not segmented, from the run's table."""
    table = job.results_folder / SUMMARY_FILE
    if not table.is_file():
        return ()
    with table.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["status"] != "done"]
    return tuple(row["message"] for row in rows)


def cine_of(job: Job, number: int) -> SegmentedCine:
    """One of the cines with results by its place.

    Raises:
        RefusedError: if there are not so many.
    """
    return _at(cines_of(job), number)


def first_look_of(job: Job, number: int) -> SegmentedCine:
    """One of the cines with labels ahead of the rest by its place.

    Raises:
        RefusedError: if there are not so many.
    """
    return _at(first_looks_of(job), number)


def _at(cines: Sequence[SegmentedCine], number: int) -> SegmentedCine:
    if not 0 <= number < len(cines):
        raise not_found("cine")
    return cines[number]
