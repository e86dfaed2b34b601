"""The Qt host runs a panel as PythonQt would, and refuses what PythonQt, CTK and qMRML do."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from Testing.Slicer.host import qt_host

APPLICATION = qt_host.start()

import ctk
import qt
import slicer

from Testing.Slicer.host import api, core_host, pythonqt, ui_loader

SECTION_UI = """<?xml version="1.0" encoding="UTF-8"?>
<ui version="4.0"><class>Panel</class>
 <widget class="qMRMLWidget" name="Panel"><layout class="QVBoxLayout" name="layout">
  <item><widget class="ctkCollapsibleButton" name="section">
   <property name="collapsed"><bool>true</bool></property>
   <layout class="QVBoxLayout" name="inner"><item><widget class="QLabel" name="label"/></item>
   </layout></widget></item>
 </layout></widget></ui>
"""

MODULE = """
import ctk, qt, slicer, vtk
from slicer.i18n import tr as _
from slicer.ScriptedLoadableModule import *
from slicer.util import VTKObservationMixin

class HostExample(ScriptedLoadableModule):
    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        parent.title = _("Host example")

class HostExampleWidget(ScriptedLoadableModuleWidget, VTKObservationMixin):
    def __init__(self, parent=None):
        ScriptedLoadableModuleWidget.__init__(self, parent)
        VTKObservationMixin.__init__(self)
        self.cleaned = 0

    def setup(self):
        ScriptedLoadableModuleWidget.setup(self)
        panel = slicer.util.loadUI(self.resourcePath("UI/HostExample.ui"))
        self.layout.addWidget(panel)
        self.ui = slicer.util.childWidgetVariables(panel)
        panel.setMRMLScene(slicer.mrmlScene)
        self.ui.selector.connect("currentNodeChanged(vtkMRMLNode*)", self.onNode)
        self.addObserver(slicer.mrmlScene, slicer.mrmlScene.EndCloseEvent, self.onClosed)

    def onNode(self, node):
        self.ui.applyButton.enabled = node is not None

    def onClosed(self, caller, event):
        self.ui.applyButton.text = "closed"

    def cleanup(self):
        self.cleaned += 1
        self.removeObservers()

class HostExampleTest(ScriptedLoadableModuleTest):
    def runTest(self):
        self.test_scene()

    def test_scene(self):
        self.assertIsNotNone(slicer.mrmlScene)
"""

PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<ui version="4.0"><class>HostExample</class>
 <widget class="qMRMLWidget" name="HostExample"><layout class="QVBoxLayout" name="layout">
  <item><widget class="qMRMLNodeComboBox" name="selector">
   <property name="nodeTypes">
    <stringlist><string>vtkMRMLScalarVolumeNode</string></stringlist>
   </property>
   <property name="noneEnabled"><bool>true</bool></property></widget></item>
  <item><widget class="QPushButton" name="applyButton">
   <property name="enabled"><bool>false</bool></property>
   <property name="text"><string>Apply</string></property>
   </widget></item>
  <item><widget class="ctkSliderWidget" name="slider">EXTRA</widget></item>
 </layout></widget>
 <customwidgets>
  <customwidget><class>qMRMLWidget</class><extends>QWidget</extends><header>qMRMLWidget.h</header></customwidget>
  <customwidget><class>qMRMLNodeComboBox</class><extends>QWidget</extends><header>qMRMLNodeComboBox.h</header></customwidget>
  <customwidget><class>ctkSliderWidget</class><extends>QWidget</extends><header>ctkSliderWidget.h</header></customwidget>
 </customwidgets>
 <connections>CONNECTION</connections>
</ui>"""
CONNECTION = """<connection>
<sender>HostExample</sender><signal>mrmlSceneChanged(vtkMRMLScene*)</signal>
 <receiver>selector</receiver><slot>setMRMLScene(vtkMRMLScene*)</slot></connection>"""


def load_panel(text: str):
    device = qt.QBuffer()
    device.setData(text.encode())
    device.open(qt.QIODevice.ReadOnly)
    return ui_loader.UiLoader().load(device)


