"""The stand-in for Slicer's parameter nodes keeps widgets and parameters equal, as Slicer does.

With `CMRSEGMENTATION_SLICER_PYTHON` these tests run on Slicer's own parameter nodes.
"""

import enum
import gc
import os
import weakref
from typing import Annotated

import pytest

from Testing.Slicer.host import qt_host

APPLICATION = qt_host.start()

import ctk
import qt
import slicer
from slicer.parameterNodeWrapper import Choice, Default, WithinRange, parameterNodeWrapper

from Testing.Slicer.host import core_host

of_the_stand_in = pytest.mark.skipif(
    "CMRSEGMENTATION_SLICER_PYTHON" in os.environ, reason="not so in every version of Slicer"
)


class Device(enum.Enum):
    AUTOMATIC = "auto"
    CPU = "cpu"

    def label(self):
        return self.value.upper()


@parameterNodeWrapper
class Parameters:
    volume: slicer.vtkMRMLScalarVolumeNode
    device: Device = Device.CPU
    phases: Annotated[str, Choice(["all", "ed-es"])] = "all"
    frame: Annotated[int, WithinRange(0, 24), Default(3)]
    mirror: bool


class TestParameterNodes:
    @pytest.fixture
    def node(self):
        core_host.clear_scene()
        return slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScriptedModuleNode")

    def test_defaults_are_as_annotated(self, node):
        parameters = Parameters(node)

        found = (
            parameters.volume,
            parameters.device,
            parameters.phases,
            parameters.frame,
            parameters.mirror,
        )
        assert found == (None, Device.CPU, "all", 3, False)

    def test_values_live_in_the_node(self, node):
        volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
        first = Parameters(node)
        first.volume, first.device, first.frame, first.mirror = volume, Device.AUTOMATIC, 7, True

        second = Parameters(node)

        assert (second.volume, second.device, second.frame, second.mirror) == (
            volume,
            Device.AUTOMATIC,
            7,
            True,
        )
        assert node.GetParameter("device") == "AUTOMATIC"

    def test_values_out_of_range_are_refused(self, node):
        with pytest.raises(ValueError, match=r"within .*0\b.*24"):
            Parameters(node).frame = 25

    def test_a_widget_and_its_parameter_follow_each_other(self, node):
        top = qt.QWidget()
        box = qt.QSpinBox(top)
        box.setProperty("SlicerParameterName", "frame")
        parameters = Parameters(node)
        parameters.connectGui(top)

        assert (box.value, box.maximum) == (3, 24)
        box.value = 5
        assert parameters.frame == 5
        parameters.frame = 6
        assert box.value == 6

    def test_after_disconnecting_they_do_not(self, node):
        top = qt.QWidget()
        box = qt.QSpinBox(top)
        box.setProperty("SlicerParameterName", "frame")
        parameters = Parameters(node)
        parameters.disconnectGui(parameters.connectParametersToGui({"frame": box}))

        box.value = 5

        assert parameters.frame == 3

    @of_the_stand_in
    def test_connect_gui_returns_the_tag_to_disconnect_with(self, node):
        top = qt.QWidget()
        box = qt.QSpinBox(top)
        box.setProperty("SlicerParameterName", "frame")
        parameters = Parameters(node)
        parameters.disconnectGui(parameters.connectGui(top))

        box.value = 5

        assert parameters.frame == 3

    @pytest.mark.parametrize(
        "kind", [qt.QComboBox, pytest.param(ctk.ctkComboBox, marks=of_the_stand_in)]
    )
    def test_an_enum_fills_its_combo_box_with_labels(self, node, kind):
        top = qt.QWidget()
        box = kind(top)
        box.setProperty("SlicerParameterName", "device")
        parameters = Parameters(node)
        parameters.connectGui(top)
        assert [box.itemText(i) for i in range(box.count)] == ["AUTO", "CPU"]

        box.currentIndex = 0

        assert parameters.device is Device.AUTOMATIC

    def test_a_widget_that_slicer_cannot_connect_is_refused(self, node):
        top = qt.QWidget()
        qt.QLineEdit(top).setProperty("SlicerParameterName", "device")

        with pytest.raises(RuntimeError, match="Unable to create GUI connector"):
            Parameters(node).connectGui(top)

    def test_a_widget_for_an_unknown_parameter_is_refused(self, node):
        top = qt.QWidget()
        qt.QSpinBox(top).setProperty("SlicerParameterName", "slice")

        with pytest.raises(ValueError, match="slice"):
            Parameters(node).connectGui(top)

    @of_the_stand_in
    def test_a_connection_leaves_its_observer_at_the_node_for_good(self, node):
        """And with it the wrapper: a module that connects at every visit collects them."""
        top = qt.QWidget()
        parameters = Parameters(node)
        alive = weakref.ref(parameters)
        parameters.disconnectGui(parameters.connectParametersToGui({"frame": qt.QSpinBox(top)}))
        del parameters
        gc.collect()

        assert alive() is not None

    def test_without_a_connection_a_wrapper_goes_with_its_last_reference(self, node):
        alive = weakref.ref(Parameters(node))
        gc.collect()

        assert alive() is None
