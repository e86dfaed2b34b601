"""Regional function of a cine: segments, strain and rates, and what had to be left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.levels import base_is_first
from CMRSegmentationLib.image import Geometry, LabelMap, View
from CMRSegmentationLib.measuring.insertion_points import Septum, find_septum, septum_between
from CMRSegmentationLib.measuring.rates import peak_rates, volume_rates
from CMRSegmentationLib.measuring.rings import Ring, plane_axes, rings_of
from CMRSegmentationLib.measuring.segments import (
    MINIMUM_SLICES,
    Place,
    Segment,
    above_apical,
    measure_segments,
    thickest_place,
)
from CMRSegmentationLib.measuring.strain import (
    Rings,
    StrainCurve,
    as_array,
    long_axis_strains,
    peak_frame,
    short_axis_strains,
)

PointRas = tuple[float, float, float]


@dataclass(frozen=True)
class InsertionPoints:
    """Where the right ventricle's wall meets the left ventricle, in RAS mm.

    Attributes:
        anterior_ras_mm: the anterior insertion point.
        inferior_ras_mm: the inferior insertion point.
        source: "rv" if the right ventricle shows them, "user", or "direction" if they were placed
            by the patient's directions because there is no right ventricle.
    """

    anterior_ras_mm: PointRas
    inferior_ras_mm: PointRas
    source: str = "user"


@dataclass(frozen=True)
class LeftOut:
    """What was not measured and why, for people."""

    what: str
    why: str


@dataclass(frozen=True)
class Regional:
    """Regional function of one cine.

    Attributes:
        segments: AHA segments 1 to 16; none where the stack does not give them.
        thickest: the largest wall thickness at end-diastole.
        insertion_points: in the middle slice at end-diastole.
        strains: curves in percent by name, see `strain.py`.
        values: measures by key of `DEFINITIONS`.
        left_out: what could not be measured.
    """

    segments: tuple[Segment, ...] = ()
    thickest: Place | None = None
    insertion_points: InsertionPoints | None = None
    strains: Mapping[str, StrainCurve] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class Beat:
    """The phases of a cine.

    Attributes:
        ed_frame: 0-based frame of end-diastole.
        es_frame: 0-based frame of end-systole, if there is one.
        segmented: 0-based frames that were segmented.
        times_ms: trusted times of all frames, if there are any.
    """

    ed_frame: int
    es_frame: int | None
    segmented: tuple[int, ...]
    times_ms: tuple[float, ...] | None = None


def measure_regions(
    labels: LabelMap,
    beat: Beat,
    *,
    view: View | None = None,
    lv_curve: Sequence[float | None] = (),
    insertion_points: InsertionPoints | None = None,
) -> Regional:
    """Segments, strain and rates of a cine.

    Args:
        labels: the structures of all frames.
        beat: its phases.
        view: the imaging plane, if known.
        lv_curve: (T,) volume of the LV in ml, for the rates; empty if there is none.
        insertion_points: of the user's choice; None to find them.

    Raises:
        ValueError: if the chosen insertion points cannot be the ends of a septum.
    """
    rates, rates_missing = _rates(beat, lv_curve)
    if labels.geometry.is_single_slice:
        found = _plane(labels, beat, view)
    elif view is not None and view.is_long_axis:
        return Regional()
    else:
        found = _stack(labels, beat, insertion_points)
    return Regional(
        segments=found.segments,
        thickest=found.thickest,
        insertion_points=found.insertion_points,
        strains=found.strains,
        values={**found.values, **_strain_values(found.strains, beat), **rates},
        left_out=(*found.left_out, *rates_missing),
    )


def _stack(labels: LabelMap, beat: Beat, points: InsertionPoints | None) -> Regional:
    rings = {t: rings_of(labels, t) for t in beat.segmented}
    order = slices_from_base(labels, beat.ed_frame)
    ed = rings[beat.ed_frame]
    es = None if beat.es_frame is None else rings[beat.es_frame]
    if not ed:
        return Regional(left_out=(LeftOut("segments and strain", NO_WALL),))
    phases = {
        t: above_apical(rings[t], order) for t in (beat.ed_frame, beat.es_frame) if t is not None
    }
    septum = _septum(labels, phases, points)
    segments = measure_segments(ed, es, order, septum)
    thickest = thickest_place(ed, order, septum, beat.ed_frame) if segments else None
    strains = (
        {}
        if beat.es_frame is None
        else short_axis_strains(rings, order, labels.frames, beat.ed_frame, beat.es_frame)
    )
    return Regional(
        segments=segments,
        thickest=thickest,
        insertion_points=_points(labels, ed, order, septum, points),
        strains=strains,
        values=_segment_values(segments, thickest),
        left_out=tuple(_missing(segments, strains, septum, beat)),
    )


NO_WALL = "no slice has a closed wall around the LV cavity at end-diastole"
SINGLE_PHASE = "one phase was analyzed"


def _missing(
    segments: tuple[Segment, ...], strains: Mapping[str, StrainCurve], septum: Septum, beat: Beat
) -> Iterator[LeftOut]:
    if not segments:
        yield LeftOut("segments", f"fewer than {MINIMUM_SLICES} slices have a closed wall")
    elif not septum.from_rv:
        yield LeftOut(
            "RV insertion points", "no RV was found; the segments follow the patient's directions"
        )
    if beat.es_frame is None:
        yield LeftOut("thickening and strain", SINGLE_PHASE)
    elif not strains:
        yield LeftOut("strain", "no slice has a closed wall throughout the heart beat")


def _plane(labels: LabelMap, beat: Beat, view: View | None) -> Regional:
    """A single slice: longitudinal strain of a long axis, circumferential of a short axis."""
    if beat.es_frame is None:
        return Regional(left_out=(LeftOut("strain", SINGLE_PHASE),))
    if view is not None and view.is_long_axis:
        strains = long_axis_strains(labels, view, beat.segmented, beat.ed_frame)
        why = "the long axis was not found at end-diastole"
        return Regional(
            strains=strains, left_out=() if "gls" in strains else (LeftOut("strain", why),)
        )
    rings = {t: rings_of(labels, t) for t in beat.segmented}
    strains = short_axis_strains(rings, (0,), labels.frames, beat.ed_frame, beat.es_frame)
    left_out = [LeftOut("segments", "a single slice has no basal, mid and apical level")]
    if not strains:
        left_out.append(LeftOut("strain", NO_WALL))
    return Regional(strains=strains, left_out=tuple(left_out))


def slices_from_base(labels: LabelMap, frame: int) -> tuple[int, ...]:
    """All slices of a stack, the most basal first."""
    slices = tuple(range(labels.geometry.shape_zyx[0]))
    return slices if base_is_first(labels.array[frame]) else slices[::-1]


def _septum(labels: LabelMap, phases: Rings, points: InsertionPoints | None) -> Septum:
    if points is None:
        return find_septum(labels, phases)
    center = nearest_center(labels, next(iter(phases.values())), points.anterior_ras_mm)
    return septum_between(points.anterior_ras_mm, points.inferior_ras_mm, center, labels)


def nearest_center(labels: LabelMap, rings: Mapping[int, Ring], point: PointRas) -> PointRas:
    """The cavity's center in the slice that is nearest to a point."""
    centers = [to_ras(labels.geometry, z, ring.center_mm) for z, ring in rings.items()]
    axes = plane_axes(labels.geometry)
    normal = np.cross(axes[0], axes[1])
    return min(centers, key=lambda center: abs(float((np.array(center) - point) @ normal)))


