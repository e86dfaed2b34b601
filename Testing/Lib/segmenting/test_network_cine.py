from dataclasses import replace

import numpy as np
import pytest
import torch

from CMRSegmentationLib.anatomy.outline import border_of
from CMRSegmentationLib.anatomy.soft_borders import Border
from CMRSegmentationLib.image import CineStack, Label, View
from CMRSegmentationLib.segmenting import network_cine
from CMRSegmentationLib.segmenting.inference import (
    AS_IT_IS,
    AVERAGED,
    Look,
    Predictor,
    load_network,
)
from CMRSegmentationLib.segmenting.network_cine import NetworkCine
from CMRSegmentationLib.segmenting.postprocessing import PostprocessingOptions, labels_of
from CMRSegmentationLib.segmenting.preprocessing import Box
from CMRSegmentationLib.stages import Stages
from Testing.Lib.full_gpu import on_a_full_gpu
from Testing.phantoms import HeartPhantom

WIDE = HeartPhantom(frames=6, slices=5, rows=150, columns=170, es_frame=3)
"""A field of view of 240 × 238 mm: the crop is smaller than the image."""

EMPTY = HeartPhantom(frames=6, slices=5, rows=150, columns=170, es_frame=3, empty_slices=(5, 0))
"""The same body without a heart."""


@pytest.fixture(scope="module")
def network(phantom_bundle):
    return load_network(phantom_bundle)


@pytest.fixture
def predictor(network):
    return Predictor(network, torch.device("cpu"))


def located(stack: CineStack, predictor: Predictor, stages: Stages | None = None) -> NetworkCine:
    return NetworkCine.of(stack, 2.0, predictor, stages or Stages())


def test_the_crop_holds_the_heart_of_every_phase_with_a_margin(predictor):
    images = located(WIDE.cine, predictor)
    assert images.grid.network_yx == (120, 119)
    heart = (
        images.grid.to_network((WIDE.labels.array > 0).any(axis=(0, 1))[None].astype(np.float32))[0]
        > 0.5
    )
    tight = Box.around(heart, margin=5)  # 10 mm
    assert images.box.y0 <= tight.y0 < tight.y1 <= images.box.y1
    assert images.box.x0 <= tight.x0 < tight.x1 <= images.box.x1
    assert np.prod(images.box.shape_yx) < 0.75 * 120 * 119


def test_the_other_frames_run_on_the_crop(predictor):
    images = located(WIDE.cine, predictor)
    probabilities, box = images.predict_cine((0, 2, 3), Stages())
    assert box == images.box
    assert probabilities.shape == (3, 5, 3, *box.shape_yx)


def test_on_the_crop_and_on_the_whole_image_the_heart_is_the_same_size(predictor):
    images = located(WIDE.cine, predictor)
    cropped = labels_of(images.predict_cine((0, 3), Stages())[0])
    whole, box = replace(images, box=None).predict_cine((0, 3), Stages())
    assert box == Box.whole((120, 119))
    for label in (Label.LV, Label.MYO, Label.RV):
        sizes = (cropped == label).sum(), (labels_of(whole) == label).sum()
        assert sizes[0] == pytest.approx(sizes[1], rel=0.2)


def test_a_heart_that_reaches_the_border_of_the_crop_is_seen_on_the_whole_image(predictor):
    images = located(WIDE.cine, predictor)
    box = images.box
    cut = replace(images, box=Box(box.y0, box.y1, box.x0 + 32, box.x1))
    _, used = cut.predict_cine((0,), Stages())
    assert used == Box.whole((120, 119))


def test_a_heart_that_is_found_nowhere_is_looked_for_on_the_whole_image(predictor):
    images = located(EMPTY.cine, predictor)
    assert images.box is None
    _, used = images.predict_cine((1,), Stages())
    assert used == Box.whole((120, 119))


def test_a_brightest_frame_without_a_heart_does_not_hide_it(predictor):
    array = WIDE.cine.array.copy()
    array[0] = EMPTY.cine.array[0] + 1000
    darkest = int(array.sum(axis=(1, 2, 3)).argmin())
    told = []
    images = located(
        CineStack(array, WIDE.geometry), predictor, Stages(lambda *step: told.append(step))
    )
    assert images.box is not None
    assert [step[3] for step in told if step[0] == "localize" and step[3] is not None] == [
        0,
        darkest,
    ]


def test_a_frame_has_the_same_probabilities_whichever_others_are_asked_for(predictor):
    images = located(WIDE.cine, predictor)
    alone, _ = images.predict_cine((3,), Stages())
    together, _ = images.predict_cine((0, 3, 5), Stages())
    np.testing.assert_allclose(alone[0], together[1], atol=1e-5)


def test_the_area_of_the_lv_in_the_middle_slices_falls_to_end_systole(predictor):
    curve = located(WIDE.cine, predictor).mid_lv_curve(Stages())
    # Of 5 slices the middle ones are 1 to 3; a network pixel has 4 mm².
    expected = [sum(WIDE.areas_mm2(t, z)[Label.LV] for z in (1, 2, 3)) / 4.0 for t in range(6)]
    assert np.corrcoef(curve, expected)[0, 1] > 0.99
    assert (curve.argmax(), curve.argmin()) == (0, 3)


def test_a_two_chamber_view_has_no_rv_and_its_probability_is_the_backgrounds(predictor):
    four = located(replace(WIDE.cine, view=View.LAX_4C), predictor)
    two = located(replace(WIDE.cine, view=View.LAX_2C), predictor)
    with_rv, _ = replace(four, box=None).predict_cine((0,), Stages())
    without, _ = replace(two, box=None).predict_cine((0,), Stages())
    assert (labels_of(with_rv) == Label.RV).sum() > 100
    assert not without[:, :, Label.RV - 1].any()
    np.testing.assert_array_equal(without[:, :, : Label.RV - 1], with_rv[:, :, : Label.RV - 1])
    assert (labels_of(without)[labels_of(with_rv) == Label.RV] == 0).mean() > 0.9


