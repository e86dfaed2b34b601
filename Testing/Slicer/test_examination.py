"""Cines that belong together, and the table of what they give together."""

import dataclasses

import pytest
import slicer
from CMRSegmentationMRML import cines, examination, results, segmentations, sequences
from CMRSegmentationMRML.dicom_source import SOURCE_ATTRIBUTE
from CMRSegmentationMRML.studies import STUDY_ATTRIBUTE

from CMRSegmentationLib.image import CineStack, View
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from Testing.Lib.long_axis_phantoms import ED, ES, drawn, painted

from .conftest import node_ids, volume_node


def in_study(cine, name):
    """Puts a cine into a study of the subject hierarchy, which is made if it is not there."""
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
    study = hierarchy.GetItemByName(name)
    study = study or hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), name)
    hierarchy.CreateItem(study, cine.volume)


def test_all_cines_of_the_scene_are_a_group_and_labels_and_head_scans_are_not(cine, phantom):
    other = sequences.add_cine(phantom.cine, "Other")
    labels = CineStack(phantom.labels.array.astype("float32"), phantom.geometry)
    sequences.add_cine(labels, "labels")
    volume_node(slicer.mrmlScene, "Head", phantom.labels.array[0].repeat(50, 0), (1.3, 1.0, 1.0))
    (group,) = examination.groups()
    assert group.title == "All cines of the scene"
    assert [c.sequence for c in group.cines] == [cine.sequence, other.sequence]


def test_the_cines_of_each_study_are_a_group(cine, phantom):
    others = [sequences.add_cine(phantom.cine, name) for name in ("B1", "B2")]
    in_study(cine, "Study A")
    for other in others:
        in_study(other, "Study B")
    groups = examination.groups()
    assert [(g.title, len(g.cines)) for g in groups] == [
        ("All cines of the scene", 3),
        ("Cines of Study A", 1),
        ("Cines of Study B", 2),
    ]


def test_two_studies_of_one_name_are_two_groups(cine, phantom):
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
    for one in (cine, sequences.add_cine(phantom.cine, "Other")):
        study = hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), "Heart")
        hierarchy.CreateItem(study, one.volume)
    groups = examination.groups()
    assert [(g.title, len(g.cines)) for g in groups[1:]] == [("Cines of Heart", 1)] * 2


def test_a_single_study_is_not_listed_again(cine, phantom):
    other = sequences.add_cine(phantom.cine, "Other")
    for member in (cine, other):
        in_study(member, "Study")
    assert len(examination.groups()) == 1


def test_the_cines_of_each_folder_that_was_loaded_are_a_group(cine, phantom):
    for number, one in enumerate((cine, sequences.add_cine(phantom.cine, "Other")), 1):
        one.node.SetAttribute(STUDY_ATTRIBUTE, f"key {number}")
        one.node.SetAttribute(SOURCE_ATTRIBUTE, f"/studies/Visit {number}")
    titles = [group.title for group in examination.groups()]
    assert titles == ["All cines of the scene", "Cines of Visit 1", "Cines of Visit 2"]


def long_axis_result(view, name):
    """A long-axis plane in the scene, segmented: two and four chambers give biplane volumes."""
    labels = drawn(ED, ES)
    stack = dataclasses.replace(painted(labels), view=view)
    cine = sequences.add_cine(stack, name)
    sequence = segmentations.add_segmentation(cine, labels, range(labels.frames))
    results.keep_report(sequence, make_report(labels, InputSummary.of(stack)))
    return sequence


@pytest.fixture
def two_planes(scene):
    return [long_axis_result(View.LAX_2C, "Two"), long_axis_result(View.LAX_4C, "Four")]


def column(table, name):
    array = table.GetTable().GetColumnByName(name)
    return [array.GetValue(row) for row in range(array.GetNumberOfValues())]


