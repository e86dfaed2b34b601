"""Whether a segmentation looks like a heart: rules that a reader would apply at a glance, as findings.

A finding never changes or hides a result. Frames and slices are 0-based in `Finding.frame` and
`Finding.slice`; the sentences count from 1 ("frame 7 of 25"), as viewers for clinicians do. One
rule gives one finding per structure: the sentence names the first place (end-diastole and
end-systole before other frames, base before apex) and counts the rest. Slices may run from base to
apex or back.

Codes: heart_absent, structure_absent, structure_empty, structure_gap, structure_dropout,
few_lv_slices, lv_not_enclosed, rv_missing_mid, base_not_covered, apex_not_covered,
stroke_volumes_differ, ef_out_of_range, volume_jump, view_doubted, long_axis_unknown,
long_axis_stack, single_phase, single_slice. `Testing/Lib/test_quality.py` has a case for each.

"Experts" below are the contours of the 100 patients of the ACDC training set (Bernard et al. 2018,
doi:10.1109/TMI.2018.2837502) at end-diastole and end-systole, to which the rules were applied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.levels import base_is_first
from CMRSegmentationLib.anatomy.long_axis import find_left_ventricle
from CMRSegmentationLib.anatomy.sizes import percent_decrease
from CMRSegmentationLib.anatomy.view_content import doubt_view
from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import FOREGROUND, Label, LabelArray, LabelMap, View
from CMRSegmentationLib.measuring.curve import outlier_frames
from CMRSegmentationLib.measuring.long_axis_measures import long_axis_values

# UK Biobank's pipeline (Bai et al. 2018, doi:10.1186/s12968-018-0471-x) asks for as many; experts
# never have fewer.
MINIMUM_LV_SLICES = 6
# Share of the LV's outline that does not touch myocardium. Experts: 0 in every slice outside the
# basal third.
MAXIMUM_OPEN_OUTLINE = 0.1
# The valves of a long axis open 15 to 25 % of the outline (contours of bivme). Of 500 phases of
# views and a person that networks had not seen, half of them blurred, the LV had a Dice below .8 in
# 21 of 29 more open than this, and in 11 of the other 471.
MAXIMUM_OPEN_LONG_AXIS = 0.4
# The outflow tract opens the wall near the base, so that the rule starts below the basal third.
BASAL_SHARE = 1 / 3
# A tip of a few pixels has no outline worth judging.
MINIMUM_ENCLOSED_AREA_CM2 = 0.5
# In the outermost apical slice the LV has at most this share of its largest area (experts: 85 of 88
# patients).
MAXIMUM_APEX_AREA = 0.35
# The base moves towards the apex by more than a slice in systole. An outermost slice that is still
# this full at end-systole has more heart beyond it (experts: 29 of 95 patients).
MAXIMUM_BASE_AREA = 0.9
# Without valve disease or shunt both ventricles eject the same.
MAXIMUM_STROKE_DIFFERENCE = 0.25
# Almost half of the experts' patients differ by more than 25 %, one in eight by more than 50 %.
LARGE_STROKE_DIFFERENCE = 0.5
EF_RANGE_PERCENT = (5.0, 90.0)
# A structure this large does not come and go within one frame.
MINIMUM_DROPOUT_AREA_CM2 = 1.0

NAMES = {Label.LV: "LV cavity", Label.MYO: "LV myocardium", Label.RV: "RV cavity"}

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class _Heart:
    """A label map cut to the heart, its slices put in order from base to apex.

    Attributes:
        array: (T, Z, y, x) labels around the heart.
        areas_cm2: (T, Z) area of each structure.
        slice_pitch_cm: distance between slice planes.
        segmented: (T,) frames that were segmented.
        slices: (Z,) index in the label map of each slice.
        ed: frame of end-diastole.
        es: frame of end-systole, if there is one.
    """

    array: LabelArray
    areas_cm2: dict[Label, NDArray[np.float64]]
    slice_pitch_cm: float
    segmented: Mask
    slices: NDArray[np.intp]
    ed: int
    es: int | None

    @property
    def phases(self) -> tuple[int, ...]:
        """End-diastole and, if there is one, end-systole."""
        return (self.ed,) if self.es is None else (self.ed, self.es)

    def volume_ml(self, label: Label) -> NDArray[np.float64]:
        """(T,) volume of a structure; NaN where a frame was not segmented."""
        return np.where(
            self.segmented, self.areas_cm2[label].sum(axis=1) * self.slice_pitch_cm, np.nan
        )

    def place(self, frame: int, position: int | None = None) -> str:
        """Where, in words that count from 1."""
        frames, slices = self.array.shape[:2]
        where = "" if position is None else f"slice {self.slices[position] + 1} of {slices} in "
        return f"{where}frame {frame + 1} of {frames}"

    def first(self, hits: Mask) -> int:
        """The frame to name among the (T,) hits: end-diastole, end-systole, else the earliest."""
        return next((frame for frame in self.phases if hits[frame]), int(np.argmax(hits)))


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
    heart = _heart(labels, ed_frame, es_frame, frames)
    expected = _expected(labels, view)
    if not any(heart.areas_cm2[label].any() for label in FOREGROUND):
        message = (
            "No heart was found in any frame; check that the input is a cardiac cine of this view."
        )
        return (Finding(FindingCode.HEART_ABSENT, Severity.SERIOUS, message, origin=Origin.CHECK),)
    findings = [*_limits(heart, view), *_empty_structures(heart, expected), *_jumps(heart)]
    findings += [*doubt_view(labels, view), *_long_axis(heart, labels, view)]
    if not labels.geometry.is_single_slice and (view is None or not view.is_long_axis):
        findings += [*_pump_rules(heart), *_stack_rules(heart)]
    order = (Severity.SERIOUS, Severity.WARNING, Severity.INFO)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))


def _heart(labels: LabelMap, ed: int, es: int | None, frames: Sequence[int] | None) -> _Heart:
    occupied = labels.array.max(axis=(0, 1))
    rows, columns = (np.flatnonzero(occupied.any(axis=axis)) for axis in (1, 0))
    array = labels.array
    if rows.size:
        array = array[:, :, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    slices = np.arange(array.shape[1])
    if not base_is_first(labels.array[ed]):
        slices, array = slices[::-1], array[:, ::-1]
    segmented = np.zeros(labels.frames, dtype=np.bool_)
    segmented[list(labels.frames_or_all(frames))] = True
    pixel_cm2 = labels.geometry.pixel_area_mm2 / 100.0
    areas = {
        label: np.count_nonzero(array == label, axis=(2, 3)) * pixel_cm2 for label in FOREGROUND
    }
    pitch_cm = labels.geometry.voxel_volume_ml / pixel_cm2
    return _Heart(array, areas, pitch_cm, segmented, slices, ed, es)


def _expected(labels: LabelMap, view: View | None) -> tuple[Label, ...]:
    """The structures that a view shows: two-chamber planes miss the RV, and so may a plane of unknown view."""
    if view is None:
        view = View.LAX_2C if labels.geometry.is_single_slice else View.SAX
    return view.structures


def _limits(heart: _Heart, view: View | None) -> Iterator[Finding]:
    """Inputs that cannot give every measure."""
    if heart.segmented.sum() == 1:
        message = "One phase was analyzed, so there is no stroke volume and no ejection fraction."
        yield Finding(
            FindingCode.SINGLE_PHASE, Severity.INFO, message, frame=heart.ed, origin=Origin.CHECK
        )
    if len(heart.slices) == 1 and (view is None or not view.is_long_axis):
        message = "There is a single slice, so there are areas and no volumes."
        yield Finding(
            FindingCode.SINGLE_SLICE, Severity.INFO, message, slice=0, origin=Origin.CHECK
        )
    if len(heart.slices) > 1 and view is not None and view.is_long_axis:
        message = (
            f"{len(heart.slices)} parallel slices of a long axis add up to no volume, and lengths are those of one "
            "plane, so nothing was measured; give the slices one by one, or the short axis as the view if it is one."
        )
        yield Finding(FindingCode.LONG_AXIS_STACK, Severity.SERIOUS, message, origin=Origin.CHECK)


def _empty_structures(heart: _Heart, expected: Sequence[Label]) -> Iterator[Finding]:
    for label in expected:
        empty = heart.segmented & ~heart.areas_cm2[label].any(axis=1)
        count, total = int(empty.sum()), int(heart.segmented.sum())
        if count == total:
            yield Finding(
                FindingCode.STRUCTURE_ABSENT,
                Severity.SERIOUS,
                f"The {NAMES[label]} was not found in any frame.",
                origin=Origin.CHECK,
            )
        elif count:
            frame = heart.first(empty)
            severity = Severity.SERIOUS if frame in heart.phases else Severity.WARNING
            message = f"The {NAMES[label]} was not found in {heart.place(frame)}{_more(count - 1, 'frame')}."
            yield Finding(
                FindingCode.STRUCTURE_EMPTY, severity, message, frame=frame, origin=Origin.CHECK
            )


def _jumps(heart: _Heart) -> Iterator[Finding]:
    for label in FOREGROUND:
        volume = heart.volume_ml(label)
        hits = outlier_frames(volume) & (volume > 0)  # an empty frame has its own finding
        if hits.any():
            frame = heart.first(hits)
            message = (
                f"The size of the {NAMES[label]} jumps in {heart.place(frame)}{_more(int(hits.sum()) - 1, 'frame')}: "
                "it does not fit the neighboring frames."
            )
            yield Finding(
                FindingCode.VOLUME_JUMP, Severity.WARNING, message, frame=frame, origin=Origin.CHECK
            )


def _long_axis(heart: _Heart, labels: LabelMap, view: View | None) -> Iterator[Finding]:
    """Phases of a long-axis plane without a length and what follows from it, and an unlikely ejection fraction."""
    if view is None or not view.is_long_axis or not labels.geometry.is_single_slice:
        return
    unknown = [
        t
        for t in heart.phases
        if heart.areas_cm2[Label.LV][t].any() and find_left_ventricle(labels, t) is None
    ]
    if unknown:
        message = (
            f"The long axis of the LV was not found in {heart.place(unknown[0])}{_more(len(unknown) - 1, 'frame')}, "
            "because its cavity is not open at a valve alone; what needs its length is left out."
        )
        yield Finding(
            FindingCode.LONG_AXIS_UNKNOWN,
            Severity.WARNING,
            message,
            frame=unknown[0],
            origin=Origin.CHECK,
        )
    yield from _bare_pool(heart)
    values = long_axis_values(labels, view, heart.ed, heart.es)
    edv_ml, esv_ml = (values.get(f"lv_{part}_area_length") for part in ("edv", "esv"))
    if heart.es is not None and edv_ml is not None and esv_ml is not None:
        yield from _unlikely_ejection("LV", edv_ml, esv_ml, heart.es)


def _bare_pool(heart: _Heart) -> Iterator[Finding]:
    """Phases of a long-axis plane in which far more than a valve of the LV's outline has no wall."""
    bare_share = _open_outline(heart.array)[:, 0]
    hits = bare_share > MAXIMUM_OPEN_LONG_AXIS
    if hits.any():
        frame = heart.first(hits)
        message = (
            f"{100 * bare_share[frame]:.0f} % of the outline of the LV cavity has no myocardium beside it in "
            f"{heart.place(frame)}{_more(int(hits.sum()) - 1, 'frame')}; valves open a quarter of it."
        )
        severity = Severity.SERIOUS if frame in heart.phases else Severity.WARNING
        yield Finding(
            FindingCode.LV_NOT_ENCLOSED, severity, message, frame=frame, origin=Origin.CHECK
        )


