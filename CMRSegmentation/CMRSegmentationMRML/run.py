"""A run: one cine or several go to one child process, which segments one after the other.

What comes back is added to the scene at the end, so that a run that is canceled or fails leaves the
scene as it was.
"""

from __future__ import annotations

import csv
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.reporting.results import SUMMARY_FILE
from CMRSegmentationLib.segmenting.model import MODELS_FOLDER

from .child_messages import Message
from .child_process import ChildProcess
from .cine_job import UNUSABLE, CineJob
from .cines import CineError, SceneCine, out_of_memory
from .models import usable_models
from .quitting import EndsWithSlicer
from .settings import RunSettings
from .temporary_folder import TemporaryFolder

INPUT_NAME = "cine"
READ_STAGE = "read"
"""The child begins every cine with this stage."""

LOGGER = logging.getLogger(__name__)

Order = tuple[SceneCine, RunSettings]
"""A cine, and what the user chose for it."""


@dataclass(frozen=True)
class RunEvents:
    """What a run reports, and to whom.

    Attributes:
        progress: every message of the child.
        log: every line that belongs in the log.
        done: the new segmentation sequence, or the first of several.
        failed: one sentence for the user; the scene is as it was.
    """

    progress: Callable[[Message], None]
    log: Callable[[str], None]
    done: Callable[[slicer.vtkMRMLSequenceNode], None]
    failed: Callable[[str], None]


