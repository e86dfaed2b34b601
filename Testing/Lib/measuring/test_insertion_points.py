"""Insertion points of a right ventricle whose septum is known, however the image lies."""

from __future__ import annotations

import math

import numpy as np
import pytest

from CMRSegmentationLib.image import Geometry, Label, LabelMap
from CMRSegmentationLib.measuring.insertion_points import (
    anterior_in_plane,
    contact_arc,
    find_septum,
    septum_between,
    septum_by_direction,
)
from CMRSegmentationLib.measuring.regional import to_ras
from CMRSegmentationLib.measuring.rings import pixels_to_mm, plane_axes, rings_of
from Testing.Lib.measuring.wall_phantoms import (
    SEPTUM_WIDTH,
    Heart,
    circle,
    drawn_hearts,
    septum_angles,
    shell_geometry,
)

FIVE_DEGREES = math.radians(5.0)
HEART = Heart(circle(24.0), circle(33.0))


def difference(angle: float, other: float) -> float:
    return abs((angle - other + math.pi) % (2.0 * math.pi) - math.pi)


@pytest.mark.parametrize("pixel_mm", [1.0, 1.4, 2.0])
def test_both_points_are_found_within_5_degrees_and_told_apart(pixel_mm: float):
    labels = drawn_hearts(HEART, geometry=shell_geometry(pixel_mm))
    septum = find_septum(labels, {0: rings_of(labels, 0)})
    anterior, inferior = septum_angles(labels.geometry)
    assert septum.from_rv
    assert difference(septum.anterior, anterior) < FIVE_DEGREES
    assert difference(septum.inferior, inferior) < FIVE_DEGREES
    assert septum.width == pytest.approx(SEPTUM_WIDTH, abs=2 * FIVE_DEGREES)


def directions_ras(labels: LabelMap) -> np.ndarray:
    """(2, 3) unit vectors from the center to the two insertion points."""
    septum = find_septum(labels, {0: rings_of(labels, 0)})
    angles = np.array([septum.anterior, septum.inferior])
    return np.column_stack([np.cos(angles), np.sin(angles)]) @ plane_axes(labels.geometry)


def mirrored(labels: LabelMap) -> LabelMap:
    """The same heart in space, its columns stored from the other side."""
    flip = np.diag([-1.0, 1.0, 1.0, 1.0])
    flip[0, 3] = labels.array.shape[3] - 1
    geometry = Geometry(labels.geometry.shape_zyx, labels.geometry.ijk_to_ras @ flip)
    return LabelMap(labels.array[..., ::-1], geometry)


def turned(labels: LabelMap) -> LabelMap:
    """The same heart in space, rows and columns swapped."""
    z, y, x = labels.geometry.shape_zyx
    matrix = labels.geometry.ijk_to_ras[:, [1, 0, 2, 3]]
    return LabelMap(labels.array.swapaxes(2, 3), Geometry((z, x, y), matrix))


def reversed_slices(labels: LabelMap) -> LabelMap:
    flip = np.diag([1.0, 1.0, -1.0, 1.0])
    flip[2, 3] = labels.array.shape[1] - 1
    geometry = Geometry(labels.geometry.shape_zyx, labels.geometry.ijk_to_ras @ flip)
    return LabelMap(labels.array[:, ::-1], geometry)


@pytest.mark.parametrize("change", [mirrored, turned, reversed_slices])
def test_the_points_stay_where_they_are_in_space_however_the_image_is_stored(change):
    labels = drawn_hearts(HEART)
    np.testing.assert_allclose(directions_ras(change(labels)), directions_ras(labels), atol=1e-6)


def test_without_a_direction_in_the_header_anterior_is_on_top():
    geometry = Geometry.from_spacing((9, 90, 90), (8.0, 1.4, 1.4))
    assert anterior_in_plane(geometry).tolist() == [0.0, -1.0]
    labels = drawn_hearts(HEART, geometry=geometry)
    septum = find_septum(labels, {0: rings_of(labels, 0)})
    assert math.sin(septum.anterior) < math.sin(septum.inferior)


def test_without_a_right_ventricle_the_septum_faces_the_patients_right():
    labels = drawn_hearts(Heart(circle(24.0), circle(33.0), has_rv=False))
    septum = find_septum(labels, {0: rings_of(labels, 0)})
    assert not septum.from_rv
    assert septum == septum_by_direction(labels.geometry)
    assert math.degrees(septum.width) == pytest.approx(120.0)
    middle = septum.anterior + septum.direction * septum.width / 2.0
    right = plane_axes(labels.geometry) @ np.array([1.0, 0.0, 0.0])
    assert difference(middle, math.atan2(right[1], right[0])) < 1e-6