def _pump_rules(heart: _Heart) -> Iterator[Finding]:
    """Ejection fractions, and the stroke volumes of both ventricles against each other."""
    if heart.es is None:
        return
    strokes_ml = []
    for label in (Label.LV, Label.RV):
        edv_ml, esv_ml = (heart.volume_ml(label)[frame] for frame in (heart.ed, heart.es))
        if not edv_ml > 0:
            continue
        strokes_ml.append(edv_ml - esv_ml)
        yield from _unlikely_ejection(label.name, edv_ml, esv_ml, heart.es)
    if len(strokes_ml) == 2:
        yield from _stroke_difference(*strokes_ml)


def _unlikely_ejection(name: str, edv_ml: float, esv_ml: float, es: int) -> Iterator[Finding]:
    ef = percent_decrease(edv_ml, esv_ml)
    if ef is not None and not EF_RANGE_PERCENT[0] <= ef <= EF_RANGE_PERCENT[1]:
        limits = f"{EF_RANGE_PERCENT[0]:g} to {EF_RANGE_PERCENT[1]:g} %"
        message = f"The {name} ejection fraction of {ef:.0f} % lies outside {limits}."
        yield Finding(
            FindingCode.EF_OUT_OF_RANGE, Severity.WARNING, message, frame=es, origin=Origin.CHECK
        )


