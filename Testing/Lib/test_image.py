import numpy as np
import pytest

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import (
    FOREGROUND,
    CineStack,
    Geometry,
    GeometryError,
    ImageError,
    Label,
    LabelMap,
    View,
)
from Testing.phantoms import oblique_geometry

SHAPE = (3, 20, 24)


def pixels(frames: int = 2, shape: tuple[int, int, int] = SHAPE) -> np.ndarray:
    return np.random.default_rng(0).normal(100, 20, (frames, *shape)).astype(np.float32)


def test_labels_are_those_of_the_mnms_challenge():
    assert [(label.name, int(label)) for label in Label] == [
        ("BACKGROUND", 0),
        ("LV", 1),
        ("MYO", 2),
        ("RV", 3),
    ]
    assert FOREGROUND == (Label.LV, Label.MYO, Label.RV)


def test_only_the_short_axis_is_no_long_axis():
    assert [view for view in View if not view.is_long_axis] == [View.SAX]
    assert [str(view) for view in View] == ["sax", "lax_2c", "lax_3c", "lax_4c"]


class TestGeometry:
    def test_two_voxels_of_1_4_by_1_4_by_10_mm_are_39_2_microlitres(self):
        geometry = Geometry.from_spacing(SHAPE, (10.0, 1.4, 1.4))
        assert 2 * geometry.voxel_volume_mm3 == pytest.approx(39.2)
        assert 2 * geometry.voxel_volume_ml == pytest.approx(0.0392)

    def test_an_oblique_grid_has_the_spacing_and_volume_that_it_was_turned_with(self):
        geometry = oblique_geometry(SHAPE, (8.0, 1.6, 1.25))
        assert geometry.spacing_zyx_mm == pytest.approx((8.0, 1.6, 1.25))
        assert geometry.voxel_volume_mm3 == pytest.approx(16.0)
        assert geometry.pixel_area_mm2 == pytest.approx(2.0)

    def test_a_sheared_grid_has_less_volume_than_its_spacings_multiply_to(self):
        matrix = np.diag([1.5, 2.0, 8.0, 1.0])
        matrix[0, 2] = 6.0  # slices are shifted by 6 mm: |k| = 10 mm, but planes are 8 mm apart
        geometry = Geometry(SHAPE, matrix)
        assert geometry.spacing_zyx_mm == pytest.approx((10.0, 2.0, 1.5))
        assert geometry.voxel_volume_mm3 == pytest.approx(24.0)
        assert geometry.pixel_area_mm2 == pytest.approx(3.0)

    def test_a_mirrored_grid_has_a_positive_volume(self):
        assert Geometry(SHAPE, np.diag([-1.5, 2.0, 8.0, 1.0])).voxel_volume_mm3 == pytest.approx(
            24.0
        )

    def test_from_spacing_places_the_first_voxel_at_the_origin(self):
        matrix = Geometry.from_spacing(SHAPE, (8.0, 2.0, 1.5), (-3.0, 4.0, 5.0)).ijk_to_ras
        np.testing.assert_allclose(matrix @ [2, 1, 1, 1], [0.0, 6.0, 13.0, 1.0])

    def test_the_matrix_cannot_be_changed_from_outside_or_within(self):
        matrix = np.diag([1.5, 2.0, 8.0, 1.0])
        geometry = Geometry(SHAPE, matrix)
        matrix[0, 0] = 9.0
        assert geometry.ijk_to_ras[0, 0] == 1.5
        with pytest.raises(ValueError, match="read-only"):
            geometry.ijk_to_ras[0, 0] = 9.0

    @pytest.mark.parametrize("shape", [(0, 20, 24), (20, 24), (1, 2, 3, 4)])
    def test_an_empty_or_flat_shape_is_refused(self, shape):
        with pytest.raises(GeometryError, match="slices, rows and columns"):
            Geometry(shape, np.diag([1.5, 2.0, 8.0, 1.0]))

    @pytest.mark.parametrize(
        ("matrix", "message"),
        [
            (np.diag([1.5, 2.0, 8.0]), "4 × 4"),
            (np.diag([1.5, np.nan, 8.0, 1.0]), "finite"),
            (np.diag([1.5, 0.0, 8.0, 1.0]), "found 8 × 0 × 1.5 mm"),
            (np.diag([1.5, 2.0, 800.0, 1.0]), "found 800 × 2 × 1.5 mm"),
            (
                np.array([[1.5, 1.5, 0, 0], [0, 0, 0, 0], [0, 0, 8, 0], [0, 0, 0, 1.0]]),
                "in one plane",
            ),
        ],
        ids=["3 x 3", "NaN", "no spacing", "80 cm", "flat"],
    )
    def test_a_matrix_that_is_no_grid_is_refused(self, matrix, message):
        with pytest.raises(GeometryError, match=message):
            Geometry(SHAPE, matrix)

    def test_grids_match_when_every_corner_lies_at_the_same_place(self):
        geometry = oblique_geometry(SHAPE)
        assert geometry.matches(oblique_geometry(SHAPE))
        assert not geometry.matches(oblique_geometry((3, 20, 25)))
        assert not geometry.matches(oblique_geometry(SHAPE, origin_ras_mm=(-35.0, 60.0, -22.4)))

    def test_a_spacing_that_differs_by_a_ten_thousandth_shifts_the_far_corner_and_does_not_match(
        self,
    ):
        one, other = (Geometry.from_spacing(SHAPE, (8.0, 1.5, x)) for x in (1.5, 1.5001))
        assert not one.matches(other)  # 23 pixels x 0.0001 mm = 0.0023 mm
        assert one.matches(other, tolerance_mm=0.01)

    def test_a_single_slice_is_told_from_a_stack(self):
        assert oblique_geometry((1, 20, 24)).is_single_slice
        assert not oblique_geometry((2, 20, 24)).is_single_slice


