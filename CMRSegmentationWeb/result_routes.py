"""What the page asks about results: reports, images, labels, files and measures again."""

from __future__ import annotations

import re
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request, send_file

from CMRSegmentationWeb.animation import animation, middle_slice
from CMRSegmentationWeb.choices import Choices
from CMRSegmentationWeb.dicom_files import dicom_files, make_dicom
from CMRSegmentationWeb.images import compressed_images, compressed_labels
from CMRSegmentationWeb.job_routes import sent_json
from CMRSegmentationWeb.job_store import JobStore
from CMRSegmentationWeb.jobs import Job, State
from CMRSegmentationWeb.refusals import RefusedError
from CMRSegmentationWeb.remeasuring import measure_again, patient_of
from CMRSegmentationWeb.results import (
    SegmentedCine,
    cine_of,
    cines_of,
    first_look_of,
    first_looks_of,
)
from CMRSegmentationWeb.studies import studies_of, study_of, study_with

CINE = "/api/jobs/<identifier>/cines/<int:number>"
FIRST_LOOK = "/api/jobs/<identifier>/first/<int:number>"

Answer = Any


def result_routes(store: JobStore) -> Blueprint:
    """The routes below `/api/jobs/…/cines`, `/api/jobs/…/first` and `/api/jobs/…/studies`."""
    routes, reading = Blueprint("results", __name__), threading.Lock()
    _add_what_is_there(routes, store)
    _add_first_looks(routes, store, reading)
    _add_what_is_made(routes, store, reading)
    return routes


def _find(store: JobStore, identifier: str, number: int) -> SegmentedCine:
    return cine_of(store.get(identifier, State.DONE), number)


def _add_what_is_there(routes: Blueprint, store: JobStore) -> None:
    """Reports and files that the command line has written."""

    @routes.get("/api/jobs/<identifier>/cines")
    def cines(identifier: str) -> Answer:
        job = store.get(identifier, State.DONE)
        return [_shown(cine, job) for cine in cines_of(job)]

    @routes.get(f"{CINE}/files/<name>")
    def file(identifier: str, number: int, name: str) -> Answer:
        cine = _find(store, identifier, number)
        return _download(cine.file(name), f"{cine.name}-{name}")

    @routes.get("/api/jobs/<identifier>/studies")
    def studies(identifier: str) -> Answer:
        return [study.as_json() for study in studies_of(store.get(identifier, State.DONE))]

    @routes.get("/api/jobs/<identifier>/studies/<int:number>/files/<name>")
    def study_file(identifier: str, number: int, name: str) -> Answer:
        study = study_of(store.get(identifier, State.DONE), number)
        return _download(study.file(name), f"{study.name}-{name}")


def _add_first_looks(routes: Blueprint, store: JobStore, reading: threading.Lock) -> None:
    """Contours of a job that runs still, or has just ended."""
    allowed = State.RUNNING, State.DONE

    @routes.get("/api/jobs/<identifier>/first")
    def first_looks(identifier: str) -> Answer:
        job = store.get(identifier, *allowed)
        return [_shown(cine, job) for cine in first_looks_of(job)]

    @routes.get(f"{FIRST_LOOK}/images")
    def first_images(identifier: str, number: int) -> Answer:
        job = store.get(identifier, *allowed)
        with reading:
            return _images(job, first_look_of(job, number))

    @routes.get(f"{FIRST_LOOK}/labels")
    def first_labels(identifier: str, number: int) -> Answer:
        cine = first_look_of(store.get(identifier, *allowed), number)
        with reading:
            return _voxels(compressed_labels(cine))


def _add_what_is_made(routes: Blueprint, store: JobStore, reading: threading.Lock) -> None:
    """What takes the cine's images: one at a time, since they take memory."""

    @routes.get(f"{CINE}/images")
    def images(identifier: str, number: int) -> Answer:
        cine = _find(store, identifier, number)
        with reading:
            return _images(store.get(identifier), cine)

    @routes.get(f"{CINE}/labels")
    def labels(identifier: str, number: int) -> Answer:
        with reading:
            return _voxels(compressed_labels(_find(store, identifier, number)))

    @routes.get(f"{CINE}/animation.gif")
    def gif(identifier: str, number: int) -> Answer:
        cine = _find(store, identifier, number)
        with reading:
            stack, drawn = cine.stack(), cine.labels()
            slice_ = _slice(drawn.geometry.shape_zyx[0], middle_slice(drawn, 0))
            content = animation(stack, drawn, slice_)
        return _made(content, "image/gif", f"{cine.name}-beating.gif")

    @routes.get(f"{CINE}/dicom/<name>")
    def dicom(identifier: str, number: int, name: str) -> Answer:
        cine = _find(store, identifier, number)
        with reading:
            content = make_dicom(cine, name)
        return _made(content, "application/dicom", f"{cine.name}-{name}")

    @routes.post(f"{CINE}/measure")
    def measure(identifier: str, number: int) -> Answer:
        cine, choices = _find(store, identifier, number), Choices.from_json(sent_json())
        job = store.get(identifier)
        with reading:
            measure_again(cine, choices.chosen, choices.patient)
            study = study_with(job, cine.folder)
            if study is not None:
                study.combine_again()
        return _shown(cine, job)


def _shown(cine: SegmentedCine, job: Job) -> dict[str, Any]:
    patient = patient_of(cine, job.choices.patient)
    return {**cine.as_json(), "dicom_files": dicom_files(cine), "patient": asdict(patient)}


def _download(path: Path, name: str) -> Response:
    return send_file(path, as_attachment=True, download_name=name, etag=False)


def _made(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=kind, headers=headers)


def _images(job: Job, cine: SegmentedCine) -> Response:
    name = cine.key.replace("/", "+")  # which no name of a result has
    return _voxels(compressed_images(cine, job.view_folder / f"{name}.gz"))


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
    if not re.fullmatch(r"[0-9]{1,9}", asked) or int(asked) >= slices:
        raise RefusedError(f"Expected a slice from 0 to {slices - 1}.")
    return int(asked)
