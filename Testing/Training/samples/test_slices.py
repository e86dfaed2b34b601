from dataclasses import replace

import numpy as np
import pytest
import torch

from CMRSegmentationLib.image import Label, View
from Testing.phantoms import HeartPhantom
from Testing.Training.cached_phantoms import TINY, phantom_patient, write_cache
from Training.datasets.examination import UNKNOWN, Examination, LabeledPhase
from Training.datasets.reformatting import LabeledStack
from Training.samples.augmentation import AugmentationConfig
from Training.samples.cache import CacheError, read_cache, read_examination, write_examination
from Training.samples.slices import (
    BatchStream,
    SamplingConfig,
    collect_stacks,
    shifted_centers,
    slice_gains,
)

OFF = AugmentationConfig.off()
SMALL = SamplingConfig(spacing_mm=3.2, crops=((32, 3), (48, 2)), size_multiple=8)
CENTERED = SamplingConfig(
    spacing_mm=3.2, crops=((48, 4),), heart_probability=1.0, heart_jitter_mm=0.0
)


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    return read_cache(write_cache(tmp_path_factory.mktemp("cache")))


def stream(examinations, sampling=SMALL, augmentation=None, *, seed=7, length=6, **settings):
    return BatchStream(
        examinations,
        sampling,
        augmentation or AugmentationConfig(),
        seed=seed,
        length=length,
        **settings,
    )


def test_every_slice_of_every_phase_is_collected_with_its_in_plane_spacing(four):
    stacks = collect_stacks(four)
    assert [[len(stack) for stack in patient] for patient in stacks] == [[3, 3]] * 4
    assert stacks[0][0][0].spacing_yx_mm == pytest.approx((3.4, 3.2))


def test_the_heart_lies_at_the_mean_of_its_pixels_or_of_the_stack_where_a_slice_has_none(four):
    empty_base, middle = collect_stacks(four)[0][0][:2]
    ys, xs = np.nonzero(TINY.labels.array[0, 1])
    assert not empty_base.labels.any()
    assert middle.heart_yx_px == pytest.approx((ys.mean(), xs.mean()))
    assert empty_base.heart_yx_px == pytest.approx((ys.mean(), xs.mean()))


def test_without_any_label_the_middle_stands_for_the_heart(tmp_path):
    nobody = phantom_patient(
        "P0", phantom=HeartPhantom(frames=2, slices=2, rows=21, columns=31, es_frame=1)
    )
    (examination,) = read_cache(write_cache(tmp_path, nobody))
    assert collect_stacks([examination])[0][0][0].heart_yx_px == (10, 15)


def test_a_pixel_that_nobody_labeled_belongs_to_no_class_and_not_to_the_heart(four):
    phase = four[0].phases[0]
    phase.labels[:, :3], before = UNKNOWN, phase.labels.copy()
    try:
        target = stream(four[:1], CENTERED, OFF)[0].target
        center = collect_stacks(four[:1])[0][0][1].heart_yx_px
        ys, _ = np.nonzero(np.isin(phase.labels[1], (Label.LV, Label.MYO, Label.RV)))
    finally:
        phase.labels[...] = before
    sums = target.sum(dim=1)
    assert set(np.unique(sums)) <= {0.0, 1.0}
    assert center[0] == pytest.approx(ys.mean())


def test_a_batch_depends_on_seed_and_number_alone(four):
    a, b = stream(four), stream(four)
    b[0], b[4]
    for number in (3, 1):
        assert torch.equal(a[number].images, b[number].images)
        assert torch.equal(a[number].target, b[number].target)
    assert not torch.equal(a[1].images, stream(four, seed=8)[1].images)
    assert not torch.equal(a[1].images, a[3].images)


def test_a_longer_run_starts_with_the_same_batches(four):
    assert torch.equal(stream(four, length=3)[2].images, stream(four, length=30)[2].images)


def test_sizes_of_crops_and_batches_take_turns(four):
    shapes = [tuple(stream(four)[number].images.shape) for number in range(3)]
    assert shapes == [(3, 1, 32, 32), (2, 1, 48, 48), (3, 1, 32, 32)]


def test_coarse_batches_come_first_with_the_same_field_of_view(four):
    """32 px of 3.2 mm are 102 mm: 16 px of 6.4 mm."""
    sampling = SamplingConfig(
        3.2, ((32, 1),), coarse_batches=2, coarse_spacing_mm=6.4, size_multiple=8
    )
    sizes = [stream(four, sampling)[number].images.shape[-1] for number in range(4)]
    assert sizes == [16, 16, 32, 32]


def test_the_batch_beyond_the_last_is_refused(four):
    with pytest.raises(IndexError):
        stream(four, length=2)[2]


