"""What the cines of one examination give together: shown, taken away and measured again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from CMRSegmentationLib.reading.files import input_name
from CMRSegmentationLib.reporting.examination import (
    JSON_FILE,
    TABLE_FILE,
    CineResult,
    combine,
    write_examination,
)
from CMRSegmentationLib.reporting.report_files import read_report
from CMRSegmentationWeb.jobs import Job
from CMRSegmentationWeb.refusals import not_found
from CMRSegmentationWeb.results import REPORT_FILE
from CMRSegmentationWeb.uploads import inputs_of


@dataclass(frozen=True)
class SegmentedStudy:
    """One examination of a job, with the tables of its cines.

    Attributes:
        name: of its result folder.
        folder: with the tables and a folder for each cine.
    """

    name: str
    folder: Path

    def as_json(self) -> dict[str, Any]:
        """Measures, findings and files for the page, which shows measures by their names."""
        content = self._content()
        measures = [
            {**measure, "name": DEFINITIONS[measure["key"]].name} for measure in content["measures"]
        ]
        return {
            "name": self.name,
            "cines": [cine["name"] for cine in content["cines"]],
            "measures": measures,
            "findings": content["findings"],
            "files": [TABLE_FILE, JSON_FILE],
        }

    def file(self, name: str) -> Path:
        """One of its tables.

        Raises:
            RefusedError: if there is none of that name.
        """
        if name not in (TABLE_FILE, JSON_FILE):
            raise not_found("file")
        return self.folder / name

    def combine_again(self) -> None:
        """Writes the tables again, as a cine of the examination was measured again."""
        names = [cine["name"] for cine in self._content()["cines"]]
        cines = [CineResult(name, read_report(self.folder / name / REPORT_FILE)) for name in names]
        write_examination(combine(cines), self.folder)

    def _content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder / JSON_FILE).read_text("utf-8"))
        return content


def studies_of(job: Job) -> tuple[SegmentedStudy, ...]:
    """The examinations of a job of which several cines were segmented."""
    folders = [job.results_folder / input_name(path) for path in inputs_of(job.upload_folder)]
    return tuple(
        SegmentedStudy(folder.name, folder) for folder in folders if (folder / JSON_FILE).is_file()
    )


def study_of(job: Job, number: int) -> SegmentedStudy:
    """One of the examinations by its place.

    Raises:
        RefusedError: if there are not so many.
    """
    studies = studies_of(job)
    if not 0 <= number < len(studies):
        raise not_found("study")
    return studies[number]


def study_with(job: Job, cine_folder: Path) -> SegmentedStudy | None:
    """The examination that a cine belongs to, by the cine's folder."""
    return next((one for one in studies_of(job) if one.folder == cine_folder.parent), None)
