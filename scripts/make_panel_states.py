"""Pictures of the panel in every state: `python scripts/make_panel_states.py FOLDER`.

Empty, loaded, all sections open, running, done, regional function, trust judged and not judged,
exported, failed, several cines at work and done, and PyTorch that was not installed: at the widths
of a narrow and a wide panel, on a light and a dark ground. They are looked at before a release, and
not kept. The panel runs on the test host over a painted heart with as many phases and slices as
scanners make, with a child that plays its part.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import sys
import tempfile
import time
import types
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from Testing.Slicer.host import core_host, qt_host

APPLICATION = qt_host.start()

import qt
import slicer

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.reading.files import write_labels
from CMRSegmentationLib.reporting.report import InputSummary, ModelSummary, make_report
from CMRSegmentationLib.reporting.report_files import write_report
from CMRSegmentationLib.trust.trust import Limits, StructureTrust, Trust
from Testing.phantoms import HeartPhantom

WIDTHS = (430, 700)
FRAMES, SLICES, ES_FRAME = 30, 13, 11
LONG_NAME = "CINE_segmented_SAX_b7_retro_iPAT_2_breath-hold_0012"
PIP_LINES = (
    "Collecting torch>=2.2",
    "  Downloading torch-2.9.0-cp312-cp312-manylinux_2_28_x86_64.whl (899.7 MB)",
)
SECONDS_TO_WAIT = 60.0
CHILD = """
import json, shutil, sys, time
from pathlib import Path
arguments = sys.argv[1:]
inputs = [Path(name) for name in arguments[1:arguments.index("-o")]]
output = Path(arguments[arguments.index("-o") + 1])
output.mkdir(parents=True)
def say(**message):
    print(json.dumps(message), flush=True)
def deliver():
    for path in inputs:
        shutil.copytree(FINISHED, output / path.name.removesuffix(".seq.nrrd"))
    say(stage="finished", output=str(output))
