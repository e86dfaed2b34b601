"""Server-sent events: the list of jobs whenever something has changed."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http import HTTPStatus

from CMRSegmentationWeb.job_store import JobStore
from CMRSegmentationWeb.refusals import RefusedError

STREAM_SECONDS = 30.0
"""A stream ends after this and the browser opens the next: no closed page holds one."""
SECONDS_BETWEEN_EVENTS = 0.2
RETRY_MS = 300
MOST_STREAMS = 8


class Events:
    """Streams of a server; each of them keeps one of its threads busy."""

    def __init__(self, store: JobStore) -> None:
        self._store = store
        self._free = threading.BoundedSemaphore(MOST_STREAMS)

    def stream(self) -> Iterator[str]:
        """One stream of events.

        Raises:
            RefusedError: if too many pages are open.
        """
        if not self._free.acquire(blocking=False):
            sentence = "Too many pages are open; close one."
            raise RefusedError(sentence, HTTPStatus.SERVICE_UNAVAILABLE)
        return self._events()

    def _events(self) -> Iterator[str]:
        try:
            yield f"retry: {RETRY_MS}\n\n"
            end, version = time.monotonic() + STREAM_SECONDS, -1
            while (left := end - time.monotonic()) > 0:
                version = self._store.wait(version, left)
                yield f"data: {json.dumps([job.as_json() for job in self._store.all()])}\n\n"
                time.sleep(SECONDS_BETWEEN_EVENTS)
        finally:
            self._free.release()
