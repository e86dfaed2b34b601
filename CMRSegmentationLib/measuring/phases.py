"""End-diastole and end-systole, from the curve of the LV blood-pool volume.

End-diastole is the frame of the largest LV volume and end-systole that of the smallest
(Schulz-Menger et al. 2020, doi:10.1186/s12968-020-00610-6). Which frame comes first is never
assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.measuring.curve import FloatCurve, outlier_frames, smooth
from CMRSegmentationLib.patient import AUTOMATIC, ChosenPhases


@dataclass(frozen=True)
class Phases:
    """The two cardiac phases that are measured.

    Attributes:
        ed_frame: 0-based frame of end-diastole (of a single phase: that frame).
        es_frame: 0-based frame of end-systole; None where there is one phase, or the curve does not
            move.
        findings: what stood in the way of a sure choice.
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
        The frames. A frame whose volume does not fit its neighbors is not chosen; a finding names
        it.

    Raises:
        ValueError: if there is no volume, or a frame that the user chose does not exist or was not
            segmented.
    """
    curve = _checked_curve(lv_ml)
    _check_choice(chosen, curve)
    is_complete = chosen.ed is not None and chosen.es is not None
    findings = () if is_complete else _outlier_finding(curve, outlier_frames(curve))
    ed_frame, es_frame = _choose(curve, chosen)
    if es_frame is None and np.isfinite(curve).sum() > 1:
        findings += (Finding.of(FindingCode.PHASES_UNKNOWN, Severity.SERIOUS, Origin.CHECK),)
    return Phases(ed_frame, es_frame, findings)


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


def _choose(curve: FloatCurve, chosen: ChosenPhases) -> tuple[int, int | None]:
    """The extremes of the smoothed curve, except failed frames and the frame already taken."""
    outliers = outlier_frames(curve)
    smoothed = smooth(curve if outliers.all() else np.where(outliers, np.nan, curve))
    ed, es = chosen.ed, chosen.es
    if ed is None:
        ed = int(np.nanargmax(_without(smoothed, es)))
    rest = _without(smoothed, ed)
    if es is None and np.isfinite(rest).any() and np.nanmax(smoothed) != np.nanmin(smoothed):
        es = int(np.nanargmin(rest))
    return ed, es


def _without(curve: FloatCurve, frame: int | None) -> FloatCurve:
    kept = curve.copy()
    if frame is not None:
        kept[frame] = np.nan
    return kept


def _outlier_finding(curve: FloatCurve, outliers: NDArray[np.bool_]) -> tuple[Finding, ...]:
    frames = np.flatnonzero(outliers)
    if not frames.size:
        return ()
    values = {"numbers": ", ".join(str(frame + 1) for frame in frames), "frames": len(curve)}
    code, first = FindingCode.PHASE_CANDIDATE_IGNORED, int(frames[0])
    return (Finding.of(code, Severity.INFO, Origin.CHECK, values, frame=first),)