def test_a_break_in_the_contact_does_not_end_the_septum_and_a_speck_is_no_septum():
    labels = drawn_hearts(HEART)
    ring, to_mm = rings_of(labels, 0)[4], pixels_to_mm(labels.geometry)
    whole = contact_arc(labels.array[0, 4], ring, to_mm)
    assert whole is not None
    plane = labels.array[0, 4].copy()
    middle = (whole[0] + whole[1]) / 2.0
    rows, columns = np.indices(plane.shape)
    x, y = np.moveaxis(np.stack([columns, rows], axis=-1) @ to_mm.T - ring.center_mm, -1, 0)
    turn = (np.arctan2(y, x) - middle + np.pi) % (2.0 * np.pi) - np.pi
    plane[(plane == Label.RV) & (abs(turn) < np.radians(6.0))] = Label.BACKGROUND
    assert contact_arc(plane, ring, to_mm) == pytest.approx(whole)
    plane[plane == Label.RV] = 0
    assert contact_arc(plane, ring, to_mm) is None
    edge = np.argwhere(plane == Label.MYO)[0]
    plane[edge[0] - 1, edge[1]] = Label.RV
    assert contact_arc(plane, ring, to_mm) is None


class TestUserPoints:
    labels = drawn_hearts(HEART)

    def points(self, *degrees: float) -> list[tuple[float, float, float]]:
        ring = rings_of(self.labels, 0)[5]
        found = []
        for angle in np.radians(degrees):
            place = ring.center_mm + 33.0 * np.array([np.cos(angle), np.sin(angle)])
            found.append(to_ras(self.labels.geometry, 5, place))
        return [*found, to_ras(self.labels.geometry, 5, ring.center_mm)]

    def test_points_on_the_found_septum_give_it_back(self):
        angles = np.degrees(septum_angles(self.labels.geometry))
        septum = septum_between(*self.points(*angles), self.labels)
        found = find_septum(self.labels, {0: rings_of(self.labels, 0)})
        assert difference(septum.anterior, found.anterior) < FIVE_DEGREES
        assert septum.direction == found.direction

    def test_the_septum_lies_on_the_side_of_the_right_ventricle_even_if_it_is_the_longer(self):
        first, last = np.degrees(septum_angles(self.labels.geometry))
        septum = septum_between(*self.points(first - 60.0, last + 60.0), self.labels)
        assert math.degrees(septum.width) == pytest.approx(220.0, abs=1.0)

    def test_points_that_cannot_be_insertion_points_are_refused(self):
        with pytest.raises(ValueError, match="less than 30° apart"):
            septum_between(*self.points(10.0, 25.0), self.labels)
        *_, center = self.points(0.0, 90.0)
        with pytest.raises(ValueError, match="center of the ventricle"):
            septum_between(center, self.points(0.0, 90.0)[0], center, self.labels)


def test_one_slice_that_departs_does_not_turn_the_insertion_points():
    """In one slice the right ventricle reaches 40° farther, as at the outflow tract."""
    labels = drawn_hearts(Heart(circle(24.0), circle(34.0)))
    rings = {0: rings_of(labels, 0)}
    before = find_septum(labels, rings)
    array = labels.array.copy()
    array[0, 2] = farther_around(labels, 2, math.radians(40.0))
    after = find_septum(LabelMap(array, labels.geometry), rings)
    for one, other in ((before.anterior, after.anterior), (before.inferior, after.inferior)):
        assert abs(math.degrees(one - other)) < 2.0


def farther_around(labels: LabelMap, z: int, turn: float) -> np.ndarray:
    """A slice whose right ventricle is continued by an angle beyond its inferior end."""
    rows, columns = np.indices(labels.array.shape[2:])
    to_mm = pixels_to_mm(labels.geometry)
    center = rings_of(labels, 0)[z].center_mm
    x, y = np.moveaxis(np.stack([columns, rows], axis=-1) @ to_mm.T - center, -1, 0)
    _, end = septum_angles(labels.geometry)
    behind = (np.arctan2(y, x) - end) % (2.0 * np.pi) < turn
    plane = labels.array[0, z].copy()
    shell = behind & (np.hypot(x, y) < 50.0) & (plane == Label.BACKGROUND)
    plane[shell] = Label.RV
    return plane
