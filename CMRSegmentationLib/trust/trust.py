"""What is to be believed of a segmented cine: plain numbers that a report can hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

Numbers = tuple[float | None, ...]
JUDGED = "judged"


class Mark(StrEnum):
    """How an estimate is shown: believed, to be looked at, or likely wrong."""

    BELIEVED = "believed"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"


@dataclass(frozen=True)
class Limits:
    """What is doubtful or, beyond the second of each pair, likely wrong.

    Attributes:
        slice_doubtful, slice_wrong: a lower Dice of a structure in a slice.
        volume_doubtful, volume_wrong: a lower Dice of the whole structure in a frame.
        missing_doubtful, missing_wrong: a higher chance that a structure is missing in a slice.
    """

    slice_doubtful: float
    slice_wrong: float
    volume_doubtful: float
    volume_wrong: float
    missing_doubtful: float
    missing_wrong: float


@dataclass(frozen=True)
class StructureTrust:
    """The likely Dice of one structure with what an expert would draw.

    Attributes:
        slices: by frame and slice, as stored; None where it is not drawn.
        missing: the chance that an expert would have drawn it, by frame and slice; None where it is
            drawn or nothing was segmented.
        volumes: of the whole structure by frame; None where nothing was segmented.
        limits: what counts as doubtful or wrong.
        ef_range_percent: of a ventricle, the range that its ejection fraction lies in, as far as
            the contours are concerned.
    """

    slices: tuple[Numbers, ...]
    missing: tuple[Numbers, ...]
    volumes: Numbers
    limits: Limits
    ef_range_percent: tuple[float, float] | None = None

    def slice_mark(self, frame: int, slice_: int) -> Mark | None:
        """The mark of a slice; None where nothing is drawn and that is believed, or not judged."""
        missing = self.missing[frame][slice_]
        if missing is not None:
            return _mark_of_missing(missing, self.limits)
        return _mark(
            self.slices[frame][slice_], self.limits.slice_doubtful, self.limits.slice_wrong
        )

    def volume_mark(self, frame: int) -> Mark | None:
        """The mark of the whole structure in a frame; None without an estimate."""
        return _mark(self.volumes[frame], self.limits.volume_doubtful, self.limits.volume_wrong)

    def without(self, frames: Collection[int]) -> StructureTrust:
        """The same without estimates of some frames, whose contours are others now."""
        nothing = (None,) * len(self.slices[0])
        slices, missing = (
            tuple(nothing if t in frames else row for t, row in enumerate(rows))
            for rows in (self.slices, self.missing)
        )
        volumes = tuple(None if t in frames else value for t, value in enumerate(self.volumes))
        return replace(self, slices=slices, missing=missing, volumes=volumes)


@dataclass(frozen=True)
class Trust:
    """The estimates of every structure, by the names `lv`, `myo` and `rv`."""

    structures: Mapping[str, StructureTrust]

    def without(self, frames: Collection[int]) -> Trust:
        """The same without estimates of some frames, whose contours are others now."""
        return Trust({name: one.without(frames) for name, one in self.structures.items()})

    def without_ranges(self) -> Trust:
        """The same without the ranges of the ejection fractions, whose phases are others now."""
        structures = self.structures.items()
        return Trust({name: replace(one, ef_range_percent=None) for name, one in structures})


def _mark(value: float | None, doubtful: float, wrong: float) -> Mark | None:
    if value is None:
        return None
    if value < wrong:
        return Mark.WRONG
    return Mark.DOUBTFUL if value < doubtful else Mark.BELIEVED


def _mark_of_missing(chance: float, limits: Limits) -> Mark | None:
    if chance > limits.missing_wrong:
        return Mark.WRONG
    return Mark.DOUBTFUL if chance > limits.missing_doubtful else None


def trust_as_json(trust: Trust | None) -> dict[str, Any]:
    """What `report.json` holds under `trust`."""
    if trust is None:
        return {JUDGED: False}
    return {JUDGED: True} | {name: asdict(one) for name, one in trust.structures.items()}


def trust_from_json(content: Mapping[str, Any] | None) -> Trust | None:
    """What `trust_as_json` wrote; None if trust was not judged, or by a version that could not.

    Raises:
        KeyError, TypeError: if it is something else.
    """
    if content is None or not content[JUDGED]:
        return None
    return Trust({name: _structure(one) for name, one in content.items() if name != JUDGED})


def _structure(content: Mapping[str, Any]) -> StructureTrust:
    ef = content["ef_range_percent"]
    return StructureTrust(
        slices=tuple(tuple(frame) for frame in content["slices"]),
        missing=tuple(tuple(frame) for frame in content["missing"]),
        volumes=tuple(content["volumes"]),
        limits=Limits(**content["limits"]),
        ef_range_percent=None if ef is None else (ef[0], ef[1]),
    )
