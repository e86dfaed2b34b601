"""Clinical measures of a label map: volumes, ejection fraction, mass, output and their indices.

What cannot be computed is left out: there is never a NaN, a placeholder or a sum of a single slice.
`definitions.py` holds what each measure means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from CMRSegmentationLib.anatomy.sizes import Curves, areas_cm2, percent_decrease, volumes_ml
from CMRSegmentationLib.image import Label, LabelMap, View
from CMRSegmentationLib.measuring.definitions import (
    DEFINITIONS,
    INDEXED_QUANTITIES,
    MYOCARDIAL_DENSITY_G_PER_ML,
)
from CMRSegmentationLib.measuring.long_axis_measures import long_axis_values
from CMRSegmentationLib.patient import HEART_RATE_RANGE_BPM, UNKNOWN_PATIENT, Patient


@dataclass(frozen=True)
class Measure:
    """One clinical measure.

    Attributes:
        key: its name for programs, such as `lv_edv`; a key of `DEFINITIONS`.
        value: a finite number in `unit`.
        unit: such as ml, %, g, l/min.
        definition: how it is computed, with the source.
    """

    key: str
    value: float
    unit: str
    definition: str

    @property
    def name(self) -> str:
        """The measure's name for people, such as "LV ejection fraction"."""
        return DEFINITIONS[self.key].name if self.key in DEFINITIONS else self.key


def measure(
    labels: LabelMap,
    *,
    ed_frame: int,
    es_frame: int | None,
    view: View | None = None,
    frame_times_ms: tuple[float, ...] | None = None,
    patient: Patient = UNKNOWN_PATIENT,
) -> tuple[Measure, ...]:
    """Measure a segmented cine.

    Args:
        labels: the structures of all frames.
        ed_frame: 0-based frame of end-diastole (of a single phase: that frame).
        es_frame: 0-based frame of end-systole; None for a single phase, which has volumes alone.
        view: the imaging plane, if known; a long-axis plane has lengths and what follows from them.
        frame_times_ms: trusted times of the frames, spread over the whole heart beat; they give the
            heart rate where none is given.
        patient: heart rate, and height and weight, which give the indices.

    Returns:
        What can be computed, in the order of `DEFINITIONS`. Structures that are nowhere in `labels`
        have no measures; a single slice has areas in place of volumes by summation, and several
        slices of a long axis have neither.

    Raises:
        ValueError: if a frame does not exist.
    """
    _check_frames(labels.frames, ed_frame, es_frame, frame_times_ms)
    rate = _heart_rate_bpm(patient.heart_rate_bpm, frame_times_ms)
    bsa = patient.body_surface_area_m2
    if labels.geometry.is_single_slice:
        values = _area_values(_present(areas_cm2(labels)), ed_frame, es_frame)
        values |= long_axis_values(labels, view, ed_frame, es_frame)
    elif view is not None and view.is_long_axis:
        values = {}  # the slices of a long axis add up to no ventricle
    else:
        values = _volume_values(_present(volumes_ml(labels)), ed_frame, es_frame)
    if rate is not None:
        values |= _outputs(values, rate)
    if bsa is not None:
        values |= _indices(values, bsa)
    return tuple(as_measure(key, values[key]) for key in DEFINITIONS if key in values)


def in_order(measures: Sequence[Measure], others: Mapping[str, float]) -> tuple[Measure, ...]:
    """Measures and further values by key, in the order of `DEFINITIONS`."""
    by_key = {row.key: row for row in measures} | {
        key: as_measure(key, value) for key, value in others.items()
    }
    return tuple(by_key[key] for key in DEFINITIONS if key in by_key)


def as_measure(key: str, value: float) -> Measure:
    """The measure of a key of `DEFINITIONS`."""
    definition = DEFINITIONS[key]
    return Measure(key, float(value), definition.unit, definition.text)


def _present(curves: Curves) -> Curves:
    return {label: curve for label, curve in curves.items() if curve.any()}


def _area_values(areas: Curves, ed: int, es: int | None) -> dict[str, float]:
    phases = {"": ed} if es is None else {"_ed": ed, "_es": es}
    return {
        f"{label.name.lower()}_area{phase}": float(area[frame])
        for label, area in areas.items()
        for phase, frame in phases.items()
        if area[frame] > 0
    }


def _volume_values(volumes: Curves, ed: int, es: int | None) -> dict[str, float]:
    values: dict[str, float] = {}
    for label, volume in volumes.items():
        key = label.name.lower()
        if es is None:
            values |= _if_there(f"{key}_volume", float(volume[ed]))
        elif label is not Label.MYO:
            values |= _pump_values(key, float(volume[ed]), float(volume[es]))
    if Label.MYO in volumes:
        mass_g = float(volumes[Label.MYO][ed]) * MYOCARDIAL_DENSITY_G_PER_ML
        values |= _if_there("lv_mass", mass_g)
    return values


def _if_there(key: str, value: float) -> dict[str, float]:
    """A size, unless it is that of nothing."""
    return {key: value} if value > 0 else {}


def _pump_values(key: str, edv_ml: float, esv_ml: float) -> dict[str, float]:
    """Of a ventricle missing in one phase, the volume in the other phase alone."""
    found = _if_there(f"{key}_edv", edv_ml) | _if_there(f"{key}_esv", esv_ml)
    if len(found) < 2:
        return found
    ef_percent = percent_decrease(edv_ml, esv_ml)
    ejection = {} if ef_percent is None else {f"{key}_ef": ef_percent}
    return found | {f"{key}_sv": edv_ml - esv_ml} | ejection


def _outputs(values: Mapping[str, float], rate_bpm: float) -> dict[str, float]:
    strokes = {key: values[f"{key}_sv"] for key in ("lv", "rv") if f"{key}_sv" in values}
    return {"heart_rate": rate_bpm} | {
        f"{key}_co": sv * rate_bpm / 1000.0 for key, sv in strokes.items()
    }


def _indices(values: Mapping[str, float], bsa_m2: float) -> dict[str, float]:
    indexed = {
        key: value for key, value in values.items() if key.split("_")[-1] in INDEXED_QUANTITIES
    }
    return {"bsa": bsa_m2} | {f"{key}_index": value / bsa_m2 for key, value in indexed.items()}


def _heart_rate_bpm(given: float | None, times_ms: tuple[float, ...] | None) -> float | None:
    """The given heart rate, else that of the frame times, unless they are no whole heart beat.

    Two frames are end-diastole and end-systole, whose distance says nothing about the beat.
    """
    if given is not None or times_ms is None or len(times_ms) < 3:
        return given
    rr_interval_ms = (times_ms[-1] - times_ms[0]) * len(times_ms) / (len(times_ms) - 1)
    rate = 60_000.0 / rr_interval_ms
    return rate if HEART_RATE_RANGE_BPM[0] <= rate <= HEART_RATE_RANGE_BPM[1] else None


def _check_frames(frames: int, ed: int, es: int | None, times_ms: tuple[float, ...] | None) -> None:
    for name, frame in (("end-diastole", ed), ("end-systole", es)):
        if frame is not None and not 0 <= frame < frames:
            raise ValueError(
                f"The {name} frame must be 0 to {frames - 1} (frames count from 0), found {frame}."
            )
    if times_ms is not None and len(times_ms) != frames:
        raise ValueError(
            f"Expected one time for each of the {frames} frames, found {len(times_ms)}."
        )
