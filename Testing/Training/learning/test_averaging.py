from dataclasses import replace

import pytest
import torch
from torch import nn

from CMRSegmentationLib.segmenting.unet import UNet, UNetConfig
from Training.learning.averaging import AveragingError, Ensemble, between, soup

CONFIG = UNetConfig(channels=(4, 8), deep_supervision=0)


class Fixed(nn.Module):
    """The same logits everywhere."""

    size_multiple = 2

    def __init__(self, *logits):
        super().__init__()
        self.logits = torch.tensor(logits)

    def forward(self, images):
        shape = (len(images), len(self.logits), *images.shape[2:])
        return [self.logits[None, :, None, None].expand(shape)]


def test_an_ensemble_has_the_mean_of_its_members_probabilities():
    """Probabilities 1/2 and 3/4 (log 3) of the second class have the mean 5/8."""
    ensemble = Ensemble([Fixed(0.0, 0.0), Fixed(0.0, 1.0986123)], CONFIG)
    (logits,) = ensemble(torch.zeros(2, 1, 4, 6))
    assert logits.shape == (2, 2, 4, 6)
    assert torch.softmax(logits, dim=1)[:, 1] == pytest.approx(torch.full((2, 4, 6), 0.625))


def test_weights_are_averaged_and_counters_kept():
    one, two = (UNet(CONFIG).state_dict() for _ in range(2))
    mean = soup([one, two])
    name = "encoder.0.0.0.weight"
    torch.testing.assert_close(mean[name], (one[name] + two[name]) / 2)
    counter = next(name for name in one if name.endswith("num_batches_tracked"))
    assert torch.equal(mean[counter], one[counter])
    UNet(CONFIG).load_state_dict(mean)


def test_a_soup_of_one_run_is_that_run():
    weights = UNet(CONFIG).state_dict()
    assert all(torch.equal(value, soup([weights])[name]) for name, value in weights.items())


def test_runs_of_other_networks_are_refused():
    other = UNet(UNetConfig(channels=(4, 6), deep_supervision=0)).state_dict()
    with pytest.raises(AveragingError, match="same network"):
        soup([UNet(CONFIG).state_dict(), other])


class TestBetween:
    def test_the_ends_are_the_networks_themselves(self):
        first, last = (UNet(CONFIG).state_dict() for _ in range(2))
        for share, end in ((0.0, first), (1.0, last)):
            found = between(first, last, share)
            assert all(torch.equal(found[name], end[name]) for name in end)

    def test_a_quarter_of_the_way_is_nearer_to_the_first(self):
        first, last = (UNet(CONFIG).state_dict() for _ in range(2))
        name = "encoder.0.0.0.weight"
        found = between(first, last, 0.25)[name]
        torch.testing.assert_close(found, 0.75 * first[name] + 0.25 * last[name])

    def test_an_exchange_that_was_added_fades_with_the_share(self):
        """At share 0 a network with exchanges draws what the one without them draws."""
        torch.manual_seed(1)
        first = UNet(CONFIG).eval()
        last = UNet(replace(CONFIG, exchange_stages=1)).eval()
        torch.nn.init.ones_(last.exchanges[0].project.weight)
        images, neighbors = torch.rand(3, 1, 8, 8), torch.tensor([[0, 1], [0, 2], [1, 2]])
        last.load_state_dict(between(first.state_dict(), last.state_dict(), 0.0))
        torch.testing.assert_close(last(images, neighbors)[0], first(images)[0])
        half = between(first.state_dict(), {**last.state_dict(), **_ones(last)}, 0.5)
        assert half["exchanges.0.project.weight"].unique().tolist() == [0.5]

    @pytest.mark.parametrize("share", [-0.1, 1.5])
    def test_a_share_beyond_the_ends_is_refused(self, share):
        weights = UNet(CONFIG).state_dict()
        with pytest.raises(AveragingError, match="between 0 and 1"):
            between(weights, weights, share)

    def test_networks_that_do_not_follow_each_other_are_refused(self):
        other = UNet(UNetConfig(channels=(4, 6), deep_supervision=0)).state_dict()
        with pytest.raises(AveragingError, match="began at its weights"):
            between(UNet(CONFIG).state_dict(), other, 0.5)


def _ones(network):
    name = "exchanges.0.project.weight"
    return {name: torch.ones_like(network.state_dict()[name])}