def to_ras(geometry: Geometry, slice_: int, point_mm: NDArray[np.float64]) -> PointRas:
    """RAS mm of a point in the axes of `rings.plane_axes`, counted from the slice's first voxel."""
    first = geometry.ijk_to_ras @ np.array([0.0, 0.0, slice_, 1.0])
    x, y, z = first[:3] + point_mm @ plane_axes(geometry)
    return (float(x), float(y), float(z))


def _points(
    labels: LabelMap,
    ed: Mapping[int, Ring],
    order: tuple[int, ...],
    septum: Septum,
    chosen: InsertionPoints | None,
) -> InsertionPoints:
    """The insertion points on the epicardium of the middle slice."""
    if chosen is not None:
        return chosen
    closed = [z for z in order if z in ed]
    middle = closed[len(closed) // 2]
    ring = ed[middle]
    places = []
    for angle in (septum.anterior, septum.inferior):
        radius = float(ring.outer.radius_mm(np.array([angle]))[0])
        offset = radius * np.array([np.cos(angle), np.sin(angle)])
        places.append(to_ras(labels.geometry, middle, ring.center_mm + offset))
    return InsertionPoints(places[0], places[1], "rv" if septum.from_rv else "direction")


def _segment_values(segments: tuple[Segment, ...], thickest: Place | None) -> dict[str, float]:
    if not segments or thickest is None:
        return {}
    values = {
        "lv_wall_ed": float(np.mean([segment.ed_mean_mm for segment in segments])),
        "lv_wall_max": thickest.thickness_mm,
    }
    for key, attribute in (
        ("lv_wall_es", "es_mean_mm"),
        ("lv_thickening", "thickening_percent"),
        ("lv_excursion", "excursion_mm"),
    ):
        found = [getattr(segment, attribute) for segment in segments]
        if None not in found:
            values[key] = float(np.mean(found))
    return values


PEAKS = {
    "gcs_endo": "lv_gcs_endo",
    "gcs_mid": "lv_gcs_mid",
    "grs": "lv_grs",
    "gls": "lv_gls",
    "rv_free_wall": "rv_free_wall_strain",
}
"""Strain curve → key of its peak; `_time`, `_rate_systolic`, `_rate_diastolic` follow for some."""
WITH_RATES = ("gcs_endo", "gls", "grs")


def _strain_values(strains: Mapping[str, StrainCurve], beat: Beat) -> dict[str, float]:
    values: dict[str, float] = {}
    for name, curve in strains.items():
        key, peak = PEAKS.get(name), peak_frame(curve)
        if key is None or peak is None:
            continue
        values[key] = float(as_array(curve)[peak])
        if name in WITH_RATES:
            values |= _timing(key, curve, peak, beat)
    return values


def _timing(key: str, curve: StrainCurve, peak: int, beat: Beat) -> dict[str, float]:
    """Time to peak and peak rates of a strain, where the frame times are trusted."""
    if beat.times_ms is None or beat.es_frame is None:
        return {}
    times = np.array(beat.times_ms)
    cycle_ms = (times[-1] - times[0]) * len(times) / (len(times) - 1)
    values = {f"{key}_time": float((times[peak] - times[beat.ed_frame]) % cycle_ms)}
    rates = peak_rates(as_array(curve), beat.times_ms, beat.ed_frame, beat.es_frame)
    if rates is not None:
        values |= {f"{key}_rate_systolic": rates[0], f"{key}_rate_diastolic": rates[1]}
    return values


def _rates(
    beat: Beat, lv_curve: Sequence[float | None]
) -> tuple[dict[str, float], tuple[LeftOut, ...]]:
    """Ejection and filling rates of the LV's volume, or why there are none."""
    if not lv_curve or beat.es_frame is None:
        return {}, ()
    volumes = np.array([np.nan if v is None else v for v in lv_curve], dtype=np.float64)
    rates = volume_rates(volumes, beat.times_ms, beat.ed_frame, beat.es_frame)
    if rates is None:
        why = "they need trusted, evenly spaced times of at least 12 frames, all segmented"
        return {}, (LeftOut("ejection and filling rates", why),)
    values = {
        "lv_per": rates.ejection_ml_s,
        "lv_per_time": rates.time_to_ejection_ms,
        "lv_pfr": rates.filling_ml_s,
        "lv_pfr_time": rates.time_to_filling_ms,
    }
    if rates.atrial_share_percent is not None:
        values["lv_atrial_share"] = rates.atrial_share_percent
    return values, ()
