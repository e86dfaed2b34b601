"""What the module adds to Slicer at start-up."""

import pytest
import slicer
from CMRSegmentationMRML import registration

from .conftest import MODULE_FOLDER


@pytest.fixture
def sources(monkeypatch):
    monkeypatch.setattr(slicer.modules, "sampleDataSources", {}, raising=False)
    return slicer.modules.sampleDataSources


def test_the_sample_is_listed_once_and_loads_from_the_disk(scene, sources):
    for _ in range(2):
        registration.register_sample(str(MODULE_FOLDER / "Resources"))
    (source,) = sources["Cardiac"]
    (volume,) = source.customDownloader(source)
    assert volume.GetName().startswith("CMR-cine-Sunnybrook")
    (uri,) = source.uris
    assert uri == registration.sample_path().as_uri()
    assert source.loadFileTypes == [registration.CINE_FILE_TYPE]


def test_a_sample_that_was_not_installed_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(registration, "SAMPLE_FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError, match="There is no sample"):
        registration.sample_path()


def test_the_sample_is_there():
    assert registration.sample_path().stat().st_size > 100_000


def test_a_terminology_that_is_missing_is_logged(scene, tmp_path, monkeypatch, caplog, capfd):
    from CMRSegmentationMRML import terminology

    monkeypatch.setattr(terminology, "CONTEXT", "Not loaded")
    registration.register_terminology(str(tmp_path))
    assert "could not be loaded" in caplog.text
    capfd.readouterr()  # Slicer's logic complains on its own
