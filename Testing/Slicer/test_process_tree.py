"""A process is ended with all its children."""

import os
import subprocess
import sys
import time
import types

import pytest
from CMRSegmentationMRML import process_tree
from CMRSegmentationMRML.process_tree import descendants, end_process_tree

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def launcher():
    """A process that works in a child of its own, as PythonSlicer does.

    Gives it and the ID of the child.
    """
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True
    ) as process:
        yield process, int(process.stdout.readline())
        process.kill()


def is_running(process_id):
    """Whether a process works; one that ended and was not collected counts as ended."""
    try:
        with open(f"/proc/{process_id}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_children_are_found(launcher):
    process, child = launcher
    assert child in descendants(process.pid)
    assert process.pid in descendants(os.getpid())


def test_children_are_found_without_ps(launcher, monkeypatch):
    """As in a container, whose PATH has no `ps`."""
    process, child = launcher
    monkeypatch.setenv("PATH", "")
    assert child in descendants(process.pid)


def test_children_are_found_with_ps_where_there_is_no_proc(launcher, monkeypatch, tmp_path):
    process, child = launcher
    monkeypatch.setattr(process_tree, "PROC", tmp_path)
    assert child in descendants(process.pid)


def test_with_neither_the_process_itself_is_ended(launcher, monkeypatch, tmp_path, caplog):
    process, child = launcher
    monkeypatch.setattr(process_tree, "PROC", tmp_path)
    monkeypatch.setattr(process_tree, "PS_COMMAND", ("ps-that-is-not-there",))
    end_process_tree(process.pid)
    assert process.wait(timeout=5) == -9
    assert "cannot be listed" in caplog.text
    os.kill(child, 9)


@pytest.mark.skipif(
    not os.path.isdir("/proc/self"), reason="needs /proc to look at processes that are not ours"
)
def test_the_child_of_a_launcher_ends_with_it(launcher):
    process, child = launcher
    end_process_tree(process.pid)
    process.wait(timeout=5)
    end = time.monotonic() + 5
    while is_running(child) and time.monotonic() < end:
        time.sleep(0.01)
    assert not is_running(child)


def test_a_process_that_is_gone_is_passed_over():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    end_process_tree(process.pid)


def test_windows_is_asked_to_end_the_tree_by_force_and_without_a_window(monkeypatch):
    asked = []
    monkeypatch.setattr(process_tree, "os", types.SimpleNamespace(name="nt"))
    monkeypatch.setattr(subprocess, "CREATE_NO_WINDOW", 0x08000000, raising=False)
    monkeypatch.setattr(
        subprocess, "run", lambda command, **settings: asked.append((command, settings))
    )
    end_process_tree(4711)
    ((command, settings),) = asked
    assert command == ["taskkill", "/PID", "4711", "/T", "/F"]
    assert settings["creationflags"] == 0x08000000
    assert not settings["check"]
