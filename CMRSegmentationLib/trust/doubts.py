"""Findings about doubtful contours: one for each cause, by how much they move the measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import Label
from CMRSegmentationLib.trust.estimate import Fences
from CMRSegmentationLib.trust.evidence import NAMES
from CMRSegmentationLib.trust.trust import Mark, StructureTrust, Trust

Values = NDArray[np.float64]

MAXIMUM_OPEN_SHARE = 0.1
"""Share of the LV's outline without wall; experts leave none open below the base."""
MINIMUM_STEADINESS = 0.8
"""Dice with what is drawn on changed images, below which it is named as the cause."""
STRUCTURE_NAMES = {"lv": "LV cavity", "myo": "LV wall", "rv": "RV cavity"}


CAUSES = {
    FindingCode.WALL_OPEN: "The {name} is open",
    FindingCode.CONTOUR_MISSING: "The {name} may be missing",
    FindingCode.CONTOUR_UNLIKELY: "The {name} does not look as experts draw it",
    FindingCode.CONTOUR_UNSTEADY: (
        "The {name} comes out differently when the image is changed a little"
    ),
    FindingCode.CONTOUR_UNSURE: "The model is unsure of the {name}",
}
"""What the evidence against a contour is, the plainest first."""


@dataclass(frozen=True)
class Places:
    """Evidence of a cine and where its frames and slices lie.

    Attributes:
        rows: (T, Z, S, `NAMES`) evidence of the segmented frames, slices as stored.
        frames: numbers of the segmented frames.
        phases: end-diastole and, if there is one, end-systole.
        fences: of the redrawing.
    """

    rows: Values
    frames: tuple[int, ...]
    phases: tuple[int, int | None]
    fences: dict[Label, Fences]

    @property
    def judged_phases(self) -> tuple[int, ...]:
        """End-diastole and end-systole, as far as there are such and they were segmented."""
        wanted = dict.fromkeys(t for t in self.phases if t is not None)
        return tuple(t for t in wanted if t in self.frames)

    def value(self, name: str, frame: int, label: Label) -> Values:
        """(Z,) one kind of evidence."""
        at = self.frames.index(frame)
        return np.asarray(self.rows[at, :, label - 1, NAMES.index(name)])


@dataclass(frozen=True)
class _Doubt:
    cause: FindingCode
    name: str
    frame: int
    slices: tuple[int, ...]
    dice: float
    mark: Mark
    effect_cm2: float


def doubts(trust: Trust, places: Places) -> tuple[Finding, ...]:
    """What to look at, at end-diastole and end-systole; nothing for credible contours."""
    found = [
        doubt
        for name, structure in trust.structures.items()
        for frame in places.judged_phases
        if (doubt := _doubt(name, structure, frame, places)) is not None
    ]
    groups: dict[tuple[FindingCode, str], list[_Doubt]] = {}
    for doubt in found:
        groups.setdefault((doubt.cause, doubt.name), []).append(doubt)
    ordered = sorted(groups.values(), key=lambda group: -sum(one.effect_cm2 for one in group))
    findings = tuple(_finding(group, trust, places) for group in ordered)
    return findings or tuple(_slices_alone(trust, places))


def _doubt(name: str, structure: StructureTrust, frame: int, places: Places) -> _Doubt | None:
    mark, dice = structure.volume_mark(frame), structure.volumes[frame]
    if mark is None or dice is None or mark is Mark.BELIEVED:
        return None
    slices = _marked_slices(structure, frame) or _lowest(structure, frame)
    label = Label[name.upper()]
    area = float(places.value("area_cm2", frame, label).sum())
    cause = _cause(label, frame, slices, places)
    return _Doubt(cause, name, frame, slices, dice, mark, (1.0 - dice) * area)


def _marked_slices(structure: StructureTrust, frame: int) -> tuple[int, ...]:
    marks = [structure.slice_mark(frame, z) for z in range(len(structure.slices[frame]))]
    return tuple(z for z, mark in enumerate(marks) if mark in (Mark.DOUBTFUL, Mark.WRONG))


