"""The wall as the run measured it stays until contours, phases or insertion points change."""

from dataclasses import replace

import pytest
import slicer
from CMRSegmentationMRML import results
from CMRSegmentationMRML.kept_points import keep_points
from CMRSegmentationMRML.run_report import ATTRIBUTE

from CMRSegmentationLib.measuring.measures import in_order
from CMRSegmentationLib.patient import AUTOMATIC, ChosenPhases, Patient

from .regional_hearts import add_heart, heart
from .regional_hearts import report as report_of_labels
from .test_results import erase_lv

UNKNOWN, KNOWN = Patient(), Patient(heart_rate_bpm=60.0, height_cm=180.0, weight_kg=80.0)
WALL_MM = 7.25
"""What the run says of the wall, which the labels alone would not give."""


@pytest.fixture
def made(scene):
    """A cine, and the result of a run that saw where borders pass between pixels."""
    cine, sequence = add_heart()
    labels_say = report_of_labels()
    values = {**labels_say.regional.values, "lv_wall_ed": WALL_MM}
    regional = replace(labels_say.regional, values=values)
    run = replace(labels_say, regional=regional, measures=in_order(labels_say.measures, values))
    results.keep_run(sequence, cine, run, heart().labels, UNKNOWN)
    return cine, sequence


def wall_mm(cine, sequence, patient=UNKNOWN):
    return results.measure_again(sequence, cine, patient).value("lv_wall_ed")


def test_the_run_is_not_measured_again_where_nothing_is_known_of_the_patient(made):
    _cine, sequence = made
    assert results.stored_report(sequence).value("lv_wall_ed") == WALL_MM
    assert results.is_measured(*reversed(made))
    assert results.measured_patient(sequence) == UNKNOWN


def test_heart_rate_and_body_size_change_nothing_of_the_wall(made):
    cine, sequence = made
    report = results.measure_again(sequence, cine, KNOWN)
    assert report.value("bsa") == pytest.approx(2.0)
    assert report.value("lv_wall_ed") == WALL_MM
    assert wall_mm(cine, sequence) == WALL_MM


def test_other_phases_are_measured_from_the_labels_and_those_of_the_run_bring_it_back(made):
    cine, sequence = made
    results.choose_phases(sequence, ChosenPhases(1, 2))
    assert wall_mm(cine, sequence) != WALL_MM
    results.choose_phases(sequence, AUTOMATIC)
    assert wall_mm(cine, sequence) == WALL_MM


def test_corrected_insertion_points_are_measured_with(made):
    cine, sequence = made
    keep_points(sequence, report_of_labels().regional.insertion_points)
    assert wall_mm(cine, sequence) != WALL_MM
    keep_points(sequence, None)
    assert wall_mm(cine, sequence) == WALL_MM


def test_contours_that_were_edited_are_measured_from_the_labels(made):
    cine, sequence = made
    erase_lv(cine, sequence, 1)
    assert wall_mm(cine, sequence) != WALL_MM


@pytest.mark.parametrize("kept", [None, "of another program"])
def test_without_the_report_of_the_run_the_labels_are_measured(made, kept):
    cine, sequence = made
    sequence.SetAttribute(ATTRIBUTE, kept)
    expected = report_of_labels().value("lv_wall_ed")
    assert wall_mm(cine, sequence) == pytest.approx(expected, abs=1e-5)
    assert slicer.mrmlScene.IsNodePresent(sequence)
