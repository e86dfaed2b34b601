import dataclasses

import numpy as np
import pytest

from Testing.phantoms import BLOOD, MUSCLE, HeartPhantom
from Training.samples.augmentation import (
    Appearance,
    AugmentationConfig,
    Geometric,
    add_ghosts,
    apply_appearance,
    apply_geometric,
    dark_bands,
    lower_resolution,
    match_histogram,
    mix_amplitude,
    sample_appearance,
    sample_geometric,
    windowed,
)

OFF = AugmentationConfig.off()
STRAIGHT = Geometric(np.eye(2), None, "zeros")
PROBABILITIES = [
    f.name for f in dataclasses.fields(AugmentationConfig) if f.name.endswith("_probability")
]
DRAWN_BY = {
    "monotone_probability": "monotone",
    "gamma_probability": "gamma",
    "contrast_probability": "contrast",
    "bias_field_probability": "bias_field",
    "noise_probability": "noise",
    "blur_probability": "blur_px",
    "low_resolution_probability": "low_resolution",
    "histogram_probability": "match_histogram",
    "amplitude_probability": "mix_amplitude",
    "ghost_probability": "ghost",
    "band_probability": "band",
    "window_probability": "window",
}


def crop(planes, geometric=STRAIGHT, *, center=(20.0, 24.0), spacing=(1.6, 1.4), size=15, to=1.5):
    return apply_geometric(
        planes, geometric, center_yx_px=center, spacing_yx_mm=spacing, size_px=size, spacing_mm=to
    )  # fmt: skip


def ramp(rows=41, columns=49):
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    return (2 * y + 3 * x)[None]


def picture(seed=0, size=32):
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 1, (size, size)).astype(np.float32)


def nothing(**changes):
    names = [f.name for f in dataclasses.fields(Appearance)]
    return Appearance(**(dict.fromkeys(names) | {"invert_gamma": False} | changes))


def same(a, b):
    return all(
        np.array_equal(x, y) if isinstance(x, np.ndarray) else x == y
        for x, y in ((getattr(a, f.name), getattr(b, f.name)) for f in dataclasses.fields(a))
    )


