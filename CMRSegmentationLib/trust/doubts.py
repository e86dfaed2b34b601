"""Findings about doubtful contours: one for each cause, by how much they move the measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import Label
from CMRSegmentationLib.sentences import Values
from CMRSegmentationLib.trust.estimate import Fences
from CMRSegmentationLib.trust.evidence import NAMES
from CMRSegmentationLib.trust.trust import Mark, StructureTrust, Trust

Numbers = NDArray[np.float64]

MAXIMUM_OPEN_SHARE = 0.1
"""Share of the LV's outline without wall; experts leave none open below the base."""
MINIMUM_STEADINESS = 0.8
"""Dice with what is drawn on changed images, below which it is named as the cause."""
WORDS = {"lv": "structure.lv", "myo": "structure.wall", "rv": "structure.rv"}
"""Structures as the sentences of trust name them."""


@dataclass(frozen=True)
class Places:
    """Evidence of a cine and where its frames and slices lie.

    Attributes:
        rows: (T, Z, S, `NAMES`) evidence of the segmented frames, slices as stored.
        frames: numbers of the segmented frames.
        phases: end-diastole and, if there is one, end-systole.
        fences: of the redrawing.
    """

    rows: Numbers
    frames: tuple[int, ...]
    phases: tuple[int, int | None]
    fences: dict[Label, Fences]

    @property
    def judged_phases(self) -> tuple[int, ...]:
        """End-diastole and end-systole, as far as there are such and they were segmented."""
        wanted = dict.fromkeys(t for t in self.phases if t is not None)
        return tuple(t for t in wanted if t in self.frames)

    def value(self, name: str, frame: int, label: Label) -> Numbers:
        """(Z,) one kind of evidence."""
        at = self.frames.index(frame)
        return np.asarray(self.rows[at, :, label - 1, NAMES.index(name)])

    def phases_with(self, structure: str) -> tuple[int, ...]:
        """Those of `judged_phases` in which a structure is drawn; the checks name the others."""
        label = Label[structure.upper()]
        return tuple(t for t in self.judged_phases if self.value("area_cm2", t, label).any())


@dataclass(frozen=True)
class _Doubt:
    cause: FindingCode
    name: str
    frame: int
    slices: tuple[int, ...]
    dice: float
    mark: Mark
    effect_cm2: float

    @property
    def structure(self) -> str:
        """What the sentence names: an open wall, whether the pool or the wall suffers from it."""
        return WORDS["myo" if self.cause is FindingCode.WALL_OPEN else self.name]

    def joined(self, other: _Doubt) -> _Doubt:
        """With another structure's doubt of the same phase and cause; the lower Dice counts."""
        low, high = sorted((self, other), key=lambda one: one.dice)
        slices = tuple(sorted({*low.slices, *high.slices}))
        return replace(low, slices=slices, effect_cm2=low.effect_cm2 + high.effect_cm2)


def doubts(trust: Trust, places: Places) -> tuple[Finding, ...]:
    """What to look at, at end-diastole and end-systole; nothing for credible contours."""
    found = [
        doubt
        for name, structure in trust.structures.items()
        for frame in places.phases_with(name)
        if (doubt := _doubt(name, structure, frame, places)) is not None
    ]
    groups: dict[tuple[FindingCode, str], list[_Doubt]] = {}
    for doubt in found:
        groups.setdefault((doubt.cause, doubt.structure), []).append(doubt)
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

    def of(name: str) -> Numbers:
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
    phases = _by_phase(group, places)
    first = min(phases, key=lambda one: one.dice)
    wrong = any(one.mark is Mark.WRONG for one in group)
    values = {
        "structure": first.structure,
        "where": [
            {**_where(one.frame, one.slices, places), "dice": float(one.dice)} for one in phases
        ],
        "advice": _advice(first.dice, [one.name for one in group], trust),
    }
    return Finding.of(
        first.cause,
        Severity.SERIOUS if wrong else Severity.WARNING,
        Origin.CHECK,
        values,
        frame=first.frame,
        slice_=first.slices[0] if first.slices else None,
    )


