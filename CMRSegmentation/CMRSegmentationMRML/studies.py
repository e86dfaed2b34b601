"""Which cines are of one study, so that those of two patients are not taken for one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import slicer

from CMRSegmentationLib.image import CineStack
from CMRSegmentationLib.reading.dicom_file import lenient, open_dicom
from CMRSegmentationLib.reading.study import ReadError

from .cines import SceneCine
from .dicom_source import SOURCE_ATTRIBUTE
from .dicom_tags import instance_value

STUDY_ATTRIBUTE = "CMR.Study"
STUDY_LEVEL = "Study"
STUDY_TAG = "0020,000D"
KEY_LENGTH = 16


def keep_study(node: slicer.vtkMRMLNode, stack: CineStack) -> None:
    """Remembers the study that a cine was read from, if that was DICOM."""
    uid = _uid_in_file(stack.sources[0][0].path) if stack.sources is not None else ""
    if uid:
        node.SetAttribute(STUDY_ATTRIBUTE, _key(uid))


def study_of(cine: SceneCine) -> str:
    """A key of the study that a cine belongs to; empty where it is not known.

    It is made of the Study Instance UID, which cannot be told from it.
    """
    kept = cine.node.GetAttribute(STUDY_ATTRIBUTE)
    if kept:
        return str(kept)
    uid = _uid_in_hierarchy(cine)
    first = next(cine.frame_volumes(), None)
    if not uid and first is not None:
        uid = instance_value(first, STUDY_TAG)
    return _key(uid) if uid else ""


def are_of_several_studies(cines: Iterable[SceneCine]) -> bool:
    """Whether cines are known to be of more than one study."""
    return len({study_of(cine) for cine in cines} - {""}) > 1


def study_name(cine: SceneCine) -> str:
    """What the user knows a study by: its name in the subject hierarchy, else its folder.

    Empty where there is none.
    """
    item = study_item(cine)
    if item:
        return str(_hierarchy().GetItemName(item))
    kept = cine.node.GetAttribute(SOURCE_ATTRIBUTE)
    return Path(kept).name if kept and study_of(cine) else ""


def study_item(cine: SceneCine) -> int:
    """The item of the study in the subject hierarchy; 0 if the cine is in none."""
    hierarchy = _hierarchy()
    item = hierarchy.GetItemByDataNode(cine.volume) if cine.volume is not None else 0
    return int(hierarchy.GetItemAncestorAtLevel(item, STUDY_LEVEL)) if item else 0


def _hierarchy() -> slicer.vtkMRMLSubjectHierarchyNode:
    return slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)


def _uid_in_hierarchy(cine: SceneCine) -> str:
    item = study_item(cine)
    name = slicer.vtkMRMLSubjectHierarchyConstants.GetDICOMUIDName()
    return str(_hierarchy().GetItemUID(item, name) or "") if item else ""


def _uid_in_file(path: Path) -> str:
    """Empty for an archive, and for a file that names none."""
    try:
        with path.open("rb") as stream, lenient():
            file = open_dicom(stream, ["StudyInstanceUID"])
    except (ReadError, OSError):
        return ""
    return str(file.dataset.get("StudyInstanceUID", "")) if file is not None else ""


def _key(uid: str) -> str:
    return hashlib.sha256(uid.encode()).hexdigest()[:KEY_LENGTH]
