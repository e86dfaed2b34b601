"""Several cines together: what can be segmented at once, and the table of their measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import slicer
import vtk
from slicer.i18n import tr as _

from CMRSegmentationLib.reporting.examination import CineResult, Examination, combine

from .cines import SceneCine, find_cine
from .existing_labels import holds_labels
from .library_words import definition_text, finding_text, measure_cells
from .results import stored_report
from .segmentations import CINE_ROLE, cine_name, shown_segmentation
from .studies import are_of_several_studies, study_item, study_name, study_of
from .suitability import suitable_nodes

TABLE_ATTRIBUTE = "CMR.Examination"


@dataclass(frozen=True)
class Group:
    """Cines that may be segmented together.

    Attributes:
        title: what the user reads.
        cines: in the order of the scene.
    """

    title: str
    cines: tuple[SceneCine, ...]


def groups() -> list[Group]:
    """Every cine of the scene, and the cines of each study."""
    cines = tuple(cine for cine in map(find_cine, suitable_nodes()) if not _is_labels(cine))
    found = [Group(_("All cines of the scene"), cines)]
    studies: dict[int | str, list[SceneCine]] = {}
    for cine in cines:
        studies.setdefault(study_item(cine) or study_of(cine), []).append(cine)
    title = _("Cines of {study}")
    for members in studies.values():
        name = study_name(members[0])
        if name and len(members) < len(cines):
            found.append(Group(title.format(study=name), tuple(members)))
    return found


def _is_labels(cine: SceneCine) -> bool:
    first = next(cine.frame_volumes(), None)
    return first is not None and holds_labels(first)


def update_table(segmentations: Sequence[slicer.vtkMRMLSequenceNode]) -> list[str]:
    """Fills the table with what several segmented cines give together; one alone only renews it.

    Returns:
        Sentences on what does not agree, or could not be combined.
    """
    cines = _results_of(segmentations)
    if len(cines) > 1:
        sentences = _fill(segmentations)
        table = study_table()
        table.RemoveNodeReferenceIDs(CINE_ROLE)
        for sequence in segmentations:
            table.AddNodeReferenceID(CINE_ROLE, sequence.GetNodeReferenceID(CINE_ROLE))
        return sentences
    if segmentations:
        renew_table(segmentations[0])
    return []


def renew_table(segmentation: slicer.vtkMRMLSequenceNode) -> None:
    """Fills the table anew with the results that are shown of its cines.

    Args:
        segmentation: what was measured or chosen; if its cine is not in the table, nothing changes.
    """
    table = study_table()
    cines = _cines_of(table) if table is not None else []
    if segmentation.GetNodeReference(CINE_ROLE) in cines:
        shown = [shown_segmentation(find_cine(cine)) for cine in cines]
        _fill([sequence for sequence in shown if sequence is not None])


def _fill(segmentations: Sequence[slicer.vtkMRMLSequenceNode]) -> list[str]:
    """Cines of several studies stand beside each other and give nothing together."""
    examination = combine(_results_of(segmentations))
    sentences = [finding_text(finding) for finding in examination.findings]
    nodes = [sequence.GetNodeReference(CINE_ROLE) for sequence in segmentations]
    if are_of_several_studies(find_cine(node) for node in nodes if node is not None):
        examination = Examination(examination.cines, (), ())
        sentences = [_("The cines are of several studies, so the views were not combined.")]
    show_table(examination, sentences)
    return sentences


def _cines_of(table: slicer.vtkMRMLTableNode) -> list[slicer.vtkMRMLSequenceNode]:
    """The cines of a table that are still there."""
    count = table.GetNumberOfNodeReferences(CINE_ROLE)
    nodes = [table.GetNthNodeReference(CINE_ROLE, index) for index in range(count)]
    return [node for node in nodes if node is not None]


def _results_of(segmentations: Sequence[slicer.vtkMRMLSequenceNode]) -> list[CineResult]:
    reports = [(cine_name(sequence), stored_report(sequence)) for sequence in segmentations]
    return [CineResult(name, report) for name, report in reports if report is not None]


def show_table(examination: Examination, sentences: Sequence[str] = ()) -> slicer.vtkMRMLTableNode:
    """Fills the table of the examination, which is made if it is not there."""
    table = study_table()
    if table is None:
        name = slicer.mrmlScene.GenerateUniqueName(_("Examination"))
        table = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTableNode", name)
        table.SetAttribute(TABLE_ATTRIBUTE, "1")
    was_modifying = table.StartModify()
    table.RemoveAllColumns()
    rows = [*_rows(examination), *((_("together"), said, "", "", "") for said in sentences)]
    for index, (key, title) in enumerate(_titles().items()):
        column = vtk.vtkStringArray()
        column.SetName(key)
        for row in rows:
            column.InsertNextValue(row[index])
        table.AddColumn(column)
        table.SetColumnTitle(key, title)
    table.SetUseColumnTitleAsColumnHeader(True)
    table.EndModify(was_modifying)
    return table


def _titles() -> dict[str, str]:
    return {
        "Cine": _("Cine"),
        "Measure": _("Measure"),
        "Value": _("Value"),
        "Unit": _("Unit"),
        "Definition": _("Definition"),
    }


def _rows(examination: Examination) -> list[tuple[str, ...]]:
    """A row for each measure of each cine, then those of several views together."""
    owners = [(cine.name, cine.report.measures) for cine in examination.cines]
    owners.append((_("together"), examination.measures))
    return [
        (owner, *measure_cells(row), definition_text(row))
        for owner, measures in owners
        for row in measures
    ]


def study_table() -> slicer.vtkMRMLTableNode | None:
    """The table of the examination, if there is one."""
    tables = slicer.util.getNodesByClass("vtkMRMLTableNode")
    return next((table for table in tables if table.GetAttribute(TABLE_ATTRIBUTE)), None)
