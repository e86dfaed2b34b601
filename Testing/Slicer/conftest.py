"""Fixtures for the module's tests.

Slicer's MRML scene, the Qt host, phantom cines, and children that play a script.
"""

from __future__ import annotations

import json
import sys
import textwrap
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from Testing.phantoms import HeartPhantom
from Testing.Slicer.host import core_host, pythonqt, qt_host

MODULE_FOLDER = Path(__file__).parents[2] / "CMRSegmentation"
MODULE_FILE = MODULE_FOLDER / "CMRSegmentation.py"

qt_host.start()
if str(MODULE_FOLDER) not in sys.path:
    sys.path.insert(0, str(MODULE_FOLDER))

import slicer
from CMRSegmentationMRML import child_process, sequences
from CMRSegmentationMRML.temporary_folder import TEMPORARY_PREFIX

from CMRSegmentationLib.reading.files import write_labels
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from CMRSegmentationLib.reporting.report_files import write_report
from CMRSegmentationLib.segmenting.model import DESCRIPTION_FILE, WEIGHTS_FILE, sha256_of

SMALL = {
    "frames": 4,
    "slices": 3,
    "rows": 40,
    "columns": 48,
    "spacing_zyx_mm": (10.0, 3.0, 2.5),
    "es_frame": 2,
}
"""A heart of 4 phases and 3 slices, oblique, which takes milliseconds."""


@pytest.fixture
def scene():
    """An empty scene as a fresh Slicer has it."""
    return core_host.clear_scene()


@pytest.fixture
def phantom():
    """A small beating heart, made anew so that no test sees what another one did."""
    return HeartPhantom(**SMALL)


@pytest.fixture
def cine(scene, phantom):
    """The small heart as a volume sequence with its browser."""
    return sequences.add_cine(phantom.cine, "Heart")


@pytest.fixture
def finished_run(tmp_path, phantom):
    """A folder with what the command line writes for the small heart."""
    folder = tmp_path / "finished"
    folder.mkdir()
    write_labels(folder / "labels.nii.gz", phantom.labels)
    write_report(
        replace(make_report(phantom.labels, InputSummary.of(phantom.cine)), device="cpu (test)"),
        folder,
    )
    return folder


@pytest.fixture
def scripted_child(tmp_path, monkeypatch, finished_run):
    """Makes children run a few lines in place of the library's command line.

    The lines see `image` and `output` (paths of the command), `arguments`, and `deliver()`, which
    writes the results of the small heart.
    """

    def use(lines: str) -> None:
        package = tmp_path / "played" / "CMRSegmentationLib"
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").write_text("")
        (package / "__main__.py").write_text(_child_source(lines, finished_run), encoding="utf-8")
        monkeypatch.setattr(child_process, "library_folder", lambda: package.parent)

    return use


def _child_source(lines: str, finished_run: Path) -> str:
    preamble = f"""
        import json, os, shutil, signal, subprocess, sys, time
        from pathlib import Path

        arguments = sys.argv[1:]
        image, output = Path(arguments[1]), Path(arguments[arguments.index("-o") + 1])

        def say(**message):
            print(json.dumps(message), flush=True)

        def deliver():
            shutil.copytree({str(finished_run)!r}, output / "cine")
            say(stage="finished", output=str(output))
    """
    return textwrap.dedent(preamble) + textwrap.dedent(lines)


@pytest.fixture(scope="module")
def loaded():
    """The module, loaded once; its panel is entered."""
    core_host.clear_scene()
    module, _ = qt_host.load_module(MODULE_FILE)
    slicer.modules.cmrsegmentation.widgetRepresentation().enter()
    yield module
    qt_host.unload_module("CMRSegmentation")


@pytest.fixture
def widget(loaded, tmp_path, monkeypatch):
    """The panel over an empty scene, with two models, a torch, and no dialogs."""
    core_host.clear_scene()
    widget = slicer.modules.CMRSegmentationWidget
    add_model(tmp_path / "models", "apical", ["lax_4c"])
    add_model(tmp_path / "models", "sax", ["sax"])
    monkeypatch.setattr(widget.logic, "modelsFolder", tmp_path / "models")
    monkeypatch.setattr(widget.logic, "ensureTorch", lambda *_: None)
    widget.initializeParameterNode()
    slicer.app.processEvents()
    yield widget
    widget.run.cancel()
    assert temporary_folders() == []
    assert pythonqt.stray_attributes(widget.parent) == []


@pytest.fixture
def ui(widget):
    return widget.ui


def wait_until(condition, seconds: float = 20.0) -> None:
    """Turns the event loop until a condition holds; fails if it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        slicer.app.processEvents()
        time.sleep(0.005)


def node_ids(scene) -> list[str]:
    """The IDs of all nodes, to see that a scene is as it was.

    Slicer's subject hierarchy is always there.
    """
    nodes = [scene.GetNthNode(index) for index in range(scene.GetNumberOfNodes())]
    return sorted(node.GetID() for node in nodes if not node.IsA("vtkMRMLSubjectHierarchyNode"))


def temporary_folders() -> list[str]:
    """What runs have left behind in Slicer's temporary folder."""
    return [path.name for path in Path(slicer.app.temporaryPath).glob(f"{TEMPORARY_PREFIX}*")]


def volume_node(scene, name, array_zyx, spacing_zyx_mm):
    """A plain gray-scale volume along the axes of the world."""
    volume = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name)
    slicer.util.updateVolumeFromArray(volume, np.ascontiguousarray(array_zyx, dtype=np.float32))
    volume.SetSpacing(*reversed(spacing_zyx_mm))
    return volume


@contextmanager
def entered_panel(models: Path):
    """The panel of the module, loaded and entered, with one model and no question for PyTorch."""
    qt_host.load_module(MODULE_FILE)
    slicer.modules.cmrsegmentation.widgetRepresentation().enter()
    widget = slicer.modules.CMRSegmentationWidget
    add_model(models, "sax", ["sax"])
    widget.logic.modelsFolder, widget.logic.ensureTorch = models, lambda *_: None
    widget.showInput()
    yield widget
    widget.run.cancel()
    qt_host.unload_module("CMRSegmentation")
    core_host.clear_scene()


def add_model(folder, name, views, caution=""):
    """A model folder that is complete, with weights that nobody opens."""
    path = folder / name
    path.mkdir(parents=True)
    (path / WEIGHTS_FILE).write_bytes(name.encode())
    values = {
        "schema": 1, "title": f"The {name} model", "views": views, "spacing_mm": 1.4, "network": {},
        "normalization": "percentile_zscore", "license": "CC0",
        "weights_sha256": sha256_of(path / WEIGHTS_FILE),
        "date": "2026-01-01", "training_data": "phantoms", "accuracy": {},
        "caution": caution,
    }  # fmt: skip
    (path / DESCRIPTION_FILE).write_text(json.dumps(values))
