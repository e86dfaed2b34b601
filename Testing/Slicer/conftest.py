"""Fixtures for the module's tests: Slicer's MRML scene, the Qt host, phantom cines, and children that play a script."""

from __future__ import annotations

import sys
import textwrap
import time
from pathlib import Path

import pytest

from Testing.phantoms import HeartPhantom
from Testing.Slicer.host import core_host, qt_host

MODULE_FOLDER = Path(__file__).parents[2] / "CMRSegmentation"

qt_host.start()
if str(MODULE_FOLDER) not in sys.path:
    sys.path.insert(0, str(MODULE_FOLDER))

import slicer
from CMRSegmentationMRML import child_process, sequences

from CMRSegmentationLib.files import write_labels
from CMRSegmentationLib.report import InputSummary, make_report, write_report

SMALL = {"frames": 4, "slices": 3, "rows": 40, "columns": 48, "spacing_zyx_mm": (10.0, 3.0, 2.5), "es_frame": 2}
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
    write_report(make_report(phantom.labels, InputSummary.of(phantom.cine), device="cpu (test)"), folder)
    return folder


@pytest.fixture
def scripted_child(tmp_path, monkeypatch, finished_run):
    """Makes children run a few lines in place of the library's command line.

    The lines see `image` and `output` (paths of the command), `arguments`, and `deliver()`, which writes the results
    of the small heart.
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


def wait_until(condition, seconds: float = 20.0) -> None:
    """Turns the event loop until a condition holds; fails if it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        slicer.app.processEvents()
        time.sleep(0.005)


def node_ids(scene) -> list[str]:
    """The IDs of all nodes, to see that a scene is as it was; Slicer's subject hierarchy is always there."""
    nodes = [scene.GetNthNode(index) for index in range(scene.GetNumberOfNodes())]
    return sorted(node.GetID() for node in nodes if not node.IsA("vtkMRMLSubjectHierarchyNode"))


def temporary_folders() -> list[str]:
    """What runs have left behind in Slicer's temporary folder."""
    return [path.name for path in Path(slicer.app.temporaryPath).glob(f"{child_process.TEMPORARY_PREFIX}*")]
