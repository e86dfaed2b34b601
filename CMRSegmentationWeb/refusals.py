"""A request that is refused: a sentence for people and a status for browsers."""

from __future__ import annotations

from http import HTTPStatus

from CMRSegmentationLib.errors import UserError


class RefusedError(UserError, ValueError):
    """Something that a request asked for and does not get.

    Attributes:
        status: the HTTP status of the answer.
    """

    def __init__(self, sentence: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(sentence)
        self.status = status


def not_found(what: str) -> RefusedError:
    """The refusal of something that is not there."""
    return RefusedError(f"There is no such {what}.", HTTPStatus.NOT_FOUND)


def too_large(sentence: str) -> RefusedError:
    """The refusal of something that is over a limit."""
    return RefusedError(sentence, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def conflict(sentence: str) -> RefusedError:
    """The refusal of what does not fit the state of a job."""
    return RefusedError(sentence, HTTPStatus.CONFLICT)
