"""The user's choices become options of the command line, which understands every one."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from CMRSegmentationMRML import sequences
from CMRSegmentationMRML.choices import CineView, Device, EarlierResult, Phases
from CMRSegmentationMRML.settings import RunSettings, asked_view, orders, patient_of, settings_of
from CMRSegmentationMRML.studies import STUDY_ATTRIBUTE

from CMRSegmentationLib.command_line.arguments import make_parser
from CMRSegmentationLib.image import View
from CMRSegmentationLib.patient import Patient


def parameters(**changes):
    """A parameter node as it is when nothing was chosen."""
    defaults = {
        "model": "", "view": CineView.AUTOMATIC, "phases": Phases.ALL, "device": Device.AUTOMATIC,
        "earlierResult": EarlierResult.REPLACE, "mirrorAveraging": False, "postprocessing": True,
        "heartRate": 0.0, "height": 0.0, "weight": 0.0, "patientStudy": "",
    }  # fmt: skip
    return SimpleNamespace(**defaults | changes)


def parsed(settings):
    """What the library's command line makes of the settings."""
    command = settings.arguments([Path("in put.nrrd")], Path("out"))
    assert command[:2] == ["-m", "CMRSegmentationLib"]
    return make_parser().parse_args(command[2:])


def test_the_defaults_are_those_of_the_command_line():
    options = parsed(RunSettings())
    assert (options.inputs, options.out, options.progress) == (
        [Path("in put.nrrd")],
        Path("out"),
        "json",
    )
    assert (options.model, options.view, options.device, options.frames) == (
        None,
        "auto",
        "auto",
        "all",
    )
    assert not options.mirror
    assert not options.no_postprocessing


def test_every_choice_arrives(cine):
    node = parameters(
        model="sax", view=CineView.FOUR_CHAMBER, phases=Phases.ED_AND_ES, device=Device.CPU,
        mirrorAveraging=True, postprocessing=False, earlierResult=EarlierResult.KEEP,
        heartRate=61.0, height=170.0, weight=70.0,
    )  # fmt: skip
    settings = settings_of(node, cine)
    options = parsed(settings)
    assert (options.model, options.view, options.device, options.frames) == (
        "sax",
        "lax_4c",
        "cpu",
        "ed-es",
    )
    assert options.mirror
    assert options.no_postprocessing
    assert not settings.replace
    assert settings.patient == Patient(61.0, 170.0, 70.0)


def test_the_current_phase_is_that_of_the_browser(cine):
    cine.browser.SetSelectedItemNumber(3)
    assert parsed(settings_of(parameters(phases=Phases.CURRENT), cine)).frames == (3,)


@pytest.mark.parametrize("choice", [*CineView, *Device])
def test_every_view_and_device_is_one_of_the_command_line(cine, choice):
    name = "view" if isinstance(choice, CineView) else "device"
    cine.sequence.RemoveAttribute("CMR.View")
    assert getattr(parsed(settings_of(parameters(**{name: choice}), cine)), name) == choice.value


def test_the_view_that_the_reader_told_is_passed_on(cine):
    cine.sequence.SetAttribute("CMR.View", "lax_2c")
    assert parsed(settings_of(parameters(), cine)).view == "lax_2c"
    assert parsed(settings_of(parameters(view=CineView.SHORT_AXIS), cine)).view == "sax"


def test_without_a_parameter_node_nothing_is_known_of_the_patient():
    assert patient_of(None) == Patient()


def test_without_a_cine_only_the_users_view_is_known():
    assert asked_view(parameters(), None) is None
    assert asked_view(parameters(view=CineView.TWO_CHAMBER), None) is View.LAX_2C


def test_one_cine_has_the_settings_of_the_panel_and_several_keep_their_own_views(cine):
    cine.sequence.SetAttribute("CMR.View", "lax_2c")
    chosen = parameters(view=CineView.SHORT_AXIS)
    ((first, alone),) = orders(chosen, [cine])
    assert (first, alone.view) == (cine, "sax")
    assert [settings.view for _cine, settings in orders(chosen, [cine, cine])] == ["lax_2c"] * 2


@pytest.mark.parametrize(("entered_for", "heights"), [("A", [180.0, None]), ("", [None, None])])
def test_of_cines_of_two_studies_that_of_the_entered_patient_alone_is_measured_for_them(
    cine, phantom, entered_for, heights
):
    other = sequences.add_cine(phantom.cine, "Other")
    cine.node.SetAttribute(STUDY_ATTRIBUTE, "A")
    other.node.SetAttribute(STUDY_ATTRIBUTE, "B")
    entered = parameters(height=180.0, patientStudy=entered_for)
    found = orders(entered, [cine, other])
    assert [settings.patient.height_cm for _cine, settings in found] == heights


def test_cines_of_one_study_are_all_measured_for_the_entered_patient(cine, phantom):
    cine.node.SetAttribute(STUDY_ATTRIBUTE, "A")
    other = sequences.add_cine(phantom.cine, "Other")
    found = orders(parameters(height=180.0), [cine, other])
    assert [settings.patient.height_cm for _cine, settings in found] == [180.0] * 2
