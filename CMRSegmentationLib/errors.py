"""Errors that are shown to the user as one sentence, without a traceback."""

from __future__ import annotations

from typing import ClassVar


class UserError(Exception):
    """An error whose message says all that the user needs: what was expected and found, what to do.

    The base of every error that the library and the training code define; each has its standard
    parent in addition, as in `class ModelError(UserError, ValueError)`.

    Attributes:
        exit_status: what a command line ends with.
    """

    exit_status: ClassVar[int] = 1


class UsageError(UserError, ValueError):
    """Arguments that do not go together."""

    exit_status: ClassVar[int] = 2


def one_sentence(error: BaseException) -> str:
    """One line that says what went wrong, for any exception."""
    if isinstance(error, UserError):
        return _one_line(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror} ({error.filename})" if error.filename else error.strerror
    if isinstance(error, MemoryError):
        return "The computer ran out of memory."
    if isinstance(error, ImportError) and error.name:
        return f"The Python package {error.name} is missing; install it, for instance with pip."
    if isinstance(error, (ValueError, RuntimeError, OSError)):  # of the libraries that read files
        return _one_line(error)
    return f"Unexpected {type(error).__name__}: {_one_line(error)}; --debug shows where."


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or f"{type(error).__name__} without a message"
