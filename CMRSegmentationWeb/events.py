"""Server-sent events: the server's key, then the list of jobs whenever something has changed.

The key comes first on every stream, as a server that was started anew has another one: what the
list shows can be clicked at once.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus

from CMRSegmentationWeb.job_store import JobStore
from CMRSegmentationWeb.refusals import RefusedError

STREAM_SECONDS = 30.0
"""A stream ends after this and the browser opens the next."""
SECONDS_BETWEEN_LOOKS = 1.0
"""How long a page that was closed or loaded again may hold its stream."""
SECONDS_BETWEEN_EVENTS = 0.2
RETRY_MS = 300
MAXIMUM_STREAMS = 8


class Events:
    """Streams of a server; each of them keeps one of its threads busy."""

    def __init__(self, store: JobStore, key: str) -> None:
        self._store = store
        self._key = key
        self._free = threading.BoundedSemaphore(MAXIMUM_STREAMS)

    def stream(self, is_gone: Callable[[], bool]) -> Iterator[str]:
        """One stream of events.

        Args:
            is_gone: whether the page was closed.

        Raises:
            RefusedError: if too many pages are open.
        """
        if not self._free.acquire(blocking=False):
            sentence = "Too many pages are open; close one."
            raise RefusedError(sentence, HTTPStatus.SERVICE_UNAVAILABLE)
        return self._events(is_gone)

    def _events(self, is_gone: Callable[[], bool]) -> Iterator[str]:
        try:
            yield f"retry: {RETRY_MS}\nevent: key\ndata: {self._key}\n\n"
            end, version = time.monotonic() + STREAM_SECONDS, -1
            while time.monotonic() < end and not is_gone():
                before, version = version, self._store.wait(version, SECONDS_BETWEEN_LOOKS)
                if version == before:
                    continue
                yield f"data: {json.dumps([job.as_json() for job in self._store.all()])}\n\n"
                time.sleep(SECONDS_BETWEEN_EVENTS)
        finally:
            self._free.release()