def _by_phase(group: list[_Doubt], places: Places) -> list[_Doubt]:
    """One doubt for each phase, those of several structures joined."""
    found: dict[int, _Doubt] = {}
    for one in group:
        found[one.frame] = found[one.frame].joined(one) if one.frame in found else one
    return [found[frame] for frame in places.judged_phases if frame in found]


def _advice(dice: float, names: Sequence[str], trust: Trust) -> Values:
    """The estimate, and what it means for the ejection fraction if that is known."""
    for name in names:
        ranges = trust.structures[name].ef_range_percent
        if ranges is not None:
            return {
                "phrase": "advice.ef",
                "dice": float(dice),
                "ventricle": f"ventricle.{name}",
                "lowest_percent": float(ranges[0]),
                "highest_percent": float(ranges[1]),
            }
    return {"phrase": "advice", "dice": float(dice)}


def _where(frame: int, slices: Sequence[int], places: Places) -> Values:
    """Slices and phase as part of a sentence; a single slice is not named."""
    phase = "phase.ed" if frame == places.phases[0] else "phase.es"
    if places.rows.shape[1] == 1 or not slices:
        return {"phrase": "at.phase", "phase": phase}
    phrase = "at.slices" if len(slices) > 1 else "at.slice"
    return {"phrase": phrase, "slices": runs_of(slices), "phase": phase}


def kept_doubt(finding: Finding, kept: Mapping[str, int]) -> Finding | None:
    """What is left of a doubt in the phases whose contours are as they were.

    It has no range of the ejection fraction, which rests on both phases.

    Args:
        finding: one of `doubts`.
        kept: the 0-based frames of these phases, by `phase.ed` and `phase.es`.

    Returns:
        None if it is about none of them, or of a report of before findings had values.
    """
    name = "places" if "places" in finding.values else "where"
    left = [place for place in finding.values.get(name, ()) if _at(place)["phase"] in kept]
    if not left:
        return None
    values = {**finding.values, name: left}
    where = _at(left[0])
    if name == "where":
        # Reports of before each place had its own have the lowest of all phases.
        dices = [place.get("dice", values["advice"]["dice"]) for place in left]
        where = left[dices.index(min(dices))]
        values["advice"] = {"phrase": "advice", "dice": min(dices)}
    return Finding.of(
        finding.code,
        finding.severity,
        finding.origin,
        values,
        frame=kept[where["phase"]],
        slice_=_first_slice(where),
    )


def _at(place: Values) -> Values:
    """The slices and phase of a place, which may name the structure as well."""
    where: Values = place.get("where", place)
    return where


def _first_slice(where: Values) -> int | None:
    """0-based, of what `_where` made; None if it names no slice."""
    return int(where["slices"][0].split("–")[0]) - 1 if "slices" in where else None


def runs_of(slices: Sequence[int]) -> list[str]:
    """0-based slices in numbers that count from 1: ["3"], ["2–4", "7"]."""
    runs: list[list[int]] = []
    for z in sorted(slices):
        if runs and z == runs[-1][-1] + 1:
            runs[-1].append(z)
        else:
            runs.append([z])
    return [f"{run[0] + 1}" if len(run) == 1 else f"{run[0] + 1}–{run[-1] + 1}" for run in runs]


def _slices_alone(trust: Trust, places: Places) -> Iterator[Finding]:
    """Single slices that are likely wrong though the structures as a whole are to be believed."""
    wrong_places, first = [], None
    for name, structure in trust.structures.items():
        for frame in places.phases_with(name):
            marks = [structure.slice_mark(frame, z) for z in range(len(structure.slices[frame]))]
            wrong = [z for z, mark in enumerate(marks) if mark is Mark.WRONG]
            if wrong:
                where = _where(frame, wrong, places)
                wrong_places.append(
                    {"phrase": "at.structure", "structure": WORDS[name], "where": where}
                )
                first = first or (frame, wrong[0])
    if first is not None:
        yield Finding.of(
            FindingCode.CONTOURS_TO_CHECK,
            Severity.INFO,
            Origin.CHECK,
            {"places": wrong_places},
            frame=first[0],
            slice_=first[1],
        )
