import pytest
import torch

from CMRSegmentationLib.segmenting.unet import UNetConfig
from Testing.bundles import random_network
from Training.adaptation.domain_batches import DomainBatch
from Training.adaptation.probe import ProbeConfig, features_at, probe_accuracy

NETWORK = random_network(UNetConfig(channels=(4, 6, 8), deep_supervision=1), seed=3)
"""Brightness passes its bottleneck, which that of some random networks this narrow does not let."""
QUICK = ProbeConfig(steps=120, width=8, learning_rate=1e-2)


def batch(offset, seed, slices=24):
    generator = torch.Generator().manual_seed(seed)
    images = torch.randn(slices, 1, 16, 16, generator=generator)
    images[slices // 2 :] += offset
    return DomainBatch(images, ("A",) * (slices // 2) + ("B",) * (slices // 2))


@pytest.mark.parametrize("place", ["image", "bottleneck", "decoder", "probabilities"])
def test_it_finds_a_domain_that_is_there(place):
    assert probe_accuracy(NETWORK, place, batch(3.0, 0), batch(3.0, 1), QUICK) > 0.85


def test_it_finds_nothing_where_domains_are_the_same():
    accuracy = probe_accuracy(NETWORK, "image", batch(0.0, 0), batch(0.0, 1, 200), QUICK)
    assert accuracy == pytest.approx(0.5, abs=0.12)


def test_it_is_repeatable_and_leaves_the_network_and_random_numbers_alone():
    before = torch.get_rng_state()
    weights = {name: value.clone() for name, value in NETWORK.state_dict().items()}
    pairs = [probe_accuracy(NETWORK, "decoder", batch(1.0, 0), batch(1.0, 1), QUICK)] * 2
    assert pairs[0] == pairs[1]
    assert torch.equal(before, torch.get_rng_state())
    for name, value in NETWORK.state_dict().items():
        assert torch.equal(value, weights[name])


def test_places_have_the_sizes_of_the_maps():
    assert features_at(NETWORK, batch(0.0, 0), "bottleneck").shape == (24, 8, 4, 4)
    assert features_at(NETWORK, batch(0.0, 0), "image").shape == (24, 1, 16, 16)
