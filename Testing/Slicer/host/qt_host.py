"""Runs the panel of a scripted module on PySide6 and real MRML nodes, without Slicer.

from Testing.Slicer.host import qt_host
qt_host.start()
module, widget = qt_host.load_module(path_of_the_module)
widget.ui.applyButton.click()
"""

from __future__ import annotations

import functools
import importlib
import sys
import types
from pathlib import Path

import slicer
import slicer.util
from PySide6 import QtCore, QtGui, QtTest, QtUiTools, QtWidgets

from Testing.Slicer.host import core_host, pythonqt
from Testing.Slicer.host.file_readers import IOManager

# Slicer's own parameterNodeWrapper looks these up when it is imported; the module itself does not
# use them.
CTK_NAMES = (
    "ctkCheckablePushButton",
    "ctkColorPickerButton",
    "ctkDirectoryButton",
    "ctkDoubleRangeSlider",
    "ctkDoubleSlider",
    "ctkDoubleSpinBox",
    "ctkRangeWidget",
)
QMRML_NAMES = ("qMRMLSliderWidget", "qMRMLSpinBox", "qMRMLRangeWidget")


class ModuleManager(QtCore.QObject):
    """The signals of Slicer's module manager that modules listen to."""

    moduleAboutToBeUnloaded = QtCore.Signal(str)
    moduleLoaded = QtCore.Signal(str)


class Application(QtCore.QObject):
    """`slicer.app`: a QObject, which may be the parent of others, with the signals of Slicer's."""

    startupCompleted = QtCore.Signal()
    aboutToQuit = QtCore.Signal()

    def __delattr__(self, name: str) -> None:
        del vars(self)[name]


def _with_parent(qt_class: type) -> type:
    """A Qt class that refuses to be made without a parent.

    PythonQt destroys such an object with its last Python reference; where that falls within one of
    its own signals, Slicer crashes.
    """

    class Owned(qt_class):
        def __init__(self, parent=None):
            if parent is None:
                raise TypeError(
                    f"Expected a parent such as slicer.app for a {qt_class.__name__}, found none: "
                    "PythonQt could destroy it within its own signal."
                )
            super().__init__(parent)

    Owned.__name__ = qt_class.__name__
    return Owned


def start():
    """Make the application and the modules `qt`, `ctk` and `slicer`, once for the process.

    Returns the QApplication.
    """
    running = QtWidgets.QApplication.instance()
    if running is not None and "qt" in sys.modules:
        return running
    application = running or QtWidgets.QApplication(["slicer-host"])
    application.setStyle("Fusion")
    QtCore.QCoreApplication.setOrganizationName("SlicerHost")
    core_host.setup()
    settings = QtCore.QSettings
    settings.setDefaultFormat(settings.IniFormat)
    settings.setPath(settings.IniFormat, settings.UserScope, slicer.app.temporaryPath)
    pythonqt.look_like_pythonqt()
    from Testing.Slicer.host import ctk_widgets, mrml_widgets, sequence_widgets, ui_loader

    sys.modules["qt"] = _qt_module(ui_loader.UiLoader)
    ctk = types.ModuleType("ctk")
    _add_classes(ctk, ctk_widgets.CTK_WIDGETS, CTK_NAMES)
    sys.modules["ctk"] = ctk
    mrml = (*mrml_widgets.MRML_WIDGETS, *sequence_widgets.SEQUENCE_WIDGETS)
    _add_classes(slicer, mrml, QMRML_NAMES)
    tree_view = types.ModuleType("qSlicerSubjectHierarchyModuleWidgetsPythonQt")
    _add_classes(tree_view, (), ("qMRMLSubjectHierarchyTreeView",))
    sys.modules[tree_view.__name__] = tree_view
    _extend_application(application)
    return application


def _qt_module(loader: type) -> types.ModuleType:
    """One flat name space of all Qt libraries, as in PythonQt."""
    qt = types.ModuleType("qt")
    for library in (QtCore, QtGui, QtWidgets, QtUiTools, QtTest):
        vars(qt).update(
            {name: getattr(library, name) for name in dir(library) if not name.startswith("_")}
        )
    qt.QUiLoader = loader
    qt.QFileDialog = _FileDialog
    qt.QProcess, qt.QTimer = _with_parent(QtCore.QProcess), _with_parent(QtCore.QTimer)
    return qt


