"""Strain from contours: how much lengths of the wall change against end-diastole, in percent.

It is computed from the segmentation alone. No point of the muscle is followed, as feature tracking
or tagging does, so that twist is invisible and a slice shows other muscle when the heart moves
through it. Definitions as in feature tracking where they agree: Lagrangian strain of lengths,
end-diastole as reference (Claus et al. 2015, doi:10.1016/j.jcmg.2015.11.001).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import LabelMap, View
from CMRSegmentationLib.measuring.border_length import (
    endocardial_length_mm,
    rv_free_wall_length_mm,
)
from CMRSegmentationLib.measuring.rings import Ring
from CMRSegmentationLib.measuring.segments import LEVELS, MINIMUM_SLICES, levels_of
from CMRSegmentationLib.measuring.wall import wall_thickness

Rings = Mapping[int, Mapping[int, Ring]]
"""Closed walls by frame and slice."""
StrainCurve = tuple[float | None, ...]
"""(T,) percent by frame; None where a length is missing."""

MINIMUM_SHARE = 0.8
"""Of the frames in which a slice's wall has to be closed, and of the slices that a frame needs."""


def short_axis_strains(
    rings: Rings, order: Sequence[int], frames: int, ed_frame: int, es_frame: int
) -> dict[str, StrainCurve]:
    """Circumferential and radial strain over the heart beat.

    Args:
        rings: closed walls of the frames that were segmented.
        order: all slices from base to apex.
        frames: T, the number of frames of the cine.
        ed_frame: 0-based frame of end-diastole, the reference.
        es_frame: 0-based frame of end-systole.

    Returns:
        `gcs_endo` and `gcs_mid` (perimeter of the endocardium and of the curve in the middle of the
        wall, summed over slices), `grs` (mean thickness), and with three slices or more
        `gcs_endo_basal`, `gcs_endo_mid` and `gcs_endo_apical`. Nothing if no slice is closed in
        most frames.
    """
    slices = lasting_slices(rings, order, ed_frame, es_frame)
    groups = {"": slices} if slices else {}
    if len(slices) >= MINIMUM_SLICES:
        levels = levels_of(slices)
        groups |= {
            f"_{level}": tuple(z for z, its in zip(slices, levels, strict=True) if its == level)
            for level in LEVELS
            if level in levels
        }
    inner = {t: {z: ring.inner.perimeter_mm for z, ring in rings[t].items()} for t in rings}
    curves = {
        f"gcs_endo{name}": summed_strain(inner, chosen, frames, ed_frame)
        for name, chosen in groups.items()
    }
    if slices:
        middle = {t: {z: ring.middle.perimeter_mm for z, ring in rings[t].items()} for t in rings}
        curves["gcs_mid"] = summed_strain(middle, slices, frames, ed_frame)
        curves["grs"] = summed_strain(_thickness_mm(rings), slices, frames, ed_frame)
    return curves


def summed_strain(
    lengths: Mapping[int, Mapping[int, float]], slices: Sequence[int], frames: int, ed_frame: int
) -> StrainCurve:
    """Strain of the sum of lengths over slices.

    A slice that is missing in a frame is left out at end-diastole as well; a frame in which more
    than a fifth of the slices are missing has no value.

    Args:
        lengths: in mm by frame and slice.
        slices: the slices to sum over.
        frames: T, the number of frames of the cine.
        ed_frame: 0-based frame of end-diastole, the reference.
    """
    strain: list[float | None] = [None] * frames
    reference = lengths[ed_frame]
    for frame, found in lengths.items():
        there = [z for z in slices if z in found]
        if len(there) >= MINIMUM_SHARE * len(slices):
            at_ed = sum(reference[z] for z in there)
            strain[frame] = 100.0 * (sum(found[z] for z in there) - at_ed) / at_ed
    return tuple(strain)


def _thickness_mm(rings: Rings) -> dict[int, dict[int, float]]:
    """Mean thickness by frame and slice, of all walls at once."""
    places = [(t, z) for t, slices in rings.items() for z in slices]
    thickness = wall_thickness([rings[t][z] for t, z in places]).thickness_mm
    by_frame: dict[int, dict[int, float]] = {t: {} for t in rings}
    for (t, z), lines in zip(places, thickness, strict=True):
        by_frame[t][z] = float(lines.mean())
    return by_frame


def lasting_slices(
    rings: Rings, order: Sequence[int], ed_frame: int, es_frame: int
) -> tuple[int, ...]:
    """Slices closed at both phases and in most frames, from base to apex."""
    both = (rings.get(ed_frame, {}), rings.get(es_frame, {}))
    counts = {z: sum(z in slices for slices in rings.values()) for z in order}
    needed = MINIMUM_SHARE * len(rings)
    return tuple(z for z in order if all(z in phase for phase in both) and counts[z] >= needed)


def long_axis_strains(
    labels: LabelMap, view: View, segmented: Sequence[int], ed_frame: int
) -> dict[str, StrainCurve]:
    """Longitudinal strain over the heart beat: `gls`, and `rv_free_wall` in four chambers.

    Args:
        labels: of a single slice.
        view: a long-axis view.
        segmented: 0-based frames.
        ed_frame: 0-based frame of end-diastole, the reference.

    Raises:
        ValueError: if there are several slices.
    """
    rules: dict[str, Callable[[LabelMap, int], float | None]] = {"gls": endocardial_length_mm}
    if view is View.LAX_4C:
        rules["rv_free_wall"] = rv_free_wall_length_mm
    curves = {}
    for name, rule in rules.items():
        lengths = {t: length for t in segmented if (length := rule(labels, t)) is not None}
        if ed_frame in lengths:
            curves[name] = strain_curve(lengths, labels.frames, ed_frame)
    return curves


def strain_curve(lengths: Mapping[int, float], frames: int, ed_frame: int) -> StrainCurve:
    """(T,) 100 × (L − L at ED) / L at ED of lengths by frame."""
    reference = lengths[ed_frame]
    values = (lengths.get(t) for t in range(frames))
    return tuple(None if v is None else float(100.0 * (v - reference) / reference) for v in values)


def peak_frame(curve: StrainCurve) -> int | None:
    """The 0-based frame of the strain that is farthest from 0; None without a strain."""
    values = np.array([np.nan if value is None else abs(value) for value in curve])
    return int(np.nanargmax(values)) if np.nanmax(values, initial=0.0) > 0.0 else None


def as_array(curve: StrainCurve) -> NDArray[np.float64]:
    """(T,) the curve with NaN for None."""
    return np.array([np.nan if value is None else value for value in curve], dtype=np.float64)
