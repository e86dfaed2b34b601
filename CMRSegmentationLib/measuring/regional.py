"""Regional function of a cine: segments, strain and rates, and what had to be left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.levels import base_is_first
from CMRSegmentationLib.anatomy.soft_borders import SoftBorders
from CMRSegmentationLib.image import Geometry, LabelMap, View
from CMRSegmentationLib.measuring.apex_wall import apex_wall_mm
from CMRSegmentationLib.measuring.curve import outlier_frames
from CMRSegmentationLib.measuring.insertion_points import Septum, find_septum, septum_between
from CMRSegmentationLib.measuring.left_out import (
    NEVER_CLOSED,
    NO_APEX,
    NO_AXIS,
    NO_ES,
    NO_LONG_AXIS,
    NO_RV,
    NO_SHORT_AXIS,
    NO_WALL,
    ONE_SLICE,
    RATES,
    SEVERAL_PLANES,
    SINGLE_PHASE,
    WITH_RATES,
    LeftOut,
    missing_segments,
    missing_strain,
)
from CMRSegmentationLib.measuring.rates import peak_rates, volume_rates
from CMRSegmentationLib.measuring.rings import Ring, plane_axes, rings_of
from CMRSegmentationLib.measuring.segments import (
    Place,
    Segment,
    Walls,
    measure_segments,
    thickest_place,
)
from CMRSegmentationLib.measuring.strain import (
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
    soft_borders: SoftBorders | None = None,
) -> Regional:
    """Segments, strain and rates of a cine.

    Args:
        labels: the structures of all frames.
        beat: its phases.
        view: the imaging plane, if known.
        lv_curve: (T,) volume of the LV in ml, for the rates; empty if there is none. The slices of
            a long axis add up to none.
        insertion_points: of the user's choice; None to find them.
        soft_borders: where the borders pass between pixels, where the network said it; None
            measures the label map alone, whose thickness of a segment differs by some 0.1 mm.

    Raises:
        ValueError: if the chosen insertion points cannot be the ends of a septum.
    """
    if view is not None and view.is_long_axis:
        lv_curve = ()
        found = _long_axis(labels, beat, view)
    elif labels.geometry.is_single_slice:
        found = _slice(labels, beat, soft_borders)
    else:
        found = _stack(labels, beat, insertion_points, soft_borders)
    rates = _rates(beat, lv_curve)
    has_rates = rates or not lv_curve or beat.es_frame is None
    lacks = missing_strain(found.strains, beat.segmented, beat.times_ms)
    return replace(
        found,
        values={**found.values, **_strain_values(found.strains, beat), **rates},
        left_out=(*found.left_out, *lacks, *(() if has_rates else (RATES,))),
    )


def _stack(
    labels: LabelMap, beat: Beat, points: InsertionPoints | None, soft: SoftBorders | None
) -> Regional:
    rings = {t: rings_of(labels, t, soft) for t in beat.segmented}
    order = slices_from_base(labels, beat.ed_frame)
    if not rings[beat.ed_frame]:
        return Regional(left_out=(NO_WALL, NO_LONG_AXIS))
    walls = {
        t: Walls.of(labels.array[t], order, rings[t])
        for t in (beat.ed_frame, beat.es_frame)
        if t is not None
    }
    ed, es = walls[beat.ed_frame], None if beat.es_frame is None else walls[beat.es_frame]
    septum = (
        find_septum(labels, {t: its.above_apical for t, its in walls.items()})
        if points is None
        else chosen_septum(labels, rings[beat.ed_frame], points)
    )
    segments = measure_segments(ed, es, septum)
    thickest = thickest_place(ed, septum, beat.ed_frame) if segments else None
    strains = (
        {}
        if beat.es_frame is None
        else short_axis_strains(rings, order, labels.frames, beat.ed_frame, beat.es_frame)
    )
    lost = {"phase.ed": ed.missing} | ({} if es is None else {"phase.es": es.missing})
    return Regional(
        segments=segments,
        thickest=thickest,
        insertion_points=_points(labels, ed, septum, points),
        strains=strains,
        values=_segment_values(segments, thickest),
        left_out=(
            *(() if segments else (missing_segments(lost),)),
            *((NO_RV,) if segments and not septum.from_rv else ()),
            *_missing_phase_or_strain(strains, beat),
            NO_LONG_AXIS,
        ),
    )


def _missing_phase_or_strain(strains: Mapping[str, StrainCurve], beat: Beat) -> Iterator[LeftOut]:
    if beat.es_frame is None:
        yield _without_es(beat)
    elif not strains:
        yield NEVER_CLOSED


def _without_es(beat: Beat) -> LeftOut:
    return SINGLE_PHASE if len(beat.segmented) == 1 else NO_ES


def _slice(labels: LabelMap, beat: Beat, soft: SoftBorders | None) -> Regional:
    """Circumferential and radial strain of a single slice."""
    if beat.es_frame is None:
        return Regional(left_out=(ONE_SLICE, _without_es(beat)))
    rings = {t: rings_of(labels, t, soft) for t in beat.segmented}
    strains = short_axis_strains(rings, (0,), labels.frames, beat.ed_frame, beat.es_frame)
    missing = () if strains else (NEVER_CLOSED,)
    return Regional(strains=strains, left_out=(ONE_SLICE, *missing))


def _long_axis(labels: LabelMap, beat: Beat, view: View) -> Regional:
    """Longitudinal strain, and the wall at the apex."""
    if not labels.geometry.is_single_slice:
        return Regional(left_out=(SEVERAL_PLANES, NO_SHORT_AXIS))
    cap = _apical_cap(labels, beat)
    missing = [] if "lv_apex_wall_ed" in cap else [NO_APEX]
    if beat.es_frame is None:
        return Regional(values=cap, left_out=(*missing, _without_es(beat), NO_SHORT_AXIS))
    strains = long_axis_strains(labels, view, beat.segmented, beat.ed_frame)
    if "gls" not in strains:
        missing.append(NO_AXIS)
    return Regional(strains=strains, values=cap, left_out=(*missing, NO_SHORT_AXIS))


def _apical_cap(labels: LabelMap, beat: Beat) -> dict[str, float]:
    """Thickness of segment 17 at both phases, and how much it thickens."""
    phases = {"lv_apex_wall_ed": beat.ed_frame, "lv_apex_wall_es": beat.es_frame}
    values = {
        key: wall_mm
        for key, frame in phases.items()
        if frame is not None and (wall_mm := apex_wall_mm(labels, frame)) is not None
    }
    if len(values) == 2:
        ed_mm, es_mm = values.values()
        values["lv_apex_thickening"] = 100.0 * (es_mm - ed_mm) / ed_mm
    return values


def slices_from_base(labels: LabelMap, frame: int) -> tuple[int, ...]:
    """All slices of a stack, the most basal first."""
    slices = tuple(range(labels.geometry.shape_zyx[0]))
    return slices if base_is_first(labels.array[frame]) else slices[::-1]


def chosen_septum(labels: LabelMap, rings: Mapping[int, Ring], points: InsertionPoints) -> Septum:
    """The septum between two insertion points, about the cavity's center in their slice.

    Args:
        labels: the label map.
        rings: the closed walls at end-diastole, of which there is at least one.
        points: where the user placed them, or where a report has them.

    Raises:
        ValueError: if the points cannot be the ends of a septum.
    """
    center = _nearest_center(labels, rings, points.anterior_ras_mm)
    return septum_between(points.anterior_ras_mm, points.inferior_ras_mm, center, labels)


def _nearest_center(labels: LabelMap, rings: Mapping[int, Ring], point: PointRas) -> PointRas:
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
    labels: LabelMap, ed: Walls, septum: Septum, chosen: InsertionPoints | None
) -> InsertionPoints:
    """The insertion points on the epicardium of the middle slice."""
    if chosen is not None:
        return chosen
    middle = ed.closed[len(ed.closed) // 2]
    ring = ed.rings[middle]
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


def _strain_values(strains: Mapping[str, StrainCurve], beat: Beat) -> dict[str, float]:
    values: dict[str, float] = {}
    for name, curve in strains.items():
        key, peak = PEAKS.get(name), peak_frame(curve)
        if key is None or peak is None:
            continue
        values[key] = float(as_array(curve)[peak])
        if name in WITH_RATES:
            values |= _timing(key, as_array(curve), peak, beat)
    return values


def _timing(key: str, curve: NDArray[np.float64], peak: int, beat: Beat) -> dict[str, float]:
    """Time to peak and peak rates of a strain, where the frame times are trusted.

    A peak beside a phase that was not measured may lie there.
    """
    beside = curve[[peak - 1, (peak + 1) % len(curve)]]
    if beat.times_ms is None or beat.es_frame is None or not np.isfinite(beside).all():
        return {}
    times = np.array(beat.times_ms)
    cycle_ms = (times[-1] - times[0]) * len(times) / (len(times) - 1)
    values = {f"{key}_time": float((times[peak] - times[beat.ed_frame]) % cycle_ms)}
    rates = peak_rates(curve, beat.times_ms, beat.ed_frame, beat.es_frame)
    if rates is not None:
        values |= {f"{key}_rate_systolic": rates[0], f"{key}_rate_diastolic": rates[1]}
    return values


def _rates(beat: Beat, lv_curve: Sequence[float | None]) -> dict[str, float]:
    """Ejection and filling rates of the LV's volume; nothing where they cannot be had.

    They take every phase, so that one that failed leaves them out.
    """
    if not lv_curve or beat.es_frame is None:
        return {}
    volumes = np.array([np.nan if v is None else v for v in lv_curve], dtype=np.float64)
    volumes[outlier_frames(volumes) | (volumes == 0)] = np.nan
    rates = volume_rates(volumes, beat.times_ms, beat.ed_frame, beat.es_frame)
    if rates is None:
        return {}
    values = {
        "lv_per": rates.ejection_ml_s,
        "lv_per_time": rates.time_to_ejection_ms,
        "lv_pfr": rates.filling_ml_s,
        "lv_pfr_time": rates.time_to_filling_ms,
    }
    if rates.atrial_share_percent is not None:
        values["lv_atrial_share"] = rates.atrial_share_percent
    return values
