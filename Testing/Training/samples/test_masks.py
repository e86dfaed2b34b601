import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.trust.canvas import Canvas
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Training.datasets.examination import UNKNOWN
from Training.samples.cache import CacheError, read_cache
from Training.samples.masks import MaskStream, expert_canvases

CANVAS = Canvas(size_px=32, spacing_mm=5.0)


@pytest.fixture(scope="module")
def examinations(tmp_path_factory):
    patients = phantom_patient("P0"), phantom_patient("P1", annotated=(Label.LV,))
    return read_cache(write_cache(tmp_path_factory.mktemp("cache"), *patients))


def test_every_slice_with_a_heart_is_a_canvas(examinations):
    full = [e for e in examinations if len(e.annotated) == 3]
    slices = sum(
        int(((phase.labels > 0) & (phase.labels != UNKNOWN)).any(axis=(1, 2)).sum())
        for e in full
        for phase in e.phases
    )
    canvases = expert_canvases(examinations, CANVAS)
    assert canvases.shape == (slices, 32, 32)
    assert set(np.unique(canvases)) <= {0, 1, 2, 3}


def test_a_batch_depends_on_seed_and_number_alone(examinations):
    stream = MaskStream(examinations, CANVAS, seed=3, batch_size=4)
    assert stream.batch(7).shape == (4, 32, 32)
    np.testing.assert_array_equal(stream.batch(7), stream.batch(7))
    assert not np.array_equal(stream.batch(7), stream.batch(8))


def test_masks_are_turned_but_stay_hearts(examinations):
    batch = MaskStream(examinations, CANVAS, seed=3, batch_size=16).batch(0)
    assert (batch == Label.LV).any(axis=(1, 2)).mean() > 0.8
    assert (batch == Label.MYO).any(axis=(1, 2)).mean() > 0.8


def test_without_a_patient_of_whom_all_was_drawn_there_is_nothing_to_learn(examinations):
    partial = [e for e in examinations if len(e.annotated) < 3]
    with pytest.raises(CacheError, match="every structure drawn"):
        expert_canvases(partial, CANVAS)