def write_module(folder: Path) -> Path:
    (folder / "Resources" / "UI").mkdir(parents=True)
    (folder / "Resources" / "UI" / "HostExample.ui").write_text(
        PANEL.replace("EXTRA", "").replace("CONNECTION", CONNECTION)
    )
    (folder / "HostExample.py").write_text(MODULE)
    return folder / "HostExample.py"


@pytest.fixture
def example(tmp_path, monkeypatch):
    core_host.clear_scene()
    monkeypatch.setattr(sys, "path", list(sys.path))
    _, widget = qt_host.load_module(write_module(tmp_path))
    yield widget
    qt_host.unload_module("HostExample")
    sys.modules.pop("HostExample")


class TestPropertiesAndSignals:
    def test_a_property_reads_as_an_attribute_and_its_setter_stays(self):
        button = qt.QPushButton("Apply")
        button.setText("Cancel")

        assert button.text == "Cancel"

    def test_calling_a_property_fails_as_in_pythonqt(self):
        with pytest.raises(TypeError, match="not callable"):
            qt.QPushButton("Apply").text()

    def test_an_unknown_attribute_cannot_be_set(self):
        with pytest.raises(AttributeError, match="no attribute 'colour'"):
            qt.QPushButton().colour = "red"

    def test_a_read_only_property_cannot_be_set(self):
        with pytest.raises(AttributeError, match="read-only"):
            qt.QComboBox().count = 3

    def test_a_class_derived_in_python_may_have_attributes(self):
        class Button(qt.QPushButton):
            pass

        button = Button()
        button.remembered = 7

        assert button.remembered == 7

    def test_connecting_by_signature_calls_with_the_signals_value(self):
        seen = []
        box = qt.QSpinBox()
        assert box.connect("valueChanged(int)", seen.append)

        box.value = 12

        assert seen == [12]

    def test_disconnecting_stops_the_calls(self):
        seen = []
        box = qt.QSpinBox()
        box.connect("valueChanged(int)", seen.append)
        box.disconnect("valueChanged(int)", seen.append)

        box.value = 12

        assert seen == []

    @pytest.mark.parametrize("milliseconds", [0, 1])
    def test_a_function_is_called_once_after_a_while(self, milliseconds):
        called = []
        qt.QTimer.singleShot(milliseconds, lambda: called.append(True))
        qt.QTest.qWait(20)
        assert called == [True]

    def test_a_signal_that_does_not_exist_is_refused(self):
        with pytest.raises(AttributeError, match="no signal valueChanged"):
            qt.QPushButton().connect("valueChanged(int)", print)

    def test_a_signal_with_other_arguments_is_refused(self):
        with pytest.raises(AttributeError, match="no signal"):
            qt.QSpinBox().connect("valueChanged(double)", print)

    def test_dynamic_properties_read_as_attributes(self):
        widget = qt.QWidget()
        widget.setProperty("SlicerParameterName", "device")

        assert widget.SlicerParameterName == "device"

    def test_enums_are_whole_numbers(self):
        assert qt.Qt.AlignLeft == 1

    def test_stray_attributes_are_found(self):
        top = qt.QWidget()
        vars(top)["colour"] = "red"

        assert pythonqt.stray_attributes(top) == [("QWidget", "", "colour")]


