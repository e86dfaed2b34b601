"""Frame times that may be trusted: the heart cycle they imply must be one that a heart can have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.findings import Finding, FindingCode, Severity
from CMRSegmentationLib.reading.study import found
from CMRSegmentationLib.sentences import Values

MINIMUM_CYCLE_MS = 300.0
MAXIMUM_CYCLE_MS = 2500.0
"""Heart rates from 24 to 200 beats a minute."""

MS_PER_UNIT = {"s": 1000.0, "ms": 1.0, "us": 0.001}

Times = tuple[tuple[float, ...] | None, tuple[Finding, ...]]


def trusted_times(values: Sequence[float], unit: str | None) -> Times:
    """Frame times in ms, or None with a finding where they cannot be those of one heart cycle.

    Args:
        values: one time a frame, as the file has it.
        unit: `s`, `ms` or `us`; None where the file does not say, then s or ms is taken if it makes
            sense.

    Returns:
        The times in ms, and what there is to say about them. A single frame has no times and no
        finding.
    """
    if len(values) < 2:
        return None, ()
    times = np.asarray(values, dtype=np.float64)
    if not np.isfinite(times).all() or np.any(np.diff(times) <= 0):
        return None, (_not_trusted({"phrase": "time_not_trusted.absent"}),)
    if unit is not None:
        return _in_known_unit(times * MS_PER_UNIT[unit])
    for guess in ("s", "ms"):
        if is_heart_cycle(shown_cycle_ms(times * MS_PER_UNIT[guess])):
            unit_guessed = {"phrase": "time_guessed.unit", "unit": guess}
            finding = found(FindingCode.TIME_GUESSED, Severity.INFO, unit_guessed)
            return _as_tuple(times * MS_PER_UNIT[guess]), (finding,)
    step = {"phrase": "time_not_trusted.unit", "step": _step(times), "frames": times.size}
    return None, (_not_trusted(step),)


def evenly_spaced(step: float, frames: int) -> tuple[float, ...]:
    """Times of `frames` frames that follow each other by `step`, from 0, in the step's unit."""
    return tuple(step * frame for frame in range(frames))


def is_heart_cycle(cycle_ms: float) -> bool:
    """Whether a heart may beat once in so many ms."""
    return MINIMUM_CYCLE_MS <= cycle_ms <= MAXIMUM_CYCLE_MS


def shown_cycle_ms(times_ms: NDArray[np.float64]) -> float:
    """The heart cycle of which two or more evenly spaced phases at these times show all."""
    return _step(times_ms) * times_ms.size


def _in_known_unit(times_ms: NDArray[np.float64]) -> Times:
    if is_heart_cycle(shown_cycle_ms(times_ms)):
        return _as_tuple(times_ms), ()
    values = {
        "phrase": "time_not_trusted.cycle",
        "step_ms": _step(times_ms),
        "cycle_s": shown_cycle_ms(times_ms) / 1000.0,
        "shortest_s": MINIMUM_CYCLE_MS / 1000.0,
        "longest_s": MAXIMUM_CYCLE_MS / 1000.0,
    }
    return None, (_not_trusted(values),)


def _step(times: NDArray[np.float64]) -> float:
    return float((times[-1] - times[0]) / (times.size - 1))


def _as_tuple(times_ms: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(time) for time in times_ms)


def _not_trusted(values: Values) -> Finding:
    return found(FindingCode.TIME_NOT_TRUSTED, Severity.WARNING, values)
