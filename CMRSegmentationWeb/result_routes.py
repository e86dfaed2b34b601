"""What the page asks about results: reports, images, labels, files and measures again."""

from __future__ import annotations

import threading
from typing import Any

from flask import Blueprint, Response, request, send_file

from CMRSegmentationWeb.animation import animation, middle_slice
from CMRSegmentationWeb.choices import Choices
from CMRSegmentationWeb.images import compressed_images, compressed_labels
from CMRSegmentationWeb.job_routes import sent_json
from CMRSegmentationWeb.job_store import JobStore
from CMRSegmentationWeb.jobs import State
from CMRSegmentationWeb.refusals import RefusedError
from CMRSegmentationWeb.remeasuring import measure_again
from CMRSegmentationWeb.results import SegmentedCine, cine_of, cines_of

CINE = "/api/jobs/<identifier>/cines/<int:number>"

Answer = Any


def result_routes(store: JobStore) -> Blueprint:
    """The routes below `/api/jobs/…/cines`."""
    routes, reading = Blueprint("results", __name__), threading.Lock()

    def find(identifier: str, number: int) -> SegmentedCine:
        return cine_of(store.get(identifier, State.DONE), number)

    @routes.get("/api/jobs/<identifier>/cines")
    def cines(identifier: str) -> Answer:
        return [cine.as_json() for cine in cines_of(store.get(identifier, State.DONE))]

    @routes.get(f"{CINE}/images")
    def images(identifier: str, number: int) -> Answer:
        cine, kept = find(identifier, number), store.get(identifier).view_folder / f"{number}.gz"
        with reading:
            return _voxels(compressed_images(cine, kept))

    @routes.get(f"{CINE}/labels")
    def labels(identifier: str, number: int) -> Answer:
        return _voxels(compressed_labels(find(identifier, number)))

    @routes.get(f"{CINE}/files/<name>")
    def file(identifier: str, number: int, name: str) -> Answer:
        cine = find(identifier, number)
        path, shown = cine.file(name), f"{cine.name}-{name}"
        return send_file(path, as_attachment=True, download_name=shown, etag=False)

    @routes.get(f"{CINE}/animation.gif")
    def gif(identifier: str, number: int) -> Answer:
        cine = find(identifier, number)
        with reading:
            stack, drawn = cine.stack(), cine.labels()
            slice_ = _slice(drawn.geometry.shape_zyx[0], middle_slice(drawn, 0))
            content = animation(stack, drawn, slice_)
        headers = {"Content-Disposition": f'attachment; filename="{cine.name}-beating.gif"'}
        return Response(content, mimetype="image/gif", headers=headers)

    @routes.post(f"{CINE}/measure")
    def measure(identifier: str, number: int) -> Answer:
        cine, choices = find(identifier, number), Choices.from_json(sent_json())
        with reading:
            measure_again(cine, choices.chosen, choices.patient)
        return cine.as_json()

    return routes


def _voxels(compressed: bytes) -> Response:
    headers = {"Content-Encoding": "gzip"}
    return Response(compressed, mimetype="application/octet-stream", headers=headers)


def _slice(slices: int, usual: int) -> int:
    """The 0-based slice that the address asks for.

    Raises:
        RefusedError: if there is no such slice.
    """
    asked = request.args.get("slice")
    if asked is None:
        return usual
    if not asked.isascii() or not asked.isdigit() or int(asked[:9]) >= slices:
        raise RefusedError(f"Expected a slice from 0 to {slices - 1}.")
    return int(asked)