class TestDrawing:
    @pytest.mark.parametrize("draw", [sample_geometric, sample_appearance])
    def test_the_same_seed_draws_the_same_and_another_seed_another(self, draw):
        config = AugmentationConfig()
        assert same(draw(np.random.default_rng(5), config), draw(np.random.default_rng(5), config))
        assert not same(
            draw(np.random.default_rng(5), config), draw(np.random.default_rng(6), config)
        )

    def test_what_is_off_for_an_ablation_covers_every_probability(self):
        off = AugmentationConfig.off()
        assert {getattr(off, name) for name in PROBABILITIES} == {0.0}
        assert off.normalization_jitter == (0.0, 0.0)

    def test_either_geometry_or_appearance_can_be_switched_off_alone(self):
        moved = AugmentationConfig.off(geometry=False)
        assert (moved.rotation_probability, moved.gamma_probability) == (1.0, 0.0)
        recolored = AugmentationConfig.off(appearance=False)
        assert (recolored.rotation_probability, recolored.gamma_probability) == (0.0, 0.35)

    @pytest.mark.parametrize("name", DRAWN_BY)
    def test_each_appearance_change_can_be_switched_off_and_on(self, name):
        for probability in (0.0, 1.0):
            config = dataclasses.replace(AugmentationConfig(), **{name: probability})
            drawn = [
                getattr(sample_appearance(np.random.default_rng(i), config), DRAWN_BY[name])
                for i in range(40)
            ]
            assert all((value is not None) == (probability == 1.0) for value in drawn)

    def test_without_rotation_mirror_and_scale_the_matrix_is_the_identity(self):
        drawn = [sample_geometric(np.random.default_rng(i), OFF) for i in range(20)]
        assert all(np.array_equal(g.matrix, np.eye(2)) and g.displacement_mm is None for g in drawn)

    def test_a_rotation_alone_keeps_lengths_and_a_mirror_alone_flips_the_orientation(self):
        rotated = dataclasses.replace(OFF, rotation_probability=1.0)
        mirrored = dataclasses.replace(OFF, mirror_probability=1.0)
        a = sample_geometric(np.random.default_rng(0), rotated).matrix
        b = sample_geometric(np.random.default_rng(0), mirrored).matrix
        assert np.allclose(a @ a.T, np.eye(2))
        assert np.linalg.det(a) == pytest.approx(1)
        assert not np.allclose(a, np.eye(2))
        assert np.linalg.det(b) == pytest.approx(-1)

    def test_scales_stay_in_their_range(self):
        config = dataclasses.replace(OFF, scale_probability=1.0)
        areas = [
            abs(np.linalg.det(sample_geometric(np.random.default_rng(i), config).matrix))
            for i in range(300)
        ]
        assert 1 / 1.4**2 <= min(areas) < 0.6
        assert 1.8 < max(areas) <= 1 / 0.7**2

    def test_elastic_displacement_has_the_standard_deviation_asked_for(self):
        config = dataclasses.replace(OFF, elastic_probability=1.0, elastic_mm=3.0)
        values = [
            sample_geometric(np.random.default_rng(i), config).displacement_mm.ravel()
            for i in range(50)
        ]
        assert np.concatenate(values).std() == pytest.approx(3.0, rel=0.1)

    def test_a_bulge_has_the_radius_and_strength_asked_for(self):
        config = dataclasses.replace(
            OFF, bulge_probability=1.0, bulge_mm=(20.0, 30.0), bulge_strength=(-0.3, 0.4)
        )
        drawn = [sample_geometric(np.random.default_rng(i), config).bulge for i in range(50)]
        assert all(
            20 <= radius <= 30 and -0.3 <= strength <= 0.4 for _, _, radius, strength in drawn
        )
        assert sample_geometric(np.random.default_rng(0), OFF).bulge is None

    def test_a_drawn_monotone_map_rises_from_0_to_1(self):
        config = dataclasses.replace(AugmentationConfig(), monotone_probability=1.0)
        for i in range(30):
            knots = sample_appearance(np.random.default_rng(i), config).monotone
            assert (knots[0], knots[-1]) == pytest.approx((0, 1))
            assert np.diff(knots).min() > 0