def test_targets_are_one_class_a_pixel_and_images_are_normalized(four):
    inside = SamplingConfig(3.2, ((16, 2),), heart_probability=1.0, heart_jitter_mm=0.0)
    batch = stream(four, inside, OFF)[0]
    assert torch.equal(batch.target.sum(dim=1), torch.ones(2, 16, 16))
    assert set(batch.target.unique().tolist()) <= {0.0, 1.0}
    for image in batch.images:
        assert float(image.mean()) == pytest.approx(0, abs=1e-4)
        assert float(image.std()) == pytest.approx(1, abs=0.01)


def test_a_centered_crop_holds_the_whole_heart(four):
    batch = stream(four, CENTERED, OFF)[0]
    for target in batch.target.argmax(dim=1).numpy():
        if target.any():
            ys, xs = np.nonzero(target)
            assert (ys.mean(), xs.mean()) == pytest.approx((23.5, 23.5), abs=1.0)


def test_labels_follow_the_image_through_augmentation(tmp_path):
    phantom = HeartPhantom(
        frames=2,
        slices=3,
        rows=60,
        columns=70,
        spacing_zyx_mm=(10.0, 2.2, 2.0),
        noise=0.0,
        es_frame=1,
    )
    examinations = read_cache(write_cache(tmp_path, phantom_patient("P1", phantom=phantom)))
    sampling = SamplingConfig(
        spacing_mm=2.0, crops=((64, 6),), heart_probability=1.0, heart_jitter_mm=4.0
    )
    batch = stream(examinations, sampling, AugmentationConfig.off(geometry=False))[0]
    classes = batch.target.argmax(dim=1)
    checked = 0
    for image, target in zip(batch.images[:, 0], classes, strict=True):
        inside = [
            image[target == label].median()
            for label in (Label.LV, Label.MYO, Label.RV)
            if (target == label).any()
        ]
        if len(inside) == 3:
            assert inside[1] < min(inside[0], inside[2]) - 1.0
            checked += 1
    assert checked >= 2


def test_structures_that_were_not_drawn_are_unknown(tmp_path):
    lv_only = phantom_patient("P1", "GE", annotated=(Label.LV,))
    examinations = read_cache(write_cache(tmp_path, lv_only))
    assert stream(examinations)[0].known.tolist() == [[True, True, False, False]] * 3


def test_vendors_are_drawn_by_their_share_whatever_their_number_of_patients(four):
    """Three Siemens patients and one of GE, at 60 and 40 %."""
    sampling = SamplingConfig(3.2, ((32, 1),), domain_weights=(("Siemens", 0.6), ("GE", 0.4)))
    balanced = stream(four, sampling)
    assert balanced.probabilities.tolist() == pytest.approx([0.2, 0.2, 0.2, 0.4])
    places = (balanced._sample_place(np.random.default_rng(i)) for i in range(2000))
    vendors = [stack[position].vendor for stack, position in places]
    assert vendors.count("GE") / 2000 == pytest.approx(0.4, abs=0.04)


def test_a_vendor_without_a_share_of_its_own_weighs_1(four):
    sampling = SamplingConfig(3.2, ((32, 1),), domain_weights=(("GE", 1.0),))
    assert stream(four, sampling).probabilities.tolist() == pytest.approx([1 / 6] * 3 + [1 / 2])


def test_a_data_set_with_a_share_of_its_own_does_not_count_with_its_vendor(tmp_path):
    """One Siemens patient of another data set at half of the samples; both are Siemens."""
    folder = write_cache(
        tmp_path, phantom_patient("P0"), phantom_patient("P1"), phantom_patient("Q", dataset="own")
    )
    sampling = SamplingConfig(3.2, ((32, 1),), domain_weights=(("own", 0.5), ("Siemens", 0.5)))
    assert stream(read_cache(folder), sampling).probabilities.tolist() == pytest.approx(
        [0.5, 0.25, 0.25]
    )


def test_two_processes_share_a_batch_without_overlap(four):
    whole = stream(four)[0].images
    parts = [stream(four, rank=rank, world_size=2)[0].images for rank in (0, 1)]
    assert torch.equal(parts[0], whole[0::2])
    assert torch.equal(parts[1], whole[1::2])


def cut_plane(folder, view):
    """A long-axis plane as it is in the cache, beyond whose base and apex nobody labeled."""
    heart = HeartPhantom(frames=1, noise=0.0, empty_slices=(1, 0))
    stack = LabeledStack(
        LabeledPhase("ED", 0, heart.cine.array[0], heart.labels.array[0], heart.geometry)
    )
    plane = stack.cut(stack.angles()[view])
    examination = Examination(
        "P1", "acdc_lax", "Siemens", view, lambda: (plane,), annotated=view.structures
    )
    return read_examination(write_examination(examination, folder))