def _lowest(structure: StructureTrust, frame: int) -> tuple[int, ...]:
    known = [(value, z) for z, value in enumerate(structure.slices[frame]) if value is not None]
    return (min(known)[1],) if known else ()


def _cause(label: Label, frame: int, slices: Sequence[int], places: Places) -> FindingCode:
    """The plainest cause that holds in one of the slices."""
    chosen = list(slices)

    def of(name: str) -> Values:
        return places.value(name, frame, label)[chosen]

    drawn = of("area_cm2") > 0
    below_base = of("slices_from_base") >= 1
    fence = places.fences[label]
    unlike = (of("redrawn_dice") < fence.dice) | (of("redrawn_mm") > fence.distance_mm)
    is_open = of("open_share") > MAXIMUM_OPEN_SHARE
    if label is not Label.RV and (drawn & below_base & is_open).any():
        return FindingCode.WALL_OPEN
    if (~drawn).any() or not chosen:
        return FindingCode.CONTOUR_MISSING
    if unlike.any():
        return FindingCode.CONTOUR_UNLIKELY
    if (of("variant_dice") < MINIMUM_STEADINESS).any():
        return FindingCode.CONTOUR_UNSTEADY
    return FindingCode.CONTOUR_UNSURE


def _finding(group: list[_Doubt], trust: Trust, places: Places) -> Finding:
    first = min(group, key=lambda one: one.dice)
    wrong = any(one.mark is Mark.WRONG for one in group)
    where = " and ".join(_where(one, places) for one in group)
    wall = first.cause is FindingCode.WALL_OPEN
    name = STRUCTURE_NAMES["myo" if wall else first.name]
    message = (
        f"{CAUSES[first.cause].format(name=name)} {where}: the estimated Dice is "
        f"{first.dice:.2f}. Check the contours there{_consequence(first.name, trust)}."
    )
    return Finding(
        first.cause,
        Severity.SERIOUS if wrong else Severity.WARNING,
        message,
        frame=first.frame,
        slice=first.slices[0] if first.slices else None,
        origin=Origin.CHECK,
    )


def _consequence(name: str, trust: Trust) -> str:
    ranges = trust.structures[name].ef_range_percent
    if ranges is None:
        return ""
    return (
        f"; the {name.upper()} ejection fraction may lie from {ranges[0]:.0f} to {ranges[1]:.0f} %"
    )


def _where(doubt: _Doubt, places: Places) -> str:
    phase = "end-diastole" if doubt.frame == places.phases[0] else "end-systole"
    stack = places.rows.shape[1] > 1
    return f"in {spoken(doubt.slices)} at {phase}" if stack and doubt.slices else f"at {phase}"


def spoken(slices: Sequence[int]) -> str:
    """0-based slices in words that count from 1: "slice 3", "slices 2–4 and 7"."""
    runs: list[list[int]] = []
    for z in sorted(slices):
        if runs and z == runs[-1][-1] + 1:
            runs[-1].append(z)
        else:
            runs.append([z])
    texts = [f"{run[0] + 1}" if len(run) == 1 else f"{run[0] + 1}–{run[-1] + 1}" for run in runs]
    listed = texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
    return f"slice{'s' if len(slices) > 1 else ''} {listed}"


def _slices_alone(trust: Trust, places: Places) -> Iterator[Finding]:
    """Single slices that are likely wrong though the structures as a whole are to be believed."""
    texts, first = [], None
    for name, structure in trust.structures.items():
        for frame in places.judged_phases:
            marks = [structure.slice_mark(frame, z) for z in range(len(structure.slices[frame]))]
            wrong = [z for z, mark in enumerate(marks) if mark is Mark.WRONG]
            if wrong:
                phase = "end-diastole" if frame == places.phases[0] else "end-systole"
                texts.append(f"{STRUCTURE_NAMES[name]} in {spoken(wrong)} at {phase}")
                first = first or (frame, wrong[0])
    if first is not None:
        message = f"Single contours may be wrong: {'; '.join(texts)}."
        yield Finding(
            FindingCode.CONTOURS_TO_CHECK,
            Severity.INFO,
            message,
            frame=first[0],
            slice=first[1],
            origin=Origin.CHECK,
        )
