import numpy as np
import pytest

from Training.samples.style import bands, transfer_style


def texture(seed, spread, shape=(64, 72)):
    rng = np.random.default_rng(seed)
    return np.clip(0.5 + spread * rng.standard_normal(shape), 0, 1).astype(np.float32)


def test_bands_sum_to_the_image():
    image = texture(0, 0.1)
    assert sum(bands(image)) == pytest.approx(image, abs=1e-6)


def test_fine_detail_gets_the_spread_of_the_other_image():
    image, other = texture(0, 0.1), texture(1, 0.05, (80, 40))
    changed = transfer_style(image, other, 1.0)
    assert bands(changed)[0].std() == pytest.approx(bands(other)[0].std(), rel=0.05)


def test_half_the_strength_is_half_the_way_by_orders_of_magnitude():
    image, other = texture(0, 0.12), texture(1, 0.06)
    fine = [bands(transfer_style(image, other, s))[0].std() for s in (0.0, 0.5, 1.0)]
    assert fine[1] == pytest.approx(np.sqrt(fine[0] * fine[2]), rel=0.05)


def test_the_anatomy_stays_where_it_is():
    image = texture(0, 0.02)
    image[20:40, 20:40] += 0.3
    changed = transfer_style(image, texture(1, 0.1), 1.0)
    assert np.corrcoef(image.ravel(), changed.ravel())[0, 1] > 0.8


def test_a_flat_image_is_not_blown_up():
    flat = np.full((32, 32), 0.5, np.float32)
    assert np.isfinite(transfer_style(flat, texture(1, 0.1), 1.0)).all()
