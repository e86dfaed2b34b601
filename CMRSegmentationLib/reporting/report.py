"""The clinical report of one cine: what was measured, on what, with what, and what to doubt.

The values are those that were computed; `report_files.py` rounds them and writes them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib import __version__
from CMRSegmentationLib.anatomy.long_axis import lv_length_mm
from CMRSegmentationLib.anatomy.sizes import Curves, areas_cm2, volumes_ml
from CMRSegmentationLib.anatomy.soft_borders import SoftBorders
from CMRSegmentationLib.findings import DOUBTS_OF_CONTOURS, Finding, FindingCode
from CMRSegmentationLib.image import FOREGROUND, CineStack, LabelMap, View
from CMRSegmentationLib.measuring.measures import Measure, in_order, measure
from CMRSegmentationLib.measuring.phases import find_phases
from CMRSegmentationLib.measuring.quality import check_quality
from CMRSegmentationLib.measuring.regional import Beat, InsertionPoints, Regional, measure_regions
from CMRSegmentationLib.patient import AUTOMATIC, UNKNOWN_PATIENT, ChosenPhases, Patient
from CMRSegmentationLib.trust.doubts import kept_doubt
from CMRSegmentationLib.trust.trust import Mark, Trust

SCHEMA = "cmrsegmentation-report/1"
RESEARCH_USE = "Research use, not for clinical decisions."

REPLACED = {FindingCode.WALL_OPEN: FindingCode.LV_NOT_ENCLOSED}
"""A finding of the estimate → one of the checks that says the same less precisely."""

ABOUT_ONE = ("1/s", "m²")
"""Units in which measures lie about 1: a rate of strain, a body surface area."""

AT_ED_ALONE, AT_ES_ALONE = frozenset({"edv", "ed", "mass", "max"}), frozenset({"esv", "es"})
"""Parts of the keys of measures that rest on one of the two phases."""
OF_CAVITY_AND_WALL = frozenset({"wall", "thickening", "grs", "mid"})
"""Parts of the keys of measures of the LV that rest on both borders of its wall."""

CurveByName = Mapping[str, tuple[float | None, ...]]
"""One number per frame of `lv`, `myo` and `rv`; None where there is none."""


def decimals_of(unit: str) -> int:
    """Decimals of a measure for people to read: two where the measures lie about 1, else one."""
    return 2 if unit in ABOUT_ONE else 1


@dataclass(frozen=True)
class InputSummary:
    """What was segmented.

    Attributes:
        view: the imaging plane, if known.
        shape_tzyx: frames, slices, rows, columns.
        spacing_zyx_mm: slice pitch, row and column spacing.
        frame_times_ms: time of each frame, if known and trusted.
        vendor: the scanner's manufacturer, if known.
    """

    view: View | None
    shape_tzyx: tuple[int, int, int, int]
    spacing_zyx_mm: tuple[float, float, float]
    frame_times_ms: tuple[float, ...] | None = None
    vendor: str | None = None

    @classmethod
    def of(cls, stack: CineStack, view: View | None = None) -> InputSummary:
        """Summary of a cine; `view` is the plane that was decided on, else the reader's."""
        return cls(
            view or stack.view,
            stack.shape_tzyx,
            stack.geometry.spacing_zyx_mm,
            stack.frame_times_ms,
            stack.vendor,
        )


@dataclass(frozen=True)
class ModelSummary:
    """Which model segmented: the bundle's name and the SHA-256 of its weights."""

    name: str
    sha256: str


