"""Each cine is listed once, and labels are listed apart from images."""

import numpy as np
import pytest
import slicer
from CMRSegmentationMRML import node_lists, segmentations, sequences
from CMRSegmentationMRML.cines import find_cine

from CMRSegmentationLib.image import CineStack

from .conftest import volume_node


@pytest.fixture
def selector(scene):
    """A list of sequences, segmentations and volumes."""
    selector = slicer.qMRMLNodeComboBox()
    selector.nodeTypes = list(node_lists.NODE_TYPES)
    selector.showChildNodeTypes = False
    selector.setMRMLScene(scene)
    yield selector
    selector.setMRMLScene(None)


def listed(selector):
    return [selector.nodeFromIndex(index) for index in range(selector.nodeCount())]


def test_the_volume_that_shows_a_sequence_is_not_listed_beside_it(selector, cine):
    assert cine.volume in listed(selector)
    other = volume_node(slicer.mrmlScene, "Single", np.ones((3, 20, 20)), (8.0, 1.5, 1.5))
    node_lists.hide_proxies(selector)
    assert listed(selector) == [cine.sequence, other]


def test_labels_are_listed_and_images_are_not(selector, cine, phantom):
    stack = CineStack(phantom.labels.array.astype(np.float32), phantom.geometry)
    labels = sequences.add_cine(stack, "labels")
    drawn = segmentations.add_segmentation(cine, phantom.labels, range(4))
    by_hand = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "By hand")
    empty = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSequenceNode", "Empty")
    node_lists.hide_all_but_labels(selector)
    found = listed(selector)
    assert found == [labels.sequence, drawn, by_hand]
    assert empty not in found


def test_a_chosen_node_that_leaves_is_let_go_of_and_others_are_not(selector, cine):
    other = volume_node(slicer.mrmlScene, "Single", np.ones((3, 20, 20)), (8.0, 1.5, 1.5))
    selector.noneEnabled = True
    selector.setCurrentNode(other)
    for leaving in (cine.sequence, None):
        node_lists.let_go(leaving, [selector])
        assert selector.currentNode() is other
    node_lists.let_go(other, [selector])
    assert selector.currentNode() is None


def test_a_chosen_volume_that_has_become_a_phase_of_a_sequence_gives_way_to_it(selector, cine):
    other = volume_node(slicer.mrmlScene, "Single", np.ones((3, 20, 20)), (8.0, 1.5, 1.5))
    selector.setCurrentNode(other)
    sequence = sequences.with_browser(find_cine(other)).sequence
    node_lists.hide_proxies(selector)
    assert selector.currentNode() is sequence
    assert listed(selector) == [cine.sequence, sequence]