@pytest.mark.parametrize(
    ("painted", "view", "grows"),
    [
        ("atria", View.LAX_4C, True),
        ("atria", View.LAX_2C, True),
        ("atria", View.LAX_3C, False),
        ("outflow", View.LAX_3C, True),
        ("outflow", View.LAX_4C, False),
        ("apex", View.LAX_4C, True),
        ("apex", View.LAX_2C, True),
        ("apex", View.LAX_3C, True),
    ],
)
def test_what_is_labeled_grows_where_it_is_painted(tmp_path, painted, view, grows):
    known = {}
    for probability in (0.0, 1.0):
        chance = {f"{painted}_probability": probability}
        augmentation = replace(AugmentationConfig.off(), **chance)
        batch = stream([cut_plane(tmp_path, view)], CENTERED, augmentation)[0]
        known[probability] = batch.target.sum(dim=1).mean()
    assert (known[1.0] > known[0.0] + 0.05) == grows


def test_nothing_is_painted_on_a_short_axis(four):
    painting = replace(
        AugmentationConfig.off(),
        atria_probability=1.0,
        outflow_probability=1.0,
        apex_probability=1.0,
    )
    assert torch.equal(
        stream(four, CENTERED, painting)[0].images, stream(four, CENTERED, OFF)[0].images
    )


class TestWindows:
    NEIGHBORS = SamplingConfig(
        3.2, ((32, 7),), windows=(3, 1), skip_probability=0.0, missing_probability=0.0
    )

    def test_a_batch_holds_about_as_many_slices_whatever_the_window(self, four):
        batches = [stream(four, self.NEIGHBORS)[number] for number in (0, 1)]
        assert [len(batch.images) for batch in batches] == [6, 7]
        assert batches[0].neighbors.tolist() == [[0, 1], [0, 2], [1, 2], [3, 4], [3, 5], [4, 5]]
        assert batches[1].neighbors is None

    def test_processes_share_the_windows_of_a_batch_and_what_their_slices_see(self, four):
        """Four windows of three slices, two for each process, half of the neighbors missing."""
        sampling = replace(self.NEIGHBORS, crops=((32, 12),), missing_probability=0.5)
        whole = stream(four, sampling)[0].neighbors.reshape(4, 6)
        parts = [
            stream(four, sampling, rank=rank, world_size=2)[0].neighbors.reshape(2, 6)
            for rank in (0, 1)
        ]
        for rank, part in enumerate(parts):
            for place in (0, 1):
                first = whole[rank + 2 * place] - 3 * (rank + 2 * place)
                assert (part[place] - 3 * place).tolist() == first.tolist()

    def test_slices_lie_off_each_other_by_what_breath_holds_differ(self, four):
        """The phantoms' pixels measure 3.4 × 3.2 mm."""
        sources = collect_stacks(four)[0][0] * 200
        off = replace(OFF, slice_shift_probability=0.0)
        rng = np.random.default_rng(3)
        assert set(shifted_centers(rng, (20.0, 24.0), sources, off)) == {(20.0, 24.0)}
        moved = replace(OFF, slice_shift_probability=1.0, slice_shift_mm=5.0)
        centers = np.array(shifted_centers(rng, (20.0, 24.0), sources, moved))
        assert centers.mean(axis=0) == pytest.approx((20.0, 24.0), abs=0.2)
        assert centers.std(axis=0) == pytest.approx((5.0 / 3.4, 5.0 / 3.2), rel=0.1)

    def test_gains_change_the_brightness_of_slices_within_a_window(self, four):
        gains = slice_gains(np.random.default_rng(1), 4, AugmentationConfig(slice_gain=0.5))
        assert gains.shape == (4, 1, 1)
        assert len(np.unique(gains)) == 4
        alone = slice_gains(np.random.default_rng(1), 1, AugmentationConfig(slice_gain=0.5))
        assert alone.tolist() == [[[1.0]]]

    def test_windows_of_no_slice_are_refused(self):
        with pytest.raises(ValueError, match="one slice or more"):
            SamplingConfig(windows=(5, 0))


@pytest.mark.parametrize("name", ["synthesis", "style"])
def test_images_of_labels_and_of_another_style_are_repeatable_and_off_by_default(name, four):
    changed = replace(AugmentationConfig.off(), **{f"{name}_probability": 1.0})
    plain = stream(four, augmentation=AugmentationConfig.off())[0]
    first, again = (stream(four, augmentation=changed)[0] for _ in range(2))
    assert torch.equal(first.images, again.images)
    assert not torch.equal(first.images, plain.images)
    assert torch.isfinite(first.images).all()


def test_weights_that_leave_nobody_are_refused_by_name(four):
    sampling = replace(SMALL, domain_weights=(("Siemens", 0.0),))
    with pytest.raises(CacheError, match=r"sampling\.domain_weights, found those of Siemens alone"):
        stream(four[:2], sampling)
