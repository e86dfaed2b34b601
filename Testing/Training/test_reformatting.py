import numpy as np
import pytest

from CMRSegmentationLib.image import Label, View
from Testing.phantoms import HeartPhantom, oblique_geometry
from Training.datasets.examination import UNKNOWN, DataSetError, LabeledPhase
from Training.datasets.reformatting import STEP_MM, Axis, LabeledStack

HEART = HeartPhantom(frames=1, noise=0.0)


def stack_of(heart=HEART, slope_yx_px=(0, 0)):
    """The heart as a labeled stack, each slice moved by so many pixels against the one before."""
    image, labels = heart.cine.array[0].copy(), heart.labels.array[0].copy()
    for z in range(len(image)):
        shift = tuple(z * s for s in slope_yx_px)
        image[z], labels[z] = (np.roll(a[z], shift, axis=(0, 1)) for a in (image, labels))
    return LabeledPhase("ED", 0, image, labels, heart.geometry)


def changed(phase, *axes):
    """The same heart stored with some axes reversed."""
    image, labels = (np.flip(a, axes) for a in (phase.image, phase.labels))
    return LabeledPhase(phase.name, phase.frame, image, labels, phase.geometry)


def long_axis_planes(phase):
    stack = LabeledStack(phase)
    return {view: stack.cut(angle) for view, angle in stack.angles().items()}


def area_mm2(phase, label):
    return (phase.labels == label).sum() * phase.geometry.pixel_area_mm2


def test_the_blood_pool_has_the_area_under_its_radii():
    """The distance to the wall is interpolated between slices, so the area is trapezoids."""
    planes = long_axis_planes(stack_of())
    radii = [HEART.radii_mm(0, z)[0] for z in range(HEART.slices)]
    drawn = [r for r in radii if r > 0]
    expected = 2 * np.trapezoid(drawn, dx=HEART.spacing_zyx_mm[0])
    for view in (View.LAX_4C, View.LAX_2C):
        assert area_mm2(planes[view], Label.LV) == pytest.approx(expected, rel=0.03), view


def test_four_chambers_show_the_right_ventricle_three_a_strip_of_it_and_two_none():
    areas = {
        view: area_mm2(plane, Label.RV) for view, plane in long_axis_planes(stack_of()).items()
    }
    assert areas[View.LAX_4C] > areas[View.LAX_3C] > areas[View.LAX_2C] == 0


def test_the_plane_of_four_chambers_cuts_the_right_ventricle_through_its_middle():
    """Along the line of the centers the crescent is as wide as the RV less the wall."""
    plane = long_axis_planes(stack_of())[View.LAX_4C]
    _, epicardium, rv = HEART.radii_mm(0, 1)
    row = round((50.0 + HEART.spacing_zyx_mm[0]) / STEP_MM)
    width = (plane.labels[0, row] == Label.RV).sum() * STEP_MM
    assert width == pytest.approx(rv * 1.5, abs=3.0)
    assert (plane.labels[0, row] == Label.MYO).sum() * STEP_MM == pytest.approx(
        2 * (epicardium - HEART.radii_mm(0, 1)[0]), abs=4.0
    )


@pytest.mark.parametrize("slope", [(0, 0), (1, -2)])
def test_every_pixel_has_the_label_of_the_stack_where_it_lies_in_the_patient(slope):
    phase = stack_of(HeartPhantom(frames=1, noise=0.0, rows=128, columns=144), slope)
    for plane in long_axis_planes(phase).values():
        rows, columns = np.nonzero(plane.labels[0] != UNKNOWN)
        pixels = np.stack([columns, rows, np.zeros_like(rows), np.ones_like(rows)])
        i, j, k = (np.linalg.inv(phase.geometry.ijk_to_ras) @ plane.geometry.ijk_to_ras @ pixels)[
            :3
        ]
        on_slice = (abs(k - k.round()) < 0.08) & (i >= 0) & (i <= 143) & (j >= 0) & (j <= 127)
        there = tuple(np.rint(a[on_slice]).astype(int) for a in (k, j, i))
        agree = plane.labels[0, rows[on_slice], columns[on_slice]] == phase.labels[there]
        assert on_slice.sum() > 500
        assert agree.mean() > 0.97


def test_an_aslant_heart_is_followed():
    straight = HeartPhantom(frames=1, noise=0.0, rows=128, columns=144)
    axis = Axis.of(stack_of(straight, (1, -2)).labels, straight.spacing_zyx_mm)
    upright = Axis.of(stack_of(straight).labels, straight.spacing_zyx_mm)
    np.testing.assert_allclose(
        axis.slope_yx - upright.slope_yx, [1.6 / 10, -2 * 1.4 / 10], atol=1e-6
    )


@pytest.mark.parametrize("axes", [(0,), (1,), (2,), (0, 1, 2)])
def test_how_the_stack_is_stored_changes_no_area(axes):
    as_it_was, stored = long_axis_planes(stack_of()), long_axis_planes(changed(stack_of(), *axes))
    for view in as_it_was:
        for label in (Label.LV, Label.MYO):
            assert area_mm2(stored[view], label) == pytest.approx(
                area_mm2(as_it_was[view], label), rel=0.02
            )


def test_nobody_knows_what_lies_beyond_the_slices_or_where_between_two_a_ventricle_ends():
    """10 mm on either side of slices 1 to 8 are unknown, then comes background."""
    plane = long_axis_planes(stack_of())[View.LAX_2C]
    unknown = (plane.labels[0] == UNKNOWN).all(axis=1)
    assert np.array_equal(unknown, (plane.labels[0] == UNKNOWN).any(axis=1))
    z = (np.arange(len(unknown)) * STEP_MM - 50.0) / 10.0
    expected = (z < -0.5) | ((z > 0) & (z < 1)) | ((z > 8) & (z < 9)) | (z > 9.5)
    clear = abs(2 * z - np.rint(2 * z)) > 1e-6  # a row on the very line may fall to either side
    np.testing.assert_array_equal(unknown[clear], expected[clear])


def test_the_grid_is_a_single_slice_of_1_4_mm_pixels_at_right_angles():
    geometry = long_axis_planes(stack_of())[View.LAX_4C].geometry
    assert geometry.is_single_slice
    assert geometry.spacing_zyx_mm == pytest.approx((1.0, 1.4, 1.4), rel=1e-4)


def test_two_slices_and_a_heart_without_right_ventricle_are_refused():
    short = stack_of(HeartPhantom(frames=1, slices=4))
    with pytest.raises(DataSetError, match="three slices or more, found 2"):
        LabeledStack(short)
    lv = stack_of()
    lv.labels[lv.labels == Label.RV] = 0
    with pytest.raises(DataSetError, match="right ventricle"):
        LabeledStack(lv).angles()


def test_pixels_that_are_not_square_are_counted_in_millimeters():
    heart = HeartPhantom(frames=1, noise=0.0, spacing_zyx_mm=(8.0, 2.0, 1.2), rows=80, columns=130)
    assert (
        heart.geometry.spacing_zyx_mm == oblique_geometry((1, 1, 1), (8.0, 2.0, 1.2)).spacing_zyx_mm
    )
    planes = long_axis_planes(stack_of(heart))
    expected = 2 * np.trapezoid(
        [r for z in range(10) if (r := heart.radii_mm(0, z)[0]) > 0], dx=8.0
    )
    assert area_mm2(planes[View.LAX_4C], Label.LV) == pytest.approx(expected, rel=0.03)
