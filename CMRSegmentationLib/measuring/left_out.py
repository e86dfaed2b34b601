"""What of the regional function could not be measured, and why: said by name, never filled in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from CMRSegmentationLib.measuring.rates import MINIMUM_FRAMES, cycle_of
from CMRSegmentationLib.measuring.segments import LEVELS, MINIMUM_SLICES
from CMRSegmentationLib.measuring.strain import StrainCurve
from CMRSegmentationLib.sentences import Values, said


@dataclass(frozen=True)
class LeftOut:
    """What was not measured and why.

    Attributes:
        what: for people, in English.
        why: the same.
        values: `what` and `why` as values of the sentence `left_out`, see `sentences.py`; empty in
            reports of before there were values.
    """

    what: str
    why: str
    values: Values = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, what: str | Values, why: str | Values) -> LeftOut:
        """From the names of entries of `SENTENCES`, or entries with their values.

        Raises:
            KeyError: if an entry needs a value that is not given.
        """
        return cls(said(what), said(why), {"what": what, "why": why})


SINGLE_PHASE = LeftOut.of("what.thickening_and_strain", "why.one_phase")
NO_ES = LeftOut.of("what.thickening_and_strain", "why.no_es")
NO_WALL = LeftOut.of("what.segments_and_strain", "why.no_wall")
NEVER_CLOSED = LeftOut.of("what.strain", "why.never_closed")
NO_LONG_AXIS = LeftOut.of("what.longitudinal_and_apex", "why.no_long_axis")
NO_SHORT_AXIS = LeftOut.of("what.short_axis", "why.no_short_axis")
SEVERAL_PLANES = LeftOut.of("what.longitudinal_and_apex", "why.several_planes")
NO_RV = LeftOut.of("what.insertion_points", "why.no_rv")
NO_AXIS = LeftOut.of("what.longitudinal", "why.no_axis")
NO_APEX = LeftOut.of("what.apex", "why.open_apex")
ONE_SLICE = LeftOut.of("what.segments", "why.one_slice")
RATES = LeftOut.of("what.rates", {"phrase": "why.no_times", "frames": MINIMUM_FRAMES})


def missing_segments(levels_by_phase: Mapping[str, Sequence[str]]) -> LeftOut:
    """Why there are no segments: the levels without a closed wall, by the word of the phase."""
    lost = {phase: levels for phase, levels in levels_by_phase.items() if levels}
    if any(len(levels) == len(LEVELS) for levels in lost.values()):
        return LeftOut.of("what.segments", {"phrase": "why.few_slices", "slices": MINIMUM_SLICES})
    places = [
        {"phrase": f"level.{level}", "phase": phase}
        for phase, levels in lost.items()
        for level in levels
    ]
    return LeftOut.of("what.segments", {"phrase": "why.open_levels", "levels": places})


OF_SEGMENTS = ("what.segments", "what.segments_and_strain", "what.short_axis")
"""What is named where the segments were left out."""


def why_no_segments(left_out: Iterable[LeftOut]) -> str | None:
    """Why there are no segments, in English; None where that is not among what was left out."""
    names = [said(what) for what in OF_SEGMENTS]
    return next((row.why for row in left_out if row.what in names), None)


WITH_RATES = ("gcs_endo", "gls", "grs")
"""Curves whose times and rates are measured."""


def missing_strain(
    strains: Mapping[str, StrainCurve],
    segmented: Sequence[int],
    frame_times_ms: tuple[float, ...] | None,
) -> Iterator[LeftOut]:
    """What strain curves lack: values of frames that were segmented, times, and rates.

    Args:
        strains: curves in percent by name.
        segmented: 0-based frames.
        frame_times_ms: trusted times of all frames, if there are any.
    """
    yield from _gaps(strains, segmented)
    rated = [curve for name, curve in strains.items() if name in WITH_RATES]
    if not rated:
        return
    if frame_times_ms is None:
        yield LeftOut.of("what.strain_times", "why.untrusted_times")
    elif cycle_of(frame_times_ms) is None:
        why = {"phrase": "why.uneven_times", "frames": MINIMUM_FRAMES}
        yield LeftOut.of("what.strain_rates", why)
    elif any(None in curve for curve in rated):
        yield LeftOut.of("what.strain_rates", "why.gaps")


def _gaps(strains: Mapping[str, StrainCurve], segmented: Sequence[int]) -> Iterator[LeftOut]:
    """Frames that were segmented without a value, with the curves that lack the same frames."""
    by_frames: dict[tuple[int, ...], list[str]] = {}
    for name, curve in strains.items():
        lost = tuple(t for t in segmented if curve[t] is None)
        if lost:
            by_frames.setdefault(lost, []).append(f"curve.{name}")
    for lost, curves in by_frames.items():
        what = {
            "phrase": "what.frame" if len(lost) == 1 else "what.frames",
            "curves": curves,
            "frames": [frame + 1 for frame in lost],
        }
        yield LeftOut.of(what, "why.broken_wall")