say(stage="read", done=0, total=1)
say(stage="infer", done=6, total=30, frame=6)
"""
MADE_WITH = {
    "model": ModelSummary("sax", "0" * 64),
    "device": "cpu",
    "seconds": {"read": 0.6, "infer": 24.3, "report": 1.2},
}
DARK = {
    "Window": "#353535", "WindowText": "#eeeeee", "Base": "#232323", "AlternateBase": "#2c2c2c",
    "Text": "#eeeeee", "Button": "#404040", "ButtonText": "#eeeeee", "Highlight": "#2a82da",
    "HighlightedText": "#000000", "ToolTipBase": "#353535", "ToolTipText": "#eeeeee",
    "PlaceholderText": "#9a9a9a",
}  # fmt: skip
DARK_DISABLED = dict.fromkeys(("WindowText", "Text", "ButtonText"), "#808080")


def painted_findings(es_frame: int) -> tuple[Finding, ...]:
    """A doubt of the contours at end-systole, and one of the times."""
    return (
        Finding(
            FindingCode.WALL_OPEN,
            Severity.SERIOUS,
            "The LV wall is open in slices 2–3 at end-systole: the estimated Dice is 0.55.",
            frame=es_frame,
            slice=1,
            origin=Origin.CHECK,
        ),
        Finding(
            FindingCode.TIME_GUESSED,
            Severity.INFO,
            "The phase times are guessed from the heart rate of 67 beats/min.",
            origin=Origin.READER,
        ),
    )


def painted_trust(es_frame: int) -> Trust:
    """Estimates that fall from the middle of the heart to its ends, and at end-systole."""
    limits = Limits(0.8, 0.6, 0.85, 0.7, 0.6, 0.8)
    fall = 0.02
    slices = tuple(
        tuple(0.95 - fall * abs(z - 6) ** 1.5 - 0.08 * (t == es_frame) for z in range(SLICES))
        for t in range(FRAMES)
    )
    nothing_missing = ((None,) * SLICES,) * FRAMES
    volumes = tuple(0.8 if abs(t - es_frame) < 2 else 0.93 for t in range(FRAMES))
    lv = StructureTrust(slices, nothing_missing, volumes, limits, (52.0, 66.0))
    other = StructureTrust(slices, nothing_missing, (0.9,) * FRAMES, limits)
    return Trust({"lv": lv, "myo": other, "rv": other})


class Stage:
    """The panel on the host, with a child that plays what a state needs.

    Args:
        work: a folder for what the child is made of.
    """

    def __init__(self, work: Path) -> None:
        size = {"frames": FRAMES, "slices": SLICES, "rows": 64, "columns": 72}
        self.phantom = HeartPhantom(**size, es_frame=ES_FRAME)
        self.finished, self.package = work / "finished", work / "played" / "CMRSegmentationLib"
        self.finished.mkdir(parents=True)
        self.package.mkdir(parents=True)
        write_labels(self.finished / "labels.nii.gz", self.phantom.labels)
        report = make_report(self.phantom.labels, InputSummary.of(self.phantom.cine))
        trust, findings = painted_trust(report.es_frame), painted_findings(report.es_frame)
        write_report(replace(report.judged(trust, findings), **MADE_WITH), self.finished)
        path = ROOT / "CMRSegmentation" / "CMRSegmentation.py"
        _module, self.widget = qt_host.load_module(path)
        self.panel = slicer.modules.cmrsegmentation.widgetRepresentation()
        self.panel.enter()
        self.widget.logic.ensureTorch = lambda *_: None
        self.ui = self.widget.ui
        slicer.util.errorDisplay = lambda *_: None

    def reset(self) -> None:
        """An empty scene and a panel as it is when it is opened."""
        from CMRSegmentationMRML import child_process

        self.widget.run.cancel()
        slicer.mrmlScene.Clear(0)
        core_host.add_default_nodes()
        for section in self.sections():
            section.collapsed = True
        self.ui.logButton.checked = False
        self.ui.statusLabel.text = ""
        child_process.library_folder = lambda: self.package.parent
        self.widget.initializeParameterNode()

    def sections(self) -> tuple:
        """The sections that are closed at first."""
        names = ("advanced", "labels", "trust", "regional")
        return tuple(getattr(self.ui, f"{name}CollapsibleButton") for name in names)

    def play(self, line: str) -> None:
        """Lets the next child end with a line of Python."""
        source = CHILD.replace("FINISHED", repr(str(self.finished)))
        (self.package / "__init__.py").write_text("")
        (self.package / "__main__.py").write_text(source + line + "\n")

    def add(self, name: str) -> None:
        """A cine in the scene."""
        from CMRSegmentationMRML import sequences

        sequences.add_cine(self.phantom.cine, name)
        self.turn()

    def run(self, button, line: str, until: Callable[[], bool]) -> None:
        """Presses a button and waits."""
        self.play(line)
        button.click()
        end = time.monotonic() + SECONDS_TO_WAIT
        while not until() and time.monotonic() < end:
            self.turn()
            time.sleep(0.01)

    def install(self, problem: Exception) -> None:
        """Presses Apply where PyTorch is missing; pip writes two lines and fails."""
        from CMRSegmentationMRML import torch_setup

        installed = importlib.metadata.version

        def install_torch(**_arguments) -> None:
            for line in PIP_LINES:
                sys.stdout.write(line + "\n")
            raise problem

        def version(package: str) -> str:
            if package == "torch":
                raise importlib.metadata.PackageNotFoundError(package)
            return installed(package)

        logic = types.SimpleNamespace(installTorch=install_torch)
        utilities = types.SimpleNamespace(PyTorchUtilsLogic=lambda: logic)
        with (
            mock.patch.dict(sys.modules, {"PyTorchUtils": utilities}),
            mock.patch.object(slicer.app, "testingEnabled", return_value=False),
            mock.patch.object(importlib.metadata, "version", version),
            mock.patch.object(self.widget.logic, "ensureTorch", torch_setup.ensure_torch),
        ):
            self.ui.applyButton.click()

    def ended(self) -> bool:
        """Whether no child works."""
        return not self.widget.run.running

    @staticmethod
    def turn() -> None:
        """Lets the event loop turn."""
        for _ in range(4):
            APPLICATION.processEvents()


def empty(stage: Stage) -> None:
    """No cine."""


def loaded(stage: Stage) -> None:
    """A cine that was not segmented."""
    stage.add("Cine short axis")


def opened(stage: Stage) -> None:
    """Every section open."""
    loaded(stage)
    stage.ui.advancedCollapsibleButton.collapsed = False
    stage.ui.labelsCollapsibleButton.collapsed = False


def running(stage: Stage) -> None:
    """A child at work."""
    loaded(stage)
    stage.run(stage.ui.applyButton, "time.sleep(60)", lambda: stage.ui.progressBar.value == 6)


def done(stage: Stage) -> None:
    """A result, with the log open."""
    loaded(stage)
    stage.run(stage.ui.applyButton, "deliver()", stage.ended)
    stage.ui.logButton.checked = True


def regional(stage: Stage) -> None:
    """A result with its bullseye, and segment borders over the images."""
    done(stage)
    stage.ui.logButton.checked = False
    stage.ui.regionalCollapsibleButton.collapsed = False
    stage.ui.bordersCheckBox.click()


def trusted(stage: Stage) -> None:
    """A result whose contours were judged."""
    done(stage)
    stage.ui.logButton.checked = False
    stage.ui.trustCollapsibleButton.collapsed = False


def not_judged(stage: Stage) -> None:
    """A result whose contours were not judged."""
    from CMRSegmentationMRML import results

    trusted(stage)
    sequence = stage.widget.results.sequence
    report = results.stored_report(sequence)
    results.keep_report(sequence, replace(report, trust=None, findings=(), model=None, device=None))
    stage.widget.showInput()


def exported(stage: Stage) -> None:
    """A report that was written as PDF."""
    done(stage)
    stage.ui.logButton.checked = False
    with (
        tempfile.TemporaryDirectory() as chosen,
        mock.patch.object(qt.QFileDialog, "getExistingDirectory", return_value=chosen),
    ):
        line = "(output / 'report.pdf').touch(); say(stage='finished')"
        stage.run(stage.ui.pdfButton, line, lambda: "report.pdf" in stage.ui.exportLabel.text)


def failed(stage: Stage) -> None:
    """A failure."""
    loaded(stage)
    sentence = "No heart was found in Cine short axis, so nothing was added."
    line = f"say(stage='failed', error={sentence!r}); sys.exit(1)"
    stage.run(stage.ui.applyButton, line, stage.ended)


def several_running(stage: Stage) -> None:
    """The second of several cines at work."""
    add_several(stage)
    line = "say(stage='read', done=0, total=1); say(stage='infer', done=12, total=30)"
    stage.run(
        stage.ui.allButton, f"{line}; time.sleep(60)", lambda: stage.ui.progressBar.value == 12
    )


def add_several(stage: Stage) -> None:
    """Three cines with names as scanners give them."""
    for name in (LONG_NAME, "Cine two chambers", "Cine four chambers"):
        stage.add(name)


def several(stage: Stage) -> None:
    """Several cines, segmented together."""
    add_several(stage)
    stage.run(stage.ui.allButton, "deliver()", stage.ended)
    stage.ui.inputSelector.setCurrentNodeIndex(0)


def not_installed(stage: Stage) -> None:
    """PyTorch that could not be installed."""
    loaded(stage)
    stage.install(OSError("[Errno 28] No space left on device"))
    stage.ui.logButton.checked = True


STATES = (
    empty,
    loaded,
    opened,
    running,
    done,
    regional,
    trusted,
    not_judged,
    exported,
    failed,
    several_running,
    several,
    not_installed,
)


def main(arguments: list[str] | None = None) -> int:
    """Writes a picture of each state, width and ground."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", default="", help="such as de, in place of English")
    names = [state.__name__ for state in STATES]
    parser.add_argument("--states", nargs="+", choices=names, default=names, help="some of them")
    options = parser.parse_args(arguments)
    folder = options.folder
    slicer.app.settings().setValue("language", options.language)
    folder.mkdir(parents=True, exist_ok=True)
    light = APPLICATION.palette()
    with tempfile.TemporaryDirectory() as work:
        stage = Stage(Path(work))
        for state in (state for state in STATES if state.__name__ in options.states):
            for name, palette in (("light", light), ("dark", dark())):
                APPLICATION.setPalette(palette)
                stage.reset()
                state(stage)
                for width in WIDTHS:
                    grab(stage, width, folder / f"{state.__name__}_{width}_{name}.png")
        stage.reset()
        qt_host.unload_module("CMRSegmentation")
    return 0


def dark() -> qt.QPalette:
    """Slicer's dark style, roughly."""
    palette = qt.QPalette()
    for role, color in DARK.items():
        palette.setColor(getattr(qt.QPalette, role), qt.QColor(color))
    for role, color in DARK_DISABLED.items():
        palette.setColor(qt.QPalette.Disabled, getattr(qt.QPalette, role), qt.QColor(color))
    return palette


def grab(stage: Stage, width: int, path: Path) -> None:
    """The panel at a width, as high as it wants to be."""
    stage.panel.show()
    stage.panel.resize(width, 100)
    stage.turn()
    layout = stage.panel.layout()
    height = layout.heightForWidth(width) if layout.hasHeightForWidth() else 0
    stage.panel.resize(width, max(height, stage.panel.minimumSizeHint.height(), 400))
    stage.turn()
    stage.panel.grab().save(str(path))
    sys.stdout.write(f"{path}: {stage.panel.width} × {stage.panel.height}\n")


if __name__ == "__main__":
    sys.exit(main())
