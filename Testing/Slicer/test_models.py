"""The models that the panel lists."""

import pytest
from CMRSegmentationMRML.models import listed_models, usable_models

from CMRSegmentationLib.image import View
from CMRSegmentationLib.model import WEIGHTS_FILE

from .test_CMRSegmentation import add_model


@pytest.fixture
def folder(tmp_path):
    add_model(tmp_path, "apical", ["lax_4c", "lax_2c"])
    add_model(tmp_path, "short", ["sax"])
    return tmp_path


@pytest.mark.parametrize(("view", "first"), [(View.SAX, "short"), (View.LAX_2C, "apical"), (None, "short")])
def test_those_that_serve_the_view_come_first(folder, view, first):
    names = [name for name, _ in listed_models(folder, view)]
    assert names[0] == first
    assert sorted(names) == ["apical", "short"]


def test_damaged_weights_are_no_model_and_are_logged(folder, caplog):
    (folder / "short" / WEIGHTS_FILE).write_bytes(b"exchanged")
    assert usable_models(folder) == ()
    assert "damaged or were exchanged" in caplog.text


def test_a_folder_that_was_removed_holds_no_model(tmp_path):
    assert usable_models(tmp_path / "gone") == ()
