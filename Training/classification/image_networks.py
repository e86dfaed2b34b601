"""Networks that see images: ResNet-18 and DenseNet-121 of MONAI, and a small Inception network.

torchvision, which has Inception-v3, does not go with the PyTorch version that is used here, and
MONAI has no Inception network. `Inception` stacks a few of its blocks.
"""

from __future__ import annotations

from typing import Literal, get_args

import torch
from torch import Tensor, nn

ImageNetwork = Literal["resnet18", "densenet121", "inception"]


def build_image_network(name: str, channels: int, classes: int) -> nn.Module:
    """A new network from (N, channels, Y, X) images to (N, classes) logits.

    Raises:
        ValueError: if the name is unknown.
    """
    if name == "resnet18":
        from monai.networks.nets.resnet import resnet18

        network: nn.Module = resnet18(
            spatial_dims=2, n_input_channels=channels, num_classes=classes, conv1_t_size=7
        )
        return network
    if name == "densenet121":
        from monai.networks.nets.densenet import DenseNet121

        return DenseNet121(2, channels, classes)
    if name == "inception":
        return Inception(channels, classes)
    known = ", ".join(get_args(ImageNetwork))
    raise ValueError(f"Unknown network {name!r}; known are {known}.")


def _unit(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class InceptionBlock(nn.Module):
    """Four branches side by side: 1 × 1, 3 × 3, two 3 × 3, and a pooled 1 × 1.

    Szegedy et al. 2016, arXiv:1512.00567, figure 5.
    """

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.branches = nn.ModuleList(
            [
                _unit(inputs, width, 1),
                nn.Sequential(_unit(inputs, width, 1), _unit(width, width, 3)),
                nn.Sequential(
                    _unit(inputs, width, 1), _unit(width, width, 3), _unit(width, width, 3)
                ),
                nn.Sequential(nn.AvgPool2d(3, 1, 1), _unit(inputs, width, 1)),
            ]
        )

    def forward(self, maps: Tensor) -> Tensor:
        """(N, 4 · width, Y, X)."""
        return torch.cat([branch(maps) for branch in self.branches], dim=1)


class Inception(nn.Module):
    """Six blocks in three resolutions, then the mean over the image."""

    def __init__(self, channels: int, classes: int, width: int = 16) -> None:
        super().__init__()
        layers: list[nn.Module] = [_unit(channels, 2 * width, 7, stride=2), nn.MaxPool2d(2)]
        inputs = 2 * width
        for level in (1, 2, 4):
            for _ in range(2):
                layers.append(InceptionBlock(inputs, width * level))
                inputs = 4 * width * level
            layers.append(nn.MaxPool2d(2))
        self.body = nn.Sequential(*layers[:-1])
        self.head = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(inputs, classes)
        )

    def forward(self, images: Tensor) -> Tensor:
        """(N, classes) logits."""
        logits: Tensor = self.head(self.body(images))
        return logits