class _FileDialog(QtWidgets.QFileDialog):
    """PythonQt returns the path alone, PySide6 a pair of path and filter."""

    @staticmethod
    def getOpenFileName(*arguments):
        return QtWidgets.QFileDialog.getOpenFileName(*arguments)[0]

    @staticmethod
    def getSaveFileName(*arguments):
        return QtWidgets.QFileDialog.getSaveFileName(*arguments)[0]


def _add_classes(module, widgets, plain_names) -> None:
    for widget in widgets:
        setattr(module, widget.__name__, widget)
    for name in plain_names:
        setattr(module, name, type(name, (QtWidgets.QWidget,), {}))


def _extend_application(application) -> None:
    """Make `slicer.app` a QObject, and add what needs Qt."""
    manager, core = ModuleManager(), slicer.app
    app = slicer.app = Application()
    for name, value in vars(core).items():
        setattr(app, name, value)
    application.aboutToQuit.connect(app.aboutToQuit)
    app._kept += (application, manager)
    app.moduleManager = lambda: manager
    app.processEvents = lambda *_: application.processEvents()
    app.settings = app.userSettings = app.revisionUserSettings = QtCore.QSettings
    app.setOverrideCursor, app.restoreOverrideCursor = (
        application.setOverrideCursor,
        application.restoreOverrideCursor,
    )
    app.translate = QtCore.QCoreApplication.translate
    app.loadTranslations = functools.partial(_load_translations, application)
    app.topLevelWidgets, app.clipboard = application.topLevelWidgets, application.clipboard
    app.documentationBaseUrl = "https://slicer.readthedocs.io/"
    app.moduleDocumentationUrl = lambda module: app.documentationBaseUrl + module
    app.startupEnvironment = QtCore.QProcessEnvironment.systemEnvironment
    app.commandOptions = lambda: types.SimpleNamespace(testingEnabled=True)
    app.restart = lambda: None
    manager_of_files = IOManager()
    app.coreIOManager = app.ioManager = lambda: manager_of_files


def _load_translations(application, folder: str) -> None:
    """Install the files of a folder for the language of the settings, as Slicer does."""
    language = slicer.app.settings().value("language")
    for path in sorted(Path(folder).glob(f"*{language}.qm")) if language else ():
        translator = QtCore.QTranslator(application)
        if translator.load(str(path)):
            application.installTranslator(translator)


def forget_translations() -> None:
    """Take every translation away, as a restart of Slicer in English does."""
    application = QtWidgets.QApplication.instance()
    for translator in application.findChildren(QtCore.QTranslator):
        application.removeTranslator(translator)
        translator.deleteLater()


def load_module(path: str | Path):
    """Import a scripted module as Slicer's factory does; return the module and its widget."""
    path = Path(path).resolve()
    name = path.stem
    parent_module = core_host.HostModule(name, path=str(path))
    parent_module.icon, parent_module.hidden = None, False
    setattr(slicer.modules, name.lower(), parent_module)
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    module = importlib.import_module(name)
    parent_module.instance = getattr(module, name)(parent_module)
    panel = slicer.qSlicerScriptedLoadableModuleWidget()
    panel.setLayout(QtWidgets.QVBoxLayout())
    panel.setMRMLScene(slicer.mrmlScene)
    panel._make_instance = lambda panel: _fill_panel(panel, name)
    parent_module.widgetRepresentation = lambda: panel
    _fill_panel(panel, name)
    return module, getattr(slicer.modules, name + "Widget")


def _fill_panel(panel, name: str) -> None:
    """Make the module's widget inside its panel, from the code that is imported now."""
    widget = getattr(sys.modules[name], name + "Widget")(panel)
    panel._instance = widget
    setattr(slicer.modules, name + "Widget", widget)
    widget.setup()


def unload_module(name: str) -> None:
    """Tell a module that it is about to go, as Slicer does when it quits; the panel goes too."""
    slicer.app.moduleManager().moduleAboutToBeUnloaded.emit(name)
    panel = getattr(slicer.modules, name.lower()).widgetRepresentation()
    for combo in panel.findChildren(slicer.qMRMLNodeComboBox):
        combo.setMRMLScene(None)  # it would go on listening to the scene after its end
    panel.deleteLater()
    delattr(slicer.modules, name + "Widget")
    QtCore.QCoreApplication.sendPostedEvents(None, QtCore.QEvent.DeferredDelete)
