"""What runs ends when Slicer quits.

The child, all it started, and its images, whoever started it.
"""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import slicer
from CMRSegmentationMRML.quitting import EndsWithSlicer

from .conftest import MODULE_FOLDER
from .test_process_tree import is_running

SECONDS_TO_WAIT = 300
"""On a busy machine; what quits takes a few."""
SLICER = """
    import sys
    from pathlib import Path

    sys.path.insert(0, sys.argv[1])
    from Testing.Slicer.host import qt_host

    application = qt_host.start()
    import qt
    import slicer

    path = Path(sys.argv[1]) / "CMRSegmentation" / "CMRSegmentation.py"
    module, widget = qt_host.load_module(path)
    slicer.modules.cmrsegmentation.widgetRepresentation().enter()
    from CMRSegmentationMRML import child_process, sequences
    from Testing.phantoms import HeartPhantom

    slicer.app.temporaryPath = sys.argv[2]
    played, said = Path(sys.argv[3]), Path(sys.argv[4])
    child_process.library_folder = lambda: played
    widget.logic.ensureTorch = lambda *_: None
    widget.deviceCheck._ensure_torch = lambda: None
    cine = sequences.add_cine(HeartPhantom(frames=2, slices=3, rows=40, columns=48).cine, "Heart")
    slicer.app.processEvents()

    def quit_when_the_child_works():
        if said.exists() and said.read_text().endswith("!"):
            application.quit()

    timer = qt.QTimer(slicer.app)
    timer.connect("timeout()", quit_when_the_child_works)
    timer.start(20)
"""
STARTS = {
    "the panel": "widget.ui.applyButton.click(); application.exec()",
    "the panel with two cines": """
        sequences.add_cine(HeartPhantom(frames=2, slices=3, rows=40, columns=48).cine, "Second")
        for _ in range(5):
            slicer.app.processEvents()
        widget.ui.allButton.click(); application.exec()
    """,
    "the check of the device": "widget.ui.deviceButton.click(); application.exec()",
    "a script that waits": """
        def segment():
            try:
                widget.logic.segment(cine.sequence)
            except RuntimeError as error:
                print(error)

        qt.QTimer.singleShot(0, segment); application.exec()
    """,
}
CHILD = """
    import os, subprocess, sys, time
    grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    with open({said!r}, "w") as file:
        file.write(f"{{os.getpid()}} {{grandchild.pid}}!")
    time.sleep(60)
"""


def play_library(folder, said):
    """A library whose commands start a process, name both IDs, and go on for a minute."""
    package = folder / "CMRSegmentationLib"
    (package / "segmenting").mkdir(parents=True)
    source = textwrap.dedent(CHILD.format(said=str(said)))
    for name, text in (("__init__", ""), ("__main__", source), ("segmenting/inference", source)):
        (package / f"{name}.py").write_text(text)


@pytest.mark.skipif(
    not os.path.isdir("/proc/self"), reason="needs /proc to look at processes that are not ours"
)
@pytest.mark.parametrize("start", STARTS)
def test_when_slicer_quits_the_whole_process_tree_and_the_images_go(tmp_path, start):
    """The panel's `cleanup` is not called here, as Slicer does not promise to."""
    images, said = tmp_path / "images", tmp_path / "said"
    play_library(tmp_path / "played", said)
    code = textwrap.dedent(SLICER) + textwrap.dedent(STARTS[start])
    arguments = [str(path) for path in (MODULE_FOLDER.parent, images, tmp_path / "played", said)]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_WAIT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    processes = [int(text) for text in said.read_text().rstrip("!").split()]
    assert len(processes) == 2
    assert [process for process in processes if is_running(process)] == []
    assert list(Path(images).iterdir()) == []
    assert done.stdout.strip() == (
        "Slicer quit before Heart was segmented." if "script" in start else ""
    )


def test_nothing_is_called_before_begin_and_after_end():
    called = []
    guard = EndsWithSlicer(lambda: called.append(1))
    quits = slicer.app.aboutToQuit
    quits.emit()
    guard.begin()
    guard.begin()
    quits.emit()
    assert called == [1]
    guard.end()
    guard.end()
    quits.emit()
    assert called == [1]


def test_what_is_called_may_end_it():
    called = []

    def stop():
        called.append(1)
        guard.end()

    guard = EndsWithSlicer(stop)
    guard.begin()
    slicer.app.aboutToQuit.emit()
    slicer.app.aboutToQuit.emit()
    assert called == [1]
