"""The child process that segments: its environment, its start, its end and its cancellation.

The work is done by the library's command line in Slicer's own Python, so that Slicer stays
responsive, GPU memory is freed at the end, and Cancel can end it at any time.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

import CMRSegmentationLib

from .child_messages import LineReader, Message, describe_end, parse_message
from .process_tree import end_process_tree

QT_VARIABLES = (
    "QT_PLUGIN_PATH",
    "QT_QPA_PLATFORM_PLUGIN_PATH",
    "QT_QPA_FONTDIR",
    "QML2_IMPORT_PATH",
)
"""Would make the child, or a tool that it starts, load Slicer's Qt plug-ins."""

END_WAIT_MS = 5000
WORDS_OF_COMMAND = 3
"""Logged of a command, such as `-m CMRSegmentationLib segment`; paths may name a patient."""

LOGGER = logging.getLogger(__name__)


def library_folder() -> Path:
    """The folder that holds the library's package, installed or in a clone."""
    return Path(CMRSegmentationLib.__file__).resolve().parent.parent


def python_executable() -> str:
    """Slicer's Python for scripts; outside of Slicer, the interpreter that runs this."""
    return shutil.which("PythonSlicer") or sys.executable


def child_environment(inherited: dict[str, str]) -> dict[str, str]:
    """The child finds the library, writes UTF-8 at once and loads no plug-ins of Slicer."""
    environment = {key: value for key, value in inherited.items() if key not in QT_VARIABLES}
    search_path = [str(library_folder()), *filter(None, [inherited.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(search_path)
    environment |= {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}
    return environment


class ChildProcess:
    """Runs one command in Slicer's Python and reports what it says.

    Args:
        on_message: called with every progress message.
        on_log: called with every other line of either stream.
        on_end: called once when the child ends by itself, with None or one sentence on what went
            wrong; never after `cancel`.
    """

    def __init__(
        self,
        on_message: Callable[[Message], None],
        on_log: Callable[[str], None],
        on_end: Callable[[str | None], None],
    ) -> None:
        self._on_message, self._on_log, self._on_end = on_message, on_log, on_end
        self._process: qt.QProcess | None = None
        self._output, self._errors = LineReader(), LineReader()
        self._last_message: Message | None = None
        self._last_error_line = ""

    @property
    def running(self) -> bool:
        """Whether the child was started and has not ended."""
        return self._process is not None

    def start(self, arguments: Sequence[str], working_folder: Path) -> None:
        """Starts `python ARGUMENTS…`; returns at once.

        The process has a parent: PythonQt destroys one without a parent together with its last
        reference in Python, which falls within a signal of the process, and Slicer crashes.
        """
        process = self._process = qt.QProcess(slicer.app)
        process.connect("readyReadStandardOutput()", self._read_output)
        process.connect("readyReadStandardError()", self._read_errors)
        process.connect("finished(int,QProcess::ExitStatus)", self._finished)
        process.connect("errorOccurred(QProcess::ProcessError)", self._failed)
        environment = qt.QProcessEnvironment()
        for key, value in child_environment(dict(os.environ)).items():
            environment.insert(key, value)
        process.setProcessEnvironment(environment)
        process.setWorkingDirectory(str(working_folder))
        program = python_executable()
        command = " ".join(arguments[:WORDS_OF_COMMAND])
        LOGGER.info("Starting %s %s", program, command)
        process.start(program, list(arguments))

    def cancel(self) -> None:
        """Ends the child and its children; returns when they are gone.

        Nothing is reported afterwards.
        """
        process, self._process = self._process, None
        if process is None:
            return
        process_id = process.processId()
        try:
            if process_id:
                end_process_tree(process_id)
        finally:
            process.kill()
            process.waitForFinished(END_WAIT_MS)
            process.deleteLater()

    def _read_output(self, final: bool = False) -> None:
        if self._process is None:
            return
        for line in self._output.feed(_bytes(self._process.readAllStandardOutput()), final=final):
            message = parse_message(line)
            if message is None:
                self._on_log(line)
            else:
                self._last_message = message
                self._on_message(message)

    def _read_errors(self, final: bool = False) -> None:
        if self._process is None:
            return
        for line in self._errors.feed(_bytes(self._process.readAllStandardError()), final=final):
            self._last_error_line = line
            self._on_log(line)

    def _finished(self, exit_code: int, exit_status: int) -> None:
        self._read_output(final=True)
        self._read_errors(final=True)
        last = self._last_message
        if exit_code == 0 and last is not None and last.stage == "finished":
            self._end(None)
            return
        failure = last.error if last is not None and last.stage == "failed" else ""
        crashed = exit_status != qt.QProcess.NormalExit
        self._end(describe_end(exit_code, crashed, failure, self._last_error_line))

    def _failed(self, error: int) -> None:
        if error == qt.QProcess.FailedToStart:
            message = _(
                "Slicer's Python ({path}) could not be started; reinstall Slicer if this persists."
            )
            self._end(message.format(path=python_executable()))

    def _end(self, error: str | None) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
            self._on_end(error)


def _bytes(data: qt.QByteArray) -> bytes:
    return bytes(data.data())
