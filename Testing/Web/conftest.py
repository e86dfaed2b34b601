"""What the page's tests need: settings, a site whose queue waits, and one segmented job."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from CMRSegmentationWeb.app import Site
from CMRSegmentationWeb.guards import KEY_HEADER
from CMRSegmentationWeb.job_store import JobStore
from CMRSegmentationWeb.jobs import Job, State
from CMRSegmentationWeb.settings import Settings
from Testing.bundles import PHANTOM_MODEL
from Testing.Lib.running import segment, write_cine
from Testing.phantoms import HeartPhantom

NAME = "phantom.nii.gz"


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
