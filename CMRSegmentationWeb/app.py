"""The Flask application: its guards, its routes, and every failure as one sentence."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException

from CMRSegmentationLib import __version__
from CMRSegmentationLib.errors import UserError, one_sentence
from CMRSegmentationLib.reporting.report import RESEARCH_USE
from CMRSegmentationLib.segmenting.model import bundled_models
from CMRSegmentationWeb.guards import install_guards
from CMRSegmentationWeb.job_routes import job_routes
from CMRSegmentationWeb.job_store import JobStore
from CMRSegmentationWeb.refusals import RefusedError
from CMRSegmentationWeb.result_routes import result_routes
from CMRSegmentationWeb.settings import Settings
from CMRSegmentationWeb.work_queue import WorkQueue

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Site:
    """A server's parts: the application, its jobs and what works on them."""

    app: Flask
    store: JobStore
    queue: WorkQueue

    @classmethod
    def of(cls, settings: Settings) -> Site:
        """The parts, of which the queue does not work yet.

        Raises:
            UsageError: if the folder is used by something else.
        """
        store = JobStore(settings.folder, settings.most_jobs)
        queue = WorkQueue(store, settings)
        return cls(make_app(settings, store, queue), store, queue)


def make_app(settings: Settings, store: JobStore, queue: WorkQueue) -> Flask:
    """The application that answers a browser."""
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = settings.most_bytes
    app.json.sort_keys = False  # type: ignore[attr-defined]
    key = secrets.token_urlsafe(24)
    install_guards(app, settings, key)
    _install_failures(app)
    app.register_blueprint(job_routes(store, queue, settings, key))
    app.register_blueprint(result_routes(store))

    @app.get("/")
    def page() -> Any:
        return app.send_static_file("index.html")

    @app.get("/api/session")
    def session() -> Any:
        return {
            "key": key,
            "version": __version__,
            "notice": RESEARCH_USE,
            "models": [{"name": one.name, "title": one.title} for one in bundled_models()],
            "hours": settings.keep_hours,
        }

    return app


def _cannot_store(error: OSError) -> Any:
    """What is answered when the disk is full or a file is gone; its name is not told."""
    reason = error.strerror or type(error).__name__
    LOGGER.warning("%s", reason)
    sentence = f"The server cannot read or write its files: {reason}."
    return {"error": sentence}, HTTPStatus.INSUFFICIENT_STORAGE


def _install_failures(app: Flask) -> None:
    app.register_error_handler(OSError, _cannot_store)

    @app.errorhandler(RefusedError)
    def refused(error: RefusedError) -> Any:
        return {"error": str(error)}, error.status

    @app.errorhandler(UserError)
    def failed(error: UserError) -> Any:
        return {"error": one_sentence(error)}, HTTPStatus.UNPROCESSABLE_ENTITY

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        return {"error": error.description or error.name}, error.code or 500
