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


def test_one_that_is_too_old_is_renewed(slicer_python):
    installed, asked = slicer_python
    installed["highdicom"] = "0.26.1"
    ensure_highdicom()
    assert asked[0][0] == "highdicom>=0.27"


def test_one_that_stays_too_old_will_not_do(slicer_python, monkeypatch):
    slicer_python[0]["highdicom"] = "0.9.1"
    monkeypatch.setattr(slicer.util, "pip_install", lambda _requirements: None)
    with pytest.raises(HighdicomUnavailableError, match="was not installed; see the log"):
        ensure_highdicom()


@pytest.mark.parametrize("there", [None, "0.22.0"])
def test_where_slicers_pydicom_is_too_old_nobody_is_asked_and_the_sentence_says_what_to_do(
    slicer_python, monkeypatch, there
):
    installed, asked = slicer_python
    installed.update(pydicom="2.4.4", highdicom=there)  # as in Slicer 5.10
    questions = []
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", questions.append)
    with pytest.raises(HighdicomUnavailableError) as caught:
        ensure_highdicom()
    assert str(caught.value) == (
        "DICOM results need pydicom 3.0.1 or newer, but this Slicer comes with 2.4.4, which must "
        "not be replaced. Use a newer Slicer, or the command line outside of Slicer."
    )
    assert (questions, asked) == ([], [])


@pytest.mark.parametrize("version", ["3.0.1", "3.0.2.dev0", "3.1.0", "3.10", "4.0.0"])
def test_newer_versions_of_pydicom_will_do(slicer_python, version):
    slicer_python[0]["pydicom"] = version
    ensure_highdicom()
    assert f"pydicom=={version}" in slicer_python[1][0]


def test_it_is_installed_beside_the_very_packages_that_slicer_brings(slicer_python):
    lines = []
    ensure_highdicom(lines.append)
    kept = ["numpy==2.4.6", "pydicom==3.0.1", "scipy==1.17.1"]
    assert slicer_python[1] == [["highdicom>=0.27", *kept]]
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