class SegmentationRun:
    """Segments cines in a child process.

    Args:
        orders: at least one cine with its settings; several share model, device and phases.
        events: what it reports, and to whom.
        models_folder: where the child finds its models, to tell a failure from their removal.

    Attributes:
        results: the new segmentation sequences, when the run is done.
        failures: a sentence for each cine that could not be segmented while others were.
        kept: a sentence for each earlier result that the new ones could not replace.
    """

    def __init__(
        self, orders: Sequence[Order], events: RunEvents, models_folder: Path = MODELS_FOLDER
    ) -> None:
        self.results: list[slicer.vtkMRMLSequenceNode] = []
        self.failures: list[str] = []
        self.kept: list[str] = []
        self._events, self._models_folder = events, models_folder
        self._several = len(orders) > 1
        self._jobs = [
            CineJob(cine, settings, self._file_name(index), models_folder)
            for index, (cine, settings) in enumerate(orders)
        ]
        self._child = ChildProcess(self._progressed, events.log, self._ended)
        self._folder: TemporaryFolder | None = None
        self._at_work = -1
        self._until_quit = EndsWithSlicer(self.cancel)

    def _file_name(self, index: int) -> str:
        return f"{INPUT_NAME}_{index + 1:02d}" if self._several else INPUT_NAME

    @property
    def running(self) -> bool:
        """Whether the child works."""
        return self._child.running

    def start(self) -> None:
        """Writes the images and starts the child; returns at once.

        Of several cines, those that cannot be segmented are left out and become failures.

        Raises:
            CineError: if no cine can be segmented; the reason is that of the last.
            OSError: if the images cannot be written, as on a full disk.
        """
        self._jobs = [job for job in self._jobs if self._is_prepared(job)]
        if not self._jobs:
            raise CineError(self.failures[-1])
        try:
            self._launch()
        except OSError as problem:
            message = _("The images could not be written for the segmentation: {reason}.")
            raise OSError(message.format(reason=problem.strerror or problem)) from problem

    def _is_prepared(self, job: CineJob) -> bool:
        try:
            job.prepare()
        except CineError as problem:
            self.failures.append(str(problem))
            return False
        return True

    def _launch(self) -> None:
        self._folder = TemporaryFolder(slicer.app.temporaryPath)
        self._until_quit.begin()
        folder = self._folder.path
        try:
            for job in self._jobs:
                job.write(folder, with_view=self._several)
            settings = self._jobs[0].settings
            if self._several:
                settings = replace(settings, view="auto")
            images = [job.image(folder) for job in self._jobs]
            self._child.start(settings.arguments(images, self._output), folder)
        except BaseException:
            self._clear_away()
            raise

    def cancel(self) -> None:
        """Ends the child and removes the images; the scene is as it was."""
        try:
            self._child.cancel()
        finally:
            if self._folder is not None:
                self._clear_away()

    def _clear_away(self) -> None:
        self._folder.remove()
        self._until_quit.end()

    @property
    def _output(self) -> Path:
        return self._folder.path / "output"

    def _progressed(self, message: Message) -> None:
        if message.stage == READ_STAGE and message.done == 0:
            self._at_work = min(self._at_work + 1, len(self._jobs) - 1)
        if self._several and self._at_work >= 0:
            place = _("{name} ({number} of {total})").format(
                name=self._jobs[self._at_work].cine.name,
                number=self._at_work + 1,
                total=len(self._jobs),
            )
            message = replace(message, cine=place)
        self._events.progress(message)

    def _ended(self, error: str | None) -> None:
        reasons = self._reasons() if error is not None and self._several else {}
        try:
            for job in self._jobs:
                self._take(job, reasons.get(job.name, error))
        finally:
            self._clear_away()
        if self.results:
            self._events.done(self.results[0])
        else:
            self._events.failed(self._explained(self.failures[-1]))

    def _reasons(self) -> dict[str, str]:
        """Why cines were not segmented, from the child's table, by the names of their files."""
        table = self._output / SUMMARY_FILE
        if not table.is_file():
            return {}
        with table.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["status"] != "done"]
        names = {str(job.image(self._folder.path)): job.name for job in self._jobs}
        return {names[row["input"]]: row["message"] for row in rows if row["input"] in names}

    def _take(self, job: CineJob, error: str | None) -> None:
        """Adds a result; that of one cine among several also if another one failed."""
        if error is None or (self._several and job.is_written(self._output)):
            try:
                self.results.append(job.add_result(self._output))
                self._say_kept(job)
                return
            except MemoryError:
                LOGGER.debug("The result finds no room.", exc_info=True)
                error = out_of_memory(job.cine.name)
            except UNUSABLE as problem:
                LOGGER.debug("The result could not be used.", exc_info=True)
                error = str(problem)
            except Exception as defect:  # or the panel would wait for the end of the run for ever
                LOGGER.exception("The result could not be taken.")
                error = _unforeseen(defect)
        self.failures.append(self._without_paths(error, job))

    def _say_kept(self, job: CineJob) -> None:
        self.kept += job.kept
        for sentence in job.kept:
            self._events.log(sentence)

    def _without_paths(self, sentence: str, job: CineJob) -> str:
        """A sentence that names the cine in place of the temporary file."""
        named = sentence.replace(str(job.image(self._folder.path)), job.cine.name)
        return named.replace(f"{self._output / job.name}{os.sep}", "")

    def _explained(self, sentence: str) -> str:
        """The reason of the failure; where every model has gone meanwhile, that is the reason."""
        if usable_models(self._models_folder):
            return sentence
        self._events.log(sentence)
        return _("There is no model any more that can be used; install the extension again.")


def _unforeseen(defect: Exception) -> str:
    message = _(
        "The result could not be added because of an error in this module ({reason}); Slicer's "
        "error log has the details."
    )
    return message.format(reason=f"{type(defect).__name__}: {defect}")


def run_and_wait(
    start: Callable[[Sequence[Order], RunEvents], SegmentationRun],
    orders: Sequence[Order],
) -> SegmentationRun:
    """Runs with the event loop turning, for scripts, and returns the run with its results.

    Raises:
        RuntimeError: if nothing was segmented, or Slicer quits before the end; the message says
            why.
    """
    loop = qt.QEventLoop()
    ended: list[object] = []

    def end(result: object) -> None:
        ended.append(result)
        loop.quit()

    run = start(orders, RunEvents(lambda _message: None, LOGGER.info, end, end))
    if run.running:
        turn = (
            loop.exec if hasattr(loop, "exec") else loop.exec_
        )  # PythonQt has the second name alone
        turn()
    if not ended:
        names = ", ".join(cine.name for cine, _settings in orders)
        raise RuntimeError(_("Slicer quit before {name} was segmented.").format(name=names))
    if isinstance(ended[0], str):
        raise RuntimeError(ended[0])
    return run