class TestSlicersInterface:
    def test_signatures_lose_names_and_references(self):
        assert api.signature("a(const QString& path, int n = 3)") == "a(QString,int)"
        assert (
            api.signature("currentNodeChanged(vtkMRMLNode* node)")
            == "currentNodeChanged(vtkMRMLNode*)"
        )

    @pytest.mark.parametrize(
        "widget", ui_loader.WIDGETS.values(), ids=lambda widget: widget.__name__
    )
    def test_each_widget_of_the_host_can_be_made_and_is_listed_with_its_header(self, widget):
        assert api.API[widget.__name__]["header"].endswith(".h")
        assert widget().className() == widget.__name__

    def test_nothing_is_listed_that_the_host_does_not_have(self):
        bases = {entry["base"] for entry in api.API.values()}

        assert set(api.API) - set(ui_loader.WIDGETS) <= bases

    def test_every_public_name_of_a_host_widget_exists_in_slicer(self):
        for widget in ui_loader.WIDGETS.values():
            own = {name for name in vars(widget) if name[0].islower()} - {"staticMetaObject"}
            assert own <= api.public_names(widget), widget.__name__

    def test_a_setter_that_is_no_slot_is_refused(self):
        with pytest.raises(AttributeError, match="setMinimum"):
            ctk.ctkSliderWidget().setMinimum(3)

    def test_a_method_of_the_hosts_own_base_class_is_refused(self):
        assert not hasattr(ctk.ctkPathLineEdit(), "text")

    def test_a_property_that_slicer_has_can_be_set_and_read(self):
        slider = ctk.ctkSliderWidget()
        slider.maximum = 24
        slider.value = 7

        assert slider.value == 7

    def test_a_property_that_only_other_widgets_have_is_refused(self):
        with pytest.raises(AttributeError):
            ctk.ctkSliderWidget().checked = True

    def test_an_overloaded_signal_is_chosen_by_its_signature(self, example):
        seen = []
        example.ui.selector.connect("currentNodeChanged(bool)", seen.append)

        slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
        example.ui.selector.setCurrentNodeIndex(0)

        assert seen == [True]

    @pytest.mark.parametrize(("leaving", "next_one"), [("B", "C"), ("C", "B"), ("A", "C")])
    def test_a_list_whose_chosen_node_leaves_chooses_a_neighbor_as_qcombobox_does(
        self, leaving, next_one
    ):
        scene, selector = core_host.clear_scene(), slicer.qMRMLNodeComboBox()
        selector.nodeTypes, selector.noneEnabled = ["vtkMRMLScalarVolumeNode"], True
        selector.setMRMLScene(scene)
        nodes = {n: scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", n) for n in "ABC"}
        selector.setCurrentNode(nodes["C" if leaving == "A" else leaving])

        scene.RemoveNode(nodes[leaving])

        assert selector.currentNode() is nodes[next_one]
        selector.setMRMLScene(None)

    def test_a_node_that_is_not_listed_chooses_none(self):
        scene, selector = core_host.clear_scene(), slicer.qMRMLNodeComboBox()
        selector.nodeTypes, selector.noneEnabled = ["vtkMRMLScalarVolumeNode"], True
        selector.setMRMLScene(scene)
        selector.setCurrentNode(scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode"))
        selector.setCurrentNode(scene.AddNewNodeByClass("vtkMRMLTableNode"))

        assert selector.currentNode() is None
        selector.setMRMLScene(None)

    def test_a_play_widget_claims_the_keys_of_the_toolbar_beside_those_that_it_is_given(self):
        player = slicer.qMRMLSequenceBrowserPlayWidget()
        player.NextFrameShortcut = "Alt+."

        keys = {key.key.toString() for key in player.findChildren(qt.QShortcut)}
        toolbar = {f"Ctrl+Shift+{key}" for key in ("Down", "Left", "Right")}
        assert keys == toolbar | {"Alt+."}


class TestUiFiles:
    def test_without_its_connection_a_node_selector_has_no_scene(self):
        panel = load_panel(PANEL.replace("EXTRA", "").replace("CONNECTION", ""))
        panel.setMRMLScene(slicer.mrmlScene)

        assert panel.findChild(qt.QWidget, "selector").mrmlScene() is None

    def test_with_its_connection_it_has(self):
        panel = load_panel(PANEL.replace("EXTRA", "").replace("CONNECTION", CONNECTION))
        panel.setMRMLScene(slicer.mrmlScene)

        assert panel.findChild(qt.QWidget, "selector").mrmlScene() is slicer.mrmlScene

    def test_a_property_that_the_real_class_lacks_is_named(self):
        extra = '<property name="checkable"><bool>true</bool></property>'
        with pytest.raises(RuntimeError, match="ctkSliderWidget has no property 'checkable'"):
            load_panel(PANEL.replace("EXTRA", extra).replace("CONNECTION", ""))

    def test_an_unknown_class_is_named(self):
        with pytest.raises(RuntimeError, match="no widget class ctkKnob"):
            load_panel(
                PANEL.replace("ctkSliderWidget", "ctkKnob")
                .replace("EXTRA", "")
                .replace("CONNECTION", "")
            )

    def test_a_connection_to_a_missing_slot_is_named(self):
        wrong = CONNECTION.replace(
            "setMRMLScene(vtkMRMLScene*)</slot>", "setScene(vtkMRMLScene*)</slot>"
        )
        with pytest.raises(RuntimeError, match="no slot setScene"):
            load_panel(PANEL.replace("EXTRA", "").replace("CONNECTION", wrong))


class TestModules:
    def test_a_loaded_module_answers_to_the_scene(self, example):
        assert not example.ui.applyButton.enabled

        volume = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "cine")
        example.ui.selector.setCurrentNode(volume)

        assert example.ui.applyButton.enabled

    def test_closing_the_scene_empties_selectors_and_calls_observers(self, example):
        slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "cine")
        example.ui.selector.setCurrentNodeIndex(0)

        core_host.clear_scene()

        assert not example.ui.applyButton.enabled
        assert example.ui.applyButton.text == "closed"

    def test_reloading_cleans_up_once_and_makes_a_new_widget(self, example):
        slicer.util.reloadScriptedModule("HostExample")

        assert example.cleaned == 1
        assert slicer.modules.HostExampleWidget is not example
        assert slicer.modules.HostExampleWidget.ui.applyButton.text == "Apply"

    def test_the_launcher_of_ctest_runs_the_modules_own_tests(self, tmp_path):
        write_module(tmp_path)
        code = "import slicer.testing; slicer.testing.runUnitTest([], 'HostExample')"
        launcher = [
            sys.executable,
            "-m",
            "Testing.Slicer.host.launcher",
            "--no-splash",
            "--testing",
        ]
        arguments = ["--additional-module-paths", str(tmp_path), "--python-code", code]
        done = subprocess.run([*launcher, *arguments], capture_output=True, text=True, check=False)

        assert done.returncode == 0, done.stderr
        assert "test_scene" in done.stderr


