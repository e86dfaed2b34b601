import pytest
import torch
from torch import nn

from CMRSegmentationLib.segmenting.unet import UNet, UNetConfig
from Training.learning.averaging import AveragingError, Ensemble, soup

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