@dataclass(frozen=True)
class ClinicalReport:
    """All that is known about one segmented cine.

    Attributes:
        input: what was segmented.
        ed_frame: 0-based frame of end-diastole (of a single phase: that frame).
        es_frame: 0-based frame of end-systole, if there is one.
        measures: what could be computed.
        volumes_ml: volume of each structure by frame; empty tuples for a single slice.
        areas_cm2: area of each structure by frame for a single slice; else empty tuples. A
            structure that the view does not show has an empty tuple in either.
        lengths_mm: long-axis length of the LV by frame, under `lv`, for a long-axis plane; else
            nothing.
        regional: segments, strain curves, and what had to be left out.
        findings: what to doubt, of the reader, the segmentation and the checks.
        trust: how far the contours are to be believed; None where that was not judged.
        model: what segmented; None for labels from elsewhere.
        device: what it ran on, such as `cpu`; None for labels from elsewhere.
        precision: of the network's arithmetic, such as `float32`; None where it is not known.
        seconds: time spent by stage.
        labels_axes: order of the axes of the label file, fastest first; None where it is not known.
        software: version of this program.
        schema: name and version of this layout.
    """

    input: InputSummary
    ed_frame: int
    es_frame: int | None
    measures: tuple[Measure, ...]
    volumes_ml: CurveByName
    areas_cm2: CurveByName
    lengths_mm: CurveByName = field(default_factory=dict)
    regional: Regional = field(default_factory=Regional)
    findings: tuple[Finding, ...] = ()
    trust: Trust | None = None
    model: ModelSummary | None = None
    device: str | None = None
    precision: str | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    labels_axes: str | None = None
    software: str = __version__
    schema: str = SCHEMA

    @property
    def frames(self) -> int:
        """The number of cardiac phases."""
        return self.input.shape_tzyx[0]

    @property
    def segmented_frames(self) -> tuple[int, ...]:
        """The 0-based frames that were segmented, whether or not anything was found there."""
        curves = [*self.volumes_ml.values(), *self.areas_cm2.values()]
        return tuple(t for t in range(self.frames) if any(c and c[t] is not None for c in curves))

    @property
    def phases(self) -> dict[str, int]:
        """The 0-based frames of end-diastole and end-systole by their entries of `SENTENCES`."""
        es = {} if self.es_frame is None else {"phase.es": self.es_frame}
        return {"phase.ed": self.ed_frame} | es

    @property
    def is_single_slice(self) -> bool:
        """Whether the curves are areas."""
        return self.input.shape_tzyx[1] == 1

    @property
    def curves(self) -> dict[str, tuple[float | None, ...]]:
        """Every curve by name and unit, such as `lv_ml`, `rv_cm2` and `lv_length_mm`."""
        kinds = (
            ("{}_ml", self.volumes_ml),
            ("{}_cm2", self.areas_cm2),
            ("{}_length_mm", self.lengths_mm),
        )
        return {
            text.format(name): curve
            for text, curves in kinds
            for name, curve in curves.items()
            if curve
        }

    def judged(self, trust: Trust, doubts: Sequence[Finding]) -> ClinicalReport:
        """The report with what is to be believed of the contours.

        What is doubted comes before the checks that look at labels alone; of these, those are left
        out that the estimate replaces.
        """
        replaced = {REPLACED[doubt.code] for doubt in doubts if doubt.code in REPLACED}
        replaced.add(FindingCode.STROKE_VOLUMES_DIFFER)
        kept = [finding for finding in self.findings if finding.code not in replaced]
        first = [finding for finding in kept if not finding.can_be_checked_again]
        checks = [finding for finding in kept if finding.can_be_checked_again]
        return replace(self, trust=trust, findings=(*first, *doubts, *checks))

    def carrying_on(
        self, before: ClinicalReport, changed_frames: Collection[int] = ()
    ) -> ClinicalReport:
        """The report, measured again, with what is known of the segmentation from before.

        What was judged holds for the contours that were judged: frames that changed have no
        estimate any more, with another phase there is no range of the ejection fraction, and a
        doubt is left of the phases alone that are as they were.

        Args:
            before: the last report of the same cine, which knows model, device and trust.
            changed_frames: 0-based frames whose contours have changed since they were judged.
        """
        new = self
        if before.trust is not None:
            trust = before.trust.without(changed_frames)
            doubts = [one for one in before.findings if one.code in DOUBTS_OF_CONTOURS]
            lost = self._phases_unlike(before) | {*changed_frames}
            kept = {phase: frame for phase, frame in before.phases.items() if frame not in lost}
            if kept != before.phases:
                trust = trust.without_ranges()
                left = [kept_doubt(one, kept) for one in doubts]
                doubts = [one for one in left if one is not None]
            new = self.judged(trust, doubts)
        return replace(
            new,
            model=before.model,
            device=before.device,
            precision=before.precision,
            seconds=before.seconds,
            labels_axes=before.labels_axes,
        )

    def _phases_unlike(self, before: ClinicalReport) -> set[int]:
        """The frames that were end-diastole or end-systole and are not any more."""
        return {old for phase, old in before.phases.items() if old != self.phases.get(phase)}

    def is_doubtful(self, key: str) -> bool:
        """Whether a measure, by its key, rests on doubtful contours at ED or ES."""
        if self.trust is None:
            return False
        structures = map(self.trust.structures.get, _structures_of(key))
        frames = self._frames_of(key)
        marks = {one.volume_mark(frame) for one in structures if one for frame in frames}
        return Mark.DOUBTFUL in marks or Mark.WRONG in marks

    def _frames_of(self, key: str) -> list[int]:
        """The frames at ED and ES that a measure, by its key, rests on."""
        parts = set(key.split("_"))
        other = {"phase.ed": parts & AT_ES_ALONE, "phase.es": parts & AT_ED_ALONE}
        return [frame for phase, frame in self.phases.items() if not other[phase]]

    def value(self, key: str) -> float | None:
        """The value of a measure, or None if it could not be computed."""
        return next((measure.value for measure in self.measures if measure.key == key), None)