def _stroke_difference(lv_ml: float, rv_ml: float) -> Iterator[Finding]:
    largest = max(abs(lv_ml), abs(rv_ml))
    difference = abs(lv_ml - rv_ml) / largest if largest > 0 else 0.0
    if difference > MAXIMUM_STROKE_DIFFERENCE:
        severity = Severity.WARNING if difference > LARGE_STROKE_DIFFERENCE else Severity.INFO
        message = (
            f"The stroke volumes of LV ({lv_ml:.0f} ml) and RV ({rv_ml:.0f} ml) differ by {100 * difference:.0f} % of "
            "the larger; without valve disease or shunt they are equal."
        )
        yield Finding(FindingCode.STROKE_VOLUMES_DIFFER, severity, message, origin=Origin.CHECK)


def _stack_rules(heart: _Heart) -> Iterator[Finding]:
    yield from _gaps(heart)
    yield from _dropouts(heart)
    yield from _enclosure(heart)
    yield from _lv_extent(heart)
    yield from _coverage(heart)


def _gaps(heart: _Heart) -> Iterator[Finding]:
    """Slices without a structure between slices that have it."""
    for label in FOREGROUND:
        present = heart.areas_cm2[label] > 0
        above = np.maximum.accumulate(present, axis=1)
        below = np.maximum.accumulate(present[:, ::-1], axis=1)[:, ::-1]
        message = f"The {NAMES[label]} is missing between slices that have it"
        yield from _places(heart, FindingCode.STRUCTURE_GAP, message, above & below & ~present)