def test_in_a_long_axis_a_phase_has_the_same_labels_whichever_others_are_asked_for(predictor):
    heart = HeartPhantom(
        frames=16, slices=1, rows=150, columns=170, es_frame=6, empty_slices=(0, 0)
    )
    images = located(replace(heart.cine, view=View.LAX_4C), predictor)
    rules = PostprocessingOptions.off()
    whole, alone = (
        images.segment(tuple(range(16)), rules, Stages()),
        images.segment((5,), rules, Stages()),
    )
    np.testing.assert_array_equal(alone[0], whole[5])


def test_in_a_long_axis_a_phase_that_failed_is_drawn_as_its_neighbors_are(predictor, monkeypatch):
    heart = HeartPhantom(
        frames=16, slices=1, rows=150, columns=170, es_frame=6, empty_slices=(0, 0)
    )
    original = NetworkCine.predict_cine

    def fails_once(self, frames, stages):
        probabilities, box = original(self, frames, stages)
        probabilities[list(frames).index(3)] *= 0.3
        return probabilities, box

    monkeypatch.setattr(NetworkCine, "predict_cine", fails_once)
    areas = {}
    for view in (View.LAX_4C, View.SAX):
        images = located(replace(heart.cine, view=view), predictor)
        labels = images.segment(tuple(range(16)), PostprocessingOptions.off(), Stages())
        areas[view] = (labels == Label.LV).sum(axis=(1, 2, 3))
    assert areas[View.SAX][3] == 0
    assert areas[View.LAX_4C][3] > 0


def test_an_image_whose_size_the_network_cannot_halve_is_padded_and_cut_back(predictor):
    look = Look(np.zeros((1, 2, 37, 43), np.float32))
    (result,) = network_cine._predict(predictor, [look], None)
    assert result.shape == (1, 2, 3, 37, 43)


class TestFullGpu:
    def test_what_changed_while_the_heart_was_located_holds_for_the_frames_that_follow(
        self, network
    ):
        predictor, full = on_a_full_gpu(network, fits=2, batch_size=8)
        images = NetworkCine.of(WIDE.cine, 2.0, predictor, Stages(), AVERAGED)
        assert predictor.batch_size == 2
        full.batches.clear()
        images.predict_cine((0, 3), Stages())
        assert max(full.batches) == 2
        assert [finding.code for finding in predictor.findings] == ["gpu_memory"]

    def test_a_gpu_that_holds_not_one_slice_is_left_for_good(self, network):
        predictor, full = on_a_full_gpu(network, fits=0, batch_size=8)
        predictor.device = torch.device("meta")  # images sent there hold no values
        images = NetworkCine.of(WIDE.cine, 2.0, predictor, Stages(), AVERAGED)
        assert full.on_cpu
        assert predictor.device == torch.device("cpu")
        probabilities, _ = images.predict_cine((0,), Stages())
        assert (labels_of(probabilities) == Label.LV).any()
        assert "continuing on the CPU" in predictor.findings[0].message

    def test_only_the_frames_that_follow_are_averaged_over_variants(self, predictor, monkeypatch):
        asked = []
        predict = Predictor.predict_all

        def spy(self, looks, report=None, **settings):
            asked.extend(look.variants for look in looks)
            return predict(self, looks, report, **settings)

        monkeypatch.setattr(Predictor, "predict_all", spy)
        images = NetworkCine.of(WIDE.cine, 2.0, predictor, Stages(), AVERAGED)
        images.predict_cine((0,), Stages())
        assert asked == [AS_IT_IS, AVERAGED]


def test_images_that_were_normalized_for_a_box_are_not_normalized_again(predictor):
    images = located(WIDE.cine, predictor)
    first = images.normalized(images.box)
    assert images.normalized(images.box) is first
    whole = images.normalized(Box.whole(images.grid.network_yx))
    assert whole.shape[-2:] == images.grid.network_yx
    np.testing.assert_array_equal(images.normalized(images.box), first)


@pytest.mark.parametrize("turned", [(), (-1,), (-2, -1)])
def test_soft_borders_are_one_half_where_the_labels_change_however_the_image_is_stored(
    predictor, turned
):
    """The network's probabilities alone: most edges of the labels lie between the halves."""
    cine = replace(WIDE.cine, array=np.flip(WIDE.cine.array, turned).copy())
    images = located(cine, predictor)
    segmented = images.segment_and_keep((2, 4), PostprocessingOptions.off(), Stages())
    soft = images.soft_borders(segmented, (2, 4))
    assert soft is not None
    mask = (segmented.labels[1, 2] == Label.LV).astype(np.uint8)
    edges = border_of(mask, Label.LV)
    points = soft.place(4, 2, edges, Border.ENDOCARDIUM)
    moved = np.abs(points - edges).max(axis=1)
    assert moved.max() <= 0.5
    assert np.mean(moved > 0.0) > 0.9


def test_a_long_axis_has_no_soft_borders(predictor):
    images = replace(located(WIDE.cine, predictor), view=View.LAX_4C)
    segmented = images.segment_and_keep((0,), PostprocessingOptions.off(), Stages())
    assert images.soft_borders(segmented, (0,)) is None


def test_without_a_heart_there_are_no_soft_borders(predictor):
    images = located(EMPTY.cine, predictor)
    segmented = images.segment_and_keep((0,), PostprocessingOptions(), Stages())
    assert not segmented.labels.any()
    assert images.soft_borders(segmented, (0,)) is None
