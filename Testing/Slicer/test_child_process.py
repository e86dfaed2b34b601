"""The child runs in its own process, is heard, and is ended with all it started."""

import os
import sys
import time
from pathlib import Path

import pytest
import slicer
from CMRSegmentationMRML import child_process
from CMRSegmentationMRML.child_process import ChildProcess, child_environment

from .conftest import wait_until
from .test_process_tree import is_running


class Heard:
    """Starts a child and keeps what it says."""

    def __init__(self, folder):
        self.messages, self.log, self.ends = [], [], []
        self.child = ChildProcess(self.messages.append, self.log.append, self.ends.append)
        self.folder = folder

    def start(self, code, *arguments):
        self.child.start(["-c", code, *arguments], self.folder)
        return self

    def to_the_end(self):
        wait_until(lambda: self.ends)
        return self


@pytest.fixture
def heard(tmp_path):
    heard = Heard(tmp_path)
    yield heard
    heard.child.cancel()


FINISHED = 'print(\'{"stage": "finished"}\')'


def test_messages_and_log_are_told_apart(heard):
    message = 'print(\'{"stage": "infer", "done": 1}\')'
    heard.start(f"import sys; {message}; print('hello'); sys.stderr.write('uh'); {FINISHED}")
    heard.to_the_end()
    assert [message.stage for message in heard.messages] == ["infer", "finished"]
    assert sorted(heard.log) == ["hello", "uh"]
    assert heard.ends == [None]
    assert not heard.child.running


def test_the_child_finds_the_library_and_writes_utf_8(heard):
    heard.start(f"import CMRSegmentationLib; print('größe ✓'); {FINISHED}").to_the_end()
    assert heard.log == ["größe ✓"]
    assert heard.ends == [None]


def test_arguments_with_blanks_and_other_alphabets_arrive(heard):
    names = ["a b", "Größe ü", "心臓", 'quote"d', "back\\slash"]
    heard.start("import sys; print('|'.join(sys.argv[1:]))", *names).to_the_end()
    assert heard.log == ["|".join(names)]


def test_ending_well_without_a_result_is_a_failure(heard):
    heard.start("print('done nothing')").to_the_end()
    assert heard.ends == ["The segmentation process ended without a result (exit status 0)."]


def test_the_error_of_the_failed_message_is_what_the_user_reads(heard):
    heard.start(
        'import sys; print(\'{"stage": "failed", "error": "No heart."}\'); sys.exit(1)'
    ).to_the_end()
    assert heard.ends == ["No heart."]


def test_the_last_line_of_a_traceback_is_what_the_user_reads(heard):
    heard.start("raise OSError('No space left on device')").to_the_end()
    assert heard.ends == ["OSError: No space left on device"]
    assert any("Traceback" in line for line in heard.log)


def test_a_child_that_is_killed_from_outside_says_so(heard):
    heard.start("import os, signal; os.kill(os.getpid(), signal.SIGKILL)").to_the_end()
    assert "killed from outside" in heard.ends[0]


def test_a_python_that_is_not_there_says_so(heard, monkeypatch):
    monkeypatch.setattr(child_process, "python_executable", lambda: "/nowhere/PythonSlicer")
    heard.start("").to_the_end()
    assert "/nowhere/PythonSlicer" in heard.ends[0]
    assert not heard.child.running


def test_the_process_has_a_parent_which_keeps_it_while_its_signals_run(heard, monkeypatch):
    monkeypatch.setattr(child_process, "python_executable", lambda: "/nowhere/PythonSlicer")
    parents = []
    original = heard.child._failed
    monkeypatch.setattr(
        heard.child,
        "_failed",
        lambda error: parents.append(heard.child._process.parent()) or original(error),
    )
    heard.start("").to_the_end()
    assert parents == [slicer.app]


def test_cancel_ends_the_process_where_its_children_cannot_be_found(heard, monkeypatch):
    def fail(_process_id):
        raise FileNotFoundError("ps")

    heard.start("import time; print('up', flush=True); time.sleep(60)")
    wait_until(lambda: heard.log)
    monkeypatch.setattr(child_process, "end_process_tree", fail)
    process = heard.child._process
    with pytest.raises(FileNotFoundError):
        heard.child.cancel()
    assert process.state() == 0


def test_a_flood_of_output_is_read_to_the_end(heard):
    heard.start(f"for n in range(3000): print('line', n)\n{FINISHED}").to_the_end()
    assert len(heard.log) == 3000
    assert heard.ends == [None]


@pytest.mark.skipif(
    not os.path.isdir("/proc/self"), reason="needs /proc to look at processes that are not ours"
)
def test_cancel_ends_the_child_and_its_child_and_nothing_is_reported(heard):
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    heard.start(code)
    wait_until(lambda: heard.log)
    start = time.monotonic()
    heard.child.cancel()
    assert time.monotonic() - start < 2
    assert not heard.child.running
    wait_until(lambda: not is_running(int(heard.log[0])))
    slicer.app.processEvents()
    assert heard.ends == []


def test_cancel_without_a_child_does_nothing(heard):
    heard.child.cancel()
    assert heard.ends == []


def test_a_child_can_be_started_again_after_cancel(tmp_path):
    first = Heard(tmp_path).start("import time; time.sleep(60)")
    first.child.cancel()
    second = Heard(tmp_path).start(FINISHED).to_the_end()
    assert (first.ends, second.ends) == ([], [None])


def test_the_environment_has_the_library_first_and_no_qt_plug_ins_of_slicer():
    environment = child_environment(
        {"PYTHONPATH": "/slicer/lib", "QT_PLUGIN_PATH": "/slicer/plugins", "HOME": "/home/u"}
    )
    first, second = environment["PYTHONPATH"].split(os.pathsep)
    assert (Path(first) / "CMRSegmentationLib" / "__main__.py").is_file()
    assert second == "/slicer/lib"
    assert "QT_PLUGIN_PATH" not in environment
    assert environment["HOME"] == "/home/u"
    assert (environment["PYTHONUNBUFFERED"], environment["PYTHONIOENCODING"]) == ("1", "utf-8")


def test_pythonslicer_on_the_path_is_taken(tmp_path, monkeypatch):
    program = tmp_path / "PythonSlicer"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert child_process.python_executable() == str(program)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert child_process.python_executable() == sys.executable
