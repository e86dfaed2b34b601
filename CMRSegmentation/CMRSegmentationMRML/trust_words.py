"""What is to be believed of a result, in the user's words."""

from __future__ import annotations

from slicer.i18n import tr as _

from CMRSegmentationLib.measuring.measures import Measure
from CMRSegmentationLib.reporting.report import ClinicalReport
from CMRSegmentationLib.trust.trust import Mark, StructureTrust


def structure_names() -> dict[str, str]:
    """The structures that may be judged, by their names in a report."""
    return {
        "lv": _("Left ventricle blood pool"),
        "myo": _("Left ventricular wall"),
        "rv": _("Right ventricle blood pool"),
    }


def mark_names() -> dict[Mark, str]:
    """What the marks of the map mean."""
    return {
        Mark.BELIEVED: _("believed"),
        Mark.DOUBTFUL: _("doubtful"),
        Mark.WRONG: _("likely wrong"),
    }


def summary(report: ClinicalReport) -> str:
    """What was judged; or that nothing was, and why."""
    if report.trust is not None:
        marks = [mark for one in report.trust.structures.values() for mark in _marks(one)]
        text = _("{total} contours were judged: {doubtful} doubtful, {wrong} likely wrong.")
        doubtful, wrong = (marks.count(mark) for mark in (Mark.DOUBTFUL, Mark.WRONG))
        return text.format(total=len(marks), doubtful=doubtful, wrong=wrong)
    if report.model is None:
        return _("Trust was not judged: these labels were not made by a model here.")
    return _("Trust was not judged: this model has no estimate. Check the contours yourself.")


def _marks(structure: StructureTrust) -> list[Mark]:
    """The marks of all slices that have one."""
    frames = enumerate(structure.slices)
    marks = (structure.slice_mark(t, z) for t, row in frames for z in range(len(row)))
    return [mark for mark in marks if mark is not None]


def place(name: str, structure: StructureTrust, frame: int, slice_: int) -> str:
    """One place of the map in words; phases and slices count from one."""
    text = _("{name}, slice {slice}, phase {phase}: {what}")
    mark, dice = structure.slice_mark(frame, slice_), structure.slices[frame][slice_]
    missing = structure.missing[frame][slice_]
    if mark is None:
        what = _("nothing to judge")
    elif dice is None:
        what = _("nothing drawn, {percent} % chance that something is missing, {mark}").format(
            percent=f"{100 * missing:.0f}", mark=mark_names()[mark]
        )
    else:
        what = _("estimated Dice {dice}, {mark}").format(
            dice=f"{dice:.2f}", mark=mark_names()[mark]
        )
    return text.format(name=structure_names()[name], slice=slice_ + 1, phase=frame + 1, what=what)


def doubt_of(report: ClinicalReport, measure: Measure) -> str:
    """Why a measure is doubtful; empty if it is not, or trust was not judged."""
    if not report.is_doubtful(measure.key):
        return ""
    sentence = _("Rests on doubtful contours.")
    structure, _separator, quantity = measure.key.partition("_")
    judged = report.trust.structures.get(structure)
    if quantity == "ef" and judged is not None and judged.ef_range_percent is not None:
        low, high = judged.ef_range_percent
        text = _("It may lie from {low} to {high} %.")
        sentence = f"{sentence} {text.format(low=f'{low:.0f}', high=f'{high:.0f}')}"
    return sentence
