"""Widgets and parameter node are connected once, and let go of for good."""

import pytest
import slicer
from CMRSegmentationMRML.parameter_connection import ParameterConnection, parameter_widgets

from .conftest import MODULE_FOLDER


class Connected:
    """A panel and a connection that counts what it is told."""

    def __init__(self, module):
        self.top = slicer.util.loadUI(str(MODULE_FOLDER / "Resources/UI/CMRSegmentation.ui"))
        self.ui = slicer.util.childWidgetVariables(self.top)
        self.changes = 0
        self.it = ParameterConnection(self.ui, self.count)
        self.make = lambda: module.CMRSegmentationParameterNode(
            slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScriptedModuleNode")
        )

    def count(self):
        self.changes += 1


@pytest.fixture
def panel(loaded, scene):
    panel = Connected(loaded)
    yield panel
    panel.it.connect(None)


def test_every_widget_of_a_parameter_is_found(panel, loaded):
    known = set(loaded.CMRSegmentationParameterNode.allParameters)
    assert {"heartRate", "mirrorAveraging", "view"} <= set(parameter_widgets(panel.ui)) <= known


def test_widgets_and_node_follow_each_other_and_changes_are_told(panel):
    parameters = panel.make()
    panel.it.connect(parameters)
    panel.ui.heartRateSpinBox.value = 64
    assert (parameters.heartRate, panel.changes) == (64, 1)
    parameters.mirrorAveraging = True
    assert (panel.ui.mirrorCheckBox.checked, panel.changes) == (True, 2)


@pytest.mark.parametrize("visits", [1, 3])
def test_a_node_that_is_connected_again_tells_each_change_once(panel, visits):
    parameters = panel.make()
    for _ in range(visits):
        panel.it.connect(parameters)
    parameters.mirrorAveraging = True
    assert panel.changes == 1


def test_widgets_show_what_was_loaded_with_a_scene_when_they_are_connected_again(panel):
    """Slicer writes into the node that is there, and tells of it once."""
    parameters = panel.make()
    panel.it.connect(parameters)
    parameters.parameterNode.SetParameter("heartRate", "64.0")
    panel.changes = 0
    panel.it.connect(parameters)
    assert (parameters.heartRate, panel.ui.heartRateSpinBox.value, panel.changes) == (64, 64, 0)


def test_a_node_that_was_let_go_of_is_not_written_to_even_where_connect_gui_returns_no_tag(
    panel, loaded, monkeypatch
):
    monkeypatch.setattr(loaded.CMRSegmentationParameterNode, "connectGui", lambda *_: None)
    first, second = panel.make(), panel.make()
    panel.it.connect(first)
    panel.it.connect(second)
    panel.ui.heartRateSpinBox.value = 64
    assert (first.heartRate, second.heartRate) == (0, 64)
    first.mirrorAveraging = True
    assert (panel.ui.mirrorCheckBox.checked, panel.changes) == (False, 1)


def test_without_a_node_the_widgets_stand_alone(panel):
    parameters = panel.make()
    panel.it.connect(parameters)
    panel.it.connect(None)
    panel.ui.heartRateSpinBox.value = 64
    parameters.mirrorAveraging = True
    assert (parameters.heartRate, panel.ui.mirrorCheckBox.checked, panel.changes) == (0, False, 0)
