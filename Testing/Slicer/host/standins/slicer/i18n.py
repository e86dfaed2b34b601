"""Stand-in for Slicer's translation functions, which ask the application's translators."""

import sys
from pathlib import Path


def tr(text):
    """The text in the language of the application, looked up under the name of the caller's file.

    As in Slicer the name of its package stands before it, if it lies in one.
    """
    path = Path(sys._getframe(1).f_code.co_filename)
    is_in_package = (path.parent / "__init__.py").is_file()
    return translate(f"{path.parent.name}.{path.stem}" if is_in_package else path.stem, text)


def translate(context, text):
    """The text in the language of the application, looked up under a context."""
    from slicer import app

    return app.translate(context, text)
