"""PyTorch comes through its extension and with consent, or the user reads what to do."""

import importlib.metadata
import sys
import types

import pytest
import slicer
from CMRSegmentationMRML import torch_setup


@pytest.fixture
def installed(monkeypatch):
    """What the installation says about torch; change `installed["version"]`."""
    state = {"version": None}

    def version(_name):
        if state["version"] is None:
            raise importlib.metadata.PackageNotFoundError
        return state["version"]

    monkeypatch.setattr(importlib.metadata, "version", version)
    return state


@pytest.fixture
def utilities(monkeypatch):
    """The PyTorch extension, and a Slicer that is not testing; returns what was asked of it."""
    asked = []

    class PyTorchUtilsLogic:
        def installTorch(self, **arguments):
            asked.append(arguments)

    module = types.ModuleType("PyTorchUtils")
    module.PyTorchUtilsLogic = PyTorchUtilsLogic
    monkeypatch.setitem(sys.modules, "PyTorchUtils", module)
    monkeypatch.setattr(slicer.app, "testingEnabled", lambda: False)
    return asked


@pytest.mark.parametrize("version", ["2.2.2", "2.13.0+cpu", "3.0.0", "2.10.1+cu126"])
def test_a_new_enough_torch_needs_nothing(installed, version):
    installed["version"] = version
    torch_setup.ensure_torch()


@pytest.mark.parametrize("version", ["1.13.1", "2.1.2+cu118"])
def test_an_old_torch_is_named_with_the_way_out(installed, version):
    installed["version"] = version
    with pytest.raises(torch_setup.TorchUnavailableError, match=r"2\.2 or newer.*uninstall"):
        torch_setup.ensure_torch()


def test_without_the_extension_the_user_reads_how_to_get_it(installed):
    with pytest.raises(torch_setup.ExtensionMissingError, match="install the extension PyTorch"):
        torch_setup.ensure_torch()


def test_torch_is_installed_with_consent_and_a_lowest_version(installed, utilities, monkeypatch):
    def install(self, **arguments):
        utilities.append(arguments)
        installed["version"] = "2.9.0+cu126"

    monkeypatch.setattr(sys.modules["PyTorchUtils"].PyTorchUtilsLogic, "installTorch", install)
    torch_setup.ensure_torch()
    assert utilities == [{"askConfirmation": True, "torchVersionRequirement": ">=2.2"}]


def test_a_refusal_is_no_crash(installed, utilities):
    with pytest.raises(torch_setup.TorchUnavailableError, match="was not installed"):
        torch_setup.ensure_torch()
    assert len(utilities) == 1


@pytest.mark.parametrize("problem", [None, RuntimeError("no network")])
def test_the_end_of_an_installation_is_told_in_any_case(installed, utilities, monkeypatch, problem):
    def install(self, **arguments):
        told.append("installs")
        if problem is not None:
            raise problem

    told = []
    announcer = torch_setup.Announcer(
        begin=lambda _sentence: told.append("begins"), end=lambda: told.append("has ended")
    )
    monkeypatch.setattr(sys.modules["PyTorchUtils"].PyTorchUtilsLogic, "installTorch", install)
    with pytest.raises(torch_setup.TorchUnavailableError):
        torch_setup.ensure_torch(announcer)
    assert told == ["begins", "installs", "has ended"]


def test_a_failed_installation_says_why(installed, utilities, monkeypatch):
    def fail(self, **arguments):
        raise RuntimeError("no network")

    monkeypatch.setattr(sys.modules["PyTorchUtils"].PyTorchUtilsLogic, "installTorch", fail)
    with pytest.raises(
        torch_setup.TorchUnavailableError, match="could not be installed: no network"
    ):
        torch_setup.ensure_torch()


def test_the_reason_and_the_advice_are_two_sentences(installed, utilities, monkeypatch):
    def fail(self, **arguments):
        raise OSError("[Errno 28] No space left on device")

    monkeypatch.setattr(sys.modules["PyTorchUtils"].PyTorchUtilsLogic, "installTorch", fail)
    with pytest.raises(torch_setup.TorchUnavailableError, match=r"on device\. The disk is full: "):
        torch_setup.ensure_torch()


def test_nothing_is_installed_while_slicer_runs_its_tests(installed, utilities, monkeypatch):
    monkeypatch.setattr(slicer.app, "testingEnabled", lambda: True)
    with pytest.raises(torch_setup.TorchUnavailableError, match="runs its tests"):
        torch_setup.ensure_torch()
    assert utilities == []


def test_the_extension_can_be_asked_for(monkeypatch):
    asked = []
    model = types.SimpleNamespace(
        installExtensionFromServer=lambda *arguments: asked.append(arguments)
    )
    monkeypatch.setattr(slicer.app, "extensionsManagerModel", lambda: model, raising=False)
    torch_setup.install_extension()
    assert asked == [("PyTorch", True)]


def test_torch_is_not_imported(installed):
    installed["version"] = "2.2.0"
    before = "torch" in sys.modules
    torch_setup.ensure_torch()
    assert ("torch" in sys.modules) == before
