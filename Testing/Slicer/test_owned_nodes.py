"""Nodes that belong to another one."""

import slicer
from CMRSegmentationMRML import owned_nodes


def owner_of(scene):
    return scene.AddNewNodeByClass("vtkMRMLSequenceNode", "Owner")


def test_a_node_is_made_once_and_found_again(scene):
    owner = owner_of(scene)
    table = owned_nodes.owned(owner, "CMR.Test", "vtkMRMLTableNode", "Table")
    assert owned_nodes.owned(owner, "CMR.Test", "vtkMRMLTableNode", "Table") is table


def test_a_name_that_is_taken_is_not_used_twice(scene):
    scene.AddNewNodeByClass("vtkMRMLTableNode", "Table")
    table = owned_nodes.owned(owner_of(scene), "CMR.Test", "vtkMRMLTableNode", "Table")
    assert table.GetName() != "Table"


def test_what_is_removed_is_gone_and_removing_it_again_is_nothing(scene):
    owner = owner_of(scene)
    table = owned_nodes.owned(owner, "CMR.Test", "vtkMRMLTableNode", "Table")
    owned_nodes.remove_owned(owner, "CMR.Test")
    owned_nodes.remove_owned(owner, "CMR.Test")
    assert not slicer.mrmlScene.IsNodePresent(table)


def test_roles_are_found_by_their_beginning(scene):
    owner = owner_of(scene)
    for role in ("CMR.Series.LV", "CMR.Series.RV", "CMR.Chart"):
        owned_nodes.owned(owner, role, "vtkMRMLPlotSeriesNode", role)
    assert owned_nodes.roles_with(owner, "CMR.Series.") == ["CMR.Series.LV", "CMR.Series.RV"]


def test_a_table_is_filled_anew_with_text_and_numbers(scene):
    table = scene.AddNewNodeByClass("vtkMRMLTableNode", "Table")
    for values in ([1.5], [2.5, 3.5]):
        columns = {"Name": ["one"] * len(values), "Number": values}
        owned_nodes.fill_table(table, columns, {"Number": "Number (mm)"})
    assert (table.GetNumberOfColumns(), table.GetNumberOfRows()) == (2, 2)
    assert float(table.GetCellText(1, 1)) == 3.5
    assert table.GetColumnTitle("Number") == "Number (mm)"
