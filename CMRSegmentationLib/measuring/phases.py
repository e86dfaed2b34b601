"""End-diastole and end-systole, from the curve of the LV blood-pool volume.

End-diastole is the frame of the largest LV volume and end-systole that of the smallest
(Schulz-Menger et al. 2020, doi:10.1186/s12968-020-00610-6). Which frame comes first is never
assumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.measuring.curve import FloatCurve, outlier_frames, smooth
from CMRSegmentationLib.patient import AUTOMATIC, ChosenPhases

Mask = NDArray[np.bool_]

SMALLEST_SHARE = 0.1
"""Of the stroke volume, within which a volume is among the smallest."""


@dataclass(frozen=True)
class Phases:
    """The two cardiac phases that are measured.

    Attributes:
        ed_frame: 0-based frame of end-diastole (of a single phase: that frame).
        es_frame: 0-based frame of end-systole; None where there is one phase, or no two have LV
            volumes that differ.
        findings: what stood in the way of a sure choice, the gravest first.
    """

    ed_frame: int
    es_frame: int | None
    findings: tuple[Finding, ...] = ()


def find_phases(lv_ml: NDArray[np.float64], chosen: ChosenPhases = AUTOMATIC) -> Phases:
    """Choose end-diastole and end-systole from the LV volumes over one heart beat.

    Args:
        lv_ml: (T,) LV volume (of a single slice: area) by frame; NaN where a frame was not
            segmented.
        chosen: frames that the user chose, used as they are.

    Returns:
        The frames. A frame whose volume does not fit its neighbors, or that has no LV where others
        have, is not chosen; a finding names it, a serious one where a phase may have been lost.

    Raises:
        ValueError: if there is no volume, or a frame that the user chose does not exist or was not
            segmented.
    """
    curve = _checked_curve(lv_ml)
    _check_choice(chosen, curve)
    failed = _failed_frames(curve)
    ed_frame, es_frame = _choose(curve, failed, chosen)
    findings = _findings(curve, failed, chosen, Phases(ed_frame, es_frame))
    return Phases(ed_frame, es_frame, tuple(findings))


def _checked_curve(lv_ml: NDArray[np.float64]) -> FloatCurve:
    curve = np.asarray(lv_ml, dtype=np.float64)
    if curve.ndim != 1 or not np.isfinite(curve).any():
        raise ValueError(
            f"Expected the LV volume of at least one frame, found an array of shape {curve.shape}."
        )
    if np.isinf(curve).any() or np.nanmin(curve) < 0:
        raise ValueError(
            "Expected LV volumes of 0 ml or more (NaN where a frame was not segmented)."
        )
    return curve


def _check_choice(chosen: ChosenPhases, curve: FloatCurve) -> None:
    chosen.require_within(len(curve))
    for name, frame in (("end-diastole", chosen.ed), ("end-systole", chosen.es)):
        if frame is not None and np.isnan(curve[frame]):
            raise ValueError(
                f"Phase {frame + 1} of {len(curve)} was chosen as {name} but was not segmented; "
                "segment it as well."
            )
    if chosen.es is not None and chosen.ed is None and np.isfinite(curve).sum() == 1:
        raise ValueError(
            f"Phase {chosen.es + 1} of {len(curve)} was chosen as end-systole, but it is the only "
            "segmented phase, so there is no end-diastole."
        )


def _failed_frames(curve: FloatCurve) -> Mask:
    """(T,) frames whose volume does not fit their neighbors, and those without LV.

    Where at least two frames have an LV, it was lost in the others; only a slice near the apex may
    truly lose it, and then shows no end-systole to measure. Beside a single one nothing is lost.
    """
    if np.count_nonzero(curve > 0) < 2:
        return np.zeros(curve.shape, dtype=np.bool_)
    empty = curve == 0
    return np.asarray(empty | outlier_frames(np.where(empty, np.nan, curve)))


def _choose(curve: FloatCurve, failed: Mask, chosen: ChosenPhases) -> tuple[int, int | None]:
    """The extremes of the smoothed curve, except failed frames and the frame already taken."""
    smoothed = smooth(np.where(failed, np.nan, curve))
    ed, es = chosen.ed, chosen.es
    if ed is None:
        ed = int(np.nanargmax(_without(smoothed, es)))
    rest = _without(smoothed, ed)
    left = curve[np.isfinite(rest)]
    is_open = len(left) > 1 and not left.any()  # of frames without LV, none is end-systole
    if es is None and len(left) and not is_open and np.nanmax(smoothed) != np.nanmin(smoothed):
        es = int(np.nanargmin(rest))
    return ed, es


def _without(curve: FloatCurve, frame: int | None) -> FloatCurve:
    kept = curve.copy()
    if frame is not None:
        kept[frame] = np.nan
    return kept


def _findings(
    curve: FloatCurve, failed: Mask, chosen: ChosenPhases, found: Phases
) -> Iterator[Finding]:
    """What stood in the way of the phases that the user did not choose."""
    if chosen.ed is not None and chosen.es is not None:
        return
    failed = failed.copy()
    failed[list(chosen.frames)] = False
    lost = failed & (curve == 0)
    if not _may_hold_a_phase(curve, lost, failed, chosen, found):
        lost = np.zeros_like(lost)
    if lost.any():
        yield _lost(np.flatnonzero(lost) + 1, len(curve))
    if (failed & ~lost).any():
        yield _ignored(np.flatnonzero(failed & ~lost) + 1, len(curve))
    # That there is no LV at all has its own finding.
    if found.es_frame is None and np.isfinite(curve).sum() > 1 and np.nanmax(curve) > 0:
        yield Finding.of(FindingCode.PHASES_UNKNOWN, Severity.SERIOUS, Origin.CHECK)


def _may_hold_a_phase(
    curve: FloatCurve, lost: Mask, failed: Mask, chosen: ChosenPhases, found: Phases
) -> bool:
    """Whether the LV was lost beside end-diastole, or where it is about as small as it gets."""
    if found.es_frame is None or not lost.any():
        return False
    good = np.flatnonzero(np.isfinite(curve) & ~failed)
    after = np.searchsorted(good, np.flatnonzero(lost))
    beside = good[np.concatenate([after - 1, after % len(good)])]
    stroke_ml = abs(curve[found.ed_frame] - curve[found.es_frame])
    small_ml = curve[found.es_frame] + SMALLEST_SHARE * stroke_ml
    is_beside_ed = chosen.ed is None and found.ed_frame in beside
    return is_beside_ed or (chosen.es is None and bool((curve[beside] <= small_ml).any()))


def _lost(numbers: NDArray[np.intp], frames: int) -> Finding:
    """The finding of phases without LV, by their numbers, that may hold one of the two."""
    place: dict[str, Any] = {"phrase": "place.frame", "frame": int(numbers[0]), "frames": frames}
    if len(numbers) > 1:
        place = {"phrase": "place.frames", "numbers": numbers.tolist(), "frames": frames}
    code, first = FindingCode.PHASE_CANDIDATE_IGNORED, int(numbers[0]) - 1
    values = {"phrase": f"{code}.lost", "place": place}
    return Finding.of(code, Severity.SERIOUS, Origin.CHECK, values, frame=first)


def _ignored(numbers: NDArray[np.intp], frames: int) -> Finding:
    """The finding of other phases that failed."""
    code, first = FindingCode.PHASE_CANDIDATE_IGNORED, int(numbers[0]) - 1
    values = {
        "phrase": code if len(numbers) == 1 else f"{code}.many",
        "numbers": numbers.tolist(),
        "frames": frames,
    }
    return Finding.of(code, Severity.INFO, Origin.CHECK, values, frame=first)
