"""The child process that segments, seen from the server: started ahead, read line by line."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import CMRSegmentationLib

LIBRARY_FOLDER = Path(CMRSegmentationLib.__file__).resolve().parents[1]
MAXIMUM_LINES_OF_ERRORS = 20

Message = Mapping[str, Any]


class Child:
    """A process that loads what a segmentation needs and then runs one job."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "CMRSegmentationWeb.worker"],
            cwd=LIBRARY_FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},
            start_new_session=True,
        )
        self._errors: deque[str] = deque(maxlen=MAXIMUM_LINES_OF_ERRORS)

    @property
    def is_alive(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def run(self, arguments: Sequence[str], on_message: Callable[[Message], None]) -> str | None:
        """Runs `python -m CMRSegmentationLib …` and waits for its end.

        Args:
            arguments: what follows the name of the library.
            on_message: called with every line of progress.

        Returns:
            None if everything was done, else one sentence.
        """
        reader = threading.Thread(target=self._read_errors, daemon=True)
        reader.start()
        last: Message = {}
        with self._process:
            self._send(arguments)
            assert self._process.stdout is not None
            for line in self._process.stdout:
                last = message_of(line) or last
                on_message(last)
            status = self._process.wait()
            reader.join()
        if status == 0 and last.get("stage") == "finished":
            return None
        return str(last.get("error") or self._last_error(status))

    def kill(self) -> None:
        """Ends the process and what it started at once; `run` returns soon after."""
        if not self.is_alive:
            return
        if os.name == "posix":
            os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()

    def discard(self) -> None:
        """Ends a process that got no job."""
        self.kill()
        with self._process:
            pass

    def _send(self, arguments: Sequence[str]) -> None:
        assert self._process.stdin is not None
        line = json.dumps(list(arguments)).encode() + b"\n"
        with contextlib.suppress(BrokenPipeError):  # it was killed, as its status says
            os.write(self._process.stdin.fileno(), line)

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        self._errors.extend(line.strip() for line in self._process.stderr)

    def _last_error(self, status: int) -> str:
        lines = [line for line in self._errors if line]
        return lines[-1] if lines else f"The segmentation ended unexpectedly (status {status})."


def message_of(line: str) -> Message:
    """The progress in a line; empty for any other line."""
    try:
        content = json.loads(line)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