class TestCineStack:
    def test_keeps_its_images_as_32_bit_floats_and_its_times_as_numbers(self):
        cine = CineStack(pixels().astype(np.int16), oblique_geometry(SHAPE), [0, 40])
        assert cine.array.dtype == np.float32
        assert cine.frame_times_ms == (0.0, 40.0)
        assert cine.shape_tzyx == (2, 3, 20, 24)
        assert cine.frames == 2

    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
    def test_a_voxel_that_is_not_finite_is_refused(self, value):
        array = pixels()
        array[1, 2, 3, 4] = value
        with pytest.raises(ImageError, match="NaN or infinite"):
            CineStack(array, oblique_geometry(SHAPE))

    def test_a_constant_image_is_refused_with_its_value(self):
        with pytest.raises(ImageError, match=r"same value \(0\)"):
            CineStack(np.zeros((2, *SHAPE)), oblique_geometry(SHAPE))

    def test_an_array_of_another_size_than_its_grid_is_refused(self):
        with pytest.raises(
            ImageError, match=r"\(3, 20, 24\) voxels a frame, its geometry \(3, 24, 20\)"
        ):
            CineStack(pixels(), oblique_geometry((3, 24, 20)))

    def test_a_stack_without_a_time_axis_is_refused(self):
        with pytest.raises(ImageError, match="frames, slices, rows and columns"):
            CineStack(pixels()[0], oblique_geometry(SHAPE))

    @pytest.mark.parametrize(
        ("times", "message"),
        [
            ((0.0,), "each of the 2 frames, found 1"),
            ((40.0, 40.0), "rise"),
            ((0.0, np.nan), "rise"),
        ],
    )
    def test_times_that_do_not_fit_are_refused(self, times, message):
        with pytest.raises(ImageError, match=message):
            CineStack(pixels(), oblique_geometry(SHAPE), times)

    def test_a_single_frame_is_a_cine(self):
        finding = Finding(
            FindingCode.SPACING_GUESSED, Severity.INFO, "Guessed.", origin=Origin.READER
        )
        cine = CineStack(pixels(1), oblique_geometry(SHAPE), findings=(finding,))
        assert cine.shape_tzyx == (1, 3, 20, 24)
        assert cine.findings == (finding,)


class TestLabelMap:
    def test_the_mask_of_a_structure_is_where_its_number_is(self):
        array = np.zeros((1, *SHAPE), np.int64)
        array[0, 1, 2, 3:6] = [1, 2, 3]
        labels = LabelMap(array, oblique_geometry(SHAPE))
        assert labels.array.dtype == np.uint8
        assert np.argwhere(labels.mask(Label.MYO)).tolist() == [[0, 1, 2, 4]]
        assert labels.frames == 1
        assert labels.shape_tzyx == (1, *SHAPE)

    @pytest.mark.parametrize("value", [-1, 4, 257])
    def test_another_number_is_refused_and_never_wraps_around(self, value):
        array = np.zeros((1, *SHAPE), np.int16)
        array[0, 0, 0, 0] = value
        with pytest.raises(ImageError, match="Expected labels 0 to 3"):
            LabelMap(array, oblique_geometry(SHAPE))

    def test_whole_numbers_stored_as_floats_are_taken_and_fractions_refused(self):
        array = np.zeros((1, *SHAPE), np.float32)
        array[0, 0, 0, 0] = 2.0
        assert LabelMap(array, oblique_geometry(SHAPE)).array.max() == 2
        array[0, 0, 0, 0] = 1.5
        with pytest.raises(ImageError, match="fractions"):
            LabelMap(array, oblique_geometry(SHAPE))

    def test_an_empty_map_is_a_map(self):
        assert (
            not LabelMap(np.zeros((2, *SHAPE), np.uint8), oblique_geometry(SHAPE))
            .mask(Label.LV)
            .any()
        )

    def test_an_array_of_another_size_than_its_grid_is_refused(self):
        with pytest.raises(ImageError, match="its geometry"):
            LabelMap(np.zeros((2, 3, 20, 20), np.uint8), oblique_geometry(SHAPE))


def test_a_two_chamber_plane_misses_the_right_ventricle_and_no_other_view_does():
    assert View.LAX_2C.structures == (Label.LV, Label.MYO)
    assert {view.structures for view in (View.SAX, View.LAX_3C, View.LAX_4C)} == {FOREGROUND}