def test_the_table_has_the_measures_of_each_cine_and_of_both_together(two_planes):
    examination.update_table(two_planes)
    table = examination.study_table()
    owners = column(table, "Cine")
    assert set(owners) == {"Two", "Four", "together"}
    together = [
        m for owner, m in zip(owners, column(table, "Measure"), strict=True) if owner == "together"
    ]
    assert any("biplane" in measure for measure in together)
    assert len(column(table, "Value")) == len(owners)


def test_cines_of_two_studies_give_nothing_together_and_the_table_says_why(two_planes):
    for number, sequence in enumerate(two_planes):
        cine = sequence.GetNodeReference(segmentations.CINE_ROLE)
        cine.SetAttribute(STUDY_ATTRIBUTE, f"key {number}")
    (sentence,) = examination.update_table(two_planes)
    assert sentence == "The cines are of several studies, so the views were not combined."
    examination.renew_table(two_planes[0])
    table = examination.study_table()
    rows = zip(column(table, "Cine"), column(table, "Measure"), strict=True)
    assert [measure for owner, measure in rows if owner == "together"] == [sentence]


def test_what_the_views_do_not_agree_in_stands_in_the_table(two_planes, cine, phantom):
    short_axis = segmentations.add_segmentation(cine, phantom.labels, range(4))
    report = make_report(phantom.labels, InputSummary.of(phantom.cine))
    results.keep_report(short_axis, report)
    sentences = examination.update_table([*two_planes, short_axis])
    assert len(sentences) > 0
    assert set(sentences) <= set(column(examination.study_table(), "Measure"))


def test_a_second_examination_fills_the_same_table(two_planes):
    examination.update_table(two_planes)
    before = node_ids(slicer.mrmlScene)
    examination.update_table(list(reversed(two_planes)))
    assert node_ids(slicer.mrmlScene) == before
    assert column(examination.study_table(), "Cine")[0] == "Four"


def with_one_measure_less(sequence):
    """The report of a sequence without its last measure, as after measuring again."""
    report = results.stored_report(sequence)
    results.keep_report(sequence, dataclasses.replace(report, measures=report.measures[:-1]))


def test_a_cine_of_the_table_that_was_measured_again_renews_it(two_planes):
    examination.update_table(two_planes)
    before = column(examination.study_table(), "Cine").count("Two")
    with_one_measure_less(two_planes[0])
    examination.renew_table(two_planes[0])
    assert column(examination.study_table(), "Cine").count("Two") == before - 1


def test_a_cine_that_is_not_in_the_table_does_not_renew_it(two_planes):
    examination.update_table(two_planes)
    before = column(examination.study_table(), "Cine")
    with_one_measure_less(two_planes[0])
    examination.renew_table(long_axis_result(View.LAX_3C, "Three"))
    assert column(examination.study_table(), "Cine") == before


def test_a_new_result_of_a_cine_of_the_table_takes_the_place_of_the_removed_one(two_planes):
    examination.update_table(two_planes)
    before = column(examination.study_table(), "Cine")
    cine = cines.find_cine(two_planes[0].GetNodeReference(segmentations.CINE_ROLE))
    report = results.stored_report(two_planes[0])
    labels = segmentations.read_labels(two_planes[0], cine)
    results.remove_result(two_planes[0])
    again = segmentations.add_segmentation(cine, labels, range(labels.frames))
    results.keep_report(again, report)
    with_one_measure_less(again)
    examination.update_table([again])
    after = column(examination.study_table(), "Cine")
    assert (after.count("Two"), len(after)) == (before.count("Two") - 1, len(before) - 1)


def test_a_single_cine_has_no_table(two_planes):
    examination.update_table(two_planes[:1])
    assert examination.study_table() is None


def test_a_segmentation_without_a_report_is_left_out(two_planes, cine, phantom):
    bare = segmentations.add_segmentation(cine, phantom.labels, range(4))
    examination.update_table([bare, two_planes[0]])
    assert examination.study_table() is None
