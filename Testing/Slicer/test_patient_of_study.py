"""Heart rate, height and weight are those of the study that they were entered for."""

from types import SimpleNamespace

import pytest
from CMRSegmentationMRML import results, segmentations, sequences
from CMRSegmentationMRML.patient_of_study import follow_study
from CMRSegmentationMRML.studies import STUDY_ATTRIBUTE

from CMRSegmentationLib.patient import Patient
from CMRSegmentationLib.reporting.report import InputSummary, make_report


@pytest.fixture
def choose(scene, phantom):
    """Chooses a new cine of a study, with what was entered before."""
    parameters = SimpleNamespace(
        inputNode=None, patientStudy="", heartRate=0.0, height=180.0, weight=80.0
    )

    def take(study, known=None):
        cine = sequences.add_cine(phantom.cine, f"Cine of {study}")
        cine.node.SetAttribute(STUDY_ATTRIBUTE, study)
        if known is not None:
            sequence = segmentations.add_segmentation(cine, phantom.labels, range(4))
            summary = InputSummary.of(phantom.cine)
            results.keep_report(sequence, make_report(phantom.labels, summary))
            results.measure_again(sequence, cine, known)
        parameters.inputNode = cine.sequence
        return follow_study(parameters), (parameters.height, parameters.weight)

    return take


def test_other_cines_of_the_same_study_keep_what_was_entered(choose):
    assert [choose("A"), choose("A")] == [("", (180.0, 80.0))] * 2


def test_a_cine_of_another_study_clears_what_was_entered_and_says_so(choose):
    choose("A")
    said, entered = choose("B")
    assert (said[:43], entered) == ("Heart rate, height and weight were cleared:", (0.0, 0.0))


def test_a_measured_cine_of_another_study_brings_its_own_patient(choose):
    choose("A")
    assert choose("B", Patient(height_cm=150.0, weight_kg=50.0)) == ("", (150.0, 50.0))


def test_a_measured_cine_does_so_where_nothing_was_entered_either(choose):
    choose("A")
    choose("B")
    assert choose("C", Patient(height_cm=150.0, weight_kg=50.0)) == ("", (150.0, 50.0))
    assert choose("D")[1] == (0.0, 0.0)


def test_a_cine_of_an_unknown_study_changes_nothing(choose):
    choose("A")
    assert choose("") == ("", (180.0, 80.0))


def test_no_cine_changes_nothing():
    parameters = SimpleNamespace(inputNode=None, patientStudy="A", height=180.0)
    assert follow_study(parameters) == ""
    assert (parameters.patientStudy, parameters.height) == ("A", 180.0)
