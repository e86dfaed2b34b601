"""Volumes and areas of small label maps, worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.sizes import areas_cm2, volumes_ml
from CMRSegmentationLib.image import Geometry, Label, LabelMap
from Testing.Lib.small_labels import block
from Testing.phantoms import oblique_geometry


@pytest.fixture
def two_phases() -> LabelMap:
    """Voxels of 2 × 2.5 × 10 mm = 0.05 ml: LV 100 → 40 ml, RV 90 → 45 ml, MYO 80 → 82 ml."""
    geometry = oblique_geometry((4, 50, 40), (10.0, 2.5, 2.0))
    ed = {Label.LV: 2000, Label.RV: 1800, Label.MYO: 1600}
    es = {Label.LV: 800, Label.RV: 900, Label.MYO: 1640}
    return block([ed, es], geometry)


def test_two_voxels_of_1_4_by_1_4_by_10_mm_are_39_2_microlitres():
    labels = block([{Label.LV: 2}], Geometry.from_spacing((3, 4, 5), (10.0, 1.4, 1.4)))
    assert volumes_ml(labels)[Label.LV] == pytest.approx([0.0392])


def test_a_voxel_of_a_sheared_grid_has_the_volume_of_its_determinant():
    # Slices 10 mm apart along an axis tilted by 30°: the slice planes are 10 · cos 30° = 8.66 mm
    # apart.
    matrix = np.diag([2.0, 2.0, 1.0, 1.0])
    matrix[:3, 2] = [10.0 * math.sin(math.radians(30)), 0.0, 10.0 * math.cos(math.radians(30))]
    labels = block([{Label.RV: 10}], Geometry((2, 5, 5), matrix))
    assert volumes_ml(labels)[Label.RV] == pytest.approx([10 * 2 * 2 * 8.660254 / 1000])


def test_volumes_are_given_by_frame_and_structure(two_phases: LabelMap):
    volumes = volumes_ml(two_phases)
    assert volumes[Label.LV] == pytest.approx([100, 40])
    assert volumes[Label.MYO] == pytest.approx([80, 82])
    assert volumes[Label.RV] == pytest.approx([90, 45])


def test_permuting_the_structures_permutes_their_volumes(two_phases: LabelMap):
    turned = np.array([0, 3, 1, 2], np.uint8)[two_phases.array]
    before, after = volumes_ml(two_phases), volumes_ml(replace(two_phases, array=turned))
    np.testing.assert_array_equal(after[Label.RV], before[Label.LV])
    np.testing.assert_array_equal(after[Label.LV], before[Label.MYO])
    np.testing.assert_array_equal(after[Label.MYO], before[Label.RV])


def test_areas_of_several_slices_are_refused(two_phases: LabelMap):
    with pytest.raises(ValueError, match=r"single slice.*4 slices"):
        areas_cm2(two_phases)


def test_counting_is_exact_for_every_label_and_frame():
    array: NDArray[np.uint8] = (
        np.random.default_rng(5).integers(0, 4, (3, 2, 7, 9)).astype(np.uint8)
    )
    labels = LabelMap(array, Geometry.from_spacing((2, 7, 9), (6.0, 1.3, 1.7)))
    for label, curve in volumes_ml(labels).items():
        expected = [(frame == label).sum() * 6.0 * 1.3 * 1.7 / 1000 for frame in array]
        assert curve == pytest.approx(expected)


def test_areas_of_a_single_slice_are_its_pixels_times_the_pixel_area():
    labels = block(
        [{Label.LV: 600}, {Label.LV: 300}], oblique_geometry((1, 30, 40), (8.0, 1.5, 2.0))
    )
    assert areas_cm2(labels)[Label.LV] == pytest.approx([18, 9])  # 3 mm² a pixel
