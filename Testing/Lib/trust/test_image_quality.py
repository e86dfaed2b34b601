import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.trust.image_quality import quality_rows

SIZE = 64


@pytest.fixture
def plane():
    """(1, Y, X) labels of a bright square, and its image."""
    labels = np.zeros((1, SIZE, SIZE), np.uint8)
    labels[0, 20:40, 20:40] = Label.LV
    return labels, (labels == Label.LV).astype(np.float32) * 2.0


def test_noise_is_measured_whatever_the_image_shows(plane):
    labels, image = plane
    noise = np.random.default_rng(0).normal(0, 0.3, image.shape).astype(np.float32)
    assert quality_rows(image + noise, labels)["noise"][0] == pytest.approx([0.3] * 3, rel=0.1)
    assert quality_rows(image, labels)["noise"][0] == pytest.approx([0.0] * 3)


def test_a_contour_on_an_edge_has_more_of_a_step_than_one_beside_it(plane):
    labels, image = plane
    beside = np.roll(labels, 6, axis=2)
    assert quality_rows(image, labels)["edge"][0, 0] > 2 * quality_rows(image, beside)["edge"][0, 0]


def test_a_structure_that_is_not_drawn_has_no_edge(plane):
    labels, image = plane
    assert quality_rows(image, labels)["edge"][0].tolist()[1:] == [0.0, 0.0]


@pytest.mark.parametrize("shape", [(1, 1, 40), (1, 40, 2), (1, 1, 1)])
def test_an_image_too_thin_to_have_neighbors_has_nothing_of_it(shape):
    rows = quality_rows(np.ones(shape, np.float32), np.zeros(shape, np.uint8))
    assert [values.tolist() for values in rows.values()] == [[[0.0] * 3]] * 3


def test_detail_is_what_rises_above_the_noise(plane):
    labels, _ = plane
    rng = np.random.default_rng(0)
    stripes = np.tile(np.repeat([0.0, 1.0], 4), SIZE // 8).astype(np.float32)
    noise = rng.normal(0, 0.1, (1, SIZE, SIZE)).astype(np.float32)
    striped = quality_rows(noise + stripes, labels)["detail"][0, 0]
    assert striped > 2 * quality_rows(noise, labels)["detail"][0, 0]
