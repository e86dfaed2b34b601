"""Cines become volume sequences with browsers; what fails on the way leaves the scene as it was."""

import numpy as np
import pytest
import slicer
from CMRSegmentationMRML import cines, sequences

from CMRSegmentationLib.image import CineStack
from Testing.phantoms import HeartPhantom

from .conftest import SMALL, node_ids


def test_stepping_the_browser_changes_the_proxy(cine, phantom):
    for frame in (3, 1):
        cine.browser.SetSelectedItemNumber(frame)
        np.testing.assert_array_equal(
            slicer.util.arrayFromVolume(cine.volume), phantom.cine.array[frame]
        )


def test_the_index_holds_times_in_ms(cine):
    assert (cine.sequence.GetIndexName(), cine.sequence.GetIndexUnit()) == ("time", "ms")
    assert [cine.sequence.GetNthIndexValue(index) for index in range(4)] == [
        "0",
        "225",
        "450",
        "675",
    ]


def test_times_with_fractions_stay_in_order(scene, phantom):
    times = (9.9, 10.125, 480.0, 700.25)
    stack = CineStack(phantom.cine.array, phantom.geometry, times)
    assert cines.read_stack(sequences.add_cine(stack, "Heart")).frame_times_ms == times


def test_without_times_the_index_counts_frames(scene):
    phantom = HeartPhantom(**SMALL | {"cycle_ms": None, "frames": 11})
    sequence = sequences.add_cine(phantom.cine, "Heart").sequence
    assert (sequence.GetIndexName(), sequence.GetIndexUnit()) == ("frame", "")
    assert sequence.GetNthIndexValue(10) == "10"


def test_whole_numbers_are_kept_in_16_bits(scene, phantom):
    stack = CineStack(np.rint(phantom.cine.array), phantom.geometry)
    volume = sequences.add_cine(stack, "Heart").volume
    assert slicer.util.arrayFromVolume(volume).dtype == np.int16


def test_selectors_can_tell_a_volume_sequence_by_its_attribute(cine):
    assert cine.sequence.GetAttribute("DataNodeClassName") == "vtkMRMLScalarVolumeNode"


def test_a_plain_volume_becomes_the_proxy_of_a_sequence_of_one(scene, cine):
    volume = slicer.modules.volumes.logic().CloneVolume(cine.volume, "Single")
    before = slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode")
    single = sequences.with_browser(cines.find_cine(volume))
    assert slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode") == before
    assert single.volume is volume
    assert single.frames == 1
    assert single.browser.GetSelectedItemNumber() == 0
    assert cines.find_cine(volume).sequence is single.sequence


def test_a_cine_that_has_a_browser_keeps_it(cine):
    assert sequences.with_browser(cine) is cine


def test_nodes_of_a_step_that_fails_are_gone_and_others_stay(cine, scene):
    before = node_ids(scene)

    def fail():
        with sequences.unchanged_on_failure():
            scene.AddNewNodeByClass("vtkMRMLTableNode", "Half done")
            raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        fail()
    assert node_ids(scene) == before
