"""One segmentation at a time: a thread that takes the next job and runs it in a child process.

The process of the next job is started while there is none, so that its libraries are loaded.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Iterator, Sequence

from CMRSegmentationLib.errors import one_sentence
from CMRSegmentationWeb.child import Child, Message
from CMRSegmentationWeb.job_store import JobStore
from CMRSegmentationWeb.jobs import Job, State, Step
from CMRSegmentationWeb.refusals import RefusedError, conflict
from CMRSegmentationWeb.results import cines_of, left_out_of
from CMRSegmentationWeb.settings import Settings
from CMRSegmentationWeb.uploads import inputs_of

LOGGER = logging.getLogger(__name__)

SECONDS_BETWEEN_SWEEPS = 60.0
CANCELLED = "Cancelled."
MOST_SENTENCES = 5
"""Of what was left out, told one by one."""


class WorkQueue:
    """Runs the waiting jobs of a store one after the other until it is stopped."""

    def __init__(self, store: JobStore, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._running: str | None = None
        self._cancelled: set[str] = set()
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name="queue", daemon=True)

    def start(self) -> None:
        """Begins to work."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the running job and the thread; returns when both are gone."""
        with self._lock:
            self._stopped = True
            if self._child is not None:
                self._child.kill()
        self._store.wake()
        if self._thread.is_alive():
            self._thread.join()
        if self._child is not None:
            self._child.discard()
            self._child = None

    def cancel(self, identifier: str) -> None:
        """Ends a job that runs or waits, and removes what it had written.

        Raises:
            RefusedError: if it does neither.
        """
        with self._lock:
            while (job := self._store.get(identifier)).state is not State.RUNNING:
                if job.state.is_over:
                    raise conflict(f"The job is {job.state}.")
                is_receiving = job.state is State.RECEIVING
                changes = {"state": State.CANCELLED, "message": CANCELLED}
                with contextlib.suppress(RefusedError):  # its state has just changed: look again
                    self._store.change(identifier, job.state, lacks_files=is_receiving, **changes)
                    if is_receiving:
                        job.forget_upload()
                    return
            self._cancelled.add(identifier)
            if self._child is not None and self._running == identifier:
                self._child.kill()

    def _work(self) -> None:
        version = -1
        while not self._stopped:
            job = None
            with _going_on():
                self._load_ahead()
            with _going_on():
                self._store.remove_older_than(self._settings.keep_hours)
            with _going_on():
                job = self._store.start_next()
            if job is None:
                version = self._store.wait(version, SECONDS_BETWEEN_SWEEPS)
                continue
            with _going_on():
                self._run(job)

    def _load_ahead(self) -> None:
        """Starts the process of the next job, unless it is there."""
        with self._lock:
            if self._child is not None and not self._child.is_alive:
                self._child.discard()
                self._child = None
            if self._child is None and not self._stopped:
                self._child = Child()

    def _run(self, job: Job) -> None:
        any_done = False
        try:
            failure = self._segment(job)
            any_done = failure is None or bool(cines_of(job))
            failure = message_of(job, failure)
        except Exception as error:  # whatever it is, the next job is run
            LOGGER.debug("%s", job.id, exc_info=True)
            failure = one_sentence(error)
        with self._lock:  # so that nobody cancels between this look and the end
            was_cancelled = job.id in self._cancelled
            self._cancelled.discard(job.id)
            if self._stopped and not was_cancelled:
                return  # the job's file still says that it runs: the next server tells
            if was_cancelled:
                job.forget_results()
                self._store.end(job.id, State.CANCELLED, CANCELLED)
                return
            self._store.end(job.id, State.DONE if any_done else State.FAILED, failure or "")

    def _segment(self, job: Job) -> str | None:
        job.forget_results()

        def note(message: Message) -> None:
            if message:
                self._store.step(job.id, step_of(message))

        arguments = arguments_of(job, self._settings)
        self._load_ahead()
        with self._lock:
            if self._child is None or job.id in self._cancelled:
                return CANCELLED
            child, self._running = self._child, job.id
        try:
            return child.run(arguments, note)
        finally:
            with self._lock:
                self._child = self._running = None


@contextlib.contextmanager
def _going_on() -> Iterator[None]:
    """Lets the queue go on after any failure, which is logged without names of files."""
    try:
        yield
    except Exception as error:
        what = getattr(error, "strerror", None) or type(error).__name__
        LOGGER.warning("The queue goes on after a failure: %s", what)
        LOGGER.debug("It was", exc_info=True)


def arguments_of(job: Job, settings: Settings) -> Sequence[str]:
    """The command line that segments a job.

    Raises:
        RefusedError: if the job has no files.
    """
    inputs = [str(path) for path in inputs_of(job.upload_folder)]
    arguments = ["segment", *inputs, "-o", str(job.results_folder), "--progress", "json", "--pdf"]
    arguments += ["--labels-first", str(job.first_folder)]
    if job.choices.model is None and settings.model is not None:
        arguments += ["--model", settings.model]
    if settings.threads is not None:
        arguments += ["--threads", str(settings.threads)]
    return [*arguments, *job.choices.arguments()]


def message_of(job: Job, failure: str | None) -> str:
    """What the page says of a job: what was left out, without the folders of this computer."""
    sentences = list(left_out_of(job))
    if failure and failure not in sentences:
        sentences.insert(0, failure)
    shown = sentences[:MOST_SENTENCES]
    if len(sentences) > MOST_SENTENCES:
        shown.append(f"And {len(sentences) - MOST_SENTENCES} more were left out.")
    text = " ".join(shown)
    for folder in (job.upload_folder, job.folder):
        text = text.replace(f"{folder}{os.sep}", "")
    return text


def step_of(message: Message) -> Step:
    """The progress in a line of the command line."""
    done, total = message.get("done", 0), message.get("total", 1)
    return Step(str(message.get("stage", "")), int(done or 0), max(1, int(total or 1)))
