from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.views import (
    TO_APEX,
    geometry_view,
    has_direction,
    long_axis_view,
    moving_center_ras,
    normal_ras,
    plane_view,
    turn_degrees,
)
from CMRSegmentationLib.image import CineStack, Geometry, View
from CMRSegmentationLib.reading.dicom import read_study
from Testing.dicom_phantoms import LIKE_A_HEART
from Testing.Lib.long_axis_phantoms import usual_plane
from Testing.phantoms import HeartPhantom, oblique_geometry

PHANTOM = HeartPhantom(
    frames=6,
    slices=6,
    rows=64,
    columns=80,
    spacing_zyx_mm=(10.0, 2.0, 1.8),
    degrees_xyz=LIKE_A_HEART,
)
LV_CENTER_IJK = (39.5 + 12.0 / 1.8, 31.5, 2.0)
RV_CENTER_IJK = (39.5 + (12.0 - 43.0) / 1.8, 31.5, 2.0)


@pytest.fixture(scope="module")
def sax() -> CineStack:
    return PHANTOM.cine


def to_ras(ijk: tuple[float, float, float]) -> NDArray[np.float64]:
    return np.asarray((PHANTOM.geometry.ijk_to_ras @ [*ijk, 1.0])[:3])


def plane_through(
    point: NDArray[np.float64], turn: float, tilt: float = 0.0, flip: bool = False
) -> CineStack:
    """A single slice turned about the long axis from the patient's right, then tilted off it."""
    axis = normal_ras(PHANTOM.geometry)
    right = np.array([1.0, 0.0, 0.0]) - axis * axis[0]
    right /= np.linalg.norm(right)
    anterior = np.cross(axis, right)
    line = np.cos(np.deg2rad(turn)) * right + np.sin(np.deg2rad(turn)) * anterior
    across = np.cross(line, axis)
    down = np.cos(np.deg2rad(tilt)) * axis + np.sin(np.deg2rad(tilt)) * across
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([1.4 * line, 1.6 * down, 6.0 * np.cross(line, down)], axis=1)
    if flip:
        matrix[:3, 0] *= -1
    matrix[:3, 3] = point - matrix[:3, 0] * 10 - matrix[:3, 1] * 8
    array = np.arange(2 * 16 * 20.0).reshape(2, 1, 16, 20)
    return CineStack(array.astype(np.float32), Geometry((1, 16, 20), matrix))


def test_stack_across_the_usual_long_axis_is_sax_in_either_slice_order(sax: CineStack) -> None:
    matrix = np.array(sax.geometry.ijk_to_ras)
    matrix[:3, 2] *= -1
    assert geometry_view(sax.geometry) == (View.SAX, ())
    assert geometry_view(Geometry(sax.geometry.shape_zyx, matrix)) == (View.SAX, ())


@pytest.mark.parametrize("degrees", [(0.0, 0.0, 0.0), (90.0, 0.0, 0.0), (0.0, 90.0, 0.0)])
def test_axial_coronal_and_sagittal_stacks_are_taken_for_sax_only_with_a_doubt(
    degrees: tuple[float, float, float],
) -> None:
    view, findings = geometry_view(oblique_geometry((6, 20, 20), degrees_xyz=degrees))
    assert view is View.SAX
    assert [(f.code, f.severity) for f in findings] == [("view_unsure", "warning")]


def test_single_slice_is_sax_only_where_it_lies_like_one() -> None:
    assert geometry_view(oblique_geometry((1, 20, 20), degrees_xyz=LIKE_A_HEART))[0] is View.SAX
    assert geometry_view(oblique_geometry((1, 20, 20), degrees_xyz=(0.0, 0.0, 0.0)))[0] is None


def test_moving_center_lies_between_the_ventricles(sax: CineStack) -> None:
    i, j, _, _ = np.linalg.inv(sax.geometry.ijk_to_ras) @ [*moving_center_ras(sax), 1.0]
    assert RV_CENTER_IJK[0] < i < LV_CENTER_IJK[0]
    assert j == pytest.approx(31.5, abs=2.0)


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("turn", [0.0, 10.0, 68.0, 130.0, 179.0])
def test_turn_of_a_plane_does_not_depend_on_the_direction_of_its_normal(
    turn: float, flip: bool
) -> None:
    plane = plane_through(to_ras(LV_CENTER_IJK), turn, flip=flip)
    found = turn_degrees(normal_ras(plane.geometry), normal_ras(PHANTOM.geometry))
    assert (found - turn + 90.0) % 180.0 == pytest.approx(90.0)


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize(
    ("turn", "view"),
    [
        (10.0, View.LAX_4C),
        (-8.0, View.LAX_4C),
        (68.0, View.LAX_2C),
        (85.0, View.LAX_2C),
        (130.0, View.LAX_3C),
        (115.0, View.LAX_3C),
    ],
)
def test_planes_through_the_left_ventricle_are_told_apart_by_their_turn(
    sax: CineStack, turn: float, view: View, flip: bool
) -> None:
    assert long_axis_view(plane_through(to_ras(LV_CENTER_IJK), turn, flip=flip), sax) == (view, ())


