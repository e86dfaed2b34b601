"""What pip prints is heard line by line, and its failures become advice."""

import subprocess
import sys

import pytest
import slicer
from CMRSegmentationMRML.pip_output import advice, heard

from .conftest import wait_until


def test_each_line_is_told_and_still_printed(capsys):
    lines = []
    with heard(lines.append):
        sys.stdout.write("Collecting torch\nDownloading torch")
        sys.stdout.write("-2.9.whl (192 MB)\n\n")
        sys.stderr.write("WARNING: slow\n")
        sys.stdout.flush()
    sys.stdout.write("afterwards\n")
    assert lines == ["Collecting torch", "Downloading torch-2.9.whl (192 MB)", "WARNING: slow"]
    assert capsys.readouterr().out.endswith("(192 MB)\n\nafterwards\n")


def test_slicers_streams_come_back_after_a_failure():
    before = sys.stdout
    with pytest.raises(RuntimeError), heard(list):
        raise RuntimeError("pip failed")
    assert sys.stdout is before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ProxyError('Cannot connect to proxy.')", "A proxy or a certificate"),
        ("SSLCertVerificationError: CERTIFICATE_VERIFY_FAILED", "A proxy or a certificate"),
        ("Failed to establish a new connection: getaddrinfo failed", "The package index was not"),
        ("Temporary failure in name resolution", "The package index was not"),
        (
            "[WinError 5] Access is denied: 'C:\\\\Program Files'",
            "Slicer's folder cannot be written",
        ),
        ("a bug of pip", ""),
    ],
)
def test_a_failure_that_is_known_says_what_to_do(text, expected):
    found = advice(text)
    assert found.startswith(expected)
    assert bool(found) == bool(expected)


@pytest.fixture
def processes(monkeypatch):
    """Closes the pipes of processes that `slicer.util` starts, which it leaves open."""
    started = []

    class Process(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Process)
    yield
    for process in started:
        process.stdout.close()


@pytest.mark.parametrize("blocking", [True, False])
def test_what_slicer_prints_of_a_process_is_heard(processes, blocking):
    """`slicer.util` runs pip so: at once, or while its progress dialog turns the event loop."""
    lines, ended = [], []
    with heard(lines.append):
        slicer.util.executePythonModule(
            "pip", ["--version"], blocking=blocking, completedCallback=ended.append
        )
        wait_until(lambda: blocking or ended)
    assert [line.split()[0] for line in lines] == ["pip"]
