"""One cine of a run: its images go out to the child, its labels and report come into the scene."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.findings import Finding, FindingCode, Origin
from CMRSegmentationLib.image import CineStack, Geometry, Label, LabelMap, View
from CMRSegmentationLib.reading.files import ReadError
from CMRSegmentationLib.reading.files import read_labels as read_label_file
from CMRSegmentationLib.reporting.report import ClinicalReport
from CMRSegmentationLib.reporting.report_files import ReportError, read_report
from CMRSegmentationLib.segmenting.model import ModelBundle

from .choices import CineView
from .cines import CineError, SceneCine, find_cine, grid_of, view_of
from .curves import frames_of
from .exchange import write_cine
from .library_words import finding_text
from .models import servable_models
from .results import keep_run, replace_results
from .segmentations import add_segmentation, segmentations_of
from .sequences import unchanged_on_failure, with_browser
from .settings import RunSettings
from .shown_results import choose_result
from .suitability import read_suitable_stack

IN_EVERY_VIEW = (Label.LV, Label.MYO)
"""A result without one of them is none: on a head or a bottle of water the model finds specks of
one structure."""
GRID_TOLERANCE_MM = 0.01
"""NIfTI keeps matrices in single precision."""
UNUSABLE = (CineError, ReadError, ReportError, OSError, ValueError)
"""What is raised where a result cannot be used."""


class CineJob:
    """Segments one cine as a part of a run.

    Args:
        cine: what is segmented.
        settings: what the user chose.
        name: of its files, unique in the run.
        models_folder: where the child finds its models.

    Attributes:
        kept: a sentence for each earlier result that the new one could not replace.
    """

    def __init__(
        self, cine: SceneCine, settings: RunSettings, name: str, models_folder: Path
    ) -> None:
        self.cine, self.settings, self.name = cine, settings, name
        self.kept: list[str] = []
        self._models_folder = models_folder
        self._stack: CineStack | None = None
        self._frames, self._findings = 0, ()
        self._geometry: Geometry | None = None

    def prepare(self) -> None:
        """Reads the images.

        Raises:
            CineError: if the cine cannot be read, is no cardiac MRI, its view is open, or no model
                serves it.
        """
        self._check_model()
        stack = self._stack = read_suitable_stack(self.cine)
        self._frames, self._geometry, self._findings = stack.frames, stack.geometry, stack.findings
        self._check_view()

    def _check_model(self) -> None:
        """That there is a model for a view that is known; the child finds out one that is not."""
        view = self._known_view()
        models: tuple[ModelBundle, ...] = servable_models(self._models_folder, self.settings.model)
        if view is not None and models and not any(view in model.views for model in models):
            message = _(
                "There is no model for the view of {name} ({view}); choose another view or model "
                "under Advanced."
            )
            raise CineError(message.format(name=self.cine.name, view=CineView(view.value).label()))

    def _known_view(self) -> View | None:
        automatic = self.settings.view == CineView.AUTOMATIC.value
        return view_of(self.cine) if automatic else View(self.settings.view)

    def _check_view(self) -> None:
        """That the view is not left to the child where the reader could not determine it.

        The reader saw the short-axis stack of the same examination, which the child does not.
        """
        unknown = next((f for f in self._findings if f.code is FindingCode.VIEW_UNKNOWN), None)
        if unknown is not None and self.settings.view == CineView.AUTOMATIC.value:
            message = _("{reason} Choose the view of {name} under Advanced.")
            raise CineError(message.format(reason=finding_text(unknown), name=self.cine.name))

    def write(self, folder: Path, with_view: bool = False) -> None:
        """Writes the images for the child; with the view where the command line does not name it.

        They are not kept beside: a large cine takes a gigabyte, and the child has its own.

        Raises:
            OSError: if they cannot be written, as on a full disk.
        """
        write_cine(self.image(folder), self._stack, self._known_view() if with_view else None)
        self._stack = None

    def image(self, folder: Path) -> Path:
        """The file of the images."""
        return folder / f"{self.name}.seq.nrrd"

    def is_written(self, output: Path) -> bool:
        """Whether the child has written a result; it moves the files of a cine into place whole."""
        return (output / self.name / "report.json").is_file()

    def add_result(self, output: Path) -> slicer.vtkMRMLSequenceNode:
        """Adds the child's result to the scene, in place of earlier ones if the user wants that.

        Raises:
            CineError, ReadError, ReportError, OSError, ValueError: if it cannot be used; the scene
                is as it was.
        """
        labels, report = self._read(output / self.name)
        self._check_heart(labels)
        self._check_cine()
        earlier = segmentations_of(self.cine) if self.settings.replace else []
        with unchanged_on_failure():
            cine = with_browser(find_cine(self.cine.node))  # its browser may have gone meanwhile
            sequence = add_segmentation(cine, labels, frames_of(report))
            keep_run(sequence, cine, report, labels, self.settings.patient)
        choose_result(sequence)
        self.kept = replace_results(earlier, sequence, cine)
        return sequence

    def _read(self, folder: Path) -> tuple[LabelMap, ClinicalReport]:
        labels = read_label_file(folder / "labels.nii.gz")
        same_grid = labels.geometry.matches(self._geometry, GRID_TOLERANCE_MM)
        if labels.frames != self._frames or not same_grid:
            message = _(
                "The segmentation that came back does not lie on the grid of the cine; see the log."
            )
            raise CineError(message)
        report = read_report(folder / "report.json")
        findings = (*self._findings, *_of_the_child(report.findings, self._findings))
        return LabelMap(labels.array, self._geometry), replace(report, findings=findings)

    def _check_heart(self, labels: LabelMap) -> None:
        if not all((labels.array == label).any() for label in IN_EVERY_VIEW):
            message = _(
                "No heart was found in {name}, so nothing was added; choose a cardiac cine MRI."
            )
            raise CineError(message.format(name=self.cine.name))

    def _check_cine(self) -> None:
        """That what was segmented is still there and still the same."""
        if not self.cine.exists:
            message = _(
                "The cine was removed from the scene while it was being segmented, so nothing was "
                "added."
            )
            raise CineError(message)
        grid = grid_of(self.cine)
        if self.cine.frames != self._frames or not grid.matches(self._geometry):
            message = _("The cine was changed while it was being segmented, so nothing was added.")
            raise CineError(message)


def _of_the_child(findings: Iterable[Finding], read_before: Iterable[Finding]) -> Iterator[Finding]:
    """The findings of a run, less those that the child's reader repeats of a copy of the cine."""
    known = {finding.code for finding in read_before}
    for finding in findings:
        if finding.origin is not Origin.READER or finding.code not in known:
            yield finding
