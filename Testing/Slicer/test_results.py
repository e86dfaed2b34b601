"""A segmentation sequence keeps report, findings and the user's phases, also in a saved scene."""

from dataclasses import replace

import numpy as np
import pytest
import slicer
import vtk
from CMRSegmentationMRML import cines, plots, results, segmentations
from CMRSegmentationMRML.judged_labels import keep_judged

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import Label, LabelMap
from CMRSegmentationLib.patient import AUTOMATIC, ChosenPhases, Patient
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from CMRSegmentationLib.reporting.report_files import report_as_json
from Testing.Slicer.host import core_host

from .conftest import node_ids

RUN_FINDING = Finding(
    FindingCode.GPU_MEMORY,
    Severity.INFO,
    "Half the batch: 100 % of it is said here; a=b:c.",
    frame=1,
    origin=Origin.SEGMENTATION,
)


@pytest.fixture
def report(phantom):
    report = make_report(phantom.labels, InputSummary.of(phantom.cine), findings=(RUN_FINDING,))
    return replace(report, device="cpu (test)")


@pytest.fixture
def sequence(cine, phantom, report):
    sequence = segmentations.add_segmentation(cine, phantom.labels, range(4))
    results.keep_report(sequence, report)
    return sequence


def erase_lv(cine, sequence, frame):
    """Takes the blood pool out of one phase, as the Segment Editor would."""
    cine.browser.SetSelectedItemNumber(frame)
    proxy = cine.browser.GetProxyNode(sequence)
    mask = slicer.util.arrayFromSegmentBinaryLabelmap(proxy, "LV", cine.volume)
    slicer.util.updateSegmentBinaryLabelmapFromArray(np.zeros_like(mask), proxy, "LV", cine.volume)


def test_the_report_comes_back_whole(sequence, report):
    assert report_as_json(results.stored_report(sequence)) == report_as_json(report)


def test_a_sequence_without_a_report_has_none(cine):
    assert results.stored_report(cine.sequence) is None


def test_a_damaged_report_is_none(cine):
    cine.sequence.SetAttribute(results.REPORT_ATTRIBUTE, '{"schema": 7')
    assert results.stored_report(cine.sequence) is None


def test_the_users_phases_change_every_measure(cine, sequence, phantom):
    results.choose_phases(sequence, ChosenPhases(1, 3))
    report = results.measure_again(sequence, cine, Patient())
    lv_ml = (phantom.labels.array == Label.LV).sum(
        axis=(1, 2, 3)
    ) * phantom.geometry.voxel_volume_ml
    assert (report.ed_frame, report.es_frame) == (1, 3)
    assert report.value("lv_edv") == pytest.approx(lv_ml[1])
    assert report.value("lv_esv") == pytest.approx(lv_ml[3])
    assert report_as_json(results.stored_report(sequence)) == report_as_json(report)


def test_choosing_nothing_goes_back_to_the_curve(cine, sequence):
    results.choose_phases(sequence, ChosenPhases(1, 3))
    results.choose_phases(sequence, AUTOMATIC)
    report = results.measure_again(sequence, cine, Patient())
    assert (report.ed_frame, report.es_frame) == (0, 2)


def test_one_phase_may_be_chosen_alone(cine, sequence):
    results.choose_phases(sequence, ChosenPhases(ed=3))
    assert results.chosen_phases(sequence) == ChosenPhases(ed=3)
    assert results.measure_again(sequence, cine, Patient()).ed_frame == 3


def test_a_phase_that_the_cine_does_not_have_is_refused(cine, sequence, report):
    results.choose_phases(sequence, ChosenPhases(es=4))
    with pytest.raises(ValueError, match="frames from 0 to 3, found 4"):
        results.measure_again(sequence, cine, Patient())
    assert report_as_json(results.stored_report(sequence)) == report_as_json(report)


def test_a_cine_that_has_lost_a_phase_since_is_not_measured_and_says_so(cine, sequence):
    cine.sequence.RemoveDataNodeAtValue(cine.sequence.GetNthIndexValue(3))
    with pytest.raises(ValueError, match="Heart has 3 phases, but had 4 when it was segmented"):
        results.measure_again(sequence, cine, Patient())


def test_a_report_is_of_the_contours_until_they_are_edited(cine, sequence):
    results.measure_again(sequence, cine, Patient())
    assert results.is_measured(sequence, cine)
    erase_lv(cine, sequence, 1)
    assert not results.is_measured(sequence, cine)


def test_heart_rate_and_body_size_add_output_and_indices(cine, sequence):
    report = results.measure_again(sequence, cine, Patient(60.0, 180.0, 80.0))
    assert report.value("bsa") == pytest.approx(2.0)
    assert report.value("lv_co") == pytest.approx(report.value("lv_sv") * 60 / 1000)
    assert report.value("lv_edv_index") == pytest.approx(report.value("lv_edv") / 2.0)


