"""Nodes that belong to another one: it refers to each of them in a role of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import slicer
import vtk


def owned(owner: slicer.vtkMRMLNode, role: str, class_name: str, name: str) -> slicer.vtkMRMLNode:
    """The node that the owner refers to in a role.

    It is made under a name like this one if it is not there.
    """
    node = owner.GetNodeReference(role)
    if node is None:
        unique = slicer.mrmlScene.GenerateUniqueName(name)
        node = slicer.mrmlScene.AddNewNodeByClass(class_name, unique)
        owner.SetNodeReferenceID(role, node.GetID())
    return node


def remove_owned(owner: slicer.vtkMRMLNode, role: str) -> None:
    """Removes the node that the owner refers to in a role, with what displays and stores it."""
    node = owner.GetNodeReference(role)
    if node is None:
        return
    parts = [node.GetDisplayNode()] if node.IsA("vtkMRMLDisplayableNode") else []
    parts += [node.GetStorageNode()] if node.IsA("vtkMRMLStorableNode") else []
    for part in (*parts, node):
        if part is not None and slicer.mrmlScene.IsNodePresent(part):
            slicer.mrmlScene.RemoveNode(part)


def roles_with(owner: slicer.vtkMRMLNode, prefix: str) -> list[str]:
    """The roles of the owner that begin with a prefix."""
    count = owner.GetNumberOfNodeReferenceRoles()
    roles = [owner.GetNthNodeReferenceRole(index) for index in range(count)]
    return [role for role in roles if role.startswith(prefix)]


def fill_table(
    table: slicer.vtkMRMLTableNode,
    columns: Mapping[str, Sequence[object]],
    titles: Mapping[str, str],
) -> None:
    """Replaces the columns of a table; text or numbers by their values.

    Args:
        table: is filled.
        columns: values by the key of the column.
        titles: what the user reads above a column, by its key.
    """
    was_modifying = table.StartModify()
    table.RemoveAllColumns()
    for key, values in columns.items():
        is_text = any(isinstance(value, str) for value in values)
        array = vtk.vtkStringArray() if is_text else vtk.vtkDoubleArray()
        array.SetName(key)
        for value in values:
            array.InsertNextValue(value)
        table.AddColumn(array)
    for key, title in titles.items():
        table.SetColumnTitle(key, title)
    table.SetUseColumnTitleAsColumnHeader(True)
    table.EndModify(was_modifying)
