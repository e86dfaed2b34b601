"""What the page asks about jobs: the list, files that arrive, start, cancel, again and removal."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request

from CMRSegmentationWeb.choices import Choices
from CMRSegmentationWeb.events import Events
from CMRSegmentationWeb.job_store import JobStore
from CMRSegmentationWeb.jobs import State
from CMRSegmentationWeb.names import shown_name
from CMRSegmentationWeb.refusals import RefusedError, conflict
from CMRSegmentationWeb.settings import Settings
from CMRSegmentationWeb.uploads import Room, inputs_of, receive, tell_apart
from CMRSegmentationWeb.work_queue import WorkQueue

MAXIMUM_JSON_BYTES = 1 << 16
RESTARTABLE = (State.DONE, State.FAILED, State.CANCELLED, State.INTERRUPTED)

Answer = Any


def sent_json() -> Any:
    """The JSON of a request.

    Raises:
        RefusedError: if it is not JSON, or too long.
    """
    request.max_content_length = MAXIMUM_JSON_BYTES
    if not request.is_json:
        raise RefusedError("Expected JSON.", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return request.get_json(silent=True)


def job_routes(store: JobStore, queue: WorkQueue, settings: Settings, key: str) -> Blueprint:
    """The routes below `/api/jobs`, and the stream of events, which tells the key."""
    routes = Blueprint("jobs", __name__)
    rooms: dict[str, Room] = {}
    _add_list(routes, store, key)
    _add_arrival(routes, store, settings, rooms)
    _add_control(routes, store, queue, rooms)
    return routes


def _add_list(routes: Blueprint, store: JobStore, key: str) -> None:
    events = Events(store, key)

    @routes.get("/api/jobs")
    def jobs() -> Answer:
        return [job.as_json() for job in store.all()]

    @routes.get("/api/events")
    def stream() -> Answer:
        is_gone = request.environ.get("waitress.client_disconnected", lambda: False)
        return Response(events.stream(is_gone), mimetype="text/event-stream")


def _add_arrival(
    routes: Blueprint, store: JobStore, settings: Settings, rooms: dict[str, Room]
) -> None:
    @routes.post("/api/jobs")
    def create() -> Answer:
        content = sent_json()
        job = store.create(shown_name(content.get("name") if isinstance(content, dict) else None))
        rooms[job.id] = Room(settings.most_bytes, settings.most_files)
        return job.as_json(), HTTPStatus.CREATED

    @routes.put("/api/jobs/<identifier>/files")
    def upload(identifier: str) -> Answer:
        job = store.get(identifier, State.RECEIVING)
        receive(request.stream, request.args.get("name", ""), job.upload_folder, rooms[job.id])
        if store.get(identifier).lacks_files:  # it was cancelled while this arrived
            job.forget_upload()
        return "", HTTPStatus.NO_CONTENT

    @routes.post("/api/jobs/<identifier>/start")
    def start(identifier: str) -> Answer:
        choices = Choices.from_json(sent_json())
        tell_apart(store.get(identifier, State.RECEIVING).upload_folder)
        job = store.change(identifier, State.RECEIVING, choices=choices, state=State.WAITING)
        rooms.pop(identifier, None)
        return job.as_json()


def _add_control(
    routes: Blueprint, store: JobStore, queue: WorkQueue, rooms: dict[str, Room]
) -> None:
    @routes.post("/api/jobs/<identifier>/again")
    def again(identifier: str) -> Answer:
        choices = Choices.from_json(sent_json())
        changes = {"choices": choices, "state": State.WAITING, "message": ""}
        job = store.get(identifier)
        if job.lacks_files:
            raise conflict("Not all of its files had arrived; drop them again.")
        inputs_of(job.upload_folder)
        return store.change(identifier, *RESTARTABLE, **changes).as_json()

    @routes.post("/api/jobs/<identifier>/cancel")
    def cancel(identifier: str) -> Answer:
        queue.cancel(identifier)
        return store.get(identifier).as_json()

    @routes.delete("/api/jobs/<identifier>")
    def remove(identifier: str) -> Answer:
        store.remove(identifier)
        rooms.pop(identifier, None)
        return "", HTTPStatus.NO_CONTENT
