"""Which frames were changed since their contours were judged or measured."""

import numpy as np
from CMRSegmentationMRML import judged_labels

from CMRSegmentationLib.image import LabelMap


def test_frames_that_were_drawn_into_are_named(scene, phantom):
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "Labels")
    judged_labels.keep_judged(sequence, phantom.labels)
    array = phantom.labels.array.copy()
    array[2, 1, 0, 0] = 1
    changed = LabelMap(array, phantom.geometry)
    assert judged_labels.changed_frames(sequence, phantom.labels) == set()
    assert judged_labels.changed_frames(sequence, changed) == {2}


def test_labels_that_nobody_judged_have_not_changed(scene, phantom):
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "Labels")
    empty = LabelMap(np.zeros_like(phantom.labels.array), phantom.geometry)
    assert judged_labels.changed_frames(sequence, empty) == set()


def test_contours_are_as_judged_until_they_change_or_where_nobody_judged_them(scene, phantom):
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "Labels")
    assert not judged_labels.are_as_judged(sequence, phantom.labels)
    judged_labels.keep_judged(sequence, phantom.labels)
    assert judged_labels.are_as_judged(sequence, phantom.labels)
    fewer = LabelMap(phantom.labels.array[:3], phantom.geometry)
    assert not judged_labels.are_as_judged(sequence, fewer)


def test_contours_are_as_measured_until_they_change(scene, phantom):
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "Labels")
    assert judged_labels.are_as_measured(sequence, phantom.labels)
    judged_labels.keep_measured(sequence, phantom.labels)
    assert judged_labels.are_as_measured(sequence, phantom.labels)
    fewer = LabelMap(phantom.labels.array[:3], phantom.geometry)
    assert not judged_labels.are_as_measured(sequence, fewer)
