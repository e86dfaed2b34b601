"""A job: files, choices and how far it has come, in a folder of its own."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import time
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.whole_files import write_whole
from CMRSegmentationWeb.choices import Choices

JOB_FILE = "job.json"
IDENTIFIER = re.compile(r"[0-9a-f]{16}")
STOPPED = "The server was stopped while this was running; run it again."


class State(StrEnum):
    """What a job is at."""

    RECEIVING = "receiving"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself."""
        return self not in (State.RECEIVING, State.WAITING, State.RUNNING)


class JobError(UserError, ValueError):
    """A job's file that cannot be read."""


@dataclass(frozen=True)
class Step:
    """How far a running job has come: the stage of the command line and its part that is done."""

    stage: str = ""
    done: int = 0
    total: int = 1


@dataclass(frozen=True)
class Job:
    """One upload and what becomes of it.

    Attributes:
        id: 16 hexadecimal digits that cannot be guessed; the name of its folder.
        folder: where its files lie.
        name: for people, as the browser named the upload.
        created_s: seconds since 1970.
        state: what it is at.
        choices: model, device, phases and patient.
        message: why it failed or what was left out, for people.
        step: how far it has come while it runs.
        has_first_look: whether a cine of it has contours to look at while it runs.
        lacks_files: whether it ended before all its files had arrived.
    """

    id: str
    folder: Path
    name: str
    created_s: float
    state: State = State.RECEIVING
    choices: Choices = field(default_factory=Choices)
    message: str = ""
    step: Step = field(default_factory=Step)
    has_first_look: bool = False
    lacks_files: bool = False

    @classmethod
    def new(cls, root: Path, name: str) -> Job:
        """A job with an empty folder, which nobody but this user may read."""
        identifier = secrets.token_hex(8)
        folder = root / identifier
        folder.mkdir(mode=0o700)
        job = cls(identifier, folder, name, time.time())
        job.upload_folder.mkdir()
        return job

    @property
    def upload_folder(self) -> Path:
        """Where its inputs lie."""
        return self.folder / "upload"

    @property
    def results_folder(self) -> Path:
        """Where the command line writes."""
        return self.folder / "results"

    @property
    def first_folder(self) -> Path:
        """Where the command line writes labels as soon as they are there."""
        return self.folder / "first"

    @property
    def view_folder(self) -> Path:
        """Images made ready for the page."""
        return self.folder / "view"

    def as_json(self) -> dict[str, Any]:
        """What the page sees."""
        return {
            "id": self.id,
            "name": self.name,
            "created_s": self.created_s,
            "state": str(self.state),
            "choices": self.choices.as_json(),
            "message": self.message,
            "step": {"stage": self.step.stage, "done": self.step.done, "total": self.step.total},
            "has_first_look": self.has_first_look,
            "lacks_files": self.lacks_files,
        }

    def save(self) -> None:
        """Writes the job's file.

        Raises:
            OSError: if it cannot be written.
        """
        write_whole(self.folder / JOB_FILE, json.dumps(self.as_json()))

    @classmethod
    def load(cls, folder: Path) -> Job:
        """The job of a folder that an earlier server left.

        What was running says so, what was waiting still waits, what had not arrived has failed.

        Raises:
            JobError: if there is no readable job in the folder.
        """
        try:
            content = json.loads((folder / JOB_FILE).read_text("utf-8"))
            job = cls(
                folder.name,
                folder,
                str(content["name"]),
                float(content["created_s"]),
                State(content["state"]),
                Choices.from_json(content["choices"]),
                str(content["message"]),
                lacks_files=bool(content.get("lacks_files")),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise JobError(f"{folder.name} does not hold a job.") from error
        return job.after_restart()

    def after_restart(self) -> Job:
        """The job as it stands when a server has taken it over from one that ended."""
        if self.state is State.RUNNING:
            return replace(self, state=State.INTERRUPTED, message=STOPPED)
        if self.state is State.RECEIVING:
            sentence = "The server was stopped before all files had arrived; drop them again."
            self.forget_upload()
            return replace(self, state=State.FAILED, message=sentence, lacks_files=True)
        return self

    def forget_results(self) -> None:
        """Removes what was made of its inputs."""
        for folder in (self.results_folder, self.first_folder, self.view_folder):
            shutil.rmtree(folder, ignore_errors=True)

    def forget_upload(self) -> None:
        """Removes what has arrived, so that half an examination is not segmented."""
        shutil.rmtree(self.upload_folder, ignore_errors=True)
        self.upload_folder.mkdir(exist_ok=True)  # a file may still arrive

    def forget(self) -> None:
        """Removes everything, the job's file last: a server that is killed finds the rest by it."""
        self.forget_results()
        for folder in (self.upload_folder, self.folder):
            shutil.rmtree(folder, ignore_errors=True)
