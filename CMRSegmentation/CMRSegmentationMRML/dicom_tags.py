"""What DICOM says about the images of a node.

Asked of Slicer's database, or of what its readers left in the scene.
"""

from __future__ import annotations

import slicer

INSTANCES_ATTRIBUTE = "DICOM.instanceUIDs"
MODALITY_TAG = "0008,0060"


def instance_value(volume: slicer.vtkMRMLNode, tag: str) -> str:
    """The value of a tag such as `0018,1060` in the first instance of a volume.

    Empty where it is not known.
    """
    instances = (volume.GetAttribute(INSTANCES_ATTRIBUTE) or "").split()
    database = getattr(slicer, "dicomDatabase", None)
    if not instances or database is None:
        return ""
    return str(database.instanceValue(instances[0], tag) or "")


def modality(nodes: list[slicer.vtkMRMLNode]) -> str:
    """The modality, such as `MR`, of the first of these nodes that has one.

    Empty where none is known.
    """
    attribute = slicer.vtkMRMLSubjectHierarchyConstants.GetDICOMSeriesModalityAttributeName()
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
    for node in nodes:
        item = hierarchy.GetItemByDataNode(node)
        found = (hierarchy.GetItemAttribute(item, attribute) if item else "") or instance_value(
            node, MODALITY_TAG
        )
        if found:
            return str(found)
    return ""
