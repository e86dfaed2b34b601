"""Strain of hearts that shorten by a known share."""

from __future__ import annotations

import math

import numpy as np
import pytest

from CMRSegmentationLib.image import Label, LabelMap, View
from CMRSegmentationLib.measuring.rings import rings_of
from CMRSegmentationLib.measuring.strain import (
    lasting_slices,
    long_axis_strains,
    peak_frame,
    short_axis_strains,
    strain_curve,
    summed_strain,
)
from Testing.Lib.long_axis_phantoms import Plane, drawn
from Testing.Lib.measuring.test_border_length import half_ellipse_mm
from Testing.Lib.measuring.wall_phantoms import Heart, circle, drawn_hearts

ORDER = tuple(range(11))


def shortened(share: float) -> tuple[Heart, float, float]:
    """A heart of 24 and 34 mm whose endocardium shortens; its muscle keeps its area.

    Returns:
        The heart, the strain half-way through the wall, and that of the thickness, in percent.
    """
    inner = 24.0 * (1.0 - share)
    outer = math.sqrt(34.0**2 - 24.0**2 + inner**2)
    middle = 100.0 * ((inner + outer) / (24.0 + 34.0) - 1.0)
    return Heart(circle(inner), circle(outer)), middle, 100.0 * ((outer - inner) / 10.0 - 1.0)


@pytest.fixture(scope="module")
def beating():
    """Shortening by 0, 5, … 25 %."""
    hearts = [shortened(share) for share in (0.0, 0.05, 0.1, 0.15, 0.2, 0.25)]
    labels = drawn_hearts(*(heart for heart, _, _ in hearts))
    rings = {t: rings_of(labels, t) for t in range(6)}
    return hearts, rings, short_axis_strains(rings, ORDER, 6, 0, 5)


def test_circumferential_strain_is_right_within_1_point(beating):
    hearts, _, strains = beating
    for t, (_, middle, _) in enumerate(hearts):
        assert strains["gcs_endo"][t] == pytest.approx(-5.0 * t, abs=1.0)
        assert strains["gcs_mid"][t] == pytest.approx(middle, abs=1.0)


def test_radial_strain_is_right_within_3_points(beating):
    hearts, _, strains = beating
    for t, (_, _, radial) in enumerate(hearts):
        assert strains["grs"][t] == pytest.approx(radial, abs=3.0)


def test_each_level_has_its_curve(beating):
    _, _, strains = beating
    for level in ("basal", "mid", "apical"):
        assert strains[f"gcs_endo_{level}"][5] == pytest.approx(-25.0, abs=1.5)


@pytest.mark.parametrize("degrees", [0.0, 25.0, 70.0])
def test_longitudinal_strain_is_right_within_1_point(degrees):
    planes = [Plane(base_mm=3.0 * n, radius_mm=25.0 - 1.2 * n) for n in range(6)]
    strains = long_axis_strains(drawn(*planes, degrees=degrees), View.LAX_2C, range(6), 0)
    lengths = [half_ellipse_mm(plane) for plane in planes]
    for value, length in zip(strains["gls"], lengths, strict=True):
        assert value == pytest.approx(100.0 * (length / lengths[0] - 1.0), abs=1.0)
    assert "rv_free_wall" not in strains


def test_four_chambers_have_the_strain_of_the_free_wall_as_well():
    planes = [Plane(base_mm=0.0), Plane(base_mm=14.0)]
    strains = long_axis_strains(drawn(*planes), View.LAX_4C, (0, 1), 0)
    lengths = [float(np.linalg.norm(plane.lateral_mm - plane.rv_apex_mm)) for plane in planes]
    expected = 100.0 * (lengths[1] / lengths[0] - 1.0)
    assert strains["rv_free_wall"][1] == pytest.approx(expected, abs=4.0)


def test_a_frame_without_an_axis_has_no_strain_and_without_the_reference_there_is_none():
    labels = drawn(Plane(), Plane(base_mm=14.0))
    array = labels.array.copy()
    array[1][array[1] == Label.MYO] = Label.BACKGROUND
    broken = LabelMap(array, labels.geometry)
    assert long_axis_strains(broken, View.LAX_2C, (0, 1), 0)["gls"] == (0.0, None)
    assert long_axis_strains(broken, View.LAX_2C, (0, 1), 1) == {}


def test_a_slice_missing_in_one_frame_of_many_is_left_out_there_alone():
    lengths = {
        0: {1: 10.0, 2: 20.0, 3: 30.0, 4: 10.0, 5: 10.0},
        1: {1: 9.0, 2: 18.0, 3: 27.0, 4: 9.0},
    }
    assert summed_strain(lengths, (1, 2, 3, 4, 5), 3, 0) == (0.0, pytest.approx(-10.0), None)


def test_a_slice_has_to_be_closed_at_both_phases_and_most_of_the_time(beating):
    _, rings, _ = beating
    assert lasting_slices(rings, ORDER, 0, 5) == tuple(range(1, 10))
    gone = {t: {z: r for z, r in rings[t].items() if not (t == 5 and z == 3)} for t in rings}
    assert 3 not in lasting_slices(gone, ORDER, 0, 5)
    assert short_axis_strains({0: {}, 1: {}}, ORDER, 2, 0, 1) == {}


def test_the_peak_is_the_strain_farthest_from_zero():
    assert peak_frame((0.0, -3.0, None, -7.0, 1.0)) == 3
    assert peak_frame((0.0, None)) is None
    assert strain_curve({0: 50.0, 2: 40.0}, 3, 0) == (0.0, None, -20.0)