def _structures_of(key: str) -> tuple[str, ...]:
    """The structures that a measure, by its key, rests on."""
    structure, *parts = key.split("_")
    if "mass" in parts:
        return ("myo",)
    has_both = structure == "lv" and OF_CAVITY_AND_WALL.intersection(parts)
    return ("lv", "myo") if has_both else (structure,)


def make_report(
    labels: LabelMap,
    summary: InputSummary,
    *,
    frames: Sequence[int] | None = None,
    chosen: ChosenPhases = AUTOMATIC,
    patient: Patient = UNKNOWN_PATIENT,
    insertion_points: InsertionPoints | None = None,
    soft_borders: SoftBorders | None = None,
    findings: Sequence[Finding] = (),
) -> ClinicalReport:
    """Find the phases, measure and check a cine; the caller adds model, device and seconds.

    Args:
        labels: the structures of all frames.
        summary: what was segmented.
        frames: the 0-based frames that were segmented; None for all.
        chosen: the user's choice of end-diastole and end-systole.
        patient: heart rate and body size, where they are known.
        insertion_points: of the RV, where the user corrected them.
        soft_borders: of the network's probabilities, for labels that nobody changed.
        findings: those of the reader and the segmentation, kept in front.

    Raises:
        ValueError: for an impossible choice of frames or insertion points.
    """
    return measured_report(
        first_report(labels, summary, frames=frames, chosen=chosen),
        labels,
        frames=frames,
        patient=patient,
        insertion_points=insertion_points,
        soft_borders=soft_borders,
        findings=findings,
    )


def first_report(
    labels: LabelMap,
    summary: InputSummary,
    *,
    frames: Sequence[int] | None = None,
    chosen: ChosenPhases = AUTOMATIC,
) -> ClinicalReport:
    """What labels show at once: phases and curves, and no measure yet; see `make_report`.

    Raises:
        ValueError: for an impossible choice of frames.
    """
    segmented, view = labels.frames_or_all(frames), summary.view
    volumes, areas = _curves(labels, view, segmented)
    lv_curve = np.array(volumes["lv"] or areas["lv"], dtype=np.float64)
    phases = find_phases(lv_curve, chosen)
    return ClinicalReport(
        input=summary,
        ed_frame=phases.ed_frame,
        es_frame=phases.es_frame,
        measures=(),
        volumes_ml=volumes,
        areas_cm2=areas,
        findings=phases.findings,
    )


