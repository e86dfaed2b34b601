"""The models that the panel lists."""

import pytest
from CMRSegmentationMRML import models
from CMRSegmentationMRML.models import chosen_model, listed_models, own_models, usable_models

from CMRSegmentationLib.image import View
from CMRSegmentationLib.segmenting.model import WEIGHTS_FILE, find_model

from .conftest import add_model


@pytest.fixture
def folder(tmp_path):
    add_model(tmp_path, "apical", ["lax_4c", "lax_2c"])
    add_model(tmp_path, "short", ["sax"])
    return tmp_path


@pytest.mark.parametrize(
    ("view", "first"), [(View.SAX, "short"), (View.LAX_2C, "apical"), (None, "short")]
)
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


@pytest.mark.parametrize(
    ("name", "view", "found"),
    [
        ("", View.LAX_4C, "apical"),
        ("", View.SAX, "short"),
        ("", None, "short"),
        ("apical", View.SAX, "apical"),
        ("gone", View.SAX, None),
        ("", View.LAX_3C, None),
    ],
)
def test_the_chosen_model_is_the_named_one_or_the_first_that_serves_the_view(
    folder, name, view, found
):
    model = chosen_model(folder, name, view)
    assert (model.name if model is not None else None) == found


@pytest.mark.parametrize("view", [View.SAX, View.LAX_2C])
def test_without_a_name_the_library_takes_the_same_model(folder, view):
    assert chosen_model(folder, "", view) == find_model(None, view, folder)


def test_a_folder_that_may_not_be_read_is_one_sentence(folder, monkeypatch):
    """It stays in the settings, and the panel would not open any more."""

    def locked(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(models, "load_bundle", locked)
    assert own_models(folder) == ((), (f"{folder} cannot be read: Permission denied.",))