class TestGeometry:
    def test_with_all_off_at_native_spacing_the_crop_is_the_source(self):
        image = picture(size=41)[None]
        geometric = sample_geometric(np.random.default_rng(3), OFF)
        got = crop(image, geometric, center=(20, 20), spacing=(1.4, 1.4), to=1.4, size=11)
        assert np.allclose(got, image[:, 15:26, 15:26], atol=1e-4)

    def test_a_slope_is_resampled_exactly(self):
        """Pixel (i, j) lies (i − 7) · 1.5 mm below and (j − 7) · 1.5 mm right of the center."""
        i, j = np.mgrid[:15, :15]
        expected = 2 * (20 + (i - 7) * 1.5 / 1.6) + 3 * (24 + (j - 7) * 1.5 / 1.4)
        assert np.allclose(crop(ramp())[0], expected, atol=1e-3)

    def test_a_quarter_turn_and_a_mirror_are_those_of_numpy(self):
        image = picture(size=41)[None]
        native = {"center": (20, 20), "spacing": (1.4, 1.4), "to": 1.4, "size": 41}
        quarter = Geometric(np.array([[0.0, -1.0], [1.0, 0.0]]), None, "zeros")
        mirror = Geometric(np.diag([1.0, -1.0]), None, "zeros")
        assert np.allclose(crop(image, quarter, **native)[0], np.rot90(image[0], -1), atol=1e-4)
        assert np.allclose(crop(image, mirror, **native)[0], np.fliplr(image[0]), atol=1e-4)

    def test_half_the_matrix_is_twice_the_magnification(self):
        twice = Geometric(np.eye(2) / 2, None, "zeros")
        assert np.allclose(crop(ramp(), twice, to=1.4), crop(ramp(), to=0.7), atol=1e-3)

    def test_a_constant_displacement_shifts_the_crop(self):
        shift = Geometric(
            np.eye(2),
            np.stack([np.full((4, 4), 3.2), np.zeros((4, 4))]).astype(np.float32),
            "zeros",
        )
        assert np.allclose(crop(ramp(), shift), crop(ramp(), center=(22.0, 24.0)), atol=1e-3)

    @pytest.mark.parametrize("strength", [-0.5, 0.5])
    def test_a_bulge_magnifies_its_middle_and_leaves_what_is_far(self, strength):
        """At the center of the bulge the crop has a slope of 3 × (1 − strength) per mm.

        The slope along x is 3 per pixel of 1 mm.
        """
        grid = {"center": (80.0, 100.0), "spacing": (1.0, 1.0), "size": 121, "to": 1.0}
        bulge = Geometric(np.eye(2), None, "zeros", (0.0, 0.0, 10.0, strength))
        bulged = crop(ramp(161, 201), bulge, **grid)[0]
        straight = crop(ramp(161, 201), **grid)[0]
        assert bulged[60, 61] - bulged[60, 60] == pytest.approx(3 * (1 - strength), abs=0.03)
        assert np.abs(bulged - straight)[:, :10].max() < 1e-3
        assert (np.diff(bulged[60]) > 0).all()

    def test_outside_the_image_lie_zeros_or_the_border(self):
        corner = {"center": (0.0, 0.0), "size": 9}
        zeros = crop(ramp() + 5, **corner)[0]
        border = crop(ramp() + 5, Geometric(np.eye(2), None, "border"), **corner)[0]
        assert zeros[0, 0] == 0
        assert border[0, 0] == pytest.approx(5, abs=1e-3)

    @pytest.mark.parametrize("seed", range(4))
    def test_labels_follow_the_image(self, seed):
        phantom = HeartPhantom(frames=1, slices=3, noise=0.0)
        image, labels = phantom.cine.array[0, 1], phantom.labels.array[0, 1]
        planes = np.stack([image, labels == 1, labels == 2, labels == 3]).astype(np.float32)
        config = dataclasses.replace(AugmentationConfig(), elastic_probability=1.0)
        drawn = sample_geometric(np.random.default_rng(seed), config)
        got = crop(planes, drawn, center=(48, 56), size=96, to=1.4)
        for plane, intensity in zip(got[1:], (BLOOD, MUSCLE, BLOOD), strict=True):
            assert plane.max() > 0.99
            assert np.allclose(got[0][plane > 0.99], intensity, atol=3)

    def test_applying_twice_gives_the_same(self):
        drawn = sample_geometric(
            np.random.default_rng(1), AugmentationConfig(elastic_probability=1.0)
        )
        assert np.array_equal(crop(ramp(), drawn), crop(ramp(), drawn))


