"""The predictor of domains: small convolutional towers over feature maps, as large as they are.

It sees where in the image something is (Isola et al. 2017, arXiv:1611.07004; Tsai et al. 2018,
arXiv:1802.10349), not only averages over it. Every channel is standardized over the batch first:
the scale of features moves while the network learns, and it must not decide how fast the predictor
does.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from CMRSegmentationLib.segmenting.unet import LEAKY_SLOPE

MINIMUM_MAP_PX = 8
"""Feature maps are halved until they are no larger than twice this."""


class DomainPredictor(nn.Module):
    """Predicts the domain (vendor, say) of a slice from feature maps of places of a network.

    Args:
        places: channels and pixels a side of each feature map, in order.
        domains: how many domains there are.
        width: channels of the first convolution; twice as many follow.
        dropout: share of the pooled features that is left out while training.
    """

    def __init__(
        self,
        places: Sequence[tuple[int, int]],
        domains: int,
        *,
        width: int = 32,
        dropout: float = 0.3,
    ) -> None:
        super().__init__()
        self.towers = nn.ModuleList(_tower(channels, size, width) for channels, size in places)
        self.classify = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(2 * 2 * width * len(places), domains)
        )

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """(N, domains) logits for feature maps (N, channels, Y, X), in full precision always.

        Mixed precision keeps a half-precision copy of the weights for as long as its context lasts,
        so that a predictor that takes several steps in one would see none of them.
        """
        with torch.autocast(features[0].device.type, enabled=False):
            pooled = [
                statistic
                for tower, maps in zip(self.towers, features, strict=True)
                for statistic in _pool(tower(maps.float()))
            ]
            logits: Tensor = self.classify(torch.cat(pooled, dim=1))
        return logits


def _tower(channels: int, size_px: int, width: int) -> nn.Sequential:
    """Standardization, then 3 × 3 convolutions, of which the first ones halve the map."""
    layers: list[nn.Module] = [nn.BatchNorm2d(channels, affine=False)]
    inputs, outputs = channels, width
    while True:
        stride = 2 if size_px >= 2 * MINIMUM_MAP_PX else 1
        layers += [
            nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1),
            nn.LeakyReLU(LEAKY_SLOPE),
        ]
        inputs, outputs, size_px = outputs, 2 * width, -(-size_px // stride)
        if inputs == 2 * width and size_px < 2 * MINIMUM_MAP_PX:
            return nn.Sequential(*layers)


def _pool(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation over the slice; a floor keeps the gradient finite."""
    deviation = (maps.var(dim=(2, 3), unbiased=False) + 1e-6).sqrt()
    return maps.mean(dim=(2, 3)), deviation
