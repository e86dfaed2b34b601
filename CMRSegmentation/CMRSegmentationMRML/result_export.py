"""PDF and DICOM of a result, written by the child: what they need is not in Slicer's process."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import slicer

from CMRSegmentationLib.reporting.report import ClinicalReport

from .child_process import ChildProcess
from .cines import SceneCine, read_stack
from .dicom_source import name_in_source
from .exchange import write_cine
from .export import export_results
from .quitting import EndsWithSlicer
from .temporary_folder import TemporaryFolder

Written = Callable[[Path], None]
"""Takes the folder of the files that were written; it is removed afterwards."""


class ResultExport:
    """Writes files of one result at a time.

    Args:
        log: takes what the child writes beside its messages.
        failed: takes one sentence for the user.
    """

    def __init__(self, log: Callable[[str], None], failed: Callable[[str], None]) -> None:
        self._log, self._failed = log, failed
        self._child: ChildProcess | None = None
        self._folder: TemporaryFolder | None = None
        self._written: Written | None = None
        self._until_quit = EndsWithSlicer(self.cancel)

    @property
    def running(self) -> bool:
        """Whether the child works."""
        return self._child is not None

    def start(
        self,
        result: tuple[slicer.vtkMRMLSequenceNode, SceneCine, ClinicalReport],
        options: Sequence[str],
        written: Written,
        like: Sequence[Path] = (),
    ) -> None:
        """Starts the child; returns at once.

        Args:
            result: the segmentation sequence, its cine and its report.
            options: of the command `export`.
            written: called when the files are there.
            like: the folder that the cine was read from, or its files, of which the child gets
                copies; nothing gives it the images.

        Raises:
            CineError: if the images cannot be read.
            OSError: if they cannot be written for the child.
        """
        sequence, cine, report = result
        self._folder, self._written = TemporaryFolder(slicer.app.temporaryPath), written
        self._until_quit.begin()
        folder = self._folder.path
        try:
            result_folder = folder / "result" / (name_in_source(cine) or "cine")
            export_results(sequence, cine, report, result_folder)
            given = self._given(like, cine, report)
            self._child = ChildProcess(lambda _message: None, self._log, self._ended)
            self._child.start(self._arguments(result_folder, given, options), folder)
        except BaseException:
            self._clear_away()
            raise

    def _given(self, like: Sequence[Path], cine: SceneCine, report: ClinicalReport) -> Path:
        """What the child reads the images from."""
        if len(like) == 1:
            return like[0]
        if not like:
            images = self._folder.path / "cine.seq.nrrd"
            write_cine(images, read_stack(cine), report.input.view)
            return images
        copies = self._folder.path / "dicom"
        copies.mkdir()
        for number, file in enumerate(like):
            shutil.copyfile(file, copies / f"{number:05d}.dcm")
        return copies

    def _arguments(self, result: Path, like: Path, options: Sequence[str]) -> list[str]:
        command = ["-m", "CMRSegmentationLib", "export", str(result)]
        paths = ["--like", str(like), "-o", str(self._folder.path / "out")]
        return [*command, *paths, *options, "--progress", "json"]

    def cancel(self) -> None:
        """Ends the child; nothing is written."""
        child = self._child
        if child is not None:
            child.cancel()
            self._clear_away()

    def _ended(self, error: str | None) -> None:
        try:
            if error is None:
                self._written(self._folder.path / "out")
            else:
                self._failed(error)
        except OSError as problem:
            self._failed(str(problem))
        finally:
            self._clear_away()

    def _clear_away(self) -> None:
        self._child = None
        self._folder.remove()
        self._until_quit.end()


def copy_files(source: Path, target: Path) -> tuple[Path, ...]:
    """Copies the files of a folder into another one; returns the copies.

    Raises:
        OSError: if they cannot be written.
    """
    target.mkdir(parents=True, exist_ok=True)
    return tuple(Path(shutil.copy2(path, target)) for path in sorted(source.iterdir()))
