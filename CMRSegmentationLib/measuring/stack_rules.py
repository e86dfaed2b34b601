"""Rules for a stack of short-axis slices: gaps, an open wall, coverage, what is ejected.

"Experts" are those of `quality.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from CMRSegmentationLib.anatomy.sizes import percent_decrease
from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import FOREGROUND, Label
from CMRSegmentationLib.measuring.checked_heart import (
    CheckedHeart,
    Mask,
    broken_places,
    open_outline,
)

# UK Biobank's pipeline (Bai et al. 2018, doi:10.1186/s12968-018-0471-x) asks for as many, which lie
# 10 mm apart there; experts never have fewer.
MINIMUM_LV_SLICES = 6
# The way that they take up: of slices that lie farther apart fewer do.
MINIMUM_LV_CM = 6.0
# Share of the LV's outline that does not touch myocardium. Experts: 0 in every slice outside the
# basal third.
MAXIMUM_OPEN_OUTLINE = 0.1
# The outflow tract opens the wall near the base, so that the rule starts below the basal third.
BASAL_SHARE = 1 / 3
# A tip of a few pixels has no outline worth judging.
MINIMUM_ENCLOSED_AREA_CM2 = 0.5
# In the last slice towards the apex that has LV, it has at most this share of its largest area
# (experts: 96 of 100 patients of ACDC at end-diastole, 11 of the 12 whose stack goes on beyond).
MAXIMUM_APEX_AREA = 0.35
# The base moves towards the apex by more than a slice in systole. An outermost slice that is still
# this full at end-systole has more heart beyond it (experts: 29 of 95 patients).
MAXIMUM_BASE_AREA = 0.9
# Without valve disease or shunt both ventricles eject the same.
MAXIMUM_STROKE_DIFFERENCE = 0.25
# Almost half of the experts' patients differ by more than 25 %, one in eight by more than 50 %.
LARGE_STROKE_DIFFERENCE = 0.5
EF_RANGE_PERCENT = (5.0, 90.0)
# A structure this large does not come and go within one frame. Nor does a cavity reach farther
# towards the apex at end-systole, when it is smaller, than at end-diastole (experts: the LV in none
# of 101 patients of ACDC and Sunnybrook, the RV in none of 90).
MINIMUM_DROPOUT_AREA_CM2 = 1.0


def pump_rules(heart: CheckedHeart) -> Iterator[Finding]:
    """Ejection fractions, and the stroke volumes of both ventricles against each other.

    A ventricle that is empty in a phase, which has its own finding, has neither.
    """
    if heart.es is None:
        return
    strokes_ml = []
    for label in (Label.LV, Label.RV):
        edv_ml, esv_ml = (heart.volume_ml(label)[frame] for frame in (heart.ed, heart.es))
        if not (edv_ml > 0 and esv_ml > 0):
            continue
        strokes_ml.append(edv_ml - esv_ml)
        yield from unlikely_ejection(label, edv_ml, esv_ml, heart.es)
    if len(strokes_ml) == 2:
        yield from _stroke_difference(*strokes_ml)


def unlikely_ejection(label: Label, edv_ml: float, esv_ml: float, es: int) -> Iterator[Finding]:
    """An ejection fraction that hardly any heart has."""
    ef = percent_decrease(edv_ml, esv_ml)
    if ef is not None and not EF_RANGE_PERCENT[0] <= ef <= EF_RANGE_PERCENT[1]:
        values = {
            "ventricle": f"ventricle.{label.name.lower()}",
            "ef_percent": float(ef),
            "lowest_percent": EF_RANGE_PERCENT[0],
            "highest_percent": EF_RANGE_PERCENT[1],
        }
        code = FindingCode.EF_OUT_OF_RANGE
        yield Finding.of(code, Severity.WARNING, Origin.CHECK, values, frame=es)


def _stroke_difference(lv_ml: float, rv_ml: float) -> Iterator[Finding]:
    largest = max(abs(lv_ml), abs(rv_ml))
    difference = abs(lv_ml - rv_ml) / largest if largest > 0 else 0.0
    if difference > MAXIMUM_STROKE_DIFFERENCE:
        severity = Severity.WARNING if difference > LARGE_STROKE_DIFFERENCE else Severity.INFO
        values = {
            "lv_ml": float(lv_ml),
            "rv_ml": float(rv_ml),
            "difference_percent": float(100 * difference),
        }
        yield Finding.of(FindingCode.STROKE_VOLUMES_DIFFER, severity, Origin.CHECK, values)


def stack_rules(heart: CheckedHeart) -> Iterator[Finding]:
    """Gaps, dropouts and lost ends, an open wall, and slices that the stack does not cover."""
    yield from _gaps(heart)
    yield from _dropouts(heart)
    yield from _lost_apex(heart)
    yield from _enclosure(heart)
    yield from _lv_extent(heart)
    yield from _coverage(heart)


def _gaps(heart: CheckedHeart) -> Iterator[Finding]:
    """Slices without a structure between slices that have it."""
    for label in FOREGROUND:
        yield from broken_places(heart, FindingCode.STRUCTURE_GAP, label, _in_gap(heart, label))


def _in_gap(heart: CheckedHeart, label: Label) -> Mask:
    """(T, Z) slices without a structure between slices that have it."""
    present = heart.areas_cm2[label] > 0
    above = np.maximum.accumulate(present, axis=1)
    below = np.maximum.accumulate(present[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(above & below & ~present)


def _dropouts(heart: CheckedHeart) -> Iterator[Finding]:
    """Slices at the ends of a structure that lose it for one frame."""
    for label in FOREGROUND:
        hits = _dropped_out(heart, label) & ~_in_gap(heart, label)  # which is said already
        yield from broken_places(heart, FindingCode.STRUCTURE_DROPOUT, label, hits)


def _dropped_out(heart: CheckedHeart, label: Label) -> Mask:
    """(T, Z) slices without a structure that both neighboring frames have there."""
    area = heart.areas_cm2[label]
    if len(area) < 3:
        return np.zeros(area.shape, dtype=np.bool_)
    neighbors = np.minimum(np.roll(area, 1, axis=0), np.roll(area, -1, axis=0))
    hits = (area == 0) & (neighbors >= MINIMUM_DROPOUT_AREA_CM2)
    hits &= (area > 0).any(axis=1, keepdims=True)  # an empty frame has its own finding
    return np.asarray(hits)


def _lost_apex(heart: CheckedHeart) -> Iterator[Finding]:
    """Cavities that end before the apex at end-diastole; the wall there has the same cause."""
    for label in (Label.LV, Label.RV):
        hits = _beyond_apex(heart, label) & ~_dropped_out(heart, label)  # which is said already
        yield from broken_places(heart, FindingCode.APEX_LOST, label, hits)


def _beyond_apex(heart: CheckedHeart, label: Label) -> Mask:
    """(T, Z) slices beyond the end of a cavity at end-diastole that it fills at end-systole."""
    area = heart.areas_cm2[label]
    hits = np.zeros(area.shape, dtype=np.bool_)
    drawn = np.flatnonzero(area[heart.ed])
    if heart.es is not None and drawn.size:
        beyond = slice(drawn[-1] + 1, None)
        hits[heart.ed, beyond] = area[heart.es, beyond] >= MINIMUM_DROPOUT_AREA_CM2
    return hits


def _enclosure(heart: CheckedHeart) -> Iterator[Finding]:
    """LV cavity that leaks through the wall below the basal third.

    Slices in which the wall is said to be missing already, by itself or with its phase, are not
    said again.
    """
    has_wall = heart.areas_cm2[Label.MYO].any(axis=1, keepdims=True)
    said = ~has_wall | _in_gap(heart, Label.MYO)
    area = heart.areas_cm2[Label.LV]
    present = area > 0
    rank = np.cumsum(present, axis=1) - 1
    judged = present & (rank >= np.ceil(present.sum(axis=1) * BASAL_SHARE)[:, np.newaxis])
    hits = (
        judged
        & ~said
        & (area >= MINIMUM_ENCLOSED_AREA_CM2)
        & (open_outline(heart.array) > MAXIMUM_OPEN_OUTLINE)
    )
    yield from broken_places(heart, FindingCode.LV_NOT_ENCLOSED, Label.LV, hits)


def _lv_extent(heart: CheckedHeart) -> Iterator[Finding]:
    """How many slices hold LV at end-diastole, and whether the middle one holds RV."""
    present = heart.areas_cm2[Label.LV][heart.ed] > 0
    longest = max(
        (len(run) for run in "".join("x" if p else " " for p in present).split()), default=0
    )
    enough = min(MINIMUM_LV_SLICES, math.ceil(round(MINIMUM_LV_CM / heart.slice_pitch_cm, 3)))
    if 0 < longest < enough:
        values: dict[str, Any] = {"slices": longest, "expected": enough}
        code = FindingCode.FEW_LV_SLICES
        yield Finding.of(code, Severity.WARNING, Origin.CHECK, values, frame=heart.ed)
    rv = heart.areas_cm2[Label.RV][heart.ed]
    middle = int(np.flatnonzero(present)[present.sum() // 2]) if present.any() else 0
    if present.any() and rv.any() and rv[middle] == 0:
        values = {"place": heart.place(heart.ed, middle)}
        code, where = FindingCode.RV_MISSING_MID, int(heart.slices[middle])
        yield Finding.of(code, Severity.WARNING, Origin.CHECK, values, frame=heart.ed, slice_=where)


def _coverage(heart: CheckedHeart) -> Iterator[Finding]:
    """Ends of the heart at which the LV is still large, so that it goes on beyond them."""
    area = heart.areas_cm2[Label.LV][list(heart.phases)]
    largest = area.max(axis=1)
    if not largest.all():
        return
    share = area / largest[:, np.newaxis]
    if share[:, 0].min() > MAXIMUM_BASE_AREA:
        code = FindingCode.BASE_NOT_COVERED
        yield _not_covered(heart, code, code, 0, share[0, 0])
    apex = int(np.flatnonzero(share[0])[-1])
    lost = _beyond_apex(heart, Label.LV).any()  # which has its own finding
    if share[0, apex] > MAXIMUM_APEX_AREA and not lost:
        code = FindingCode.APEX_NOT_COVERED
        phrase = code if apex == len(heart.slices) - 1 else f"{code}.inner"
        yield _not_covered(heart, code, phrase, apex, share[0, apex])


def _not_covered(
    heart: CheckedHeart, code: FindingCode, phrase: str, position: int, share: float
) -> Finding:
    """The finding of an end of the heart, with the share of the largest LV area in its slice."""
    where = int(heart.slices[position])
    values = {
        "phrase": phrase,
        "slice": where + 1,
        "slices": len(heart.slices),
        "area_percent": float(100 * share),
    }
    return Finding.of(code, Severity.WARNING, Origin.CHECK, values, frame=heart.ed, slice_=where)
