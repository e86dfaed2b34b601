"""What the page's tests need: settings, a site whose queue waits, and one segmented job."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from CMRSegmentationLib.image import Geometry, View
from CMRSegmentationWeb.app import Site
from CMRSegmentationWeb.guards import KEY_HEADER
from CMRSegmentationWeb.job_store import JobStore
from CMRSegmentationWeb.jobs import Job, State, Step
from CMRSegmentationWeb.settings import Settings
from Testing.bundles import PHANTOM_MODEL, change_description
from Testing.dicom_phantoms import LIKE_A_HEART, write_series
from Testing.Lib.long_axis_phantoms import usual_plane
from Testing.Lib.running import run, segment, write_cine
from Testing.phantoms import HeartPhantom
from Testing.Web.browsing import Visit, served, started_browser, visited

NAME = "phantom.nii.gz"
PLANTED = "<img src=x onerror=document.title='taken'>"
PLANTED_TAGS = {
    "PatientName": "<script>document.title(1)</script>^A",
    "PatientID": PLANTED,
    "SeriesDescription": PLANTED,
    "ProtocolName": PLANTED,
    "StudyDescription": PLANTED,
    "Manufacturer": PLANTED,
    "ManufacturerModelName": PLANTED,
    "InstitutionName": PLANTED,
}
"""DICOM tags with text that a page must not take for its own."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Segments with the model that knows the phantoms, on one thread."""
    return Settings(tmp_path / "web", port=0, model=str(PHANTOM_MODEL), threads=1)


@pytest.fixture
def store(settings: Settings) -> JobStore:
    return JobStore(settings.folder, settings.most_jobs)


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    """A site whose queue does not work until a test starts it."""
    site = Site.of(settings)
    yield site
    site.queue.stop()


@pytest.fixture
def client(site: Site) -> FlaskClient:
    """Asks like the page does: with the key."""
    client = site.app.test_client()
    client.environ_base["HTTP_" + KEY_HEADER.upper().replace("-", "_")] = client.get(
        "/api/session"
    ).json["key"]
    return client


@pytest.fixture(scope="session")
def phantom() -> HeartPhantom:
    """A beating heart of few, oblique slices; end-diastole is not the first frame."""
    return HeartPhantom(frames=6, slices=6, ed_frame=1, es_frame=4)


@pytest.fixture(scope="session")
def cine_file(tmp_path_factory: pytest.TempPathFactory, phantom: HeartPhantom) -> Path:
    """The phantom as a NIfTI file."""
    return write_cine(tmp_path_factory.mktemp("cine") / NAME, phantom.cine)


@pytest.fixture(scope="session")
def segmented(tmp_path_factory: pytest.TempPathFactory, cine_file: Path) -> Path:
    """The result folders of the phantom."""
    out = tmp_path_factory.mktemp("results")
    assert segment(cine_file, "-o", out) == 0
    return out


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DICOM study of a stack and a four-chamber plane, with hostile text in its tags."""
    folder = tmp_path_factory.mktemp("dicom") / "study"
    stack = HeartPhantom(frames=4, slices=6, es_frame=2, degrees_xyz=LIKE_A_HEART)
    plane = HeartPhantom(frames=4, slices=1, empty_slices=(0, 0), es_frame=2).cine
    geometry = Geometry(plane.geometry.shape_zyx, usual_plane(10.0).ijk_to_ras)
    write_series(folder, stack.cine, series_number=1, **PLANTED_TAGS)
    write_series(folder, replace(plane, geometry=geometry), series_number=2, **PLANTED_TAGS)
    return folder


@pytest.fixture(scope="session")
def segmented_study(tmp_path_factory: pytest.TempPathFactory, study: Path) -> Path:
    """The result folders of the study, by the phantoms' model, said to serve every view."""
    model = shutil.copytree(PHANTOM_MODEL, tmp_path_factory.mktemp("model") / "every view")
    change_description(model, views=[str(view) for view in View])
    out = tmp_path_factory.mktemp("study results")
    assert run("segment", study, "-o", out, "--model", model, "--device", "cpu") == 0
    return out


@pytest.fixture
def done_study(site: Site, study: Path, segmented_study: Path) -> Job:
    """A job of the site that is done, with the study's results."""
    return finished_study(site.store, study, segmented_study)


@pytest.fixture
def done(store: JobStore, cine_file: Path, segmented: Path) -> Job:
    """A job that is done, with the phantom's results."""
    return finished_job(store, cine_file, segmented)


def finished_job(store: JobStore, cine_file: Path, segmented: Path) -> Job:
    """A job in a store with an upload and its results."""
    job = store.create(cine_file.name)
    shutil.copy(cine_file, job.upload_folder)
    shutil.copytree(segmented, job.results_folder)
    return store.change(job.id, state=State.DONE)


def finished_study(store: JobStore, study: Path, segmented_study: Path) -> Job:
    """A job in a store with a study of two cines and its results."""
    job = store.create(PLANTED)
    shutil.copytree(study, job.upload_folder / study.name)
    shutil.copytree(segmented_study, job.results_folder)
    return store.change(job.id, state=State.DONE)


def running_job(store: JobStore, cine_file: Path, segmented: Path) -> Job:
    """A job that runs still, with its labels ahead of the rest."""
    job = store.create(cine_file.name)
    shutil.copy(cine_file, job.upload_folder)
    first = job.first_folder / "phantom"
    first.mkdir(parents=True)
    for name in ("labels.nii.gz", "report.json"):
        shutil.copy(segmented / "phantom" / name, first)
    store.change(job.id, state=State.RUNNING)
    store.step(job.id, Step("labels", 1, 1))
    return store.get(job.id)


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """The browser of all tests; each test has a profile of its own in it."""
    with started_browser() as browser:
        yield browser


@pytest.fixture
def address(site: Site, settings: Settings) -> Iterator[str]:
    """Where the site is served, with its queue at work."""
    with served(site, settings) as address:
        yield address


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Visit]:
    """The page in a window of 1280 pixels."""
    with visited(browser, address) as visit:
        yield visit