@pytest.mark.parametrize("turn", [39.0, 99.0, 160.0])
def test_plane_between_two_views_has_none(sax: CineStack, turn: float) -> None:
    view, findings = long_axis_view(plane_through(to_ras(LV_CENTER_IJK), turn), sax)
    assert view is None
    assert "between the usual views" in findings[0].message


@pytest.mark.parametrize("tilt", [-20.0, 15.0])
def test_plane_tilted_from_the_long_axis_has_no_view(sax: CineStack, tilt: float) -> None:
    view, findings = long_axis_view(plane_through(to_ras(LV_CENTER_IJK), 68.0, tilt), sax)
    assert view is None
    assert f"tilted by {abs(tilt):.0f}°" in findings[0].message


@pytest.mark.parametrize("turn", [68.0, 130.0])
def test_plane_through_the_right_ventricle_is_not_called_a_left_long_axis(
    sax: CineStack, turn: float
) -> None:
    view, findings = long_axis_view(plane_through(to_ras(RV_CENTER_IJK), turn), sax)
    assert view is None
    assert [f.code for f in findings] == ["view_unknown"]
    assert "left ventricle" in findings[0].message


def test_slices_in_reverse_order_give_the_same_views(sax: CineStack) -> None:
    matrix = np.array(sax.geometry.ijk_to_ras)
    matrix[:3, 3] += 5 * matrix[:3, 2]
    matrix[:3, 2] *= -1
    reverse = CineStack(sax.array[:, ::-1], Geometry(sax.geometry.shape_zyx, matrix))
    for turn, view in ((10.0, View.LAX_4C), (68.0, View.LAX_2C), (130.0, View.LAX_3C)):
        assert long_axis_view(plane_through(to_ras(LV_CENTER_IJK), turn), reverse)[0] is view


def test_the_axis_to_the_apex_points_left_anterior_and_inferior() -> None:
    assert TO_APEX[0] < 0 < TO_APEX[1]
    assert TO_APEX[2] < 0
    assert np.linalg.norm(TO_APEX) == pytest.approx(1.0)


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize(
    ("turn", "tilt", "view", "severity"),
    [
        (10.0, 0.0, View.LAX_4C, "info"),
        (-5.0, 0.0, View.LAX_4C, "warning"),
        (14.0, 18.0, View.LAX_4C, "info"),
        (14.0, 23.0, View.LAX_4C, "warning"),
        (68.0, 0.0, View.LAX_2C, "warning"),
        (130.0, -10.0, View.LAX_3C, "warning"),
    ],
)
def test_a_plane_alone_is_told_by_the_usual_direction_with_a_doubt(
    turn: float, tilt: float, view: View, severity: str, flip: bool
) -> None:
    found, (finding,) = plane_view(usual_plane(turn, tilt, flip))
    assert (found, finding.code, finding.severity) == (view, "view_from_direction", severity)


@pytest.mark.parametrize(("turn", "tilt"), [(39.0, 0.0), (160.0, 0.0), (68.0, 30.0)])
def test_a_plane_alone_between_or_beside_the_views_has_none(turn: float, tilt: float) -> None:
    assert plane_view(usual_plane(turn, tilt)) == (None, ())


def test_the_planes_of_a_stack_are_no_long_axis_by_direction() -> None:
    geometry = usual_plane(10.0)
    assert plane_view(Geometry((3, 16, 20), geometry.ijk_to_ras)) == (None, ())


@pytest.mark.parametrize(
    ("degrees", "known"),
    [((0.0, 0.0, 0.0), False), ((90.0, 0.0, -90.0), False), ((40.0, -20.0, 30.0), True)],
)
def test_a_plane_along_the_axes_of_the_world_has_no_direction(
    degrees: tuple[float, float, float], known: bool
) -> None:
    geometry = oblique_geometry((1, 20, 20), degrees_xyz=degrees)
    assert has_direction(geometry) is known


def test_the_planes_of_a_real_examination_are_told_by_direction_alone(bivme: Path) -> None:
    found = {cine.name: plane_view(cine.stack.geometry)[0] for cine in read_study(bivme).cines}
    assert {name: found[name] for name in ("lax_4c", "lax_2c", "lax_3c")} == {
        "lax_4c": View.LAX_4C,
        "lax_2c": View.LAX_2C,
        "lax_3c": View.LAX_3C,
    }
    assert found["cine_se22001"] is None  # outflow tract of the right ventricle