def test_an_edit_changes_the_measures(cine, sequence, report):
    erase_lv(cine, sequence, 2)
    results.choose_phases(sequence, ChosenPhases(0, 2))
    after = results.measure_again(sequence, cine, Patient())
    assert report.value("lv_ef") > 0
    assert [after.value(key) for key in ("lv_esv", "lv_sv", "lv_ef")] == [None] * 3
    assert after.value("lv_edv") == report.value("lv_edv")


def test_findings_of_the_run_stay_and_others_are_found_anew(cine, sequence, report):
    codes = [finding.code for finding in report.findings]
    again = results.measure_again(sequence, cine, Patient())
    assert again.findings.count(RUN_FINDING) == 1
    assert [finding.code for finding in again.findings] == codes


def test_a_phase_that_was_drawn_into_is_measured(cine, phantom):
    partial = segmentations.add_segmentation(cine, phantom.labels, [0, 2])
    drawn = np.zeros_like(phantom.labels.array)
    drawn[[0, 2, 3]] = phantom.labels.array[[0, 2, 3]]
    assert results.measured_frames(partial, LabelMap(drawn, phantom.geometry)) == (0, 2, 3)


def test_the_patient_of_a_measurement_is_kept(cine, sequence):
    assert results.measured_patient(sequence) == Patient()
    results.measure_again(sequence, cine, Patient(61.5, 180.0, 80.0))
    assert results.measured_patient(sequence) == Patient(61.5, 180.0, 80.0)


@pytest.mark.parametrize(
    ("frames", "kept"),
    [
        (range(4), []),
        ([3], ["Heart segmentation was kept: it has phases that the new result lacks."]),
    ],
)
def test_a_new_result_replaces_an_earlier_one_where_it_has_all_of_its_phases(
    cine, sequence, phantom, frames, kept
):
    keep_judged(sequence, phantom.labels)
    new = segmentations.add_segmentation(cine, phantom.labels, frames)
    assert results.replace_results([sequence], new, cine) == kept
    assert (sequence in segmentations.segmentations_of(cine)) == bool(kept)


def test_contours_that_no_model_made_are_not_replaced(cine, sequence, phantom):
    new = segmentations.add_segmentation(cine, phantom.labels, range(4))
    (sentence,) = results.replace_results([sequence], new, cine)
    assert sentence.endswith("it has contours that were edited or loaded.")
    assert segmentations.segmentations_of(cine) == [sequence, new]


def test_removing_a_result_leaves_nothing_of_it(cine, phantom, report, scene):
    before = node_ids(scene)
    sequence = segmentations.add_segmentation(cine, phantom.labels, range(4))
    results.keep_report(sequence, report)
    results.remove_result(sequence)
    assert node_ids(scene) == before


def test_a_scene_saved_and_read_back_keeps_labels_edits_tables_chart_and_codes(
    cine, sequence, phantom, scene, tmp_path
):
    erase_lv(cine, sequence, 1)
    results.choose_phases(sequence, ChosenPhases(0, 3))
    report = results.measure_again(sequence, cine, Patient(72.0))
    segmentations.add_segmentation(cine, phantom.labels, range(4))
    segmentations.choose_segmentation(sequence)
    expected = segmentations.read_labels(sequence, cine).array
    assert scene.WriteToMRB(str(tmp_path / "scene.mrb"))
    core_host.clear_scene()
    assert scene.ReadFromMRB(str(tmp_path / "scene.mrb"), True)
    core_host.add_default_nodes()

    again = cines.find_cine(
        next(node for node in cines.candidate_nodes() if node.GetName() == "Heart")
    )
    kept = segmentations.shown_segmentation(again)
    assert kept is segmentations.segmentations_of(again)[0]
    np.testing.assert_array_equal(segmentations.read_labels(kept, again).array, expected)
    np.testing.assert_allclose(cines.read_stack(again).array, phantom.cine.array)
    assert report_as_json(results.stored_report(kept)) == report_as_json(report)
    assert results.chosen_phases(kept) == ChosenPhases(0, 3)
    assert results.measured_patient(kept) == Patient(72.0)
    assert kept.GetNodeReference(plots.TABLE_ROLE).GetNumberOfRows() == len(report.measures)
    assert kept.GetNodeReference(plots.CHART_ROLE).GetNumberOfPlotSeriesNodes() == 4
    assert_browser_steps(again, kept, expected)


def assert_browser_steps(cine, sequence, expected):
    """The proxies of a scene that was read follow the browser, with codes and edits."""
    proxy = cine.browser.GetProxyNode(sequence)
    entry = vtk.reference("")
    segment = proxy.GetSegmentation().GetSegment("MYO")
    assert segment.GetTag(segment.GetTerminologyEntryTagName(), entry)
    assert "74281007" in str(entry)
    for frame in (2, 1):
        cine.browser.SetSelectedItemNumber(frame)
        mask = slicer.util.arrayFromSegmentBinaryLabelmap(proxy, "LV", cine.volume)
        np.testing.assert_array_equal(mask > 0, expected[frame] == Label.LV)