def test_what_was_hidden_in_a_collapsible_section_stays_hidden_when_it_is_opened():
    section = ctk.ctkCollapsibleButton("Advanced")
    shown, hidden, told = (qt.QLabel(name, section) for name in ("a", "b", "c"))
    hidden.hide()
    section.collapsed = True
    told.hide()
    told.show()
    section.collapsed = False
    assert [label.isHidden() for label in (shown, hidden, told)] == [False, True, False]


def test_a_section_that_is_loaded_collapsed_hides_its_contents_as_in_ctk(tmp_path):
    (tmp_path / "panel.ui").write_text(SECTION_UI, encoding="utf-8")
    top = slicer.util.loadUI(str(tmp_path / "panel.ui"))
    section, label = (top.findChild(qt.QWidget, name) for name in ("section", "label"))
    top.show()
    slicer.app.processEvents()
    assert not label.isVisible()
    section.collapsed = False
    assert label.isVisible()
    top.hide()


@pytest.mark.parametrize("kind", ["QProcess", "QTimer"])
def test_what_pythonqt_would_destroy_within_its_own_signal_needs_a_parent(kind):
    with pytest.raises(TypeError, match="Expected a parent"):
        getattr(qt, kind)()
    getattr(qt, kind)(slicer.app).deleteLater()


def test_the_listed_interface_is_valid_json_with_the_same_fields_for_each_class():
    listed = json.loads((Path(api.__file__).parent / "slicer_qt_api.json").read_text())

    fields = {"header", "base", "properties", "signals", "slots", "invokable"}
    assert all(set(entry) == fields for entry in listed.values())