def measured_report(
    first: ClinicalReport,
    labels: LabelMap,
    *,
    frames: Sequence[int] | None = None,
    patient: Patient = UNKNOWN_PATIENT,
    insertion_points: InsertionPoints | None = None,
    soft_borders: SoftBorders | None = None,
    findings: Sequence[Finding] = (),
) -> ClinicalReport:
    """What `first_report` made of the labels, with all that `make_report` adds.

    Raises:
        ValueError: for impossible insertion points.
    """
    segmented, summary = labels.frames_or_all(frames), first.input
    beat = Beat(first.ed_frame, first.es_frame, segmented, summary.frame_times_ms)
    regional = measure_regions(
        labels,
        beat,
        view=summary.view,
        lv_curve=first.volumes_ml["lv"],
        insertion_points=insertion_points,
        soft_borders=soft_borders,
    )
    checked = _checked(labels, summary.view, beat, frames)
    return replace(
        first,
        measures=in_order(_measures(labels, summary.view, beat, patient), regional.values),
        lengths_mm=_lengths_by_name(labels, summary.view, segmented),
        regional=regional,
        findings=(*findings, *first.findings, *checked),
    )


def _measures(
    labels: LabelMap, view: View | None, beat: Beat, patient: Patient
) -> tuple[Measure, ...]:
    return measure(
        labels,
        ed_frame=beat.ed_frame,
        es_frame=beat.es_frame,
        view=view,
        frame_times_ms=beat.times_ms,
        patient=patient,
    )


def _checked(
    labels: LabelMap, view: View | None, beat: Beat, frames: Sequence[int] | None
) -> tuple[Finding, ...]:
    return check_quality(
        labels, ed_frame=beat.ed_frame, es_frame=beat.es_frame, view=view, frames=frames
    )


def _curves(
    labels: LabelMap, view: View | None, segmented: Sequence[int]
) -> tuple[CurveByName, CurveByName]:
    """Volumes of a stack and areas of a plane; the other ones are empty."""
    if labels.geometry.is_single_slice:
        return _none_by_name(), _by_name(_with_a_place(areas_cm2(labels), view), segmented)
    return _by_name(_with_a_place(volumes_ml(labels), view), segmented), _none_by_name()


def _with_a_place(curves: Curves, view: View | None) -> Curves:
    """The curves of the structures that the view shows, and of any others that were drawn."""
    shown = FOREGROUND if view is None else view.structures
    return {label: curve for label, curve in curves.items() if label in shown or curve.any()}


def _by_name(curves: Curves, segmented: Sequence[int]) -> CurveByName:
    drawn = {label.name.lower(): _at(curve, segmented) for label, curve in curves.items()}
    return {**_none_by_name(), **drawn}


def _at(curve: NDArray[np.float64], segmented: Sequence[int]) -> tuple[float | None, ...]:
    values: list[float | None] = [None] * len(curve)
    for frame in segmented:
        values[frame] = float(curve[frame])
    return tuple(values)


def _lengths_by_name(labels: LabelMap, view: View | None, segmented: Sequence[int]) -> CurveByName:
    """The LV's length in a long-axis plane; where it was not found there is nothing."""
    if view is None or not view.is_long_axis or not labels.geometry.is_single_slice:
        return {}
    lengths_mm: list[float | None] = [None] * labels.frames
    for frame in segmented:
        lengths_mm[frame] = lv_length_mm(labels, frame)
    return {"lv": tuple(lengths_mm)}


def _none_by_name() -> CurveByName:
    return {label.name.lower(): () for label in FOREGROUND}
