"""All jobs of a server, in a folder that only it uses."""

from __future__ import annotations

import logging
import os
import threading
import time
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

from CMRSegmentationLib.errors import UsageError, one_sentence
from CMRSegmentationWeb.folder_lock import lock
from CMRSegmentationWeb.jobs import IDENTIFIER, Job, JobError, State, Step
from CMRSegmentationWeb.refusals import RefusedError, conflict, not_found

LOGGER = logging.getLogger(__name__)

MARK = ".cmrsegmentation-web"
"""The file that tells a folder of this server from one that somebody else uses."""
FIRST_LOOK = "labels"
"""The stage by which the command line says that labels can be looked at."""
SECONDS_AN_HOUR = 3600.0


class JobStore:
    """Jobs by their identifiers; safe to use from several threads.

    Args:
        folder: made if it is missing; jobs of an earlier server in it are taken over.
        most_jobs: kept at a time.

    Raises:
        UsageError: if the folder cannot be written to or holds something else, or another server
            is at work in it.
    """

    def __init__(self, folder: Path, most_jobs: int) -> None:
        self.folder, self.most_jobs = folder, most_jobs
        self._changed = threading.Condition(threading.RLock())
        self._version = 0
        self._unlock = weakref.finalize(self, os.close, _take_over(folder))
        self._jobs = {job.id: job for job in _load_all(folder)}
        self._removed: list[Job] = []

    def all(self) -> list[Job]:
        """Every job, the latest first."""
        with self._changed:
            return sorted(self._jobs.values(), key=lambda job: -job.created_s)

    def get(self, identifier: str, *allowed: State) -> Job:
        """One job, in one of the allowed states (none given: in any).

        Raises:
            RefusedError: if there is none, or it is in another state.
        """
        with self._changed:
            if identifier not in self._jobs:
                raise not_found("job")
            job = self._jobs[identifier]
            if allowed and job.state not in allowed:
                raise conflict(f"The job is {job.state}.")
            return job

    def create(self, name: str) -> Job:
        """A new job that receives files.

        Raises:
            RefusedError: if there are too many.
        """
        with self._changed:
            if len(self._jobs) >= self.most_jobs:
                raise conflict(
                    f"There are {self.most_jobs} jobs already, the most this server keeps; remove "
                    "one first."
                )
            return self._put(Job.new(self.folder, name))

    def change(self, identifier: str, *allowed: State, **changes: Any) -> Job:
        """Replaces values of a job that is in one of the allowed states (none given: in any).

        Raises:
            RefusedError: if there is no such job or it is in another state.
        """
        with self._changed:
            return self._put(replace(self.get(identifier, *allowed), **changes))

    def step(self, identifier: str, step: Step) -> None:
        """Takes note of how far a job has come, which is not kept in its file."""
        with self._changed:
            job = self._jobs[identifier]
            has_first_look = job.has_first_look or step.stage == FIRST_LOOK
            self._jobs[identifier] = replace(job, step=step, has_first_look=has_first_look)
            self._tell()

    def start_next(self) -> Job | None:
        """The job that has waited longest, which runs from now on; None if none waits."""
        with self._changed:
            waiting = [job for job in self.all() if job.state is State.WAITING]
            if not waiting:
                return None
            job = waiting[-1]
            try:
                return self.change(job.id, state=State.RUNNING, has_first_look=False)
            except OSError as error:
                self._fail(job, error)
                return None

    def end(self, identifier: str, state: State, message: str) -> None:
        """Takes note of how a running job ended; it has failed if that cannot be written."""
        with self._changed:
            try:
                self.change(identifier, state=state, message=message)
            except OSError as error:
                self._fail(self.get(identifier), error)

    def remove(self, identifier: str) -> None:
        """Forgets a job that does not run, with its files.

        Raises:
            RefusedError: if there is no such job, or it runs.
        """
        with self._changed:
            job = self.get(identifier)
            if job.state is State.RUNNING:
                raise conflict("The job is running; cancel it first.")
            del self._jobs[identifier]
            self._removed.append(job)
            self._tell()
        job.forget()

    def remove_older_than(self, hours: float) -> None:
        """Removes every job of a certain age that does not run, and what came after a removal."""
        self._remove_late_files()
        limit = time.time() - hours * SECONDS_AN_HOUR
        for job in self.all():
            if job.created_s < limit and job.state is not State.RUNNING:
                self.remove(job.id)

    def empty(self) -> None:
        """Removes all jobs, whatever their state, and the folder, if nothing else is in it.

        What cannot be removed is logged and stays for the next server to take over.
        """
        with self._changed:
            self._removed += self.all()
            self._jobs.clear()
            self._tell()
        self._remove_late_files()
        left = [job.id for job in self._removed if job.folder.exists()]
        self._unlock()
        if left:
            LOGGER.warning("Remove by hand in %s: %s", self.folder, ", ".join(left))
            return
        (self.folder / MARK).unlink(missing_ok=True)
        if not any(self.folder.iterdir()):
            self.folder.rmdir()

    def wait(self, version: int, seconds: float) -> int:
        """Waits until something has changed since a version, at most so long.

        Returns:
            The present version.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._version != version, seconds)
            return self._version

    def wake(self) -> None:
        """Ends every wait."""
        with self._changed:
            self._tell()

    def _remove_late_files(self) -> None:
        """Removes what was still being written of jobs while they were removed."""
        with self._changed:
            late = [job for job in self._removed if job.folder.exists()]
        for job in late:
            job.forget()

    def _fail(self, job: Job, error: OSError) -> None:
        """Says of a job that its folder is gone or full, which cannot be written there."""
        LOGGER.warning("%s: %s", job.id, one_sentence(error))
        self._jobs[job.id] = replace(job, state=State.FAILED, message=one_sentence(error))
        self._tell()

    def _put(self, job: Job) -> Job:
        job.save()
        self._jobs[job.id] = job
        self._tell()
        return job

    def _tell(self) -> None:
        self._version += 1
        self._changed.notify_all()


def _take_over(folder: Path) -> int:
    try:
        return _mark(folder)
    except OSError as error:
        raise UsageError(
            f"Expected a folder for uploads and results that can be written to, found {folder} "
            f"({error.strerror}); name another one with --folder."
        ) from error


def _mark(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark = folder / MARK
    if not mark.exists() and any(folder.iterdir()):
        raise UsageError(
            f"Expected a folder that is empty or was made by this server, found other files in "
            f"{folder}; name another one, as it is emptied at the end."
        )
    return lock(mark)


def _load_all(folder: Path) -> list[Job]:
    jobs = []
    for entry in sorted(folder.iterdir()):
        if not IDENTIFIER.fullmatch(entry.name):
            continue
        try:
            job = Job.load(entry)
        except (JobError, RefusedError) as error:
            LOGGER.warning("%s", error)
            continue
        job.save()
        jobs.append(job)
    return jobs
