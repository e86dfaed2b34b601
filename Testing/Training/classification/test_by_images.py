from dataclasses import replace

import numpy as np
import pytest
import torch

from CMRSegmentationLib.image import FOREGROUND, Label
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Training.classification.by_images import (
    ImageConfig,
    image_of,
    learned,
    of_common_structures,
    probabilities,
)
from Training.samples.cache import read_cache

SMALL = ImageConfig(network="inception", size_px=32, spacing_mm=4.0, epochs=4, batch_size=4)


@pytest.fixture(scope="module")
def examination(tmp_path_factory):
    return read_cache(write_cache(tmp_path_factory.mktemp("cache"), phantom_patient("P0")))[0]


def test_an_image_has_three_slices_of_both_phases_about_the_heart(examination):
    image = image_of(examination, SMALL)
    assert image.shape == (6, 32, 32)
    assert np.array_equal(image, image_of(examination, SMALL))
    changed = image_of(examination, SMALL, np.random.default_rng(3))
    assert not np.array_equal(image, changed)


def test_a_missing_phase_is_named(examination):
    with pytest.raises(ValueError, match="Expected the phase ES of P0"):
        image_of(replace(examination, phases=examination.phases[:1]), SMALL)


def test_training_is_repeatable_and_gives_probabilities(examination):
    dark = replace(
        examination,
        phases=tuple(replace(p, image=255 - p.image) for p in examination.phases),
    )
    patients, classes = [examination, dark] * 4, np.array([0, 1] * 4)
    networks = [learned(patients, classes, 2, SMALL, torch.device("cpu")) for _ in range(2)]
    found = [probabilities(n, [examination, dark], SMALL, torch.device("cpu")) for n in networks]
    assert np.array_equal(*found)
    assert found[0].shape == (2, 2)
    assert found[0].sum(axis=1) == pytest.approx(np.ones(2), abs=1e-5)


def test_a_crop_does_not_tell_which_structures_were_drawn(examination):
    """Sunnybrook (GE) has the left ventricle alone, beside whose center lies that of all."""
    partly = replace(
        examination,
        annotated=(Label.LV,),
        phases=tuple(
            replace(p, labels=np.where(p.labels == Label.LV, p.labels, np.uint8(0)))
            for p in examination.phases
        ),
    )
    assert not np.array_equal(image_of(examination, SMALL), image_of(partly, SMALL))
    whole, same = of_common_structures([examination, partly])
    assert whole.annotated == same.annotated == (Label.LV,)
    assert np.array_equal(image_of(whole, SMALL), image_of(same, SMALL))
    (alone,) = of_common_structures([examination])
    assert alone.annotated == FOREGROUND
    assert np.array_equal(image_of(alone, SMALL), image_of(examination, SMALL))
