"""Whether a segmentation looks like a heart: rules that a reader would apply at a glance.

A finding never changes or hides a result. Frames and slices are 0-based in `Finding.frame` and
`Finding.slice`; the sentences count from 1 ("phase 7 of 25"), as viewers for clinicians do. One
rule gives one finding per structure: the sentence names the first place (end-diastole and
end-systole before other frames, base before apex) and counts the rest. Slices may run from base to
apex or back.

"Experts" in comments here and in `stack_rules.py` are the contours of the 100 patients of the ACDC
training set (Bernard et al. 2018, doi:10.1109/TMI.2018.2837502) at end-diastole and
end-systole, to which the rules were applied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from CMRSegmentationLib.anatomy.long_axis import find_left_ventricle
from CMRSegmentationLib.anatomy.view_content import doubt_view
from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import FOREGROUND, Label, LabelMap, View
from CMRSegmentationLib.measuring.checked_heart import (
    CheckedHeart,
    cut_to_heart,
    open_outline,
    word_of,
)
from CMRSegmentationLib.measuring.curve import outlier_frames
from CMRSegmentationLib.measuring.long_axis_measures import long_axis_values
from CMRSegmentationLib.measuring.stack_rules import pump_rules, stack_rules, unlikely_ejection

# The valves of a long axis open 15 to 25 % of the outline (contours of bivme). Of 500 phases of
# views and a person that networks had not seen, half of them blurred, the LV had a Dice below .8 in
# 21 of 29 more open than this, and in 11 of the other 471.
MAXIMUM_OPEN_LONG_AXIS = 0.4


def check_quality(
    labels: LabelMap,
    *,
    ed_frame: int,
    es_frame: int | None,
    view: View | None = None,
    frames: Sequence[int] | None = None,
) -> tuple[Finding, ...]:
    """Apply the rules to a segmented cine.

    Args:
        labels: the structures of all frames.
        ed_frame: 0-based frame of end-diastole.
        es_frame: 0-based frame of end-systole, or None.
        view: the imaging plane; the rules of a stack hold for the short axis alone.
        frames: the 0-based frames that were segmented; None for all.

    Returns:
        The findings, the gravest first; none for a plausible heart.
    """
    heart = cut_to_heart(labels, ed_frame, es_frame, frames)
    expected = _expected(labels, view)
    if not any(heart.areas_cm2[label].any() for label in FOREGROUND):
        return (Finding.of(FindingCode.HEART_ABSENT, Severity.SERIOUS, Origin.CHECK),)
    findings = [*_limits(heart, view), *_empty_structures(heart, expected), *_jumps(heart)]
    findings += [*doubt_view(labels, view), *_long_axis(heart, labels, view)]
    if not labels.geometry.is_single_slice and (view is None or not view.is_long_axis):
        findings += [*pump_rules(heart), *stack_rules(heart)]
    order = (Severity.SERIOUS, Severity.WARNING, Severity.INFO)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))


def _expected(labels: LabelMap, view: View | None) -> tuple[Label, ...]:
    """The structures that a view shows; a plane of unknown view may miss the RV."""
    if view is None:
        view = View.LAX_2C if labels.geometry.is_single_slice else View.SAX
    return view.structures


def _limits(heart: CheckedHeart, view: View | None) -> Iterator[Finding]:
    """Inputs that cannot give every measure."""
    if heart.segmented.sum() == 1:
        yield Finding.of(FindingCode.SINGLE_PHASE, Severity.INFO, Origin.CHECK, frame=heart.ed)
    if len(heart.slices) == 1 and (view is None or not view.is_long_axis):
        yield Finding.of(FindingCode.SINGLE_SLICE, Severity.INFO, Origin.CHECK, slice_=0)
    if len(heart.slices) > 1 and view is not None and view.is_long_axis:
        values = {"slices": len(heart.slices)}
        yield Finding.of(FindingCode.LONG_AXIS_STACK, Severity.SERIOUS, Origin.CHECK, values)


def _empty_structures(heart: CheckedHeart, expected: Sequence[Label]) -> Iterator[Finding]:
    for label in expected:
        empty = heart.segmented & ~heart.areas_cm2[label].any(axis=1)
        count, total = int(empty.sum()), int(heart.segmented.sum())
        if count == total:
            values: dict[str, Any] = {"structure": word_of(label)}
            yield Finding.of(FindingCode.STRUCTURE_ABSENT, Severity.SERIOUS, Origin.CHECK, values)
        elif count:
            frame = heart.first(empty)
            severity = Severity.SERIOUS if frame in heart.phases else Severity.WARNING
            place = heart.place(frame, others=count - 1)
            values = {"structure": word_of(label), "place": place}
            code = FindingCode.STRUCTURE_EMPTY
            yield Finding.of(code, severity, Origin.CHECK, values, frame=frame)


def _jumps(heart: CheckedHeart) -> Iterator[Finding]:
    for label in FOREGROUND:
        volume = heart.volume_ml(label)  # an empty frame, which has its own finding, says nothing
        hits = outlier_frames(np.where(volume > 0, volume, np.nan))
        if hits.any():
            frame = heart.first(hits)
            place = heart.place(frame, others=int(hits.sum()) - 1)
            values = {"structure": word_of(label), "place": place}
            code = FindingCode.VOLUME_JUMP
            yield Finding.of(code, Severity.WARNING, Origin.CHECK, values, frame=frame)


def _long_axis(heart: CheckedHeart, labels: LabelMap, view: View | None) -> Iterator[Finding]:
    """Long-axis phases without a length, a bare cavity, and an unlikely ejection fraction."""
    if view is None or not view.is_long_axis or not labels.geometry.is_single_slice:
        return
    unknown = [
        t
        for t in heart.phases
        if heart.areas_cm2[Label.LV][t].any() and find_left_ventricle(labels, t) is None
    ]
    if unknown:
        where = {"place": heart.place(unknown[0], others=len(unknown) - 1)}
        code = FindingCode.LONG_AXIS_UNKNOWN
        yield Finding.of(code, Severity.WARNING, Origin.CHECK, where, frame=unknown[0])
    yield from _bare_pool(heart)
    values = long_axis_values(labels, view, heart.ed, heart.es)
    edv_ml, esv_ml = (values.get(f"lv_{part}_area_length") for part in ("edv", "esv"))
    if heart.es is not None and edv_ml is not None and esv_ml is not None:
        yield from unlikely_ejection(Label.LV, edv_ml, esv_ml, heart.es)


def _bare_pool(heart: CheckedHeart) -> Iterator[Finding]:
    """Long-axis phases in which far more than a valve of the LV's outline has no wall.

    A phase without any wall has its own finding.
    """
    bare_share = open_outline(heart.array)[:, 0]
    hits = (bare_share > MAXIMUM_OPEN_LONG_AXIS) & (heart.areas_cm2[Label.MYO][:, 0] > 0)
    if hits.any():
        frame = heart.first(hits)
        values = {
            "phrase": "lv_not_enclosed.share",
            "open_percent": float(100 * bare_share[frame]),
            "place": heart.place(frame, others=int(hits.sum()) - 1),
        }
        severity = Severity.SERIOUS if frame in heart.phases else Severity.WARNING
        code = FindingCode.LV_NOT_ENCLOSED
        yield Finding.of(code, severity, Origin.CHECK, values, frame=frame)
