"""The network: a configurable 2-D U-Net.

Ronneberger et al. 2015, doi:10.1007/978-3-319-24574-4_28.

Its lower encoder stages can look at the slices above and below (`SliceExchange`): where one slice
alone leaves open whether it shows an apex, an atrium or an outflow tract, its neighbors tell.

`encode()` and `decode()` are separate, so that a domain classifier can be attached to the features
between and after them from outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, TypeVar

import torch
from torch import Tensor, nn

Norm = Literal["batch", "instance"]
Down = Literal["stride", "pool"]

M = TypeVar("M", bound=nn.Module)

LEAKY_SLOPE = 0.01


@dataclass(frozen=True)
class UNetConfig:
    """The shape of a `UNet`.

    Attributes:
        channels: feature channels of each stage from full resolution down; the resolution halves
            between stages.
        in_channels: image channels.
        out_channels: classes, background included.
        norm: batch or instance normalization after every convolution.
        down: how the resolution is halved, a strided convolution or 2 × 2 max pooling.
        deep_supervision: how many decoder stages below full resolution predict too while training.
        exchange_stages: how many of the lowest encoder stages look at the neighboring slices.
    """

    channels: tuple[int, ...] = (16, 32, 64, 128, 256)
    in_channels: int = 1
    out_channels: int = 4
    norm: Norm = "batch"
    down: Down = "pool"
    deep_supervision: int = 2
    exchange_stages: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "channels", tuple(int(c) for c in self.channels))
        if len(self.channels) < 2 or min(self.channels) < 1:
            raise ValueError(
                f"Expected two or more stages of at least one channel, found {self.channels}."
            )
        if self.norm not in ("batch", "instance") or self.down not in ("stride", "pool"):
            raise ValueError(
                "Expected norm batch or instance, down stride or pool, found "
                f"{self.norm}, {self.down}."
            )
        if not 0 <= self.deep_supervision <= len(self.channels) - 2:
            raise ValueError(
                f"{len(self.channels)} stages allow 0 to {len(self.channels) - 2} supervised "
                "below the top."
            )

        if not 0 <= self.exchange_stages < len(self.channels):
            raise ValueError(
                f"Expected exchange_stages from 0 to {len(self.channels) - 1}, found "
                f"{self.exchange_stages}."
            )

    @property
    def size_multiple(self) -> int:
        """Rows and columns of the input must be multiples of this many pixels."""
        return int(2 ** (len(self.channels) - 1))


REFERENCE_CONFIG = UNetConfig(
    (32, 64, 128, 256, 480, 480, 480), norm="batch", down="stride", deep_supervision=4
)
"""The reference study: 7 stages, strided convolutions, deep supervision (Galati & Zuluaga 2021)."""


def _convolution(
    inputs: int, outputs: int, norm: Norm, stride: int = 1, kernel: int = 3
) -> nn.Sequential:
    norm_type = nn.BatchNorm2d if norm == "batch" else nn.InstanceNorm2d
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False),
        norm_type(outputs, affine=True),
        nn.LeakyReLU(LEAKY_SLOPE, inplace=True),
    )


def _encoder_stage(inputs: int, outputs: int, config: UNetConfig, first: bool) -> nn.Sequential:
    strided = config.down == "stride" and not first
    layers: list[nn.Module] = [] if first or strided else [nn.MaxPool2d(2)]
    layers.append(_convolution(inputs, outputs, config.norm, stride=2 if strided else 1))
    layers.append(_convolution(outputs, outputs, config.norm))
    return nn.Sequential(*layers)


class _DecoderStage(nn.Module):
    """Doubles the resolution, joins the encoder's features there, and convolves twice."""

    def __init__(self, below: int, outputs: int, norm: Norm) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(below, outputs, 2, stride=2)
        self.convolve = nn.Sequential(
            _convolution(2 * outputs, outputs, norm), _convolution(outputs, outputs, norm)
        )

    def forward(self, below: Tensor, skip: Tensor) -> Tensor:
        features: Tensor = self.convolve(torch.cat((self.up(below), skip), dim=1))
        return features


class SliceExchange(nn.Module):
    """Adds to the features of a slice what those of its two neighbors change about them.

    Mean and maximum of the two neighbors are looked at, so that it does not matter which of them
    is above. A missing neighbor is replaced by the slice itself. At random weights the features
    pass unchanged.
    """

    def __init__(self, channels: int, norm: Norm) -> None:
        super().__init__()
        self.mix = _convolution(3 * channels, channels, norm, kernel=1)
        self.project = nn.Conv2d(channels, channels, 1, bias=False)
        nn.init.zeros_(self.project.weight)

    def forward(self, features: Tensor, neighbors: Tensor | None) -> Tensor:
        """(N, C, Y, X) features after the exchange.

        Args:
            features: (N, C, Y, X).
            neighbors: (N, 2) indices into the batch; None where no slice has a neighbor.
        """
        if neighbors is None:
            above = below = features
        else:
            above, below = (features.index_select(0, side) for side in neighbors.unbind(dim=1))
        seen = torch.cat((features, (above + below) / 2, torch.maximum(above, below)), dim=1)
        exchanged: Tensor = features + self.project(self.mix(seen))
        return exchanged


