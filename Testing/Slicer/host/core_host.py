"""The core of Slicer without its application.

A scene, the module logics and what `slicer.util` expects of the app.

The wheel `slicer-core` has the real MRML and VTK classes, but `slicer.mrmlScene`, `slicer.app` and
`slicer.modules` do not exist until somebody makes them.
"""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import slicer
import slicer.util
import vtk

STANDINS = Path(__file__).parent / "standins"
LOGICS = {
    "Colors": "vtkMRMLColorLogic",
    "Volumes": "vtkSlicerVolumesLogic",
    "Terminologies": "vtkSlicerTerminologiesModuleLogic",
    "Segmentations": "vtkSlicerSegmentationsModuleLogic",
    "SubjectHierarchy": "vtkSlicerSubjectHierarchyModuleLogic",
    "Sequences": "vtkSlicerSequencesLogic",
    "Tables": "vtkSlicerTablesLogic",
    "Plots": "vtkSlicerPlotsLogic",
}


class HostModule:
    """What `slicer.modules.<name>` answers: a name, a path and a logic."""

    def __init__(self, name: str, logic=None, path: str = ""):
        self.name, self.path = name, path
        self._logic = logic

    def logic(self):
        return self._logic


def setup():
    """Put a new scene, logics and application into the package `slicer`; return the scene."""
    use_slicer_python()
    scene = slicer.mrmlScene = slicer.vtkMRMLScene()
    temporary = tempfile.mkdtemp(prefix="slicer-host-")
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    application_logic = _application_logic(scene, temporary)
    slicer.modules = SimpleNamespace()
    # the wheel has no default terminologies, and the logic complains
    vtk.vtkObject.GlobalWarningDisplayOff()
    for name, class_name in LOGICS.items():
        _register_logic(name, getattr(slicer, class_name)(), application_logic)
    vtk.vtkObject.GlobalWarningDisplayOn()
    add_default_nodes()
    slicer.app = _application(application_logic, temporary)
    slicer.app._kept = _data_io(scene, application_logic, temporary)
    slicer.dicomDatabase = None
    return scene


def clear_scene():
    """Close the scene as a user does, singletons included; return it as a fresh Slicer has it."""
    slicer.mrmlScene.Clear(True)
    add_default_nodes()
    return slicer.mrmlScene


def use_slicer_python() -> None:
    """Let `slicer.ScriptedLoadableModule` and the like be found.

    Slicer's own where given, else the stand-ins.
    """
    given = os.environ.get("CMRSEGMENTATION_SLICER_PYTHON")
    folders = [given] if given else []
    folders.append(str(STANDINS))
    for folder in folders:
        package = str(Path(folder) / "slicer")
        if package not in slicer.__path__:
            slicer.__path__.append(package)
        if folder not in sys.path:
            sys.path.append(folder)


def add_default_nodes() -> None:
    """Add what Slicer adds to each scene, and again after a scene was read.

    Clearing takes it away.
    """
    scene = slicer.mrmlScene
    if scene.GetSingletonNode("default", "vtkMRMLCrosshairNode") is None:
        crosshair = slicer.vtkMRMLCrosshairNode()
        crosshair.SetCrosshairName("default")
        scene.AddNode(crosshair)
    slicer.vtkMRMLSliceNode.AddDefaultSliceOrientationPresets(scene, True)


def _application_logic(scene, temporary: str):
    logic = slicer.vtkSlicerApplicationLogic()
    logic.SetMRMLScene(scene)
    logic.GetColorLogic().SetMRMLScene(scene)
    logic.GetColorLogic().AddDefaultColorNodes()
    logic.SetSliceLogics(vtk.vtkCollection())
    logic.SetViewLogics(vtk.vtkCollection())
    logic.SetTemporaryPath(temporary)
    return logic


def _register_logic(name: str, logic, application_logic) -> None:
    logic.SetMRMLApplicationLogic(application_logic)
    logic.SetMRMLScene(slicer.mrmlScene)
    application_logic.SetModuleLogic(name, logic)
    setattr(slicer.modules, name.lower(), HostModule(name, logic))


def _application(application_logic, temporary: str) -> SimpleNamespace:
    """The part of qSlicerApplication that needs no Qt."""
    return SimpleNamespace(
        applicationLogic=lambda: application_logic,
        mrmlScene=lambda: slicer.mrmlScene,
        temporaryPath=temporary,
        slicerHome=_slicer_home(temporary),
        mainApplicationMajorVersion=5,
        mainApplicationMinorVersion=13,
        majorVersion=5,
        minorVersion=13,
        applicationVersion="5.13.0-host",
        applicationName="SlicerHost",
        processEvents=lambda *_: None,
        testingEnabled=lambda: True,
        pauseRender=lambda: None,
        resumeRender=lambda: None,
        layoutManager=lambda: None,
        coreIOManager=lambda: None,
        translate=lambda _context, text, *_: text,
        loadTranslations=lambda _folder: None,
    )


def _slicer_home(temporary: str) -> str:
    """A folder with `bin/PythonSlicer`, which starts this very Python; PATH leads there too."""
    programs = Path(temporary) / "home" / "bin"
    programs.mkdir(parents=True)
    launcher = programs / "PythonSlicer"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    launcher.chmod(launcher.stat().st_mode | stat.S_IXUSR)
    os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return str(programs.parent)


def _data_io(scene, application_logic, temporary: str):
    """What reading scenes and bundles needs; the caller keeps the two objects alive."""
    cache = Path(temporary) / "cache"
    cache.mkdir()
    (cache / ".slicer-cache").touch()
    remote = slicer.vtkMRMLRemoteIOLogic()
    remote.SetMRMLScene(scene)
    remote.SetMRMLApplicationLogic(application_logic)
    remote.GetCacheManager().SetRemoteCacheDirectory(str(cache))
    data = slicer.vtkDataIOManagerLogic()
    data.SetMRMLScene(scene)
    data.SetMRMLApplicationLogic(application_logic)
    data.SetAndObserveDataIOManager(remote.GetDataIOManager())
    remote.AddDataIOToScene()
    return remote, data
