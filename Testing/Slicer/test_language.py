"""The module's translation is loaded where the application speaks another language."""

from __future__ import annotations

import pytest
import slicer
from CMRSegmentationMRML.language import load_language

from .conftest import MODULE_FOLDER


@pytest.fixture
def loaded(monkeypatch):
    """The folders of translations that the application was asked to load."""
    folders: list[str] = []
    monkeypatch.setattr(slicer.app, "loadTranslations", folders.append)
    yield folders
    slicer.app.userSettings().remove("Internationalization/Enabled")


def test_the_files_of_the_module_are_loaded(loaded):
    load_language(str(MODULE_FOLDER / "Resources"))
    assert loaded == [str(MODULE_FOLDER / "Resources" / "Translations")]


@pytest.mark.parametrize("stored", [False, "false"])
def test_nothing_is_loaded_where_the_user_wants_no_translation(loaded, stored):
    slicer.app.userSettings().setValue("Internationalization/Enabled", stored)
    load_language(str(MODULE_FOLDER / "Resources"))
    assert loaded == []


def test_a_slicer_that_loads_no_translations_stays_english(monkeypatch):
    monkeypatch.delattr(slicer.app, "loadTranslations")
    load_language(str(MODULE_FOLDER / "Resources"))