def _dropouts(heart: _Heart) -> Iterator[Finding]:
    """Slices that lose a structure for one frame."""
    if heart.array.shape[0] < 3:
        return
    for label in FOREGROUND:
        area = heart.areas_cm2[label]
        neighbors = np.minimum(np.roll(area, 1, axis=0), np.roll(area, -1, axis=0))
        hits = (area == 0) & (neighbors >= MINIMUM_DROPOUT_AREA_CM2)
        hits &= (area > 0).any(axis=1, keepdims=True)  # an empty frame has its own finding
        yield from _places(
            heart,
            FindingCode.STRUCTURE_DROPOUT,
            f"The {NAMES[label]} vanishes for a single frame",
            hits,
        )


def _enclosure(heart: _Heart) -> Iterator[Finding]:
    """LV cavity that leaks through the wall below the basal third."""
    if not heart.areas_cm2[Label.MYO].any():
        return  # an absent structure has its own finding
    area = heart.areas_cm2[Label.LV]
    present = area > 0
    rank = np.cumsum(present, axis=1) - 1
    judged = present & (rank >= np.ceil(present.sum(axis=1) * BASAL_SHARE)[:, np.newaxis])
    hits = (
        judged
        & (area >= MINIMUM_ENCLOSED_AREA_CM2)
        & (_open_outline(heart.array) > MAXIMUM_OPEN_OUTLINE)
    )
    yield from _places(
        heart, FindingCode.LV_NOT_ENCLOSED, "The LV cavity is not enclosed by myocardium", hits
    )


