"""The language of the panel: that of Slicer, from the files that the extension brings along."""

from __future__ import annotations

from pathlib import Path

import slicer


def load_language(resources: str) -> None:
    """Loads the module's translation into the language of the application, if there is one.

    Slicer itself reads the translations in its own folder alone, where the extension LanguagePacks
    puts what it downloads; those of this module are there without a download.

    Args:
        resources: the module's resources.
    """
    is_wanted = slicer.util.settingsValue(
        "Internationalization/Enabled", True, converter=slicer.util.toBool
    )
    load = getattr(slicer.app, "loadTranslations", None)
    if is_wanted and load is not None:
        load(str(Path(resources) / "Translations"))
