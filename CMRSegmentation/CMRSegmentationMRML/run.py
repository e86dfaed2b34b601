"""One run: the cine goes out to the child process, its labels and report come back into the scene, or nothing does."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.findings import Finding, FindingCode, Origin
from CMRSegmentationLib.image import CineStack, Label, LabelMap, View
from CMRSegmentationLib.reading.files import ReadError
from CMRSegmentationLib.reading.files import read_labels as read_label_file
from CMRSegmentationLib.reporting.report import ClinicalReport
from CMRSegmentationLib.reporting.report_files import ReportError, read_report
from CMRSegmentationLib.segmenting.model import MODELS_FOLDER

from .child_messages import Message
from .child_process import ChildProcess
from .choices import CineView
from .cines import CineError, SceneCine, find_cine, read_stack, view_of
from .curves import frames_of
from .exchange import write_cine
from .models import usable_models
from .quitting import EndsWithSlicer
from .results import keep_report, measure_again, remove_result
from .segmentations import add_segmentation, segmentations_of
from .sequences import unchanged_on_failure, with_browser
from .settings import RunSettings
from .suitability import read_suitable_stack
from .temporary_folder import TemporaryFolder

INPUT_NAME = "cine"
IN_EVERY_VIEW = (Label.LV, Label.MYO)
"""A result without one of them is none: on a head or a bottle of water the model finds specks of one structure."""
GRID_TOLERANCE_MM = 0.01
"""NIfTI keeps matrices in single precision."""

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunEvents:
    """Whom a run tells what.

    Attributes:
        progress: every message of the child.
        log: every line that belongs in the log.
        done: the new segmentation sequence.
        failed: one sentence for the user; the scene is as it was.
    """

    progress: Callable[[Message], None]
    log: Callable[[str], None]
    done: Callable[[slicer.vtkMRMLSequenceNode], None]
    failed: Callable[[str], None]


class SegmentationRun:
    """Segments one cine in a child process.

    Args:
        cine: what is segmented.
        settings: what the user chose.
        events: whom it tells what.
        models_folder: where the child finds its models, to tell a failure from their removal.
    """

    def __init__(
        self,
        cine: SceneCine,
        settings: RunSettings,
        events: RunEvents,
        models_folder: Path = MODELS_FOLDER,
    ) -> None:
        self.cine = cine
        self._models_folder = models_folder
        self._settings, self._events = settings, events
        self._child = ChildProcess(events.progress, events.log, self._ended)
        self._folder: TemporaryFolder | None = None
        self._stack: CineStack | None = None
        self._until_quit = EndsWithSlicer(self.cancel)

    @property
    def running(self) -> bool:
        """Whether the child works."""
        return self._child.running

    def start(self) -> None:
        """Writes the images and starts the child; returns at once.

        Raises:
            CineError: if the cine cannot be read, is no cardiac MRI, its view is open, or no model
                serves it.
            OSError: if the images cannot be written, as on a full disk.
        """
        self._check_model()
        self._stack = read_suitable_stack(self.cine)
        self._check_view()
        try:
            self._launch()
        except OSError as problem:
            message = _("The images could not be written for the segmentation: {reason}.")
            raise OSError(message.format(reason=problem.strerror or problem)) from problem

    def _launch(self) -> None:
        self._folder = TemporaryFolder(slicer.app.temporaryPath)
        self._until_quit.begin()
        try:
            write_cine(self._image, self._stack)
            self._child.start(
                self._settings.arguments(self._image, self._output), self._folder.path
            )
        except BaseException:
            self._clear_away()
            raise

    def _check_model(self) -> None:
        """That there is a model for a view that is known; the child finds out one that is not."""
        view = (
            view_of(self.cine)
            if self._settings.view == CineView.AUTOMATIC.value
            else View(self._settings.view)
        )
        models = usable_models(self._models_folder)
        if view is not None and models and not any(view in model.views for model in models):
            message = _(
                "There is no model for the view of {name} ({view}); choose another view under Advanced."
            )
            raise CineError(message.format(name=self.cine.name, view=CineView(view.value).label()))

    def _check_view(self) -> None:
        """That the view is not left to the child where the reader, who saw the stack beside the plane, named none."""
        unknown = next(
            (
                finding
                for finding in self._stack.findings
                if finding.code is FindingCode.VIEW_UNKNOWN
            ),
            None,
        )
        if unknown is not None and self._settings.view == CineView.AUTOMATIC.value:
            message = _("{reason} Choose the view of {name} under Advanced.")
            raise CineError(message.format(reason=unknown.message, name=self.cine.name))

    def cancel(self) -> None:
        """Ends the child and removes the images; the scene is as it was."""
        self._child.cancel()
        if self._folder is not None:
            self._clear_away()

    def _clear_away(self) -> None:
        self._folder.remove()
        self._until_quit.end()

    @property
    def _image(self) -> Path:
        return self._folder.path / f"{INPUT_NAME}.seq.nrrd"

    @property
    def _output(self) -> Path:
        return self._folder.path / "output"

    def _ended(self, error: str | None) -> None:
        sequence = None
        try:
            if error is None:
                sequence = self._add_result()
        except (CineError, ReadError, ReportError, OSError, ValueError) as problem:
            LOGGER.debug("The result could not be used.", exc_info=True)
            error = str(problem)
        finally:
            self._clear_away()
        if sequence is None:
            self._events.failed(self._explained(self._without_paths(error)))
        else:
            self._events.done(sequence)

    def _without_paths(self, sentence: str) -> str:
        """A sentence with the name of the cine in place of the temporary file, and no temporary folder."""
        return sentence.replace(str(self._image), self.cine.name).replace(
            f"{self._output / INPUT_NAME}{os.sep}", ""
        )

    def _explained(self, sentence: str) -> str:
        """What the child said; if there is no model any more, that, and the log holds what the child said."""
        if usable_models(self._models_folder):
            return sentence
        self._events.log(sentence)
        return _("There is no model any more that can be used; install the extension again.")

    def _add_result(self) -> slicer.vtkMRMLSequenceNode:
        labels, report = self._read_output()
        self._check_heart(labels)
        self._check_cine()
        earlier = segmentations_of(self.cine) if self._settings.replace else []
        with unchanged_on_failure():
            cine = with_browser(find_cine(self.cine.node))  # its browser may have gone meanwhile
            sequence = add_segmentation(cine, labels, frames_of(report))
            keep_report(sequence, report)
            measure_again(sequence, cine, self._settings.patient, labels)
        for old in earlier:
            remove_result(old)
        return sequence

    def _read_output(self) -> tuple[LabelMap, ClinicalReport]:
        folder = self._output / INPUT_NAME
        labels = read_label_file(folder / "labels.nii.gz")
        stack = self._stack
        if labels.frames != stack.frames or not labels.geometry.matches(
            stack.geometry, GRID_TOLERANCE_MM
        ):
            raise CineError(
                _(
                    "The segmentation that came back does not lie on the grid of the cine; see the log."
                )
            )
        report = read_report(folder / "report.json")
        findings = (*stack.findings, *_said_by_the_child(report.findings, stack.findings))
        return LabelMap(labels.array, stack.geometry), replace(report, findings=findings)

    def _check_heart(self, labels: LabelMap) -> None:
        if not all((labels.array == label).any() for label in IN_EVERY_VIEW):
            message = _(
                "No heart was found in {name}, so nothing was added; choose a cardiac cine MRI."
            )
            raise CineError(message.format(name=self.cine.name))

    def _check_cine(self) -> None:
        """That what was segmented is still there and still the same."""
        if not self.cine.exists:
            raise CineError(
                _(
                    "The cine was removed from the scene while it was being segmented, so nothing was added."
                )
            )
        now = read_stack(self.cine)
        if now.frames != self._stack.frames or not now.geometry.matches(self._stack.geometry):
            raise CineError(
                _("The cine was changed while it was being segmented, so nothing was added.")
            )


def _said_by_the_child(
    findings: Iterable[Finding], read_before: Iterable[Finding]
) -> Iterator[Finding]:
    """The findings of a run, less what the child's reader repeats: it read a copy of the same cine."""
    known = {finding.code for finding in read_before}
    for finding in findings:
        if finding.origin is not Origin.READER or finding.code not in known:
            yield finding


def run_and_wait(
    start: Callable[[SceneCine, RunSettings, RunEvents], SegmentationRun],
    cine: SceneCine,
    settings: RunSettings,
) -> slicer.vtkMRMLSequenceNode:
    """Runs with the event loop turning, for scripts, and returns the segmentation sequence.

    Raises:
        RuntimeError: if the child failed, or Slicer quits before it has ended; the message says
            why.
    """
    loop = qt.QEventLoop()
    ended: list[object] = []

    def end(result: object) -> None:
        ended.append(result)
        loop.quit()

    run = start(cine, settings, RunEvents(lambda _message: None, LOGGER.info, end, end))
    if run.running:
        turn = (
            loop.exec if hasattr(loop, "exec") else loop.exec_
        )  # PythonQt has the second name alone
        turn()
    if not ended:
        raise RuntimeError(_("Slicer quit before {name} was segmented.").format(name=cine.name))
    if isinstance(ended[0], str):
        raise RuntimeError(ended[0])
    return ended[0]