class UNet(nn.Module):
    """A 2-D U-Net over (N, C, Y, X) batches of slices."""

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        self.config = config
        channels = config.channels
        inputs = (config.in_channels, *channels[:-1])
        self.encoder = nn.ModuleList(
            _encoder_stage(i, o, config, first=stage == 0)
            for stage, (i, o) in enumerate(zip(inputs, channels, strict=True))
        )
        self.decoder = nn.ModuleList(
            _DecoderStage(below, above, config.norm)
            for above, below in reversed(list(pairwise(channels)))
        )
        self.exchanges = nn.ModuleList(
            SliceExchange(c, config.norm)
            for c in channels[len(channels) - config.exchange_stages :]
        )
        self.heads = nn.ModuleList(
            nn.Conv2d(channels[level], config.out_channels, 1)
            for level in range(config.deep_supervision + 1)
        )

    def encode(self, images: Tensor, neighbors: Tensor | None = None) -> list[Tensor]:
        """Features of every stage from full resolution to the bottleneck.

        Args:
            images: (N, C, Y, X).
            neighbors: (N, 2) positions in the batch of the slices above and below, in any order;
                a slice without one names itself. None where no slice has a neighbor.

        Raises:
            ValueError: if rows or columns are not multiples of `config.size_multiple`.
        """
        multiple = self.config.size_multiple
        if images.shape[-2] % multiple or images.shape[-1] % multiple:
            raise ValueError(
                f"Expected rows and columns in multiples of {multiple}, found "
                f"{tuple(images.shape[-2:])}."
            )
        features = []
        first_exchange = len(self.encoder) - len(self.exchanges)
        for number, stage in enumerate(self.encoder):
            images = stage(images)
            if number >= first_exchange:
                images = self.exchanges[number - first_exchange](images, neighbors)
            features.append(images)
        return features

    def decode(self, features: list[Tensor], finest: int = 0) -> list[Tensor]:
        """Features of every decoder stage from the finest wanted down, for what `encode` returned.

        Args:
            features: from full resolution down.
            finest: stage to end at; 0 is full resolution, each further one half of it.
        """
        below = features[-1]
        decoded = []
        stages = list(zip(self.decoder, reversed(features[:-1]), strict=True))
        for stage, skip in stages[: len(stages) - finest]:
            below = stage(below, skip)
            decoded.append(below)
        return decoded[::-1]

    def classify(self, decoded: list[Tensor]) -> list[Tensor]:
        """(N, classes, Y, X) logits at full resolution; in training, at supervised stages too."""
        levels = len(self.heads) if self.training else 1
        return [
            head(features)
            for head, features in zip(self.heads[:levels], decoded[:levels], strict=True)
        ]

    def coarse(self, images: Tensor, neighbors: Tensor | None = None) -> Tensor:
        """(N, classes, Y, X) logits of the supervised stage below full resolution, enlarged.

        Without such a stage, those at full resolution.
        """
        level = min(1, self.config.deep_supervision)
        logits = self.heads[level](self.decode(self.encode(images, neighbors), level)[0])
        return nn.functional.interpolate(logits, size=images.shape[-2:], mode="bilinear")

    def forward(self, images: Tensor, neighbors: Tensor | None = None) -> list[Tensor]:
        """Logits from full resolution down, one tensor only in evaluation mode; see `encode`."""
        return self.classify(self.decode(self.encode(images, neighbors)))


def to_device(network: M, device: torch.device) -> M:
    """The network on a device, in the channels-last layout, in which convolutions are faster.

    A network of volumes, which the training has, keeps its layout.
    """
    moved = network.to(device)
    if any(parameter.dim() == 5 for parameter in moved.parameters()):
        return moved
    return moved.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def parameter_count(module: nn.Module) -> int:
    """The number of trainable numbers in a network."""
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def config_from_json(values: dict[str, Any]) -> UNetConfig:
    """The configuration that `dataclasses.asdict` wrote into a model bundle.

    Raises:
        ValueError: if a key is unknown or a value is out of range.
    """
    unknown = set(values) - set(UNetConfig.__dataclass_fields__)
    if unknown:
        raise ValueError(f"Unknown network setting: {', '.join(sorted(unknown))}.")
    return UNetConfig(**values)
