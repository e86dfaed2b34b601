"""The reader of guide points, on a small examination that the tests write.

Two planes cut through the heart of an ellipsoid.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from CMRSegmentationLib.anatomy.views import TO_APEX, normal_ras
from CMRSegmentationLib.image import CineStack, Geometry, Label, View
from Testing.dicom_phantoms import LIKE_A_HEART, orientation_lps, position_lps, write_series
from Testing.phantoms import oblique_geometry
from Testing.real_data import data_folder, unpack
from Training.datasets.bivme import closed_contour, read
from Training.datasets.examination import UNKNOWN, DataSetError, Examination, LabeledPhase

FRAMES, ED, ES = 4, 3, 1
RADIUS_MM = (20.0, 14.0, 17.0, 22.0)
"""Of the LV by frame; the wall is 8 mm thick, the long axis 60 mm long."""
WALL_MM, LENGTH_MM, RV_MM = 8.0, 60.0, 30.0
SAX_GEOMETRY = oblique_geometry((3, 72, 80), (12.0, 1.9, 1.7), degrees_xyz=LIKE_A_HEART)
MIDDLE_RAS = (SAX_GEOMETRY.ijk_to_ras @ [40.0, 36.0, 1.0, 1.0])[:3]
HEADER = "x\ty\tz\tcontour type\tframeID\tweight\ttime frame\n"
LPS = np.array([-1.0, -1.0, 1.0])

Points = NDArray[np.float64]


def four_chamber_geometry() -> Geometry:
    """Through the middle of the stack, turned by 10° from the patient's right.

    Columns run across, rows to the apex.
    """
    axis = normal_ras(SAX_GEOMETRY)
    axis = axis if axis @ TO_APEX > 0 else -axis
    right = np.array([1.0, 0.0, 0.0]) - axis * axis[0]
    right /= np.linalg.norm(right)
    across = math.cos(math.radians(10)) * right + math.sin(math.radians(10)) * np.cross(axis, right)
    matrix = np.eye(4)
    matrix[:3, :3] = np.column_stack([1.5 * across, 1.2 * axis, 6.0 * np.cross(across, axis)])
    matrix[:3, 3] = MIDDLE_RAS - matrix[:3, :3] @ [50.0, 40.0, 0.0]
    return Geometry((1, 110, 100), matrix)


def tilted(geometry: Geometry) -> Geometry:
    """The plane turned by 45° about the line of its columns, off the long axis."""
    matrix = geometry.ijk_to_ras.copy()
    along, normal = (matrix[:3, axis] / np.linalg.norm(matrix[:3, axis]) for axis in (1, 2))
    matrix[:3, 1] = 1.2 * (along + normal) / math.sqrt(2)
    matrix[:3, 2] = 6.0 * (normal - along) / math.sqrt(2)
    return Geometry(geometry.shape_zyx, matrix)


LAX_GEOMETRY = four_chamber_geometry()
TILTED_GEOMETRY = tilted(LAX_GEOMETRY)
"""A plane of no view."""


def noise(geometry: Geometry) -> CineStack:
    array = (
        np.random.default_rng(0).uniform(50, 200, (FRAMES, *geometry.shape_zyx)).astype(np.float32)
    )
    return CineStack(array, geometry, tuple(200.0 * t for t in range(FRAMES)))


def on_slice(
    geometry: Geometry, z: int, middle_xy: tuple[float, float], across: Points, along: Points
) -> Points:
    """RAS mm of points, given in mm along columns and rows from the middle (in pixels)."""
    _, row_mm, column_mm = geometry.spacing_zyx_mm
    pixels = [middle_xy[0] + across / column_mm, middle_xy[1] + along / row_mm]
    ijk = np.stack([*pixels, np.full(len(across), z), np.ones(len(across))])
    return np.asarray((geometry.ijk_to_ras @ ijk)[:3].T)


def circle_points(frame: int, z: int) -> dict[str, Points]:
    """A round LV; the septum is the left half of the epicardium, the RV a half disc around it."""
    turn = np.deg2rad(np.arange(0.0, 360.0, 4.0))
    inner, outer = RADIUS_MM[frame], RADIUS_MM[frame] + WALL_MM
    septum = np.cos(turn) < -0.2
    rv = outer + RV_MM / 2

    def at(radius: float, where: NDArray[np.bool_]) -> Points:
        return on_slice(
            SAX_GEOMETRY,
            z,
            (44.0, 36.0),
            radius * np.cos(turn[where]),
            radius * np.sin(turn[where]),
        )

    return {
        "SAX_LV_ENDOCARDIAL": at(inner, turn >= 0),
        "SAX_LV_EPICARDIAL": at(outer, ~septum),
        "SAX_RV_SEPTUM": at(outer, septum),
        "SAX_RV_FREEWALL": at(rv, septum),
    }


def half_ellipse_points(frame: int) -> dict[str, Points]:
    """Half ellipses from the mitral plane to the apex, and a triangle of RV beside them."""
    turn = np.deg2rad(np.arange(3.0, 178.0, 3.0))
    inner, outer = RADIUS_MM[frame], RADIUS_MM[frame] + WALL_MM
    septum = turn > np.deg2rad(130.0)

    def at(across: Points, along: Points) -> Points:
        return on_slice(LAX_GEOMETRY, 0, (60.0, 20.0), across, along)

    epicardium = outer * np.cos(turn), (LENGTH_MM + WALL_MM) * np.sin(turn)
    tip = epicardium[0][septum][0], epicardium[1][septum][0]
    share = np.linspace(0.0, 1.0, 30)
    lateral = -(outer + RV_MM)
    return {
        "LAX_LV_ENDOCARDIAL": at(inner * np.cos(turn), LENGTH_MM * np.sin(turn)),
        "LAX_LV_EPICARDIAL": at(epicardium[0][~septum], epicardium[1][~septum]),
        "LAX_RV_SEPTUM": at(epicardium[0][septum], epicardium[1][septum]),
        "LAX_RV_FREEWALL": at(lateral + share * (tip[0] - lateral), 2.0 + share * (tip[1] - 2.0)),
        "MITRAL_VALVE": at(np.array([inner, -inner]), np.zeros(2)),
        "TRICUSPID_VALVE": at(np.array([-outer, lateral]), np.zeros(2)),
    }


def rows(points: dict[str, Points], slice_: int, frame: int) -> list[str]:
    """Lines of a guide-point file, as its time frame a number that is wrong for one slice."""
    time = "1.0" if slice_ == 8 else str(frame)
    return [
        "\t".join([*(f"{v:.5f}" for v in place * LPS), kind, str(slice_), "1.0", time]) + "\n"
        for kind, places in points.items()
        for place in places
    ]


def write_guide_points(folder: Path, sax: CineStack, lax: CineStack) -> None:
    """Slices 3 to 5 are those of the stack, 8 the long axis.

    The basal slice 3 has no points at end-systole.
    """
    folder.mkdir(parents=True)
    shuffle = np.random.default_rng(1)
    planes = [(3 + z, position_lps(sax, z), orientation_lps(sax)) for z in range(3)]
    planes.append((8, position_lps(lax, 0), orientation_lps(lax)))
    lines = [
        "\t".join(["x.dcm", "sliceID: ", str(number), "ImagePositionPatient", *map(str, place)])
        + "\t".join(["\tImageOrientationPatient", *map(str, turn), "PixelSpacing", "1.9", "1.7\n"])
        for number, place, turn in planes
    ]
    (folder / "SliceInfoFile.txt").write_text("".join(lines))
    for frame in range(FRAMES):
        known = [z for z in range(3) if (frame, z) != (ES, 0)]
        text = [line for z in known for line in rows(circle_points(frame, z), 3 + z, frame)]
        text += rows(half_ellipse_points(frame), 8, frame)
        shuffle.shuffle(text)
        (folder / f"GPFile_{frame:03d}.txt").write_text(HEADER + "".join(text))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bivme")
    sax, lax = noise(SAX_GEOMETRY), noise(LAX_GEOMETRY)
    write_series(folder / "dicoms" / "patient1" / "Se1", sax, series_number=1)
    write_series(
        folder / "dicoms" / "patient1" / "Se2", lax, series_number=2, SeriesDescription="cine 3ch"
    )
    write_series(folder / "dicoms" / "patient1" / "Se3", noise(TILTED_GEOMETRY), series_number=3)
    write_guide_points(folder / "guidepoints" / "default" / "patient1", sax, lax)
    return folder


@pytest.fixture(scope="module")
def examinations(root: Path) -> dict[View, Examination]:
    return {examination.view: examination for examination in read(root)}


@pytest.fixture(scope="module")
def phases(examinations: dict[View, Examination]) -> dict[View, dict[str, LabeledPhase]]:
    return {
        view: {phase.name: phase for phase in one.load()}
        for view, one in examinations.items()
        if view
    }


def area_mm2(phase: LabeledPhase, label: Label, z: int = 0) -> float:
    return float((phase.labels[z] == label).sum()) * phase.geometry.pixel_area_mm2


def inclusive(area: float, length: float, geometry: Geometry) -> float:
    """Area of a shape with the pixels on its border: half a pixel more all around."""
    return area + length * float(np.mean(geometry.spacing_zyx_mm[1:])) / 2


def test_each_view_is_an_examination_by_its_geometry_not_by_its_description(examinations):
    assert set(examinations) == {View.SAX, View.LAX_4C, None}
    one = examinations[View.LAX_4C]
    assert (one.patient, one.dataset, one.vendor, one.field_t) == (
        "patient1",
        "bivme",
        "Siemens",
        3.0,
    )


def test_a_plane_of_no_view_is_an_examination_that_nobody_labeled(examinations):
    one = examinations[None]
    loaded = one.load()
    assert (one.patient, one.dataset, one.annotated) == ("patient1", "bivme", ())
    assert [(phase.name, phase.frame) for phase in loaded] == [
        (f"plane_0_frame_{t:02d}", t) for t in range(FRAMES)
    ]
    assert {int(value) for phase in loaded for value in np.unique(phase.labels)} == {UNKNOWN}
    np.testing.assert_allclose(loaded[2].image, noise(TILTED_GEOMETRY).array[2].round())


def test_the_largest_lv_is_ed_and_the_smallest_es(phases):
    for view in (View.SAX, View.LAX_4C):
        assert {name: phase.frame for name, phase in phases[view].items()} == {
            "frame_00": 0, "ES": ES, "frame_02": 2, "ED": ED,
        }  # fmt: skip


def test_the_images_are_those_of_the_frame(phases):
    ed = phases[View.LAX_4C]["ED"]
    assert ed.image.shape == ed.labels.shape == ed.geometry.shape_zyx == (1, 110, 100)
    assert ed.image == pytest.approx(noise(LAX_GEOMETRY).array[ED].round())
    assert ed.geometry.matches(LAX_GEOMETRY)


@pytest.mark.parametrize("name", ["ED", "ES"])
def test_a_round_lv_has_the_area_of_its_circle(phases, name: str):
    phase = phases[View.SAX][name]
    radius = RADIUS_MM[phase.frame]
    expected = inclusive(math.pi * radius**2, 2 * math.pi * radius, SAX_GEOMETRY)
    for z in range(len(phase.labels)):
        assert area_mm2(phase, Label.LV, z) == pytest.approx(expected, rel=0.04)


@pytest.mark.parametrize("name", ["ED", "ES"])
def test_the_long_axis_lv_has_the_area_of_its_half_ellipse(phases, name: str):
    phase = phases[View.LAX_4C][name]
    radius = RADIUS_MM[phase.frame]
    border = 2 * radius + 2 * math.hypot(radius, LENGTH_MM)
    expected = inclusive(math.pi * radius * LENGTH_MM / 2, border, LAX_GEOMETRY)
    assert area_mm2(phase, Label.LV) == pytest.approx(expected, rel=0.05)


def test_the_wall_is_closed_by_the_septum_and_the_valve(phases):
    phase = phases[View.LAX_4C]["ED"]
    radius = RADIUS_MM[ED]
    outer = math.pi * (radius + WALL_MM) * (LENGTH_MM + WALL_MM) / 2
    assert area_mm2(phase, Label.MYO) == pytest.approx(
        outer - math.pi * radius * LENGTH_MM / 2, rel=0.12
    )


def test_no_structure_crosses_the_valve_planes(phases):
    for phase in phases[View.LAX_4C].values():
        rows_with_label = np.argwhere(phase.labels[0])[:, 0]
        assert rows_with_label.min() == 20  # where the valves are


def test_the_rv_lies_on_the_septal_side_and_touches_the_wall(phases):
    for view, middle in ((View.SAX, 44.0), (View.LAX_4C, 60.0)):
        labels = phases[view]["ED"].labels[-1]
        assert np.argwhere(labels == Label.RV)[:, 1].max() < middle
        beside = np.roll(labels == Label.RV, 1, axis=1) & (labels == Label.MYO)
        assert beside.sum() > 10


def test_every_wall_point_lies_on_the_border_of_its_structure(phases):
    phase = phases[View.LAX_4C]["ED"]
    points = half_ellipse_points(ED)["LAX_LV_ENDOCARDIAL"]
    ijk = np.linalg.solve(
        phase.geometry.ijk_to_ras, np.column_stack([points, np.ones(len(points))]).T
    )
    assert np.abs(ijk[2]).max() * phase.geometry.spacing_zyx_mm[0] < 0.01  # mm from the plane
    lv = np.pad(phase.labels[0] == Label.LV, 1)
    for column, row in np.rint(ijk[:2]).astype(int).T:
        around = lv[row : row + 3, column : column + 3]
        assert around[1, 1]
        assert not around.all()


def test_a_slice_without_guide_points_is_left_out_of_its_phase(phases):
    es, ed = phases[View.SAX]["ES"], phases[View.SAX]["ED"]
    assert len(ed.labels) == 3
    assert len(es.labels) == len(es.image) == 2
    assert es.geometry.ijk_to_ras[:, 3] == pytest.approx(
        SAX_GEOMETRY.ijk_to_ras @ [0, 0, 1, 1], abs=0.01
    )
    assert (ed.labels[0] == Label.LV).any()


def test_points_in_any_order_are_chained_around_a_narrow_crescent():
    turn = np.deg2rad(np.arange(0.0, 181.0, 5.0))
    crescent = np.concatenate([
        np.column_stack([30 * np.cos(turn), 30 * np.sin(turn), 0 * turn]),
        np.column_stack([24 * np.cos(turn), 18 * np.sin(turn), 0 * turn]),
    ])  # fmt: skip
    shuffled = crescent[np.random.default_rng(3).permutation(len(crescent))]
    x, y, _ = closed_contour([shuffled], []).T
    area = abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2
    assert area == pytest.approx(math.pi / 2 * (30 * 30 - 24 * 18), rel=0.02)


def test_the_two_points_of_a_valve_are_neighbors_though_others_are_closer():
    wall = np.array([[0.0, 1, 0], [0, 10, 0], [20, 10, 0], [20, 1, 0], [10, 4, 0]])
    valve = np.array([[0.0, 0, 0], [20, 0, 0]])
    contour = closed_contour([wall], [valve]).tolist()
    first, second = contour.index([0, 0, 0]), contour.index([20, 0, 0])
    assert abs(first - second) in (1, len(contour) - 1)


def copied(root: Path, where: Path) -> Path:
    """A copy of the guide points of the examination, to be damaged, with the same images."""
    target = where / "guidepoints" / "default" / "patient1"
    target.mkdir(parents=True)
    for path in (root / "guidepoints" / "default" / "patient1").iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    (where / "dicoms").symlink_to(root / "dicoms")
    return target


def test_another_folder_says_what_was_expected_and_found(tmp_path: Path):
    (tmp_path / "patient001").mkdir()
    with pytest.raises(DataSetError, match=r"SliceInfoFile\.txt.*found \['patient001'\]"):
        read(tmp_path)


def test_images_that_are_still_packed_are_asked_for(root: Path, tmp_path: Path):
    copied(root, tmp_path)
    (tmp_path / "dicoms").unlink()
    with pytest.raises(DataSetError, match="unpacked"):
        read(tmp_path)


def test_a_missing_frame_is_named(root: Path, tmp_path: Path):
    (copied(root, tmp_path) / "GPFile_002.txt").unlink()
    with pytest.raises(DataSetError, match=r"each of the 4 frames.*\[0, 1, 3\]"):
        read(tmp_path)


def test_a_damaged_point_is_named_by_its_line(root: Path, tmp_path: Path):
    path = copied(root, tmp_path) / "GPFile_002.txt"
    path.write_text(HEADER + "1.0\t2.0\tthree\tLAX_LV_ENDOCARDIAL\t8\t1.0\t2\n")
    with pytest.raises(DataSetError, match=r"GPFile_002\.txt, line 2.*three"):
        read(tmp_path)


def test_a_table_without_the_slice_of_the_points_is_refused(root: Path, tmp_path: Path):
    (copied(root, tmp_path) / "GPFile_002.txt").write_text("x\ty\tz\tcontour type\n")
    with pytest.raises(DataSetError, match="found no frameID"):
        read(tmp_path)


def test_a_plane_that_cannot_be_read_is_shown(root: Path, tmp_path: Path):
    (copied(root, tmp_path) / "SliceInfoFile.txt").write_text(
        "x.dcm\tsliceID: \t1\tImagePositionPatient\t1\t2\n"
    )
    with pytest.raises(DataSetError, match=r"plane of a slice in .*SliceInfoFile"):
        read(tmp_path)


def test_guide_points_of_another_examination_lie_on_no_cine(root: Path, tmp_path: Path):
    path = copied(root, tmp_path) / "SliceInfoFile.txt"
    lines = path.read_text().splitlines()
    path.write_text(
        "\n".join(line.replace("PositionPatient\t", "PositionPatient\t9") for line in lines)
    )
    with pytest.raises(DataSetError, match="No guide point"):
        read(tmp_path)


def test_a_valve_of_three_points_is_refused():
    with pytest.raises(DataSetError, match=r"two points of a valve, found \[3\]"):
        closed_contour([np.zeros((8, 3))], [np.zeros((3, 3))])


def test_the_real_examination_has_four_views_of_25_plausible_phases(tmp_path: Path):
    data = data_folder("bivme/guidepoints", "bivme/dicoms.tar.xz")
    unpack("bivme/dicoms.tar.xz", tmp_path)
    (tmp_path / "guidepoints").symlink_to(data / "bivme" / "guidepoints")
    found = {one.view: one.load() for one in read(tmp_path)}
    unlabeled = found.pop(None)
    assert len(unlabeled) == 50  # through the right ventricle: two chambers and the outflow tract
    assert set(found) == set(View)
    for view, phases in found.items():
        assert len(phases) == 25
        by_name = {phase.name: (phase.labels == Label.LV).sum() for phase in phases}
        assert 0.25 < by_name["ES"] / by_name["ED"] < 0.6
        slices = [labels for phase in phases for labels in phase.labels]
        assert {ndimage.label(labels == Label.MYO, np.ones((3, 3)))[1] for labels in slices} == {1}
        assert all(
            (phase.labels == Label.RV).any() == (view is not View.LAX_2C) for phase in phases
        )
