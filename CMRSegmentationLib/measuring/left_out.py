"""What of the regional function could not be measured, and why: said by name, never filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from CMRSegmentationLib.measuring.rates import MINIMUM_FRAMES, cycle_of
from CMRSegmentationLib.measuring.segments import LEVELS, MINIMUM_SLICES
from CMRSegmentationLib.measuring.strain import StrainCurve


@dataclass(frozen=True)
class LeftOut:
    """What was not measured and why, for people."""

    what: str
    why: str


NO_WALL = "no slice has a closed wall around the LV cavity at end-diastole"
NEVER_CLOSED = "no slice has a closed wall throughout the heart beat"
SINGLE_PHASE = LeftOut("thickening and strain", "one phase was analyzed")
NO_LONG_AXIS = LeftOut("longitudinal strain and segment 17", "they need a long-axis cine")
NO_SHORT_AXIS = LeftOut(
    "segments 1 to 16, circumferential and radial strain", "they need a short-axis stack"
)
SEVERAL_PLANES = LeftOut(
    "longitudinal strain and segment 17", "they need a long-axis cine of a single slice"
)
NO_RV = LeftOut(
    "RV insertion points", "no RV was found; the segments follow the patient's directions"
)
NO_AXIS = LeftOut("longitudinal strain", "the long axis was not found at end-diastole")
NO_APEX = LeftOut("segment 17", "the wall at the apex was not found closed at end-diastole")
ONE_SLICE = LeftOut("segments", "a single slice has no basal, mid and apical level")
RATES = LeftOut(
    "ejection and filling rates",
    f"they need trusted, evenly spaced times of at least {MINIMUM_FRAMES} frames, all segmented",
)


def missing_segments(levels_by_phase: Mapping[str, Sequence[str]]) -> LeftOut:
    """Why there are no segments: the levels without a closed wall, by the name of the phase."""
    lost = {phase: levels for phase, levels in levels_by_phase.items() if levels}
    if any(len(levels) == len(LEVELS) for levels in lost.values()):
        return LeftOut("segments", f"fewer than {MINIMUM_SLICES} slices have a closed wall")
    places = [f"{level} at {phase}" for phase, levels in lost.items() for level in levels]
    return LeftOut("segments", f"a level has no closed wall: {', '.join(places)}")


NAMES = {
    "gcs_endo": "endocardial GCS",
    "gcs_mid": "mid-wall GCS",
    "grs": "GRS",
    "gls": "GLS",
    "rv_free_wall": "RV free wall",
    "gcs_endo_basal": "basal GCS",
    "gcs_endo_mid": "mid GCS",
    "gcs_endo_apical": "apical GCS",
}
"""Strain curve → its name for people."""
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
        yield LeftOut("times and rates of strain", "they need trusted frame times")
    elif cycle_of(frame_times_ms) is None:
        why = f"they need evenly spaced times of at least {MINIMUM_FRAMES} frames"
        yield LeftOut("strain rates", why)
    elif any(None in curve for curve in rated):
        yield LeftOut("strain rates", "they need a value in every frame")


def _gaps(strains: Mapping[str, StrainCurve], segmented: Sequence[int]) -> Iterator[LeftOut]:
    """Frames that were segmented without a value, with the curves that lack the same frames."""
    by_frames: dict[tuple[int, ...], list[str]] = {}
    for name, curve in strains.items():
        lost = tuple(t for t in segmented if curve[t] is None)
        if lost:
            by_frames.setdefault(lost, []).append(NAMES[name])
    for lost, names in by_frames.items():
        noun = "frame" if len(lost) == 1 else "frames"
        frames = ", ".join(str(frame + 1) for frame in lost)
        yield LeftOut(
            f"{', '.join(names)} in {noun} {frames}", "the wall was not found whole there"
        )
