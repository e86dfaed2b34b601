"""The views show one result of each cine, and none over the images of another patient."""

import pytest
from CMRSegmentationMRML import results, segmentations, sequences
from CMRSegmentationMRML.segment_overlay import overlay_points, show_overlay
from CMRSegmentationMRML.shown_results import choose_result, follow_cine
from CMRSegmentationMRML.studies import STUDY_ATTRIBUTE

from .regional_hearts import add_heart, heart
from .regional_hearts import report as report_of_labels


@pytest.fixture
def segment(scene, phantom):
    """Adds a cine of a study with a result."""

    def add(study):
        cine = sequences.add_cine(phantom.cine, f"Cine of {study}")
        cine.node.SetAttribute(STUDY_ATTRIBUTE, study)
        return cine, segmentations.add_segmentation(cine, phantom.labels, range(4))

    return add


def display_of(sequence):
    (proxy,) = segmentations.proxies_of(sequence)
    return proxy.GetDisplayNode()


def is_seen(sequence):
    return bool(display_of(sequence).GetVisibility())


def test_of_the_results_of_a_cine_the_chosen_one_alone_is_seen(segment, phantom):
    cine, first = segment("A")
    second = segmentations.add_segmentation(cine, phantom.labels, range(4))
    _other, untouched = segment("A")
    choose_result(second)
    assert [is_seen(result) for result in (first, second, untouched)] == [False, True, True]
    choose_result(first)
    assert [is_seen(result) for result in (first, second, untouched)] == [True, False, True]
    assert segmentations.shown_segmentation(cine) is first


def test_borders_and_points_are_seen_with_their_result(scene):
    cine, first = add_heart()
    second = segmentations.add_segmentation(cine, heart().labels, range(4))
    show_overlay(first, cine, report_of_labels(), heart().labels)
    borders = first.GetNodeReference("CMR.SegmentBorders")
    choose_result(second)
    assert not is_seen(borders)
    assert not overlay_points(first).GetDisplayNode().GetVisibility()
    choose_result(first)
    assert is_seen(borders)
    assert overlay_points(first).GetDisplayNode().GetVisibility()


def test_contours_of_another_study_are_hidden_until_one_of_its_cines_is_chosen_again(segment):
    (one, of_one), (beside, of_beside), (two, of_two) = segment("A"), segment("A"), segment("B")
    made = (of_one, of_beside, of_two)
    follow_cine(two)
    assert [is_seen(result) for result in made] == [False, False, True]
    for cine in (beside, one):
        follow_cine(cine)
        assert [is_seen(result) for result in made] == [True, True, False]


def test_what_the_user_has_hidden_stays_so_when_its_study_is_chosen_again(segment):
    (one, of_one), (_beside, of_beside), (two, _of_two) = segment("A"), segment("A"), segment("B")
    display_of(of_beside).SetVisibility(False)
    for cine in (two, one):
        follow_cine(cine)
    assert [is_seen(result) for result in (of_one, of_beside)] == [True, False]


def test_an_earlier_study_that_the_user_shows_beside_stays_until_the_choice_changes(segment):
    (earlier, of_earlier), (now, _of_now) = segment("A"), segment("B")
    follow_cine(now)
    display_of(of_earlier).SetVisibility(True)
    follow_cine(now)
    assert is_seen(of_earlier)
    for cine in (earlier, now):
        follow_cine(cine)
    assert not is_seen(of_earlier)


def test_a_result_that_comes_in_another_study_is_hidden_with_the_one_that_it_follows(
    segment, phantom
):
    (one, first), (two, _of_two) = segment("A"), segment("B")
    follow_cine(two)
    second = segmentations.add_segmentation(one, phantom.labels, range(4))
    choose_result(second)
    follow_cine(two)
    assert [is_seen(result) for result in (first, second)] == [False, False]
    follow_cine(one)
    assert [is_seen(result) for result in (first, second)] == [False, True]


def test_where_the_chosen_result_has_gone_the_one_in_its_place_is_seen(segment, phantom):
    cine, first = segment("A")
    second = segmentations.add_segmentation(cine, phantom.labels, range(4))
    choose_result(second)
    results.remove_result(second)
    follow_cine(cine)
    assert is_seen(first)
    display_of(first).SetVisibility(False)
    follow_cine(cine)
    assert not is_seen(first)


@pytest.mark.parametrize(("of_first", "of_second"), [("", "B"), ("A", ""), ("", "")])
def test_what_is_of_no_known_study_is_left_as_it_is(segment, of_first, of_second):
    (_one, of_one), (two, _of_two) = segment(of_first), segment(of_second)
    follow_cine(two)
    assert is_seen(of_one)


def test_the_next_patient_is_seen_without_the_contours_of_the_last(segment, scene):
    (one, of_one), (two, of_two) = segment("A"), segment("B")
    results.remove_result(of_two)
    follow_cine(two)
    assert not is_seen(of_one)
    scene.RemoveNode(one.sequence)
    follow_cine(two)
