from dataclasses import replace

import numpy as np
import pytest
import torch

from CMRSegmentationLib.image import View
from CMRSegmentationLib.segmenting.inference import Predictor, load_network
from CMRSegmentationLib.segmenting.model import load_bundle
from Testing.bundles import PHANTOM_MODEL
from Testing.phantoms import HeartPhantom
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Training.samples.cache import read_cache
from Training.samples.failures import Failure
from Training.scoring.second_looks import (
    failures_of,
    look_name,
    read_look,
    second_looks,
    write_look,
)

HEART = HeartPhantom(frames=6, slices=5, ed_frame=1, es_frame=4)


@pytest.fixture(scope="module")
def looks(tmp_path_factory):
    cache = write_cache(tmp_path_factory.mktemp("cache"), phantom_patient("P0", phantom=HEART))
    bundle = load_bundle(PHANTOM_MODEL)
    predictor = Predictor(load_network(bundle), torch.device("cpu"))
    return list(second_looks(predictor, bundle.spacing_mm, "phantom", read_cache(cache), 1))


def test_every_phase_is_seen_as_it_is_and_with_a_failure(looks):
    seen = [(look.source.phase, look.source.failure) for look in looks]
    assert [phase for phase, _ in seen] == ["ED", "ED", "ES", "ES"]
    assert seen[0][1] == seen[2][1] == "none"
    assert "none" not in (seen[1][1], seen[3][1])


def test_looks_that_are_known_are_not_taken_again(looks, tmp_path):
    cache = write_cache(tmp_path, phantom_patient("P0", phantom=HEART))
    bundle = load_bundle(PHANTOM_MODEL)
    predictor = Predictor(load_network(bundle), torch.device("cpu"))
    known = [look_name(one.source, one.source.phase, one.source.failure) for one in looks[1:]]
    again = second_looks(predictor, bundle.spacing_mm, "phantom", read_cache(cache), 1, known)
    assert [look.source for look in again] == [looks[0].source]


def test_a_model_that_knows_the_phantoms_draws_them_well(looks):
    pixels = looks[0].pixels.sum(axis=0)
    dice = 2 * pixels[:, 2] / (pixels[:, 0] + pixels[:, 1])
    assert (dice > 0.8).all()


def test_volumes_are_those_of_the_grid(looks):
    look = looks[0]
    predicted_ml = look.pixels[:, 0, 1].sum() * look.source.pixel_ml
    true_ml = (HEART.labels.array[HEART.ed_frame] == 1).sum() * HEART.geometry.voxel_volume_ml
    assert predicted_ml == pytest.approx(true_ml, rel=0.05)


def test_slices_run_from_base_to_apex(looks):
    areas = looks[0].pixels[:, 0, 1]
    assert areas[0] >= areas[-1]


def test_a_look_comes_back_from_its_file(looks, tmp_path):
    write_look(looks[0], tmp_path / "look.npz")
    again = read_look(tmp_path / "look.npz")
    assert again.source == looks[0].source
    np.testing.assert_array_equal(again.seen.labels, looks[0].seen.labels)
    np.testing.assert_array_equal(again.pixels, looks[0].pixels)
    np.testing.assert_allclose(again.seen.images, looks[0].seen.images, atol=5e-3)
    assert len(again.seen.variants.probabilities) == 2


@pytest.fixture(scope="module")
def examination(tmp_path_factory):
    cache = write_cache(tmp_path_factory.mktemp("one"), phantom_patient("P1", phantom=HEART))
    return read_cache(cache)[0]


def test_names_decide_on_the_kinds_of_failure(examination):
    phase = examination.phases[0]
    assert failures_of(examination, phase, 3) == failures_of(examination, phase, 3)
    assert len(failures_of(examination, phase, 3)) == 4
    assert failures_of(examination, phase, None) == list(Failure)
    assert failures_of(examination, phase, 0) == [Failure.NONE]


def test_a_single_slice_keeps_its_place(examination):
    phase = replace(examination.phases[0], image=examination.phases[0].image[:1])
    kinds = failures_of(examination, phase, None)
    assert not {Failure.MISSING_SLICES, Failure.SWAPPED_SLICES} & set(kinds)
    assert len(kinds) == len(Failure) - 2


def test_what_a_view_does_not_show_is_not_judged(examination):
    bundle = load_bundle(PHANTOM_MODEL)
    predictor = Predictor(load_network(bundle), torch.device("cpu"))
    plane = replace(examination, view=View.LAX_2C)
    look = next(second_looks(predictor, bundle.spacing_mm, "phantom", [plane], 0))
    assert look.source.annotated == ("LV", "MYO")