def _open_outline(array: LabelArray) -> NDArray[np.float64]:
    """(T, Z) share of the pixel edges around the LV that do not touch myocardium; 0 without LV."""
    array = np.pad(array, ((0, 0), (0, 0), (1, 1), (1, 1)))  # it may end where the LV does
    edges = np.zeros(array.shape[:2])
    closed = np.zeros(array.shape[:2])
    lv, myo = array == Label.LV, array == Label.MYO
    for axis in (2, 3):
        low, high = ([slice(None)] * 4, [slice(None)] * 4)
        low[axis], high[axis] = slice(None, -1), slice(1, None)
        one, two = tuple(low), tuple(high)
        edges += np.count_nonzero(lv[one] != lv[two], axis=(2, 3))
        closed += np.count_nonzero((lv[one] & myo[two]) | (myo[one] & lv[two]), axis=(2, 3))
    return np.divide(edges - closed, edges, out=np.zeros_like(edges), where=edges > 0)


def _lv_extent(heart: _Heart) -> Iterator[Finding]:
    """How many slices hold LV at end-diastole, and whether the middle one holds RV."""
    present = heart.areas_cm2[Label.LV][heart.ed] > 0
    longest = max(
        (len(run) for run in "".join("x" if p else " " for p in present).split()), default=0
    )
    if 0 < longest < MINIMUM_LV_SLICES:
        message = (
            f"Only {longest} neighboring slices hold the LV cavity at end-diastole; "
            f"{MINIMUM_LV_SLICES} or more are expected, so volumes may be too small."
        )
        yield Finding(
            FindingCode.FEW_LV_SLICES,
            Severity.WARNING,
            message,
            frame=heart.ed,
            origin=Origin.CHECK,
        )
    rv = heart.areas_cm2[Label.RV][heart.ed]
    middle = int(np.flatnonzero(present)[present.sum() // 2]) if present.any() else 0
    if present.any() and rv.any() and rv[middle] == 0:
        message = (
            f"The RV cavity is missing at mid-ventricular level, {heart.place(heart.ed, middle)}."
        )
        yield Finding(
            FindingCode.RV_MISSING_MID,
            Severity.WARNING,
            message,
            frame=heart.ed,
            slice=int(heart.slices[middle]),
            origin=Origin.CHECK,
        )


def _coverage(heart: _Heart) -> Iterator[Finding]:
    """Outermost slices in which the LV is still large, so that it goes on outside the stack."""
    area = heart.areas_cm2[Label.LV][list(heart.phases)]
    largest = area.max(axis=1)
    if not largest.all():
        return
    share = area / largest[:, np.newaxis]
    for code, end, position, full in (
        (FindingCode.BASE_NOT_COVERED, "base", 0, share[:, 0].min() > MAXIMUM_BASE_AREA),
        (FindingCode.APEX_NOT_COVERED, "apex", -1, share[0, -1] > MAXIMUM_APEX_AREA),
    ):
        if full:
            message = (
                f"The stack may not cover the {end}: its outermost slice there ({heart.slices[position] + 1} of "
                f"{len(heart.slices)}) still holds {100 * share[0, position]:.0f} % of the largest LV area, so "
                "volumes may be too small."
            )
            yield Finding(
                code,
                Severity.WARNING,
                message,
                frame=heart.ed,
                slice=int(heart.slices[position]),
                origin=Origin.CHECK,
            )


def _places(heart: _Heart, code: FindingCode, statement: str, hits: Mask) -> Iterator[Finding]:
    """One finding for the (T, Z) places where a rule is broken; none if it holds everywhere."""
    if not hits.any():
        return
    frame = heart.first(np.asarray(hits.any(axis=1)))
    position = int(np.argmax(hits[frame]))
    severity = Severity.WARNING if frame in heart.phases else Severity.INFO
    message = f"{statement}: {heart.place(frame, position)}{_more(int(hits.sum()) - 1, 'place')}."
    yield Finding(
        code, severity, message, frame=frame, slice=int(heart.slices[position]), origin=Origin.CHECK
    )


def _more(count: int, noun: str) -> str:
    return "" if count == 0 else f" and in {count} other {noun}{'s' if count > 1 else ''}"