class TestAppearance:
    def test_with_all_off_the_image_is_unchanged(self):
        drawn = sample_appearance(np.random.default_rng(0), OFF)
        assert np.array_equal(apply_appearance(picture(), drawn, picture(1)), picture())

    def test_applying_twice_gives_the_same_noise_included(self):
        config = AugmentationConfig(**dict.fromkeys(DRAWN_BY, 1.0))
        drawn = sample_appearance(np.random.default_rng(0), config)
        first, second = (apply_appearance(picture(), drawn, picture(1)) for _ in range(2))
        assert np.array_equal(first, second)
        assert not np.allclose(first, picture())

    def test_amplitude_mixing_of_strength_0_or_with_itself_changes_nothing(self):
        assert np.allclose(mix_amplitude(picture(), picture(1), 0.1, 0.0), picture(), atol=1e-5)
        assert np.allclose(mix_amplitude(picture(), picture(), 0.1, 1.0), picture(), atol=1e-5)

    def test_amplitude_mixing_of_full_strength_takes_over_the_mean(self):
        mixed = mix_amplitude(picture(), 0.5 * picture(1), 0.05, 1.0)
        assert mixed.mean() == pytest.approx(0.5 * picture(1).mean(), rel=1e-4)

    def test_histogram_matching_with_itself_or_of_strength_0_changes_nothing(self):
        assert np.allclose(match_histogram(picture(), picture(), 1.0), picture(), atol=5e-3)
        assert np.allclose(match_histogram(picture(), picture(1), 0.0), picture(), atol=1e-6)

    def test_histogram_matching_takes_over_mean_and_spread(self):
        other = 0.3 + 0.2 * picture(1)
        matched = match_histogram(picture(), other, 1.0)
        assert matched.mean() == pytest.approx(other.mean(), abs=0.01)
        assert matched.std() == pytest.approx(other.std(), abs=0.01)

    def test_a_monotone_map_keeps_the_order_of_intensities(self):
        knots = np.array([0.0, 0.1, 0.7, 1.0], np.float32)
        values = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
        mapped = apply_appearance(values, nothing(monotone=knots), None)
        assert np.diff(mapped.ravel()).min() > 0
        assert apply_appearance(
            np.full((1, 1), 1 / 3, np.float32), nothing(monotone=knots), None
        ) == pytest.approx(0.1)

    def test_gamma_and_its_inverted_form_act_on_opposite_ends(self):
        quarter = np.full((2, 2), 0.25, np.float32)
        assert apply_appearance(quarter, nothing(gamma=2.0), None)[0, 0] == pytest.approx(0.0625)
        inverted = apply_appearance(quarter, nothing(gamma=2.0, invert_gamma=True), None)
        assert inverted[0, 0] == pytest.approx(1 - 0.75**2)

    def test_contrast_stretches_about_the_mean(self):
        image = np.array([[0.2, 0.6]], np.float32)
        assert apply_appearance(image, nothing(contrast=(0.5, 0.1)), None).tolist()[
            0
        ] == pytest.approx([0.4, 0.6])

    def test_a_bias_field_of_zero_changes_nothing_and_any_other_keeps_signs(self):
        flat, wavy = (
            np.zeros((3, 3), np.float32),
            np.random.default_rng(0).normal(0, 1, (3, 3)).astype(np.float32),
        )
        assert np.allclose(apply_appearance(picture(), nothing(bias_field=flat), None), picture())
        assert (apply_appearance(picture() + 0.1, nothing(bias_field=wavy), None) > 0).all()

    def test_noise_has_its_standard_deviation(self):
        image = np.zeros((200, 200), np.float32)
        assert apply_appearance(image, nothing(noise=(0.05, 3)), None).std() == pytest.approx(
            0.05, rel=0.02
        )

    def test_blur_and_lower_resolution_keep_a_constant_and_calm_noise(self):
        constant = np.full((32, 32), 0.4, np.float32)
        for change in (nothing(blur_px=1.0), nothing(low_resolution=0.5)):
            assert np.allclose(apply_appearance(constant, change, None), 0.4, atol=1e-5)
            assert apply_appearance(picture(), change, None).std() < 0.7 * picture().std()

    def test_an_image_of_eight_pixels_is_not_made_smaller(self):
        assert lower_resolution(picture(size=8), 0.5).shape == (8, 8)


class TestArtifacts:
    def test_ghosts_are_copies_shifted_along_the_phase_axis(self):
        image = np.zeros((32, 32), dtype=np.float32)
        image[4, 9] = 1.0
        ghosts = add_ghosts(image, axis=0, strength=0.2, count=2)
        assert ghosts[4, 9] == 1.0
        assert ghosts[20, 9] == pytest.approx(0.2)
        assert np.count_nonzero(ghosts) == 2

    def test_bands_darken_lines_and_leave_what_lies_between(self):
        """Across the rows with a period of half of them: the middles lie at rows 0, 32 and 64."""
        bands = dark_bands((64, 48), angle=0.0, period=0.5, phase=0.0, depth=0.6)
        assert bands[0, 0] == pytest.approx(0.4)
        assert bands[32, 17] == pytest.approx(0.4)
        assert bands[16].min() == pytest.approx(1.0)

    def test_a_window_cuts_off_and_leaves_few_gray_levels(self):
        seen = windowed(picture(), low=10.0, high=90.0, levels=32)
        assert (seen.min(), seen.max()) == (0.0, 1.0)
        assert len(np.unique(seen)) <= 32
        assert np.mean(seen == 0) == pytest.approx(0.1, abs=0.03)

    def test_slices_of_a_window_have_their_own_noise_and_share_the_rest(self):
        appearance = nothing(noise=(0.1, 7), gamma=1.2)
        assert appearance.of_slice(0) is appearance
        other = appearance.of_slice(2)
        assert other.noise == (0.1, 9)
        assert other.gamma == 1.2
