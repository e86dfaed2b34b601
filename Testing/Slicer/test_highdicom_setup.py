"""highdicom comes with consent, and replaces nothing that Slicer brings."""

import sys
from subprocess import CalledProcessError

import pytest
import slicer
from CMRSegmentationMRML import highdicom_setup
from CMRSegmentationMRML.highdicom_setup import HighdicomUnavailableError, ensure_highdicom

BROUGHT = {"numpy": "2.4.6", "pydicom": "3.0.1", "SimpleITK": None, "scipy": "1.17.1"}


@pytest.fixture
def slicer_python(monkeypatch):
    """A Slicer without highdicom that is not testing, whose user agrees; what pip was asked."""
    installed, asked = dict(BROUGHT), []

    def install(requirements):
        asked.append(requirements)
        sys.stdout.write("Collecting highdicom\n")
        installed["highdicom"] = "0.28.2"

    monkeypatch.setattr(highdicom_setup, "installed_version", installed.get)
    monkeypatch.setattr(slicer.app, "testingEnabled", lambda: False)
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda *_: True)
    monkeypatch.setattr(slicer.util, "pip_install", install, raising=False)
    return installed, asked


def test_one_that_is_there_needs_nothing(slicer_python):
    installed, asked = slicer_python
    installed["highdicom"] = "0.27.0"
    ensure_highdicom()
    assert asked == []


def test_it_is_installed_beside_the_very_packages_that_slicer_brings(slicer_python):
    lines = []
    ensure_highdicom(lines.append)
    kept = ["numpy==2.4.6", "pydicom==3.0.1", "scipy==1.17.1"]
    assert slicer_python[1] == [["highdicom>=0.26", *kept]]
    assert lines == ["Collecting highdicom"]


def test_without_consent_nothing_is_installed(slicer_python, monkeypatch):
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda *_: False)
    with pytest.raises(HighdicomUnavailableError, match="without it there are no DICOM results"):
        ensure_highdicom()
    assert slicer_python[1] == []


def test_a_failed_installation_says_why(slicer_python, monkeypatch):
    def fail(_requirements):
        raise CalledProcessError(1, "pip install")  # as Slicer's own does

    monkeypatch.setattr(slicer.util, "pip_install", fail)
    lines, failure = [], "Command 'pip install' returned non-zero exit status 1."
    with pytest.raises(HighdicomUnavailableError) as caught:
        ensure_highdicom(lines.append)
    assert str(caught.value) == (
        f"highdicom could not be installed: {failure} The log holds what pip said."
    )
    assert lines == [failure]


def test_nothing_is_installed_while_slicer_runs_its_tests(slicer_python, monkeypatch):
    monkeypatch.setattr(slicer.app, "testingEnabled", lambda: True)
    with pytest.raises(HighdicomUnavailableError, match="runs its tests"):
        ensure_highdicom()
    assert slicer_python[1] == []
